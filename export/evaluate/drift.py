"""Drift: PSNR of an agent against its character's true animation after 12, 100 and 500 ticks of play."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from export.evaluate.animation import StartedGame, started_games
from export.evaluate.code_usage import Meaning
from export.evaluate.image_metrics import decibels
from export.evaluate.means import nan_mean
from export.evaluate.sample import Sample
from playground import Action

DRIFT_TICKS = (12, 100, 500)
"""Ticks at which the agent is looked at."""

WINDOW_TICKS = 8
"""At each of them the last so many ticks count; in these the same is played every time."""


@dataclass(frozen=True)
class DriftFigures:
    """PSNR in dB of the agent's cell, before grey, against the nearest of its character's true animation frames."""

    psnr: dict[int, float | None]
    """By tick: mean over plays and over the WINDOW_TICKS ticks that end there."""
    loss: float | None
    """How much lower it is at the last tick than at the first, in dB."""
    plays: int
    """How many were played."""


def measure_drift(
    samples: Sequence[Sample],
    meanings: Sequence[Meaning],
    start: Callable[[Sample], StartedGame],
    seed: int,
    progress: Callable[[float], None],
) -> DriftFigures:
    """Play on and on from the first frame of each sample whose character is known.

    Args:
        samples: what to start from; those in which the model finds no agent are passed over.
        meanings: what local actions stand for; others are not played.
        start: starts a game at a sample's first frame.
        seed: decides what is played.
        progress: called with the share that is done, in 0..1.
    """
    seen: dict[int, list[float]] = {tick: [] for tick in DRIFT_TICKS}
    plays = 0
    for number, game, animation in started_games(samples, start):
        cells: dict[int, list[NDArray[np.float32]]] = {tick: [] for tick in DRIFT_TICKS}
        for tick, action in enumerate(random_play(np.random.default_rng((seed, number)), meanings), 1):
            game.engine.step(action)
            for end in DRIFT_TICKS:
                if end - WINDOW_TICKS < tick <= end:
                    cells[end].append(game.cell())
        for tick in DRIFT_TICKS:
            seen[tick] += [decibels(float(error)) for error in animation.errors(np.stack(cells[tick])).min(1)]
        plays += 1
        progress((number + 1) / len(samples))
    psnr = {tick: nan_mean(values) for tick, values in seen.items()}
    first, last = psnr[DRIFT_TICKS[0]], psnr[DRIFT_TICKS[-1]]
    return DriftFigures(psnr, None if first is None or last is None else round(first - last, 4), plays)


def random_play(rng: np.random.Generator, meanings: Sequence[Meaning]) -> list[Action]:
    """Choose local actions, each held for 4 to 8 ticks with the shift that goes with it, up to the last drift tick.

    The ticks of the window before each of `DRIFT_TICKS` are those before the first.
    """
    actions: list[Action] = []
    while len(actions) < DRIFT_TICKS[-1]:
        meaning = meanings[int(rng.integers(len(meanings)))]
        actions += [Action(meaning.shift, local_action=meaning.local_action)] * int(rng.integers(4, 9))
    for tick in DRIFT_TICKS[1:]:
        actions[tick - WINDOW_TICKS : tick] = actions[DRIFT_TICKS[0] - WINDOW_TICKS : DRIFT_TICKS[0]]
    return actions[: DRIFT_TICKS[-1]]
