"""Clips as the later stages train on them: masks from the global stage and the agent's path, worked out once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from glass.anchor import Anchor
from glass.crops import as_pictures, cut_windows
from glass.data.clip import ACTIONS, Clip
from glass.gma import GlobalMotionAnalysis
from glass.matting import MattingConfig, agent_pixels
from glass.path import PathConfig, common_velocities, smooth_shifts

__all__ = ["CropBatch", "Examples", "Tracks", "matte_clips", "track_clips"]

SMALLEST_MASK = 0.002
"""Share of the frame below which a mask holds no agent."""


@dataclass(frozen=True)
class CropBatch:
    """A batch of windows cut along the path."""

    crops: Tensor
    """``(B, T, 4, S, S)`` premultiplied RGBA in [0, 1]."""
    visible: Tensor
    """``(B, T, 1, S, S)`` in {0, 1}, zero where the window reaches beyond the frame."""
    positions: Tensor
    """``(B, T, 2)`` middles of the windows in the frame, in pixels."""
    shifts: Tensor
    """``(B, T-1, 2)`` shifts of the smooth path in pixels."""


@dataclass(frozen=True)
class Tracks:
    """Clips of equal length with what was read from them."""

    frames: Tensor
    """uint8 ``(N, L, H, W, 3)``."""
    masks: Tensor
    """uint8 ``(N, L, H, W)``, 255 is certain."""
    positions: Tensor
    """``(N, L, 2)`` where the agent is: the mask's centre, or the anchor once it has been learned."""
    shifts: Tensor
    """``(N, L-1, 2)`` shifts of the smooth path in pixels."""
    actions: Tensor
    """int64 ``(N, L)`` true actions where they are known, else -1. Never trained on; for labels only."""
    action_names: tuple[str, ...] = ACTIONS
    """What ``actions`` index."""

    def __len__(self) -> int:
        """Count the clips."""
        return len(self.frames)

    def crops(self, clips: Tensor, starts: Tensor, length: int, window: int) -> CropBatch:
        """Cut windows around the agent of ``clips`` ``(B,)`` from frames ``starts`` ``(B,)`` on."""
        ticks = starts[:, None] + torch.arange(length)
        frames = self.frames[clips[:, None], ticks].flatten(0, 1)
        masks = self.masks[clips[:, None], ticks].flatten(0, 1)[..., None]
        positions = self.positions[clips[:, None], ticks]
        # Cut first: the arithmetic is for what is in the windows only.
        layers = torch.cat([frames, masks, torch.full_like(masks, 255)], 3).movedim(3, 1)
        cut = cut_windows(layers, positions.flatten(0, 1), window).float().div_(255)
        cut = cut.unflatten(0, (len(clips), length))
        colours, alpha, visible = cut.split([3, 1, 1], 2)
        windows = torch.cat([colours * alpha, alpha], 2)
        return CropBatch(windows, visible, positions, self.shifts[clips[:, None], ticks[:, :-1]])

    def sample(self, rng: np.random.Generator, batch: int, length: int, window: int) -> CropBatch:
        """Draw a batch of ``length`` frames each."""
        clips = torch.from_numpy(rng.integers(len(self), size=batch))
        starts = torch.from_numpy(rng.integers(self.frames.shape[1] - length + 1, size=batch))
        return self.crops(clips, starts, length, window)

    @torch.no_grad()
    def anchors(self, anchor: Anchor) -> Tensor:
        """Return where ``anchor`` finds the agent in every frame by itself: ``(N, L, 2)`` pixels."""
        anchor.eval()
        length, found = self.frames.shape[1], []
        for clip in torch.arange(len(self)):
            batch = self.crops(clip[None], torch.zeros(1, dtype=torch.long), length, anchor.window)
            found.append(batch.positions[0] + anchor.offsets(batch.crops[0]))
        return torch.stack(found)

    def anchored(self, anchor: Anchor) -> Tracks:
        """Return the same clips, followed by their anchor."""
        positions = self.anchors(anchor)
        measured = positions.diff(dim=1).double().numpy()
        shifts = np.stack([smooth_shifts(clip) for clip in measured])
        return replace(self, positions=positions, shifts=torch.from_numpy(shifts).float())

    def whole(self) -> Tracks:
        """Return the same clips, seen by windows in the middle of the frame, where the agent travels."""
        height, width = self.frames.shape[2:4]
        return replace(self, positions=torch.tensor([width / 2, height / 2]).expand_as(self.positions))


