"""Footage as a source of clips to train on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.footage.cache import Footage

OWN_LICENCE = "as the clips it learned from; ask whoever made them"
"""Licence of a model learned from clips that do not say."""


@dataclass(frozen=True)
class FootageSource:
    """Draws takes of the footage, every ``stride``-th frame of it."""

    footage: Footage
    """Where the frames are."""
    stride: int = 1
    """Frames from tick to tick."""
    outlines: npt.NDArray[np.uint8] | None = None
    """``(N, H, W)``: what a look at the footage believes of the agent, for `Clip.outlines`."""
    licence: str = OWN_LICENCE
    """Licence and authors of the pictures."""
    name: str = "clips"
    """What to call the source in logs."""
    weight: float = 1.0
    """How often to draw from the source, relative to others."""

    @property
    def frame_size(self) -> tuple[int, int]:
        """(W, H) of the frames in pixels."""
        return self.footage.frame_size

    @property
    def tick_rate(self) -> float:
        """Ticks a second, to a thousandth."""
        return round(self.footage.rate / self.stride, 3)

    @property
    def describe(self) -> str:
        """One line about what the clips show."""
        names = [Path(clip).name for clip in self.footage.clips]
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        return f"{self.footage.seconds:.0f} seconds of {shown}"

    @property
    def longest(self) -> int:
        """Ticks of the longest clip there is."""
        return max((take.length - 1) // self.stride + 1 for take in self.footage.takes)

    def length_for(self, longest: int, fewest: int, share: float) -> int:
        """Return the length of clips, in ticks, up to ``longest``, that takes for a ``share`` of the ticks have.

        Of takes that show less only those count that have ``fewest`` ticks; none longer than there is.
        """
        ticks = np.array([(take.length - 1) // self.stride + 1 for take in self.footage.takes])
        top = min(longest, self.longest)
        for length in range(top, min(top, fewest), -1):
            if ticks[ticks >= length].sum() >= share * ticks.sum():
                return length
        return min(top, fewest)

    def draw(self, rng: np.random.Generator, length: int) -> Clip:
        """Give ``length`` ticks of any take that has as many; every place to begin is as likely.

        Raises:
            GlassError: all takes are shorter.
        """
        span = (length - 1) * self.stride
        ends = np.cumsum([max(0, take.length - span) for take in self.footage.takes])
        if not ends[-1]:
            raise GlassError(
                f"{self.name}: the longest take has {self.longest} ticks, {length} are needed; film longer"
            )
        place = int(rng.integers(ends[-1]))
        number = int(np.searchsorted(ends, place, side="right"))
        take = self.footage.takes[number]
        start = take.start + place - int(ends[number - 1] if number else 0)
        ticks = np.s_[start : start + span + 1 : self.stride]
        frames = np.array(self.footage.frames[ticks])
        outlines = None if self.outlines is None else self.outlines[ticks]
        return Clip(name=f"{Path(take.clip).stem}-{start:05d}", character="", frames=frames, outlines=outlines)
