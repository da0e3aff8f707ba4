"""Files written by earlier versions open, and give what they gave then (`tests/fixtures/before`)."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from playground import Action
from playground.world.save_file import open_engines, read_save, resume
from tests.scripts import entry_point

BEFORE = Path(__file__).parent / "fixtures" / "before"
GAME = BEFORE / "game.glass"
ROUNDING = 1
"""Levels of 255 by which frames may differ on another processor."""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the stopped run, in the folder it was trained in."""
    shutil.copytree(BEFORE, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "run"


def command(monkeypatch: pytest.MonkeyPatch, name: str, *arguments: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        sys.exit(entry_point(name)())  # type: ignore[arg-type]
    assert isinstance(end.value.code, int | None)
    return end.value.code or 0


def losses(path: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [{key: line[key] for key in ("stage", "step", "losses")} for line in lines]


def frames_then() -> list[np.ndarray[Any, np.dtype[np.int64]]]:
    strip = np.asarray(Image.open(BEFORE / "game.png")).astype(int)
    return np.split(strip, 7)


def test_a_saved_game_is_replayed(tmp_path: Path, tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("--replay", GAME, "--model", tiny_bundle, "--headless", "--frames", tmp_path)
    assert command(monkeypatch, "glass-play", *asked) == 0
    frames = [np.asarray(Image.open(path)).astype(int) for path in sorted(tmp_path.glob("*.png"))]
    assert len(frames) == 6
    for frame, then in zip(frames, frames_then(), strict=False):
        assert np.abs(frame - then).max() <= ROUNDING


def test_a_saved_game_goes_on(tiny_bundle: Path) -> None:
    save = read_save(GAME)
    history = resume(save, open_engines(save, str(tiny_bundle)))
    assert len(save.actions) == 5
    *_, last, following = frames_then()
    assert np.abs(history.world.snapshot().observations[0].frame - last).max() <= ROUNDING
    seen = history.step((Action((-1, 0)), Action((1, 0), local_action=2)))
    assert np.abs(seen[0].frame - following).max() <= ROUNDING


def test_a_stopped_run_goes_on(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("--data", "clips", "--out", "run", "--config", "settings.json", "--save-every", "2")
    assert command(monkeypatch, "glass-train", *asked) == 0
    for now, then in zip(losses(run / "metrics.jsonl"), losses(BEFORE / "losses.jsonl"), strict=True):
        assert (now["stage"], now["step"]) == (then["stage"], then["step"])
        assert now["losses"] == pytest.approx(then["losses"], abs=1e-5), (then["stage"], then["step"])


def test_settings_mean_what_they_meant(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("--data", "clips", "--out", "new", "--config", "settings.json", "--save-every", "2")
    assert command(monkeypatch, "glass-train", *asked) == 0
    for now, then in zip(losses(run.parent / "new" / "metrics.jsonl"), losses(BEFORE / "losses.jsonl"), strict=True):
        assert (now["stage"], now["step"]) == (then["stage"], then["step"])
        assert now["losses"] == pytest.approx(then["losses"], rel=1e-2, abs=5e-3), (then["stage"], then["step"])
