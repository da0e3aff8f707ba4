"""Flood fill: what is connected with a start, without leaving free places."""

import numpy as np
from numpy.typing import NDArray

_MAX_TURNS = 200
"""Rounds of the flood fill, each along rows and columns; only labyrinths need more."""

Bits = NDArray[np.bool_]
"""Places of a picture, (H, W)."""


def flood_fill(free: Bits, start: Bits) -> Bits:
    """Return what of `free` (H, W) is 4-connected with `start`, filled run by run along rows and columns."""
    lines = [(free, _runs(free)), (free.T, _runs(free.T))]
    reached, count = start & free, -1
    for _ in range(_MAX_TURNS):
        if np.count_nonzero(reached) == count:
            break
        count = int(np.count_nonzero(reached))
        for along, runs in lines:
            touched = np.zeros(int(runs[-1, -1]) + 1, bool)
            touched[runs[reached]] = True
            reached = (touched[runs] & along).T
    return reached


def _runs(free: Bits) -> NDArray[np.int64]:
    """Label runs: return for each place (H, W) the number of its run of free places in its row."""
    begins = ~free
    begins[:, 0] = True
    return begins.ravel().cumsum().reshape(free.shape)
