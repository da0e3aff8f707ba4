"""Finding the pieces of limbs in a picture, by the probabilities that a model tells of its pixels.

Limbs that are alike are told from the rest together: near and far legs are easily confused, and none of them is as
likely as a leg is. Then each connected piece is told to be one of them, or to be two.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from glass.core.limbs import BODY, LIMBS
from playground.engine.limbs.masks import (
    Mask,
    Pixels,
    areas_of_one_colour,
    is_thin,
    largest_disc,
    largest_radius,
    main_parts,
    nearest_of,
    parts_of,
    rim_of,
)

FAR = {LIMBS.index(near): LIMBS.index(far) for near, far in (("leg a", "leg b"), ("leg c", "leg d"))}
FAR |= {LIMBS.index(limb): LIMBS.index(f"{limb} back") for limb in ("arm", "wing")}
"""Near limbs, and the far ones that they hide."""
LEGS = tuple(LIMBS.index(f"leg {leg}") for leg in "abcd")
_ARMS, _WINGS = ((LIMBS.index(limb), LIMBS.index(f"{limb} back")) for limb in ("arm", "wing"))
_WHEEL, _HEAD = ((LIMBS.index(limb),) for limb in ("wheel", "head"))
_KINDS = (LEGS, _ARMS, _WINGS, (BODY,), _WHEEL, _HEAD, *((LIMBS.index(limb),) for limb in ("tail", "fin", "tool")))
"""Limbs that are alike."""
_BODY = _KINDS.index((BODY,))

_SURE = 0.5
"""Mean probability of its pixels from which a piece is believed to be of its kind; else it belongs to the body."""
_SMALLEST, _LARGEST, _LARGEST_LIMB = 0.004, 0.6, 0.35
"""Shares of the agent's pixels from which on, and up to which, a piece moves; the last is of limbs but the head."""
_CLEAN, _SURE_WITHIN = 0.31, 0.85
"""Least cleanness of a cut: the mean probability of a piece's pixels to be of its kind, times the share of its rim that
is the agent's outline; what lies before the body counts as clean if that probability alone is the second."""
_AGREED = (0.05, 0.3), (0.5, 0.8)
"""Share of an area of one colour from which on all of it is what that is, by its own share of the agent's pixels."""
_SMALL, _TOUCHING = 0.02, 0.3
"""Share of the agent's pixels below which a piece is a splinter of another limb that makes that share of its rim."""
_OUTER = 0.2
"""Least share of the rim of a head or wheel that is the agent's outline."""
_THIN, _THINNEST = 0.03, 1.5
"""Least radius of a disc within a head or wing, to the agent's longer side, and in pixels."""
_PART, _APART, _LEGS_APART = 0.25, 0.12, 0.06
"""Share of a piece from which on a part of it may be another limb of the same kind, and how far its joint lies from the
other's then, to the agent's longer side; legs stand side by side."""
_ISLAND = 0.05
"""Share of the agent's pixels below which an island of the body between limbs goes with them."""
_RIM = 0.02
"""Half the width, to the root of the agent's area, up to which what is seen of the body beside a limb is the limb's."""

_Map: TypeAlias = NDArray[np.float32]
Found: TypeAlias = list[tuple[int, Mask]]
"""Limbs, of `LIMBS`, and where they are seen (n, n)."""


