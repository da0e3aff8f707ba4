"""Worlds of one agent and of two, and the camera that follows them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from glass.core.errors import GlassError
from playground import Action, Engine
from playground.world.follow_camera import follow
from playground.world.world import World, depth_order
from tests.playground.conftest import write_painted_bundle

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def engine(painted_bundle: Path) -> Engine:
    return Engine.load(painted_bundle)


def test_one_player_sees_what_the_engine_shows(engine: Engine, paint: Callable[..., Pixels]) -> None:
    world = World([engine])
    (first,) = world.open([engine.find_agent(paint())])
    again = engine.reset(paint())
    assert np.array_equal(first.frame, again.frame)
    actions = [Action((2, 1), (0.5, 0)), Action(local_action=3, scroll=(-1, 2)), Action(pan=(3, 0), hold=True)]
    for action in [*actions, Action((-1.5, 0))]:
        (seen,), alone = world.step([action]), engine.step(action)
        assert np.array_equal(seen.frame, alone.frame)
        assert np.array_equal(seen.mask, alone.mask)
        assert seen.position == alone.position


def test_hold_keeps_the_look_and_scroll_moves_all(engine: Engine, paint: Callable[..., Pixels]) -> None:
    engine.reset(paint())
    before = engine.step(Action(local_action=2))
    held = engine.step(Action(hold=True))
    assert np.array_equal(held.frame, before.frame)
    scrolled = engine.step(Action(scroll=(3, -2), hold=True))
    assert scrolled.position == (before.position[0] + 3, before.position[1] - 2)
    assert np.array_equal(scrolled.frame[:-2, 3:], before.frame[2:, :-3])


def test_two_agents_in_the_first_picture(engine: Engine, paint: Callable[..., Pixels]) -> None:
    world = World([engine, engine])
    one, two = world.open([engine.find_agent(picture) for picture in [paint((4, 5)), paint((20, 9), red=200)]])
    assert one.frame is two.frame
    assert np.array_equal(np.argwhere(two.mask)[[0, -1]], [[9, 20], [16, 25]])
    assert np.array_equal(one.frame[~two.mask], paint((4, 5))[~two.mask])
    assert (one.frame[two.mask] == (200, 0, 0)).all()
    one, two = world.step([Action((1, 0), local_action=4), Action((0, -1), local_action=1)])
    assert np.array_equal(np.argwhere(one.mask)[[0, -1]], [[5, 5], [12, 10]])
    assert np.array_equal(np.argwhere(two.mask)[[0, -1]], [[8, 20], [15, 25]])
    assert [one.frame[6, 6, 0], one.frame[9, 22, 0]] == [128, 160]


def test_who_stands_lower_is_nearer(engine: Engine, paint: Callable[..., Pixels]) -> None:
    world = World([engine, engine])
    world.open([engine.find_agent(picture) for picture in [paint((4, 5)), paint((20, 9), red=200)]])
    assert depth_order(world.agents) == [0, 1]
    one, two = world.step([Action(), Action((-14, 0))])
    assert (one.mask.sum(), two.mask.sum()) == (48 - 4 * 4, 48)
    assert not (one.mask & two.mask).any()
    one, two = world.step([Action((0, 5)), Action()])
    assert depth_order(world.agents) == [1, 0]
    assert (one.mask.sum(), two.mask.sum()) == (48, 48 - 4 * 7)


@pytest.mark.parametrize("corner", [(2, 5), (13, 8), (24, 12)])
def test_agents_in_one_place_are_set_side_by_side(
    engine: Engine, paint: Callable[..., Pixels], corner: tuple[int, int]
) -> None:
    world = World([engine, engine])
    one, two = world.open(
        [engine.find_agent(paint(at, red=red)) for at, red in ((corner, 255), ((corner[0] + 1, corner[1]), 200))]
    )
    assert (one.mask.sum(), two.mask.sum()) == (48, 48)
    assert np.array_equal(one.frame[~two.mask], paint(corner)[~two.mask])


def test_pans_and_scrolls_of_all_add_up(engine: Engine, paint: Callable[..., Pixels]) -> None:
    world = World([engine, engine])
    before = world.open([engine.find_agent(picture) for picture in [paint((4, 5)), paint((20, 9))]])
    after = world.step([Action(pan=(1, 0), scroll=(0, 2)), Action(pan=(2, 0), scroll=(0, -1))])
    assert world.snapshot().backdrop.pan == (3, 1)
    assert [b.position[1] - a.position[1] for a, b in zip(before, after, strict=True)] == [1, 1]


def test_worlds_need_one_size_and_rate(engine: Engine, paint: Callable[..., Pixels], tmp_path: Path) -> None:
    folder = write_painted_bundle(tmp_path / "other")
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    (folder / "manifest.json").write_text(text.replace('"tick_rate": 12.5', '"tick_rate": 10'), encoding="utf-8")
    with pytest.raises(GlassError, match="'painted' and 'other' differ"):
        World([engine, Engine.load(folder)])
    with pytest.raises(GlassError, match="call reset first"):
        World([engine]).step([Action()])
    with pytest.raises(GlassError, match="no agent found"):
        World([engine, engine]).open([engine.find_agent(picture) for picture in [paint(), paint(None)]])


def scroll(places: list[tuple[float, float]], shifts: list[tuple[float, float]]) -> tuple[float, float]:
    actions = follow([Action(shift) for shift in shifts], places, (128, 96), 64)
    assert all(action.scroll == (0, 0) for action in actions[1:])
    assert [action.shift for action in actions] == shifts
    return actions[0].scroll


def test_the_camera_follows() -> None:
    assert scroll([(64, 48)], [(7, 7)]) == (0, 0)
    assert scroll([(96, 48)], [(7, 0)]) == (-7, 0)
    assert scroll([(95.5, 48)], [(7, 0)]) == (-7, 0)
    assert scroll([(32, 33)], [(-7, -3)]) == (7, 2)
    assert scroll([(120, 48)], [(0, 0)]) == (0, 0)
    assert scroll([(120, 48)], [(7, 0)]) == (-7, 0)
    assert scroll([(120, 48)], [(-7, 0)]) == (0, 0)


def test_the_camera_follows_two() -> None:
    assert scroll([(96, 48), (64, 48)], [(7, 0), (0, 0)]) == (-7, 0)
    assert scroll([(96, 48), (32, 48)], [(7, 0), (-7, 0)]) == (0, 0)
    assert scroll([(96, 48), (40, 48)], [(7, 0), (7, 0)]) == (-7, 0)
