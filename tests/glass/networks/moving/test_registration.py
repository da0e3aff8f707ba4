"""Image registration: how one crop is moved to become another."""

import pytest
import torch
from torch import Tensor

from glass.motion.whole_motion import misfit
from glass.networks.moving.layered_warp import compose
from glass.networks.moving.registration import RegistrationNetwork

SIDE = 32


def squares(columns: list[int]) -> Tensor:
    """Crops ``(N, 4, S, S)`` of a square, half of it red and half blue, that begins at a column."""
    made = torch.zeros(len(columns), 4, SIDE, SIDE)
    for crop, column in zip(made, columns, strict=True):
        crop[3, 10:22, column : column + 12] = 1
        crop[0, 10:22, column : column + 6] = 1
        crop[2, 10:22, column + 6 : column + 12] = 1
    return made


def test_what_fits_better_has_a_smaller_misfit() -> None:
    there, near, far = squares([12]), squares([14]), squares([20])
    errors = [float(misfit(made, there)) for made in (there, near, far)]
    assert errors[0] == 0 < errors[1] < errors[2]


@pytest.mark.slow
@pytest.mark.parametrize("affine", [False, True])
def test_it_learns_to_move(affine: bool) -> None:
    torch.manual_seed(0)
    network = RegistrationNetwork(2, affine)
    optimiser = torch.optim.Adam(network.parameters(), 3e-3)
    first, later = squares([10] * 6), squares([10, 12, 6, 9, 8, 13])
    for _ in range(60):
        optimiser.zero_grad()
        misfit(compose(network(first, later), first), later).mean().backward()
        optimiser.step()
    with torch.no_grad():  # Statistics of the batches are not settled yet; what is learned is seen in training mode.
        found = network(first, later)
    before, after = misfit(first, later).mean(), misfit(compose(found, first), later).mean()
    assert float(after) < 0.3 * float(before)
