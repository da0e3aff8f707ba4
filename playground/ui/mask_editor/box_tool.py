"""Box tool of the mask editor: a box is dragged, and what stands in it is cut out, in a thread of its own."""

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from playground.pictures.box_cut import Box, cut_in_box
from playground.ui.mask_editor.brush import Levels, Point

_LEAST = 3
"""Pixels that a box must be wide and high; a smaller one is a slip."""


class BoxTool:
    """Drags boxes over a picture."""

    def __init__(self, pixels: NDArray[np.uint8], active: bool = False) -> None:
        """Take the picture, (H, W, 3)."""
        self.active = active
        """Whether dragging draws a box, not a stroke."""
        self._pixels = pixels
        self._start: Point | None = None
        self._end: Point = (0.0, 0.0)
        self._thread = ThreadPoolExecutor(1, "box")
        self._coming: Future[Levels] | None = None

    @property
    def box(self) -> Box | None:
        """The box that is being dragged, inside the picture."""
        if self._start is None:
            return None
        height, width = self._pixels.shape[:2]
        (left, right), (top, bottom) = (
            sorted((min(max(round(a), 0), side), min(max(round(b), 0), side)))
            for a, b, side in zip(self._start, self._end, (width, height), strict=True)
        )
        return left, top, right, bottom

    @property
    def busy(self) -> bool:
        """Whether something is being cut out."""
        return self._coming is not None

    def begin(self, point: Point) -> None:
        """Put a corner down."""
        self._start = self._end = point

    def move(self, point: Point) -> None:
        """Draw the box up to a point."""
        self._end = point

    def end(self) -> None:
        """Lift the tool: what stands in the box is cut out."""
        box, self._start = self.box, None
        if box is not None and min(box[2] - box[0], box[3] - box[1]) >= _LEAST:
            self._coming = self._thread.submit(cut_in_box, self._pixels, box)

    def take(self) -> Levels | None:
        """Return the mask (H, W) that was cut out since, if any."""
        if self._coming is None or not self._coming.done():
            return None
        done, self._coming = self._coming.result(), None
        return done
