"""Obedience and drift, of an engine that shows exactly what it is made to show."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from export.evaluate.animation import StartedGame, TrueAnimation, start_from_cut_out
from export.evaluate.code_usage import Meaning
from export.evaluate.drift import DRIFT_TICKS, WINDOW_TICKS, measure_drift, random_play
from export.evaluate.obedience import HOLD_TICKS, measure_obedience
from export.evaluate.sample import Sample
from glass.core.errors import GlassError
from glass.data.core.clip import ACTIONS, Clip
from glass.data.folk.character import folk_character
from playground import Action, Engine

CHARACTER = folk_character(900)
MEANINGS = (Meaning(1, 2, 0.9, (7.0, 0.0)), Meaning(2, 6, 0.8, (0.0, 0.0)))
POSITION = (50.0, 40.0)


class Puppet:
    """An engine that shows a cell of the character, off the middle of its window, as `choose` says.

    `choose` gets the tick and the action, and returns the true action to show and a factor for its colours.
    """

    manifest = SimpleNamespace(window=72)

    def __init__(self, choose: Callable[[int, Action], tuple[int, float]], agent: bool = True) -> None:
        self._choose = choose
        self._agent = agent
        self._tick = 0
        self._crop = np.zeros((1, 4, 72, 72), np.float32)

    def reset(self, frame: object) -> None:
        if not self._agent:
            raise GlassError("no agent")
        self._tick = 0

    def step(self, action: Action) -> None:
        shown, factor = self._choose(self._tick, action)
        self._tick += 1
        cell = CHARACTER.cells[shown, self._tick % 8].astype(np.float32) / 255
        premultiplied = np.concatenate([cell[..., :3] * cell[..., 3:] * factor, cell[..., 3:]], 2)
        self._crop = np.pad(premultiplied.transpose(2, 0, 1), ((0, 0), (7, 1), (6, 2)))[None]

    def snapshot(self) -> SimpleNamespace:
        # The window's middle lies two pixels left of the cell's and three above.
        position = (POSITION[0] - 2, POSITION[1] - 3)
        crop = self._crop
        return SimpleNamespace(
            observations=[SimpleNamespace(position=position)],
            agents=[SimpleNamespace(cut_out=crop[0].transpose(1, 2, 0))],
            tick=self._tick,
        )

    def restore(self, moment: SimpleNamespace) -> None:
        self._tick = moment.tick


def game(puppet: Puppet) -> Callable[[Sample], StartedGame]:
    return lambda sample: StartedGame(cast(Engine, puppet), sample.clip.frames[0], POSITION)


def samples(count: int) -> list[Sample]:
    clip = Clip("folk", CHARACTER.name, np.zeros((2, 96, 128, 3), np.uint8))
    return [Sample(clip, CHARACTER)] * count


def silent(share: float) -> None:
    assert 0 <= share <= 1


def meant(action: Action) -> int:
    return next(meaning.action for meaning in MEANINGS if meaning.local_action == action.local_action)


def test_true_frames_are_nearest_to_themselves() -> None:
    animation = TrueAnimation(CHARACTER)
    alpha = CHARACTER.cells[..., 3:] / np.float32(255)
    cells = CHARACTER.cells[..., :3] / np.float32(255) * alpha + np.float32(0.5) * (1 - alpha)
    for action in range(len(ACTIONS)):
        errors = animation.errors(cells[action].astype(np.float32))
        assert errors.shape == (8, len(ACTIONS))
        assert np.allclose(errors[:, action], 0, atol=0.05)
        assert np.allclose(errors.min(1), errors[:, action], atol=0.05)


def test_errors_are_those_of_pixels() -> None:
    animation = TrueAnimation(CHARACTER)
    grey = np.full((1, 64, 64, 3), 0.5, np.float32)
    solid = CHARACTER.cells[4, ..., 3:] > 127
    squares = np.where(solid, (CHARACTER.cells[4, ..., :3].astype(float) - 127.5) ** 2, 0)
    assert animation.errors(grey)[0, 4] == pytest.approx(squares.mean((1, 2, 3)).min(), rel=1e-3)


def test_an_obedient_engine() -> None:
    puppet = Puppet(lambda tick, action: (meant(action), 1.0))
    figures = measure_obedience(samples(2), MEANINGS, game(puppet), silent)
    assert (figures.rate, figures.standing, figures.starts) == (1, 1, 2)
    assert figures.by_tick == (1,) * HOLD_TICKS
    assert figures.by_local_action == {1: 1, 2: 1}
    assert figures.by_action == tuple(float(action in (2, 6)) for action in range(len(ACTIONS)))
    assert figures.over_actions == pytest.approx(2 / 9, abs=1e-4)
    assert figures.reachable == 2


def test_an_engine_that_obeys_late_and_only_what_walks() -> None:
    def choose(tick: int, action: Action) -> tuple[int, float]:
        return (2 if action.shift[0] and tick >= 2 else 1), 1.0

    figures = measure_obedience(samples(1), MEANINGS, game(Puppet(choose)), silent)
    assert figures.by_local_action == {1: 0.75, 2: 0}
    assert figures.by_tick == (0, 0, *(0.5,) * (HOLD_TICKS - 2))
    assert figures.standing == 0
    assert figures.by_action[2] == 0.75


def test_an_engine_that_keeps_its_looks() -> None:
    puppet = Puppet(lambda tick, action: (meant(action), 1.0))
    figures = measure_drift(samples(1), MEANINGS, game(puppet), 0, silent)
    assert figures.plays == 1
    assert all(value is not None and value > 50 for value in figures.psnr.values())


def test_an_engine_that_fades() -> None:
    puppet = Puppet(lambda tick, action: (meant(action), 0.9 if tick < 100 else 0.5))
    figures = measure_drift(samples(1), MEANINGS, game(puppet), 0, silent)
    near, middle, far = (figures.psnr[tick] for tick in DRIFT_TICKS)
    assert near == middle
    assert near is not None and far is not None and near > far + 5
    assert figures.loss == pytest.approx(near - far, abs=1e-3)


def test_plays_are_random_but_for_the_ticks_that_are_compared() -> None:
    play = random_play(np.random.default_rng(0), MEANINGS)
    assert len(play) == DRIFT_TICKS[-1]
    assert (
        play[DRIFT_TICKS[0] - WINDOW_TICKS : DRIFT_TICKS[0]]
        == play[DRIFT_TICKS[1] - WINDOW_TICKS : DRIFT_TICKS[1]]
        == play[DRIFT_TICKS[2] - WINDOW_TICKS : DRIFT_TICKS[2]]
    )
    assert play != random_play(np.random.default_rng(1), MEANINGS)
    assert {action.local_action for action in play} == {1, 2}
    assert all(action.shift == MEANINGS[(action.local_action or 0) - 1].shift for action in play)


def test_where_no_agent_is_found() -> None:
    puppet = Puppet(lambda tick, action: (0, 1.0), agent=False)
    obedience = measure_obedience(samples(2), MEANINGS, game(puppet), silent)
    drift = measure_drift(samples(2), MEANINGS, game(puppet), 0, silent)
    assert (obedience.rate, obedience.over_actions, obedience.starts) == (None, None, 0)
    assert (drift.loss, drift.plays) == (None, 0)


class Desk:
    """A puppet that lays a cut-out picture, some times as large, into its frame and says where it is."""

    def __init__(self, left: int, top: int, scale: int = 1) -> None:
        self._place, self._scale = (left, top), scale
        self._puppet = Puppet(lambda tick, action: (0, 1.0))
        self.manifest, self.snapshot, self.step = Puppet.manifest, self._snapshot, self._puppet.step

    def reset(self, cell: np.ndarray) -> SimpleNamespace:
        self._puppet.reset(cell)
        solid = (cell[..., 3] > 127).repeat(self._scale, 0).repeat(self._scale, 1)
        mask = np.zeros((200, 200), bool)
        mask[self._place[1] :, self._place[0] :][: len(solid), : len(solid)] = solid
        return SimpleNamespace(mask=mask)

    def _snapshot(self) -> SimpleNamespace:
        moment = self._puppet.snapshot()
        # As in `Puppet`, the window's middle lies two pixels left of the cell's and three above.
        moment.observations[0].position = (self._place[0] + 32 - 2, self._place[1] + 32 - 3)
        return moment


def test_cut_out_sprites_are_compared_where_they_lie() -> None:
    for place in ((20, 11), (0, 3)):
        desk = cast(Engine, Desk(*place))
        on_stage = start_from_cut_out(desk, CHARACTER.cells[0, 0])
        desk.step(Action(local_action=1))
        errors = TrueAnimation(CHARACTER).errors(on_stage.cell()[None])
        assert errors.argmin() == 0 and errors.min() < 1


def test_a_scaled_sprite_is_not_compared() -> None:
    with pytest.raises(GlassError, match="scaled or lost"):
        start_from_cut_out(cast(Engine, Desk(0, 0, scale=2)), CHARACTER.cells[0, 0])
