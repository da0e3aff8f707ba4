"""The replay stage: limbs, of models that move pixels, learned from local actions to displacement fields at once.

Poses are found one by one, and what an encoder says of a limb cannot all be foreseen from local actions: foretold poses
are means, which hardly move. Here dynamics and decoder learn together, as in the paper (section 3.2), how the first
crop's pixels move in the ticks that follow; what the whole agent does stays what `glass.motion.whole_motion` found.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.model import Glass
from glass.networks.layers import each_tick
from glass.networks.moving_motion import MovingMotionAnalysis
from glass.parallel.distributed import mean
from glass.parallel.precision import device_of
from glass.stages.base import LossTerms, StepResult, TrackedStage
from glass.stages.inputs import StageInputs
from glass.stages.moving.pose import limb_importance, move_losses
from glass.stages.moving.pose_pieces import PosePieces
from glass.stages.random_draws import clip_length

SHOWN = 4
"""Ticks of each piece that are rendered."""


@dataclass(frozen=True)
class ReplayLosses(LossTerms):
    """Weighted terms of the replay stage, each a scalar tensor."""

    fields: Tensor
    """How far from registration's displacements those of the fields are; see `displacement_error`."""
    paint: Tensor
    """Share of the agent that is painted in place of moved pixels."""
    whole: Tensor
    """Huber loss of predicted whole motions, each number in units of its spread."""


@dataclass(frozen=True)
class ReplayStage(TrackedStage):
    """Learns dynamics and decoder by replaying pieces of clips from their first crop, with their local actions."""

    name: ClassVar[str] = "replay"
    title: ClassVar[str] = "limbs"
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
        lma, registration = model.lma, model.registration
        assert isinstance(lma, MovingMotionAnalysis) and registration is not None
        rng, where = self.rng(step), device_of(lma)
        length = clip_length(self.schedule, step)
        pieces = self.pieces.draw(rng, self.schedule.batch, length - 1, where)
        count = len(pieces.clips)
        with torch.no_grad():
            read = lma.read_held(pieces.poses.flatten(0, 1), pieces.shifts)
        crops = pieces.crops(self.tracks, lma.config.window).crops
        encoded = lma.encoder(crops[:, 0])
        poses = lma.predict_poses(encoded[2], read, pieces.shifts).unflatten(0, (count, -1))
        size = lma.config.pose_size
        foretold, true = poses[..., :-size], pieces.poses[..., :-size]
        shown = torch.from_numpy(rng.random((count, length - 1)).argsort(1)[:, :SHOWN].copy()).to(where)
        rows = torch.arange(count, device=where)[:, None]
        later, whole = crops[rows, shown + 1].flatten(0, 1), true[rows, shown].flatten(0, 1)
        first = each_tick(crops[:, 0], SHOWN)
        moving = torch.cat([whole, poses[rows, shown].flatten(0, 1)[:, -size:]], 1)
        with torch.no_grad():
            registered = registration.eval()(first, later, whole if lma.config.whole_motion else None)
        appearance = lma.decoder.remember(crops[:, 0], encoded, poses.new_zeros(count, 0))
        layers = lma.decoder(moving, appearance).layers
        importance = limb_importance(later, lma.move_whole(first, moving))
        losses = ReplayLosses(
            **move_losses(layers, registered, importance, self.config.local_weights),
            whole=mean(functional.smooth_l1_loss(foretold, true, reduction="none"))
            if lma.config.whole_motion
            else poses.new_zeros(()),
        )
        return StepResult(losses, count * (1 + SHOWN))
