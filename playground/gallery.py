"""The gallery: start frames of every model in a grid, to choose one from."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Rect, Surface
from pygame.event import Event

from playground import theme
from playground.bundle import Bundle
from playground.controls import DIRECTIONS, Command
from playground.errors import PlaygroundError
from playground.keymap import DEFAULT_KEYMAP, Keymap
from playground.layout import text_unit
from playground.picture import fit_picture, load_picture
from playground.window import desktop_size, key_names, open_window, show

_WINDOW = (960, 720)
_DESKTOP_SHARE = 0.8
_LARGEST_SCALE = 16
_ROW = 3
"""Pictures that stand in a row, where there are as many and the window allows it."""


@dataclass(frozen=True)
class Start:
    """One start frame to choose."""

    bundle: Bundle
    """The model it belongs to."""
    path: Path
    """The picture's file."""
    frame: NDArray[np.uint8]
    """What the model sees of it, (H, W, 3)."""


def load_starts(bundles: Sequence[Bundle]) -> tuple[Start, ...]:
    """Read the start frames of all bundles, in order; a damaged one is left out.

    Raises:
        PlaygroundError: there is none that can be shown.
    """
    starts = []
    problem = "no model has a start frame; give a picture"
    for bundle in bundles:
        for name in bundle.manifest.starts:
            try:
                bundle.read(name)
                picture = load_picture(bundle.folder / name)
                fitted = fit_picture(picture, bundle.manifest.frame_size, bundle.manifest.window)
            except PlaygroundError as error:
                problem = str(error)
            else:
                starts.append(Start(bundle, bundle.folder / name, fitted.frame))
    if not starts:
        raise PlaygroundError(problem)
    return tuple(starts)


