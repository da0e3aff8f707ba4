"""Random walks: a Markov chain of directions and local actions, as often as they followed each other in training."""

from collections.abc import Sequence
from random import Random

from glass.core.directions import DIRECTIONS
from playground.bundles.manifest import Manifest
from playground.core.action import Action

PATIENCE = 5.0
"""Seconds without a wish after which the autopilot takes over again."""
REACH = 0.25
"""How far a walk strays from its middle, along each axis, by the frame's width and height."""


class Walker:
    """Chooses one action a tick: a direction by the one before, a local action by the direction and the one before.

    Both are drawn as often as they followed each other in the training clips, as the manifest has counted.
    """

    def __init__(self, manifest: Manifest, seed: int, middle: tuple[float, float]) -> None:
        """Begin by standing still, to stay around `middle`, (x, y) in pixels; a seed gives the same walk each time."""
        self._random = Random(seed)
        self._transitions = manifest.transitions
        self._manifest = manifest
        self._middle = middle
        self._direction = "stay"
        self._local_action = manifest.default_local_actions["stay"]
        self._actions: dict[tuple[str, int], Action] = {}

    def next_action(self, position: tuple[float, float]) -> Action:
        """Return the action of the coming tick, for an agent that is at `position` (x, y) in pixels."""
        row = self._transitions.directions[self._direction]
        open_ways = [count * self._has_room(way, position) for way, count in zip(DIRECTIONS, row, strict=True)]
        if not any(open_ways):
            open_ways = [int(self._has_room(way, position)) for way in DIRECTIONS]
        self._direction = self._random.choices(tuple(DIRECTIONS), open_ways)[0]
        self._local_action = self._follow(self._transitions.local_actions[self._direction])
        key = self._direction, self._local_action
        if key not in self._actions:
            self._actions[key] = Action(self._shift(self._direction), local_action=self._local_action)
        return self._actions[key]

    def _follow(self, table: Sequence[Sequence[int]]) -> int:
        """Return the local action that follows the last one in a table (K, K) of counts."""
        counts: Sequence[int] = table[self._local_action - 1]
        if not any(counts):
            counts = [sum(column) for column in zip(*table, strict=True)]
        if not any(counts):
            return self._manifest.default_local_actions[self._direction]
        return self._random.choices(range(1, len(counts) + 1), counts)[0]

    def _shift(self, way: str) -> tuple[float, float]:
        x, y = DIRECTIONS[way]
        return x * self._manifest.speed, y * self._manifest.speed

    def _has_room(self, way: str, position: tuple[float, float]) -> bool:
        """Say whether a step that way stays within reach of the middle, or leads back to it."""
        for axis, step in enumerate(self._shift(way)):
            now = position[axis] - self._middle[axis]
            if abs(now + step) > max(self._manifest.frame_size[axis] * REACH, abs(now)):
                return False
        return True


class Autopilot:
    """Plays while the player asks for nothing, and leaves the agent to the player at the first wish."""

    def __init__(self, manifest: Manifest, seed: int) -> None:
        """Play by the walk of a seed, around the middle of the frame."""
        width, height = manifest.frame_size
        self._walker = Walker(manifest, seed, (width / 2, height / 2))
        self._patience = round(PATIENCE * manifest.tick_rate)
        self._idle = self._patience

    def take(self, asked: Action, position: tuple[float, float]) -> Action:
        """Return what is done in the coming tick, given what the player asked for; call once a tick.

        `position` is where the agent is, (x, y) in pixels.
        """
        self._idle = self._idle + 1 if asked == Action() else 0
        return self._walker.next_action(position) if self._idle > self._patience else asked


def random_walk(manifest: Manifest, seed: int, ticks: int) -> list[Action]:
    """Return the actions of a walk that strays at most a quarter of the frame from where it starts."""
    walker = Walker(manifest, seed, (0.0, 0.0))
    x, y = 0.0, 0.0
    actions = []
    for _ in range(ticks):
        action = walker.next_action((x, y))
        x, y = x + action.shift[0], y + action.shift[1]
        actions.append(action)
    return actions
