"""What the facing stage learns from."""

import numpy as np
import torch

from glass.config import AnchorConfig
from glass.data.core.clip import FRONT
from glass.data.sources import open_source
from glass.networks.anchor import Anchor
from glass.networks.moving.facing import FacingNetwork
from glass.stages.moving.facing import COPIES, augmented, given_sides, read_examples


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


def test_sides_that_clips_give_away_are_those_of_their_crops() -> None:
    source = open_source("puppets:faces=true,only=fish+biped,empty=0")
    rng = np.random.default_rng(0)
    clips = [source.draw(rng, 2) for _ in range(12)]
    crops, sides = given_sides(Anchor(AnchorConfig(), 64), clips)
    assert crops.shape == (24, 4, 64, 64) and set(sides.tolist()) == {1.0, -1.0, FRONT}
    assert sides.tolist() == np.concatenate([clip.faces for clip in clips if clip.faces is not None]).tolist()
    examples = read_examples(FacingNetwork(64), crops[:5], sides[:5])
    assert len(examples.features) == len(examples.right) == COPIES * 5
    expected = [0.5 if side == FRONT else float(side > 0) for side in sides[:5].tolist()]
    assert examples.right.tolist() == COPIES * expected


def test_who_does_not_give_sides_away_does_not() -> None:
    clip = open_source("puppets:").draw(np.random.default_rng(0), 3)
    assert clip.faces is None and clip.outlines is None
    clip = open_source("puppets:outlines=true").draw(np.random.default_rng(0), 3)
    assert clip.outlines is not None and clip.masks is not None and np.array_equal(clip.outlines > 0, clip.masks)
