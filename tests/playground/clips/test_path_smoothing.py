"""The smooth path of the player is the one that models learn with."""

import numpy as np
import pytest

from playground.clips.path_smoothing import PathConfig, common_velocities, config_for, smooth_shifts

twin = pytest.importorskip("glass.motion.path_smoothing")


def measured(seed: int, ticks: int) -> np.ndarray:
    """Return the shifts of a few long strides and stands, with a bounded jitter of positions."""
    rng = np.random.default_rng(seed)
    true = np.repeat(rng.choice([-7.0, 0.0, 7.0], (ticks // 6 + 1, 2)), 6, 0)[:ticks]
    return true + np.diff(rng.normal(0, 0.7, (ticks + 1, 2)).clip(-1.5, 1.5), axis=0)


@pytest.mark.parametrize("seed", range(6))
def test_the_twin_agrees(seed: int) -> None:
    assert vars(PathConfig()) == vars(twin.PathConfig())
    shifts = measured(seed, 2 + 5 * seed)
    assert np.array_equal(smooth_shifts(shifts), twin.smooth_shifts(shifts))
    velocities = common_velocities(shifts[None], PathConfig())
    assert np.array_equal(velocities, twin.common_velocities(shifts[None], twin.PathConfig()))
    known = np.array([[7.0, 0.0]])
    assert np.array_equal(smooth_shifts(shifts, velocities=known), twin.smooth_shifts(shifts, velocities=known))


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
