"""Flood fill: what is connected with a start, without leaving free places."""

import cv2
import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.bool_]
"""Places of a picture, (H, W)."""


def flood_fill(free: Bits, start: Bits) -> Bits:
    """Return what of `free` (H, W) is 4-connected with `start`."""
    count, names = cv2.connectedComponents(free.astype(np.uint8), connectivity=4)
    reached = np.zeros(count, bool)
    reached[names[start & free]] = True
    return np.asarray(reached[names])


def fill_from_rim(free: Bits) -> Bits:
    """Return what of `free` (H, W) is 4-connected with the rim."""
    rim = np.ones_like(free)
    rim[1:-1, 1:-1] = False
    return flood_fill(free, rim)
