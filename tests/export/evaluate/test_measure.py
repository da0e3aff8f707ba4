"""`glass-evaluate` through its entry point, and everything it measures together."""

import importlib.util
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from export.commands import evaluate
from export.evaluate.measure import Amount, measure
from export.evaluate.replay import ReplayAccumulator
from glass.data.core.clip import Clip
from glass.data.sources import open_source
from playground import Engine
from playground.clips.analysis import Analysis, Step, analyse
from tests.fixtures.tiny_world import TinyWorld
from tests.scripts import entry_point

Evaluate = Callable[..., int]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Evaluate:
    """Runs `glass-evaluate` with arguments; gives its exit code."""

    def run(*arguments: str | Path) -> int:
        monkeypatch.setattr(sys, "argv", ["glass-evaluate", *map(str, arguments)])
        code = entry_point("glass-evaluate")()
        assert isinstance(code, int)
        return code

    return run


@pytest.fixture
def tiny_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every specification names the tiny world."""
    monkeypatch.setattr(evaluate, "open_source", lambda spec: TinyWorld(empty=0.0))


def test_the_tiny_model(
    command: Evaluate, tiny_world: None, tiny_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "out"
    given = ("--model", tiny_bundle, "--data", "tiny", "--quick", "--clips", "6", "--frames", "15", "--out", out)
    assert command(*given) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "mask IoU" in said and f"wrote {out}" in said
    assert "left out: obedience and drift: " in said
    report = json.loads((out / "figures.json").read_text(encoding="utf-8"))
    reading, replay = report["reading"], report["replay"]
    assert reading["mask_iou"] > 0.5
    assert reading["foreground_shift"]["direction"] > 0.7
    assert reading["background_shift"]["error"] < 0.5
    assert reading["local_actions"]["used"] >= 2
    assert sum(reading["local_actions"]["shares"]) == pytest.approx(1, abs=1e-3)
    assert replay["agent"]["psnr"]["6"] > replay["agent"]["psnr_of_first"]["6"]
    assert list(replay["frame"]["psnr"]) == [str(tick) for tick in range(1, 15)]
    assert list(replay["frame"]["ssim"]) == ["1", "6", "12"]
    assert replay["foreground_control"]["direction"] > 0.5
    assert replay["refused"] == 0
    assert report["obedience"] is report["drift"] is report["lite0_frechet"] is None
    assert {path.name for path in out.iterdir()} == {"figures.json", "replay.png", "local_actions.png"}
    with Image.open(out / "replay.png") as picture:
        assert picture.width > 500


def test_nothing_is_written_unless_asked(
    command: Evaluate, tiny_world: None, tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert command("--model", tiny_bundle, "--data", "tiny", "--quick", "--clips", "1", "--frames", "3") == 0
    assert list(tmp_path.iterdir()) == []


def test_clips_without_an_agent_are_refused_for_replay(tiny_bundle: Path) -> None:
    engine = Engine.load(tiny_bundle)
    amount = Amount(clips=2, frames=14, distance=False)
    report = measure(engine, TinyWorld(empty=1.0), "tiny", amount, 0, lambda what, share: None)
    assert report.replay.refused == 2
    assert report.replay.agent.psnr == {}
    assert report.reading.mask_iou is None and report.reading.local_actions.nmi is None


def test_without_truth_the_path_that_was_read_is_played(tiny_bundle: Path) -> None:
    engine = Engine.load(tiny_bundle)
    clip = TinyWorld(empty=0.0).draw(np.random.default_rng(0), 8)
    accumulator = ReplayAccumulator()
    accumulator.add(Clip("bare", "", clip.frames), analyse(engine, clip.frames), engine)
    figures = accumulator.figures()
    assert figures.agent.psnr[1] is not None and figures.frame.psnr[7] is not None
    assert accumulator.true_regions[0].shape == (engine.manifest.window, engine.manifest.window, 3)


def test_control_compares_with_what_was_commanded(tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine.load(tiny_bundle)
    clip = TinyWorld(empty=0.0).draw(np.random.default_rng(0), 3)
    known = replace(clip, foreground_shifts=np.array([(3.0, 0.0), (0.0, 0.0)]), background_shifts=np.zeros((2, 2)))
    steps = (Step((0.0, 3.0), (0.0, 0.0), 1), Step((0.0, 0.0), (0.0, 1.0), 1))
    found = Analysis("tiny", clip.frame_size, np.zeros(clip.frames.shape[:3], bool), steps)
    monkeypatch.setattr("export.evaluate.replay.analyse", lambda engine, frames: found)
    accumulator = ReplayAccumulator()
    accumulator.add(known, found, engine)
    figures = accumulator.figures()
    assert figures.foreground_control.direction == 0
    assert figures.foreground_control.error == pytest.approx(3 / 2**0.5, abs=1e-3)
    assert (figures.background_control.error, figures.background_control.direction) == (0.5, None)


@pytest.mark.slow
def test_the_shipped_model_plays_folk() -> None:
    engine = Engine.load("sprites")
    amount = Amount(clips=1, frames=9, distance=False)
    report = measure(engine, open_source("folk:split=test"), "folk", amount, 0, lambda what, share: None)
    assert report.left_out == ()
    assert report.obedience is not None and report.drift is not None
    assert (report.obedience.starts, report.drift.plays) == (1, 1)
    assert report.obedience.reachable == len({one.action for one in report.reading.local_actions.meanings}) > 0
    assert all(value is not None and value > 12 for value in report.drift.psnr.values())


def test_mistakes_are_told_in_one_line(
    command: Evaluate, tiny_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()
    cases = [
        (("--model", tiny_bundle, "--data", "folk:characters=1"), "128x96"),
        (("--model", "nobody", "--data", "folk:"), "nobody"),
        (("--model", tiny_bundle, "--data", "nothing:"), "nothing:"),
        (("--model", tiny_bundle, "--data", "folk:", "--clips", "0"), "--clips"),
        (("--model", tiny_bundle, "--data", "folk:", "--frames", "1"), "--frames"),
        (("--model", tiny_bundle, "--data", "folk:", "--out", file), "is a file"),
        (("--data", "folk:"), "--model"),
    ]
    for arguments, words in cases:
        assert command(*arguments) == 2, arguments
        said = capsys.readouterr()
        assert said.out == "" and said.err.count("\n") == 1 and words in said.err, arguments


def test_a_missing_package_is_named(
    command: Evaluate, tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert command("--model", tiny_bundle, "--data", "folk:") == 2
    assert "pip install 'glass-playground[evaluate]'" in capsys.readouterr().err
