"""Connected components of masks: the agent's is kept, all others are cleared."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from glass.core.directions import EDGE_TURNS
from glass.core.masks import SOLID
from playground.bundles.manifest import Manifest
from playground.pictures.start import shows_agent

JOIN_FRACTION = 14
"""Parts of an agent that are less than the window's side divided by this apart are one component."""
SPECK = 0.25
"""Share of the agent's usual size in a clip below which something that is seen whole is not the agent."""
BORDER_LINE = 32
"""The frame's shorter side divided by this is as thick as a line along its edge may be that cropping left there."""
USUAL = 90
"""The usual size is so large that this many percent of the sizes in a clip are smaller."""

Masks = NDArray[np.float32]
_Number = TypeVar("_Number", np.float32, np.int64)


def keep_agents(levels: Masks, manifest: Manifest) -> None:
    """Clear from a clip's masks (T, H, W), in [0, 1], whatever is not the agent; they are changed in place.

    In a frame those are all components but the largest one, as `largest_component` tells it, and that too where its
    size is no agent's.
    An agent that is much smaller than in the rest of the clip is on its way in or out of the frame: a speck that
    touches no edge of the frame is taken for background.
    """
    for level in levels:
        level[:] = agent_component(level, manifest)
        if not shows_agent(level, manifest):
            level[:] = 0
    solid = levels > SOLID
    sizes = solid.sum((1, 2))
    if sizes.any():
        usual = np.percentile(sizes[sizes > 0], USUAL)
        at_edge = solid[:, [0, -1]].any((1, 2)) | solid[:, :, [0, -1]].any((1, 2))
        levels[(sizes < SPECK * usual) & ~at_edge] = 0


def agent_component(level: NDArray[np.float32], manifest: Manifest) -> NDArray[np.float32]:
    """Return a mask (H, W) in [0, 1] with its largest component, for the window of a model; see `largest_component`."""
    return largest_component(level, max(1, manifest.window // JOIN_FRACTION), manifest.enters)


def without_border_lines(levels: Masks) -> Masks:
    """Return masks (T, H, W) without lines along the frame's edges, dark or light ones, as cropping leaves them.

    What goes in farther from an edge than such a line is thick stays.
    """
    thickness = min(levels.shape[1:]) // BORDER_LINE
    kept = levels.copy()
    for turns in range(4):
        turned = np.rot90(kept, turns, (1, 2))
        turned[:, :thickness] *= turned[:, thickness, None] > SOLID
    return kept


def largest_component(level: NDArray[np.float32], grain: int, enters: str | None = None) -> NDArray[np.float32]:
    """Return a mask (H, W) with its largest connected component alone, labelled on a grid with cells of `grain` pixels.

    Where that component reaches out of the frame, others that do stay, too: outside they may be one. But of an agent
    that `enters` from an edge, those stay that may be parts of the same arm; see `_arm_components`.
    """
    height, width = level.shape
    padded = np.pad(level > SOLID, ((0, -height % grain), (0, -width % grain)))
    counts = padded.reshape(padded.shape[0] // grain, grain, -1, grain).sum((1, 3))
    components = _label_components(counts > 0)
    sizes = np.bincount(components.ravel(), counts.ravel())
    kept = components == sizes.argmax()
    edge = np.concatenate([components[[0, -1]].ravel(), components[:, [0, -1]].ravel()])
    if enters:
        kept = _arm_components(components, kept, enters)
    elif sizes.argmax() in edge:
        kept = np.isin(components, edge[edge > 0])
    lost = (components > 0) & ~kept
    alone = level.copy()
    if lost.any():
        around, beside = (dilated(part[None].astype(np.float32), 1)[0] > 0 for part in (lost, kept))
        gone = lost | around & ~beside
        alone[gone.repeat(grain, 0).repeat(grain, 1)[:height, :width]] = 0
    return alone


def _arm_components(components: NDArray[np.int64], largest: NDArray[np.bool_], enters: str) -> NDArray[np.bool_]:
    """Say which cells (H, W) are the largest component's, or of others that may join it to an arm from an edge.

    Those begin nearer to that edge, above a part of it (for the edge "top"), one after the other. Where the largest
    component itself reaches the edge, what lies below it may be the hand.
    """
    components, largest = np.rot90(components, -EDGE_TURNS[enters]), np.rot90(largest, -EDGE_TURNS[enters])
    rows = {number: (components == number).any(1) for number in np.unique(components[components > 0])}
    arm, hand = largest, bool(largest[0].any())
    while True:
        top = np.nonzero(arm.any(1))[0][:1]
        beside = np.unique(components[:, arm.any(0)])
        joined = [number for number in beside if number and (hand or rows[number].argmax() < top)]
        longer = arm | np.isin(components, joined)
        if hand or np.array_equal(longer, arm):
            break
        arm = longer
    return np.rot90(longer, EDGE_TURNS[enters])


def _label_components(cells: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Label 8-connected components: cells (H, W) of one component get the same number above 0; the others 0."""
    numbers = np.where(cells, np.arange(1, cells.size + 1).reshape(cells.shape), 0)
    while True:
        spread = np.where(cells, dilated(numbers[None], 1)[0], 0)
        if np.array_equal(spread, numbers):
            return numbers
        numbers = spread


def dilated(levels: NDArray[_Number], margin: int) -> NDArray[_Number]:
    """Return the grey-scale dilation of (T, H, W) by a square: the maximum of pixels at most `margin` away."""
    wide = levels
    for axis in (1, 2):
        pads = [(margin, margin) if number == axis else (0, 0) for number in range(3)]
        padded = np.pad(wide, pads)
        wide = np.lib.stride_tricks.sliding_window_view(padded, 2 * margin + 1, axis).max(-1)
    return wide
