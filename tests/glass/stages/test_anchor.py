"""The anchor learns from mirror images, too: crops, places and shifts are turned together."""

import torch

from glass.stages.anchor import mirrored
from glass.stages.tracks import CropBatch


def test_mirrored_clips_move_the_other_way() -> None:
    torch.manual_seed(0)
    crops, positions, shifts = torch.rand(40, 3, 4, 8, 8), torch.rand(40, 3, 2), torch.rand(40, 2, 2)
    batch = CropBatch(crops, torch.ones(40, 3, 1, 8, 8), positions, shifts)
    turned = torch.rand(40) < 0.5
    made = mirrored(batch, turned)
    way = torch.where(turned, -1.0, 1.0)[:, None]
    torch.testing.assert_close(made.positions[..., 0], positions[..., 0] * way)
    torch.testing.assert_close(made.shifts[..., 1], shifts[..., 1])
    torch.testing.assert_close(made.crops[turned], crops[turned].flip(-1))
    torch.testing.assert_close(made.crops[~turned], crops[~turned])
