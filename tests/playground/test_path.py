"""The smooth path in numpy, and its torch twin."""

import numpy as np
import pytest

from playground.path import PathConfig, smooth_shifts


def measured(seed: int, ticks: int) -> tuple[np.ndarray, np.ndarray]:
    """Return true shifts, a few long strides and stands, and the same with a bounded jitter of positions."""
    rng = np.random.default_rng(seed)
    true = np.repeat(rng.choice([-7.0, 0.0, 7.0], (ticks // 6 + 1, 2)), 6, 0)[:ticks]
    bob = rng.normal(0, 0.7, (ticks + 1, 2)).clip(-1.5, 1.5)
    return true, true + np.diff(bob, axis=0)


def test_bobbing_is_taken_out() -> None:
    errors = []
    for seed in range(5):
        true, jittered = measured(seed, 60)
        errors.append((np.abs(smooth_shifts(jittered) - true).mean(), np.abs(jittered - true).mean()))
    smooth, raw = np.mean(errors, 0)
    assert smooth < raw / 2


def test_steady_motion_is_kept() -> None:
    steady = np.tile([2.5, -7.0], (20, 1))
    assert np.array_equal(smooth_shifts(steady), steady)
    assert np.array_equal(smooth_shifts(np.zeros((9, 2))), np.zeros((9, 2)))


@pytest.mark.parametrize("count", [0, 1])
def test_too_short_to_smooth(count: int) -> None:
    shifts = np.full((count, 2), 1.3)
    assert np.array_equal(smooth_shifts(shifts), shifts)


def test_the_torch_twin_agrees() -> None:
    torch = pytest.importorskip("torch")
    twin = pytest.importorskip("glass.path")
    assert vars(PathConfig()) == vars(twin.PathConfig())
    for seed in range(6):
        _, jittered = measured(seed, 2 + 5 * seed)
        expected = twin.smooth_shifts(torch.from_numpy(jittered.astype(np.float32))[None])[0].numpy()
        assert np.allclose(smooth_shifts(jittered), expected, atol=1e-4)
