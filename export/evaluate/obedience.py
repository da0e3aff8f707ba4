"""Obedience: whether a local action that is held shows the true action that it stands for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from export.evaluate.animation import StartedGame, TrueAnimation, started_games
from export.evaluate.code_usage import Meaning
from export.evaluate.means import nan_mean
from export.evaluate.sample import Sample
from glass.data.core.clip import ACTIONS
from playground import Action

HOLD_TICKS = 8
"""Ticks for which a local action is held."""

_TIE = 1e-3
"""Frames of several actions may be the same; errors this near, relative to the least, are taken for equal."""


@dataclass(frozen=True)
class ObedienceFigures:
    """How often what is played is nearest to a true frame of the action that the local action stands for."""

    rate: float | None
    """Mean over local actions, starts and the ticks of holding, moving as the action usually does."""
    standing: float | None
    """The same without moving."""
    by_tick: tuple[float | None, ...]
    """`rate` by tick, from the first on."""
    by_local_action: dict[int, float | None]
    """`rate` by local action."""
    by_action: tuple[float | None, ...]
    """By true action (order of `ACTIONS`): `rate` of the local action that shows it best; 0 where there is none."""
    over_actions: float | None
    """Mean of `by_action`."""
    reachable: int
    """How many true actions some local action stands for."""
    starts: int
    """Start frames played from."""


def measure_obedience(
    samples: Sequence[Sample],
    meanings: Sequence[Meaning],
    start: Callable[[Sample], StartedGame],
    progress: Callable[[float], None],
) -> ObedienceFigures:
    """Hold each local action from the first frame of each sample whose character is known.

    Args:
        samples: what to start from; those in which the model finds no agent are passed over.
        meanings: what the local actions stand for; others are not played.
        start: starts a game at a sample's first frame.
        progress: called with the share that is done, in 0..1.
    """
    found: list[NDArray[np.bool_]] = []
    for number, game, animation in started_games(samples, start):
        found.append(_obeyed(game, animation, meanings))
        progress((number + 1) / len(samples))
    obeyed = np.array(found, np.float64).reshape(len(found), 2, len(meanings), HOLD_TICKS)
    moving = obeyed[:, 0]
    best = np.zeros(len(ACTIONS)) if found else np.full(len(ACTIONS), np.nan)
    for index, meaning in enumerate(meanings):
        best[meaning.action] = max(best[meaning.action], moving[:, index].mean()) if found else np.nan
    return ObedienceFigures(
        rate=nan_mean(moving.ravel()),
        standing=nan_mean(obeyed[:, 1].ravel()),
        by_tick=tuple(nan_mean(moving[:, :, tick].ravel()) for tick in range(HOLD_TICKS)),
        by_local_action={one.local_action: nan_mean(moving[:, index].ravel()) for index, one in enumerate(meanings)},
        by_action=tuple(nan_mean([value]) for value in best),
        over_actions=nan_mean(best),
        reachable=len({meaning.action for meaning in meanings}),
        starts=len(found),
    )


def _obeyed(game: StartedGame, animation: TrueAnimation, meanings: Sequence[Meaning]) -> NDArray[np.bool_]:
    """Say of (moving and standing, local action, tick) whether the right action was seen."""
    cells = []
    for moving in (True, False):
        for meaning in meanings:
            game.engine.restore(game.start)
            action = Action(meaning.shift if moving else (0.0, 0.0), local_action=meaning.local_action)
            for _ in range(HOLD_TICKS):
                game.engine.step(action)
                cells.append(game.cell())
    errors = animation.errors(np.stack(cells)).reshape(2, len(meanings), HOLD_TICKS, -1)
    wanted = np.stack([errors[:, index, :, meaning.action] for index, meaning in enumerate(meanings)], 1)
    right: NDArray[np.bool_] = wanted <= errors.min(3) * (1 + _TIE)
    return right
