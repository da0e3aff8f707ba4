"""Cuts of films of a square: of a cycle that begins late, of acts that return and of those that stay."""

from math import pi, sin

import numpy as np
import pytest

from playground.spritesheets.loops import Cut, Pixels, cut_act, cut_loop, frame_distances, is_restful


def film(*places: float) -> Pixels:
    """Frames of a square at these columns."""
    frames = np.zeros((len(places), 40, 60, 4), np.uint8)
    for frame, place in zip(frames, places, strict=True):
        frame[10:30, 20 + round(place) : 40 + round(place)] = (200, 40, 40, 255)
    return frames


@pytest.mark.parametrize("period", [5, 8, 11])
def test_a_loop_is_one_cycle_and_its_seam_a_small_step(period: int) -> None:
    distances = frame_distances(film(*(12 * sin(2 * pi * tick / period + 0.4) for tick in range(32))))
    cut = cut_loop(distances)
    assert cut.count == period and not cut.pingpong
    last = cut.first + cut.count - 1
    steps = np.diagonal(distances[cut.first : last + 1, cut.first : last + 1], 1)
    assert distances[last, cut.first] < np.median(steps)


def test_a_gait_that_drifts_goes_there_and_back() -> None:
    distances = frame_distances(film(0, 4, 8, 12, *[12] * 12))
    cut = cut_loop(distances)
    assert cut.pingpong and cut.count >= 3
    steps = np.diagonal(distances[cut.first : cut.first + cut.count, cut.first : cut.first + cut.count], 1)
    assert steps[0] <= np.median(steps)  # the step from its last frame to its first


def test_what_stands_still_is_one_frame() -> None:
    assert cut_loop(frame_distances(film(*[0] * 30))).count == 1
    assert cut_act(frame_distances(film(*[0] * 30))) == Cut(0, 1)
    assert is_restful(frame_distances(film(0, 0, 1, 0))) and not is_restful(frame_distances(film(0, 9, 0)))


def test_an_act_that_returns_is_shown_once_until_it_is_back() -> None:
    assert cut_act(frame_distances(film(0, 3, 8, 12, 8, 3, 0, 0, 3, 8, 12, 8, 3))) == Cut(0, 7)


def test_an_act_that_stays_goes_back_the_way_it_came() -> None:
    assert cut_act(frame_distances(film(0, 3, 8, 12, 12, 12, 12))) == Cut(0, 4, pingpong=True)


def test_an_agent_that_turns_first_acts_from_there() -> None:
    assert cut_act(frame_distances(film(-18, 0, 3, 6, 3, 0, 0))) == Cut(1, 5)


def test_large_frames_are_compared_as_small_ones_are() -> None:
    small = film(0, 3, 8, 12)
    large = small.repeat(6, 1).repeat(6, 2)
    np.testing.assert_allclose(frame_distances(large), frame_distances(small), atol=0.05)


def test_a_pose_that_is_taken_up_at_once_goes_there_and_back() -> None:
    assert cut_act(frame_distances(film(0, 12, 12, 12, 12))) == Cut(0, 2, pingpong=True)
