"""Interface of clip readers: what a clip says of itself, and its timed frames of one size."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from glass.core.errors import GlassError
from glass.core.images import MAX_PIXELS

SMALLEST_SIDE, LARGEST_SIDE = 16, 16_384
"""Sides of a frame that is read, in pixels."""

MOST_FRAMES = 200_000
"""Frames of the longest clip that is read."""


class DamagedClipError(GlassError):
    """A clip that cannot be read; others beside it may."""


@dataclass(frozen=True)
class Probe:
    """What a clip says of itself before its frames are read."""

    size: tuple[int, int]
    """(W, H) in pixels, as it is to be seen."""
    rate: float
    """Frames a second."""


@dataclass(frozen=True)
class TimedFrame:
    """A frame and when it comes."""

    start: float
    """Seconds from the clip's own beginning of time at which it appears."""
    pixels: npt.NDArray[np.uint8]
    """(H, W, 3): RGB in 0..255."""


class ClipReader(Protocol):
    """A clip that can be read."""

    @property
    def name(self) -> str:
        """What messages call it."""

    @property
    def stamp(self) -> str:
        """Text that changes when the clip's files do."""

    def probe(self) -> Probe:
        """Look at the clip without reading its frames.

        Raises:
            DamagedClipError: it cannot be read, or has no frames.
        """

    def frames(self, size: tuple[int, int]) -> Iterator[TimedFrame]:
        """Give the frames in order, (W, H) ``size`` each, one at a time in memory.

        Raises:
            DamagedClipError: the clip is damaged; frames given before are not to be used.
        """


def stamp_of(path: Path) -> str:
    """Return text that changes when a file does."""
    known = path.stat()
    return f"{path.resolve()} {known.st_size} {known.st_mtime_ns}"


@dataclass(frozen=True)
class ClipFile:
    """A clip that is one file."""

    path: Path
    """The file."""

    @property
    def name(self) -> str:
        """What messages call it."""
        return str(self.path)

    @property
    def stamp(self) -> str:
        """Text that changes when the file does."""
        return stamp_of(self.path)


def check_size(name: str, size: tuple[int, int]) -> None:
    """Refuse frames too small to show anything, or so large that they would fill the memory.

    Raises:
        DamagedClipError: such a size.
    """
    width, height = size
    if min(size) < SMALLEST_SIDE:
        raise DamagedClipError(f"{name}: {width}x{height} pixels; frames need at least {SMALLEST_SIDE}x{SMALLEST_SIDE}")
    if max(size) > LARGEST_SIDE or width * height > MAX_PIXELS:
        limit = MAX_PIXELS // 10**6
        raise DamagedClipError(f"{name}: {width}x{height} pixels, more than {limit} megapixels; make it smaller")
