"""Cutting out what stands in a box (GrabCut; Rother et al., SIGGRAPH 2004), and the question to who draws it."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.images import flatten
from glass.core.masks import SOLID, bounding_box

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels, its ends exclusive."""
Levels = NDArray[np.float32]

_LARGEST = (480, 360)
"""Width and height that a picture is shown in, at most, to be marked."""
_ROUND = 0.4
"""By which share of its sides the box is widened: what is around it tells what the background looks like."""
_ITERATIONS = 3
_DOUBTFUL = 0.04
"""Half the width of the band along a rough outline in which it is decided anew, of the longer side of what is seen."""
_LEAST_SHARE = 0.1
"""Parts of the agent smaller than this share of the largest one are left out."""


@dataclass(frozen=True)
class AgentQuestion:
    """What a player is asked where no model is sure of a picture's agent."""

    name: str
    """Of the picture."""
    pixels: NDArray[np.uint8]
    """The picture, reduced, (H, W, 3)."""
    guess: Levels
    """Where the agent may be, (H, W) in [0, 1]."""


Asker = Callable[[AgentQuestion], Levels | None]
"""Gives the player's answer, a mask (H, W) in [0, 1]; None where there is none."""


def reduced(image: Image.Image) -> NDArray[np.uint8]:
    """Return a picture (H, W, 3) no larger than it is shown to be marked."""
    small = flatten(image).copy()  # It is shrunk in place.
    small.thumbnail(_LARGEST, Image.Resampling.LANCZOS)
    return np.asarray(small)


def cut_in_box(pixels: NDArray[np.uint8], box: Box) -> Levels:
    """Return what stands out in a box of a picture (H, W, 3): its mask, (H, W), 0 or 1; 0 all over for an empty box.

    Colours of what is inside and around the box are learned in turns with the mask. A picture that the box covers has
    its background in the rim.
    """
    left, top, right, bottom = box
    mask = np.zeros(pixels.shape[:2], np.float32)
    if right - left < 2 or bottom - top < 2:
        return mask
    wide, high = round(_ROUND * (right - left)) + 2, round(_ROUND * (bottom - top)) + 2
    y, x = max(0, top - high), max(0, left - wide)
    area = pixels[y : bottom + high, x : right + wide]
    labels = np.full(area.shape[:2], cv2.GC_BGD, np.uint8)
    labels[max(1, top - y) : bottom - y, max(1, left - x) : right - x] = cv2.GC_PR_FGD
    labels[-1], labels[:, -1] = cv2.GC_BGD, cv2.GC_BGD
    found = grab_cut(area, labels)
    mask[y : y + len(area), x : x + area.shape[1]] = found
    if not found.any():  # nothing stands out: all of the box
        mask[top:bottom, left:right] = 1
    return mask


def refined_mask(pixels: NDArray[np.uint8], mask: Levels) -> Levels:
    """Return a rough mask (H, W) of a picture (H, W, 3) with the outline that the picture's colours tell, 0..1.

    What is well inside and well outside stays so; GrabCut decides between.
    """
    box = bounding_box(mask > SOLID)
    if box is None:
        return mask
    margin = round(_ROUND * max(box[2] - box[0], box[3] - box[1])) + 2
    left, top, right, bottom = max(0, box[0] - margin), max(0, box[1] - margin), box[2] + margin, box[3] + margin
    around, rough = Image.fromarray(pixels[top:bottom, left:right]), mask[top:bottom, left:right]
    small = reduced(around)
    solid = (enlarged_mask(rough, (small.shape[1], small.shape[0])) > SOLID).astype(np.uint8)
    reach = 2 * round(_DOUBTFUL * max(small.shape)) + 1
    brush = np.ones((reach, reach), np.uint8)
    labels = np.where(solid, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[cv2.erode(solid, brush) > 0] = cv2.GC_FGD
    labels[cv2.dilate(solid, brush) == 0] = cv2.GC_BGD
    refined = np.zeros_like(mask)
    found = grab_cut(small, labels).astype(np.float32)
    refined[top:bottom, left:right] = enlarged_mask(found, around.size)
    return refined if (refined > SOLID).any() else mask


def grab_cut(pixels: NDArray[np.uint8], labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where the agent is, (H, W), in pixels (H, W, 3) with OpenCV's labels (H, W) of what is known or likely.

    The labels are overwritten.
    """
    likely = (labels == cv2.GC_PR_FGD) | (labels == cv2.GC_FGD)
    if likely.any() and not likely.all():
        cv2.setRNGSeed(0)
        seen = np.ascontiguousarray(pixels[..., ::-1])
        cv2.grabCut(
            seen, labels, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), _ITERATIONS, cv2.GC_INIT_WITH_MASK
        )
    return _large_parts((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD))


def _large_parts(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leave out small connected components of (H, W), and fill small holes."""
    closed = cv2.morphologyEx(solid.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed)
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = [number for number in range(1, count) if areas[number - 1] >= _LEAST_SHARE * areas.max()]
    return np.isin(labels, kept)


def enlarged_mask(mask: Levels, size: tuple[int, int]) -> Levels:
    """Return a mask (H, W) resized to a picture's size (width, height); itself where it has that size."""
    if mask.shape == size[::-1]:
        return mask
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR), np.float32)
