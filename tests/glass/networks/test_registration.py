"""Image registration: how one crop is moved to become another."""

import pytest
import torch
from torch import Tensor

from glass.networks.layered_warp import TickLayers, compose
from glass.networks.registration import (
    RegistrationNetwork,
    _affine,
    _moved,
    after_whole_motion,
    misfit,
    whole_motion,
)

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


def test_large_turns_and_squashes_are_found_by_trying() -> None:
    crops = torch.zeros(1, 4, 64, 64)
    crops[:, :, 16:52, 26:38] = 0.8
    crops[:, 1:, 16:26, 26:38] = 0.3  # A head.
    crops[:, 3, 16:52, 26:38] = 1
    crops[:, :, 40:44, 38:46] = 0.6  # A hand.
    motions = torch.tensor([[-85.0, 1.0, 1.0], [30.0, 1.0, 1.0], [0.0, 1.2, 0.65], [0.0, 1.0, 1.0]])
    first = crops.expand(4, -1, -1, -1)
    later = _moved(first, _affine(motions, (torch.zeros(4, 2), torch.tensor([[0.1, -0.05]]).expand(4, 2))))
    made = _moved(first, whole_motion(first, later))
    assert bool((misfit(made, later) < 0.3 * misfit(first, later)).all())
    fields = after_whole_motion(torch.zeros(4, 1, 2, 16, 16), whole_motion(first, later), 64)
    layers = TickLayers(torch.zeros(4, 1), fields, torch.ones(4, 1, 64, 64), torch.zeros(4, 4, 64, 64))
    assert float((compose(layers, first) - made)[..., 8:-8, 8:-8].abs().max()) < 0.02


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
