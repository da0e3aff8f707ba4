"""Recognition of a mover that is known well, wherever it is: by colours of its own and by pictures of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from glass.footage.cache import Footage
from glass.survey.follow import GROWS, MERGED, REACH, Outline, grown, placed
from glass.survey.parts import LEVELS, look_of
from glass.survey.subtraction import Bits, Floats, Pixels, Subtracted

EXEMPLARS, USUAL_SIZE, SEARCHED_EXTENT = 12, 1.3, 24
"""Pictures of the mover that it is looked for by; times the usual size that they may be larger or smaller; pixels to
which a larger mover is reduced while it is looked for."""

BACKGROUND_SHARE, LEAST_SHARE, MOST_OWN = 0.5, 2e-3, 3.0
"""How much background counts beside what else moves, where colours are told apart; share of a colour that is as good as
none; largest logarithm by which a colour is more the mover's than others'."""

NOT_DIFFERENT, ERROR_WEIGHT, OTHERS = -1.0, 20.0, -0.4
"""Evidence of a pixel that is background; how much mean squared differences count beside evidence; evidence below which
what sticks out of the mover is something else."""

SURE, FALSE_ALARMS = 0.2, 0.95
"""Quantiles of the scores of true places, and of the best false ones, between which the threshold lies."""


@dataclass(frozen=True)
class _Exemplar:
    """A picture of the mover."""

    index: int
    """Number of its frame."""
    colours: Floats
    """``(h, w, 3)`` in [0, 1], reduced to the size of the search."""
    weight: Floats
    """``(h, w)`` share of each of these pixels that is the mover's."""
    shape: Bits
    """``(H, W)`` the mover in its box, as large as it is."""
    middle: tuple[float, float]
    """x and y in the frame in pixels."""


@dataclass(frozen=True)
class _Sighting:
    """Where an exemplar fits a frame."""

    score: float
    """How well."""
    middle: tuple[float, float]
    """x and y in pixels."""
    mask: Bits
    """``(H, W)`` its shape there."""


