"""The backdrop stage: inpainting of what lies behind the agent, learned from frames in which it is seen.

The global stage learns to fill holes where nothing is hidden. But once masks are right, the frames of a clip show what
its agent hides at other times: the very pixels that are to be filled, with the shadow that lies on them taken away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import torch
from torch import Tensor, nn
from typing_extensions import override

from glass.data.core.clip import Clip
from glass.labels.trimap import median_background
from glass.model import Glass
from glass.networks.global_motion import GlobalMotionAnalysis
from glass.parallel.distributed import all_gather, ratio, shard
from glass.parallel.precision import device_of
from glass.stages.base import LossTerms, Stage, StepResult
from glass.stages.inputs import StageInputs
from glass.stages.random_draws import pick_frames
from glass.stages.tracks import segmented


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
class BackdropLosses(LossTerms):
    """The term of the backdrop's stage, a scalar tensor."""

    behind: Tensor
    """L1 between what was filled in and what is there."""


def backdrop_losses(filled: Tensor, backgrounds: Tensor, counted: Tensor) -> BackdropLosses:
    """L1 between what was filled in and what is there, both ``(N, 3, H, W)`` in [0, 1].

    Only where ``counted``, ``(N, 1, H, W)`` in {0, 1}, is 1.
    """
    error = ((filled - backgrounds).abs() * counted).sum()
    return BackdropLosses(behind=ratio(error, counted.sum() * filled.shape[1]))


@dataclass(frozen=True)
class BackdropStage(Stage):
    """Learns to fill what the agent hides; holes are the agents', with those of other frames."""

    name: ClassVar[str] = "backdrop"
    title: ClassVar[str] = "what the agent hides"
    optional: ClassVar[bool] = True

    backdrops: Backdrops

    @override
    @classmethod
    def open(cls, inputs: StageInputs, step: int) -> Self:
        clips = inputs.matting_clips()
        return cls(inputs.config, empty_clips(inputs.model.gma, clips, inputs.count_clips("examples", len(clips))))

    @override
    def module(self, model: Glass) -> nn.Module:
        return model.gma.inpainting_network

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        known, batch, where = self.backdrops, self.schedule.batch, device_of(self.module(model))
        rng, count = self.rng(step), len(known.frames)
        chosen, others = (torch.from_numpy(rng.integers(count, size=batch))[shard(batch)] for _ in range(2))
        frames, backgrounds = (pick_frames(kept, chosen, where) for kept in (known.frames, known.backgrounds))
        holes = (known.holes[chosen] | known.holes[others]).to(where, frames.dtype)
        filled = model.gma.inpaint(frames, holes)
        return StepResult(backdrop_losses(filled, backgrounds, holes * known.seen[chosen].to(where)), batch)
