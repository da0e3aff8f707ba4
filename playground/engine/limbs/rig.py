"""Cutting limbs out of a picture, by what a model tells of them.

They are cut out once, at the size at which they are shown. What a limb leaves behind is filled from the pixels next to
it; a far limb that its near twin hides is a copy of that one.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from glass.core.limbs import BODY, GAITS, LIMBS
from glass.core.masks import SOLID
from playground.engine.limbs.finding import FAR, LEGS, LimbFinder
from playground.engine.limbs.masks import Mask, Pixels, nearest_of
from playground.engine.limbs.pieces import CutLimbs, Piece

_TOOL, _ARM, _WHEEL = (LIMBS.index(limb) for limb in ("tool", "arm", "wheel"))
_ARMS = _ARM, FAR[_ARM]
_OVERLAP = 0.1
"""How far around their joints limbs behind the body reach under it, and it under those before it, to the agent's longer
side: no gaps open there."""
_GAP = 0.08
"""Half the width of a gap in the body that is filled where a limb before it moves, to the agent's longer side."""
_LEGGED, _CALM = 0.05, np.float32(0.3)
"""Share of the agent that is legs from which on it steps, and how much of its body's motion in gaits it keeps then."""
_UP = 20.0
"""Degrees from straight up to which an arm is raised."""
_CRUMB = 0.08
"""Share of the largest part below which one that is not connected to it is left out while limbs move."""
_EDGE = 7
"""Pixels across in which what is half clear beside a solid one is its edge."""
_LEAST_SIDE, _SIDE = 96, 288
"""Sides in pixels from which on, and up to which, limbs are found as the picture shows them; larger ones are reduced,
smaller ones, such as pixel art, enlarged by whole pixels."""

_SAMPLED = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP

_Map = NDArray[np.float32]
_Value = TypeVar("_Value", np.float32, np.uint8)


