"""How an agent moves as a whole, found by trying."""

import torch

from glass.motion.whole_motion import affine_motion, after_whole_motion, misfit, moved, whole_motion
from glass.networks.layered_warp import TickLayers, compose


def test_large_turns_and_squashes_are_found_by_trying() -> None:
    crops = torch.zeros(1, 4, 64, 64)
    crops[:, :, 16:52, 26:38] = 0.8
    crops[:, 1:, 16:26, 26:38] = 0.3  # A head.
    crops[:, 3, 16:52, 26:38] = 1
    crops[:, :, 40:44, 38:46] = 0.6  # A hand.
    motions = torch.tensor([[-85.0, 1.0, 1.0], [30.0, 1.0, 1.0], [0.0, 1.2, 0.65], [0.0, 1.0, 1.0]])
    first = crops.expand(4, -1, -1, -1)
    later = moved(first, affine_motion(motions, (torch.zeros(4, 2), torch.tensor([[0.1, -0.05]]).expand(4, 2))))
    made = moved(first, whole_motion(first, later))
    assert bool((misfit(made, later) < 0.3 * misfit(first, later)).all())
    fields = after_whole_motion(torch.zeros(4, 1, 2, 16, 16), whole_motion(first, later), 64)
    layers = TickLayers(torch.zeros(4, 1), fields, torch.ones(4, 1, 64, 64), torch.zeros(4, 4, 64, 64))
    assert float((compose(layers, first) - made)[..., 8:-8, 8:-8].abs().max()) < 0.02