class Recogniser:
    """Knows a mover by outlines of it, and tells where it is in other frames of the take."""

    def __init__(self, footage: Footage, subtracted: Subtracted, found: Mapping[int, Outline]) -> None:
        """Learn the mover's colours and pictures from its outlines ``found``, by number of the frame."""
        self._footage, self._subtracted = footage, subtracted
        alone = [index for index in sorted(found) if found[index].alone]
        areas = {index: int(found[index].mask.sum()) for index in alone}
        self._area = float(np.median(list(areas.values())))
        self._usual = [index for index in alone if 1 / USUAL_SIZE <= areas[index] / self._area <= USUAL_SIZE]
        chosen = np.unique(np.linspace(0, len(self._usual) - 1, EXEMPLARS).round().astype(int))
        boxes = [_box(found[self._usual[n]].mask) for n in chosen]
        self._extent = float(np.median([max(right - left, bottom - top) for left, top, right, bottom in boxes]))
        self._reduced = max(1.0, self._extent / SEARCHED_EXTENT)
        self._exemplars = [self._exemplar(self._usual[n], found[self._usual[n]].mask) for n in chosen]
        self._own = self._own_colours(found)
        self._threshold = self._calibrated()

    def is_usual(self, index: int) -> bool:
        """Say whether the mover was seen in a frame by itself and about as large as it usually is."""
        return index in self._usual

    def _exemplar(self, index: int, mask: Bits) -> _Exemplar:
        left, top, right, bottom = _box(mask)
        inside = np.s_[top:bottom, left:right]
        frame = self._subtracted.frame(self._footage, index)[inside]
        return _Exemplar(
            index, self._small(_unit(frame)), self._small(mask[inside].astype(np.float32)), mask[inside], _middle(mask)
        )

    def _small(self, picture: Floats) -> Floats:
        """Reduce a picture ``(H, W, ...)`` to the size of the search."""
        if self._reduced == 1:
            return picture
        size = [max(1, round(side / self._reduced)) for side in picture.shape[1::-1]]
        small: Floats = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        return small

    def _own_colours(self, found: Mapping[int, Outline]) -> npt.NDArray[np.float32]:
        """Return ``(LEVELS**3,)`` by which logarithm each colour is more the mover's than that of all else."""
        mine, others = np.zeros(LEVELS**3), np.zeros(LEVELS**3)
        for index, outline in found.items():
            frame, different = self._subtracted.frame(self._footage, index), self._subtracted.different[index]
            if index in self._usual:
                mine += look_of(frame, outline.mask)
            around = ~grown(outline.mask, 3)
            others += look_of(frame, around & different) + BACKGROUND_SHARE * look_of(frame, around)
        shares = [_smooth(counts / max(1e-6, float(counts.sum()))) + LEAST_SHARE for counts in (mine, others)]
        return np.log(shares[0] / shares[1]).clip(-MOST_OWN, MOST_OWN).astype(np.float32)

    def _evidence(self, index: int, frame: Pixels) -> Floats:
        """Say of each pixel ``(H, W)`` how much it speaks for the mover."""
        levels = (frame.astype(np.float32) * np.float32((LEVELS - 1) / 255)).round().astype(np.int64)
        own = self._own[levels @ np.array([LEVELS * LEVELS, LEVELS, 1])]
        evidence: Floats = np.where(self._subtracted.different[index], own, NOT_DIFFERENT).astype(np.float32)
        return evidence

    def _sightings(
        self, index: int, exemplars: Sequence[_Exemplar], beside: tuple[float, float] | None = None
    ) -> list[_Sighting]:
        """Fit exemplars to a frame, the best first; those at its place ``beside`` are left out."""
        frame = self._subtracted.frame(self._footage, index)
        pad = round(self._extent / self._reduced / 2)
        border = (pad, pad, pad, pad)
        evidence = self._small(self._evidence(index, frame))
        wide = cv2.copyMakeBorder(evidence, *border, cv2.BORDER_CONSTANT, value=(NOT_DIFFERENT,))
        colours = cv2.copyMakeBorder(self._small(_unit(frame)), *border, cv2.BORDER_REPLICATE)
        found = []
        for one in exemplars:
            if any(small < large for small, large in zip(wide.shape, one.weight.shape, strict=True)):
                continue
            speaks = cv2.matchTemplate(wide, one.weight, cv2.TM_CCORR)
            weight = np.repeat(np.sqrt(one.weight)[..., None], 3, 2)  # It is squared, as differences are.
            errors = cv2.matchTemplate(colours, one.colours, cv2.TM_SQDIFF, mask=weight)
            scores = (speaks - ERROR_WEIGHT / 3 * errors) / one.weight.sum()
            height, width = one.shape.shape
            corners = [self._reduced * (np.arange(side) - pad) for side in scores.shape]
            if beside is not None:
                apart = np.hypot(corners[1][None] + width / 2 - beside[0], corners[0][:, None] + height / 2 - beside[1])
                scores = np.where(apart > self._extent, scores, NOT_DIFFERENT - ERROR_WEIGHT)
            row, column = np.unravel_index(int(scores.argmax()), scores.shape)
            x, y = round(float(corners[1][column])), round(float(corners[0][row]))
            mask = placed(one.shape, np.array([x, y]), frame.shape[:2])
            found.append(_Sighting(float(scores[row, column]), (x + width / 2, y + height / 2), mask))
        return sorted(found, key=lambda sighting: -sighting.score)

    def _calibrated(self) -> float:
        """Choose the score from which on it is the mover: between that in its places and that of what is none."""
        true, false = [], []
        for one in self._exemplars:
            others = [other for other in self._exemplars if other is not one] or [one]
            found = self._sightings(one.index, others)
            at = [sighting.score for sighting in found if _apart(sighting.middle, one.middle) < self._extent / 2]
            true.append(max(at, default=0.0))
            false.append(max(sighting.score for sighting in self._sightings(one.index, others, one.middle)))
        return float(np.quantile(true, SURE) + np.quantile(false, FALSE_ALARMS)) / 2

    def find(self, index: int) -> _Sighting | None:
        """Find the mover in a frame; None where it is not there."""
        found = self._sightings(index, [one for one in self._exemplars if one.index != index] or self._exemplars)
        return found[0] if found and found[0].score >= self._threshold and found[0].mask.any() else None

    def may_go(self, one: tuple[float, float], other: tuple[float, float], frames: int) -> bool:
        """Say whether it may have gone from one place to another within so many frames."""
        return _apart(one, other) <= self._extent * (1 + REACH * frames)

    def outline(self, index: int, sighting: _Sighting) -> Outline:
        """Outline the mover where it was sighted."""
        labels = self._subtracted.labels[index]
        near = grown(sighting.mask, 1 + max(1, round(GROWS * np.sqrt(self._area)))) & (labels > 0)
        evidence = cv2.blur(self._evidence(index, self._subtracted.frame(self._footage, index)), (3, 3))
        touched = np.unique(labels[sighting.mask])
        whole = np.isin(labels, touched[touched > 0])
        if int(whole.sum()) <= MERGED * self._area:
            return Outline(whole & near & (grown(sighting.mask, 1) | (evidence > OTHERS)), True)
        core = cv2.erode(sighting.mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1) > 0
        return Outline(near & (core | (evidence > 0) & grown(sighting.mask, 1)), False)


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))


