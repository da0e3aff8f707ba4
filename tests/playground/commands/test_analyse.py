"""`glass-analyse`: what was played is read back."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from playground import Action, Engine
from playground.bundles import library
from playground.clips.analysis import analyse
from playground.commands.analyse import main
from playground.scripts.language import parse_script

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def engine(painted_bundle: Path) -> Engine:
    return Engine.load(painted_bundle)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, painted_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(library, "model_folders", lambda: (painted_bundle.parent,))
    return tmp_path


def save(folder: Path, frames: list[Pixels]) -> None:
    folder.mkdir()
    for index, frame in enumerate(frames):
        Image.fromarray(frame).save(folder / f"{index:05d}.png")


def test_play_is_read_back(engine: Engine, paint: Callable[..., Pixels]) -> None:
    actions = parse_script("shift(2,0)+2*3 3*2 shift(-2,0)+1*3", engine.manifest)
    seen = [engine.reset(paint((6, 8))), *(engine.step(action) for action in actions)]
    told: list[float] = []
    analysis = analyse(engine, np.stack([one.frame for one in seen]), told.append)
    assert np.array_equal(analysis.masks, np.stack([one.mask for one in seen]))
    assert [step.foreground_shift for step in analysis.steps] == [action.shift for action in actions]
    assert [step.local_action for step in analysis.steps] == [action.local_action for action in actions]
    assert told == sorted(told)
    assert told[-1] == 1


def test_background_shifts(engine: Engine, paint: Callable[..., Pixels]) -> None:
    pans = [(1.0, 0.0), (0.0, -3.0), (-2.0, 1.0)]
    seen = [engine.reset(paint()), *(engine.step(Action(pan=pan, local_action=1)) for pan in pans)]
    steps = analyse(engine, np.stack([one.frame for one in seen])).steps
    assert np.abs(np.array([step.background_shift for step in steps]) - pans).max() < 0.1
    assert {step.foreground_shift for step in steps} == {(0.0, 0.0)}


def test_frames_without_an_agent(engine: Engine, paint: Callable[..., Pixels]) -> None:
    frames = np.stack([paint(c) for c in (None, (4, 8), (6, 8), None, (10, 8), None, (4, 8), (4, 9), (4, 10))])
    analysis = analyse(engine, frames)
    assert analysis.masks.any((1, 2)).tolist() == [False, True, True, False, True, False, True, True, True]
    shifts = [step.foreground_shift for step in analysis.steps]
    assert shifts == [(0, 0), (2, 0), (0, 0), (0, 0), (0, 0), (0, 0), (0, 1), (0, 1)]
    for index in (0, 2, 3, 4, 5):
        assert analysis.steps[index].background_shift == (0, 0)
        assert analysis.steps[index].local_action == 4


def test_a_plain_background_stands_still(engine: Engine) -> None:
    frames = np.full((6, 24, 32, 3), (40, 90, 60), np.uint8)
    for index, frame in enumerate(frames):
        frame[7:17, 3 + 2 * index : 11 + 2 * index] = (60, 90, 60)  # an outline that belongs to neither
        frame[8:16, 4 + 2 * index : 10 + 2 * index] = (255, 0, 0)
    steps = analyse(engine, frames).steps
    assert [(step.foreground_shift, step.background_shift) for step in steps] == [((2, 0), (0, 0))] * 5


def test_a_jump_is_no_move(engine: Engine, paint: Callable[..., Pixels]) -> None:
    corners = [(2, 8), (4, 8), (6, 8), (24, 14), (22, 14), (20, 14)]
    analysis = analyse(engine, np.stack([paint(corner) for corner in corners]))
    assert analysis.masks.any((1, 2)).all()
    assert [step.foreground_shift for step in analysis.steps] == [(2, 0), (2, 0), (0, 0), (-2, 0), (-2, 0)]


def test_what_else_looks_like_an_agent(engine: Engine, paint: Callable[..., Pixels]) -> None:
    frames = np.stack([paint((24, 2 + index)) for index in range(6)] + [paint(None)] * 2)
    frames[:, 18:21, 1:4] = (255, 0, 0)
    analysis = analyse(engine, frames)
    assert np.array_equal(analysis.masks.sum((1, 2)), [48] * 6 + [0] * 2)
    assert [step.foreground_shift for step in analysis.steps] == [(0, 1)] * 5 + [(0, 0)] * 2


def test_command(place: Path, paint: Callable[..., Pixels], capfd: pytest.CaptureFixture[str]) -> None:
    save(place / "clip", [paint((4 + 2 * index, 8)) for index in range(12)])
    assert main(["clip", "--model", "painted", "--out", "deep/out"]) == 0
    assert capfd.readouterr() == ("clip: 12 frames, the agent in 12; wrote deep/out\n", "")
    out = place / "deep" / "out"
    assert sorted(os.listdir(out)) == ["masks", "motion.json"]
    assert sorted(os.listdir(out / "masks")) == [f"{index:05d}.png" for index in range(12)]
    with Image.open(out / "masks" / "00003.png") as image:
        assert (image.size, image.mode) == ((32, 24), "L")
        mask = np.asarray(image)
    assert np.array_equal(np.argwhere(mask == 255)[[0, -1]], [[8, 10], [15, 15]])
    assert set(np.unique(mask)) == {0, 255}
    motion = json.loads((out / "motion.json").read_text())
    assert list(motion) == ["model", "frame_size", "steps"]
    assert (motion["model"], motion["frame_size"], len(motion["steps"])) == ("painted", [32, 24], 11)
    assert {key: type(value) for key, value in motion["steps"][0].items()} == {
        "foreground_shift": list,
        "background_shift": list,
        "local_action": int,
    }
    assert all(step["foreground_shift"] == [2, 0] for step in motion["steps"])


def test_older_masks_are_replaced(place: Path, paint: Callable[..., Pixels]) -> None:
    save(place / "long", [paint()] * 4)
    save(place / "short", [paint()])
    assert main(["long", "--out", "out"]) == 0
    (place / "out" / "masks" / "note.txt").write_text("mine")
    assert main(["short", "--out", "out"]) == 0
    assert sorted(os.listdir(place / "out")) == ["masks", "motion.json"]
    assert sorted(os.listdir(place / "out" / "masks")) == ["00000.png", "note.txt"]
    assert json.loads((place / "out" / "motion.json").read_text())["steps"] == []


def test_an_empty_world(place: Path, paint: Callable[..., Pixels]) -> None:
    save(place / "clip", [paint(None)] * 3)
    assert main(["clip", "--out", "out"]) == 0
    motion = json.loads((place / "out" / "motion.json").read_text())
    still = {"foreground_shift": [0, 0], "background_shift": [0, 0], "local_action": 4}
    assert motion["steps"] == [still, still]
    assert not any(np.asarray(Image.open(path)).any() for path in (place / "out" / "masks").iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing", "--out", "out"], "no such clip"),
        (["empty", "--out", "out"], "no frames in it"),
        (["text.gif", "--out", "out"], "text.gif"),
        (["clip", "--out", "text.gif"], "is a file"),
        (["", "--out", "out"], "name is empty"),
        (["clip", "--out", ""], "empty"),
        (["old/masks", "--out", "old"], "--out old/masks: would replace old/masks, which is read"),
        (["clip", "--out", "out", "--model", "nobody"], "unknown model"),
        (["clip"], "Missing option"),
        (["--out", "out"], "Missing argument"),
        (["clip", "--out"], "requires an argument"),
    ],
)
def test_mistakes(
    place: Path, paint: Callable[..., Pixels], arguments: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    save(place / "clip", [paint()])
    (place / "old").mkdir()
    save(place / "old" / "masks", [paint()])
    (place / "empty").mkdir()
    (place / "text.gif").write_text("hello")
    before = sorted(place.rglob("*"))
    assert main(arguments) == 2
    out, errors = capfd.readouterr()
    assert out == ""
    assert said in errors
    assert errors.count("\n") == 1
    assert sorted(place.rglob("*")) == before


def test_several_models_need_a_choice(
    place: Path, own_bundle: Path, paint: Callable[..., Pixels], capfd: pytest.CaptureFixture[str]
) -> None:
    os.rename(own_bundle, own_bundle.parent / "other")
    here = library.model_folders()
    library.model_folders = lambda: (*here, own_bundle.parent)
    save(place / "clip", [paint()])
    assert main(["clip", "--out", "out"]) == 2
    assert "choose one with --model" in capfd.readouterr().err


def test_tiny_bundle(place: Path, tiny_bundle: Path) -> None:
    rng = np.random.default_rng(0)
    save(place / "clip", [rng.integers(0, 256, (30, 40, 3), dtype=np.uint8) for _ in range(4)])
    assert main(["clip", "--model", str(tiny_bundle), "--out", "out"]) == 0
    motion = json.loads((place / "out" / "motion.json").read_text())
    assert len(motion["steps"]) == 3
    assert all(1 <= step["local_action"] <= 4 for step in motion["steps"])
