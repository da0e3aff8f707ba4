"""Registration against shifts that are known: pictures are formulas, so any fraction of a pixel is exact."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from glass.motion.registration import (
    correlation,
    next_fast_len,
    register_background,
    register_foreground,
    subpixel_minimum,
    translate,
)

WIDTH, HEIGHT = 64, 48
Shift = tuple[float, float]
STILL: Shift = (0.0, 0.0)


def texture(seed: int) -> Callable[[Tensor, Tensor], Tensor]:
    """A smooth picture (3, H, W) in [-1, 1], defined at every point of the plane."""
    rng = np.random.default_rng(seed)
    waves = [(rng.normal(0, 0.35, 2), rng.uniform(0, 6.3), rng.uniform(-1, 1, 3)) for _ in range(20)]

    def paint(x: Tensor, y: Tensor) -> Tensor:
        parts = [torch.sin(a * x + b * y + phase)[None] * torch.tensor(c)[:, None, None] for (a, b), phase, c in waves]
        return torch.tanh(torch.stack(parts).sum(0) / 2)

    return paint


def scene(seed: int, foreground: Shift, background: Shift) -> tuple[Tensor, Tensor]:
    """Frame (1, 3, H, W) in [-1, 1] and mask (1, 1, H, W) of a patterned blob and a background, both moved."""
    y, x = torch.meshgrid(torch.arange(HEIGHT).double(), torch.arange(WIDTH).double(), indexing="ij")
    fx, fy = x - foreground[0], y - foreground[1]
    mask = torch.sigmoid(2 * (10 - torch.hypot((fx - 30) * 1.2, fy - 22)))
    frame = mask * texture(seed)(fx, fy) + (1 - mask) * texture(seed + 1000)(x - background[0], y - background[1])
    return frame[None].float(), mask[None, None].float()


def layer(frame: Tensor, mask: Tensor) -> Tensor:
    return torch.cat([frame * mask, mask], 1)


def random_shifts(seed: int, limit: float) -> tuple[Shift, Shift]:
    x, y, u, v = np.random.default_rng(seed).uniform(-limit, limit, 4)
    return (float(x), float(y)), (float(u), float(v))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("other_moves", [False, True])
def test_foreground_shift(seed: int, other_moves: bool) -> None:
    shift, other = random_shifts(seed, 7)
    now, after = scene(seed, STILL, STILL), scene(seed, shift, other if other_moves else STILL)
    found = register_foreground(layer(*now), layer(*after), 16)[0]
    assert np.allclose(found, shift, atol=0.1), (found, shift)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("other_moves", [False, True])
def test_background_shift(seed: int, other_moves: bool) -> None:
    shift, other = random_shifts(seed, 4)
    (frame, mask), (after, next_mask) = scene(seed, STILL, STILL), scene(seed, other if other_moves else STILL, shift)
    found = register_background(frame, 1 - mask, after, 1 - next_mask, 6)[0]
    assert np.allclose(found, shift, atol=0.1), (found, shift)


def test_batches_are_registered_one_by_one() -> None:
    shifts = [(3.0, -2.0), (-1.5, 0.25), (0.0, 6.0)]
    now = torch.cat([layer(*scene(seed, STILL, STILL)) for seed in range(3)])
    after = torch.cat([layer(*scene(seed, shift, STILL)) for seed, shift in enumerate(shifts)])
    together = register_foreground(now, after, 8)
    alone = torch.cat([register_foreground(now[i : i + 1], after[i : i + 1], 8) for i in range(3)])
    assert torch.allclose(together, alone, atol=1e-4)
    assert np.allclose(together, shifts, atol=0.1)


def test_correlation_is_what_its_formula_says() -> None:
    generator = torch.Generator().manual_seed(0)
    first, second = torch.randn(2, 2, 3, 7, 9, generator=generator)
    surface = correlation(first, second, 2)
    for dy in range(-2, 3):
        for dx in range(-2, 3):
            moved = torch.zeros_like(second)
            moved[:, :, max(dy, 0) : 7 + min(dy, 0), max(dx, 0) : 9 + min(dx, 0)] = second[
                :, :, max(-dy, 0) : 7 - max(dy, 0), max(-dx, 0) : 9 - max(dx, 0)
            ]
            assert torch.allclose(surface[:, 2 + dy, 2 + dx], (first * moved).sum((1, 2, 3)), atol=1e-4)


def test_lowest_point_of_a_quadratic() -> None:
    y, x = torch.meshgrid(torch.arange(-4.0, 5), torch.arange(-4.0, 5), indexing="ij")
    u, v = x - 1.3, y + 2.4
    surface = torch.stack([u**2 + 2 * v**2, u**2 + 2 * v**2 + 1.5 * u * v, (x + 4) ** 2 + (y - 4) ** 2])
    expected = torch.tensor([[1.3, -2.4], [1.3, -2.4], [-4.0, 4.0]])
    assert torch.allclose(subpixel_minimum(surface), expected, atol=1e-4)


@pytest.mark.parametrize("padding", ["border", "zeros"])
def test_translate_moves_content(padding: str) -> None:
    pictures = torch.rand(2, 3, 9, 12, generator=torch.Generator().manual_seed(0))
    moved = translate(pictures, torch.tensor([[2.0, -1.0], [0.5, 0.0]]), padding)
    assert torch.allclose(moved[0, :, :8, 2:], pictures[0, :, 1:, :10], atol=1e-5)
    assert torch.allclose(moved[1, :, :, 1:], (pictures[1, :, :, 1:] + pictures[1, :, :, :-1]) / 2, atol=1e-5)
    edge = pictures[0, :, 1:, 0] if padding == "border" else torch.zeros(3, 8)
    assert torch.allclose(moved[0, :, :8, 0], edge, atol=1e-5)


def test_transforms_take_lengths_of_small_factors() -> None:
    assert [next_fast_len(length) for length in (1, 7, 102, 128, 134)] == [1, 8, 108, 128, 135]


@pytest.mark.parametrize("shift", [(0.3, -0.2), (0.0, 0.45), (-0.1, 0.0)])
def test_parts_of_a_pixel_count_where_the_background_hardly_moves(shift: Shift) -> None:
    now, _ = scene(3, STILL, STILL)
    after, _ = scene(3, STILL, shift)
    everywhere = torch.ones(1, 1, HEIGHT, WIDTH)
    mask = scene(3, STILL, STILL)[1]
    found = register_background(now, everywhere - mask, after, everywhere - mask, 6)[0]
    assert np.allclose(found, shift, atol=0.06), (found, shift)


def test_a_plain_background_stands_still() -> None:
    plain = torch.full((1, 3, HEIGHT, WIDTH), 0.3)
    weight = torch.ones(1, 1, HEIGHT, WIDTH)
    assert register_background(plain, weight, plain + 1e-4 * torch.randn(plain.shape), weight, 6).abs().max() == 0
