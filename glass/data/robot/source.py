"""The robot as a source of clips: a new scene and episode for every draw."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glass.data.core.clip import Clip
from glass.data.core.specification import Specification
from glass.data.core.splits import SPLITS
from glass.data.robot.actions import ACTIONS, TICK_RATE
from glass.data.robot.graphics import choose_graphics

LICENCE = "Apache-2.0 (simulated by the project's code; meshes of the arm: Apache-2.0, Rethink Robotics)"
"""Licence of the clips."""

_SIZE = 128
"""Width and height of the frames in pixels, unless another is asked for."""

_SIZES = range(32, 513)


@dataclass(frozen=True)
class RobotSource:
    """Clips of the robot, simulated when asked for."""

    name: ClassVar[str] = "robot"
    """What to call the source in logs."""
    tick_rate: ClassVar[float] = TICK_RATE
    """Frames a second."""
    licence: ClassVar[str] = LICENCE
    """Licence and authors of the pictures."""
    action_names: ClassVar[tuple[str, ...]] = ACTIONS
    """Names of the true actions, as clips number them."""

    split: str
    """No scene of one split appears in another."""
    size: int
    """Width and height of the frames in pixels."""
    hover: float = 0.0
    """Share of the clips in which the hand stays above the things and touches none."""
    bair: float = 0.0
    """Share of the clips that look like BAIR robot pushing."""
    weight: float = 1.0
    """How often to draw from the source, relative to others."""

    @property
    def frame_size(self) -> tuple[int, int]:
        """(W, H) of the frames in pixels."""
        return self.size, self.size

    @property
    def describe(self) -> str:
        """One line about what the clips show."""
        return f"a simulated robot arm pushing things in a bin, a new scene each time ({self.split})"

    def draw(self, rng: np.random.Generator, length: int) -> Clip:
        """Simulate and film a new episode of `length` frames; it takes about a second for 30 frames."""
        from glass.data.robot.episode import film_episode  # MuJoCo decides at import how it draws.

        number = int(rng.integers(2**32))
        episode = np.random.default_rng((SPLITS.index(self.split), number))
        return film_episode(episode, length, self.frame_size, f"robot-{self.split}-{number}", self.hover, self.bair)


def open_robot(options: Specification) -> RobotSource:
    """Open the robot.

    Raises:
        GlassError: unknown options or values, or nothing here to simulate or draw with.
    """
    split, size = options.text("split", "train"), options.count("size") or _SIZE
    weight, hover, bair = (
        options.number(key, value) for key, value in (("weight", 1.0), ("hover", 0.0), ("bair", 0.0))
    )
    options.refuse_unused()
    if split not in SPLITS:
        raise options.error("split", f"must be one of {', '.join(SPLITS)}")
    if size not in _SIZES:
        raise options.error("size", f"must be {_SIZES.start} to {_SIZES.stop - 1}")
    for key, share in (("hover", hover), ("bair", bair)):
        if not 0 <= share <= 1:
            raise options.error(key, "must be 0 to 1")
    choose_graphics()
    return RobotSource(split, size, hover, bair, weight)