@dataclass(frozen=True)
class LimbFinder:
    """Finds limbs at a size of n pixels."""

    seen: _Map
    """(L, n, n): probabilities that limbs are seen."""
    joints: _Map
    """(2, n, n): where the joint of the limb that is seen lies, x and y in pixels."""
    pixels: Pixels
    """(n, n, 4): the picture."""
    solid: Mask
    """(n, n): where it shows anything."""
    side: float
    """The agent's longer side in pixels."""

    @cached_property
    def area(self) -> int:
        """The agent's pixels."""
        return max(1, int(np.count_nonzero(self.solid)))

    def find(self) -> Found:
        """Return the connected pieces of limbs that move by themselves."""
        kinds = np.stack([self.seen[list(kind)].sum(0) for kind in _KINDS])
        labels = self._without_splinters(self._by_colours(kinds.argmax(0).astype(np.uint8)))
        found: Found = []
        unsure: list[Mask] = []
        for number, kind in enumerate(_KINDS):
            for piece in parts_of((labels == number) & self.solid) if number != _BODY else ():
                share = int(np.count_nonzero(piece)) / self.area
                sure = _SMALLEST <= share <= _LARGEST and kinds[number][piece].mean() >= _SURE
                limbs = self._told_apart(piece, kind) if sure else []
                found += limbs
                unsure += [] if limbs else [piece]
        found = self._with_rims(self._joined(self._on_both_sides(found), unsure))
        return self._clean(found, kinds)

    def _by_colours(self, labels: Pixels) -> Pixels:
        """Let areas of one colour be of one label, (n, n): so outlines of limbs follow those that are drawn."""
        labels = labels.copy()
        for here in areas_of_one_colour(self.pixels, self.solid, _SMALLEST * self.area):
            votes, share = np.bincount(labels[here]), np.count_nonzero(here) / self.area
            if votes.max() >= np.interp(share, *_AGREED) * votes.sum() and share <= _LARGEST:
                labels[here] = votes.argmax()
        return labels

    def _without_splinters(self, labels: Pixels) -> Pixels:
        """Give what is very small of labels (n, n), or small and touches another limb, to the label next to it."""
        labels, known = labels.copy(), np.zeros_like(self.solid)
        for label in np.unique(labels[self.solid]):
            for part in parts_of((labels == label) & self.solid):
                share = int(np.count_nonzero(part)) / self.area
                kept = share >= _SMALLEST
                if label != _BODY and kept and share < _SMALL:
                    beside = labels[rim_of(part) & self.solid]
                    kept = int(np.count_nonzero(beside != _BODY)) <= _TOUCHING * len(beside)
                known |= part & kept
        unknown = self.solid & ~known
        if known.any() and unknown.any():
            labels[unknown] = labels[nearest_of(known, unknown)]
        return labels

    def _told_apart(self, piece: Mask, kind: tuple[int, ...]) -> Found:
        """Say which limbs of a kind a connected piece is made of, if it has the shape of one."""
        if kind in (_HEAD, _WHEEL):
            rim = rim_of(piece)
            if np.count_nonzero(rim & ~self.solid) < _OUTER * np.count_nonzero(rim):
                return []
        if kind == _WHEEL:
            disc = largest_disc(piece)
            return [(*_WHEEL, disc)] if disc.any() else []
        if kind in (_HEAD, _WINGS) and largest_radius(piece) < max(_THINNEST, _THIN * self.side):
            return []
        main = kind[int(self.seen[list(kind)][:, piece].sum(1).argmax())]
        return (kind == LEGS and self._two_legs(piece, main)) or self._parts_of_kind(piece, kind, main)

    def _two_legs(self, piece: Mask, main: int) -> Found:
        """Tell two legs apart that are drawn side by side in two colours, or stand apart; nothing of others."""
        near = next(one for one, far in FAR.items() if main in (one, far))
        least = _PART * np.count_nonzero(piece)
        areas = list(areas_of_one_colour(self.pixels, piece, least))
        low = piece & (np.arange(len(piece)) > np.mean(np.nonzero(piece)[0]))[:, None]
        feet = [part for part in parts_of(low) if np.count_nonzero(part) >= least / 2]
        for one, other in (*combinations(areas, 2), *combinations(feet, 2)):
            rows, columns = np.abs(
                [np.mean(a) - np.mean(b) for a, b in zip(np.nonzero(one), np.nonzero(other), strict=True)]
            )
            if columns > rows:
                rest = piece & ~one & ~other
                if rest.any():
                    beside = one[nearest_of(one | other, rest)]
                    one[rest], other[rest] = beside, ~beside
                return self._far_and_near(one, other, near)
        return []

    def _parts_of_kind(self, piece: Mask, kind: tuple[int, ...], main: int) -> Found:
        """Tell apart what is mostly one limb from parts of others, whose joints lie elsewhere."""
        limbs = np.array(kind)[self.seen[list(kind)].argmax(0)]
        most = piece & (limbs == main)
        joint = np.median(self.joints[:, most if most.any() else piece], 1)
        parts, rest = [], piece.copy()
        for limb in kind:
            for part in parts_of((limbs == limb) & piece) if limb != main else ():
                away = np.hypot(*(np.median(self.joints[:, part], 1) - joint))
                apart = away >= self.side * (_LEGS_APART if kind == LEGS else _APART)
                if apart and np.count_nonzero(part) >= _PART * np.count_nonzero(piece):
                    parts.append((limb, part))
                    rest &= ~part
        return [(main, rest), *parts]

    def _far_and_near(self, one: Mask, other: Mask, near: int) -> Found:
        """Let the likelier of two pieces be the far limb, and the other one the near limb."""
        far = FAR[near]
        farther = [float(self.seen[far][piece].mean() - self.seen[near][piece].mean()) for piece in (one, other)]
        first, second = (far, near) if farther[0] > farther[1] else (near, far)
        return [(first, one), (second, other)]

    def _on_both_sides(self, found: Found) -> Found:
        """Let one of two pieces that are taken for the same arm, wing or leg be the other one, the likelier of them."""
        found = list(found)
        for near, far in FAR.items():
            pair = [index for index, (limb, _) in enumerate(found) if limb in (far, near)]
            if len(pair) == 2 and found[pair[0]][0] == found[pair[1]][0]:
                found[pair[0]], found[pair[1]] = self._far_and_near(found[pair[0]][1], found[pair[1]][1], near)
        return found

    def _owners(self, found: Found) -> NDArray[np.int32]:
        """Return whose pixels (n, n) are: the number of the piece, counted from 1, and 0 for the body's."""
        owners = np.zeros(self.solid.shape, np.int32)
        for number, (_, piece) in enumerate(found, start=1):
            owners[piece] = number
        return owners

    def _joined(self, found: Found, unsure: list[Mask]) -> Found:
        """Give pieces of limbs that nobody is sure of to the limb that they touch most, if they touch any: a hand."""
        owners = self._owners(found)
        for piece in sorted(unsure, key=np.count_nonzero):
            beside = np.bincount(owners[rim_of(piece) & self.solid], minlength=1)
            if len(beside) > 1 and beside[1:].max() >= _TOUCHING * beside.sum():
                owners[piece] = 1 + beside[1:].argmax()
        return _owned(found, owners)

    def _with_rims(self, found: Found) -> Found:
        """Give what is thin of the body, and crumbs that hang at a piece by little, to what is nearest to them.

        Outlines, and half transparent pixels at the edge of a limb, go with it, whatever they were taken for.
        """
        owners, unknown = self._owners(found), np.zeros_like(self.solid)
        width = 2 * round(_RIM * float(np.sqrt(self.area))) + 1
        for _, piece in found:
            unknown |= piece & ~main_parts(piece, width, _PART)
        body = (owners == 0) & self.solid
        unknown |= is_thin(body, width)
        islands = sorted(parts_of(body & ~unknown), key=np.count_nonzero)[:-1]
        for island in islands:  # What the body has lost touch with goes with a limb, too.
            unknown |= island & (np.count_nonzero(island) < _ISLAND * self.area)
        if found and unknown.any() and not unknown[self.solid].all():
            owners[unknown] = owners[nearest_of(self.solid & ~unknown, unknown)]
        return _owned(found, owners)

    def _clean(self, found: Found, kinds: _Map) -> Found:
        """Leave out pieces that do not come away clean, and an unsure arm of who has no head, legs or other arm.

        Near and far ones of a pair are judged together.
        """
        cleanness: dict[int, list[float]] = defaultdict(list)
        for limb, piece in found:
            rim = rim_of(piece)
            kind = next(number for number, kind in enumerate(_KINDS) if limb in kind)
            sure = float(kinds[kind][piece].mean())
            outline = float((~self.solid)[rim].mean()) if rim.any() else 0.0
            share = int(np.count_nonzero(piece)) / self.area
            score = 1.0 if limb in _WHEEL or sure >= _SURE_WITHIN else outline * sure
            fits = limb in _HEAD or share <= _LARGEST_LIMB
            cleanness[FAR.get(limb, limb)].append(score * fits)
        clean = [one for one in found if np.mean(cleanness[FAR.get(one[0], one[0])]) >= _CLEAN]
        if sum(limb in (*_ARMS, *LEGS, *_HEAD) for limb, _ in clean) == 1 and max(cleanness[_ARMS[1]], default=1) < 1:
            clean = [(limb, piece) for limb, piece in clean if limb not in _ARMS]
        return clean


def _owned(found: Found, owners: NDArray[np.int32]) -> Found:
    """Return the same limbs with the pixels that `owners` give them."""
    return [(limb, owners == number) for number, (limb, _) in enumerate(found, start=1)]
