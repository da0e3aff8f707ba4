"""Filling what the agent hides, learned from frames in which it is seen."""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from glass.data.core.clip import Clip
from glass.model import Glass
from glass.motion.windows import as_pictures
from glass.networks.global_motion import GlobalMotionAnalysis
from glass.stages.backdrop import Backdrops, BackdropStage, backdrop_losses, empty_clips
from tests.fixtures.tiny_world import tiny_config

LENGTH, HEIGHT, WIDTH = 12, 32, 40


class SeesRed(GlobalMotionAnalysis):
    """A global stage that knows that the agent is red."""

    def segment(self, frames: Tensor) -> Tensor:
        """Return the mask of all red pixels."""
        return (frames[:, :1] > 0.9).to(frames.dtype)


def scene() -> tuple[Clip, np.ndarray]:
    """A red square that crosses green tiles, and the tiles."""
    tiles = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    tiles[:, :, 1] = np.random.default_rng(0).integers(0, 200, (HEIGHT // 4, WIDTH // 4)).repeat(4, 0).repeat(4, 1)
    frames = np.repeat(tiles[None], LENGTH, 0)
    for tick in range(LENGTH):
        frames[tick, 10:20, 2 + 3 * tick : 8 + 3 * tick] = (255, 0, 0)
    return Clip("tiles", "square", frames), tiles


def found() -> tuple[Backdrops, np.ndarray]:
    clip, tiles = scene()
    return empty_clips(SeesRed(tiny_config(1, 1).gma), [clip, clip]), tiles


def test_what_other_frames_show_behind_the_agent_is_found() -> None:
    backdrops, tiles = found()
    assert len(backdrops.frames) == len(backdrops.holes) == 2 * LENGTH
    seen = backdrops.seen[:, 0].numpy()
    assert (np.abs(backdrops.backgrounds.numpy().astype(int) - tiles)[seen] <= 6).all()
    covered = (backdrops.frames[..., 0] > 0).numpy()
    assert backdrops.holes[:, 0].numpy()[covered].all()
    assert seen[covered].mean() > 0.6


def test_a_background_that_is_not_found_again_teaches_nothing() -> None:
    clip, _ = scene()
    noise = np.random.default_rng(1).integers(0, 200, clip.frames.shape[:3])
    frames = clip.frames.copy()
    frames[..., 1] = np.where(frames[..., 0] > 0, 0, noise)
    assert not empty_clips(SeesRed(tiny_config(1, 1).gma), [replace(clip, frames=frames)]).seen.any()


def test_losses_count_what_is_seen() -> None:
    filled, truth = torch.full((1, 3, 2, 2), 0.5), torch.zeros(1, 3, 2, 2)
    truth[..., 0] = 0.25
    counted = torch.tensor([[[[1.0, 0.0], [1.0, 0.0]]]])
    assert torch.isclose(backdrop_losses(filled, truth, counted).behind, torch.tensor(0.25))
    assert backdrop_losses(filled, truth, torch.zeros_like(counted)).behind == 0


def test_the_stage_learns_to_fill_it() -> None:
    torch.manual_seed(0)
    config = tiny_config(1, 1)
    schedule = replace(config.training.backdrop_stage, steps=120, batch=8)
    config = replace(config, training=replace(config.training, backdrop_stage=schedule))
    backdrops, _ = found()
    stage, model = BackdropStage(config, backdrops), Glass(config)
    other = [parameter.clone() for parameter in model.gma.mask_network.parameters()]
    module = stage.module(model).train()
    optimiser = torch.optim.Adam(module.parameters(), 1e-2)

    def error() -> float:
        module.eval()
        frames, holes = as_pictures(backdrops.frames), backdrops.holes.float()
        with torch.no_grad():
            filled = model.gma.inpaint(frames, holes)
        module.train()
        return float(backdrop_losses(filled, as_pictures(backdrops.backgrounds), holes * backdrops.seen).behind)

    before = error()
    for step in range(schedule.steps):
        optimiser.zero_grad()
        stage.step(model, step).losses.total().backward()
        optimiser.step()
    assert error() < 0.5 * before
    assert all(torch.equal(a, b) for a, b in zip(other, model.gma.mask_network.parameters(), strict=True))
