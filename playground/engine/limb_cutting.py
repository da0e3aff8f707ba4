"""Cutting limbs out of a picture, by what a model tells of them: connected pieces, each with its own joint.

They are cut out once, at the size at which they are shown. What a limb leaves behind is filled from the pixels next to
it; a far limb that its near twin hides is a copy of that one. What is cut makes up the picture exactly.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from glass.core.limbs import BODY, LIMBS
from glass.core.masks import SOLID
from playground.engine.limbs import CutLimbs, Piece

_NEAR = {LIMBS.index(far): LIMBS.index(near) for far, near in (("leg b", "leg a"), ("leg d", "leg c"))}
_NEAR |= {LIMBS.index(f"{limb} back"): LIMBS.index(limb) for limb in ("arm", "wing")}
"""Far limbs, and the near ones that hide them."""
_TOOL, _ARM, _WHEEL, _HEAD, _WING = (LIMBS.index(limb) for limb in ("tool", "arm", "wheel", "head", "wing"))


_SURE = 0.55
"""Mean probability of its pixels from which a piece is believed to be the limb; else it belongs to the body."""
_KINDS = (
    *(tuple(LIMBS.index(f"leg {leg}") for leg in "abcd"), (LIMBS.index("arm"), LIMBS.index("arm back"))),
    *((LIMBS.index("wing"), LIMBS.index("wing back")), (BODY,)),
    *((LIMBS.index(limb),) for limb in ("tail", "wheel", "head", "fin", "tool")),
)
"""Limbs that are alike."""
_PART, _APART, _LEGS_APART = 0.25, 0.12, 0.06
"""Share of a connected piece from which on a part of it is another limb of the same kind, and how far its joint lies
from the other's then, to the agent's longer side; legs stand side by side."""
_ROOMY, _ROUND = 1.1, 0.6
"""Radius of a wheel, to that of the largest disc within its piece, and the least share of the piece that it fills."""
_OUTER = 0.2
"""Least share of the rim of a head or wheel that is the agent's outline."""
_THIN = 0.03
"""Least radius of a disc within a wing, to the agent's longer side: what is thinner is its outline."""
_COLOURS, _AGREED = 48, 0.65
"""How many colours are looked at, and the share of an area of one colour that makes it of one label."""
_RIM = 0.02
"""Half the width, to the root of the agent's area, up to which what is seen of the body beside a limb is the limb's."""
_SMALLEST = 0.004
"""Share of the agent's pixels from which on a piece moves."""
_SMALL, _TOUCHING = 0.02, 0.3
"""Share of the agent's pixels below which a piece is a splinter of another limb that makes that share of its rim."""
_LARGEST = 0.6
"""Share of the agent's pixels up to which one does."""
_OVERLAP = 0.1
"""How far around their joints limbs behind the body reach under it, and it under those before it, to the agent's longer
side: no gaps open there."""

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

    def cut(self, pixels: _Pixels) -> CutLimbs | None:
        """Cut limbs out of a window's pixels (N, N, 4), premultiplied RGBA; None where none moves by itself."""
        cutter = _Cutter(self, pixels)
        pieces = cutter.pieces()
        return CutLimbs(cutter.body(), pieces, cutter.side) if pieces else None


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
                    found += self._told_apart(piece, kind, seen)
        return _with_rims(_on_both_sides(found, seen), self._solid)

    def _told_apart(self, piece: _Mask, kind: tuple[int, ...], seen: _Map) -> list[tuple[int, _Mask]]:
        """Say which limbs of a kind a connected piece is made of: what hangs at one joint is one limb."""
        if kind in ((_HEAD,), (_WHEEL,)) and _is_inside(piece, self._solid):
            return []
        if _WING in kind and _radius(piece) < _THIN * self._small * self.side / self._count:
            return []
        if kind == (_WHEEL,):
            return [(_WHEEL, disc)] if (disc := _round(piece)).any() else []
        limbs = np.array(kind)[seen[list(kind)].argmax(0)]
        main = kind[int(seen[list(kind)][:, piece].sum(1).argmax())]
        parts, rest, area = [], piece.copy(), np.count_nonzero(piece)
        joint = np.median(self._joints[:, piece & (limbs == main)], 1) if (limbs[piece] == main).any() else None
        for limb in kind:
            count, labels = cv2.connectedComponents(((limbs == limb) & piece).astype(np.uint8), connectivity=8)
            for part in (labels == label for label in range(1, count)):
                away = np.median(self._joints[:, part], 1) - joint if joint is not None else np.zeros(2)
                apart = np.hypot(*away) >= self.side * (_LEGS_APART if kind == _KINDS[0] else _APART)
                if limb != main and np.count_nonzero(part) >= _PART * area and apart:
                    parts.append((limb, part))
                    rest &= ~part
        return [(main, rest), *parts]

    def _nearest_pixels(self) -> _Pixels:
        small = (self._small, self._small)
        return np.asarray(cv2.resize(self._pixels, small, interpolation=cv2.INTER_NEAREST), np.uint8)

    def body(self) -> _Pixels:
        """Return the body, filled where limbs before it hide it."""
        body, before = self._whole(self._limbs == BODY), self._whole(self._limbs > BODY)
        behind = self._whole(self._resized(self._rig.covered[BODY], self._small) > SOLID)
        for limb, piece in self._found:
            if limb > BODY:
                behind |= self._at_joint(self._joint(limb, piece))
        return self._filled(body, before & behind)

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

    def _piece(self, limb: int, piece: _Mask) -> Piece:
        mask = self._whole(piece)
        hidden = np.zeros_like(mask)
        if limb < BODY:  # It reaches under the body.
            hidden = self._at_joint(self._joint(limb, piece)) & self._whole(self._limbs == BODY)
        return self._cut_out(limb, self._filled(mask, hidden), piece)

    def _hidden(self) -> list[Piece]:
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

    def _cut_out(self, limb: int, pixels: _Pixels, piece: _Mask) -> Piece:
        left, top, width, height = cv2.boundingRect((pixels[..., 3] > 0).astype(np.uint8))
        part = np.ascontiguousarray(pixels[top : top + height, left : left + width])
        return Piece(limb, part, (left, top), self._joint(limb, piece))

    def _joint(self, limb: int, piece: _Mask) -> tuple[float, float]:
        """Return the joint of a piece, (x, y) in pixels of the picture; a wheel's is its middle."""
        x, y = (float(np.median(line[piece])) for line in (self._places if limb == _WHEEL else self._joints))
        return x, y

    def _at_joint(self, joint: tuple[float, float]) -> _Mask:
        """Return what lies around a joint, (N, N)."""
        disc = np.zeros(self._pixels.shape[:2], np.uint8)
        middle = round(joint[0]), round(joint[1])
        return np.asarray(cv2.circle(disc, middle, max(1, round(_OVERLAP * self.side)), 1, cv2.FILLED) > 0)

    def _filled(self, mask: _Mask, hidden: _Mask) -> _Pixels:
        """Return the pixels of a mask, and what is hidden in the colours of its nearest ones."""
        pixels = np.where(mask[..., None], self._pixels, 0).astype(np.uint8)
        sources, hidden = mask & (self._pixels[..., 3] > 255 * SOLID), hidden & ~mask
        if hidden.any() and sources.any():
            rows, columns = _nearest(sources, hidden)
            pixels[hidden] = self._pixels[rows, columns]
        return pixels


