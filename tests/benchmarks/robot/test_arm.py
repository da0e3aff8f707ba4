"""The measurement of a robot arm, on a model that knows no arm: what it says of it is known beforehand."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.robot.arm import main, measure
from glass.data.core.clip import Clip
from glass.data.stored.clip_folder import write_clip
from playground import Engine
from tests.fixtures.tiny_world import TinyWorld


def clips(count: int) -> list[Clip]:
    """Clips of the tiny world as if of a gripper: open in the first half of each, then closed."""
    world, found = TinyWorld(empty=0.0), []
    for seed in range(count):
        clip = world.draw(np.random.default_rng(seed), 12)
        opening = np.repeat([1.0, 0.0], 6)
        found.append(Clip(**{**clip.__dict__, "measures": {"opening": opening}}))
    return found


def test_the_tiny_agent_goes_where_arrows_say(tiny_bundle: Path) -> None:
    report = measure(Engine.load(tiny_bundle), clips(4))
    assert report.starts == 4 and report.refused == 0
    assert report.direction is not None and report.direction_inside is not None
    assert report.direction_inside >= report.direction > 0.5
    # Its local actions are named for poses: none closes anything.
    assert report.closes is None and report.opens is None
    assert report.area_kept is not None and 0.5 < report.area_kept < 2


def test_it_prints_json(tiny_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, clip in enumerate(clips(2)):
        write_clip(clip, tmp_path / str(number))
    assert main(["--model", str(tiny_bundle), "--data", str(tmp_path), "--starts", "2"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert set(figures["directions"]) == {"right", "left", "up", "down"}


def test_clips_that_do_not_know_the_gripper_are_refused(
    tiny_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_clip(TinyWorld(empty=0.0).draw(np.random.default_rng(0), 12), tmp_path / "a")
    assert main(["--model", str(tiny_bundle), "--data", str(tmp_path), "--starts", "1"]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and "opening" in said.err
