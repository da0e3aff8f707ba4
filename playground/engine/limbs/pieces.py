"""A picture cut into its body and pieces of its limbs, and how it is shown with its limbs moved.

How limbs are moved is said by (L, 5) numbers, L of `LIMBS`: for each its turn in degrees, clockwise; how far its joint
moves right and down, as a share of the agent's longer side; and logarithms of the factors by which it grows across and
along. All limbs hang at the body, whose joint is the middle of the agent's bounding box.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from glass.core.limbs import BODY

_STILL = np.float32(1e-3)
"""Degrees, and shares of the agent's longer side, that nobody sees."""
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
    turns: tuple[float, float] = (-np.inf, np.inf)
    """How far it may turn, in degrees: from the lowest to the highest."""

    def moved(self, x: int, y: int) -> "Piece":
        """Return it elsewhere, with what it hangs at."""
        corner, joint = (self.corner[0] + x, self.corner[1] + y), (self.joint[0] + x, self.joint[1] + y)
        return replace(self, corner=corner, joint=joint, parent=self.parent and self.parent.moved(x, y))

    @property
    def corners(self) -> NDArray[np.float64]:
        """Its corners, (3, 4): x, y and 1."""
        (height, width), (x, y) = self.pixels.shape[:2], self.corner
        return np.array([[x, x + width, x, x + width], [y, y, y + height, y + height], [1, 1, 1, 1.0]])

    def motion(self, limbs: _Map, side: float) -> NDArray[np.float64]:
        """Return how it moves against the body, (3, 3), when limbs (L, 5) move, and the agent's side."""
        moves = limbs[self.limb].copy()
        moves[0] = np.clip(moves[0], *self.turns)
        motion = _motion(moves, self.joint, side)
        return motion if self.parent is None else self.parent.motion(limbs, side) @ motion


@dataclass(frozen=True)
class CutLimbs:
    """A picture, cut into its body and pieces of its limbs."""

    body: _Pixels
    """(n, n, 4), premultiplied RGBA."""
    pieces: Sequence[Piece]
    """Those behind first."""
    middle: tuple[float, float]
    """(x, y) of the agent's bounding box."""
    side: float
    """Its longer side in pixels."""
    corner: tuple[int, int] = (0, 0)
    """Where the body's left top lies, (x, y)."""

    def moved(self, x: int, y: int) -> "CutLimbs":
        """Return the same picture with so much room left of it and above it."""
        pieces = [piece.moved(x, y) for piece in self.pieces]
        middle = (self.middle[0] + x, self.middle[1] + y)
        return CutLimbs(self.body, pieces, middle, self.side, (self.corner[0] + x, self.corner[1] + y))

    def posed(self, limbs: _Map, side: int) -> _Pixels:
        """Return the picture in its own pixels with its limbs (L, 5) moved, but not its body.

        It is (side, side, 4), premultiplied RGBA.
        """
        line, still = np.arange(side, dtype=np.float32), limbs.copy()
        still[BODY] = 0
        return self.fetched(still, *np.meshgrid(line, line), cv2.INTER_NEAREST)

    def before_body(self, limbs: _Map, places: _Map) -> _Map:
        """Return where what the body, and all that hangs at it, brings to places (h, w, 2) came from."""
        whole = _motion(limbs[BODY], self.middle, self.side)
        return np.asarray(cv2.transform(places, (_BACK @ np.linalg.inv(whole) @ _FORTH)[:2]), np.float32)

    def fetched(self, limbs: _Map, x: _Map, y: _Map, interpolation: int = cv2.INTER_LINEAR) -> _Pixels:
        """Fetch what lies at places x and y (h, w) of the picture, as OpenCV counts them, with its limbs moved."""
        places: _Map = np.dstack((x, y))
        if limbs_move(limbs[BODY]):
            places = self.before_body(limbs, places)
            x, y = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
        left, top = self.corner
        canvas = np.asarray(cv2.remap(self.body, x - left, y - top, interpolation), np.uint8)
        few = x[::_EVERY, ::_EVERY], y[::_EVERY, ::_EVERY]
        margin = 2 + max(float(np.abs(np.diff(one, axis=axis)).max(initial=0)) for one in few for axis in (0, 1))
        behind = [piece for piece in self.pieces if piece.limb < BODY]
        for piece in (*reversed(behind), *self.pieces[len(behind) :]):
            motion = piece.motion(limbs, self.side)
            if (box := _box_within(few, margin, (motion @ piece.corners)[:2])) is None:
                continue
            to_piece = _moved(-piece.corner[0], -piece.corner[1]) @ _BACK @ np.linalg.inv(motion) @ _FORTH
            across, down = cv2.split(cv2.transform(places[box], to_piece[:2]))
            shown = cv2.remap(piece.pixels, across, down, interpolation)
            upper, lower = (canvas[box], shown) if piece.limb < BODY else (shown, canvas[box])
            clear = cv2.merge((255 - np.ascontiguousarray(upper[..., 3]),) * 4)
            canvas[box] = cv2.add(upper, cv2.multiply(np.ascontiguousarray(lower), clear, scale=1 / 255))
        return canvas


def limbs_move(limbs: _Map) -> bool:
    """Say whether limbs (..., 5) are moved at all."""
    return bool((np.abs(limbs) > _STILL).any())


def _moved(x: float, y: float) -> NDArray[np.float64]:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


_FORTH, _BACK = _moved(0.5, 0.5), _moved(-0.5, -0.5)
"""Pixels' middles are moved, which OpenCV counts from 0."""


def _motion(limb: _Map, joint: tuple[float, float], side: float) -> NDArray[np.float64]:
    """Return how a limb moves, (3, 3), by its numbers (5,), its joint and the agent's side."""
    angle, across, down, wide, high = (float(value) for value in limb)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]]) @ np.diag([np.exp(wide), np.exp(high), 1])
    moved = _moved(joint[0] + across * side, joint[1] + down * side) @ turn @ _moved(-joint[0], -joint[1])
    return np.asarray(moved, np.float64)


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
