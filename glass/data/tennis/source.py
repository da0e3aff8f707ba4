"""Tennis as a source of clips: a new rally for every draw, of a match of the split's."""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from glass.data.core.clip import Clip
from glass.data.core.specification import Specification
from glass.data.core.splits import SPLITS, split_range
from glass.data.tennis.film import Match, draw_match, film_rally
from glass.data.tennis.strokes import ACTIONS

LICENCE = "Apache-2.0 (drawn by the project's code)"
"""Licence of the clips."""

MATCHES = 20000
"""Looks (two players and a court) that are divided into splits."""

_SIDES = range(48, 1025)
_SIZE = (192, 72)
_RATE = 10.0
_RATES = (3.0, 30.0)


@dataclass(frozen=True)
class TennisSource:
    """Clips of tennis, drawn when asked for."""

    name: ClassVar[str] = "tennis"
    """What to call the source in logs."""
    licence: ClassVar[str] = LICENCE
    """Licence and authors of the pictures."""
    action_names: ClassVar[tuple[str, ...]] = ACTIONS
    """Names of the true actions, as clips number them."""

    split: str
    """No player or court of one split appears in another."""
    frame_size: tuple[int, int] = _SIZE
    """(W, H) of the frames in pixels."""
    tick_rate: float = _RATE
    """Frames a second."""
    weight: float = 1.0
    """How often to draw from the source, relative to others."""
    outlines: bool = False
    """Whether true masks may be learned from."""

    @property
    def describe(self) -> str:
        """One line about what the clips show."""
        return f"broadcast tennis drawn by code, {len(split_range(MATCHES, self.split))} matches ({self.split})"

    def draw(self, rng: np.random.Generator, length: int) -> Clip:
        """Give a new clip of `length` frames of any match."""
        seed = int(rng.choice(split_range(MATCHES, self.split)))
        clip = film_rally(rng, _match(seed), length, self.frame_size, self.tick_rate, f"tennis-{seed:05d}")
        return clip.outlined() if self.outlines else clip


@lru_cache(maxsize=256)
def _match(seed: int) -> Match:
    return draw_match(np.random.default_rng((seed, 7)))


def open_tennis(options: Specification) -> TennisSource:
    """Open tennis.

    Raises:
        GlassError: unknown options or values.
    """
    split, size = options.text("split", "train"), options.size("size") or _SIZE
    rate, weight = options.number("rate", _RATE), options.number("weight", 1.0)
    outlines = options.flag("outlines")
    options.refuse_unused()
    if split not in SPLITS:
        raise options.error("split", f"must be one of {', '.join(SPLITS)}")
    if any(side not in _SIDES for side in size):
        raise options.error("size", f"must be {_SIDES.start} to {_SIDES.stop - 1} pixels a side, such as 192x72")
    if not _RATES[0] <= rate <= _RATES[1]:
        raise options.error("rate", f"must be {_RATES[0]:g} to {_RATES[1]:g} frames a second")
    return TennisSource(split, size, rate, weight, outlines)
