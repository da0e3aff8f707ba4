"""Head-up display: the status line above the world, and messages over it."""

import pygame
from pygame import Rect, Surface

from playground.gameplay.scene import GameScene, StatusMark
from playground.ui.toolkit import theme
from playground.ui.toolkit.layout import Layout

_MOST_LINES = 4
"""Maximum lines of a message."""


class Hud:
    """Draws the status line and messages."""

    def __init__(self, lettering: theme.Lettering, help_key: str) -> None:
        """Use these letters, and the name of the key that shows the help."""
        self._lettering = lettering
        self._help_key = help_key

    def draw_top(self, surface: Surface, layout: Layout, scene: GameScene) -> None:
        """Draw from the left the model, the indicators and the picture; from the right the help key and the figures.

        In a narrow window the picture's name is shortened first, and then the figures go.
        """
        bar, unit = layout.top, layout.unit
        write, middle = self._lettering.write, bar.centery
        left = write(surface, scene.model, unit, theme.TEXT, bar.width, midleft=(unit, middle)).right + unit
        for mark in scene.marks:
            left = self._draw_mark(surface, mark, left, middle, unit) + unit // 2
        key = self._lettering.render(self._help_key, unit, theme.TEXT)
        cap = Rect(0, 0, key.get_width() + unit, round(1.5 * unit))
        cap.midright = (bar.right - unit, middle)
        theme.key_cap(surface, cap, lit=scene.help)
        surface.blit(key, key.get_rect(center=cap.center))
        right = cap.left - unit // 2
        for words in ("help", scene.figures):
            width = self._lettering.width(words, unit)
            if right - width > left:
                write(surface, words, unit, theme.MUTED, width, midleft=(right - width, middle))
                right -= width + unit
        write(surface, scene.picture, unit, theme.MUTED, right - left, midleft=(left, middle))

    def draw_message(self, surface: Surface, layout: Layout, message: str) -> None:
        """Write a message over the lower part of the world, in as many lines as it needs."""
        unit, world = layout.unit, layout.world
        step = round(1.3 * unit)
        words = self._lettering.wrap(message, unit, min(surface.get_width() - 3 * unit, 48 * unit), _MOST_LINES)
        lines = [self._lettering.render(line, unit, theme.TEXT) for line in words]
        box = Rect(0, 0, max(line.get_width() for line in lines) + 2 * unit, len(lines) * step + unit)
        box.midbottom = (world.centerx, world.bottom - unit // 2)
        theme.panel(surface, box)
        for index, line in enumerate(lines):
            surface.blit(line, line.get_rect(center=(box.centerx, box.top + unit // 2 + index * step + step // 2)))

    def _draw_mark(self, surface: Surface, mark: StatusMark, left: int, middle: int, unit: int) -> int:
        """Draw a mark from `left` on, around the height `middle`; returns where it ends."""
        text = self._lettering.render(mark.words, unit, theme.TEXT)
        box = Rect(left, 0, text.get_width() + round(2.3 * unit), round(1.5 * unit))
        box.centery = middle
        colour = theme.RECORDING if mark.recording else theme.ACTING
        theme.panel(surface, box, edge=colour)
        _draw_shape(surface, Rect(box.left + unit // 2, box.centery - unit // 2, unit, unit), mark.shape, colour)
        surface.blit(text, text.get_rect(midleft=(box.left + round(1.8 * unit), middle)))
        return box.right


def _draw_shape(surface: Surface, box: Rect, shape: str, colour: theme.Colour) -> None:
    """Draw a mark's shape inside `box`."""
    if shape == "disc":
        theme.circle(surface, box.inflate(-box.width // 5, -box.height // 5), colour)
    elif shape == "bars":
        width = max(2, box.width // 4)
        for x in (box.left + width // 2, box.right - width - width // 2):
            pygame.draw.rect(surface, colour, Rect(x, box.top + 1, width, box.height - 2))
    elif shape == "wait":
        pygame.draw.circle(surface, colour, box.center, box.width * 0.45, width=max(2, box.width // 8))
        pygame.draw.line(surface, colour, box.center, (box.centerx, box.top + box.height // 4), max(2, box.width // 8))
        pygame.draw.line(surface, colour, box.center, (box.right - box.width // 4, box.centery), max(2, box.width // 8))
    else:
        direction = (-1, 0) if shape == "back" else (1, 0)
        theme.arrow(surface, box.inflate(box.width // 2, box.height // 2), direction, colour)
