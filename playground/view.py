"""The picture of a game: the world in whole pixels, the line of figures, the palette of local actions, the help.

`View` draws a `Scene` and knows nothing of how the game works; the same scene always gives the same pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pygame
from pygame import Rect, Surface

from playground import theme
from playground.controls import DIRECTIONS, Command, Keymap, Wish
from playground.layout import Layout, arrange, key_caps


@dataclass(frozen=True)
class Scene:
    """Everything there is to show at one moment."""

    frame: npt.NDArray[np.uint8]
    """The world, uint8 (H, W, 3)."""
    lost: tuple[float, float] | None
    """Where an agent that is out of sight is, (x, y) in pixels of the frame; None while it is seen."""
    model: str
    """Name of the model."""
    picture: str
    """Name of the picture it animates; may be empty."""
    figures: str
    """Provider, time of a tick and pictures a second, as one line."""
    pressed: frozenset[Wish]
    """Directions and numbers held down or still acting."""
    local_action: int | None = None
    """Local action 1..K of the last tick; None before the first."""
    recording: float | None = None
    """Length of the running recording in seconds; None when none runs."""
    script: str = ""
    """How far a running script is; empty when none runs."""
    paused: bool = False
    """Whether the world stands still."""
    help: bool = False
    """Whether the table of keys is shown."""
    message: str = ""
    """Short news for the player; empty when there is none."""


class View:
    """Draws scenes of one model into a window of any size."""

    def __init__(self, frame_size: tuple[int, int], labels: Sequence[str], keymap: Keymap) -> None:
        """Take the model's frame size (width, height), a label for each local action 1..K and the keys to show."""
        self._frame_size = frame_size
        self._labels = tuple(labels)
        self._keymap = keymap
        self._lettering = theme.Lettering()
        self._layout = arrange(frame_size, frame_size, len(labels))
        self._window: tuple[int, int] = frame_size
        self._scaled: tuple[npt.NDArray[np.uint8], Surface] | None = None

    def draw(self, surface: Surface, scene: Scene) -> None:
        """Draw `scene` over the whole of `surface`."""
        layout = self._arranged(surface.get_size())
        surface.fill(theme.BACKGROUND)
        self._draw_world(surface, layout, scene)
        if layout.cards:
            self._draw_top(surface, layout, scene)
            self._draw_arrows(surface, layout, scene)
            for number, box in enumerate(layout.cards, start=1):
                self._draw_card(surface, layout, scene, number, box)
        if scene.message:
            self._draw_message(surface, layout, scene.message)
        if scene.help:
            self._draw_help(surface, layout)

    def local_action_at(self, point: tuple[int, int]) -> int | None:
        """Local action 1..K whose card stands at `point` of the window last drawn, else None."""
        return next((k for k, box in enumerate(self._layout.cards, start=1) if box.collidepoint(point)), None)

    def _arranged(self, window: tuple[int, int]) -> Layout:
        if window != self._window:
            self._window = window
            self._layout = arrange(window, self._frame_size, len(self._labels))
            self._scaled = None
        return self._layout

    def _draw_world(self, surface: Surface, layout: Layout, scene: Scene) -> None:
        if self._scaled is None or self._scaled[0] is not scene.frame:
            self._scaled = (scene.frame, _picture(scene.frame, layout.world.size, crisp=layout.scale >= 1))
        surface.blit(self._scaled[1], layout.world)
        if layout.cards:
            pygame.draw.rect(surface, theme.EDGE, layout.world.inflate(2, 2), width=1)
        if scene.lost is not None:
            self._draw_pointer(surface, layout, scene.lost)

    def _draw_pointer(self, surface: Surface, layout: Layout, position: tuple[float, float]) -> None:
        """A triangle at the picture's edge that points to an agent gone out of it."""
        size, side = self._frame_size, 2 * layout.unit
        beyond = [(value >= length) - (value < 0) for value, length in zip(position, size, strict=True)]
        world = layout.world
        box = Rect(0, 0, side, side)
        box.center = (
            world.left + round(position[0] * world.width / size[0]),
            world.top + round(position[1] * world.height / size[1]),
        )
        box.clamp_ip(world)
        theme.panel(surface, box, theme.DARK_TEXT, theme.PRESSED)
        theme.arrow(surface, box, (beyond[0], beyond[1]), theme.PRESSED)

    def _draw_top(self, surface: Surface, layout: Layout, scene: Scene) -> None:
        """From the left the model, what goes on, and the picture; from the right the help's key and the figures.

        In a narrow window the picture's name is shortened first, and then the figures go.
        """
        bar, unit = layout.top, layout.unit
        left = unit + self._write(surface, scene.model, theme.TEXT, Rect(unit, 0, bar.width, bar.height), unit) + unit
        for mark in _marks(scene):
            left = self._draw_mark(surface, mark, left, bar.centery, unit) + unit
        key = self._lettering.render(self._keymap.shown(Command.HELP), unit, theme.TEXT)
        cap = Rect(0, 0, key.get_width() + unit, round(1.5 * unit))
        cap.midright = (bar.right - unit, bar.centery)
        theme.key_cap(surface, cap, lit=scene.help)
        surface.blit(key, key.get_rect(center=cap.center))
        right = cap.left - unit // 2
        for words in ("help", scene.figures):
            width = self._lettering.width(words, unit)
            if right - width > left:
                self._write(surface, words, theme.MUTED, Rect(right - width, 0, width, bar.height), unit)
                right -= width + unit
        self._write(surface, scene.picture, theme.MUTED, Rect(left, 0, right - left, bar.height), unit)

    def _write(self, surface: Surface, text: str, colour: theme.Colour, box: Rect, height: int) -> int:
        """Write as much of `text` as fits into `box`, from its left; returns the width taken."""
        line = self._lettering.render(self._lettering.shorten(text, height, box.width), height, colour)
        surface.blit(line, line.get_rect(midleft=box.midleft))
        return line.get_width()

    def _draw_mark(self, surface: Surface, mark: "_Mark", left: int, middle: int, unit: int) -> int:
        """Draw a mark from `left` on, around the height `middle`; returns where it ends."""
        text = self._lettering.render(mark.words, unit, theme.TEXT)
        box = Rect(left, 0, text.get_width() + round(2.3 * unit), round(1.5 * unit))
        box.centery = middle
        theme.panel(surface, box, edge=mark.colour)
        _draw_shape(surface, Rect(box.left + unit // 2, box.centery - unit // 2, unit, unit), mark)
        surface.blit(text, text.get_rect(midleft=(box.left + round(1.8 * unit), middle)))
        return box.right

    def _draw_arrows(self, surface: Surface, layout: Layout, scene: Scene) -> None:
        caps = key_caps(layout.arrows)
        for move, direction in DIRECTIONS.items():
            colour = theme.key_cap(surface, caps[str(move)], move in scene.pressed)
            theme.arrow(surface, caps[str(move)], direction, colour)

    def _draw_card(self, surface: Surface, layout: Layout, scene: Scene, number: int, box: Rect) -> None:
        """A local action: its key above, its label below; filled while asked for, outlined while it acts."""
        lit = number in scene.pressed
        colour = theme.key_cap(surface, box, lit)
        if scene.local_action == number:
            theme.panel(surface, box, theme.PRESSED if lit else theme.PANEL, theme.ACTING, thickness=3)
        unit = layout.unit
        key = self._keymap.shown(number)
        cap = self._lettering.render(key, round(1.2 * unit), colour)
        surface.blit(cap, cap.get_rect(center=(box.centerx, box.top + round(0.95 * unit))))
        height, width = max(10, round(0.76 * unit)), box.width - 6
        whole = all(self._lettering.width(label, height) <= width for label in self._labels)
        label = self._labels[number - 1]
        lines = [label] if whole else self._lettering.halve(label, height, width)
        middle = box.top + round(2.5 * unit) - (len(lines) - 1) * round(0.55 * height)
        for index, line in enumerate(lines):
            text = self._lettering.render(line, height, colour)
            surface.blit(text, text.get_rect(center=(box.centerx, middle + index * round(1.1 * height))))

    def _draw_message(self, surface: Surface, layout: Layout, message: str) -> None:
        unit, world = layout.unit, layout.world
        width = min(surface.get_width(), world.width) - 3 * unit
        line = self._lettering.render(self._lettering.shorten(message, unit, width), unit, theme.TEXT)
        box = line.get_rect(midbottom=(world.centerx, world.bottom - unit)).inflate(2 * unit, unit)
        theme.panel(surface, box)
        surface.blit(line, line.get_rect(center=box.center))

    def _draw_help(self, surface: Surface, layout: Layout) -> None:
        """The table of keys over the darkened window, in the largest letters that fit."""
        window = surface.get_rect()
        theme.veil(surface, window, 200)
        rows = self._keymap.rows(len(self._labels))
        unit = layout.unit
        while unit > 6 and not self._help_size(rows, unit)[0] < window.width:
            unit -= 1
        width, keys_width = self._help_size(rows, unit)
        line_height = min(2 * unit, window.height // (len(rows) + 4))
        box = Rect(0, 0, width, line_height * (len(rows) + 3))
        box.center = window.center
        theme.panel(surface, box)
        x, y = box.left + 2 * unit, box.top + line_height
        heading = self._lettering.render("Keys", round(1.3 * unit), theme.PRESSED)
        surface.blit(heading, heading.get_rect(midleft=(x, y)))
        closing = f"{self._keymap.shown(Command.HELP)} or {self._keymap.shown(Command.LEAVE)} closes this"
        hint = self._lettering.render(closing, unit, theme.TEXT)
        surface.blit(hint, hint.get_rect(midright=(box.right - 2 * unit, y)))
        for keys, text in rows:
            y += line_height
            left = self._lettering.render(keys, unit, theme.TEXT)
            right = self._lettering.render(text, unit, theme.MUTED)
            surface.blit(left, left.get_rect(midleft=(x, y + unit // 2)))
            surface.blit(right, right.get_rect(midleft=(x + keys_width + 2 * unit, y + unit // 2)))

    def _help_size(self, rows: list[tuple[str, str]], unit: int) -> tuple[int, int]:
        """Width of the help's box and of its first column for letters of height `unit`."""
        keys_width = max(self._lettering.width(keys, unit) for keys, _ in rows)
        return keys_width + max(self._lettering.width(text, unit) for _, text in rows) + 6 * unit, keys_width


def _picture(frame: npt.NDArray[np.uint8], size: tuple[int, int], crisp: bool) -> Surface:
    """`frame` (H, W, 3) as a surface of `size`: each pixel a square when `crisp`, else smoothly shrunk."""
    height, width = frame.shape[:2]
    small = pygame.image.frombuffer(frame.tobytes(), (width, height), "RGB")
    return pygame.transform.scale(small, size) if crisp else pygame.transform.smoothscale(small, size)


@dataclass(frozen=True)
class _Mark:
    """Something that goes on, told by words, a shape and a colour."""

    words: str
    shape: str
    colour: theme.Colour


def _marks(scene: Scene) -> list[_Mark]:
    """What goes on."""
    marks = []
    if scene.recording is not None:
        minutes, seconds = divmod(scene.recording, 60)
        marks.append(_Mark(f"REC {int(minutes)}:{seconds:04.1f}", "disc", theme.RECORDING))
    if scene.paused:
        marks.append(_Mark("paused", "bars", theme.ACTING))
    if scene.script:
        marks.append(_Mark(scene.script, "triangle", theme.ACTING))
    return marks


def _draw_shape(surface: Surface, box: Rect, mark: _Mark) -> None:
    """Draw a mark's shape inside `box`: a disc, two bars or a triangle."""
    if mark.shape == "disc":
        theme.circle(surface, box.inflate(-box.width // 5, -box.height // 5), mark.colour)
    elif mark.shape == "bars":
        width = max(2, box.width // 4)
        for x in (box.left + width // 2, box.right - width - width // 2):
            pygame.draw.rect(surface, mark.colour, Rect(x, box.top + 1, width, box.height - 2))
    else:
        theme.arrow(surface, box.inflate(box.width // 2, box.height // 2), (1, 0), mark.colour)
