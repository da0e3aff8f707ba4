"""Acts in a game: a tap plays one to its end and the agent rests, whatever came before."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from playground.bundles.bundle import open_bundle
from playground.bundles.manifest import Act, read_manifest
from playground.engine.inference import InferenceEngine
from playground.gameplay.session import Session
from playground.input.controls import Command
from playground.world.world import World
from tests.playground.turning_model import two_coloured, write_turning_bundle

PERIOD = 1 / 12.5


@pytest.fixture
def session(own_bundle: Path) -> Session:
    acts = {1: Act((1, 1), (3,)), 2: Act((2, 2, 2), (), "right"), 3: Act((4, 3), ()), 4: Act(same_as=1)}
    manifest = read_manifest(own_bundle).with_acts(acts)
    (own_bundle / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    engine = InferenceEngine(open_bundle(own_bundle))
    world = World([engine])
    world.open([engine.find_agent(Image.open(own_bundle / "starts" / "0.png"))])
    return Session(world)


def tap(session: Session, number: int) -> None:
    session.press(number, "key", 0)
    session.release("key")


def acting(session: Session, ticks: int) -> list[int | None]:
    """Let time pass; returns the local action of each tick."""
    seen = []
    for _ in range(ticks):
        session.update(PERIOD)
        seen.append(session.acting[0])
    return seen


def rests(session: Session, first: Sequence[float]) -> bool:
    agent = session.world.agents[0]
    return agent.crop is agent.rest.crop and np.allclose(agent.position, first)


@pytest.mark.parametrize(("number", "played"), [(1, [1, 1, 1]), (2, [2, 2, 2]), (3, [3, 3]), (4, [1, 1, 1])])
def test_a_tapped_act_ends_in_rest(session: Session, number: int, played: list[int]) -> None:
    first = session.world.agents[0].position
    tap(session, number)
    assert acting(session, len(played) + 2) == [*played, None, None]
    assert rests(session, first)
    assert session.still() > 0 or session.stands


def test_it_is_the_same_act_after_a_walk(session: Session) -> None:
    tap(session, 1)
    acting(session, 2)
    look = session.world.agents[0].cut_out
    session.press(Command.LEFT, "arrow", 0)
    acting(session, 5)
    session.release("arrow")
    acting(session, 2)
    tap(session, 1)
    acting(session, 2)
    np.testing.assert_array_equal(session.world.agents[0].cut_out, look)


def test_the_world_that_waits_plays_an_act_to_its_end(session: Session) -> None:
    session.execute(Command.TURN, "t")
    first = session.world.agents[0].position
    acting(session, 2)
    tap(session, 2)
    assert session.still() == 0
    assert [number for number in acting(session, 8) if number] == [2, 2, 2]
    assert rests(session, first) and session.still() == float("inf")


def test_single_steps_play_an_act_to_its_end(session: Session) -> None:
    tap(session, 1)
    seen = []
    for _ in range(5):
        session.step()
        seen.append(session.acting[0])
    assert seen == [1, 1, 1, None, 4]


def test_back_in_the_midst_of_an_act_it_comes_to_rest(session: Session) -> None:
    first = session.world.agents[0].position
    tap(session, 1)
    acting(session, 6)
    session.execute(Command.REWIND, "back")
    for _ in range(2):
        session.update(PERIOD)
    session.release("back")
    assert not rests(session, first)
    acting(session, 2)
    assert rests(session, first)


def turning(folder: Path, seen: int, players: int = 1) -> Session:
    engine = InferenceEngine(open_bundle(write_turning_bundle(folder, seen)))
    world = World([engine] * players)
    world.open([engine.find_agent(two_coloured())] * players)
    return Session(world)


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (1, ["faces left", "seen from the front: never turns", "faces right", "faces left"]),
        (-1, ["faces right", "faces left", "seen from the front: never turns", "faces right"]),
        (0, ["faces right", "faces left", "seen from the front: never turns", "faces right"]),
    ],
)
def test_the_first_other_side_is_the_one_that_was_not_seen(tmp_path: Path, seen: int, said: list[str]) -> None:
    session = turning(tmp_path / "turning", seen)
    assert [session.execute(Command.FACES, "key") for _ in said] == said


def test_told_another_side_it_goes_on_where_it_is(tmp_path: Path) -> None:
    session = turning(tmp_path / "turning", 1)
    session.press(Command.RIGHT, "arrow", 0)
    acting(session, 2)
    place = session.world.agents[0].position
    session.execute(Command.FACES, "u")
    assert session.world.agents[0].position == place and session.world.agents[0].turned
    assert session.before is None and np.array_equal(session.now.frame, session.world.snapshot().observations[0].frame)
    acting(session, 1)
    warp = session.world.agents[0].warp
    assert session.world.agents[0].position > place and warp is not None and warp.mirrored


def test_each_player_s_picture_is_told_for_itself(tmp_path: Path) -> None:
    session = turning(tmp_path / "turning", 1, players=2)
    session.press(Command.RIGHT, "arrow", 1)
    acting(session, 2)
    first, second = session.world.agents
    assert session.execute(Command.FACES, "shift+u", 1) == "faces left (second player)"
    assert session.world.agents[0].side == 1 and session.world.agents[0].position == first.position
    assert session.world.agents[1].turned and session.world.agents[1].position == second.position
    assert session.execute(Command.FACES, "u", 0) == "faces left"
    assert [start.faces for start in session.world.starts] == ["left", "left"]


def test_a_model_that_takes_no_side_says_so(session: Session) -> None:
    with pytest.raises(GlassError, match="cannot be told which side"):
        session.execute(Command.FACES, "u")
