"""Clips as the local stage sees them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from glass.core.path_smoothing import PathConfig, smooth_shifts
from glass.data.core.clip import Clip
from glass.labels.trimap import AGENT, UNKNOWN
from glass.motion.windows import agent_position, as_pictures, foreground_windows
from glass.networks.anchor import Anchor
from glass.networks.global_motion import GlobalMotionAnalysis
from glass.stages.tracks import Tracks, track_clips, within_outlines
from tests.fixtures.tiny_world import TinyWorld, tiny_config


class Knowing(GlobalMotionAnalysis):
    """A global stage that sees what is red."""

    def segment(self, frames: Tensor) -> Tensor:
        return (frames[:, :1] - frames[:, 1:].amax(1, keepdim=True) > 0.3).float()


@pytest.fixture(scope="module")
def analysis() -> GlobalMotionAnalysis:
    return Knowing(tiny_config(1, 1).gma)


@pytest.fixture(scope="module")
def anchor() -> Anchor:
    torch.manual_seed(0)
    config = tiny_config(1, 1)
    return Anchor(config.anchor, config.lma.window)


@pytest.fixture(scope="module")
def clips() -> list[Clip]:
    return [TinyWorld(empty=0.0).draw(np.random.default_rng(seed), 9) for seed in range(4)]


@pytest.fixture(scope="module")
def tracks(analysis: GlobalMotionAnalysis, anchor: Anchor, clips: list[Clip]) -> Tracks:
    return track_clips(analysis, anchor, clips, PathConfig())


def test_tracks_hold_the_clips(tracks: Tracks, clips: list[Clip]) -> None:
    assert len(tracks) == 4
    assert torch.equal(tracks.frames, torch.from_numpy(np.stack([clip.frames for clip in clips])))
    assert np.array_equal(tracks.actions, np.array([clip.actions for clip in clips]))
    assert tracks.shifts.shape == (4, 8, 2)
    true = np.array([clip.masks for clip in clips])
    assert ((tracks.masks.numpy() > 127) == true).mean() > 0.99


def test_clips_whose_background_is_taken_for_the_agent_are_left_out(
    analysis: GlobalMotionAnalysis, anchor: Anchor, clips: list[Clip]
) -> None:
    frames = clips[1].frames.copy()
    frames[5] = (255, 0, 0)
    found = track_clips(analysis, anchor, [clips[0], replace(clips[1], frames=frames), clips[2]], PathConfig())
    assert torch.equal(found.frames, torch.from_numpy(np.stack([clips[0].frames, clips[2].frames])))


def test_clips_without_an_agent_are_left_out(analysis: GlobalMotionAnalysis, anchor: Anchor, clips: list[Clip]) -> None:
    empty = TinyWorld(empty=1.0).draw(np.random.default_rng(0), 9)
    gone = replace(clips[1], frames=np.concatenate([clips[1].frames[:8], empty.frames[:1]]))
    seen: list[int] = []
    tracks = track_clips(analysis, anchor, [clips[0], empty, gone], PathConfig(), seen.append)
    assert torch.equal(tracks.frames, torch.from_numpy(clips[0].frames)[None])
    assert seen == [1, 2, 3]
    with pytest.raises(ValueError, match="no clip shows an agent in every frame"):
        track_clips(analysis, anchor, [empty, gone], PathConfig())


def test_where_a_look_found_an_agent_clips_with_gaps_are_kept(
    analysis: GlobalMotionAnalysis, anchor: Anchor, clips: list[Clip]
) -> None:
    empty = TinyWorld(empty=1.0).draw(np.random.default_rng(0), 9)
    unknown = np.full(clips[1].frames.shape[:3], UNKNOWN, np.uint8)
    frames = np.concatenate([clips[1].frames[:3], empty.frames[3:5], clips[1].frames[5:]])
    gap = replace(clips[1], frames=frames, outlines=unknown)
    seldom = np.concatenate([empty.frames[:8], clips[2].frames[8:]])
    once = replace(clips[2], frames=seldom, outlines=unknown)
    found = track_clips(analysis, anchor, [gap, once, replace(empty, outlines=unknown)], PathConfig())
    assert torch.equal(found.frames, torch.from_numpy(frames)[None]), "the one that shows it for longest"
    path = found.positions[0]
    assert torch.isfinite(path).all() and torch.isfinite(found.shifts).all()
    apart = (path[5] - path[2]).abs().max()
    assert all((path[tick] - path[2]).abs().max() <= apart + 1 for tick in (3, 4)), "on the way from one to the other"
    with pytest.raises(ValueError, match="no clip shows an agent in every frame"):
        track_clips(analysis, anchor, [replace(empty, outlines=unknown)], PathConfig())


def test_masks_are_kept_to_the_outlines_of_a_look(clips: list[Clip]) -> None:
    height, width = clips[0].frames.shape[1:3]
    outlines = np.zeros((9, height, width), np.uint8)
    outlines[:, 8:14, 8:14] = AGENT
    clip = replace(clips[0], outlines=outlines)
    everywhere, nothing = torch.ones(9, 1, height, width), torch.zeros(9, 1, height, width)
    kept = within_outlines(everywhere, clip)
    assert kept[:, :, 4:18, 4:18].all() and kept.sum() == 9 * 14 * 14, "what is far from the agent is background"
    missed = within_outlines(nothing, clip)
    assert torch.equal(missed[:, 0] > 0, torch.from_numpy(outlines == AGENT)), "who was missed is there again"
    assert within_outlines(nothing, clips[0]) is nothing


def test_unknown_actions_are_minus_one(analysis: GlobalMotionAnalysis, anchor: Anchor, clips: list[Clip]) -> None:
    tracks = track_clips(analysis, anchor, [replace(clips[0], actions=None)], PathConfig())
    assert (tracks.actions == -1).all()


def test_windows_follow_the_agent(tracks: Tracks, clips: list[Clip]) -> None:
    batch = tracks.crops(torch.tensor([2]), torch.tensor([3]), 4, 16)
    assert batch.crops.shape == (1, 4, 4, 16, 16) and batch.visible.shape == (1, 4, 1, 16, 16)
    assert torch.equal(batch.shifts, tracks.shifts[2:3, 3:6])
    path = tracks.positions[2, 3:7]
    assert torch.equal(batch.positions[0], path)
    frames, masks = as_pictures(torch.from_numpy(clips[2].frames[3:7])), tracks.masks[2, 3:7, None].float() / 255
    assert torch.allclose(batch.crops[0], foreground_windows(frames, masks, path, 16), atol=1e-6)
    whole = foreground_windows(frames, torch.ones_like(masks), path, 16)[:, 3:]
    assert torch.equal(batch.visible[0], whole)


def test_samples_are_decided_by_their_generator(tracks: Tracks) -> None:
    one, two = (tracks.sample(np.random.default_rng(5), 6, 4, 16) for _ in range(2))
    assert torch.equal(one.crops, two.crops) and torch.equal(one.shifts, two.shifts)


def test_samples_are_drawn_by_the_weights_of_their_ticks(tracks: Tracks) -> None:
    weights = torch.zeros_like(tracks.shifts[..., 0])
    weights[1, 2] = 1
    batch = tracks.sample(np.random.default_rng(5), 40, 4, 16, weights=weights)
    # Only pieces of the second clip that show its third step: those that begin with the first to the third frame.
    possible = tracks.crops(torch.ones(3, dtype=torch.long), torch.arange(3), 4, 16).positions
    drawn = (batch.positions[:, None] == possible[None]).all(3).all(2)
    assert drawn.any(1).all() and drawn.any(0).all()


def test_without_an_anchor_the_windows_follow_the_masks(tracks: Tracks) -> None:
    masks = tracks.masks[1].float()[:, None] / 255
    assert (tracks.positions[1] - agent_position(masks, 16)).abs().max() <= 0.5


def test_anchored_tracks_follow_what_the_anchor_says_of_each_frame(tracks: Tracks, anchor: Anchor) -> None:
    found = tracks.anchored(anchor)
    frames = as_pictures(tracks.frames[3])
    masks = tracks.masks[3].float()[:, None] / 255
    with torch.no_grad():
        expected = anchor(frames, masks)
    assert torch.allclose(found.positions[3], expected, atol=1e-4)
    assert found.shifts.shape == tracks.shifts.shape and torch.equal(found.frames, tracks.frames)
    measured = found.positions[3].diff(dim=0).double().numpy()
    assert np.allclose(found.shifts[3], smooth_shifts(measured), atol=1e-5)
