"""The smooth path: what travels is kept, what comes back is not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from glass.core.path_smoothing import PathConfig, common_velocities, config_for, smooth_shifts

BOB = [0.0, 1.5, 0.3, -1.5, -0.3, 1.4, 0.2, -1.6]
STIFF = PathConfig(grid=1.0, stiffness=2.0, rarity=1.5, slowing=0.3, motion=0.5, tolerance=1.0)


def columns(x: list[float], y: list[float]) -> NDArray[np.float64]:
    """Shifts (T-1, 2) of one clip, from those along x and y."""
    return np.array([x, y]).T


@pytest.mark.parametrize("direction", [1, -1])
def test_a_bobbing_walk_gives_a_straight_path(direction: int) -> None:
    path = smooth_shifts(columns([7.0 * direction] * 16, BOB * 2), STIFF)
    assert np.array_equal(path, columns([7.0 * direction] * 16, [0.0] * 16))


def test_steps_are_kept_exactly_where_they_begin_turn_and_end() -> None:
    walk = columns([0.0] * 4 + [7.0] * 5 + [-7.0] * 4 + [0.0] * 7, [0.0] * 13 + [7.0] * 3 + [0.0] * 4)
    for config in (PathConfig(), STIFF):
        assert np.array_equal(smooth_shifts(walk, config), walk)


def test_a_shorter_step_before_a_wall_is_kept() -> None:
    walk = columns([7.0] * 6 + [4.0] + [0.0] * 4 + [-7.0] * 5, [0.0] * 16)
    assert np.array_equal(smooth_shifts(walk, STIFF), walk)


def test_standing_still_stays_still() -> None:
    sway = columns([0.4, -0.6, 0.3, 0.1, -0.2] * 4, BOB[::-1] * 2 + [0.1, -0.1, 0.2, 0.0])
    assert not smooth_shifts(sway, STIFF).any()


def test_a_lean_that_comes_back_is_not_travel() -> None:
    there_and_back = [0.0] * 5 + [3.0, 1.0, -0.5, -3.5] + [0.0] * 6
    assert not smooth_shifts(columns(there_and_back, [0.0] * 15), STIFF).any()


def test_noise_on_a_walk_is_smoothed_away() -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, 18)
    path = smooth_shifts(columns((5 + noise).tolist(), [0.0] * 18))
    assert np.ptp(path[:, 0]) < 1e-9 and abs(path[0, 0] - 5) <= 0.1


@pytest.mark.parametrize("speed", [0.4, 0.9, 2.5, 12.0])
def test_any_steady_speed_is_kept(speed: float) -> None:
    steady = columns([speed] * 20, [-speed] * 20)
    assert np.allclose(smooth_shifts(steady), steady)


def test_an_agent_of_ever_new_speeds_is_followed_as_measured() -> None:
    turn = np.arange(24) * 0.16
    pace = 4 + 3 * np.sin(1.5 * turn)
    anything = columns((pace * np.cos(turn)).tolist(), (pace * np.sin(turn)).tolist())
    errors = np.linalg.norm(smooth_shifts(anything) - anything, axis=1)
    assert errors.max() <= 0.7 and errors.mean() <= 0.3


def test_known_velocities_are_preferred() -> None:
    short = columns([6.6, 7.4], [0.2, -0.3])
    assert smooth_shifts(short, STIFF, np.array([[0.0, 7.0]])).tolist() == [[7.0, 0.0], [7.0, 0.0]]


def test_common_velocities_are_those_that_last() -> None:
    clips = np.stack([columns([7.0] * 8 + [0.0] * 8, BOB * 2), columns([0.0] * 8 + BOB, [-6.9] * 8 + [0.0] * 8)])
    found = common_velocities(clips, STIFF)
    assert len(found) == 1 and np.linalg.norm(found[0]) == pytest.approx(7.0, abs=0.15)
    assert common_velocities(np.zeros((2, 9, 2)), STIFF).shape == (0, 2)


@pytest.mark.parametrize("count", [0, 1])
def test_short_clips_come_back_as_they_are(count: int) -> None:
    shifts = np.full((count, 2), 1.23)
    assert np.array_equal(smooth_shifts(shifts), shifts)


def test_jitter_is_taken_out() -> None:
    steady = np.tile([2.5, -7.0], (20, 1))
    assert np.allclose(smooth_shifts(steady), steady)


def test_changes_cost_more_where_positions_are_noisy() -> None:
    rng = np.random.default_rng(1)
    true = np.repeat([[5.0, 0.0], [0.0, 0.0], [0.0, -5.0], [-5.0, 0.0]], 8, 0)
    for noise in (0.02, 0.4):
        shifts = true + np.diff(rng.normal(0, noise, (len(true) + 1, 2)), axis=0)
        config = config_for(shifts)
        assert config.stiffness == pytest.approx(0.3) if noise < 0.1 else config.stiffness > 0.6
        errors = [np.linalg.norm(smooth_shifts(shifts, one) - true, axis=1).mean() for one in (config, PathConfig())]
        assert errors[0] < (0.01 if noise < 0.1 else 0.7 * errors[1])
    assert config_for(true[:3]) == PathConfig()
