"""The dynamics stage: where local actions lead that are held, as players hold them, learned from poses alone.

Where local actions are found, codes are averaged over ticks and swapped between them, so that they mean actions and not
moments; what a code leads to is then a mean of what all ticks near it do. Once they are found, actions are read as they
begin and end, nothing is mixed, and the dynamics learn when and how far each of them goes.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.model import Glass
from glass.networks.moving_motion import MovingMotionAnalysis
from glass.parallel.distributed import mean
from glass.parallel.precision import device_of
from glass.stages.base import LossTerms, StepResult, TrackedStage
from glass.stages.inputs import StageInputs
from glass.stages.moving.pose_pieces import PosePieces
from glass.stages.random_draws import clip_length


@dataclass(frozen=True)
class DynamicsLosses(LossTerms):
    """Terms of the dynamics stage, each a scalar tensor."""

    pose: Tensor
    """Huber loss of the learned numbers of predicted poses, each in units of its spread."""
    whole: Tensor
    """The same of their whole motions."""


def prediction_errors(lma: MovingMotionAnalysis, predicted: Tensor, true: Tensor) -> DynamicsLosses:
    """Compare predicted poses ``(N, P)`` with true ones."""
    errors = functional.smooth_l1_loss(predicted, true, reduction="none")
    size = lma.config.pose_size
    whole = mean(errors[:, :-size]) if lma.config.whole_motion else true.new_zeros(())
    return DynamicsLosses(pose=mean(errors[:, -size:]), whole=whole)


@dataclass(frozen=True)
class DynamicsStage(TrackedStage):
    """Learns the dynamics of a model that moves pixels, from pieces of clips with their local actions."""

    name: ClassVar[str] = "dynamics"
    title: ClassVar[str] = "where local actions lead"
    optional: ClassVar[bool] = True

    pieces: PosePieces

    @override
    @classmethod
    def open(cls, inputs: StageInputs, step: int) -> Self:
        return cls(inputs.config, inputs.anchored_tracks, inputs.pose_pieces)

    @override
    def module(self, model: Glass) -> nn.Module:
        return model.lma

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        lma = model.lma
        assert isinstance(lma, MovingMotionAnalysis)
        length, count = clip_length(self.schedule, step), self.schedule.batch
        pieces = self.pieces.draw(self.rng(step), count, length - 1, device_of(lma))
        true = pieces.poses.flatten(0, 1)
        with torch.no_grad():
            codes = lma.read_held(true, pieces.shifts)
        predicted = lma.predict_poses(pieces.encoded, codes, pieces.shifts)
        return StepResult(prediction_errors(lma, predicted, true), count * length)
