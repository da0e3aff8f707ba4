"""Cut-out animation: the limbs that a picture is told to have are cut out of it, and turned about their joints.

They are cut out once, at the size at which they are shown: connected pieces, each with its own joint. What a limb
leaves behind is filled from the pixels next to it; a far limb that its near twin hides is a copy of that one. At rest a
picture is exactly as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from glass.core.limbs import ACTIONS, BODY, GAITS, LIMBS
from glass.core.masks import SOLID

_NEAR = {LIMBS.index(far): LIMBS.index(near) for far, near in (("leg b", "leg a"), ("leg d", "leg c"))}
_NEAR |= {LIMBS.index(f"{limb} back"): LIMBS.index(limb) for limb in ("arm", "wing")}
"""Far limbs, and the near ones that hide them."""
_TOOL, _ARM, _WHEEL = LIMBS.index("tool"), LIMBS.index("arm"), LIMBS.index("wheel")
_REPEATED = (*range(len(GAITS)), ACTIONS.index("shake"))
"""Actions that go round for as long as they last; the others are held at `_HELD`."""
_HELD = 6
"""The last time of an action's cycle that is shown of one that is held."""

NO_LIMBS = np.zeros((0, 3), np.float32)
"""The limbs of models that tell none."""

_SURE = 0.55
"""Mean probability of its pixels from which a piece is believed to be the limb; else it belongs to the body."""
_KINDS = (
    *(tuple(LIMBS.index(f"leg {leg}") for leg in "abcd"), (LIMBS.index("arm"), LIMBS.index("arm back"))),
    *((LIMBS.index("wing"), LIMBS.index("wing back")), (BODY,)),
    *((LIMBS.index(limb),) for limb in ("tail", "wheel", "head", "fin", "tool")),
)
"""Limbs that are alike."""
_PART = 0.25
"""Share of a connected piece from which on a part of it is another limb of the same kind."""
_ROUND = 0.7
"""Least share that a wheel has of the square, and of the circle, that it fills."""
_COLOURS, _AGREED = 48, 0.65
"""How many colours are looked at, and the share of an area of one colour that makes it of one label."""
_RIM = 0.02
"""Half the width, to the root of the agent's area, up to which the body's edge beside a limb is the limb's."""
_SMALLEST = 0.004
"""Share of the agent's pixels from which on a piece moves."""
_SMALL, _TOUCHING = 0.02, 0.3
"""Share of the agent's pixels below which a piece is a splinter of another limb that makes that share of its rim."""
_LARGEST = 0.6
"""Share of the agent's pixels up to which one does."""
_OVERLAP = 1 / 24
"""By how much pieces behind reach under what is before them, and the body under those before it, to the agent's longer
side: no gaps open at joints."""
_STILL = np.float32(1e-3)
"""Degrees, and shares of the agent's longer side, that nobody sees."""

_EVERY = 8
"""Every which place is looked at to find a piece's box."""
_SIDE = 384
"""Side in pixels up to which limbs are found as the picture shows them."""

_Map = NDArray[np.float32]
_Mask = NDArray[np.bool_]
_Pixels = NDArray[np.uint8]
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
    """(A, 8, L, 3): how limbs move at the times of each action's cycle, as of `CutLimbs.posed`."""

    def cut(self, pixels: _Pixels) -> "CutLimbs | None":
        """Cut limbs out of a window's pixels (N, N, 4), premultiplied RGBA; None where none moves by itself."""
        cutter = _Cutter(self, pixels)
        pieces = cutter.pieces()
        return CutLimbs(cutter.body(), pieces, cutter.side) if pieces else None


@dataclass(frozen=True)
class LimbAct:
    """What limbs are doing."""

    action: int | None = None
    """Of `ACTIONS`; None for rest."""
    ticks: int = 0
    """For how many ticks."""

    def after(self, action: int | None) -> "LimbAct":
        """Return what they do after a tick of an action."""
        return LimbAct(action, self.ticks + 1 if action == self.action else 1)

    def limbs(self, motions: _Map, before: _Map, backwards: bool) -> _Map:
        """Return how limbs are moved then, (L, 3), as of `CutLimbs.posed`.

        Args:
            motions: (A, 8, L, 3) as of `Rig`.
            before: (L, 3) a tick before; whose action is new is halfway.
            backwards: whether wheels roll the other way.
        """
        wheel = before[_WHEEL, 0]
        if self.action is None:
            goal = np.zeros_like(before)
        else:
            cycle = motions[self.action]
            held = self.action not in _REPEATED
            earlier, goal = (
                cycle[min(time, _HELD) if held else time % len(cycle)] for time in (self.ticks - 1, self.ticks)
            )
            rolled = (goal[_WHEEL, 0] - earlier[_WHEEL, 0] + 180) % 360 - 180
            wheel = wheel + (-rolled if backwards else rolled)
        shown = limbs_between(before, goal, 0.5) if self.ticks == 1 else goal.copy()
        shown[_WHEEL, 0] = wheel % 360
        return np.asarray(shown, np.float32)