def _round(piece: _Mask) -> _Mask:
    """Return the largest disc (n, n) in a wheel's piece; nothing of one that is no wheel."""
    away = cv2.distanceTransform(np.pad(piece, 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1]
    middle = np.unravel_index(int(away.argmax()), away.shape)
    rows, columns = np.indices(piece.shape)
    disc = piece & (np.hypot(rows - middle[0], columns - middle[1]) <= _ROOMY * away.max())
    return np.asarray(disc if np.count_nonzero(disc) >= _ROUND * np.count_nonzero(piece) else np.zeros_like(piece))


def _radius(piece: _Mask) -> float:
    """Return the radius of the largest disc in a piece, in pixels."""
    return float(cv2.distanceTransform(np.pad(piece, 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5).max())


def _is_inside(piece: _Mask, solid: _Mask) -> bool:
    """Say whether little of the rim of a piece is the outline of the agent."""
    rim = (cv2.dilate(piece.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & ~piece
    return bool(np.count_nonzero(rim & ~solid) < _OUTER * np.count_nonzero(rim))


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

    They are what is very small, and what is small and touches another limb.
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
    unknown = solid & ~known
    if known.any() and unknown.any():
        labels[unknown] = labels[_nearest(known, unknown)]
    return labels


def _on_both_sides(found: list[tuple[int, _Mask]], seen: _Map) -> list[tuple[int, _Mask]]:
    """Let one of two pieces that are taken for the same arm, wing or leg be the other one, the likelier of them."""
    found = list(found)
    for far, near in _NEAR.items():
        pair = [index for index, (limb, _) in enumerate(found) if limb in (far, near)]
        if len(pair) == 2 and found[pair[0]][0] == found[pair[1]][0]:
            farther = [float(seen[far][found[index][1]].mean() - seen[near][found[index][1]].mean()) for index in pair]
            first, second = (far, near) if farther[0] > farther[1] else (near, far)
            found[pair[0]], found[pair[1]] = (first, found[pair[0]][1]), (second, found[pair[1]][1])
    return found


def _with_rims(found: list[tuple[int, _Mask]], solid: _Mask) -> list[tuple[int, _Mask]]:
    """Give what is thin of the body, and crumbs that hang at a piece by little, to what is nearest to them.

    Outlines, and half transparent pixels at the edge of a limb, go with it, whatever they were taken for.
    """
    owners, unknown = np.zeros(solid.shape, np.int32), np.zeros_like(solid)
    radius = round(_RIM * np.sqrt(np.count_nonzero(solid)))
    square = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    for number, (_, piece) in enumerate(found, start=1):
        owners[piece] = number
        unknown |= piece & ~_main_parts(piece, square)
    body = (owners == 0) & solid
    unknown |= body & (cv2.morphologyEx(body.astype(np.uint8), cv2.MORPH_OPEN, square) == 0)
    if found and unknown.any() and not unknown[solid].all():
        owners[unknown] = owners[_nearest(solid & ~unknown, unknown)]
    return [(limb, owners == number) for number, (limb, _) in enumerate(found, start=1)]


def _main_parts(piece: _Mask, square: _Pixels) -> _Mask:
    """Return a piece without what hangs at its large parts by less than a square; one that is all thin, as it is."""
    count, cores, facts, _ = cv2.connectedComponentsWithStats(cv2.erode(np.pad(piece, 1).astype(np.uint8), square))
    areas = facts[1:, cv2.CC_STAT_AREA]
    if count <= 2:
        return piece
    large = np.isin(cores, 1 + np.flatnonzero(areas >= _PART * areas.max())).astype(np.uint8)
    around = cv2.dilate(large, np.ones(np.add(square.shape, 2), np.uint8))
    return np.asarray(piece & (around[1:-1, 1:-1] > 0))


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


def _middle(piece: Piece) -> tuple[float, float]:
    return piece.corner[0] + piece.pixels.shape[1] / 2, piece.corner[1] + piece.pixels.shape[0] / 2
