"""Resizing art by whole rows: those that are most like their neighbours are left out, or shown twice.

It is seam carving (Avidan & Shamir, 2007) with straight seams: art of a few pixels keeps its outlines and its shapes,
and no row is torn.
"""

from math import ceil

import numpy as np
from numpy.typing import NDArray

_REACH = 1.25
"""Rows by which one may be shown from where the same scale all over would show it."""
_EVEN = 0.1
"""Cost of being shown a row away from there, to that of leaving out a row that is nothing like its neighbours."""


def retargeted(pixels: NDArray[np.uint8], shown: int) -> NDArray[np.intp]:
    """Return which of the rows of pixels (L, W, 4) are shown as (shown,) rows, in order.

    The first and the last, mostly outlines, always are, if there is room for two. The cheapest way from row to row is
    found by dynamic programming.
    """
    length = len(pixels)
    if shown == 1 or length == 1:
        return np.full(shown, length // 2)
    levels = pixels.astype(np.int64)
    change = np.abs(levels[1:] - levels[:-1]).sum((1, 2)) / np.maximum(levels[1:], levels[:-1]).sum((1, 2)).clip(1)
    before, after = np.append(1, change), np.append(change, 1)
    left_out = np.append(0, np.minimum(before, after)).cumsum()
    rows = np.arange(length)
    farthest = -(-(length - 1) // (shown - 1)) + 2 * ceil(_REACH)
    origins = rows[:, None] - np.arange(farthest + 1)
    price = left_out[:-1, None] - left_out[np.maximum(origins, 0) + 1]
    price[:, 0] = (before + after) / 2
    price[origins < 0] = np.inf
    origins = np.maximum(origins, 0)
    even = np.linspace(0, length - 1, shown)
    away = np.abs(rows - even[:, None])
    away = np.where(away <= _REACH, _EVEN * away, np.inf)
    cost, steps = np.where(rows == 0, 0, np.inf), []
    for far in away[1:]:
        ways = cost[origins] + price
        steps.append(ways.argmin(1))
        cost = ways[rows, steps[-1]] + far
    path = [length - 1]
    for step in reversed(steps):
        path.append(path[-1] - int(step[path[-1]]))
    return np.array(path[::-1])