STANDING = LimbAct()
"""What limbs do at rest."""


@dataclass(frozen=True)
class _Piece:
    """A connected piece of a limb."""

    limb: int
    """Of `LIMBS`."""
    pixels: _Pixels
    """(h, w, 4), premultiplied RGBA."""
    corner: tuple[int, int]
    """Where its left top lies, (x, y)."""
    joint: tuple[float, float]
    """(x, y)."""
    parent: "_Piece | None" = None
    """The piece that it hangs at; None for the body."""

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
    pieces: Sequence[_Piece]
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
        behind = [piece for piece in self.pieces if piece.limb < BODY]
        for piece in (*reversed(behind), *self.pieces[len(behind) :]):
            motion = piece.motion(limbs, self.side)
            if (box := _box_within(x, y, piece, motion)) is None:
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


def _box_within(x: _Map, y: _Map, piece: _Piece, motion: NDArray[np.float64]) -> tuple[slice, slice] | None:
    """Return the rows and columns of places x and y (h, w) at which a moved piece is; None if it is at none."""
    (height, width), (left, top) = piece.pixels.shape[:2], piece.corner
    corners = [[left, left + width, left, left + width], [top, top, top + height, top + height], [1, 1, 1, 1]]
    low, high = ((motion @ np.array(corners))[:2].min(1), (motion @ np.array(corners))[:2].max(1))
    within = np.ones((-(-x.shape[0] // _EVERY), -(-x.shape[1] // _EVERY)), bool)
    for places, first, last in zip((x, y), low, high, strict=True):
        few = places[::_EVERY, ::_EVERY]
        margin = max((float(np.abs(np.diff(few, axis=axis)).max(initial=0)) for axis in (0, 1)), default=0) + 2
        within &= (few >= first - margin) & (few <= last + margin)
    rows, columns = (np.flatnonzero(within.any(axis)) for axis in (1, 0))
    if not len(rows):
        return None
    return tuple(slice(max(0, (line[0] - 1) * _EVERY), (line[-1] + 2) * _EVERY) for line in (rows, columns))  # type: ignore[return-value]


def limbs_move(limbs: _Map) -> bool:
    """Say whether limbs (L, 3) are moved at all."""
    return bool((np.abs(limbs) > _STILL).any())


def limbs_between(one: _Map, other: _Map, share: float) -> _Map:
    """Return limbs (L, 3) `share` (0..1) of the way from ones to others; they turn the shorter way."""
    way = other - one
    way[:, 0] = (way[:, 0] + 180) % 360 - 180
    return np.asarray(one + way * np.float32(share), np.float32)


class _Cutter:
    """Cuts one picture. Limbs are found at a bounded size, `_SIDE`, and their masks enlarged."""

    def __init__(self, rig: Rig, pixels: _Pixels) -> None:
        self._rig, self._pixels, self._count = rig, pixels, len(pixels)
        self._small = min(self._count, _SIDE)
        self._solid: _Mask = self._resized(pixels[..., 3], self._small) > 0
        rows, columns = np.nonzero(pixels[..., 3] > 255 * SOLID)
        self.side = float(max(np.ptp(rows), np.ptp(columns)) + 1) if len(rows) else 1.0
        seen = [self._resized(one, self._small) for one in rig.seen]
        self._found = self._find_pieces(np.stack(seen))
        self._limbs = np.full(self._solid.shape, BODY, np.uint8)
        for limb, piece in self._found:
            self._limbs[piece] = limb

    @cached_property
    def _kernel(self) -> _Pixels:
        reach = max(1, round(_OVERLAP * self.side))
        return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)), np.uint8)

    @cached_property
    def _joints(self) -> _Map:
        """Where joints lie, (2, n, n) in pixels of the picture."""
        ways = np.stack([self._resized(one, self._small) for one in self._rig.joints])
        return np.asarray(self._places + ways * np.float32(self._count / self._rig.seen.shape[-1]), np.float32)

    @cached_property
    def _places(self) -> _Map:
        """Where the places are at which limbs are found, (2, n, n) in pixels of the picture."""
        rows, columns = np.indices(self._solid.shape) + 0.5
        return np.asarray(np.stack([columns, rows]) * (self._count / self._small), np.float32)

    def _resized(self, one: NDArray[_Value], side: int) -> NDArray[_Value]:
        return np.asarray(cv2.resize(one, (side, side), interpolation=cv2.INTER_LINEAR), one.dtype)

    def _whole(self, mask: _Mask) -> _Mask:
        """Return a mask as large as the picture, where that shows anything."""
        large = self._resized(mask.astype(np.float32), self._count) > SOLID
        return np.asarray(large & (self._pixels[..., 3] > 0))

    def _find_pieces(self, seen: _Map) -> list[tuple[int, _Mask]]:
        """Find connected pieces of limbs (n, n), by the probabilities (L, n, n) that they are seen.

        Limbs that are alike are told from the rest together, and from each other piece by piece.
        """
        kinds = np.stack([seen[list(kind)].sum(0) for kind in _KINDS])
        labels = _by_colours(kinds.argmax(0).astype(np.uint8), self._nearest_pixels(), self._solid)
        labels = _without_splinters(labels, self._solid)
        found, area = [], max(1, int(np.count_nonzero(self._solid)))
        for number, kind in enumerate(_KINDS):
            if kind == (BODY,):
                continue
            count, pieces = cv2.connectedComponents(((labels == number) & self._solid).astype(np.uint8), connectivity=8)
            for piece in (pieces == label for label in range(1, count)):
                share = int(np.count_nonzero(piece)) / area
                if _SMALLEST <= share <= _LARGEST and kinds[number][piece].mean() >= _SURE:
                    found += [one for one in _told_apart(piece, kind, seen) if _may_be(*one)]
        return found

    def _nearest_pixels(self) -> _Pixels:
        small = (self._small, self._small)
        return np.asarray(cv2.resize(self._pixels, small, interpolation=cv2.INTER_NEAREST), np.uint8)

    def body(self) -> _Pixels:
        """Return the body, filled where limbs before it hide it."""
        body, before = self._whole(self._limbs == BODY), self._whole(self._limbs > BODY)
        covered = self._whole(self._resized(self._rig.covered[BODY], self._small) > SOLID)
        return self._filled(body, before & (covered | self._near(body)))

    def pieces(self) -> list[_Piece]:
        """Return the pieces of limbs, those behind first."""
        made = [self._piece(limb, piece) for limb, piece in self._found]
        made += self._hidden()
        arms = [piece for piece in made if piece.limb == _ARM]
        for index, piece in enumerate(made):
            if piece.limb == _TOOL and arms:
                nearest = min(arms, key=lambda arm: np.hypot(*np.subtract(_middle(arm), _middle(piece))))
                made[index] = replace(piece, parent=nearest)
        return sorted(made, key=lambda piece: piece.limb)

    def _piece(self, limb: int, piece: _Mask) -> _Piece:
        mask = self._whole(piece)
        hidden = np.zeros_like(mask)
        if limb < BODY:  # It reaches under what is before it.
            hidden = self._near(mask) & self._whole(self._solid & (self._limbs > limb))
        return self._cut_out(limb, self._filled(mask, hidden), piece)

    def _hidden(self) -> list[_Piece]:
        """Return copies of near limbs for the far ones that they hide."""
        copies = []
        for far, near in _NEAR.items():
            covered = self._resized(self._rig.covered[far], self._small) > SOLID
            for limb, piece in self._found:
                hides = limb == near and np.count_nonzero(covered & piece) > SOLID * np.count_nonzero(piece)
                if hides and not any(other == far for other, _ in self._found):
                    pixels = np.where(self._whole(piece)[..., None], self._pixels, 0)
                    copies.append(self._cut_out(far, np.asarray(pixels, np.uint8), piece))
        return copies

    def _cut_out(self, limb: int, pixels: _Pixels, piece: _Mask) -> _Piece:
        x, y = (float(np.median(line[piece])) for line in (self._places if limb == _WHEEL else self._joints))
        left, top, width, height = cv2.boundingRect((pixels[..., 3] > 0).astype(np.uint8))
        part = np.ascontiguousarray(pixels[top : top + height, left : left + width])
        return _Piece(limb, part, (left, top), (x, y))

    def _near(self, mask: _Mask) -> _Mask:
        """Return what lies within reach of a mask."""
        return np.asarray(cv2.dilate(mask.astype(np.uint8), self._kernel) > 0)

    def _filled(self, mask: _Mask, hidden: _Mask) -> _Pixels:
        """Return the pixels of a mask, and what is hidden in the colours of its nearest ones."""
        pixels = np.where(mask[..., None], self._pixels, 0).astype(np.uint8)
        sources, hidden = mask & (self._pixels[..., 3] > 255 * SOLID), hidden & ~mask
        if hidden.any() and sources.any():
            rows, columns = _nearest(sources, hidden)
            pixels[hidden] = self._pixels[rows, columns]
        return pixels


