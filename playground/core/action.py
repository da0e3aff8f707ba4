"""What goes into a tick of the engine, and what comes out of it."""

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError

MAX_TICKS = 1_000_000
"""Longest script, in ticks."""

MAX_DISTANCE = 1e6
"""Farthest that one tick may shift, pan or scroll, in pixels."""


@dataclass(frozen=True)
class Action:
    """What the player asks for in one tick.

    Raises:
        GlassError: a shift, pan or scroll is not two numbers of at most MAX_DISTANCE pixels, or the local action
            is not a whole number.
    """

    shift: tuple[float, float] = (0.0, 0.0)
    """How the agent moves, (x, y) in pixels of the model's frame, x right, y down."""
    pan: tuple[float, float] = (0.0, 0.0)
    """How the background's content moves, in the same units."""
    local_action: int | None = None
    """1..K, or None for the manifest's default for the shift's direction."""
    scroll: tuple[float, float] = (0.0, 0.0)
    """How all that is seen moves, agent and background alike, as when a camera follows."""
    hold: bool = False
    """The agent keeps its look: the model is not asked for this tick."""
    afresh: bool = False
    """The agent first takes up the look that it began with; with `hold` it is at rest then."""
    in_place: bool = False
    """The model is told the shift, and the agent stays where it is."""

    @property
    def travel(self) -> tuple[float, float]:
        """How far the agent goes, (x, y) in pixels of the model's frame."""
        return (0.0, 0.0) if self.in_place else self.shift

    def __post_init__(self) -> None:
        """Refuse what is neither a distance nor a number."""
        for name, pair in (("shift", self.shift), ("pan", self.pan), ("scroll", self.scroll)):
            if not _is_distance(pair):
                raise GlassError(f"{name} {pair!r}: give two numbers of pixels, each at most {MAX_DISTANCE:.0f}")
        code: object = self.local_action
        if code is not None and (isinstance(code, bool) or not isinstance(code, Integral)):
            raise GlassError(f"local action {code!r}: give a whole number from 1 on, or None")


@dataclass(frozen=True)
class Observation:
    """What is seen after a tick."""

    frame: NDArray[np.uint8]
    """The picture, (H, W, 3)."""
    mask: NDArray[np.bool_]
    """Where the agent is in it, (H, W)."""
    position: tuple[float, float]
    """Centre (x, y) of the agent's window in pixels of the picture; may lie outside it."""
    scale: float = 1.0
    """Pixels of the picture to a pixel of the model's frame, in which actions are told."""


def _is_distance(pair: object) -> bool:
    """Say whether a value, of whatever type, is two numbers of pixels."""
    if not isinstance(pair, tuple | list | np.ndarray) or len(pair) != 2:
        return False
    return all(isinstance(value, Real) and abs(float(value)) <= MAX_DISTANCE for value in pair)
