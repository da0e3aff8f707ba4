"""Single frames of clips, read again at a size nearer to the clips' own."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from glass.footage.cache import FollowingView, Footage
from glass.footage.find import find_clips
from glass.footage.prepare import FootageOptions
from glass.footage.timeline import at_rate

LARGEST_STILL = (1280, 960)
"""Most pixels across and down that a still has."""


@dataclass(frozen=True)
class Stills:
    """Reads frames of a footage again, a whole number of times as large as they are in it."""

    paths: Sequence[Path]
    """The clips,"""
    options: FootageOptions
    """as they were read,"""
    footage: Footage
    """and their frames."""
    view: FollowingView | None = None
    """What of larger frames the footage shows."""

    @property
    def times(self) -> int:
        """How many times as large stills are: as far as the first clip has the pixels."""
        (width, height), whole = self.footage.frame_size, self.view.size if self.view else self.footage.frame_size
        has = min(own // read for own, read in zip(self.footage.clip_size, whole, strict=True))
        return max(1, min(has, LARGEST_STILL[0] // width, LARGEST_STILL[1] // height))

    def read(self, places: Sequence[int]) -> dict[int, npt.NDArray[np.uint8]]:
        """Read frames ``(H, W, 3)`` by their numbers in the footage; those that can no longer be read are missing."""
        times, wanted = self.times, set(places)
        whole = self.view.size if self.view else self.footage.frame_size
        known = (*find_clips(self.paths, self.options.picture_rate).clips, *self.options.others)
        number, found = 0, dict[int, npt.NDArray[np.uint8]]()
        for clip in (clip for clip in known if clip.name in self.footage.clips):
            for pixels in at_rate(clip.frames((times * whole[0], times * whole[1])), self.footage.rate):
                if number in wanted:
                    found[number] = self._cut(pixels, number)
                number += 1
                if len(found) == len(wanted):
                    return found
        return found

    def _cut(self, pixels: npt.NDArray[np.uint8], number: int) -> npt.NDArray[np.uint8]:
        """Cut what the footage shows out of a frame."""
        if self.view is None:
            return pixels
        (left, top), (width, height) = self.times * self.view.corners[number], self.footage.frame_size
        return np.ascontiguousarray(pixels[top : top + self.times * height, left : left + self.times * width])
