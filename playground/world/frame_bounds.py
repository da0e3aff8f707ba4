"""Holding an agent inside the frame."""

from dataclasses import dataclass

import numpy as np

from playground.core.action import Action
from playground.core.constants import SOLID
from playground.engine.compositing import window_corner
from playground.engine.engine import Engine

_TRIES = 3


@dataclass(frozen=True)
class Fence:
    """The edges of the frame that an agent may not cross."""

    low: tuple[bool, bool]
    """Whether the left and the top edge hold it."""
    high: tuple[bool, bool]
    """Whether the right and the bottom edge hold it."""

    @classmethod
    def around(cls, engine: Engine) -> "Fence":
        """Return the fence for the agent that `engine` plays: an edge that it reaches over now does not hold it.

        Raises:
            GlassError: the engine has no picture.
        """
        box = _box(engine)
        if box is None:
            return cls((True, True), (True, True))
        low, high = box
        width, height = engine.frame_size
        return cls((low[0] > 0, low[1] > 0), (high[0] < width, high[1] < height))

    @property
    def is_closed(self) -> bool:
        """Whether all edges hold the agent."""
        return all(self.low) and all(self.high)

    def hold(self, engine: Engine, action: Action) -> Action:
        """Return the action that `engine` can do next with its shift changed just so far that the agent stays inside.

        Nothing is played. An agent larger than the frame is held at its left and its top.
        """
        before = engine.snapshot()
        for _ in range(_TRIES):  # a changed shift may change what the agent looks like
            engine.step(action)
            x, y = self._way_back(engine)
            engine.restore(before)
            if x == 0 and y == 0:
                break
            action = Action((action.shift[0] + x, action.shift[1] + y), action.pan, action.local_action)
        return action

    def _way_back(self, engine: Engine) -> tuple[int, int]:
        """Return how far (x, y) in pixels the agent has to move to be inside."""
        box = _box(engine)
        back = [0, 0]
        if box is None:
            return 0, 0
        for axis in (0, 1):
            low, high = box[0][axis], box[1][axis]
            if self.high[axis]:
                back[axis] = min(0, engine.frame_size[axis] - high)
            if self.low[axis]:
                back[axis] = max(back[axis], -low)
        return back[0], back[1]


def _box(engine: Engine) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return the left top (x, y) of what is solid of the agent, and the point behind its right bottom, or None."""
    moment = engine.snapshot()
    solid = moment.crop.numpy()[0, 3] > SOLID
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    if not len(rows):
        return None
    left, top = window_corner(moment.observation.position, solid.shape[0])
    low = left + int(columns[0]), top + int(rows[0])
    return low, (left + int(columns[-1]) + 1, top + int(rows[-1]) + 1)
