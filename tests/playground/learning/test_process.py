"""Learning in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from playground.learning.messages import (
    LearnedModel,
    LearnProgress,
    LearnReport,
    LearnView,
    read_message,
    write_message,
)
from playground.learning.process import LearningProcess, LearningState, LearnRequest

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
    with closing(LearningProcess(LearnRequest(tmp_path / "me.mp4", "me", 3), LEARNER)) as process:
        state = wait_for(process, lambda state: state.ended)
        assert process.state() is state
    assert state.model == LearnedModel("me", str(tmp_path / "painted"), "")
    assert state.report is not None and state.report.warnings == ("the camera zooms",)
    assert state.progress == LearnProgress("masks and shifts", 0.5, 300.0, "12/40")
    assert state.notes == ("begins with  nothing",) and state.problem == ""


def test_why_nothing_was_learned_is_told(tmp_path: Path) -> None:
    with closing(LearningProcess(LearnRequest(tmp_path / "hopeless.gif", "x", 3), LEARNER)) as process:
        state = wait_for(process, lambda state: state.ended)
    assert state.model is None and state.problem.endswith("hopeless.gif: nothing moves by itself")


def test_it_is_stopped(tmp_path: Path) -> None:
    with closing(LearningProcess(LearnRequest(tmp_path / "endless.gif", "x", 3), LEARNER)) as process:
        wait_for(process, lambda state: state.report is not None)
        process.stop()
        assert process.state().stopping
        state = wait_for(process, lambda state: state.ended)
    assert state.problem.startswith("stopped before there was anything to play")


def test_closing_leaves_nothing_running(tmp_path: Path) -> None:
    process = LearningProcess(LearnRequest(tmp_path / "endless.gif", "x", 3), LEARNER)
    wait_for(process, lambda state: state.report is not None)
    process.close()
    assert process.state().ended


def test_what_is_asked_for(tmp_path: Path) -> None:
    request = LearnRequest(tmp_path / "me.mp4", "me", 2.5, restart=True, agent="12.0,8.5@1.50")
    with closing(LearningProcess(request, LEARNER)) as process:
        state = wait_for(process, lambda state: state.ended)
    assert state.report is not None and state.report.lines[0].endswith("restart 12.0,8.5@1.50")
    assert request.arguments[-1] == "--json" and "2.5" in request.arguments


def test_a_place_in_the_report_is_one_in_the_clip() -> None:
    view = LearnView((10.0, 10.0, 40.0, 30.0), (100.0, 0.0, 80.0, 60.0), 1.5)
    assert view.place(10, 10) == (100, 0) and view.place(30, 25) == (140, 30)
    assert view.place(9, 10) is None and view.place(50, 25) is None


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="has no priorities")
def test_it_stands_back_behind_the_game(tmp_path: Path) -> None:
    with closing(LearningProcess(LearnRequest(tmp_path / "endless.gif", "x", 3), LEARNER)) as process:
        assert os.getpriority(os.PRIO_PROCESS, process._child.pid) >= os.getpriority(os.PRIO_PROCESS, 0) + 1


def test_the_window_loads_no_torch_for_it() -> None:
    code = (
        "import sys, playground.ui.opening; print([m for m in sys.modules if m.split('.')[0] in ('torch', 'export')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
