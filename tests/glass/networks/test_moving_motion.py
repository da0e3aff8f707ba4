"""Local motion analysis that moves pixels: poses, their dynamics, and what is shown of them."""

from dataclasses import replace

import torch

from glass.networks.moving_motion import MovingMotionAnalysis, build_local_motion
from tests.fixtures.tiny_world import tiny_config
from tests.models import settle_local


def moving() -> MovingMotionAnalysis:
    torch.manual_seed(0)
    model = build_local_motion(replace(tiny_config(1, 1).lma, renderer="move", warp_fields=2))
    assert isinstance(model, MovingMotionAnalysis)
    generator = torch.Generator().manual_seed(1)
    settle_local(model, torch.rand(4, 4, 4, 16, 16, generator=generator), torch.randn(4, 3, 2, generator=generator))
    model.poses(torch.rand(4, 4, 4, 16, 16, generator=generator))  # In training mode: settles its statistics.
    return model.eval()


@torch.no_grad()
def test_a_rollout_is_its_steps() -> None:
    model, crops, shifts = moving(), torch.rand(2, 4, 4, 16, 16), torch.randn(2, 3, 2)
    motion = model(crops, shifts)
    state, appearance = model.start(crops[:, 0])
    for tick in range(3):
        shown, state = model.step(state, appearance, motion.local_actions[:, tick], shifts[:, tick])
        torch.testing.assert_close(shown, motion.crops[:, tick], atol=1e-5, rtol=0)


@torch.no_grad()
def test_predicted_poses_are_those_that_a_rollout_shows() -> None:
    model, crops, shifts = moving(), torch.rand(2, 4, 4, 16, 16), torch.randn(2, 3, 2)
    read = model.read_actions(crops, shifts)
    poses = model.predict_poses(crops[:, 0], read.codes, shifts)
    motion = model(crops, shifts)
    assert read.local_actions.tolist() == motion.local_actions.tolist() and poses.shape == (6, model.config.pose_size)
    appearance = model.start(crops[:, 0])[1]
    torch.testing.assert_close(model.decoder(poses, appearance).crops.unflatten(0, (2, 3)), motion.crops)


@torch.no_grad()
def test_it_faces_as_it_is_told_or_as_it_decides() -> None:
    model, crops = moving(), torch.rand(2, 4, 4, 16, 16)
    poses, appearance = model.poses(crops), model.start(crops[:, 0])[1]
    for told in (0.0, 1.0):
        layers = model.show_poses(crops[:, 0], poses, torch.full((6, 1), told)).layers
        assert layers is not None and layers.mirrored.flatten().tolist() == [told] * 6
    shown = model.decoder(poses, appearance)
    assert shown.layers is not None and shown.facing is not None
    assert shown.layers.mirrored.tolist() == (shown.facing > 0).float().tolist()


def test_everything_learns() -> None:
    model, crops, shifts = moving().train(), torch.rand(2, 4, 4, 16, 16), torch.randn(2, 3, 2)
    shown = model.show_poses(crops[:, 0], model.poses(crops), torch.zeros(6, 1))
    read = model.read_actions(crops, shifts)
    poses = model.predict_poses(crops[:, 0], read.codes, shifts)
    pairs = model.pair_vectors(crops).square().sum()
    assert shown.facing is not None
    (shown.crops.square().mean() + shown.facing.sum() + poses.square().mean() + read.commitment + pairs).backward()
    assert [name for name, weight in model.named_parameters() if weight.grad is None] == []
