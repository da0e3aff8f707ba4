"""Registration in numpy: random shifts are found, and the torch one agrees."""

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.clips.registration import correlation, register_background, subpixel_minimum
from playground.engine.compositing import pan_background

Planes = NDArray[np.float32]


def scene(
    seed: int, shift: tuple[float, float], pan: tuple[float, float]
) -> tuple[tuple[Planes, Planes], tuple[Planes, Planes]]:
    """Return two frames (3, H, W) in [-1, 1] with their masks (1, H, W): an agent over a background, both moved."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:96, :128].astype(np.float32)
    wide_y, wide_x = np.mgrid[-8:104, -8:136].astype(np.float32)
    background = np.zeros((112, 144, 3), np.float32)
    for channel in np.repeat(range(3), 40):
        angle, pace, start = rng.uniform(0, (6.3, 0.3, 6.3))
        background[..., channel] += np.sin(pace * (np.cos(angle) * wide_x + np.sin(angle) * wide_y) + start) / 8
    spots = rng.uniform(-1, 1, (96, 128, 3)).astype(np.float32)
    colours: Planes = np.stack([np.roll(spots, (dy, dx), (0, 1)) for dy in range(3) for dx in range(3)]).mean(0)
    frames = []
    for dx, dy, bx, by in ((0.0, 0.0, 0.0, 0.0), (*shift, *pan)):
        inside = (5 - 4 * np.hypot((x - 60 - dx) / 9, (y - 50 - dy) / 14)).clip(0, 1)
        mask = inside.astype(np.float32)[None]
        moved = pan_background(colours, (dx, dy)).transpose(2, 0, 1)
        behind = pan_background(background, (bx, by))[8:-8, 8:-8].transpose(2, 0, 1)
        frames.append(((moved * mask + behind * (1 - mask)).astype(np.float32), mask))
    return frames[0], frames[1]


@pytest.mark.parametrize("seed", range(8))
def test_random_pans_are_found(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    shift, pan = rng.uniform(-12, 12, 2), rng.uniform(-3, 3, 2)
    (frame, mask), (next_frame, next_mask) = scene(seed, (shift[0], shift[1]), (pan[0], pan[1]))
    assert np.abs(np.array(register_background(frame, 1 - mask, next_frame, 1 - next_mask)) - pan).max() < 0.1


def test_the_torch_twin_agrees() -> None:
    torch = pytest.importorskip("torch")
    twin = pytest.importorskip("glass.motion.registration")
    for seed in range(3):
        (frame, mask), (next_frame, next_mask) = scene(seed, (5.3, -2.2), (-1.7, 0.4))
        parts = (frame, 1 - mask, next_frame, 1 - next_mask)
        expected = twin.register_background(*(torch.from_numpy(part)[None] for part in parts), 6)[0].numpy()
        assert np.allclose(register_background(*parts), expected, atol=2e-3)


def test_correlation_is_what_it_says() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.random((2, 3, 7, 9)).astype(np.float32)
    surface = correlation(first, second, 2)
    assert surface.shape == (5, 5)
    for dy in range(-2, 3):
        for dx in range(-2, 3):
            padded = np.zeros((3, 11, 13), np.float32)
            padded[:, 2 + dy : 9 + dy, 2 + dx : 11 + dx] = second
            assert np.isclose(surface[2 + dy, 2 + dx], (first * padded[:, 2:9, 2:11]).sum(), rtol=1e-5)


def test_lowest_point_at_the_rim_stays_within_half_a_pixel() -> None:
    surface = np.arange(25, dtype=np.float64).reshape(5, 5)
    x, y = subpixel_minimum(surface)
    assert -2.5 <= x <= -0.5
    assert -2.5 <= y <= -0.5
    assert subpixel_minimum(np.zeros((5, 5))) == (-1.0, -1.0)
