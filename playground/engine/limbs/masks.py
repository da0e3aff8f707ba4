"""Shapes of masks: discs in them, their rims, what hangs at them by little, and the nearest pixels of another one."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

_ROOMY, _FILLED = 1.1, 0.6
"""Radius of a wheel, to that of the largest disc within it, and the least share of it that such a disc fills."""
_COLOURS = 48
"""How many colours are looked at, the most frequent ones."""

Mask = NDArray[np.bool_]
Pixels = NDArray[np.uint8]


def parts_of(mask: Mask) -> Iterator[Mask]:
    """Give the connected parts of a mask (H, W)."""
    count, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    for label in range(1, count):
        yield labels == label


def areas_of_one_colour(pixels: Pixels, within: Mask, least: float) -> Iterator[Mask]:
    """Give the connected areas of `least` pixels or more within a mask (H, W) that are of one colour, of 16 levels."""
    levels = (pixels[..., :3] >> 4).astype(np.uint16) @ np.array([256, 16, 1], np.uint16)
    colours, counts = np.unique(levels[within], return_counts=True)
    frequent = counts >= max(2.0, least)
    for colour in colours[frequent][np.argsort(-counts[frequent])][:_COLOURS]:
        yield from (part for part in parts_of((levels == colour) & within) if np.count_nonzero(part) >= least)


def largest_disc(mask: Mask) -> Mask:
    """Return the largest disc within a mask (H, W); nothing where that is not most of it."""
    away = _away_from_rim(mask)
    middle = np.unravel_index(int(away.argmax()), away.shape)
    rows, columns = np.indices(mask.shape)
    disc = mask & (np.hypot(rows - middle[0], columns - middle[1]) <= _ROOMY * away.max())
    return np.asarray(disc if np.count_nonzero(disc) >= _FILLED * np.count_nonzero(mask) else np.zeros_like(mask))


def largest_radius(mask: Mask) -> float:
    """Return the radius of the largest disc within a mask, in pixels."""
    return float(_away_from_rim(mask).max())


def _away_from_rim(mask: Mask) -> NDArray[np.float32]:
    away = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(away[1:-1, 1:-1], np.float32)


def rim_of(mask: Mask) -> Mask:
    """Return the pixels around a mask."""
    return np.asarray((cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0) & ~mask)


def is_thin(mask: Mask, side: int) -> Mask:
    """Return the pixels of a mask that no square of a `side` within it covers."""
    return np.asarray(mask & (cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, _square(side)) == 0))


def main_parts(mask: Mask, side: int, least: float) -> Mask:
    """Return a mask without what hangs at its large parts by less than a square of a `side`.

    Parts of `least` times the largest one are large. One that is thin everywhere is returned as it is.
    """
    cores = list(parts_of(cv2.erode(np.pad(mask, 1).astype(np.uint8), _square(side)) > 0))
    if len(cores) < 2:
        return mask
    largest = max(np.count_nonzero(core) for core in cores)
    large = np.any([core for core in cores if np.count_nonzero(core) >= least * largest], 0)
    return np.asarray(mask & (cv2.dilate(large.astype(np.uint8), _square(side + 2))[1:-1, 1:-1] > 0))


def _square(side: int) -> Pixels:
    return np.ones((side, side), np.uint8)


def nearest_of(sources: Mask, wanted: Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows and columns of the source (H, W) that is nearest to each wanted pixel."""
    _, labels = cv2.distanceTransformWithLabels(
        (~sources).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    rows, columns = np.nonzero(sources)
    places = np.zeros((labels.max() + 1, 2), np.intp)
    places[labels[rows, columns]] = np.stack([rows, columns], 1)
    found = places[labels[wanted]]
    return found[:, 0], found[:, 1]
