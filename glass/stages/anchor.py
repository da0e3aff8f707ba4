"""The anchor stage: a point on the agent, regressed from windows so that it moves as the smoothed path does."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import torch
from torch import Tensor, nn
from typing_extensions import override

from glass.config import AnchorWeights
from glass.model import Glass
from glass.parallel.distributed import all_reduce_sum, mean, shard
from glass.parallel.precision import device_of
from glass.stages.base import LossTerms, StepResult, TrackedStage
from glass.stages.inputs import StageInputs
from glass.stages.random_draws import clip_length
from glass.stages.tracks import CropBatch

GAPS = (1, 2, 3, 5)
"""Frames apart of the pairs whose path is compared: near ones, since a path of shifts drifts."""


@dataclass(frozen=True)
class AnchorLosses(LossTerms):
    """Weighted terms of the anchor's stage, each a scalar tensor."""

    path: Tensor
    """L1 between how the anchor moves and the smooth path."""
    middle: Tensor
    """Distance of the mean offset from the windows' middle."""


def anchor_losses(offsets: Tensor, middles: Tensor, shifts: Tensor, weights: AnchorWeights) -> AnchorLosses:
    """Losses of the anchor's stage.

    Args:
        offsets: ``(B, T, 2)`` pixels from the middle of the window to the anchor.
        middles: ``(B, T, 2)`` middles of the windows in the frame.
        shifts: ``(B, T-1, 2)`` shifts of the smooth path.
        weights: weights of the terms.
    """
    start = shifts.new_zeros(shifts.shape[0], 1, 2)
    path_error = middles + offsets - torch.cat([start, shifts.cumsum(1)], 1)
    gaps = [gap for gap in GAPS if gap < path_error.shape[1]]
    errors = torch.stack([mean((path_error[:, gap:] - path_error[:, :-gap]).abs()) for gap in gaps])
    centre = all_reduce_sum(offsets.sum((0, 1))) / all_reduce_sum(offsets.new_tensor(float(offsets[..., 0].numel())))
    return AnchorLosses(path=weights.path * errors.mean(), middle=weights.middle * centre.abs().sum())


def mirrored(batch: CropBatch, turned: Tensor) -> CropBatch:
    """Turn the clips that are ``turned``, bool ``(B,)``, into mirror images: one spot is then that of both sides."""
    across = torch.where(turned, -1.0, 1.0)[:, None]
    way = torch.stack([across, torch.ones_like(across)], 2)
    crops, visible = (
        torch.where(turned[:, None, None, None, None], part.flip(-1), part) for part in (batch.crops, batch.visible)
    )
    return replace(batch, crops=crops, visible=visible, positions=batch.positions * way, shifts=batch.shifts * way)


@dataclass(frozen=True)
class AnchorStage(TrackedStage):
    """Learns the spot of the agent that its path is measured at."""

    name: ClassVar[str] = "anchor"
    title: ClassVar[str] = "the agent's anchor"

    @override
    @classmethod
    def open(cls, inputs: StageInputs, step: int) -> Self:
        return cls(inputs.config, inputs.tracks)

    @override
    def module(self, model: Glass) -> nn.Module:
        return model.anchor

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        count, length = self.schedule.batch, clip_length(self.schedule, step)
        where = device_of(self.module(model))
        rng = self.rng(step)
        batch = self.tracks.sample(rng, count, length, self.config.lma.window, where)
        if self.config.training.mirrored_anchor:
            turned = torch.from_numpy(rng.random(count) < 0.5)[shard(count)]
            batch = mirrored(batch, turned.to(where))
        crops = batch.crops.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        offsets = model.anchor.offsets(crops).unflatten(0, batch.positions.shape[:2])
        losses = anchor_losses(offsets, batch.positions, batch.shifts, self.config.anchor_weights)
        return StepResult(losses, count * length)

    @override
    def finish(self, model: Glass) -> None:
        if model.anchor.enters_from_edge:  # Windows are to show what reaches in.
            positions = self.tracks.anchors(model.anchor)
            model.anchor.centre_window_on_mass(self.tracks.masks.flatten(0, 1), positions.flatten(0, 1))
        model.anchor.snap_to_pixels(self.tracks.anchors(model.anchor))

    @override
    @classmethod
    def reopen(cls, model: Glass, taken: set[str]) -> None:
        model.anchor.origin.zero_()  # The stage moves the spot from where the network points.
