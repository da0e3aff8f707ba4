"""A picture cut into its body and pieces of its limbs, and how it is shown with its limbs moved."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from glass.core.limbs import BODY

_EVERY = 8
"""Every which place is looked at to find a piece's box."""

_Map = NDArray[np.float32]
_Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Piece:
    """A connected piece of a limb."""

    limb: int
    """Of `LIMBS`."""
    pixels: _Pixels
    """(h, w, 4), premultiplied RGBA."""
    corner: tuple[int, int]
    """Where its left top lies, (x, y)."""
    joint: tuple[float, float]
    """(x, y)."""
    parent: "Piece | None" = None
    """The piece that it hangs at; None for the body."""

    @property
    def corners(self) -> NDArray[np.float64]:
        """Its corners, (3, 4): x, y and 1."""
        (height, width), (x, y) = self.pixels.shape[:2], self.corner
        return np.array([[x, x + width, x, x + width], [y, y, y + height, y + height], [1, 1, 1, 1.0]])

    def motion(self, limbs: _Map, side: float) -> NDArray[np.float64]:
        """Return how it moves, (3, 3), when limbs turn, (L, 3) as of `CutLimbs.posed`, and the agent's side."""
        angle, across, down = (float(value) for value in limbs[self.limb])
        (x, y), radians = self.joint, np.radians(angle)
        cos, sin = np.cos(radians), np.sin(radians)
        turn = np.array([[cos, -sin, x - cos * x + sin * y], [sin, cos, y - sin * x - cos * y], [0, 0, 1]])
        turn[:2, 2] += across * side, down * side
        return turn if self.parent is None else self.parent.motion(limbs, side) @ turn


@dataclass(frozen=True)
class CutLimbs:
    """A picture, cut into its body and pieces of its limbs."""

    body: _Pixels
    """(N, N, 4), premultiplied RGBA."""
    pieces: Sequence[Piece]
    """Those behind first."""
    side: float
    """The agent's longer side in pixels."""

    def posed(self, limbs: _Map) -> _Pixels:
        """Return the picture in its own pixels with its limbs (L, 3) moved: (N, N, 4), premultiplied RGBA.

        Limbs are said by their turns in degrees, clockwise, and by how far their joints move right and down as a share
        of the agent's longer side.
        """
        line = np.arange(len(self.body), dtype=np.float32)
        return self.fetched(limbs, *np.meshgrid(line, line), cv2.INTER_NEAREST)

    def fetched(self, limbs: _Map, x: _Map, y: _Map, interpolation: int = cv2.INTER_LINEAR) -> _Pixels:
        """Fetch what lies at places x and y (h, w) of the picture, as OpenCV counts them, with its limbs moved."""
        canvas, places = np.asarray(cv2.remap(self.body, x, y, interpolation), np.uint8), cv2.merge((x, y))
        few = x[::_EVERY, ::_EVERY], y[::_EVERY, ::_EVERY]
        margin = 2 + max(float(np.abs(np.diff(one, axis=axis)).max(initial=0)) for one in few for axis in (0, 1))
        behind = [piece for piece in self.pieces if piece.limb < BODY]
        for piece in (*reversed(behind), *self.pieces[len(behind) :]):
            motion = piece.motion(limbs, self.side)
            if (box := _box_within(few, margin, (motion @ piece.corners)[:2])) is None:
                continue
            # Pixels' middles are moved, which OpenCV counts from 0.
            shift, back = _moved(0.5, 0.5), _moved(-piece.corner[0] - 0.5, -piece.corner[1] - 0.5)
            to_piece = (back @ np.linalg.inv(motion) @ shift)[:2]
            across, down = cv2.split(cv2.transform(places[box], to_piece))
            shown = cv2.remap(piece.pixels, across, down, interpolation)
            upper, lower = (canvas[box], shown) if piece.limb < BODY else (shown, canvas[box])
            clear = cv2.merge((255 - np.ascontiguousarray(upper[..., 3]),) * 4)
            canvas[box] = cv2.add(upper, cv2.multiply(np.ascontiguousarray(lower), clear, scale=1 / 255))
        return canvas


def _moved(x: float, y: float) -> NDArray[np.float64]:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def _box_within(few: tuple[_Map, _Map], margin: float, corners: NDArray[np.float64]) -> tuple[slice, slice] | None:
    """Return the rows and columns of places at which a moved piece is; None if it is at none.

    Args:
        few: x and y of every `_EVERY`th place.
        margin: farthest that the places between them lie from them.
        corners: (2, 4) of the piece.
    """
    within = np.ones(few[0].shape, bool)
    for places, line in zip(few, corners, strict=True):
        within &= (places >= line.min() - margin) & (places <= line.max() + margin)
    rows, columns = (np.flatnonzero(within.any(axis)) for axis in (1, 0))
    if not len(rows):
        return None
    down, across = (slice(max(0, (line[0] - 1) * _EVERY), (line[-1] + 2) * _EVERY) for line in (rows, columns))
    return down, across
