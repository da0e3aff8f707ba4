"""Local actions of models that move pixels: learned from how poses follow each other, without rendering anything."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from glass.config import LocalWeights
from glass.networks.moving.facing import turn_pictures
from glass.networks.moving.local_motion import MovingMotionAnalysis
from glass.parallel.distributed import mean
from glass.stages.base import LossTerms
from glass.stages.code_losses import code_losses
from glass.stages.moving.pose_pieces import PosePieces
from glass.stages.tracks import Tracks

READ = 2
"""Pieces of a batch in which pairs of crops are read, too, which learns to say by itself what poses tell."""


@dataclass(frozen=True)
class PoseActionLosses(LossTerms):
    """Weighted terms of the local stage of a model that moves pixels, each a scalar tensor."""

    pose: Tensor
    """Huber loss of predicted poses, each number in units of its spread: of learned ones and of the whole motion."""
    reading: Tensor
    """Squared distance of what pairs of crops tell by themselves to the codes."""
    commitment: Tensor
    """Squared distance of action vectors to their codes."""
    usage: Tensor
    """How far the entropy of the codes is from its highest (`LocalWeights.code_entropy`)."""
    persistence: Tensor
    """InfoNCE over time (`LocalWeights.temporal_info_nce`)."""


def pose_action_losses(
    lma: MovingMotionAnalysis, pieces: PosePieces, tracks: Tracks, weights: LocalWeights
) -> tuple[PoseActionLosses, Tensor]:
    """Losses of predicting pieces' poses from their local actions, and these, ``(B, T-1)``; encoders do not learn."""
    lma.encoder.eval()
    lma.pose_encoder.eval()
    true, shifts = pieces.poses.flatten(0, 1), pieces.shifts
    read = lma.read_poses(true, shifts)
    poses = lma.predict_poses(pieces.encoded, read.codes, shifts)
    reading = true.new_zeros(())
    if lma.quantiser.initialised:
        codes = lma.quantiser.codes[read.local_actions[:READ].flatten() - 1]
        few = pieces.pick(torch.arange(min(READ, len(shifts))), shifts.shape[1], shifts.device)
        shown = few.crops(tracks, lma.config.window)
        if lma.config.turns:  # A pair alone does not tell which side the agent faces: it is read from either.
            sides = 2 * torch.randint(0, 2, (len(shown), 1), device=shown.device) - 1
            shown = turn_pictures(shown, sides.expand(-1, shown.shape[1]))
        reading = mean((lma.pair_vectors(shown) - codes).square())
    errors = functional.smooth_l1_loss(poses, true, reduction="none")
    size = lma.config.pose_size
    whole = mean(errors[:, :-size]) if lma.config.whole_motion else true.new_zeros(())
    losses = PoseActionLosses(
        pose=mean(errors[:, -size:]) + whole,
        reading=weights.reading * reading,
        **code_losses(read, lma.travel(shifts), weights),
    )
    return losses, read.local_actions
