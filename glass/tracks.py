"""Clips as the local stage trains on them: masks from the global stage and the agent's smooth path, worked out once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from glass.crops import agent_position, as_pictures, cut_windows, foreground_windows
from glass.data.clip import Clip
from glass.gma import GlobalMotionAnalysis
from glass.path import PathConfig, smooth_shifts

__all__ = ["CropBatch", "Tracks", "track_clips"]

SMALLEST_MASK = 0.002
"""Share of the frame below which a mask holds no agent."""


@dataclass(frozen=True)
class CropBatch:
    """A batch for the local stage."""

    crops: Tensor
    """``(B, T, 4, S, S)`` premultiplied RGBA in [0, 1]."""
    visible: Tensor
    """``(B, T, 1, S, S)`` in {0, 1}, zero where the window reaches beyond the frame."""
    shifts: Tensor
    """``(B, T-1, 2)`` shifts of the smooth path in pixels."""


@dataclass(frozen=True)
class Tracks:
    """Clips of equal length with what the global stage read from them."""

    frames: Tensor
    """uint8 ``(N, L, H, W, 3)``."""
    masks: Tensor
    """uint8 ``(N, L, H, W)``, 255 is certain."""
    shifts: Tensor
    """``(N, L-1, 2)`` shifts of the smooth path in pixels."""
    actions: Tensor
    """int64 ``(N, L)`` true actions where they are known, else -1. Never trained on; for labels only."""

    def __len__(self) -> int:
        """Count the clips."""
        return len(self.frames)

    def crops(self, clips: Tensor, starts: Tensor, length: int, window: int) -> CropBatch:
        """Cut windows along the path of ``clips`` ``(B,)`` from frames ``starts`` ``(B,)`` on.

        The first window is centred on the agent as it is found in the first frame, as at play.
        """
        ticks = starts[:, None] + torch.arange(length)
        frames = as_pictures(self.frames[clips[:, None], ticks])
        masks = self.masks[clips[:, None], ticks][:, :, None].float().div_(255)
        shifts = self.shifts[clips[:, None], ticks[:, :-1]]
        first = agent_position(masks[:, 0], window)
        positions = torch.cat([first[:, None], first[:, None] + shifts.cumsum(1)], 1).flatten(0, 1)
        shape = (len(clips), length)
        windows = foreground_windows(frames.flatten(0, 1), masks.flatten(0, 1), positions, window)
        visible = cut_windows(torch.ones_like(masks.flatten(0, 1)), positions, window)
        return CropBatch(windows.unflatten(0, shape), visible.unflatten(0, shape), shifts)

    def sample(self, rng: np.random.Generator, batch: int, length: int, window: int) -> CropBatch:
        """Draw a batch of ``length`` frames each."""
        clips = torch.from_numpy(rng.integers(len(self), size=batch))
        starts = torch.from_numpy(rng.integers(self.frames.shape[1] - length + 1, size=batch))
        return self.crops(clips, starts, length, window)


@torch.no_grad()
def _read(analysis: GlobalMotionAnalysis, frames: Tensor) -> tuple[Tensor, Tensor]:
    """Masks uint8 ``(L, H, W)`` and measured shifts ``(L-1, 2)`` of one clip, uint8 ``(L, H, W, 3)``."""
    pictures = as_pictures(frames)
    masks = analysis.segment(pictures.contiguous(memory_format=torch.channels_last))
    shifts, _ = analysis.register(pictures[None], masks[None])
    return (masks[:, 0] * 255).round().to(torch.uint8), shifts[0]


def track_clips(
    analysis: GlobalMotionAnalysis,
    clips: list[Clip],
    path: PathConfig,
    progress: Callable[[int], None] | None = None,
) -> Tracks:
    """Read clips of equal length with the global stage; those in which the agent is ever missing are left out.

    Raises:
        ValueError: no clip shows an agent throughout.
    """
    kept, masks, shifts = [], [], []
    analysis.eval()
    for number, clip in enumerate(clips):
        clip_masks, clip_shifts = _read(analysis, torch.from_numpy(clip.frames))
        if bool(((clip_masks > 127).float().mean((1, 2)) > SMALLEST_MASK).all()):
            kept.append(clip)
            masks.append(clip_masks)
            shifts.append(clip_shifts)
        if progress:
            progress(number + 1)
    if not kept:
        raise ValueError("no clip shows an agent in every frame: the global stage has to learn longer")
    return Tracks(
        frames=torch.from_numpy(np.stack([clip.frames for clip in kept])),
        masks=torch.stack(masks),
        shifts=smooth_shifts(torch.stack(shifts), path),
        actions=torch.from_numpy(
            np.stack([np.full(len(c.frames), -1) if c.actions is None else c.actions for c in kept]).astype(np.int64)
        ),
    )
