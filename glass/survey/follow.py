"""Following a mover from a frame in which its outline is known, by its look and steadiness."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from glass.footage.cache import Footage
from glass.survey.parts import MovingPart, PartPath, likeness, look_of
from glass.survey.subtraction import Bits, Floats, Pixels, Subtracted

DIFFERENT_WEIGHT = 0.5
"""How much it counts, beside colours in [0, 1], that a pixel of the mover is background now."""

LEAST_REACH, REACH = 6, 0.6
"""Pixels, and share of its extent, that the mover may go from frame to frame beyond where it was going."""

GROWS, MERGED, VANISHED, LEFT = 0.15, 1.5, 0.3, 0.1
"""Share of its extent by which its outline may grow from frame to frame; times its usual size from which on it has
merged with something else; shares of it below which it is lost, in the frame and at its edge."""

WORST_MATCH, FOUND_LIKE, LINKED_LIKE = 0.09, 0.85, 0.6
"""Mean squared difference of a match that is none; likeness of looks below which what was found is somebody else, and
below which the linked part is."""

STEADY, LARGEST = 1.7, 2.5
"""Times the usual size that a linked part may be larger or smaller, and times that at the beginning that any may be."""

PATIENCE = 0.4
"""Seconds for which a lost mover is looked for where it was."""


@dataclass(frozen=True)
class Outline:
    """Where the followed mover is in a frame."""

    mask: Bits
    """``(H, W)``."""
    alone: bool
    """Whether it stands by itself; one that has merged with something is where its last outline fits best."""


@dataclass(frozen=True)
class _Known:
    """What is known of the mover while it is followed."""

    mask: Bits
    """``(H, W)`` its last outline that stood by itself,"""
    frame: Pixels
    """``(H, W, 3)`` and its frame."""
    corner: npt.NDArray[np.int64]
    """Left and top of where it was last, in pixels,"""
    velocity: npt.NDArray[np.int64]
    """and how it went there."""
    seed: MovingPart
    """What it was followed from: its look has to stay like that, and its size near it."""
    linked_like: float
    """How alike a linked part has to look."""
    areas: tuple[int, ...]
    """Pixels of its last outlines."""

    @property
    def area(self) -> float:
        """Usual pixels."""
        return float(np.median(self.areas[-15:]))

    def is_like(self, frame: Pixels, mask: Bits, least: float) -> bool:
        """Say whether what is within a mask may be the mover, by its size, and by its look, which is so alike."""
        too_large = int(mask.sum()) > LARGEST * self.seed.area
        return not too_large and likeness(look_of(frame, mask), self.seed.look) >= least


class Links:
    """Which parts of neighbouring frames are linked, in both directions."""

    def __init__(self, paths: Sequence[PartPath]) -> None:
        """Take the links of paths."""
        pairs = [pair for path in paths for pair in pairwise(path.parts)]
        self._after = {(one.index, one.label): other.label for one, other in pairs}
        self._before = {(other.index, other.label): one.label for one, other in pairs}

    def next_label(self, index: int, label: int, step: int) -> int:
        """Return the label of the linked part a frame later (``step`` 1) or earlier (-1); 0 for none."""
        return (self._after if step > 0 else self._before).get((index, label), 0)


def follow(
    footage: Footage,
    subtracted: Subtracted,
    links: Links,
    seed: MovingPart,
    free: Iterable[int],
    linked_like: float = LINKED_LIKE,
) -> dict[int, Outline]:
    """Follow a part through the frames before and after, as far as it is found.

    It is the part that is linked with it, as long as that keeps its size and look; else it is looked for.

    Args:
        footage: the frames.
        subtracted: what is not background in them.
        links: of the parts.
        seed: the part.
        free: numbers of the frames in which it may be, among those that are looked at.
        linked_like: how alike, in [0, 1], a linked part has to look.

    Returns:
        By number of the frame, that of the seed among them, where the mover is.
    """
    allowed, start = set(free), seed.index
    frame = subtracted.frame(footage, start)
    mask = subtracted.labels[start] == seed.label
    corner = np.array([np.flatnonzero(mask.any(0))[0], np.flatnonzero(mask.any(1))[0]])
    known = _Known(mask, frame, corner, np.zeros(2, np.int64), seed, linked_like, (int(mask.sum()),))
    found = {start: Outline(mask, True)}
    for step in (1, -1):
        index, missed, state, label = start + step, 0, known, seed.label
        while index in allowed and missed <= PATIENCE * subtracted.rate:
            frame = subtracted.frame(footage, index)
            labels = subtracted.labels[index]
            linked = links.next_label(index - step, label, step)
            seen = _linked(state, frame, labels == linked) if linked else None
            seen = seen or _find(state, frame, labels, missed + 1)
            missed += 1
            if seen is not None:
                found[index], state = seen
                inside = labels[found[index].mask]
                label = int(np.bincount(inside).argmax()) if found[index].alone else 0
                missed = 0
            index += step
    return found


def _linked(known: _Known, frame: Pixels, mask: Bits) -> tuple[Outline, _Known] | None:
    """Take a linked part for the mover if it has its size and look."""
    area = int(mask.sum())
    if not known.area / STEADY <= area <= STEADY * known.area or not known.is_like(frame, mask, known.linked_like):
        return None
    corner = np.array([np.flatnonzero(mask.any(0))[0], np.flatnonzero(mask.any(1))[0]])
    return Outline(mask, True), _updated(known, frame, mask, corner - known.corner)


def _updated(known: _Known, frame: Pixels, mask: Bits, velocity: npt.NDArray[np.int64]) -> _Known:
    """Return what is known after the mover was seen by itself."""
    corner = np.array([np.flatnonzero(mask.any(0))[0], np.flatnonzero(mask.any(1))[0]])
    areas = known.areas if _at_edge(mask) else (*known.areas, int(mask.sum()))
    return _Known(mask, frame, corner, velocity, known.seed, known.linked_like, areas)


def _at_edge(mask: Bits) -> bool:
    return bool(mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any())


def _layer(frame: Pixels, different: Bits) -> Floats:
    """Colours in [0, 1], and what is not background: ``(H, W, 4)``."""
    return np.dstack([frame.astype(np.float32) / np.float32(255), DIFFERENT_WEIGHT * different.astype(np.float32)])


def _find(known: _Known, frame: Pixels, labels: npt.NDArray[np.int16], frames: int) -> tuple[Outline, _Known] | None:
    """Find the mover in a frame some ``frames`` on; None where it is not there."""
    rows, columns = np.flatnonzero(known.mask.any(1)), np.flatnonzero(known.mask.any(0))
    inside = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    shape = known.mask[inside]
    extent = max(shape.shape)
    reach = min(frames * max(LEAST_REACH, round(REACH * extent)), max(labels.shape))
    expected = known.corner + known.velocity
    pad = reach + extent
    padded = cv2.copyMakeBorder(_layer(frame, labels > 0), pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=(0.5,) * 3)
    left, top = (int(value) for value in (expected + pad - reach).clip(0))
    region = padded[top : top + 2 * reach + shape.shape[0], left : left + 2 * reach + shape.shape[1]]
    if region.shape[0] < shape.shape[0] or region.shape[1] < shape.shape[1]:
        return None
    template = _layer(known.frame, known.mask)[inside]
    weight = np.repeat(shape[..., None].astype(np.float32), 4, 2)
    errors = cv2.matchTemplate(region, np.ascontiguousarray(template), cv2.TM_SQDIFF, mask=weight) / shape.sum()
    y, x = np.unravel_index(int(np.argmin(errors)), errors.shape)
    corner = np.array([left + x - pad, top + y - pad])
    moved = placed(shape, corner, labels.shape)
    if float(errors[y, x]) > WORST_MATCH or not moved.any():
        return None
    return _outlined(known, frame, labels, moved, corner, frames)


def placed(shape: Bits, corner: npt.NDArray[np.int64], size: tuple[int, ...]) -> Bits:
    """Put a shape ``(h, w)`` with its left top corner into an empty mask of a size (H, W)."""
    mask = np.zeros(size, np.bool_)
    x, y = (int(value) for value in corner)
    left, top = max(0, x), max(0, y)
    part = shape[top - y : max(0, size[0] - y), left - x : max(0, size[1] - x)]
    mask[top : top + part.shape[0], left : left + part.shape[1]] = part
    return mask


def grown(mask: Bits, pixels: int) -> Bits:
    """Grow a mask by so many pixels to each side."""
    side = 2 * pixels + 1
    wide: Bits = cv2.dilate(mask.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))) > 0
    return wide


def _outlined(
    known: _Known, frame: Pixels, labels: npt.NDArray[np.int16], moved: Bits, corner: npt.NDArray[np.int64], frames: int
) -> tuple[Outline, _Known] | None:
    """Take what differs around a moved mask for the mover; None where too little of it is left, or another's look."""
    extent = max(1, round(GROWS * np.sqrt(known.area)))
    touched = np.unique(labels[moved])
    whole = np.isin(labels, touched[touched > 0])
    merged = int(whole.sum()) > MERGED * known.area
    mask = whole & (moved if merged else grown(moved, 1 + extent))
    least = (LEFT if _at_edge(mask) else VANISHED) * known.area
    if int(mask.sum()) < least or not known.is_like(frame, mask, FOUND_LIKE):
        return None
    velocity = ((corner - known.corner) / frames).round().astype(np.int64)
    if merged:
        return Outline(mask, False), replace(known, corner=corner, velocity=velocity)
    return Outline(mask, True), _updated(known, frame, mask, velocity)
