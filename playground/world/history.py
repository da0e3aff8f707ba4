"""Undo history of a game: its snapshots of the last seconds for rewinding, and the log of all actions."""

from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from playground.core.action import Action, Observation
from playground.pictures.faces import Faces
from playground.world.world import Snapshot, World

SECONDS = 90.0
"""How far one can go back in time."""
LIMIT = 256 * 2**20
"""Most bytes that the moments on the way back may take; a model whose moments are large goes back less far."""
COLUMNS = 10
"""Numbers that an action is kept as: shift, pan, scroll (x, y each), local action (0: none), hold, afresh, in place."""
LEAST_COLUMNS = 8
"""How many of them the logs of earlier versions have; the others are 0."""


class History:
    """Plays a world, and remembers: every moment of the last SECONDS, within LIMIT, and every action since the start.

    A moment is kept whole, so that going back shows exactly the frames that were, and going on from there plays as it
    did.
    """

    def __init__(self, world: World, seconds: float = SECONDS, limit: int = LIMIT) -> None:
        """Begin with an open world, to go back at most `seconds` by moments of at most `limit` bytes together."""
        self.world = world
        self._start = _without_cache(world.snapshot())
        ticks = int(seconds * world.engines[0].tick_rate)
        self._moments: deque[Snapshot] = deque([self._start], max(2, min(ticks + 1, limit // _bytes(self._start))))
        self._log = array("d")

    @property
    def reach(self) -> int:
        """How many ticks one can go back now."""
        return len(self._moments) - 1

    @property
    def actions(self) -> NDArray[np.float64]:
        """Every action since the start, (ticks, players, COLUMNS)."""
        return np.array(self._log, np.float64).reshape(-1, len(self.world.engines), COLUMNS)

    @property
    def last(self) -> tuple[Action, ...] | None:
        """What each player did in the last tick; None before the first one."""
        numbers = np.array(self._log[-COLUMNS * len(self.world.engines) :], np.float64).reshape(-1, COLUMNS)
        return tuple(_action(row) for row in numbers.tolist()) or None

    def step(self, actions: Sequence[Action]) -> tuple[Observation, ...]:
        """Play one tick with an action for each player.

        Raises:
            GlassError: as for `World.step`; nothing is remembered then.
        """
        seen = self.world.step(actions)
        moment, last = _without_cache(self.world.snapshot()), self._moments[-1]
        if moment.backdrop.pan == last.backdrop.pan:
            moment = replace(moment, backdrop=last.backdrop)
        self._moments.append(moment)
        self._write([actions])
        return seen

    def back(self) -> tuple[Observation, ...] | None:
        """Go one tick back, and return what was seen then; None where nothing more is remembered."""
        if not self.reach:
            return None
        self._moments.pop()
        del self._log[-COLUMNS * len(self.world.engines) :]
        return self.world.restore(self._moments[-1])

    def restart(self) -> tuple[Observation, ...]:
        """Go back to the start, and forget what was played."""
        self._forget(self._start)
        return self.world.restore(self._start)

    @property
    def first(self) -> Snapshot:
        """The moment at the start."""
        return self._start

    def tell_side(self, faces: Faces, player: int = 0) -> None:
        """Go on where a player's agent is, with its picture facing a side, as if that had been told at first.

        There is no way back beyond this moment, but for `restart`.
        """
        world, now = self.world, self.world.snapshot()
        start = replace(world.starts[player], faces=faces)
        sideways = [x for x, y in self.actions[:, player, :2].tolist() if x and abs(x) >= abs(y)]
        way = 0 if not sideways else 1 if sideways[-1] > 0 else -1
        self._start = _without_cache(world.faced(start, self._start, player, at_start=True))
        moment = world.faced(start, now, player, way) if len(self._log) else world.snapshot()
        self._moments.clear()
        self._moments.append(_without_cache(moment))

    def resume(self, actions: Sequence[Sequence[Action]]) -> None:
        """Take the world's present moment for the one that these actions, those of all players a tick, led to.

        There is no way back beyond it, but for `restart`.
        """
        self._forget(_without_cache(self.world.snapshot()))
        self._write(actions)

    def _write(self, actions: Sequence[Sequence[Action]]) -> None:
        for action in chain.from_iterable(actions):
            ways = (*action.shift, *action.pan, *action.scroll)
            self._log.extend((*ways, action.local_action or 0, action.hold, action.afresh, action.in_place))

    def _forget(self, now: Snapshot) -> None:
        self._moments.clear()
        self._moments.append(now)
        del self._log[:]


def read_actions(log: NDArray[np.float64]) -> tuple[tuple[Action, ...], ...]:
    """Return what each player did in every tick from a log as `History.actions` gives it, or earlier versions did.

    Raises:
        GlassError: a number is no distance or no local action.
    """
    return tuple(tuple(_action(numbers) for numbers in tick) for tick in log.tolist())


def _action(numbers: Sequence[float]) -> Action:
    x, y, pan_x, pan_y, scroll_x, scroll_y, local_action, *marks = numbers
    return Action((x, y), (pan_x, pan_y), int(local_action) or None, (scroll_x, scroll_y), *map(bool, marks))


def _without_cache(moment: Snapshot) -> Snapshot:
    """Return a moment without what can be computed again, to be kept in little memory."""
    agents = tuple(replace(agent) for agent in moment.agents)  # a copy has no cached layer
    return replace(moment, agents=agents, backdrop=moment.backdrop.without_cache())


def _bytes(moment: Snapshot) -> int:
    values = [
        value.numpy().nbytes
        for agent in moment.agents
        for value in (agent.state, agent.crop, agent.shadow)
        if value is not None
    ]
    # The layers of a tick that moves pixels, of which there are none at the start, take about as much as two crops.
    values += [2 * agent.crop.numpy().nbytes for agent in moment.agents if agent.source is not None]
    masks = [seen.mask.nbytes for seen in moment.observations]
    return sum(values) + sum(masks) + moment.observations[0].frame.nbytes
