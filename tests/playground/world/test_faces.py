"""A picture whose side is told: the agent is turned when it goes the other way, also in the midst of play."""

from pathlib import Path

import numpy as np
import pytest

from glass.core.errors import GlassError
from playground import Action, Engine, Observation
from playground.pictures.faces import Faces
from playground.world.history import History
from playground.world.save_file import read_save, resume, write_save
from playground.world.world import World
from tests.playground.turning_model import two_coloured, write_turning_bundle

RIGHT, LEFT, REST = Action((2, 0)), Action((-2, 0)), Action(hold=True, afresh=True)


def as_in_the_picture(seen: Observation) -> bool:
    """Say whether the agent is not turned: its left half is red."""
    row, columns = int(np.nonzero(seen.mask)[0].mean()), np.flatnonzero(seen.mask.any(0))
    return bool(seen.frame[row, columns[len(columns) // 4], 0] > 100)


@pytest.mark.parametrize(
    ("faces", "side", "right", "left"),
    [(None, 1, True, False), ("right", 1, True, False), ("left", -1, False, True), ("front", 0, True, True)],
)
def test_it_is_turned_when_it_goes_the_other_way(
    tmp_path: Path, faces: Faces | None, side: int, right: bool, left: bool
) -> None:
    engine = Engine.load(write_turning_bundle(tmp_path / "turning"))
    assert as_in_the_picture(engine.reset(two_coloured(), faces=faces))
    assert engine.world.agents[0].side == side
    assert as_in_the_picture(engine.step(RIGHT)) == right
    assert as_in_the_picture(engine.step(LEFT)) == left


def test_who_is_unsure_can_be_told(tmp_path: Path) -> None:
    engine = Engine.load(write_turning_bundle(tmp_path / "turning", seen=0))
    engine.reset(two_coloured())
    assert as_in_the_picture(engine.step(RIGHT)) and as_in_the_picture(engine.step(LEFT))
    engine.reset(two_coloured(), faces="left")
    assert not as_in_the_picture(engine.step(RIGHT))


def test_other_models_play_and_say_that_they_cannot_be_told(moving_bundle: Path) -> None:
    engine = Engine.load(moving_bundle)
    with pytest.raises(GlassError, match="model 'moving' cannot be told which side a picture faces"):
        engine.reset(two_coloured(), faces="left")
    engine.reset(two_coloured())
    engine.step(RIGHT)
    assert engine.world.agents[0].side is None


def test_there_is_no_other_side(tmp_path: Path) -> None:
    engine = Engine.load(write_turning_bundle(tmp_path / "turning"))
    with pytest.raises(GlassError, match="faces 'up': give left, right or front"):
        engine.reset(two_coloured(), faces="up")  # type: ignore[arg-type]


def begun(folder: Path, players: int = 1) -> History:
    engine = Engine.load(folder)
    world = World([engine] * players)
    world.open([engine.find_agent(two_coloured())] * players)
    return History(world)


def seen(history: History, player: int = 0) -> Observation:
    return history.world.snapshot().observations[player]


def test_in_the_midst_of_play_it_turns_where_it_is(tmp_path: Path) -> None:
    history = begun(write_turning_bundle(tmp_path / "turning"))
    place = history.step([RIGHT])[0].position
    assert as_in_the_picture(seen(history))
    history.tell_side("left")
    assert seen(history).position == place and not as_in_the_picture(seen(history))
    assert not as_in_the_picture(history.step([REST])[0])
    assert as_in_the_picture(history.step([LEFT])[0]) and not as_in_the_picture(history.step([RIGHT])[0])
    history.tell_side("front")
    assert as_in_the_picture(seen(history)) and as_in_the_picture(history.step([LEFT])[0])


def test_a_second_player_s_side_turns_its_agent_alone_also_from_the_start_on(tmp_path: Path) -> None:
    history = begun(write_turning_bundle(tmp_path / "turning"), players=2)
    first = [seen(history, player) for player in (0, 1)]
    history.step([RIGHT, RIGHT])
    history.tell_side("left", 1)
    assert as_in_the_picture(seen(history)) and not as_in_the_picture(seen(history, 1))
    for one, other in zip(history.restart(), first, strict=True):
        np.testing.assert_array_equal(one.frame, other.frame)
        assert one.position == other.position
    one, other = history.step([RIGHT, RIGHT])
    assert as_in_the_picture(one) and not as_in_the_picture(other)
    assert [start.faces for start in history.world.starts] == [None, "left"]


def test_the_way_back_ends_there_and_the_start_knows(tmp_path: Path) -> None:
    history = begun(write_turning_bundle(tmp_path / "turning"))
    first = seen(history)
    history.step([LEFT])
    history.tell_side("left")
    assert history.reach == 0 and len(history.actions) == 1
    history.step([RIGHT])
    history.back()
    assert as_in_the_picture(seen(history))
    np.testing.assert_array_equal(history.restart()[0].frame, first.frame)
    assert not as_in_the_picture(history.step([RIGHT])[0])


def test_what_was_told_before_the_first_tick_changes_nothing_that_is_seen(tmp_path: Path) -> None:
    history = begun(write_turning_bundle(tmp_path / "turning"))
    first = seen(history)
    history.tell_side("left")
    np.testing.assert_array_equal(seen(history).frame, first.frame)
    assert seen(history).position == first.position


def test_a_saved_game_remembers_the_side(tmp_path: Path) -> None:
    history = begun(write_turning_bundle(tmp_path / "turning"))
    history.step([LEFT])
    history.tell_side("left")
    history.step([RIGHT])
    write_save(tmp_path / "game.glass", history)
    again = resume(read_save(tmp_path / "game.glass"), history.world.engines)
    assert again.world.starts[0].faces == "left"
    np.testing.assert_array_equal(seen(again).frame, seen(history).frame)
    np.testing.assert_array_equal(again.step([RIGHT])[0].frame, history.step([RIGHT])[0].frame)
