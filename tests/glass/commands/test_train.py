"""`glass-train` through its entry point, on a folder of tiny clips."""

import json
import shutil
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from glass.config import to_dict
from glass.data.stored.clip_folder import write_clip
from glass.training.checkpoint import AVERAGED, LIVE, load_model
from tests.fixtures.tiny_world import TinyWorld, tiny_config
from tests.scripts import entry_point

Train = Callable[..., int]


def run_command(patch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    """Run the command with arguments; gives its exit code."""
    patch.setattr(sys, "argv", ["glass-train", *map(str, arguments)])
    code = entry_point("glass-train")()
    assert isinstance(code, int)
    return code


@pytest.fixture
def train(monkeypatch: pytest.MonkeyPatch) -> Train:
    """Runs the command with arguments; gives its exit code."""
    return partial(run_command, monkeypatch)


def write_settings(path: Path) -> Path:
    """Write a settings file with a tiny model and a few steps."""
    values = to_dict(tiny_config(3, 4, mask_bias=3.0))
    del values["frame_size"], values["training"]["seed"]
    for stage in ("global_stage", "local_stage"):
        values["training"][stage]["batch"] = 2
    values["training"] |= {"track_clips": 3, "track_length": 8}
    path.write_text(json.dumps(values), encoding="utf-8")
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A settings file with a tiny model and a few steps."""
    return write_settings(tmp_path / "settings.json")


@pytest.fixture(scope="module")
def finished(clip_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run with such settings that has ended; not to be changed."""
    folder = tmp_path_factory.mktemp("finished")
    arguments = ("--config", write_settings(folder / "settings.json"), "--out", folder / "one")
    with pytest.MonkeyPatch.context() as patch:
        assert run_command(patch, "--data", clip_folder, *arguments) == 0
    return folder / "one"


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    """A copy of the folder of a run that has ended."""
    return shutil.copytree(finished, tmp_path / "run")


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """What was said on stderr, which must be one line, with nothing on stdout."""
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("\n") and said.err.count("\n") == 1
    return said.err


def test_a_run_from_clips_to_weights(
    train: Train, clip_folder: Path, settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "runs" / "one"
    arguments = ("--data", clip_folder, "--out", out, "--config", settings, "--seed", "3")
    assert train(*arguments) == 0
    said = capsys.readouterr()
    assert said.err == ""
    lines = said.out.splitlines()
    assert lines[-1] == f"{out}: trained; next: glass-export {out} --name NAME"
    assert any(line.startswith("global 3/3  reconstruction 0.") for line in lines)
    assert any(line.startswith("local 4/4  colour ") and " codes " in line for line in lines)
    model, extra = load_model(out / AVERAGED)
    assert model.config.frame_size == (32, 24) and model.config.training.seed == 3
    assert extra["data"] == [f"4 clips of {clip_folder / 'train'}"]
    assert train(*arguments) == 0, "a finished run is not trained again"
    assert "global" not in capsys.readouterr().out


def test_warm_start(
    train: Train,
    clip_folder: Path,
    settings: Path,
    finished: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    common = ("--data", clip_folder, "--config", settings)
    assert train(*common, "--out", tmp_path / "two", "--warm-start", finished / AVERAGED) == 0
    model, extra = load_model(tmp_path / "two" / AVERAGED)
    count = len(model.state_dict())
    assert extra["warm_start"] == f"{count} of {count} tensors of one/{AVERAGED}"
    assert f"begins with {count} of {count} tensors" in capsys.readouterr().out


@pytest.mark.slow
def test_local_actions_can_be_kept(
    train: Train,
    clip_folder: Path,
    settings: Path,
    finished: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = finished / AVERAGED
    common = ("--data", clip_folder, "--warm-start", one)
    weights = {"one": load_model(one)[0].lma.state_dict()}
    for name, more in (("kept", ("--keep-actions",)), ("anew", ())):
        assert train(*common, "--config", settings, *more, "--out", tmp_path / name) == 0
        weights[name] = load_model(tmp_path / name / AVERAGED)[0].lma.state_dict()
    reading = [name for name in weights["one"] if name.startswith(("action_network.", "quantiser."))]
    assert all(torch.equal(weights["kept"][name], weights["one"][name]) for name in reading)
    assert not torch.equal(weights["anew"]["quantiser.codes"], weights["one"]["quantiser.codes"])
    painting = "decoder.output.weight"
    assert not torch.equal(weights["kept"][painting], weights["one"][painting])
    capsys.readouterr()
    more = json.loads(settings.read_text())
    more["lma"] = more.get("lma", {}) | {"local_actions": 7}
    (tmp_path / "more.json").write_text(json.dumps(more))
    assert train(*common, "--config", tmp_path / "more.json", "--keep-actions", "--out", tmp_path / "others") == 2
    assert "no local actions of these settings" in one_line(capsys)
    assert train("--data", clip_folder, "--out", tmp_path / "none", "--keep-actions") == 2
    assert "--warm-start" in one_line(capsys)


def test_wrong_input_is_told_in_one_line(
    train: Train, clip_folder: Path, settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.json").write_text("nothing")
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "unknown.json").write_text('{"lma": {"windw": 3}}')
    (tmp_path / "kind.json").write_text('{"lma": 3}')
    out = tmp_path / "out"
    cases: list[tuple[tuple[str | Path, ...], str]] = [
        (("--data", "nowhere", "--out", out), "nowhere"),
        (("--data", "folk:splt=train", "--out", out), "splt"),
        (("--data", tmp_path, "--out", out), "no pictures in it"),
        (("--out", out), "--data"),
        (("--data", clip_folder), "--out"),
        (("--data", clip_folder, "--out", out, "--window", "20"), "multiple of 8"),
        (("--data", clip_folder, "--out", out, "--window", "8"), "--window"),
        (("--data", clip_folder, "--out", out, "--local-actions", "1"), "--local-actions"),
        (("--data", clip_folder, "--out", out, "--track-length", "9"), "track_length"),
        (("--data", clip_folder, "--out", out, "--steps", "9"), "--steps"),
        (("--data", clip_folder, "--out", out, "--config", tmp_path / "none.json"), "none.json"),
        (("--data", clip_folder, "--out", out, "--config", tmp_path / "text.json"), "not a JSON file"),
        (("--data", clip_folder, "--out", out, "--config", tmp_path / "list.json"), "must be a JSON object"),
        (("--data", clip_folder, "--out", out, "--config", tmp_path / "unknown.json"), "'windw'"),
        (("--data", clip_folder, "--out", out, "--config", tmp_path / "kind.json"), "'lma'"),
        (("--data", clip_folder, "--data", "folk:", "--out", out), "different sizes"),
    ]
    for arguments, words in cases:
        assert train(*arguments) == 2, arguments
        assert words in one_line(capsys), arguments
        assert not out.exists(), arguments


def test_a_folder_that_holds_something_else(
    train: Train, clip_folder: Path, settings: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ("--data", clip_folder, "--config", settings)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    assert train(*common, "--out", tmp_path / "full") == 2
    assert "not empty and not a run" in one_line(capsys)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]
    begun = json.loads((run / "run.json").read_text(encoding="utf-8"))
    del begun["config"]["lma"]["difference_only"]  # As a run begun before there was this setting.
    (run / "run.json").write_text(json.dumps(begun), encoding="utf-8")
    assert train(*common, "--out", run) == 0
    capsys.readouterr()
    before = {path: path.read_bytes() for path in run.iterdir() if path.is_file()}
    assert train(*common, "--out", run, "--seed", "1") == 2
    assert "a run with other settings" in one_line(capsys)
    assert {path: path.read_bytes() for path in run.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("name", [LIVE, "run.json"])
def test_a_damaged_run(
    train: Train, clip_folder: Path, settings: Path, run: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path = run / name
    path.write_bytes(path.read_bytes()[:40])
    assert train("--data", clip_folder, "--config", settings, "--out", run) == 2
    assert str(path) in one_line(capsys)


def test_clips_that_are_too_short_or_damaged(
    train: Train, settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_clip(TinyWorld().draw(np.random.default_rng(0), 3), tmp_path / "short" / "one")
    assert train("--data", tmp_path / "short", "--config", settings, "--out", tmp_path / "run") == 2
    assert "the longest clip has 3 frames, 4 are needed" in capsys.readouterr().err
    write_clip(TinyWorld().draw(np.random.default_rng(0), 8), tmp_path / "torn" / "one")
    for frame in (tmp_path / "torn" / "one").glob("*.png"):
        if frame.name != "00000.png":
            frame.write_bytes(frame.read_bytes()[:60])
    assert train("--data", tmp_path / "torn", "--config", settings, "--out", tmp_path / "other") == 2
    assert ".png" in one_line(capsys)


def test_frames_of_an_odd_size(train: Train, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "clips").mkdir()
    for number in range(3):
        Image.new("RGB", (30, 24)).save(tmp_path / "clips" / f"{number}.png")
    assert train("--data", tmp_path / "clips", "--out", tmp_path / "run") == 2
    assert "multiples of 8" in one_line(capsys)


def test_a_world_without_agents(
    train: Train, settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = json.loads(settings.read_text())
    values["gma"]["initial_mask_bias"] = -9.0
    settings.write_text(json.dumps(values))
    write_clip(TinyWorld(empty=1.0).draw(np.random.default_rng(0), 9), tmp_path / "clips" / "one")
    assert train("--data", tmp_path / "clips", "--config", settings, "--out", tmp_path / "run") == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "no clip shows an agent in every frame" in said


def test_interrupting_keeps_the_run(
    train: Train,
    clip_folder: Path,
    settings: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arguments = ("--data", clip_folder, "--config", settings, "--out", tmp_path / "run", "--save-every", "2")
    reporting = import_module("glass.training.progress")

    def interrupt(self: object, progress: object) -> None:
        if getattr(progress, "step", 0) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reporting.LineReporter, "report", interrupt)
        assert train(*arguments) == 130
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and "interrupted" in said.err
    assert json.loads((tmp_path / "run" / "place.json").read_text()) == {"stage": "global", "step": 2}
    assert train(*arguments) == 0
