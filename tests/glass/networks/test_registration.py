"""Image registration: how one crop is moved to become another."""

import pytest
import torch
from torch import Tensor

from glass.networks.layered_warp import compose
from glass.networks.registration import MIRROR_MARGIN, RegistrationNetwork, mirror_fits, misfit

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


def test_the_mirror_image_has_to_fit_clearly_better() -> None:
    errors = torch.tensor([[0.5, 0.5, 0.5], [0.5, 0.5 - MIRROR_MARGIN / 2, 0.5 - 2 * MIRROR_MARGIN]])
    assert mirror_fits(errors).tolist() == [False, False, True]


@pytest.mark.slow
def test_it_learns_to_move_and_to_mirror() -> None:
    torch.manual_seed(0)
    network = RegistrationNetwork(2)
    optimiser = torch.optim.Adam(network.parameters(), 3e-3)
    first = squares([10] * 6)
    later = squares([10, 12, 6, 10, 8, 13])
    later[3:] = later[3:].flip(-1)
    for _ in range(60):
        _, errors = network.both_ways(first, later)
        optimiser.zero_grad()
        errors.amin(0).mean().backward()
        optimiser.step()
    network.eval()
    with torch.no_grad():  # Statistics of the batches are not settled yet; what is learned is seen in training mode.
        network.train()
        found = network.best(first, later)
    assert found.mirrored.flatten().tolist() == [0, 0, 0, 1, 1, 1]
    before, after = misfit(first, later).mean(), misfit(compose(found, first), later).mean()
    assert float(after) < 0.3 * float(before)
