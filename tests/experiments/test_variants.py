"""Parts of the model as the paper has them."""

from collections.abc import Callable

import pytest
import torch

from experiments.variants import ShiftRegressor, with_feedback, with_regressed_shifts
from glass.config import Config
from glass.model import Glass
from glass.motion.registration import translate
from tests.fixtures.tiny_world import tiny_config
from tests.models import settle_local


def test_regressed_shifts_learn() -> None:
    torch.manual_seed(0)
    frames = torch.rand(2, 3, 3, 24, 32)
    guessing = with_regressed_shifts(tiny_config(1, 1)).gma.train()
    motion = guessing(frames)
    assert motion.foreground_shifts.shape == motion.background_shifts.shape == (2, 2, 2)
    assert motion.foreground_shifts.abs().max() <= guessing.config.foreground_radius
    motion.reconstructions.square().sum().backward()
    for regressor in (guessing.foreground_regressor, guessing.background_regressor):
        assert all(weight.grad is not None and weight.grad.abs().sum() > 0 for weight in regressor.parameters())


def test_a_regressor_finds_how_a_square_moves() -> None:
    torch.manual_seed(0)
    regressor = ShiftRegressor(radius=6)
    optimiser = torch.optim.Adam(regressor.parameters(), 3e-3)
    layer = torch.zeros(16, 4, 32, 32)
    layer[:, :, 12:20, 12:20] = 1
    for _ in range(60):
        shifts = torch.randint(-4, 5, (16, 2)).float()
        error = (regressor(layer, translate(layer, shifts, "zeros")) - shifts).abs().mean()
        optimiser.zero_grad()
        error.backward()
        optimiser.step()
    assert error < 1.0


@pytest.mark.parametrize("build", [with_feedback, with_regressed_shifts])
def test_a_variant_begins_as_the_model_does(build: Callable[[Config], Glass]) -> None:
    torch.manual_seed(0)
    usual = Glass(tiny_config(1, 1)).state_dict()
    torch.manual_seed(0)
    variant = build(tiny_config(1, 1)).state_dict()
    assert [name for name, value in usual.items() if not torch.equal(value, variant[name])] == []


def test_feedback_sees_the_last_painted_crop_encoded() -> None:
    torch.manual_seed(0)
    config = tiny_config(1, 1)
    fed, usual = with_feedback(config).lma, Glass(config).lma
    crops, shifts = torch.rand(3, 8, 4, 16, 16), 3 * torch.randn(3, 7, 2)
    crops[:, :, :3] *= crops[:, :, 3:]
    settle_local(fed, crops, shifts)
    usual.load_state_dict(fed.state_dict())
    with torch.no_grad():
        one, other = fed.eval()(crops, shifts).crops, usual.eval()(crops, shifts).crops
    assert torch.allclose(one[:, 0], other[:, 0], atol=1e-4)  # The first crop is the last one seen, too.
    assert not torch.allclose(one[:, 3], other[:, 3], atol=1e-4)
    motion = fed.train()(crops, shifts)
    assert motion.crops.shape == (3, 7, 4, 16, 16)
    assert motion.vectors.shape == (3, 7, config.lma.code_size)
    assert motion.crops.min() >= 0 and motion.crops.max() <= 1
    (motion.crops.square().mean() + motion.commitment).backward()
    assert [name for name, weight in fed.named_parameters() if weight.grad is None] == []
