"""The facing stage: which way agents face."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.model import Glass
from glass.motion.clip_facings import last_sideways
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
        assert batch.facings is not None
        # Who is seen from the front goes both ways without turning: of it nothing is learned.
        way = last_sideways(batch.shifts)
        side = torch.where(way == 0, batch.facings, way)
        known = side != 0
        logits = model.lma.facing(augmented(batch.crops[known]))[:, 0]
        error = functional.binary_cross_entropy_with_logits(logits, (side[known] > 0).float(), reduction="sum")
        return StepResult(FacingLosses(ratio(error, known.sum())), int(known.sum()))


def augmented(crops: Tensor) -> Tensor:
    """Augment crops ``(N, 4, S, S)``, premultiplied RGBA in [0, 1]: turned, resized and shifted a little, recoloured.

    None of that says which way an agent faces, and there are fewer agents than the network could know by heart.
    """
    count, device = len(crops), crops.device
    angle, tilt = (0.25 * (2 * torch.rand(count, device=device) - 1) for _ in range(2))
    wide, high = (torch.exp(0.3 * (2 * torch.rand(count, device=device) - 1)) for _ in range(2))
    shift = 0.15 * (2 * torch.rand(count, 2, device=device) - 1)
    across = torch.stack([wide * angle.cos(), -wide * (angle + tilt).sin(), shift[:, 0]], 1)
    down = torch.stack([high * angle.sin(), high * angle.cos(), shift[:, 1]], 1)
    grid = functional.affine_grid(torch.stack([across, down], 1), list(crops.shape), align_corners=False)
    moved = functional.grid_sample(crops, grid, align_corners=False)
    colour, alpha = moved.split([3, 1], 1)
    mixing = torch.eye(3, device=device) + 0.4 * torch.randn(count, 3, 3, device=device)
    light = 0.2 * torch.randn(count, 3, 1, 1, device=device)
    mixed = torch.einsum("nij,njhw->nihw", mixing, colour - alpha / 2) + (0.5 + light) * alpha
    return torch.cat([torch.minimum(mixed.clamp(min=0), alpha), alpha], 1)
