"""The way back through time."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from playground import Action, Engine
from playground.world.history import History, _bytes, read_actions
from playground.world.world import World

Pixels = NDArray[np.uint8]
ACTIONS = [
    Action((2, 0), (0.5, 0)),
    Action((0, 1), local_action=3),
    Action(pan=(0, 1), hold=True),
    Action((-1.25, 0), scroll=(1, 0)),
    Action(),
    Action((0, 0), (-2, 0), 2),
    Action((2, 0), afresh=True, in_place=True),
]


@pytest.fixture(params=["painted", "tiny"])
def history(
    request: pytest.FixtureRequest, painted_bundle: Path, tiny_bundle: Path, paint: Callable[..., Pixels]
) -> History:
    return new_history(Engine.load(painted_bundle if request.param == "painted" else tiny_bundle))


def new_history(engine: Engine, **limits: float) -> History:
    sprite = np.zeros((24, 32, 4), np.uint8)
    sprite[8:16, 12:18] = (250, 20, 40, 255)
    world = World([engine])
    world.open([engine.find_agent(sprite)])
    return History(world, **limits)  # type: ignore[arg-type]


def now(history: History) -> Pixels:
    return history.world.snapshot().observations[0].frame


def test_back_shows_what_was_and_goes_on_as_it_did(history: History) -> None:
    frames = [now(history).copy()] + [history.step([action])[0].frame.copy() for action in ACTIONS * 2]
    assert (len(history.actions), history.reach) == (14, 14)
    for frame in frames[-2:4:-1]:
        seen = history.back()
        assert seen is not None
        assert np.array_equal(seen[0].frame, frame)
    assert len(history.actions) == 5
    again = [history.step([action])[0].frame for action in (ACTIONS * 2)[5:]]
    assert all(np.array_equal(a, b) for a, b in zip(again, frames[6:], strict=True))
    assert read_actions(history.actions) == tuple((action,) for action in ACTIONS * 2)
    for frame in frames[-2::-1]:
        history.back()
        assert np.array_equal(now(history), frame)
    assert history.back() is None
    assert (len(history.actions), history.reach) == (0, 0)


def test_other_ways_lead_elsewhere(history: History) -> None:
    for action in ACTIONS:
        history.step([action])
    for _ in range(3):
        history.back()
    history.step([Action((0, -3))])
    assert read_actions(history.actions) == tuple((action,) for action in [*ACTIONS[:4], Action((0, -3))])


def test_memory_is_bounded(painted_bundle: Path) -> None:
    engine = Engine.load(painted_bundle)
    history = new_history(engine, seconds=0.8)
    for _ in range(30):
        history.step([Action((0.5, 0), (1, 0))])
    assert history.reach == 10
    size = _bytes(history._start)
    assert 32 * 24 * 4 + 16 * 16 * 16 < size < 12_000
    tight = new_history(engine, limit=4 * size)
    for _ in range(30):
        tight.step([Action((0.5, 0), (1, 0))])
    assert (tight.reach, len(tight.actions)) == (3, 30)
    assert sum("pixels" in vars(moment.backdrop) for moment in tight._moments) == 0


def test_restart(history: History) -> None:
    first = now(history).copy()
    for action in ACTIONS:
        history.step([action])
    assert np.array_equal(history.restart()[0].frame, first)
    assert (len(history.actions), history.reach, history.actions.shape) == (0, 0, (0, 1, 10))


def test_a_refused_tick_is_not_remembered(history: History) -> None:
    with pytest.raises(Exception, match="local action 99"):
        history.step([Action(local_action=99)])
    assert (len(history.actions), history.reach) == (0, 0)


def test_logs_of_earlier_versions_are_read(history: History) -> None:
    history.step([Action((1, 0), local_action=2)])
    assert read_actions(history.actions[..., :8]) == ((Action((1, 0), local_action=2),),)
