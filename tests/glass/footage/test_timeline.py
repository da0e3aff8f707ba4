"""Time: steady rates, cuts, and frames that are only repeated."""

from collections.abc import Iterator

import numpy as np
import pytest

from glass.footage.reader import Probe, TimedFrame
from glass.footage.size_and_rate import choose_frame_size, choose_rate
from glass.footage.timeline import at_rate, find_cuts, held, thumbnail
from tests.fixtures.own_clips import walk


def timed(starts: list[float]) -> Iterator[TimedFrame]:
    return (TimedFrame(start, np.full((1, 1, 3), number, np.uint8)) for number, start in enumerate(starts))


def shown(starts: list[float], rate: float) -> list[int]:
    return [int(pixels[0, 0, 0]) for pixels in at_rate(timed(starts), rate)]


def test_steady_frames_stay_as_they_are() -> None:
    assert shown([i / 10 for i in range(6)], 10) == [0, 1, 2, 3, 4, 5]
    assert shown([7 + i / 29.97 for i in range(6)], 29.97) == [0, 1, 2, 3, 4, 5]


def test_other_rates() -> None:
    assert shown([i / 20 for i in range(6)], 10) == [1, 3, 5]
    assert shown([i / 5 for i in range(3)], 10) == [0, 0, 1, 1, 2]


def test_frames_that_come_when_they_like() -> None:
    assert shown([0, 0.1, 0.4, 0.5], 10) == [0, 1, 1, 1, 2, 3]
    assert shown([0, 0.1, 0.101, 0.2], 10) == [0, 2, 3]


def test_a_long_pause_is_skipped() -> None:
    assert len(shown([0, 0.1, 1000.0, 1000.1], 10)) < 60


def test_no_frames() -> None:
    assert shown([], 10) == []


def thumbnails(frames: np.ndarray) -> np.ndarray:
    return np.stack([thumbnail(frame) for frame in frames])


def test_cuts_are_found_and_pans_are_not() -> None:
    takes = [walk(20, seed=1), walk(15, seed=2, pan=1.0), walk(9, seed=3)]
    assert find_cuts(thumbnails(np.concatenate(takes))) == [20, 35]
    assert find_cuts(thumbnails(walk(60, seed=4, pan=6.0))) == []
    assert find_cuts(thumbnails(walk(2))) == []


@pytest.mark.parametrize("stride", [1, 2, 3, 5])
def test_repeated_frames_are_noticed(stride: int) -> None:
    rng = np.random.default_rng(0)
    changes = rng.uniform(0, 0.02, 120)
    changes[1::stride] = rng.uniform(1, 2, len(changes[1::stride]))
    assert held(changes) == stride


def test_an_agent_that_rests_is_not_a_repeated_frame() -> None:
    changes = np.zeros(120)
    changes[20:50] = 1.0
    assert held(changes) == 1
    assert held(np.zeros(100)) == held(np.array([])) == 1


@pytest.mark.parametrize(
    ("size", "chosen"),
    [
        ((640, 480), (128, 96)),
        ((128, 96), (128, 96)),
        ((1080, 1920), (80, 144)),
        ((1920, 1080), (144, 80)),
        ((160, 210), (96, 128)),
        ((64, 48), (64, 48)),
        ((50, 50), (48, 48)),
    ],
)
def test_frame_sizes_that_suit(size: tuple[int, int], chosen: tuple[int, int]) -> None:
    width, height = choose_frame_size([Probe(size, 10)])
    assert width % 8 == 0 and height % 8 == 0
    assert abs(width * height / (chosen[0] * chosen[1]) - 1) < 0.12
    assert abs(width / height * size[1] / size[0] - 1) < 0.04


@pytest.mark.parametrize(("rates", "chosen"), [([10], 10), ([60], 30), ([25, 25, 8], 25), ([50], 25), ([144], 28.8)])
def test_rates_that_suit(rates: list[float], chosen: float) -> None:
    assert choose_rate([Probe((64, 48), rate) for rate in rates]) == pytest.approx(chosen)
