"""Clamping: shifts are shortened so that an agent stays inside the frame."""

from dataclasses import dataclass, replace

from glass.core.masks import SOLID, bounding_box
from playground.core.action import Action
from playground.engine.compositing import window_corner
from playground.world.world import World

_TRIES = 3


@dataclass(frozen=True)
class FrameBounds:
    """The edges of the frame that the first player's agent may not cross."""

    low: tuple[bool, bool]
    """Whether the left and the top edge hold it."""
    high: tuple[bool, bool]
    """Whether the right and the bottom edge hold it."""

    @classmethod
    def of(cls, world: World) -> "FrameBounds":
        """Return the bounds for the agent as it is in `world` now: an edge that it reaches over does not hold it.

        Raises:
            GlassError: nothing is played yet.
        """
        box = _box(world)
        if box is None:
            return cls((True, True), (True, True))
        left, top, right, bottom = box
        width, height = world.extent
        return cls((left > 0, top > 0), (right < width, bottom < height))

    @property
    def holds_all_edges(self) -> bool:
        """Whether all edges hold the agent."""
        return all(self.low) and all(self.high)

    def clamp(self, world: World, action: Action) -> Action:
        """Return the action that a world of one can do next, its shift changed just so far that the agent stays inside.

        Nothing is played. An agent larger than the frame is held at its left and its top.
        """
        before = world.snapshot()
        for _ in range(_TRIES):  # a changed shift may change what the agent looks like
            world.step([action])
            x, y = self._way_back(world)
            world.restore(before)
            if x == 0 and y == 0:
                break
            action = replace(action, shift=(action.shift[0] + x, action.shift[1] + y))
        return action

    def _way_back(self, world: World) -> tuple[int, int]:
        """Return how far (x, y) in pixels the agent has to move to be inside."""
        if (box := _box(world)) is None:
            return 0, 0
        back = [0, 0]
        for axis, length in enumerate(world.extent):
            if self.high[axis]:
                back[axis] = min(0, length - box[axis + 2])
            if self.low[axis]:
                back[axis] = max(back[axis], -box[axis])
        return back[0], back[1]


def _box(world: World) -> tuple[int, int, int, int] | None:
    """Return the box (left, top, right, bottom) in the frame of what is solid of the agent, or None."""
    agent = world.agents[0]
    solid = agent.cut_out[..., 3] > SOLID
    if (box := bounding_box(solid)) is None:
        return None
    x, y = window_corner(agent.position, len(solid))
    return x + box[0], y + box[1], x + box[2], y + box[3]