@dataclass(frozen=True)
class Examples:
    """Frames with what is known of their agent's pixels."""

    frames: Tensor
    """uint8 ``(N, H, W, 3)``."""
    labels: Tensor
    """uint8 ``(N, H, W)``, as `glass.matting.agent_pixels` gives them."""


@torch.no_grad()
def matte_clips(
    analysis: GlobalMotionAnalysis,
    clips: list[Clip],
    config: MattingConfig,
    enters: str = "",
    progress: Callable[[int], None] | None = None,
) -> Examples:
    """Find the agent's pixels in clips by what other frames show behind it; see `glass.matting`."""
    analysis.eval()
    labels = []
    for number, clip in enumerate(clips):
        pictures = as_pictures(torch.from_numpy(clip.frames))
        masks = analysis.segment(pictures.contiguous(memory_format=torch.channels_last))
        _, shifts = analysis.register(pictures[None], masks[None])
        labels.append(agent_pixels(pictures, masks, shifts[0], config, enters))
        if progress:
            progress(number + 1)
    return Examples(torch.from_numpy(np.concatenate([clip.frames for clip in clips])), torch.cat(labels))


@torch.no_grad()
def _read(analysis: GlobalMotionAnalysis, anchor: Anchor, frames: Tensor) -> tuple[Tensor, Tensor]:
    """Masks uint8 ``(L, H, W)`` and measured shifts ``(L-1, 2)`` of one clip, uint8 ``(L, H, W, 3)``."""
    pictures = as_pictures(frames)
    masks = analysis.segment(pictures.contiguous(memory_format=torch.channels_last))
    shifts, _ = analysis.register(pictures[None], anchor.leading(masks)[None])
    return (masks[:, 0] * 255).round().to(torch.uint8), shifts[0]


def track_clips(
    analysis: GlobalMotionAnalysis,
    anchor: Anchor,
    clips: list[Clip],
    path: PathConfig,
    progress: Callable[[int], None] | None = None,
) -> Tracks:
    """Read clips of equal length with the global stage; those in which the agent is ever missing are left out.

    The agent is followed by the centre of its mask, and the path is that of the shifts between frames;
    see `Tracks.anchored`.

    Raises:
        ValueError: no clip shows an agent throughout.
    """
    kept, masks, shifts = [], [], []
    analysis.eval()
    for number, clip in enumerate(clips):
        clip_masks, clip_shifts = _read(analysis, anchor, torch.from_numpy(clip.frames))
        if bool(((clip_masks > 127).float().mean((1, 2)) > SMALLEST_MASK).all()):
            kept.append(clip)
            masks.append(clip_masks)
            shifts.append(clip_shifts)
        if progress:
            progress(number + 1)
    if not kept:
        raise ValueError("no clip shows an agent in every frame: the global stage has to learn longer")
    measured = torch.stack(shifts).double().numpy()
    velocities = common_velocities(measured, path)
    smooth = np.stack([smooth_shifts(clip, path, velocities) for clip in measured])
    return Tracks(
        frames=torch.from_numpy(np.stack([clip.frames for clip in kept])),
        masks=torch.stack(masks),
        positions=torch.stack([anchor.middles(part[:, None].float().div(255)) for part in masks]),
        shifts=torch.from_numpy(smooth).float(),
        actions=torch.from_numpy(
            np.stack([np.full(len(c.frames), -1) if c.actions is None else c.actions for c in kept]).astype(np.int64)
        ),
        action_names=kept[0].action_names,
    )
