"""The facing stage: which way agents face, told by which way they travel."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.model import Glass
from glass.networks.facing import sideways
from glass.networks.moving_motion import MovingMotionAnalysis
from glass.parallel.distributed import ratio
from glass.parallel.precision import device_of
from glass.stages.base import LossTerms, StepResult, TrackedStage
from glass.stages.random_draws import clip_length


@dataclass(frozen=True)
class FacingLosses(LossTerms):
    """Terms of the facing stage, each a scalar tensor."""

    facing: Tensor
    """Cross entropy of the way that the agent travels, or last did."""


def last_sideways(shifts: Tensor) -> Tensor:
    """Say for each frame of clips which way its agent last travelled sideways, ``(B, T)``: 1 right, -1 left, 0 not yet.

    Args:
        shifts: ``(B, T-1, 2)`` in pixels.
    """
    way = torch.zeros_like(shifts[:, 0, 0])
    ways = [way]
    for now in sideways(shifts).unbind(1):
        way = torch.where(now == 0, way, now)
        ways.append(way)
    return torch.stack(ways, 1)


@dataclass(frozen=True)
class FacingStage(TrackedStage):
    """Learns which way an agent faces that travels, or has just travelled, to a side.

    Who faces the same way whatever it does is shown travelling both ways, and nothing can be said of it.
    """

    name: ClassVar[str] = "facing"
    title: ClassVar[str] = "which way they face"
    optional: ClassVar[bool] = True

    @override
    def module(self, model: Glass) -> nn.Module:
        assert isinstance(model.lma, MovingMotionAnalysis)
        return model.lma.facing

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        assert isinstance(model.lma, MovingMotionAnalysis)
        rng = self.rng(step)
        batch = self.draw(rng, self.schedule.batch, clip_length(self.schedule, step), device_of(model.lma))
        way = last_sideways(batch.shifts)
        # Colours say nothing of it: channels change places.
        channels = [*rng.permutation(3).tolist(), 3]
        known = way != 0
        logits = model.lma.facing(batch.crops[known][:, channels])[:, 0]
        error = functional.binary_cross_entropy_with_logits(logits, (way[known] > 0).float(), reduction="sum")
        return StepResult(FacingLosses(ratio(error, known.sum())), int(known.sum()))
