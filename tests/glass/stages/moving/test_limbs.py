"""What the limb stage learns from: pictures and what is told of them stay together, and the loss knows the truth."""

from dataclasses import replace

import pytest
import torch

from glass.config import Config
from glass.core.errors import GlassError
from glass.core.limbs import LIMBS
from glass.data.sources import open_source
from glass.model import Glass
from glass.networks.moving.limbs import DEGREES, JOINT, LimbMaps
from glass.stages.inputs import StageInputs
from glass.stages.moving.limb_colours import recoloured
from glass.stages.moving.limbs import LimbExamples, drawn, gathered, limb_losses


@pytest.fixture(scope="module")
def examples() -> LimbExamples:
    return gathered(open_source("puppets:limbs=true").limbed(24))  # type: ignore[attr-defined]


def test_pictures_and_limbs_stay_together(examples: LimbExamples) -> None:
    torch.manual_seed(0)
    pictures, targets = drawn(examples)
    assert pictures.shape == (24, 4, 128, 128) and targets.seen.shape == (24, len(LIMBS), 64, 64)
    assert float(pictures.min()) >= 0 and bool((pictures[:, :3] <= pictures[:, 3:] + 1e-5).all())
    alpha, seen = torch.nn.functional.avg_pool2d(pictures[:, 3:], 2), targets.seen.sum(1, keepdim=True)
    assert float((alpha - seen).abs().mean()) < 0.03
    assert bool((targets.motions.abs() * DEGREES <= 181).all())


def test_joints_of_a_limb_agree(examples: LimbExamples) -> None:
    torch.manual_seed(0)
    _, targets = drawn(examples)
    rows, columns = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    head = targets.seen[:, LIMBS.index("head")] > 0.9
    for here, ways in zip(head, targets.joints, strict=True):
        if int(here.sum()) > 20:
            places = ways * JOINT + torch.stack([columns, rows])
            assert float(places[:, here].std(1).max()) < 1.5


def test_recoloured_crops_keep_their_outline(examples: LimbExamples) -> None:
    torch.manual_seed(0)
    crops, seen = torch.zeros(24, 4, 64, 64), examples.seen.long()
    crops[:, 3] = (examples.cells[:, 3] > 127).float()
    made = recoloured(crops, seen, examples.joints.float())
    assert float((made[:, :3].amax((1, 2, 3)) > 0.1).float().mean()) > 0.5  # What was black is dyed.
    assert bool((made[:, :3] <= made[:, 3:] + 1e-5).all())
    assert float((made[:, 3] - crops[:, 3]).abs().mean()) < 0.1


def test_the_truth_has_the_least_loss(examples: LimbExamples) -> None:
    torch.manual_seed(0)
    _, targets = drawn(examples)
    sure = LimbMaps(20 * (targets.seen - 0.5), 20 * (targets.covered - 0.5), targets.joints, targets.motions)
    right = limb_losses(sure, targets)
    wrong = limb_losses(LimbMaps(-sure.seen, -sure.covered, sure.joints + 1, sure.motions + 1), targets)
    assert float(right.joints) == float(right.motions) == 0 and float(right.seen) < 0.2 and float(right.covered) < 0.01
    assert all(float(getattr(wrong, name)) > float(getattr(right, name)) + 0.1 for name in vars(right))


def test_sources_that_tell_no_limbs_are_refused() -> None:
    config = Config()
    small = replace(config, training=replace(config.training, limbed_puppets=1))
    inputs = StageInputs(small, [open_source("puppets:")], Glass(config), lambda *_: lambda _: None)
    with pytest.raises(GlassError, match="limbs=true"):
        next(inputs.limbed_puppets())
