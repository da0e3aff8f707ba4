"""The anchor: one spot of the agent, found in every frame by itself."""

import numpy as np
import pytest
import torch
from torch import Tensor

from glass.config import AnchorWeights
from glass.motion.windows import as_pictures
from glass.networks.anchor import Anchor, AnchorConfig
from glass.stages.anchor import AnchorStage, anchor_losses
from glass.stages.tracks import Tracks
from tests.fixtures.tiny_world import TinyWorld, tiny_config


@pytest.fixture
def anchor() -> Anchor:
    torch.manual_seed(1)
    return Anchor(AnchorConfig(widths=(6, 8, 8, 12)), 16).eval()


def frame_with_block(left: int, top: int) -> tuple[Tensor, Tensor]:
    """A frame (1, 3, 24, 32) with an agent of random colours, and its mask."""
    block = torch.rand(3, 9, 7, generator=torch.Generator().manual_seed(0))
    frame, mask = torch.zeros(1, 3, 24, 32), torch.zeros(1, 1, 24, 32)
    frame[0, :, top : top + 9, left : left + 7] = block
    mask[0, :, top : top + 9, left : left + 7] = 1
    return frame, mask


@torch.no_grad()
def test_the_anchor_moves_with_the_agent(anchor: Anchor) -> None:
    here, there = anchor(*frame_with_block(8, 6)), anchor(*frame_with_block(17, 9))
    assert torch.allclose(there - here, torch.tensor([[9.0, 3.0]]), atol=1e-4)


@torch.no_grad()
def test_it_stays_within_reach(anchor: Anchor) -> None:
    for parameter in anchor.parameters():
        parameter.mul_(50)
    assert anchor.offsets(torch.rand(8, 4, 16, 16)).abs().max() <= 4


def test_settling_moves_positions_to_whole_pixels(anchor: Anchor) -> None:
    noise = torch.randn(50, 4, 2, generator=torch.Generator().manual_seed(0)) * 0.05
    whole = torch.randint(0, 40, (50, 4, 2), generator=torch.Generator().manual_seed(1))
    anchor.snap_to_pixels(whole + noise + torch.tensor([0.4, -0.3]))
    assert torch.allclose(anchor.origin, torch.tensor([0.4, -0.3]), atol=0.02)


def test_losses() -> None:
    middles = torch.tensor([[[10.0, 5.0], [12.0, 5.0], [14.0, 5.0]]])
    shifts = torch.tensor([[[2.0, 0.0], [2.0, 0.0]]])
    still = anchor_losses(torch.zeros(1, 3, 2), middles, shifts, AnchorWeights())
    assert still.path == 0 and still.middle == 0
    offsets = torch.tensor([[[0.0, 0.0], [0.6, 0.0], [0.0, 0.0]]])
    astray = anchor_losses(offsets, middles, shifts, AnchorWeights(path=2.0, middle=0.5))
    # Pairs one frame apart are off by 0.6 along x, those two apart by nothing.
    assert torch.isclose(astray.path, torch.tensor(2 * (0.6 / 2 + 0.0) / 2))
    assert torch.isclose(astray.middle, torch.tensor(0.5 * 0.2))


def test_it_learns_a_spot_that_poses_do_not_move() -> None:
    """True masks and paths of few clips: the anchor then moves as the agent does, the mask's centre does not."""
    config = tiny_config(1, 120)
    clips = [TinyWorld(empty=0.0).draw(np.random.default_rng(seed), 8) for seed in range(24)]
    true = torch.from_numpy(np.stack([clip.foreground_shifts for clip in clips if clip.foreground_shifts is not None]))
    masks = torch.from_numpy(np.stack([clip.masks for clip in clips if clip.masks is not None])).to(torch.uint8) * 255
    torch.manual_seed(0)
    model = type("Model", (), {"anchor": Anchor(config.anchor, 16)})()
    middles = torch.stack([model.anchor.window_centres(part[:, None].float() / 255) for part in masks])
    frames = torch.from_numpy(np.stack([clip.frames for clip in clips]))
    tracks = Tracks(frames, masks, middles, true.float(), torch.full(masks.shape[:2], -1))
    stage = AnchorStage(config, tracks)
    optimiser = torch.optim.Adam(model.anchor.parameters(), 6e-3)
    for step in range(120):
        optimiser.zero_grad()
        stage.step(model, step).losses.total().backward()
        optimiser.step()
    found = tracks.anchored(model.anchor).positions.diff(dim=1)
    assert (found - true).norm(dim=-1).mean() < 0.5 * (middles.diff(dim=1) - true).norm(dim=-1).mean()
    with torch.no_grad():
        first = model.anchor(as_pictures(frames[0]), masks[0][:, None].float() / 255)
    assert torch.allclose(first, tracks.anchored(model.anchor).positions[0], atol=1e-4)