@dataclass(frozen=True)
class Rig:
    """What is told of the limbs of an agent, with L of `LIMBS` and A of `ACTIONS`; S is the window's side."""

    seen: _Map
    """(L, S, S): probability that a limb is seen at a pixel."""
    covered: _Map
    """(L, S, S): probability that one covers a pixel, seen or behind others."""
    joints: _Map
    """(2, S, S): where the joint of the limb that is seen lies, right and down from the pixel in pixels."""
    motions: _Map
    """(A, 8, L, 5): how limbs move at the times of each action's cycle, see `playground.engine.limbs.pieces`."""

    def stepping(self, solid: Mask) -> "Rig":
        """Return it with a calm body in gaits if much of what is solid (S, S) is legs: who steps hardly rocks."""
        legs = self.seen[list(LEGS)].sum(0)[solid]
        if not len(legs) or (legs > SOLID).mean() < _LEGGED:
            return self
        motions = self.motions.copy()
        motions[: len(GAITS), :, BODY] *= _CALM
        return replace(self, motions=motions)

    def with_room(self, room: int) -> "Rig":
        """Return it for a window that is wider on each side by so many pixels of this one."""
        beside = ((0, 0), (room, room), (room, room))
        seen, covered, joints = (np.pad(one, beside) for one in (self.seen, self.covered, self.joints))
        return Rig(seen, covered, joints, self.motions)

    def cut(self, pixels: Pixels) -> CutLimbs:
        """Cut limbs that move by themselves out of a window's pixels (N, N, 4), premultiplied RGBA."""
        left, top, side = _square_around(pixels[..., 3] > 0)
        cutter = _Cutter(self._within(left, top, side, len(pixels)), pixels[top : top + side, left : left + side])
        pieces = cutter.pieces()
        body = cutter.body() if pieces else cutter.pixels
        return CutLimbs(body, pieces, cutter.middle, cutter.side).moved(left, top)

    def _within(self, left: int, top: int, side: int, of: int) -> "Rig":
        """Return it for a square of the window, whose side is `of` pixels."""
        cell = of / self.seen.shape[-1]
        count = -(-side // max(1, round(cell)))
        zoom = side / (count * cell)
        corner = (left / cell + zoom / 2 - 0.5, top / cell + zoom / 2 - 0.5)
        motion = np.array([[zoom, 0, corner[0]], [0, zoom, corner[1]]])
        seen, covered, joints = (
            np.array([cv2.warpAffine(one, motion, (count, count), flags=_SAMPLED) for one in maps], np.float32)
            for maps in (self.seen, self.covered, self.joints)
        )
        return Rig(seen, covered, joints / np.float32(zoom), self.motions)


class _Cutter:
    """Cuts one picture. Limbs are found at another size, and their masks resized."""

    def __init__(self, rig: Rig, pixels: Pixels) -> None:
        self._rig, self.pixels, self._count = rig, pixels, len(pixels)
        self._small = min(self._count * max(1, -(-_LEAST_SIDE // self._count)), _SIDE)
        rows, columns = np.nonzero(pixels[..., 3] > 255 * SOLID)
        self.side, self.middle = 1.0, (0.0, 0.0)
        if len(rows):
            self.side = float(max(np.ptp(rows), np.ptp(columns)) + 1)
            self.middle = (columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2
        seen = np.stack([self._resized(one, self._small) for one in rig.seen])
        shown = np.asarray(cv2.resize(pixels, (self._small, self._small), interpolation=cv2.INTER_NEAREST), np.uint8)
        self._solid = shown[..., 3] > 0
        shrunk = self._small / self._count
        joints = self._joints * np.float32(shrunk)
        self._found = LimbFinder(seen, joints, shown, self._solid, self.side * shrunk).find()
        self._limbs = np.full(self._solid.shape, BODY, np.uint8)
        for limb, piece in self._found:
            self._limbs[piece] = limb

    @cached_property
    def _joints(self) -> _Map:
        """Where joints lie, (2, n, n) in pixels of the picture."""
        ways = np.stack([self._resized(one, self._small) for one in self._rig.joints])
        return np.asarray(self._places + ways * np.float32(self._count / self._rig.seen.shape[-1]), np.float32)

    @cached_property
    def _places(self) -> _Map:
        """Where the places are at which limbs are found, (2, n, n) in pixels of the picture."""
        rows, columns = np.indices((self._small, self._small)) + 0.5
        return np.asarray(np.stack([columns, rows]) * (self._count / self._small), np.float32)

    def _resized(self, one: NDArray[_Value], side: int) -> NDArray[_Value]:
        return np.asarray(cv2.resize(one, (side, side), interpolation=cv2.INTER_LINEAR), one.dtype)

    def _whole(self, mask: Mask) -> Mask:
        """Return a mask as large as the picture, where that shows anything."""
        large = self._resized(mask.astype(np.float32), self._count) > SOLID
        return np.asarray(large & (self.pixels[..., 3] > 0))

    def body(self) -> Pixels:
        """Return the body, filled where limbs before it hide it."""
        body, before = self._whole(self._limbs == BODY), self._whole(self._limbs > BODY)
        covered = self._resized(self._rig.covered[BODY], self._small) > SOLID
        behind = self._whole(covered | self._between((self._limbs == BODY) & self._solid))
        for limb, piece in self._found:
            if limb > BODY:
                behind |= self._at_joint(self._joint(limb, piece))
        return _without_crumbs(self._filled(body, before & behind & _hull(body)))

    def pieces(self) -> list[Piece]:
        """Return the pieces of limbs, those behind first."""
        made = [self._piece(limb, piece) for limb, piece in self._found]
        made += self._hidden()
        arms = [piece for piece in made if piece.limb == _ARM]
        for index, piece in enumerate(made):
            if piece.limb == _TOOL and arms:
                nearest = min(arms, key=lambda arm: np.hypot(*np.subtract(_middle(arm), _middle(piece))))
                made[index] = replace(piece, parent=nearest)
        return sorted(made, key=lambda piece: piece.limb)

    def _piece(self, limb: int, piece: Mask) -> Piece:
        mask = self._whole(piece)
        hidden = np.zeros_like(mask)
        if limb < BODY:  # It reaches under the body.
            hidden = self._at_joint(self._joint(limb, piece)) & self._whole(self._limbs == BODY)
        return self._cut_out(limb, self._filled(mask, hidden), piece)

    def _hidden(self) -> list[Piece]:
        """Return copies of near limbs for the far ones that they hide."""
        copies, seen = [], {limb for limb, _ in self._found}
        for near, far in FAR.items():
            covered = self._resized(self._rig.covered[far], self._small) > SOLID
            for limb, piece in self._found if far not in seen else ():
                if limb == near and np.count_nonzero(covered & piece) > SOLID * np.count_nonzero(piece):
                    pixels = np.where(self._whole(piece)[..., None], self.pixels, 0)
                    copies.append(self._cut_out(far, np.asarray(pixels, np.uint8), piece))
        return copies

    def _cut_out(self, limb: int, pixels: Pixels, piece: Mask) -> Piece:
        pixels = _without_crumbs(pixels)
        left, top, width, height = cv2.boundingRect((pixels[..., 3] > 0).astype(np.uint8))
        part = np.ascontiguousarray(pixels[top : top + height, left : left + width])
        cut = Piece(limb, part, (left, top), self._joint(limb, piece))
        return replace(cut, turns=_beside_face(cut)) if limb in _ARMS else cut

    def _joint(self, limb: int, piece: Mask) -> tuple[float, float]:
        """Return the joint of a piece, (x, y) in pixels of the picture; a wheel's is its middle."""
        x, y = (float(np.median(line[piece])) for line in (self._places if limb == _WHEEL else self._joints))
        return x, y

    def _at_joint(self, joint: tuple[float, float]) -> Mask:
        """Return what lies around a joint, (N, N)."""
        disc = np.zeros(self.pixels.shape[:2], np.uint8)
        middle = round(joint[0]), round(joint[1])
        return np.asarray(cv2.circle(disc, middle, max(1, round(_OVERLAP * self.side)), 1, cv2.FILLED) > 0)

    def _between(self, body: Mask) -> Mask:
        """Return what lies between parts of the body, (n, n): a limb before it does not end it."""
        side = 2 * round(_GAP * self.side * self._small / self._count) + 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
        padded = np.pad(body, side).astype(np.uint8)
        return np.asarray(cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)[side:-side, side:-side] > 0)

    def _filled(self, mask: Mask, hidden: Mask) -> Pixels:
        """Return the pixels of a mask, and what is hidden in the colours of its nearest ones."""
        pixels = np.where(mask[..., None], self.pixels, 0).astype(np.uint8)
        sources, hidden = mask & (self.pixels[..., 3] > 255 * SOLID), hidden & ~mask
        if hidden.any() and sources.any():
            rows, columns = nearest_of(sources, hidden)
            pixels[hidden] = self.pixels[rows, columns]
        return pixels


def _square_around(mask: Mask) -> tuple[int, int, int]:
    """Return left, top and side of a square within a square mask (N, N) that holds all of it, and a pixel around it."""
    left, top, width, height = cv2.boundingRect(mask.astype(np.uint8))
    side = min(len(mask), max(width, height) + 2)
    left, top = (max(0, min(at - 1, len(mask) - side)) for at in (left, top))
    return left, top, side


def _hull(mask: Mask) -> Mask:
    """Return the convex hull of a mask: what a limb hides of a body lies within it, and its other parts do not."""
    points = cv2.findNonZero(mask.astype(np.uint8))
    hull = np.zeros(mask.shape, np.uint8)
    if points is not None:
        cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
    return np.asarray(hull > 0)


def _without_crumbs(pixels: Pixels) -> Pixels:
    """Return pixels (N, N, 4) without small parts that are not connected to the others: crumbs of what was cut off."""
    solid = (pixels[..., 3] > 255 * SOLID).astype(np.uint8)
    count, parts, facts, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    areas = facts[1:, cv2.CC_STAT_AREA]
    if count <= 2:
        return pixels
    crumbs = 1 + np.flatnonzero(areas < _CRUMB * areas.max())
    left = cv2.subtract(solid, np.isin(parts, crumbs).astype(np.uint8))
    near = cv2.dilate(left, np.ones((_EDGE, _EDGE), np.uint8))  # What is half clear beside it is its edge.
    return np.asarray(np.where((near > 0)[..., None], pixels, 0), np.uint8)


def _beside_face(arm: Piece) -> tuple[float, float]:
    """Return how far an arm may turn, in degrees: until it points up, `_UP` to its own side, and crosses no face."""
    x, y = np.subtract(_middle(arm), arm.joint)
    from_up = float(np.degrees(np.arctan2(x, -y)))  # clockwise
    if from_up > 0:
        return min(0.0, _UP - from_up), 360.0 - _UP - from_up
    return _UP - 360.0 - from_up, max(0.0, -_UP - from_up)


def _middle(piece: Piece) -> tuple[float, float]:
    return piece.corner[0] + piece.pixels.shape[1] / 2, piece.corner[1] + piece.pixels.shape[0] / 2
