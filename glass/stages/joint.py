"""Both stages trained together, as in the paper: to be compared with training one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from glass.config import Config, StageConfig
from glass.data.sources import ClipSource
from glass.model import Glass
from glass.networks.global_motion import GlobalMotion
from glass.parallel.distributed import all_gather
from glass.parallel.precision import device_of
from glass.stages.base import (
    StepResult,
    clip_count,
    clip_length,
    codes_are_due,
    deciding_weights,
    draw_frames,
    initialise_codes,
    step_rng,
)
from glass.stages.losses import JointLosses, global_losses, independent_motion, local_losses
from glass.stages.tracks import CropBatch, cut_batch

__all__ = ["JointStage"]


@dataclass(frozen=True)
class JointStage:
    """Learns masks, background, local actions and decoder at once, on the same clips.

    Windows follow the centres of the masks of the moment by the shifts of the moment: no anchor, no smooth path.
    The local losses teach the local networks only.
    """

    config: Config
    sources: Sequence[ClipSource]
    name: str = "joint"

    @property
    def schedule(self) -> StageConfig:
        """How the stage is trained."""
        return self.config.training.local_stage

    def module(self, model: Glass) -> nn.Module:
        """Return the part of the model this stage trains."""
        return nn.ModuleList([model.gma, model.lma])

    def step(self, model: Glass, step: int) -> StepResult:
        """Draw the batch of ``step`` and compute its losses."""
        where = device_of(self.module(model))

        def draw(rng: np.random.Generator, count: int, length: int) -> CropBatch:
            frames = draw_frames(self.sources, rng, count, length, where)
            with torch.no_grad():
                return self._windows(model, frames, model.gma(frames))

        if codes_are_due(model, self.schedule, step):
            initialise_codes(model, self.config, draw)
        rng = step_rng(self.config.training.seed, self.name, step)
        count, length = clip_count(self.schedule, step), clip_length(self.schedule, step)
        frames = draw_frames(self.sources, rng, count, length, where)
        found = model.gma(frames)
        moving = independent_motion(frames, self.config.gma.background_radius)
        batch = self._windows(model, frames, found)
        motion = model.lma(batch.crops, batch.shifts)
        outer = global_losses(frames, found, moving, deciding_weights(self.config.global_weights, self.schedule, step))
        travel = model.lma.travel(batch.shifts)
        inner = local_losses(motion, batch.crops, batch.visible, travel, self.config.local_weights)
        losses = JointLosses(**vars(outer), **vars(inner))
        return StepResult(losses, count * length, len(all_gather(motion.local_actions)[0].unique()))

    def finish(self, model: Glass) -> None:
        """Leave the trained ``model`` as it is."""

    @torch.no_grad()
    def _windows(self, model: Glass, frames: Tensor, found: GlobalMotion) -> CropBatch:
        masks = found.masks.detach()
        middles = model.anchor.window_centres(masks.flatten(0, 1)).unflatten(0, masks.shape[:2])
        return cut_batch(frames, masks, middles, found.foreground_shifts.detach(), self.config.lma.window)
