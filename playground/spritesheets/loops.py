"""Cutting a filmed action: the best cycle of a loop (video texture), and there and back of an act.

A loop is cut as in video textures (Schödl et al., 2000): all frames are compared with each other, and the cut goes
where going on from the last frame to the first is as small a step as the action knows.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Frames, (N, H, W, 4), straight RGBA."""
Distances = NDArray[np.float64]
"""(N, N): how far each frame is from each other one, as a share of the agent's area."""

WARM_UP = 8
"""Ticks after which a held walk has found its gait."""
LONGEST = 16
"""Most frames of a loop."""
_SHORTEST = 3
"""Least frames of a loop: of two, the way back is the step itself."""
_STILL = 0.02
"""Frames that are no farther from each other look the same."""
_NEAR = 0.25
"""What is no farther from the first picture is rest."""
_WHOLE = 0.8
"""Least share of an action's reach that its loop shows."""
_RETURNED = 0.5
"""An act has returned where it is no farther from its beginning than this share of its peak."""
_PEAK = 0.85
"""An act's first pose that is so far, in shares of the farthest, is the way to its peak."""
_POSE = 0.15
"""What moves less after the first tick, in shares of all, is a pose that is kept."""
_TURN = 0.6
"""A first tick that changes more than this share of all that follows turns the agent."""
_LATEST = 2
"""Ticks after which an act has begun."""
_PER_TICK, _PER_START = 0.02, 0.05
"""What a longer act, and a later beginning, have to bring, in shares of the way back."""
_SEAM = 0.9
"""Longest step from a loop's last frame to its first, in median steps."""
_PER_FRAME = 0.05
"""What a frame more has to bring, in median steps."""
_COMPARED = 128
"""Longest side at which frames are compared."""


@dataclass(frozen=True)
class Cut:
    """Which frames of a film are shown."""

    first: int
    """Number of the first frame."""
    count: int
    """How many frames."""
    pingpong: bool = False
    """Whether they are shown there and back."""


def frame_distances(frames: Pixels) -> Distances:
    """Compare frames with each other: the sum of differences over the agent's mean area, of premultiplied RGBA."""
    layers = np.stack([_reduced(frame) for frame in frames])
    area = max(float(layers[..., 3].sum()) / len(layers), 1.0)
    return np.array([np.abs(layers - layer).sum((1, 2, 3), dtype=np.float64) / area for layer in layers])


def cut_loop(distances: Distances) -> Cut:
    """Return the best cycle of a film; a single frame where nothing moves.

    Among cycles that show nearly all that the action reaches, and whose step from the last frame to the first is below
    the median step, the one is taken after which the film goes on most as it began. Where there is none, as of a gait
    that drifts, a stretch is shown there and back, which never jumps.
    """
    count = len(distances)
    reach = float(distances.max())
    if reach <= _STILL or count <= _SHORTEST:
        return Cut(0, 1)
    found: list[tuple[bool, float, int, int]] = []
    for length in range(_SHORTEST, min(LONGEST, count - 1) + 1):
        for first in range(count - length):
            last = first + length - 1
            within = distances[first : last + 1, first : last + 1]
            median = max(float(np.median(np.diagonal(within, 1))), 1e-6)
            seam = float(distances[last, first]) / median
            good = seam < _SEAM and float(within.max()) >= _WHOLE * reach
            closure = float(distances[last + 1, first]) / median + _PER_FRAME * length
            found.append((not good, closure if good else seam, first, length))
    missing, _, first, length = min(found)
    return Cut(first, length) if not missing else _there_and_back(distances) or Cut(first, length)


def _there_and_back(distances: Distances) -> Cut | None:
    """Return the shortest stretch that shows nearly all, or else most, and begins with no more than a median step."""
    enough = _WHOLE * float(distances.max())
    found: list[tuple[float, int, int]] = []
    for length in range(_SHORTEST, LONGEST // 2 + 2):
        for first in range(len(distances) - length + 1):
            within = distances[first : first + length, first : first + length]
            steps = np.diagonal(within, 1)
            if steps[0] <= np.median(steps):
                found.append((-min(enough, float(within.max())), length, first))
    if not found:
        return None
    _, length, first = min(found)
    return Cut(first, length, pingpong=True)


def cut_act(distances: Distances) -> Cut:
    """Return an act that nobody measured from its beginning to rest: as it is where it returns, else there and back.

    It begins with the first picture, or one or two ticks later where it comes back to that: then the agent turns to
    act, or is painted anew. An act that takes up a pose at once and keeps it goes there and back.
    """
    count = len(distances)
    reach, moving = float(distances[0].max()), float(distances[1:, 1:].max())
    if max(reach, moving) <= _STILL:
        return Cut(0, 1)
    first = int(moving > _POSE * reach and float(distances[0, 1]) > _TURN * moving)
    if moving > _POSE * reach:
        found: list[tuple[float, int, int]] = []
        for start in range(min(_LATEST, count - 3) + 1):
            for end in range(start + 2, count):
                within = distances[start : end + 1, start : end + 1]
                returned = float(distances[start, end]) / max(float(within[0].max()), 1e-6)
                if float(within.max()) >= _WHOLE * moving and returned <= _RETURNED:
                    found.append((returned + _PER_TICK * (end - start) + _PER_START * start, start, end))
        if found:
            _, start, end = min(found)
            return Cut(start, end - start + 1)
    away = distances[first, first:]
    peak = int(np.argmax(away >= _PEAK * away.max()))
    while peak + 1 < len(away) and away[peak + 1] > away[peak]:
        peak += 1
    return Cut(first, peak + 1, pingpong=True)


def is_restful(distances: Distances) -> bool:
    """Say whether a film keeps near its first frame, as one does that shows rest."""
    return bool(distances[0].max() <= _NEAR)


def _reduced(frame: Pixels) -> NDArray[np.float32]:
    """Return a frame (H, W, 4) as a premultiplied layer in [0, 1], averaged where it is larger than is compared."""
    height, width = frame.shape[:2]
    alpha = frame[..., 3:] / np.float32(255)
    layer = np.concatenate([frame[..., :3] / np.float32(255) * alpha, alpha], 2)
    side = max(height, width)
    if side <= _COMPARED:
        return layer
    size = (max(1, width * _COMPARED // side), max(1, height * _COMPARED // side))
    return np.asarray(cv2.resize(layer, size, interpolation=cv2.INTER_AREA), np.float32)