def _smooth(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Let colours ``(LEVELS**3,)`` count for their neighbours, too."""
    cube = shares.reshape(LEVELS, LEVELS, LEVELS)
    for axis in range(3):
        wide = np.concatenate([cube.take([0], axis), cube, cube.take([LEVELS - 1], axis)], axis)
        sides = wide.take(range(LEVELS), axis) + wide.take(range(2, LEVELS + 2), axis)
        cube = 0.6 * cube + 0.2 * sides
    return cube.ravel()


def recognise(subtracted: Subtracted, known: Recogniser, found: Mapping[int, Outline]) -> dict[int, Outline]:
    """Look for a mover in frames in which it was not followed, or not outlined by itself.

    Args:
        subtracted: the frames, and what is not background in them.
        known: what knows the mover.
        found: by number of the frame, where it was followed to.

    Returns:
        By number of the frame, new and better outlines.
    """
    sure = {index: _middle(found[index].mask) for index in found if known.is_usual(index)}
    more = {index: known.outline(index, seen) for index in sure if (seen := known.find(index)) is not None}
    # The nearest in time to where it is known come first: it is known there, then, too.
    free = [index for index in range(len(subtracted.places)) if index not in sure]
    for index in sorted(free, key=lambda n: min(abs(n - other) for other in sure)):
        sighting = known.find(index)
        if sighting is None:
            continue
        near = [other for other in sure if subtracted.takes[other] == subtracted.takes[index]]
        around = (max((n for n in near if n < index), default=None), min((n for n in near if n > index), default=None))
        if all(known.may_go(sure[n], sighting.middle, abs(n - index)) for n in around if n is not None):
            outline = known.outline(index, sighting)
            if outline.mask.any():
                more[index], sure[index] = outline, sighting.middle
    return more


def _unit(frame: Pixels) -> Floats:
    """Colours of a frame in [0, 1]."""
    return frame.astype(np.float32) / np.float32(255)


def _box(mask: Bits) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a mask in pixels, right and bottom beyond it."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _middle(mask: Bits) -> tuple[float, float]:
    """Middle of a mask's box, x and y in pixels."""
    left, top, right, bottom = _box(mask)
    return (left + right) / 2, (top + bottom) / 2
