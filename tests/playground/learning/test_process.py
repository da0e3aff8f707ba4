"""Learning in a process of its own."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from playground.learning.messages import LearnedModel, LearnProgress, LearnReport, read_message, write_message
from playground.learning.process import LearningProcess, LearningState, free_name

LEARNER = (sys.executable, "-m", "tests.playground.learning.learner")
PATIENCE = 60.0


def wait_for(process: LearningProcess, condition: Callable[[LearningState], bool]) -> LearningState:
    end = time.monotonic() + PATIENCE
    while not condition(state := process.state()):
        assert time.monotonic() < end, state
        time.sleep(0.02)
    return state


def test_messages_come_back_as_they_were() -> None:
    for message in (LearnProgress("looking", 0.25, 9.5), LearnReport(("a",), (), "x.png"), LearnedModel("m", "f", "p")):
        assert read_message(write_message(message)) == message
    for line in ("", "no JSON", "{}", '{"tell": "other"}', "[" * 5000):
        assert read_message(line) is None


def test_a_clip_is_learned(tmp_path: Path) -> None:
    with closing(LearningProcess(tmp_path / "me.mp4", "me", 3, LEARNER)) as process:
        state = wait_for(process, lambda state: state.ended)
        assert process.state() is state
    assert state.model == LearnedModel("me", str(tmp_path / "painted"), "")
    assert state.report is not None and state.report.warnings == ("the camera zooms",)
    assert state.progress == LearnProgress("masks and shifts", 0.5, 300.0, "12/40")
    assert state.notes == ("begins with  nothing",) and state.problem == ""


def test_why_nothing_was_learned_is_told(tmp_path: Path) -> None:
    with closing(LearningProcess(tmp_path / "hopeless.gif", "x", 3, LEARNER)) as process:
        state = wait_for(process, lambda state: state.ended)
    assert state.model is None and state.problem.endswith("hopeless.gif: nothing moves by itself")


def test_it_is_stopped(tmp_path: Path) -> None:
    with closing(LearningProcess(tmp_path / "endless.gif", "x", 3, LEARNER)) as process:
        wait_for(process, lambda state: state.report is not None)
        process.stop()
        assert process.state().stopping
        state = wait_for(process, lambda state: state.ended)
    assert state.problem == "stopped before there was anything to play"


def test_closing_leaves_nothing_running(tmp_path: Path) -> None:
    process = LearningProcess(tmp_path / "endless.gif", "x", 3, LEARNER)
    wait_for(process, lambda state: state.report is not None)
    process.close()
    assert process.state().ended


def test_a_name_is_free(painted_bundle: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GLASS_MODELS", str(painted_bundle.parent))
    assert free_name(tmp_path / "my cat!.mp4") == "my-cat"
    assert free_name(tmp_path / "painted.gif") == "painted-2"
    assert free_name(tmp_path / "!.gif") == "clip"


def test_the_window_loads_no_torch_for_it() -> None:
    code = (
        "import sys, playground.ui.opening; print([m for m in sys.modules if m.split('.')[0] in ('torch', 'export')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
