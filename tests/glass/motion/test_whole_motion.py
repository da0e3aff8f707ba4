"""How an agent moves as a whole, found by trying."""

import torch
from torch import Tensor

from glass.motion.whole_motion import SPREADS, affine_motion, agent_place, inverse, misfit, moved, whole_motion
from glass.networks.moving.layered_warp import TickLayers, compose, move_layers


def figure() -> Tensor:
    crops = torch.zeros(1, 4, 64, 64)
    crops[:, :, 16:52, 26:38] = 0.8
    crops[:, 1:, 16:26, 26:38] = 0.3  # A head.
    crops[:, 3, 16:52, 26:38] = 1
    crops[:, :, 40:44, 38:46] = 0.6  # A hand.
    return crops


def motions() -> Tensor:
    """Motions that turn, stand up, squash and leave what they move."""
    found = torch.tensor([[-1.48, 0, 0, 0.3, 0.2], [0.52, 0, 0, 0, -0.4], [0, 0.18, -0.43, 0, 0.1], [0.0, 0, 0, 0, 0]])
    return found / torch.tensor(SPREADS)


def test_place_and_size_are_those_of_the_mask() -> None:
    crops = torch.zeros(1, 4, 64, 64)
    crops[:, 3, 8:24, 40:56] = 1  # 16 pixels, 8 right of a middle at 32, 8 below its top.
    middle_and_size = torch.tensor([[0.5, -0.5, 0.5 * (2 / 3) ** 0.5 * 0.5]])
    torch.testing.assert_close(agent_place(crops), middle_and_size, atol=0.01, rtol=0)


def test_large_turns_and_squashes_are_found_by_trying() -> None:
    first = figure().expand(4, -1, -1, -1)
    place = agent_place(first)
    later = moved(first, affine_motion(motions(), place))
    found = affine_motion(whole_motion(first, later), place)
    assert bool((misfit(moved(first, found), later) < 0.3 * misfit(first, later)).all())
    back = moved(later, inverse(found))
    assert bool((misfit(back, first)[:3] < 0.35 * misfit(later, first)[:3]).all())


def test_layers_are_moved_as_their_picture_is() -> None:
    first = figure().expand(4, -1, -1, -1)
    motion = affine_motion(motions(), agent_place(first))
    fields = torch.full((4, 1, 2, 16, 16), 3.0)
    layers = TickLayers(torch.zeros(4, 1), fields, torch.ones(4, 1, 64, 64), torch.zeros(4, 4, 64, 64))
    shown = compose(move_layers(layers, motion), first)
    difference = (shown - moved(compose(layers, first), motion)).abs()
    assert float(difference.mean()) < 0.004 and float(misfit(first, shown).min()) > 0.02
