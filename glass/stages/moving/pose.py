"""The pose stage: a few numbers say the pose of a crop, and the first crop's pixels are moved into it.

What moves them is learned from `glass.networks.moving.registration`; see `glass.networks.moving.local_motion`.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from typing_extensions import override

from glass.model import Glass
from glass.networks.moving.layered_warp import TickLayers, fields_at_pixels
from glass.networks.moving.local_motion import MovingMotionAnalysis
from glass.parallel.distributed import ratio
from glass.stages.base import LossTerms, PairStage, StepResult
from glass.stages.local_motion import picture_errors

LIMBS = 6.0
"""By how much displacements count for more where the agent does not go the way of its whole, times the difference."""
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
    """How far from registration's displacements those of the fields are, by their shares; mostly where limbs move."""
    paint: Tensor
    """Share of the agent that is painted in place of moved pixels; likewise."""


def displacement_error(made: TickLayers, registered: TickLayers, importance: Tensor) -> Tensor:
    """Mean distance in pixels of ``N`` ticks' displacement fields to registration's, by their shares of each place.

    Which field moves what is not told: a place is to be given to a field that moves it rightly. Registration gives the
    same limb now to one field, now to another; a decoder told its fields and shares one by one learns none of them.

    Args:
        made: layers of the ticks.
        registered: what moves the first crops there, as registration found it.
        importance: ``(N, 1, S, S)`` what each pixel counts.
    """
    side = made.weights.shape[-1]
    fields, found = (fields_at_pixels(layers.fields, side) for layers in (made, registered))
    target = (found * registered.weights[:, :, None]).sum(1, keepdim=True)
    target = target / registered.weights.sum(1)[:, None, None].clamp(min=1e-3)
    distance = ((fields - target).abs().sum(2) * made.weights).sum(1, keepdim=True)
    return ratio((distance * importance).sum(), importance.sum())


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
        noisy = torch.cat([poses[:, : -lma.config.pose_size], learned + NOISE * torch.randn_like(learned)], 1)
        made = lma.show_poses(first, noisy)
        # Where a limb does not go the way of the whole, errors count for more.
        whole = lma.move_whole(first, poses)
        importance = later[:, 3:] * (1 + LIMBS * (later - whole).abs().amax(1, keepdim=True))
        assert made.layers is not None
        painted = 1 - made.layers.weights.sum(1, keepdim=True)
        weights = self.config.local_weights
        losses = PoseLosses(
            **picture_errors(
                made.crops[:, None],
                torch.stack([whole, later], 1),
                visible,
                weights,
                self.config.anchor.enters_from_edge,
            ),
            fields=weights.fields * displacement_error(made.layers, registered, importance),
            paint=weights.paint * ratio((painted * importance).sum(), importance.sum()),
        )
        return StepResult(losses, 2 * len(pairs))
