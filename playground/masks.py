"""Masks of a clip: the agent in them, and nothing else."""

from math import ceil

import numpy as np
from numpy.typing import NDArray

from playground.agent import SOLID, shows_agent
from playground.manifest import Manifest

REACH = 1.25
"""Side of the box that an agent fits into, in windows."""
SPECK = 0.25
"""Share of the agent's usual size in a clip below which something that is seen whole is not the agent."""
USUAL = 90
"""The usual size is so large that this many percent of the sizes in a clip are smaller."""

Masks = NDArray[np.float32]


def keep_agents(levels: Masks, manifest: Manifest) -> None:
    """Clear from a clip's masks (T, H, W), in [0, 1], whatever is not the agent; they are changed in place.

    In a frame that is what lies outside of the box with most of the mask, and all of it where its size is no agent's.
    An agent that is much smaller than in the rest of the clip is on its way in or out of the frame: a speck that
    touches no edge of the frame is taken for background.
    """
    side = ceil(REACH * manifest.window)
    for level in levels:
        clear_around_agent(level, side)
        if not shows_agent(level, manifest):
            level[:] = 0
    solid = levels > SOLID
    sizes = solid.sum((1, 2))
    if sizes.any():
        usual = np.percentile(sizes[sizes > 0], USUAL)
        at_edge = solid[:, [0, -1]].any((1, 2)) | solid[:, :, [0, -1]].any((1, 2))
        levels[(sizes < SPECK * usual) & ~at_edge] = 0


def clear_around_agent(level: NDArray[np.float32], side: int) -> None:
    """Clear a mask (H, W) outside of the box of `side` pixels that holds most of what is solid in it."""
    solid = level > SOLID
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    if not len(rows) or max(rows[-1] - rows[0], columns[-1] - columns[0]) < side:
        return
    total = np.pad(solid.astype(np.int64), ((side, side - 1), (side, side - 1))).cumsum(0).cumsum(1)
    counts = total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]
    bottom, right = np.unravel_index(counts.argmax(), counts.shape)
    kept = np.zeros(level.shape, np.bool_)
    kept[max(0, bottom + 1 - side) : bottom + 1, max(0, right + 1 - side) : right + 1] = True
    level[~kept] = 0


def widened(levels: Masks, margin: int) -> Masks:
    """Return masks (T, H, W) that also cover whatever is at most `margin` pixels away from them along each axis."""
    wide = levels
    for axis in (1, 2):
        pads = [(margin, margin) if number == axis else (0, 0) for number in range(3)]
        padded = np.pad(wide, pads)
        wide = np.lib.stride_tricks.sliding_window_view(padded, 2 * margin + 1, axis).max(-1)
    return wide
