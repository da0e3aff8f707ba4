"""Details of pixel art: the few pixels that make its eyes, which no resampling keeps.

A pixel that is alone of its colour is lost, or doubled, where its picture is resampled. So they are taken out, what is
around them is resampled without them, and they are put back, each group of them as a whole.
"""

from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from glass.core.masks import SOLID

_CONTRAST = 200
"""Mean difference from its neighbours of other colours, summed over three channels of 255, that makes a detail."""
_TOGETHER = 5
"""Pixels within which details keep their places to one another."""
_MOST_PIXELS = 12
"""Most pixels of a detail; what is larger is a texture, or a part of the body."""

_Pixels = NDArray[np.uint8]
_Mask = NDArray[np.bool_]
_Value = TypeVar("_Value", np.bool_, np.int64)


@dataclass(frozen=True)
class Details:
    """What is taken out of art: D details of P pixels in all. Places are x and y, counted from the corner."""

    middles: NDArray[np.float64]
    """(D, 2): the middle of each detail."""
    firsts: NDArray[np.float64]
    """(D, 2): where its first pixel lies from there."""
    anchors: NDArray[np.intp]
    """(D,): the detail to which it keeps its place to the pixel, one nearby or itself."""
    members: NDArray[np.intp]
    """(P,): the detail that a pixel belongs to."""
    offsets: NDArray[np.float64]
    """(P, 2): where it lies from the first one of its detail."""
    colours: _Pixels
    """(P, 4)."""

    def put_back(self, shown: _Pixels, middles: NDArray[np.float64], turn: NDArray[np.float64]) -> None:
        """Put the details into the pixels that are shown (N, N, 4), where art is there, as they were.

        Args:
            shown: is changed.
            middles: (D, 2), where the middle of each is shown.
            turn: (2, 2), the rotation of what is shown.
        """
        firsts = middles + self.firsts @ turn.T
        corners = np.floor(firsts[self.anchors]) + np.rint(firsts - firsts[self.anchors])
        places = (corners[self.members] + np.rint(self.offsets @ turn.T)).astype(np.intp)
        within = ((places >= 0) & (places < len(shown))).all(1)
        columns, rows = places[within].T
        solid = shown[rows, columns, 3] > 255 * SOLID
        shown[rows[solid], columns[solid]] = self.colours[within][solid]


def packed(pixels: _Pixels) -> NDArray[np.uint32]:
    """Return RGBA pixels (..., 4) as one number each."""
    return np.ascontiguousarray(pixels).view(np.uint32)[..., 0]


def without_details(pixels: _Pixels) -> tuple[_Pixels, Details]:
    """Return art (H, W, 4) with its details painted over as their neighbours are, and the details.

    A detail is made of spots of up to three pixels of a colour inside the art that differ clearly from what is around.
    """
    marked = (_spots(packed(pixels)) & _is_inside(pixels[..., 3]) & (_contrast(pixels) >= _CONTRAST)).astype(np.uint8)
    count, labels, facts, _ = cv2.connectedComponentsWithStats(marked, connectivity=4)
    small = [label for label in range(1, count) if facts[label, cv2.CC_STAT_AREA] <= _MOST_PIXELS]
    found = [np.argwhere(labels == label)[:, ::-1] + 0.5 for label in small]
    middles = np.array([places.mean(0) for places in found]).reshape(-1, 2)
    firsts = np.array([places[0] for places in found]).reshape(-1, 2)
    members = np.repeat(np.arange(len(found)), [len(places) for places in found])
    every = np.concatenate(found) if found else np.zeros((0, 2))
    columns, rows = every.astype(np.intp).T
    details = Details(
        middles, firsts - middles, _anchors(firsts), members, every - firsts[members], pixels[rows, columns]
    )
    return _painted_over(pixels, np.isin(labels, small)), details


def _anchors(places: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return for each place (D, 2) the first one nearby that is its own anchor."""
    anchors: list[int] = []
    for index, place in enumerate(places):
        own = [other for other in range(index) if anchors[other] == other]
        near = (other for other in own if np.abs(places[other] - place).max() <= _TOGETHER)
        anchors.append(next(near, index))
    return np.array(anchors, np.intp)


def _beside(maps: NDArray[_Value]) -> list[NDArray[_Value]]:
    """Return maps (H, W, ...) as seen from the pixels to the right, to the left, below and above; sides repeat."""
    padded = np.pad(maps, ((1, 1), (1, 1), *((0, 0),) * (maps.ndim - 2)), "edge")
    return [padded[1:-1, :-2], padded[1:-1, 2:], padded[:-2, 1:-1], padded[2:, 1:-1]]


def _spots(colours: NDArray[np.uint32]) -> _Mask:
    """Say which of colours (H, W) belong to spots of one to three connected pixels of a colour."""
    framed = np.pad(colours.astype(np.int64), 1, constant_values=-1)
    same = [(other == framed)[1:-1, 1:-1] for other in _beside(framed)]
    degree = np.sum(same, 0)
    around = np.sum([np.where(one, other, 0) for one, other in zip(same, _beside(degree), strict=True)], 0)
    centre = (degree <= 2) & (around == degree)  # nothing goes on from its neighbours
    return np.asarray(centre | np.any([one & other for one, other in zip(same, _beside(centre), strict=True)], 0))


def _is_inside(alpha: _Pixels) -> _Mask:
    solid = np.pad(alpha > 255 * SOLID, 1)
    return np.asarray(np.all([solid, *_beside(solid)], 0)[1:-1, 1:-1])


def _contrast(pixels: _Pixels) -> NDArray[np.float64]:
    """Return the mean difference of pixels (H, W, 4) from those of their four neighbours that are not the same."""
    levels = pixels[..., :3].astype(np.int64)
    away = [np.abs(levels - other).sum(2) for other in _beside(levels)]
    return np.asarray(np.sum(away, 0) / np.maximum(np.count_nonzero(away, 0), 1))


def _painted_over(pixels: _Pixels, marked: _Mask) -> _Pixels:
    """Return pixels (H, W, 4) with marked ones (H, W) in the most frequent colour of those around, from the rim in."""
    painted, left = pixels.copy(), marked.copy()
    while left.any():
        known = left.copy()
        for y, x in np.argwhere(left):
            near = [tuple(painted[at]) for at in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)) if not left[at]]
            if near:
                painted[y, x], known[y, x] = max(near, key=near.count), False
        left = known
    return painted
