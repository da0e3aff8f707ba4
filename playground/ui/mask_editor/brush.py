"""Brush strokes on a mask: adding, erasing, size, undo and redo."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
"""Widths in pixels that a brush can have."""
_REMEMBERED = 200
"""Steps that can be undone."""

Levels = NDArray[np.float32]
"""A mask, (H, W) in [0, 1]."""
Point = tuple[float, float]
"""A place (x, y) in pixels; pixel i reaches from i to i + 1. It may lie outside the mask."""


class Brush:
    """Paints a mask stroke by stroke; what no stroke touches keeps its soft edge.

    A stroke begins, moves and ends, and is one step to undo. Nothing here draws or reads a device.
    """

    def __init__(self, levels: Levels, size: int = 6) -> None:
        """Begin with a mask, (H, W) in [0, 1], which is left as it is, and a width of SIZES."""
        self._levels: Levels = np.array(levels, np.float32)
        self._first = self._levels
        self._size = SIZES.index(size)
        self._past: deque[Levels] = deque(maxlen=_REMEMBERED)
        self._future: list[Levels] = []
        self._before: Levels | None = None
        self._erases = False
        self._at: Point = (0.0, 0.0)

    @property
    def levels(self) -> Levels:
        """The mask as painted, (H, W) in [0, 1]; another array after every change, and never to be written to."""
        return self._levels

    @property
    def size(self) -> int:
        """Width of the brush in pixels."""
        return SIZES[self._size]

    def resize(self, steps: int) -> None:
        """Make the brush wider by so many of SIZES, or narrower if negative, as far as they go."""
        self._size = min(max(self._size + steps, 0), len(SIZES) - 1)

    def begin(self, point: Point, erases: bool = False) -> None:
        """Put the brush down; one that is still down is lifted first."""
        self.end()
        self._before, self._erases, self._at = self._levels, erases, point
        self.move(point)

    def move(self, point: Point) -> None:
        """Draw the brush in a straight line to `point`; nothing happens while it is not down."""
        if self._before is None:
            return
        levels = self._levels.copy()
        levels[_stroke(levels.shape, self._at, point, self.size)] = 0 if self._erases else 1
        self._levels, self._at = levels, point

    def end(self) -> None:
        """Lift the brush."""
        before, self._before = self._before, None
        if before is not None:
            self._remember(before)

    def clear(self) -> None:
        """Erase everything."""
        self._replace(np.zeros_like(self._levels))

    def put(self, levels: Levels) -> None:
        """Take another mask, (H, W) in [0, 1], for the one painted so far; this can be undone."""
        self._replace(levels)

    def restore(self) -> None:
        """Go back to the mask at the beginning; this too can be undone."""
        self._replace(self._first)

    def undo(self) -> bool:
        """Take back the last step; returns whether there was one."""
        self.end()
        if not self._past:
            return False
        self._future.append(self._levels)
        self._levels = self._past.pop()
        return True

    def redo(self) -> bool:
        """Do again what was taken back last; returns whether there was anything."""
        self.end()
        if not self._future:
            return False
        self._past.append(self._levels)
        self._levels = self._future.pop()
        return True

    def _replace(self, levels: Levels) -> None:
        self.end()
        before, self._levels = self._levels, levels
        self._remember(before)

    def _remember(self, before: Levels) -> None:
        """Make what has changed since `before` a step to undo; no change is no step."""
        if not np.array_equal(before, self._levels):
            self._past.append(before)
            self._future.clear()


def _stroke(shape: tuple[int, ...], start: Point, end: Point, size: int) -> NDArray[np.bool_]:
    """Return the pixels (H, W) whose centre is within half of `size` of the line between two pixels' centres."""
    (x0, y0), (x1, y1) = (np.floor(start) + 0.5, np.floor(end) + 0.5)
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2
    along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / max(length, 1.0)
    along = along.clip(0, 1)
    distance = (x - x0 - along * (x1 - x0)) ** 2 + (y - y0 - along * (y1 - y0)) ** 2
    near: NDArray[np.bool_] = distance <= (size / 2) ** 2
    return near