class Gallery:
    """A grid of start frames; one is marked, and becomes `chosen`.

    Like a game it has `handle`, `update` and `draw`, and `running` turns false when the player has chosen or left.
    """

    def __init__(self, starts: Sequence[Start], keymap: Keymap = DEFAULT_KEYMAP) -> None:
        """Show at least one start frame."""
        self.running = True
        self.chosen: Start | None = None
        self._starts = tuple(starts)
        self._keymap = keymap
        self._lettering = theme.Lettering()
        self._marked = 0
        self._grid = _Grid(_WINDOW, len(self._starts), _largest(self._starts))
        self._scroll = 0
        self._thumbnails: dict[tuple[int, int], Surface] = {}

    @property
    def marked(self) -> Start:
        """The start frame that Enter opens."""
        return self._starts[self._marked]

    def handle(self, event: Event) -> None:
        """Take note of one pygame event."""
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type == pygame.KEYDOWN:
            self._handle_key(event)
        elif event.type == pygame.MOUSEWHEEL:
            self._scroll = self._grid.bounded(self._scroll - event.y * self._grid.cell[1] // 2)
        elif event.type == pygame.MOUSEMOTION:
            self._point_at(event.pos)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT and self._point_at(event.pos):
            self._choose()

    def update(self, dt: float) -> None:
        """Let time pass; nothing here moves by itself."""

    def draw(self, surface: Surface) -> None:
        """Draw over the whole of `surface`."""
        grid = _Grid(surface.get_size(), len(self._starts), _largest(self._starts))
        if grid != self._grid:
            self._grid = grid
            self._scroll = grid.revealing(self._marked, self._scroll)
        surface.fill(theme.BACKGROUND)
        surface.set_clip(grid.room)
        for index, start in enumerate(self._starts):
            box = grid.box(index, self._scroll)
            if box.colliderect(grid.room):
                self._draw_start(surface, index, start, box)
        surface.set_clip(None)
        self._draw_text(surface, grid)

    def _handle_key(self, event: Event) -> None:
        wish = self._keymap.wish(key_names(event))
        if wish is Command.LEAVE:
            self.running = False
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE):
            self._choose()
        elif event.key in (pygame.K_HOME, pygame.K_END):
            self._mark(0 if event.key == pygame.K_HOME else len(self._starts) - 1)
        elif wish is not None and wish in DIRECTIONS:
            x, y = DIRECTIONS[wish]
            self._mark(self._marked + x + y * self._grid.columns)

    def _mark(self, index: int) -> None:
        if 0 <= index < len(self._starts):
            self._marked = index
            self._scroll = self._grid.revealing(index, self._scroll)

    def _choose(self) -> None:
        self.chosen = self.marked
        self.running = False

    def _point_at(self, point: tuple[int, int]) -> bool:
        """Mark the card at a point of the window; returns whether there is one."""
        index = self._grid.index_at(point, self._scroll)
        if index is not None:
            self._marked = index
        return index is not None

    def _draw_start(self, surface: Surface, index: int, start: Start, box: Rect) -> None:
        """One picture with its name; a frame and a lighter card show the marked one."""
        unit, marked = self._grid.unit, index == self._marked
        theme.panel(surface, box, theme.PANEL if marked else theme.BACKGROUND, theme.PRESSED if marked else None, 3)
        image = self._thumbnail(index, start)
        place = image.get_rect(midtop=(box.centerx, box.top + unit // 2))
        surface.blit(image, place)
        text = self._lettering.shorten(start.path.stem.replace("_", " "), unit, box.width - unit)
        line = self._lettering.render(text, unit, theme.TEXT if marked else theme.MUTED)
        surface.blit(line, line.get_rect(midbottom=(box.centerx, box.bottom - unit // 3)))

    def _thumbnail(self, index: int, start: Start) -> Surface:
        """The picture enlarged by the whole number that the grid has room for."""
        scale = self._grid.scale
        if (index, scale) not in self._thumbnails:
            height, width = start.frame.shape[:2]
            small = pygame.image.frombuffer(start.frame.tobytes(), (width, height), "RGB")
            self._thumbnails[index, scale] = pygame.transform.scale(small, (width * scale, height * scale))
        return self._thumbnails[index, scale]

    def _draw_text(self, surface: Surface, grid: "_Grid") -> None:
        unit, (width, height) = grid.unit, surface.get_size()
        heading = self._lettering.render("Who shall move?", round(1.5 * unit), theme.TEXT)
        surface.blit(heading, heading.get_rect(midleft=(unit, grid.room.top // 2)))
        manifest = self.marked.bundle.manifest
        about = f"{manifest.name}   {manifest.licence}"
        keys = "arrows choose   Enter plays   Esc leaves" if self.chosen is None else "opening..."
        foot = (grid.room.bottom + height) // 2
        hint = self._lettering.render(keys, unit, theme.TEXT)
        surface.blit(hint, hint.get_rect(midright=(width - unit, foot)))
        line = self._lettering.shorten(about, unit, width - hint.get_width() - 3 * unit)
        surface.blit(self._lettering.render(line, unit, theme.MUTED), (unit, foot - unit // 2))


@dataclass(frozen=True)
class _Grid:
    """Where the cards stand in a window."""

    window: tuple[int, int]
    count: int
    picture: tuple[int, int]

    @cached_property
    def unit(self) -> int:
        """Height of a line of text."""
        return text_unit(self.window)

    @cached_property
    def room(self) -> Rect:
        """What heading and foot leave of the window."""
        top, bottom = 3 * self.unit, 2 * self.unit + self.unit // 2
        return Rect(0, top, self.window[0], max(1, self.window[1] - top - bottom))

    @cached_property
    def scale(self) -> int:
        """Largest whole scale at which all pictures are seen without scrolling, else the plain size."""
        for scale in range(_LARGEST_SCALE, 1, -1):
            if self._height(scale) <= self.room.height and self._columns(scale) >= min(self.count, _ROW):
                return scale
        return 1

    @cached_property
    def cell(self) -> tuple[int, int]:
        """Width and height of a card with the gap to the next."""
        return self._cell(self.scale)

    @cached_property
    def columns(self) -> int:
        """Cards in a row."""
        return self._columns(self.scale)

    @cached_property
    def origin(self) -> tuple[int, int]:
        """Left top of the first card when nothing is scrolled; a grid smaller than the room stands in its middle."""
        spare = max(0, self.room.height - self._height(self.scale))
        return self.room.centerx - min(self.columns, self.count) * self.cell[0] // 2, self.room.top + spare // 2

    def box(self, index: int, scroll: int) -> Rect:
        """Card number `index` when the grid is moved up by `scroll` pixels."""
        row, column = divmod(index, self.columns)
        (left, top), (width, height), gap = self.origin, self.cell, self.unit // 2
        return Rect(left + column * width, top + row * height - scroll, width, height).inflate(-gap, -gap)

    def index_at(self, point: tuple[int, int], scroll: int) -> int | None:
        """Number of the card at a point of the window, else None."""
        column = (point[0] - self.origin[0]) // self.cell[0]
        index = (point[1] + scroll - self.origin[1]) // self.cell[1] * self.columns + column
        if not (0 <= column < self.columns and 0 <= index < self.count and self.room.collidepoint(point)):
            return None
        return index if self.box(index, scroll).collidepoint(point) else None

    def bounded(self, scroll: int) -> int:
        """`scroll` kept between the first and the last row."""
        return max(0, min(scroll, self._height(self.scale) - self.room.height))

    def revealing(self, index: int, scroll: int) -> int:
        """The scroll nearest to `scroll` that shows card number `index` whole."""
        top = index // self.columns * self.cell[1]
        return self.bounded(min(top, max(scroll, top + self.cell[1] - self.room.height)))

    def _cell(self, scale: int) -> tuple[int, int]:
        return self.picture[0] * scale + 2 * self.unit, self.picture[1] * scale + round(2.8 * self.unit)

    def _columns(self, scale: int) -> int:
        return max(1, (self.room.width - self.unit) // self._cell(scale)[0])

    def _height(self, scale: int) -> int:
        return math.ceil(self.count / self._columns(scale)) * self._cell(scale)[1]


def choose(bundles: Sequence[Bundle]) -> tuple[Path, Path] | None:
    """Open the gallery's window and return the folder of the chosen bundle and its picture, or None.

    The window stays open, for the game that follows.

    Raises:
        PlaygroundError: there is nothing to show, or no display.
    """
    gallery = Gallery(load_starts(bundles))
    desktop = desktop_size()
    width, height = (min(side, round(room * _DESKTOP_SHARE)) for side, room in zip(_WINDOW, desktop, strict=True))
    open_window((width, height), "glass-play")
    show(gallery)
    if gallery.chosen is None:
        return None
    return gallery.chosen.bundle.folder, gallery.chosen.path


def _largest(starts: Sequence[Start]) -> tuple[int, int]:
    """Width and height in pixels that hold every picture."""
    return max(start.frame.shape[1] for start in starts), max(start.frame.shape[0] for start in starts)
