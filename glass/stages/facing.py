"""The facing stage: which way agents face."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.model import Glass
from glass.networks.moving_motion import MovingMotionAnalysis
from glass.parallel.distributed import ratio
from glass.parallel.precision import device_of
from glass.stages.base import LossTerms, StepResult, TrackedStage
from glass.stages.random_draws import clip_length


@dataclass(frozen=True)
class FacingLosses(LossTerms):
    """Terms of the facing stage, each a scalar tensor."""

    facing: Tensor
    """Cross entropy of the side that the agent is known to face."""


@dataclass(frozen=True)
class FacingStage(TrackedStage):
    """Learns which way an agent faces from the clips in which `glass.motion.clip_facings` tells."""

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
        # Colours say nothing of it: channels change places.
        channels = [*rng.permutation(3).tolist(), 3]
        assert batch.facings is not None
        known = batch.facings != 0
        logits = model.lma.facing(batch.crops[known][:, channels])[:, 0]
        error = functional.binary_cross_entropy_with_logits(logits, (batch.facings[known] > 0).float(), reduction="sum")
        return StepResult(FacingLosses(ratio(error, known.sum())), int(known.sum()))
