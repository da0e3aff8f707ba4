"""Records for TensorBoard: passed on, written where it is installed, left out where it is not."""

import sys
from pathlib import Path

import pytest
from PIL import Image

from glass.training.progress import StepProgress
from glass.training.tensorboard import FOLDER, recorded
from tests.glass.conftest import Silent


def progress(step: int) -> StepProgress:
    return StepProgress("local", step, 9, {"colour": 0.5, "usage": 0.25}, 3, 100.0)


def test_without_it_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    silent = Silent()
    with recorded(silent, tmp_path) as told:
        assert told is silent
    assert list(tmp_path.iterdir()) == []


def test_losses_and_sheets_are_recorded(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    silent = Silent()
    Image.new("RGB", (8, 8)).save(tmp_path / "global-00100.png")
    with recorded(silent, tmp_path) as told:
        for step in range(1, 4):
            told.report(progress(step))
        Image.new("RGB", (16, 8), "red").save(tmp_path / "local-00003.png")
    assert silent.seen == [progress(step) for step in range(1, 4)]
    events = EventAccumulator(str(tmp_path / FOLDER)).Reload()
    assert sorted(events.Tags()["scalars"]) == ["local/codes used", "local/colour", "local/total", "local/usage"]
    assert [(event.step, event.value) for event in events.Scalars("local/total")] == [(1, 0.75), (2, 0.75), (3, 0.75)]
    assert events.Tags()["images"] == ["local"]
    (picture,) = events.Images("local")
    assert (picture.step, picture.width, picture.height) == (3, 16, 8)
