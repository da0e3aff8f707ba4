"""Layout of the gallery: a scrolling grid of cards, in sections under headings."""

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
class GridRow:
    """A row of cards."""

    first: int
    """Number of its first card."""
    count: int
    top: int
    """Where it begins, in pixels below the first heading."""


@dataclass(frozen=True)
class GalleryGrid:
    """Places of the cards in a window."""

    window: tuple[int, int]
    """Width and height of the window."""
    counts: tuple[int, ...]
    """How many cards each section has, at least one."""
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
            row = self._columns(scale) >= min(max(self.counts, default=1), _ROW)
            if row and (scale == _LEAST_SCALE or self._height(scale) <= self.room.height):
                return scale
        return 1

    @cached_property
    def cell(self) -> tuple[int, int]:
        """Width and height of a card with the gap to the next."""
        return self._cell(self.scale)

    @cached_property
    def columns(self) -> int:
        """Most cards in a row."""
        return self._columns(self.scale)

    @cached_property
    def rows(self) -> tuple[GridRow, ...]:
        """All rows, section after section."""
        rows, first, top = [], 0, 0
        for count in self.counts:
            top += self.heading
            for start in range(0, count, self.columns):
                rows.append(GridRow(first + start, min(self.columns, count - start), top))
                top += self.cell[1]
            first += count
        return tuple(rows)

    @property
    def heading(self) -> int:
        """Height of a section's heading."""
        return 2 * self.unit

    @cached_property
    def left(self) -> int:
        """Where the first card of a row begins."""
        return self.room.centerx - max(1, min(self.columns, max(self.counts, default=1))) * self.cell[0] // 2

    def box(self, index: int, scroll: int) -> Rect:
        """Card number `index` when the grid is moved up by `scroll` pixels."""
        row = self._row_of(index)
        (width, height), gap = self.cell, self.unit // 2
        corner = self.left + (index - row.first) * width, self.room.top + row.top - scroll
        return Rect(corner, (width, height)).inflate(-gap, -gap)

    def heading_box(self, section: int, scroll: int) -> Rect:
        """The heading of section number `section`."""
        row = self._row_of(sum(self.counts[:section]))
        gap = self.unit // 2
        top = self.room.top + row.top - self.heading - scroll
        return Rect(self.left + gap, top, self.columns * self.cell[0] - 2 * gap, self.heading)

    def index_at(self, point: tuple[int, int], scroll: int) -> int | None:
        """Number of the card at a point of the window, else None."""
        if not self.room.collidepoint(point):
            return None
        seen = (row for row in self.rows if self.box(row.first, scroll).top <= point[1])
        row = max(seen, key=lambda row: row.top, default=None)
        cards = range(row.first, row.first + row.count) if row is not None else ()
        return next((index for index in cards if self.box(index, scroll).collidepoint(point)), None)

    def beside(self, index: int, x: int, y: int) -> int:
        """Number of the card `x` further in order, or in the row `y` further down as near as may be; -1 for none."""
        if y == 0:
            return index + x
        rows = self.rows
        at = next(number for number, row in enumerate(rows) if row is self._row_of(index))
        if not 0 <= at + y < len(rows):
            return -1
        return rows[at + y].first + min(index - rows[at].first, rows[at + y].count - 1)

    def bounded(self, scroll: int) -> int:
        """`scroll` kept between the first and the last row."""
        return max(0, min(scroll, self._height(self.scale) - self.room.height))

    def revealing(self, index: int, scroll: int) -> int:
        """The scroll nearest to `scroll` that shows card number `index` whole, and a first row with its heading."""
        if not self.rows:
            return 0
        row = self._row_of(index)
        starts = {sum(self.counts[:section]) for section in range(len(self.counts))}
        top = row.top - (self.heading if row.first in starts else 0)
        return self.bounded(min(top, max(scroll, row.top + self.cell[1] - self.room.height)))

    def _row_of(self, index: int) -> GridRow:
        return next(row for row in reversed(self.rows) if row.first <= index)

    def _cell(self, scale: int) -> tuple[int, int]:
        width = max(self.picture[0] * scale + self.unit, _LEAST_WIDTH * self.unit)
        return width, self.picture[1] * scale + round(2.6 * self.unit)

    def _columns(self, scale: int) -> int:
        return max(1, (self.room.width - self.unit) // self._cell(scale)[0])

    def _height(self, scale: int) -> int:
        rows = sum(math.ceil(count / self._columns(scale)) for count in self.counts)
        return len(self.counts) * self.heading + rows * self._cell(scale)[1]
