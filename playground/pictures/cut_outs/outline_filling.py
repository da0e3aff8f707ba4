"""Outlines of drawings: small gaps closed, insides filled, and the drawing chosen among several."""

import cv2
import numpy as np
from numpy.typing import NDArray

from playground.pictures.cut_outs.flood_fill import Bits, fill_from_rim

_GAP = 0.02
"""Half the widest gap of an outline that is closed, as a share of the drawing's longer side."""
_ROOM = 3.0
"""How much wider than a gap the inside must be behind it: else it is a bay, as between two legs."""
_STROKE = 0.022
"""Half the widest stroke of a line drawing, as a share of the same."""
_LINES = 0.7
"""Share of what is drawn that is strokes, from which on it is a line drawing."""
_NEAR = 0.025
"""Things that are less than this share of the picture's longer side apart belong together."""
_RIVAL = 0.4
"""Size of another thing, as a share of the largest, from which on there are several to choose from."""


def fill_outlines(marks: Bits, outside: Bits) -> Bits:
    """Return what is drawn: marks (H, W) and what they enclose, also where a line drawing's outline has small gaps.

    `outside` is what a flood fill from the rim reaches without closing any gap.
    """
    solid = ~outside
    rows, columns = np.nonzero(marks)
    side = int(max(np.ptp(rows), np.ptp(columns))) + 1
    if not _is_line_drawing(marks, side):
        return solid
    distance = distance_to_zero(~marks)
    for reach in range(1, round(_GAP * side) + 1):
        free = distance > reach
        count, names = cv2.connectedComponents((free & ~fill_from_rim(free) & ~solid).astype(np.uint8))
        if count == 1:
            continue
        roomy = np.zeros(count, bool)
        roomy[names[distance >= _ROOM * reach]] = True
        inside = roomy[names] & (names > 0)
        if inside.any():
            solid = solid | (distance_to_zero(~inside) <= reach + 0.5)
    return ~fill_from_rim(~solid)


def _is_line_drawing(marks: Bits, side: int) -> bool:
    """Say whether most marks (H, W) are thin strokes, compared with the drawing's longer side."""
    depth = distance_to_zero(marks)
    reach = max(1.5, _STROKE * side)
    side = 2 * round(reach) + 1
    thick = cv2.dilate((depth > reach).astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    return bool(np.count_nonzero(marks & ~thick) >= _LINES * np.count_nonzero(marks))


def main_group(solid: Bits) -> tuple[Bits, bool]:
    """Return the largest thing in (H, W) with what is near to it, and whether nothing else comes near its size."""
    near = distance_to_zero(~solid) <= max(1.0, _NEAR / 2 * max(solid.shape))
    _, names = cv2.connectedComponents(near.astype(np.uint8))
    sizes = np.bincount(names[solid], minlength=2)
    sizes[0] = 0
    largest = int(sizes.argmax())
    rivals = np.count_nonzero(sizes >= _RIVAL * sizes[largest])
    return np.asarray(solid & (names == largest)), rivals == 1


def distance_to_zero(bits: Bits) -> NDArray[np.float32]:
    """Return for each place of (H, W) how many pixels away the nearest False one is."""
    return np.asarray(cv2.distanceTransform(bits.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)
