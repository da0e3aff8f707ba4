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
from glass.networks.layered_warp import TickLayers, mirrored_result
from glass.networks.moving_motion import MovingMotionAnalysis
from glass.parallel.distributed import mean, ratio
from glass.parallel.precision import device_of
from glass.stages.base import LossTerms, StepResult, TrackedStage
from glass.stages.local_motion import picture_errors
from glass.stages.random_draws import clip_length

NOISE = 0.2
"""Standard deviation of the noise on poses, whose numbers spread by 1: near poses are to look alike."""


MIRRORED = 0.3
"""Share of the steps in which the later crops are mirrored."""


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
    """L1 between the layers' shares and registration's, where the agent is."""
    facing: Tensor
    """Cross entropy of which way the agent faces."""


def registered_errors(made: Rendered, registered: TickLayers, true: Tensor, weights: LocalWeights) -> dict[str, Tensor]:
    """Weighted terms ``fields``, ``shares`` and ``facing`` of `PoseLosses`.

    Args:
        made: ``N`` ticks.
        registered: what moves the first crops there, as registration found it.
        true: ``(N, 4, S, S)`` what the ticks should show.
        weights: weights of the terms.
    """
    assert made.layers is not None and made.facing is not None
    agent = functional.max_pool2d(true[:, 3:], 5, 1, 2)
    # A field counts where its pixels are seen.
    counted = functional.avg_pool2d(registered.weights * agent, 4)
    distance = (made.layers.fields - registered.fields).abs().sum(2)
    shares = (made.layers.weights - registered.weights).abs().sum(1, keepdim=True)
    facing = functional.binary_cross_entropy_with_logits(made.facing, registered.mirrored, reduction="none")
    return {
        "fields": weights.fields * ratio((distance * counted).sum(), counted.sum()),
        "shares": weights.shares * mean(shares * agent),
        "facing": weights.facing * mean(facing),
    }


@dataclass(frozen=True)
class PoseStage(TrackedStage):
    """Learns encoders and decoder from pairs of frames some ticks apart."""

    name: ClassVar[str] = "pose"
    title: ClassVar[str] = "poses"
    optional: ClassVar[bool] = True

    @override
    def module(self, model: Glass) -> nn.Module:
        return model.lma

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        lma, registration, rng = model.lma, model.registration, self.rng(step)
        assert isinstance(lma, MovingMotionAnalysis) and registration is not None
        length = int(rng.integers(2, clip_length(self.schedule, step) + 1))
        batch = self.draw(rng, self.schedule.batch, length, device_of(lma))
        pairs, visible = batch.crops[:, [0, -1]], batch.visible[:, [0, -1]]
        if rng.random() < 0.5:  # Mirrored together they are another pair.
            pairs, visible = pairs.flip(-1), visible.flip(-1)
        first, later = pairs.unbind(1)
        registration.eval()
        registered = registration.best(first, later)
        if rng.random() < MIRRORED:  # Agents turn seldom; the other side is known without registering it.
            registered, later, visible = mirrored_result(registered), later.flip(-1), visible.flip(-1)
            pairs = torch.stack([first, later], 1)
        poses = lma.poses(pairs)
        poses = poses + NOISE * torch.randn_like(poses)
        made = lma.show_poses(first, poses, registered.mirrored)
        weights = self.config.local_weights
        losses = PoseLosses(
            **picture_errors(made.crops[:, None], pairs, visible, weights, self.config.anchor.enters_from_edge),
            **registered_errors(made, registered, later, weights),
        )
        return StepResult(losses, 2 * len(pairs))
