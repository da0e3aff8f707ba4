"""Layout of the gallery: a scrolling grid of cards."""

import math
from dataclasses import dataclass
from functools import cached_property

from pygame import Rect

from playground.ui.toolkit.layout import text_unit

_LARGEST_SCALE = 16
_LEAST_SCALE = 2
_LEAST_WIDTH = 7
"""Width of a card in lines of text that most names need."""
_ROW = 3
"""Pictures that stand in a row, where there are as many and the window allows it."""


@dataclass(frozen=True)
class GalleryGrid:
    """Places of the cards in a window."""

    window: tuple[int, int]
    """Width and height of the window."""
    count: int
    """How many cards there are."""
    picture: tuple[int, int]
    """Width and height in pixels that hold every picture."""
    text_size: float = 1.0
    """How large the text is, in what suits the window."""

    @cached_property
    def unit(self) -> int:
        """Height of a line of text."""
        return text_unit(self.window, self.text_size)

    @cached_property
    def room(self) -> Rect:
        """What heading and foot leave of the window."""
        top, bottom = 3 * self.unit, 2 * self.unit + self.unit // 2
        return Rect(0, top, self.window[0], max(1, self.window[1] - top - bottom))

    @cached_property
    def scale(self) -> int:
        """Largest whole scale at which all pictures are seen without scrolling; twice their size if a row fits."""
        for scale in range(_LARGEST_SCALE, 1, -1):
            row = self._columns(scale) >= min(self.count, _ROW)
            if row and (scale == _LEAST_SCALE or self._height(scale) <= self.room.height):
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
        return self.room.centerx - max(1, min(self.columns, self.count)) * self.cell[0] // 2, self.room.top + spare // 2

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
        width = max(self.picture[0] * scale + 2 * self.unit, _LEAST_WIDTH * self.unit)
        return width, self.picture[1] * scale + round(3.8 * self.unit)

    def _columns(self, scale: int) -> int:
        return max(1, (self.room.width - self.unit) // self._cell(scale)[0])

    def _height(self, scale: int) -> int:
        return math.ceil(self.count / self._columns(scale)) * self._cell(scale)[1]
