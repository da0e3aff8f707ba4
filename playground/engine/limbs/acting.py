"""What limbs, and the body that they hang at, do in a tick by the action that tells it, and between two ticks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glass.core.limbs import ACTIONS, BODY, GAITS, LIMBS, MOVES

_WHEEL = LIMBS.index("wheel")
_REPEATED = (*range(len(GAITS)), *(ACTIONS.index(act) for act in ("rest", "jump", "strike", "shake")))
"""Actions that go round for as long as they last; the others are held at `_HELD`."""
_HELD = 6
"""The last time of an action's cycle that is shown of one that is held."""
_EASE, _NEARLY = 0.5, np.array([1.0, 0.02, 0.02, 0.02, 0.02], np.float32)
"""Share of the way that limbs go in a tick to rest, and in the first one of an action; and differences that are none:
degrees, shares of the agent's longer side, logarithms."""

NO_LIMBS = np.zeros((0, MOVES), np.float32)
"""The limbs of models that tell none."""

_Map = NDArray[np.float32]


@dataclass(frozen=True)
class LimbAct:
    """What limbs are doing."""

    action: int | None = None
    """Of `ACTIONS`; None for rest."""
    ticks: int = 0
    """For how many ticks."""

    def after(self, action: int | None) -> "LimbAct":
        """Return what they do after a tick of an action."""
        return LimbAct(action, self.ticks + 1 if action == self.action else 1)

    def limbs(self, motions: _Map, before: _Map, backwards: bool) -> _Map:
        """Return how limbs are moved then, (L, 5), see `playground.engine.limbs.pieces`.

        Args:
            motions: (A, 8, L, 5) as of `Rig`.
            before: (L, 5) a tick before; whose action is new is halfway, and so is each tick on the way to rest.
            backwards: whether wheels roll the other way.
        """
        wheel = before[_WHEEL, 0]
        if self.action is None:
            goal = np.zeros_like(before)
        else:
            cycle = motions[self.action]
            held = self.action not in _REPEATED
            earlier, goal = (
                cycle[min(time, _HELD) if held else time % len(cycle)] for time in (self.ticks - 1, self.ticks)
            )
            rolled = (goal[_WHEEL, 0] - earlier[_WHEEL, 0] + 180) % 360 - 180
            wheel = wheel + (-rolled if backwards else rolled)
        eased = self.ticks == 1 or self.action is None
        far = bool((np.abs(goal - before) > _NEARLY).any())
        shown = limbs_between(before, goal, _EASE) if eased and far else goal.copy()
        shown[_WHEEL, 0] = wheel % 360
        return np.asarray(shown, np.float32)


STANDING = LimbAct()
"""What limbs do at rest."""


def gait_of(direction: str) -> int | None:
    """Return which of `ACTIONS` limbs move in where an agent goes in a direction; None where it stands."""
    gaits = {"left": "go", "right": "go", "up": "go up", "down": "go down"}
    return ACTIONS.index(gaits[direction]) if direction in gaits else None


def on_ground(limbs: _Map, hull: _Map) -> _Map:
    """Return limbs (L, 5) whose body is lifted until nothing of an agent's `WarpSource.hull` is lower than at rest."""
    turn, _, down, wide, high = (float(value) for value in limbs[BODY])
    lowest = (
        np.sin(np.radians(turn)) * np.exp(wide) * hull[:, 0] + np.cos(np.radians(turn)) * np.exp(high) * hull[:, 1]
    ).max()
    lifted = limbs.copy()
    lifted[BODY, 2] = min(down, float(hull[:, 1].max() - lowest))
    return lifted


def limbs_between(one: _Map, other: _Map, share: float) -> _Map:
    """Return limbs (L, 5) `share` (0..1) of the way from ones to others; they turn the shorter way."""
    way = other - one
    way[:, 0] = (way[:, 0] + 180) % 360 - 180
    return np.asarray(one + way * np.float32(share), np.float32)
