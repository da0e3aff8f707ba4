"""Resampling of timed frames to a steady rate, detection of cuts between takes, and of held frames."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image

from glass.footage.reader import TimedFrame

LONGEST_HOLD = 5.0
"""Seconds for which a frame is kept on screen at most; what a clip leaves out beyond that is skipped."""

THUMBNAIL = (16, 12)

CUT_NEIGHBOURS = 8
"""Frames to each side that a cut is compared with."""

CUT_LEVELS, CUT_TIMES, CUT_COLOURS, CUT_SURE = 12.0, 4.0, 0.25, 40.0
"""A cut changes thumbnails by so many levels, by so many times what is usual around it, and so much of the colours,
unless it changes them by so many levels that no colour is needed."""

LONGEST_STRIDE = 6
HELD_CHANGE, HELD_SHARE, HELD_MOVING = 0.1, 0.97, 0.5
"""Frames that change by less than a tenth of what others do are held: nearly all between two new ones must be, and
half of the new ones must really be new."""


def at_rate(frames: Iterator[TimedFrame], rate: float) -> Iterator[npt.NDArray[np.uint8]]:
    """Resample to ``rate`` frames a second: what is on screen in the middle of every tick, from first to last frame."""
    shown: TimedFrame | None = None
    tick, skipped = 0, 0.0
    for frame in frames:
        if shown is not None:
            over = frame.start - shown.start - LONGEST_HOLD
            end = frame.start - skipped - max(0.0, over)
            while (tick + 0.5) / rate < end:
                yield shown.pixels
                tick += 1
            skipped += max(0.0, over)
        else:
            skipped = frame.start
        shown = frame
    if shown is not None:
        yield shown.pixels


def thumbnail(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return 16x12 pixels of a frame (H, W, 3), flat: (576,)."""
    small = Image.fromarray(pixels).resize(THUMBNAIL, Image.Resampling.BOX)
    return np.asarray(small, np.uint8).reshape(-1)


def _colours(thumbnails: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Histogram over 4x4x4 colours, (T, 64), of thumbnails (T, 576)."""
    levels = (thumbnails.reshape(len(thumbnails), -1, 3) >> 6).astype(np.int64)
    bins = levels @ np.array([16, 4, 1])
    counts = np.stack([(bins == number).mean(1) for number in range(64)], 1)
    return counts.astype(np.float64)


def find_cuts(thumbnails: npt.NDArray[np.uint8]) -> list[int]:
    """Return the numbers of the frames that begin another take, from the thumbnails (T, 576) of a clip.

    A cut changes the picture far more than what happens just before and after it; a fast pan does so all the time.
    """
    if len(thumbnails) < 3:
        return []
    small = thumbnails.astype(np.int16)
    change = abs(np.diff(small, axis=0)).mean(1)
    colours = abs(np.diff(_colours(thumbnails), axis=0)).sum(1) / 2
    cuts: list[int] = []
    for place in np.flatnonzero(change > CUT_LEVELS):
        around = np.r_[change[max(0, place - CUT_NEIGHBOURS) : place], change[place + 1 : place + 1 + CUT_NEIGHBOURS]]
        usual = float(np.median(around))
        if change[place] > CUT_TIMES * usual + 3 and (colours[place] > CUT_COLOURS or change[place] > CUT_SURE):
            cuts.append(int(place) + 1)
    return cuts


def held(changes: npt.NDArray[np.float64]) -> int:
    """Return for how many ticks each frame is kept on screen, 1 for a new one every tick.

    Animation drawn at twelve pictures a second is often stored at twenty-four.

    Args:
        changes: (T-1,) how much each frame differs from the one before it, in levels.
    """
    if not len(changes) or (changes > 0.05).sum() < 8:
        return 1
    still = changes < HELD_CHANGE * float(np.percentile(changes[changes > 0.05], 75))
    for stride in range(LONGEST_STRIDE, 1, -1):
        if len(changes) < 8 * stride:
            continue
        new = np.array([(~still[phase::stride]).mean() for phase in range(stride)])
        others = np.delete(np.arange(len(changes)), np.s_[int(new.argmax()) :: stride])
        if still[others].mean() >= HELD_SHARE and new.max() >= HELD_MOVING:
            return stride
    return 1
