"""Pictures come evenly, whatever it takes to make them."""

import pytest

from playground.ui.toolkit.frame_pacer import FramePacer


class Watch:
    """Time that passes only when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def pace(watch: Watch) -> FramePacer:
    return FramePacer(50, watch.time, watch.sleep)


def test_what_a_picture_takes_is_part_of_its_time(pace: FramePacer, watch: Watch) -> None:
    waits = []
    for work in (0.0, 0.015, 0.001, 0.019):
        watch.now += work
        pace.wait()
        waits.append(pace.elapsed())
    assert waits == pytest.approx([0.0, 0.02, 0.02, 0.02])


def test_a_late_picture_is_shown_at_once_and_not_made_up_for(pace: FramePacer, watch: Watch) -> None:
    pace.wait()
    pace.elapsed()
    watch.now += 0.5
    pace.wait()
    assert pace.elapsed() == pytest.approx(0.5)
    watch.now += 0.005
    pace.wait()
    assert pace.elapsed() == pytest.approx(0.02)
