"""Choice of frame size and frame rate for the footage."""

import math
from collections.abc import Sequence
from itertools import islice

import numpy as np

from glass.footage.reader import ClipReader, Probe
from glass.footage.timeline import at_rate, held

FRAME_PIXELS = 12_288
"""Pixels of a frame to learn from: 128x96, and other shapes of as many."""

SIDE_MULTIPLE, SHORTEST_SIDE, LONGEST_SIDE = 8, 16, 256
"""Sides of a frame are multiples of 8 between these."""

FASTEST_RATE = 30.0
"""Most frames a second that are kept."""

RATE_FRAMES = 120
"""Frames that say how many of a clip's frames are new."""

ASPECT_WEIGHT = 6.0
"""How much a wrong aspect weighs against fewer pixels."""


def choose_frame_size(probes: Sequence[Probe], pixels: int = FRAME_PIXELS) -> tuple[int, int]:
    """Return the (W, H) nearest to the usual shape of the clips, of at most about ``pixels``, not above their own size.

    Args:
        probes: what the clips say, at least one.
        pixels: how many pixels a frame may have.
    """
    aspects = sorted(probe.size[0] / probe.size[1] for probe in probes)
    aspect = aspects[len(aspects) // 2]
    fitting = [probe.size for probe in probes if abs(probe.size[0] / probe.size[1] / aspect - 1) < 0.02]
    widest, tallest = (max(SHORTEST_SIDE, max(size[axis] for size in fitting)) for axis in (0, 1))
    sides = range(SHORTEST_SIDE, LONGEST_SIDE + 1, SIDE_MULTIPLE)
    options = [(w, h) for w in sides if w <= widest for h in sides if h <= tallest and w * h <= 1.05 * pixels]

    def worth(size: tuple[int, int]) -> float:
        return size[0] * size[1] / pixels - ASPECT_WEIGHT * abs(math.log(size[0] / size[1] / aspect))

    return max(options, key=worth)


def choose_rate(probes: Sequence[Probe]) -> float:
    """Return the usual rate of the clips in frames a second, divided by a whole number where it is too fast."""
    rates = sorted(probe.rate for probe in probes)
    rate = rates[len(rates) // 2]
    return rate / math.ceil(rate / FASTEST_RATE - 1e-3) if rate > FASTEST_RATE else rate


def rate_of_new_frames(clip: ClipReader, size: tuple[int, int], rate: float) -> float:
    """Return how many of a clip's ``rate`` frames a second are new, looking at its beginning.

    Raises:
        DamagedClipError: the clip cannot be read.
    """
    changes, last = [], None
    for pixels in islice(at_rate(clip.frames(size), rate), RATE_FRAMES):
        if last is not None:
            changes.append(float(abs(pixels.astype(np.int16) - last).mean()))
        last = pixels
    return rate / held(np.array(changes))
