"""Learning in the background: one at a time, told once, and anew with another agent."""

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from glass.core.errors import GlassError
from playground.learning.background import BackgroundLearning
from playground.learning.process import LearnRequest

LEARNER = (sys.executable, "-m", "tests.playground.learning.learner")
PATIENCE = 60.0


@pytest.fixture
def learning() -> Iterator[BackgroundLearning]:
    background = BackgroundLearning(LEARNER)
    with closing(_Closing(background)):
        yield background


class _Closing:
    def __init__(self, learning: BackgroundLearning) -> None:
        self.close = learning.forget


def wait_for(learning: BackgroundLearning, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not getattr(learning.state(), what):
        assert time.monotonic() < end, learning.state()
        time.sleep(0.02)


def test_the_end_is_told_once(learning: BackgroundLearning, tmp_path: Path) -> None:
    assert learning.words == "" and not learning.busy and learning.next_message() == ""
    learning.begin(LearnRequest(tmp_path / "walk.gif", "walk", 3))
    assert learning.words.startswith("learning walk ")
    wait_for(learning, "ended")
    assert learning.next_message() == "walk was learned from walk.gif, and stands among the pictures"
    assert learning.next_message() == "" and learning.words == "learned walk"
    learning.seen()
    assert learning.words == "" and learning.request is None


def test_a_failure_is_told_once(learning: BackgroundLearning, tmp_path: Path) -> None:
    learning.begin(LearnRequest(tmp_path / "hopeless.gif", "x", 3))
    wait_for(learning, "ended")
    with pytest.raises(GlassError, match=r"hopeless\.gif: .*nothing moves by itself"):
        learning.next_message()
    assert learning.next_message() == "" and learning.words == "nothing learned from hopeless.gif"
    learning.begin(LearnRequest(tmp_path / "walk.gif", "walk", 3))  # another one may begin
    wait_for(learning, "model")


def test_one_at_a_time(learning: BackgroundLearning, tmp_path: Path) -> None:
    learning.begin(LearnRequest(tmp_path / "endless.gif", "x", 3))
    wait_for(learning, "report")
    learning.seen()  # it has not ended
    with pytest.raises(GlassError, match=r"endless\.gif is being learned from"):
        learning.begin(LearnRequest(tmp_path / "walk.gif", "walk", 3))
    assert "50%" in learning.words or "10%" in learning.words
    learning.stop()
    wait_for(learning, "ended")
    assert "stopped" in learning.state().problem


def test_another_agent_begins_anew_and_keeps_the_report_until_then(
    learning: BackgroundLearning, tmp_path: Path
) -> None:
    learning.begin(LearnRequest(tmp_path / "endless.gif", "x", 3))
    wait_for(learning, "report")
    former = learning.state().report
    learning.take_agent("7.0,9.0@1.50")
    assert learning.state().report == former and learning.busy
    end = time.monotonic() + PATIENCE
    while learning.state().report == former:
        assert time.monotonic() < end
        time.sleep(0.02)
    report = learning.state().report
    assert report is not None and report.lines[0].endswith("restart 7.0,9.0@1.50")
    assert learning.busy and learning.request is not None and learning.request.agent == "7.0,9.0@1.50"


def test_another_agent_after_the_end(learning: BackgroundLearning, tmp_path: Path) -> None:
    learning.begin(LearnRequest(tmp_path / "walk.gif", "walk", 3))
    wait_for(learning, "ended")
    assert learning.next_message()
    learning.take_agent("7.0,9.0@1.50")
    assert learning.busy or learning.state().ended
    wait_for(learning, "ended")
    report = learning.state().report
    assert report is not None and report.lines[0].endswith("7.0,9.0@1.50")
    assert learning.next_message()


def test_what_cannot_be_started_is_told(tmp_path: Path) -> None:
    learning = BackgroundLearning((str(tmp_path / "no program"),))
    with pytest.raises(GlassError, match="glass-learn cannot be started"):
        learning.begin(LearnRequest(tmp_path / "walk.gif", "walk", 3))
    assert learning.words == ""
