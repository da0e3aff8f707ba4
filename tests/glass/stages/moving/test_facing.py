"""What the facing stage learns from."""

import torch

from glass.stages.moving.facing import augmented


def test_augmented_crops_are_crops_of_the_same_side() -> None:
    torch.manual_seed(0)
    alpha = torch.zeros(40, 1, 32, 32)
    alpha[..., 10:22, 8:20] = 1
    alpha[..., 14:18, 20:30] = 1  # A snout to the right.
    crops = torch.cat([alpha * torch.rand(40, 3, 1, 1), alpha], 1)
    made = augmented(crops)
    assert made.shape == crops.shape and float(made.min()) >= 0
    assert bool((made[:, :3] <= made[:, 3:] + 1e-6).all()) and not torch.allclose(made, crops)
    columns = made[:, 3].sum(1)
    middle = (columns * torch.arange(32.0)).sum(1) / columns.sum(1)
    solid = columns > 1
    left, right = solid.float().argmax(1), 31 - solid.flip(1).float().argmax(1)
    assert bool((right - middle > middle - left).all())
