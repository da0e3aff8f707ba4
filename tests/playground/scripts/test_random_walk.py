"""Puppets that move by themselves."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from glass.core.directions import DIRECTIONS
from playground.bundles.manifest import Manifest, Transitions, read_manifest
from playground.core.action import Action
from playground.scripts.random_walk import PATIENCE, Autopilot, Walker, random_walk

WAYS = {(2.0, 0.0): "right", (-2.0, 0.0): "left", (0.0, -2.0): "up", (0.0, 2.0): "down", (0.0, 0.0): "stay"}


@pytest.fixture(scope="module")
def manifest(painted_bundle: Path) -> Manifest:
    return read_manifest(painted_bundle)


def counted(manifest: Manifest, directions: dict[str, str], codes: dict[str, dict[int, int]]) -> Manifest:
    """A manifest whose agents always went from one direction to another, and from one local action to another."""
    nothing = tuple((0,) * 4 for _ in range(4))
    tables = {
        way: tuple(tuple(int(codes.get(way, {}).get(now) == after) for after in range(1, 5)) for now in range(1, 5))
        for way in DIRECTIONS
    }
    return replace(
        manifest,
        transitions=Transitions(
            directions={way: tuple(int(directions.get(way) == after) for after in DIRECTIONS) for way in DIRECTIONS},
            local_actions={way: tables[way] if way in codes else nothing for way in DIRECTIONS},
        ),
    )


def test_the_same_seed_is_the_same_walk(manifest: Manifest) -> None:
    assert random_walk(manifest, 3, 200) == random_walk(manifest, 3, 200)
    assert random_walk(manifest, 3, 200) != random_walk(manifest, 4, 200)
    assert random_walk(manifest, 3, 50) == random_walk(manifest, 3, 200)[:50]


def test_walks_follow_the_counts(manifest: Manifest) -> None:
    rule = counted(manifest, {"stay": "right", "right": "left", "left": "stay"}, {"right": {4: 2}, "left": {2: 3}})
    walk = random_walk(rule, 0, 6)
    assert [WAYS[action.shift] for action in walk] == ["right", "left", "stay"] * 2
    assert [action.local_action for action in walk[:3]] == [2, 3, 4]


def test_walks_stay_near(manifest: Manifest) -> None:
    rule = counted(manifest, dict.fromkeys(DIRECTIONS, "right"), {})
    for one in (manifest, rule):
        path = np.cumsum([action.shift for action in random_walk(one, 1, 500)], 0)
        assert np.abs(path).max(0).tolist() <= [32 / 4, 24 / 4]
        assert np.abs(path).max() > 4


def test_walks_go_on_as_often_as_was_counted(manifest: Manifest) -> None:
    walk = random_walk(manifest, 0, 3000)
    ways = [WAYS[action.shift] for action in walk]
    assert set(ways) == set(DIRECTIONS)
    assert {action.local_action for action in walk} == {1, 2, 3, 4}
    assert sum(one == other for one, other in pairwise(ways)) > 0.8 * len(ways)
    moving = Counter((way, action.local_action) for way, action in zip(ways, walk, strict=True) if way != "stay")
    assert set(moving) == {("right", 1), ("left", 2), ("up", 3), ("down", 4)}


def test_an_agent_outside_comes_back(manifest: Manifest) -> None:
    walker = Walker(manifest, 0, (16, 12))
    x = 60.0
    for _ in range(1000):
        x += walker.next_action((x, 12)).shift[0]
        assert x <= 60
    assert x < 30


def test_the_autopilot_makes_way_for_the_player(manifest: Manifest) -> None:
    rule = counted(manifest, dict.fromkeys(DIRECTIONS, "up"), {})
    pilot, up = Autopilot(rule, 0), (0.0, -2.0)
    assert pilot.take(Action(), (16, 12)).shift == up
    asked = Action((2, 0), local_action=3)
    assert pilot.take(asked, (16, 12)) == asked
    waited = [pilot.take(Action(), (16, 12)) for _ in range(200)]
    ticks = round(PATIENCE * manifest.tick_rate)
    assert waited[:ticks] == [Action()] * ticks
    assert all(action.shift == up for action in waited[ticks:])
