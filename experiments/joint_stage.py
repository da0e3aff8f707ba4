"""Both stages trained together, as in the paper: to be compared with training one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import torch
from torch import Tensor, nn
from typing_extensions import override

from glass.config import StageConfig, TrainingConfig
from glass.data.sources import ClipSource
from glass.model import Glass
from glass.networks.global_motion import GlobalMotion
from glass.parallel.distributed import all_gather
from glass.parallel.precision import device_of
from glass.stages.base import Stage, StepResult
from glass.stages.code_losses import frames_for_codes, initialise_codes, should_init_codes
from glass.stages.global_motion import GlobalLosses, global_losses, independent_motion, ramp_binary_weight
from glass.stages.inputs import StageInputs
from glass.stages.local_motion import LocalLosses, local_losses
from glass.stages.random_draws import clip_count, clip_length, draw_frames
from glass.stages.tracks import CropBatch, cut_batch


@dataclass(frozen=True)
class JointLosses(LocalLosses, GlobalLosses):
    """The weighted terms of both stages, trained together."""


@dataclass(frozen=True)
class JointStage(Stage):
    """Learns masks, background, local actions and decoder at once, on the same clips, as long as the local stage.

    Windows follow the centres of the masks of the moment by the shifts of the moment: no anchor, no smooth path.
    The local losses teach the local networks only.
    """

    name: ClassVar[str] = "joint"
    title: ClassVar[str] = "both stages together"

    sources: Sequence[ClipSource]

    @override
    @classmethod
    def open(cls, inputs: StageInputs, step: int) -> Self:
        return cls(inputs.config, inputs.sources)

    @override
    @classmethod
    def schedule_in(cls, training: TrainingConfig) -> StageConfig:
        return training.local_stage

    @override
    def module(self, model: Glass) -> nn.Module:
        return nn.ModuleList([model.gma, model.lma])

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        where = device_of(self.module(model))

        def read(rng: np.random.Generator, count: int) -> tuple[Tensor, Tensor]:
            frames = draw_frames(self.sources, rng, count, frames_for_codes(self.config), where)
            batch = self._windows(model, frames, model.gma(frames))
            return model.lma.read_actions(batch.crops, batch.shifts).vectors, batch.shifts

        if should_init_codes(model, self.schedule, step):
            initialise_codes(model, self.config, read)
        rng = self.rng(step)
        count, length = clip_count(self.schedule, step), clip_length(self.schedule, step)
        frames = draw_frames(self.sources, rng, count, length, where)
        found = model.gma(frames)
        moving = independent_motion(frames, self.config.gma.background_radius)
        batch = self._windows(model, frames, found)
        motion = model.lma(batch.crops, batch.shifts)
        weights = ramp_binary_weight(self.config.global_weights, self.schedule, step)
        outer = global_losses(frames, found, moving, weights)
        travel = model.lma.travel(batch.shifts)
        inner = local_losses(motion, batch.crops, batch.visible, travel, self.config.local_weights)
        losses = JointLosses(**vars(outer), **vars(inner))
        return StepResult(losses, count * length, len(all_gather(motion.local_actions)[0].unique()))

    @torch.no_grad()
    def _windows(self, model: Glass, frames: Tensor, found: GlobalMotion) -> CropBatch:
        masks = found.masks.detach()
        middles = model.anchor.window_centres(masks.flatten(0, 1)).unflatten(0, masks.shape[:2])
        return cut_batch(frames, masks, middles, found.foreground_shifts.detach(), self.config.lma.window)


JOINT_PIPELINE: tuple[type[Stage], ...] = (JointStage,)
"""What a trainer goes through in place of `glass.stages.pipeline.PIPELINE`."""
