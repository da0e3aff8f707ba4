"""Colours, text and basic shapes of all screens.

The palette is safe for colour blindness (Okabe and Ito, 2008), and no colour carries a meaning alone: a pressed key is
filled, what acts is outlined, what records says so in words.
"""

import math
from functools import cache, lru_cache

import pygame
from pygame import Rect, Surface

Colour = tuple[int, int, int]

BACKGROUND: Colour = (17, 19, 24)
PANEL: Colour = (33, 37, 46)
EDGE: Colour = (70, 77, 92)
TEXT: Colour = (236, 238, 243)
MUTED: Colour = (164, 172, 188)
DARK_TEXT: Colour = (16, 16, 16)
PRESSED: Colour = (240, 175, 30)
ACTING: Colour = (86, 180, 233)
RECORDING: Colour = (226, 104, 20)

_MAX_TEXTS = 256
_SHARPER = 3
"""Supersampling: text is drawn this many times too large and shrunk, so that small letters are evenly spaced."""


class Lettering:
    """Draws text; lines are cached, since most are the same from one picture to the next."""

    def __init__(self) -> None:
        """Make ready pygame's own font, the same on every machine."""
        pygame.font.init()
        self._font = cache(_enlarged_font)
        self._line = lru_cache(_MAX_TEXTS)(self._draw_line)

    def render(self, text: str, height: int, colour: Colour) -> Surface:
        """One line of text on a transparent ground."""
        return self._line(text, height, colour)

    def write(
        self, surface: Surface, text: str, height: int, colour: Colour, room: int | None = None, **at: tuple[int, int]
    ) -> Rect:
        """Draw a line, shortened to `room` pixels, `at` a point such as `midleft=(4, 9)`; returns its box."""
        line = self.render(text if room is None else self.shorten(text, height, room), height, colour)
        box = line.get_rect(**at)
        surface.blit(line, box)
        return box

    def width(self, text: str, height: int) -> int:
        """Width of a line in pixels."""
        return math.ceil(self._font(height).size(text)[0] / _SHARPER)

    def shorten(self, text: str, height: int, width: int) -> str:
        """`text`, or as much of its beginning as fits into `width` pixels with an ellipsis."""
        if self.width(text, height) <= width:
            return text
        while text and self.width(text + "…", height) > width:
            text = text[:-1]
        return text.rstrip() + "…" if text else ""

    def halve(self, text: str, height: int, width: int) -> list[str]:
        """Break `text` at the space that makes two lines of the most even width, each shortened to `width` pixels."""
        words = text.split()
        breaks = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
        pair = min(breaks, key=lambda lines: max(self.width(line, height) for line in lines), default=(text,))
        return [self.shorten(line, height, width) for line in pair]

    def wrap(self, text: str, height: int, width: int) -> list[str]:
        """Break `text` at spaces into lines of `width` pixels, and a word that is longer where it must be."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".lstrip()
            if self.width(longer, height) <= width:
                lines[-1] = longer
                continue
            lines += [word] if lines[-1] else []
            lines[-1] = word
            while self.width(lines[-1], height) > width and len(lines[-1]) > 1:
                whole = lines.pop()
                fits = next((at for at in range(len(whole) - 1, 1, -1) if self.width(whole[:at], height) <= width), 1)
                at = whole.rfind("/", 1, fits) + 1 or fits  # a path breaks after a folder
                lines += [whole[:at], whole[at:]]
        return lines

    def _draw_line(self, text: str, height: int, colour: Colour) -> Surface:
        large = self._font(height).render(text or " ", True, colour)  # pygame cannot shrink what has no width
        size = (max(1, large.get_width() // _SHARPER), max(1, large.get_height() // _SHARPER))
        return pygame.transform.smoothscale(large, size)


def _enlarged_font(height: int) -> pygame.font.Font:
    """The font, enlarged, whose capitals and tails together are to be about `height` pixels high."""
    return pygame.font.Font(None, round(height * 1.42 * _SHARPER))


def panel(surface: Surface, box: Rect, fill: Colour = PANEL, edge: Colour | None = EDGE, thickness: int = 1) -> None:
    """Draw a filled box with round corners."""
    radius = max(3, min(12, min(box.size) // 8))
    pygame.draw.rect(surface, fill, box, border_radius=radius)
    if edge is not None:
        pygame.draw.rect(surface, edge, box, width=thickness, border_radius=radius)


def circle(surface: Surface, box: Rect, colour: Colour) -> None:
    """Draw a smooth disc that fills `box`."""
    large = Surface((box.width * 4, box.height * 4), pygame.SRCALPHA)
    pygame.draw.ellipse(large, colour, large.get_rect())
    surface.blit(pygame.transform.smoothscale(large, box.size), box)


def veil(surface: Surface, box: Rect, opacity: int) -> None:
    """Darken a part of the surface; `opacity` 0..255."""
    shade = Surface(box.size, pygame.SRCALPHA)
    shade.fill((*BACKGROUND, opacity))
    surface.blit(shade, box)


def arrow(surface: Surface, box: Rect, direction: tuple[int, int], colour: Colour) -> None:
    """Draw a triangle in the middle of `box` pointing along `direction` (x right, y down)."""
    reach = min(box.size) * 0.24
    along = pygame.Vector2(direction).normalize() * reach
    across = pygame.Vector2(-along.y, along.x)
    corners = (along, -0.8 * along + 1.1 * across, -0.8 * along - 1.1 * across)
    pygame.draw.polygon(surface, colour, [box.center + corner for corner in corners])


def key_cap(surface: Surface, box: Rect, lit: bool) -> Colour:
    """Draw an empty key, filled brightly when `lit`; returns the colour to write on it."""
    panel(surface, box, PRESSED if lit else PANEL, PRESSED if lit else EDGE)
    return DARK_TEXT if lit else TEXT
