"""The smooth path: what travels is kept, what comes back is not."""

import pytest
import torch
from torch import Tensor

from glass.path import smooth_shifts

BOB = [0.0, 1.5, 0.3, -1.5, -0.3, 1.4, 0.2, -1.6]


def smooth(x: list[float], y: list[float]) -> Tensor:
    """Smooth one clip's shifts along x and y: (T-1, 2)."""
    return smooth_shifts(torch.tensor([x, y]).T[None])[0]


@pytest.mark.parametrize("direction", [1, -1])
def test_a_bobbing_walk_gives_a_straight_path(direction: int) -> None:
    path = smooth([7.0 * direction] * 16, BOB * 2)
    assert torch.equal(path[:, 0], torch.full((16,), 7.0 * direction))
    assert torch.equal(path[:, 1], torch.zeros(16))


def test_steps_are_kept_exactly_where_they_begin_turn_and_end() -> None:
    x = [0.0] * 4 + [7.0] * 5 + [-7.0] * 4 + [0.0] * 7
    y = [0.0] * 13 + [7.0] * 3 + [0.0] * 4
    path = smooth(x, y)
    assert path[:, 0].tolist() == x
    assert path[:, 1].tolist() == y


def test_standing_still_stays_still() -> None:
    path = smooth([0.4, -0.6, 0.3, 0.1, -0.2] * 4, BOB[::-1] * 2 + [0.1, -0.1, 0.2, 0.0])
    assert not path.any()


def test_a_lean_that_comes_back_is_not_travel() -> None:
    there_and_back = [0.0] * 5 + [1.5, 1.0, -0.5, -2.0] + [0.0] * 6
    assert not smooth(there_and_back, [0.0] * 15).any()


def test_noise_on_a_walk_is_smoothed_away() -> None:
    noise = torch.randn(18, generator=torch.Generator().manual_seed(3)) * 0.15
    path = smooth((5 + noise).tolist(), [0.0] * 18)
    assert (path[:, 0] - 5).abs().median() == 0
    assert (path[:, 0].sum() - (5 + noise).sum()).abs() <= 1.5


def test_batches_are_smoothed_one_by_one() -> None:
    shifts = torch.randn(5, 9, 2, generator=torch.Generator().manual_seed(0)) * 4
    together = smooth_shifts(shifts, batch=3)
    assert together.shape == shifts.shape
    assert torch.equal(together, torch.cat([smooth_shifts(one[None]) for one in shifts]))


@pytest.mark.parametrize("ticks", [0, 1])
def test_short_clips_come_back_as_they_are(ticks: int) -> None:
    shifts = torch.full((2, ticks, 2), 1.23)
    assert torch.equal(smooth_shifts(shifts), shifts)
