"""What lies behind the agent, learned from frames in which it is seen.

The global stage learns to fill holes where nothing is hidden. But once masks are right, the frames of a clip show what
its agent hides at other times: the very pixels that are to be filled, with the shadow that lies on them taken away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from glass.config import Config, StageConfig
from glass.data.core.clip import Clip
from glass.labels.trimap import median_background
from glass.model import Glass
from glass.networks.global_motion import GlobalMotionAnalysis
from glass.parallel.distributed import all_gather, shard
from glass.parallel.precision import device_of
from glass.stages.base import StepResult, pick_frames, step_rng
from glass.stages.losses import backdrop_losses
from glass.stages.tracks import segmented

__all__ = ["BackdropStage", "Backdrops", "empty_clips"]


@dataclass(frozen=True)
class Backdrops:
    """Frames with what is behind their agents."""

    frames: Tensor
    """uint8 ``(N, H, W, 3)``."""
    holes: Tensor
    """bool ``(N, 1, H, W)``: what has to be filled."""
    backgrounds: Tensor
    """uint8 ``(N, H, W, 3)``: the frames without their agents."""
    seen: Tensor
    """bool ``(N, 1, H, W)``: where ``backgrounds`` are known."""


@torch.no_grad()
def empty_clips(
    analysis: GlobalMotionAnalysis, clips: list[Clip], progress: Callable[[int], None] | None = None
) -> Backdrops:
    """Find what is behind the agents of clips; see `glass.labels.trimap.median_background`.

    Every process reads its own clips, and gets what all have found.
    """
    analysis.eval()
    holes, backgrounds, seen = [], [], []
    for number, clip in enumerate(clips):
        pictures, masks = segmented(analysis, torch.from_numpy(clip.frames))
        _, shifts = analysis.register(pictures[None], masks[None])
        found, known = median_background(pictures, masks, shifts[0])
        holes.append(analysis.dilated_mask(masks).bool().cpu())
        backgrounds.append((found.permute(0, 2, 3, 1) * 255).round().to(torch.uint8).cpu())
        seen.append(known.bool().cpu())
        if progress:
            progress(number + 1)
    frames = torch.from_numpy(np.concatenate([clip.frames for clip in clips]))
    parts = (torch.cat(part) for part in (holes, backgrounds, seen))
    return Backdrops(all_gather(frames)[0], *(all_gather(part)[0] for part in parts))


@dataclass(frozen=True)
class BackdropStage:
    """Learns to fill what the agent hides."""

    config: Config
    backdrops: Backdrops
    name: str = "backdrop"

    @property
    def schedule(self) -> StageConfig:
        """How the stage is trained."""
        return self.config.training.backdrop_stage

    def module(self, model: Glass) -> nn.Module:
        """Return the part of the model this stage trains."""
        return model.gma.inpainting_network

    def step(self, model: Glass, step: int) -> StepResult:
        """Draw the batch of ``step`` and compute its losses: holes are the agents', with those of other frames."""
        rng = step_rng(self.config.training.seed, self.name, step)
        known, batch, where = self.backdrops, self.schedule.batch, device_of(self.module(model))
        chosen, others = (torch.from_numpy(rng.integers(len(known.frames), size=batch))[shard(batch)] for _ in range(2))
        frames, backgrounds = (pick_frames(kept, chosen, where) for kept in (known.frames, known.backgrounds))
        holes = (known.holes[chosen] | known.holes[others]).to(where, frames.dtype)
        filled = model.gma.inpaint(frames, holes)
        losses = backdrop_losses(filled, backgrounds, holes * known.seen[chosen].to(where))
        return StepResult(losses, batch, 0)

    def finish(self, model: Glass) -> None:
        """Leave the trained ``model`` as it is."""