def _told_apart(piece: _Mask, kind: tuple[int, ...], seen: _Map) -> list[tuple[int, _Mask]]:
    """Say which limbs of a kind a connected piece is made of; small parts of it are part of the largest one."""
    limbs = np.array(kind)[seen[list(kind)].argmax(0)]
    parts, rest, area = [], piece.copy(), np.count_nonzero(piece)
    main = kind[int(seen[list(kind)][:, piece].sum(1).argmax())]
    for limb in kind:
        count, labels = cv2.connectedComponents(((limbs == limb) & piece).astype(np.uint8), connectivity=8)
        for part in (labels == label for label in range(1, count)):
            if limb != main and np.count_nonzero(part) >= _PART * area:
                parts.append((limb, part))
                rest &= ~part
    return [(main, rest), *parts]


def _may_be(limb: int, piece: _Mask) -> bool:
    """Say whether a piece has the shape of its limb: a wheel is round."""
    if limb != _WHEEL:
        return True
    _, _, width, height = cv2.boundingRect(piece.astype(np.uint8))
    return bool(_ROUND < width / height < 1 / _ROUND and np.count_nonzero(piece) > _ROUND * width * height * np.pi / 4)


def _by_colours(labels: _Pixels, pixels: _Pixels, solid: _Mask) -> _Pixels:
    """Let areas of one colour be of one label, (n, n), that of most of their pixels, if most are of one.

    So outlines of limbs follow those that are drawn.
    """
    labels, area = labels.copy(), np.count_nonzero(solid)
    levels = (pixels[..., :3] >> 4).astype(np.uint16) @ np.array([256, 16, 1], np.uint16)
    colours, counts = np.unique(levels[solid], return_counts=True)
    least = max(2.0, _SMALLEST * area)
    for colour in colours[counts >= least][np.argsort(-counts[counts >= least])][:_COLOURS]:
        count, parts, facts, _ = cv2.connectedComponentsWithStats(((levels == colour) & solid).astype(np.uint8))
        for part in range(1, count):
            if least <= facts[part, cv2.CC_STAT_AREA] <= _LARGEST * area:
                here = parts == part
                votes = np.bincount(labels[here])
                if votes.max() >= _AGREED * votes.sum():
                    labels[here] = votes.argmax()
    return labels


