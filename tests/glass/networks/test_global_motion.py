"""The global stage: layers that add up, holes that are filled."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from glass.networks.global_motion import GlobalMotionAnalysis, GmaConfig, pull_push_fill
from tests.fixtures.tiny_world import tiny_config


@pytest.fixture(scope="module")
def model() -> GlobalMotionAnalysis:
    torch.manual_seed(0)
    return GlobalMotionAnalysis(tiny_config(1, 1).gma).eval()


@pytest.fixture
def frames() -> Tensor:
    """Two clips of three frames."""
    return torch.rand(2, 3, 3, 24, 32, generator=torch.Generator().manual_seed(0))


@torch.no_grad()
def test_shapes_and_ranges(model: GlobalMotionAnalysis, frames: Tensor) -> None:
    motion = model(frames)
    assert motion.masks.shape == (2, 3, 1, 24, 32)
    assert motion.inpainted_backgrounds.shape == (2, 3, 3, 24, 32)
    assert motion.foreground_shifts.shape == motion.background_shifts.shape == (2, 2, 2)
    assert motion.moved_foregrounds.shape == (2, 2, 4, 24, 32)
    assert motion.reconstructions.shape == motion.moved_backgrounds.shape == (2, 2, 3, 24, 32)
    assert motion.holes.shape == (2, 1, 24, 32) and motion.refilled.shape == (2, 3, 24, 32)
    for layer in (motion.masks, motion.inpainted_backgrounds, motion.reconstructions, motion.refilled):
        assert layer.min() >= 0 and layer.max() <= 1.0001
    assert motion.foreground_shifts.abs().max() <= model.config.foreground_radius
    assert motion.background_shifts.abs().max() <= model.config.background_radius


def test_every_weight_learns(frames: Tensor) -> None:
    torch.manual_seed(0)
    learning = GlobalMotionAnalysis(tiny_config(1, 1, mask_bias=0.0).gma).train()
    motion = learning(frames)
    (motion.reconstructions.square().mean() + motion.refilled.mean()).backward()
    assert [name for name, weight in learning.named_parameters() if weight.grad is None] == []


@torch.no_grad()
def test_masks_may_be_those_of_both_mirror_images(model: GlobalMotionAnalysis, frames: Tensor) -> None:
    both = GlobalMotionAnalysis(replace(model.config, both_ways=True))
    both.load_state_dict(model.state_dict())
    pictures, mirrored = frames[:, 0], frames[:, 0].flip(3)
    alone = model.segment(pictures)
    assert not torch.allclose(alone, model.segment(mirrored).flip(3))
    masks = both.eval().segment(pictures)
    logits = (model.mask_logits(pictures) + model.mask_logits(mirrored).flip(3)) / 2
    torch.testing.assert_close(masks, torch.sigmoid(logits))
    torch.testing.assert_close(masks, both.segment(mirrored).flip(3))


@torch.no_grad()
def test_what_is_not_masked_is_kept(model: GlobalMotionAnalysis, frames: Tensor) -> None:
    masks = torch.zeros(2, 1, 24, 32)
    masks[:, :, 8:14, 10:18] = 1
    filled = model.inpaint(frames[:, 0], masks)
    outside = masks.expand_as(filled) == 0
    assert torch.equal(filled[outside], frames[:, 0][outside])
    assert not torch.equal(filled[~outside], frames[:, 0][~outside])


@torch.no_grad()
def test_what_is_masked_is_not_seen(model: GlobalMotionAnalysis, frames: Tensor) -> None:
    masks = torch.zeros(2, 1, 24, 32)
    masks[:, :, 8:14, 10:18] = 1
    other = torch.where(masks > 0, 1 - frames[:, 0], frames[:, 0])
    assert torch.allclose(model.inpaint(frames[:, 0], masks), model.inpaint(other, masks), atol=1e-6)


@torch.no_grad()
def test_an_empty_background_has_no_rim(model: GlobalMotionAnalysis, frames: Tensor) -> None:
    masks = torch.zeros(2, 1, 24, 32)
    masks[:, :, 8:14, 10:18] = 1
    larger = torch.zeros_like(masks)
    larger[:, :, 7:15, 9:19] = 1
    assert torch.equal(model.empty_background(frames[:, 0], masks), model.inpaint(frames[:, 0], larger))


@pytest.mark.parametrize("size", [(24, 32), (23, 37), (1, 5)])
def test_spreading_fills_with_what_is_around(size: tuple[int, int]) -> None:
    plain = torch.tensor([0.2, 0.5, 0.9])[None, :, None, None].expand(1, 3, *size)
    weights = torch.ones(1, 1, *size)
    weights[:, :, : size[0] // 2, 1 : size[1] // 2] = 0
    assert torch.allclose(pull_push_fill(plain * weights, weights), plain, atol=1e-2)


def test_wrong_radii_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 pixel"):
        GmaConfig(background_radius=0)
