"""The pose stage: a few numbers say the pose of a crop, and the first crop's pixels are moved into it.

What moves them is learned from `glass.networks.registration`; see `glass.networks.moving_motion`.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.config import LocalWeights
from glass.model import Glass
from glass.networks.decoder import Rendered
from glass.networks.layered_warp import TickLayers
from glass.networks.moving_motion import MovingMotionAnalysis
from glass.parallel.distributed import mean, ratio
from glass.stages.base import LossTerms, PairStage, StepResult
from glass.stages.local_motion import picture_errors

AROUND = 0.25
"""What the layers' shares count for where no agent is."""
NOISE = 0.2
"""Standard deviation of the noise on learned numbers of poses, which spread by 1: near poses are to look alike."""


@dataclass(frozen=True)
class PoseLosses(LossTerms):
    """Weighted terms of the pose stage, each a scalar tensor; the first three are those of the local stage."""

    colour: Tensor
    """L1 of premultiplied RGBA, at several scales."""
    gradient: Tensor
    """L1 of the differences between neighbouring pixels."""
    tone: Tensor
    """L2 of the halved picture (`LocalWeights.low_pass_l2`)."""
    fields: Tensor
    """L1 between displacement fields and registration's, where these show something."""
    shares: Tensor
    """L1 between the layers' shares and registration's, mostly where the agent is."""


def registered_errors(made: Rendered, registered: TickLayers, true: Tensor, weights: LocalWeights) -> dict[str, Tensor]:
    """Weighted terms ``fields`` and ``shares`` of `PoseLosses`.

    Args:
        made: ``N`` ticks.
        registered: what moves the first crops there, as registration found it.
        true: ``(N, 4, S, S)`` what the ticks should show.
        weights: weights of the terms.
    """
    assert made.layers is not None
    agent = functional.max_pool2d(true[:, 3:], 5, 1, 2)
    # A field counts where its pixels are seen.
    counted = functional.avg_pool2d(registered.weights * agent, 4)
    distance = (made.layers.fields - registered.fields).abs().sum(2)
    shares = (made.layers.weights - registered.weights).abs().sum(1, keepdim=True)
    return {
        "fields": weights.fields * ratio((distance * counted).sum(), counted.sum()),
        "shares": weights.shares * mean(shares * (agent + AROUND)),
    }


@dataclass(frozen=True)
class PoseStage(PairStage):
    """Learns encoders and decoder from pairs of frames some ticks apart."""

    name: ClassVar[str] = "pose"
    title: ClassVar[str] = "poses"
    optional: ClassVar[bool] = True

    @override
    def module(self, model: Glass) -> nn.Module:
        return model.lma

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        lma, registration = model.lma, model.registration
        assert isinstance(lma, MovingMotionAnalysis) and registration is not None
        pairs, visible = self.draw_pairs(model, step)
        first, later = pairs.unbind(1)
        with torch.no_grad():
            registered = registration.eval()(first, later)
        poses = lma.poses(pairs)
        learned = poses[:, -lma.config.pose_size :]
        poses = torch.cat([poses[:, : -lma.config.pose_size], learned + NOISE * torch.randn_like(learned)], 1)
        made = lma.show_poses(first, poses)
        weights = self.config.local_weights
        losses = PoseLosses(
            **picture_errors(made.crops[:, None], pairs, visible, weights, self.config.anchor.enters_from_edge),
            **registered_errors(made, registered, later, weights),
        )
        return StepResult(losses, 2 * len(pairs))