def _without_splinters(labels: _Pixels, solid: _Mask) -> _Pixels:
    """Give splinters of labels (n, n) to the label that is next to them.

    They are what is very small, the thin rim of a body beside its limbs, and what is small and touches another limb.
    """
    labels, area, body = labels.copy(), np.count_nonzero(solid), _KINDS.index((BODY,))
    around = np.ones((3, 3), np.uint8)
    known = np.zeros_like(solid)
    for label in np.unique(labels[solid]):
        count, parts, facts, _ = cv2.connectedComponentsWithStats(((labels == label) & solid).astype(np.uint8))
        for part in range(1, count):
            here, share = parts == part, facts[part, cv2.CC_STAT_AREA] / area
            if label != body and _SMALLEST <= share < _SMALL:
                rim = (cv2.dilate(here.astype(np.uint8), around) > 0) & ~here & solid
                share = 0 if np.count_nonzero(labels[rim] != body) > _TOUCHING * np.count_nonzero(rim) else share
            known |= here & (share >= _SMALLEST)
    width = 2 * round(_RIM * np.sqrt(area)) + 1
    bodies = (labels == body).astype(np.uint8)
    known &= (bodies == 0) | (cv2.morphologyEx(bodies, cv2.MORPH_OPEN, np.ones((width, width), np.uint8)) > 0)
    unknown = solid & ~known
    if known.any() and unknown.any():
        labels[unknown] = labels[_nearest(known, unknown)]
    return labels


def _nearest(sources: _Mask, wanted: _Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows and columns of the source that is nearest to each wanted pixel."""
    _, labels = cv2.distanceTransformWithLabels(
        (~sources).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    rows, columns = np.nonzero(sources)
    places = np.zeros((labels.max() + 1, 2), np.intp)
    places[labels[rows, columns]] = np.stack([rows, columns], 1)
    found = places[labels[wanted]]
    return found[:, 0], found[:, 1]


def _middle(piece: _Piece) -> tuple[float, float]:
    return piece.corner[0] + piece.pixels.shape[1] / 2, piece.corner[1] + piece.pixels.shape[0] / 2
