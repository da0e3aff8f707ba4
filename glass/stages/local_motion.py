"""The local stage: local actions, dynamics and decoder, by replaying windows from their first crop (paper, 3.2).

A term of the losses whose weight is zero is not computed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.config import Config, LocalWeights, StageConfig, TrainingConfig
from glass.model import Glass
from glass.motion.edge_agents import end_weights
from glass.networks.action_codes import travel_direction, travel_weights
from glass.networks.appearance import sources_of
from glass.networks.facing import turn_pictures
from glass.networks.local_motion import LocalMotion, ReadActions
from glass.networks.moving_motion import MovingMotionAnalysis
from glass.parallel.distributed import all_gather, mean, ratio, shard
from glass.parallel.precision import device_of
from glass.stages.base import LossTerms, StepResult, TrackedStage
from glass.stages.random_draws import clip_count, clip_length, step_rng
from glass.stages.tracks import CropBatch

__all__ = ["LocalLosses", "LocalStage", "initialise_codes", "local_losses", "should_init_codes"]

FRAMES_FOR_CODES = 6
"""Frames of the clips that codes are first set from."""
END_MARGIN = 4
"""Pixels around the free end of an agent in which errors count for more, too."""
READ = 8
"""Clips of a batch that pairs of crops are read from, where poses tell the local actions; reading costs time."""
NEGATIVE_GAP = 6
"""Ticks after which another action is expected."""
FIRST_ALONE = 0.5
"""Share of the steps in which a model of several views sees the first picture alone."""
CLEARLY_LIKER = 0.003
"""Mean difference of a number of two crops by which one source is clearly liker than another."""


@dataclass(frozen=True)
class LocalLosses(LossTerms):
    """Weighted terms of the local stage, each a scalar tensor."""

    colour: Tensor
    """L1 of premultiplied RGBA, at several scales."""
    gradient: Tensor
    """L1 of the differences between neighbouring pixels."""
    tone: Tensor
    """L2 of the halved picture (`LocalWeights.low_pass_l2`)."""
    commitment: Tensor
    """Squared distance of action vectors to their codes."""
    usage: Tensor
    """How far the entropy of the codes is from its highest (`LocalWeights.code_entropy`)."""
    persistence: Tensor
    """InfoNCE over time (`LocalWeights.temporal_info_nce`)."""
    choice: Tensor | None = None
    """Cross entropy of the sources that ticks choose (`LocalWeights.choice`); None where there is only one."""


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


def picture_errors(
    made: Tensor, crops: Tensor, visible: Tensor, weights: LocalWeights, enters: str = ""
) -> dict[str, Tensor]:
    """Weighted terms ``colour``, ``gradient`` and ``tone`` of `LocalLosses`.

    Args:
        made: ``(B, T-1, 4, S, S)`` what the model shows for ticks 1 to T-1.
        crops: ``(B, T, 4, S, S)`` what the clip shows.
        visible: ``(B, T, 1, S, S)`` in {0, 1}, zero where the window reaches beyond the frame.
        weights: weights of the terms.
        enters: edge of the frame that the agent reaches in from, if any.
    """
    true, shown = crops[:, 1:], visible[:, 1:]
    # Where the true picture is about to change, and where the agent ever is, errors count for more. If they did so only
    # where it is just then, painting too much would cost less than too little, and what is uncertain would swell.
    change = (true - crops[:, :-1]).abs().amax(2, keepdim=True)
    importance = (1 + 8 * change + 2 * crops[:, :, 3:].amax(1, keepdim=True)) * shown
    plain = error = (made - true) * shown
    if enters and weights.end:
        error = error * (1 + weights.end * _end(true[:, :, 3:], enters))
    colour = mean(error.abs() * importance)
    small = error.flatten(0, 1)
    for _ in range(weights.scales):
        small = functional.avg_pool2d(small, 2)
        colour = colour + mean(small.abs())
    vertical, horizontal = _differences(error)
    zero = error.new_zeros(())
    return {
        "colour": weights.colour * colour,
        "gradient": weights.gradient * (mean(vertical.abs()) + mean(horizontal.abs())) if weights.gradient else zero,
        "tone": weights.low_pass_l2 * mean(functional.avg_pool2d(plain.flatten(0, 1), 2).square())
        if weights.low_pass_l2
        else zero,
    }


def local_losses(
    motion: LocalMotion,
    crops: Tensor,
    visible: Tensor,
    shifts: Tensor,
    weights: LocalWeights,
    enters: str = "",
    views: Tensor | None = None,
) -> LocalLosses:
    """Losses of the local stage.

    Args:
        motion: what the model painted for ticks 1 to T-1.
        crops: ``(B, T, 4, S, S)`` what the clip shows.
        visible: ``(B, T, 1, S, S)`` in {0, 1}, zero where the window reaches beyond the frame.
        shifts: ``(B, T-1, 2)`` foreground shifts in pixels.
        weights: weights of the terms.
        enters: edge of the frame that the agent reaches in from, if any.
        views: ``(B, V, 4, S, S)`` what else the model was shown of the agents.
    """
    choice = None
    if motion.choice is not None and weights.choice:
        choice = weights.choice * _choice_error(motion.choice, crops[:, 1:], sources_of(crops[:, 0], views))
    return LocalLosses(
        **picture_errors(motion.crops, crops, visible, weights, enters),
        **code_losses(motion, shifts, weights),
        choice=choice,
    )


def _choice_error(logits: Tensor, true: Tensor, sources: Tensor) -> Tensor:
    """Cross entropy of logits ``(B, T, V)``: how like ``true`` ``(B, T, 4, S, S)`` sources ``(B, V, 4, S, S)`` are."""
    small, shown = (
        functional.avg_pool2d(crops.flatten(0, 1), 2).flatten(1).unflatten(0, crops.shape[:2])
        for crops in (true, sources)
    )
    apart = torch.cdist(small, shown, p=1) / small.shape[-1]
    likest = torch.softmax(-apart / CLEARLY_LIKER, -1)
    return mean(-(likest * torch.log_softmax(logits, -1)).sum(-1))


def code_losses(read: LocalMotion | ReadActions, shifts: Tensor, weights: LocalWeights) -> dict[str, Tensor]:
    """Weighted terms ``commitment``, ``usage`` and ``persistence`` of what was read, by shifts ``(B, T-1, 2)``."""
    zero = shifts.new_zeros(())
    return {
        "commitment": weights.commitment * read.commitment if weights.commitment else zero,
        "usage": weights.code_entropy * read.entropy_gap if weights.code_entropy else zero,
        "persistence": weights.temporal_info_nce * _temporal_info_nce(read.vectors, shifts, NEGATIVE_GAP)
        if weights.temporal_info_nce
        else zero,
    }


def _end(masks: Tensor, edge: str) -> Tensor:
    """Say where in ``(B, T, 1, S, S)`` the free end is, with what lies a few pixels around it: in [0, 1]."""
    single = masks.flatten(0, 1)
    around = functional.max_pool2d(single, 2 * END_MARGIN + 1, 1, END_MARGIN)
    weights: Tensor = (around * end_weights(single, edge)).unflatten(0, masks.shape[:2])
    return weights


def _differences(pictures: Tensor) -> tuple[Tensor, Tensor]:
    return pictures[..., 1:, :] - pictures[..., :-1, :], pictures[..., 1:] - pictures[..., :-1]


def _temporal_info_nce(vectors: Tensor, shifts: Tensor, gap: int) -> Tensor:
    """InfoNCE (van den Oord et al., arXiv 1807.03748): neighbouring ticks against distant ones of the same clip.

    An action lasts several ticks and looks different in each of them; what stays is the action. Neighbours that travel
    the same way, or both stand, are alike; ticks ``gap`` or more apart, or of another direction, are not. Ticks of one
    clip show one agent, so looks cannot tell them apart.
    """
    ticks = torch.arange(vectors.shape[1], device=vectors.device)
    direction = travel_direction(shifts)
    distant = (ticks[:, None] - ticks[None]).abs() >= gap
    other = distant[None] | (direction[:, :, None] != direction[:, None, :])
    similarity = -(vectors[:, :, None] - vectors[:, None, :]).square().sum(-1) * (2.0 / vectors.shape[-1])
    negatives = similarity.masked_fill(~other, -torch.inf)[:, :-1]
    positives = similarity.diagonal(1, 1, 2)
    counted = (direction[:, 1:] == direction[:, :-1]) & other[:, :-1].any(-1)
    error = torch.logsumexp(torch.cat([positives[..., None], negatives], -1), -1) - positives
    return ratio(torch.where(counted, error, 0.0).sum(), counted.sum())


def pose_action_losses(
    lma: MovingMotionAnalysis, batch: CropBatch, weights: LocalWeights
) -> tuple[PoseActionLosses, Tensor]:
    """Losses of predicting clips' poses from their local actions, and these, ``(B, T-1)``; encoders do not learn."""
    lma.encoder.eval()
    lma.pose_encoder.eval()
    crops, shifts, _ = lma.face_right(batch.crops, batch.shifts, batch.facings)
    with torch.no_grad():
        true = lma.poses(crops)
    read = lma.read_poses(true, shifts)
    poses = lma.predict_poses(crops[:, 0], read.codes, shifts)
    reading = true.new_zeros(())
    if lma.quantiser.initialised:
        codes = lma.quantiser.codes[read.local_actions[:READ].flatten() - 1]
        shown = crops[:READ]
        if lma.config.turns:  # A pair alone does not tell which side the agent faces: it is read from either.
            sides = 2 * torch.randint(0, 2, (len(shown), 1), device=crops.device) - 1
            shown = turn_pictures(shown, sides.expand(-1, crops.shape[1]))
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


def should_init_codes(model: Glass, schedule: StageConfig, step: int) -> bool:
    """Say whether quantisation begins at ``step``; a short stage warms up for half of it and ends with codes."""
    return step >= min(schedule.warm_up, schedule.steps // 2) and not model.lma.quantiser.initialised


def initialise_codes(model: Glass, config: Config, draw: Callable[[np.random.Generator, int, int], CropBatch]) -> None:
    """Set codes from what the action network says of fresh batches, as ``draw(rng, clips, frames)`` gives them.

    Ticks that travel are left out as often as `travel_weights` say.
    """
    vectors, clips = [], config.training.local_stage.batch
    frames = min(FRAMES_FOR_CODES, config.training.track_length)
    model.lma.eval()
    with torch.no_grad():
        for index in range(12):
            rng = step_rng(config.training.seed, "codes", index)
            batch = draw(rng, clips, frames)
            found = model.lma.read_actions(batch.crops, batch.shifts).vectors.flatten(0, 1)
            drawn = torch.from_numpy(rng.random((clips, frames - 1)))[shard(clips)]
            counted = drawn < travel_weights(model.lma.travel(batch.shifts)).cpu()
            vectors.append(all_gather(found.cpu()[counted.flatten()])[0])
    generator = torch.Generator().manual_seed(config.training.seed)
    model.lma.quantiser.initialise(torch.cat(vectors), generator)
    model.lma.train()


@dataclass(frozen=True)
class LocalStage(TrackedStage):
    """Learns local actions, dynamics and the decoder on tracked windows."""

    name: ClassVar[str] = "local"
    title: ClassVar[str] = "local actions"

    @override
    @classmethod
    def smallest_batch(cls, training: TrainingConfig) -> int:
        return clip_count(cls.schedule_in(training), cls.schedule_in(training).steps)  # Its longest clips.

    @override
    def module(self, model: Glass) -> nn.Module:
        return model.lma

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        where = device_of(self.module(model))
        if should_init_codes(model, self.schedule, step):
            initialise_codes(model, self.config, partial(self.draw, where=where))
        rng = self.rng(step)
        count, length = clip_count(self.schedule, step), clip_length(self.schedule, step)
        batch = self.draw(rng, count, length, where, self._views(rng))
        lma, weights, travel = model.lma, self.config.local_weights, model.lma.travel(batch.shifts)
        losses: LossTerms
        if isinstance(lma, MovingMotionAnalysis):
            losses, actions = pose_action_losses(lma, batch, weights)
        else:
            motion = lma(batch.crops, batch.shifts, batch.views)
            enters = self.config.anchor.enters_from_edge
            losses = local_losses(motion, batch.crops, batch.visible, travel, weights, enters, batch.views)
            actions = motion.local_actions
        return StepResult(losses, count * length, len(all_gather(actions)[0].unique()))

    def _views(self, rng: np.random.Generator) -> int:
        """Draw how many views go with the first pictures of a step."""
        most = self.config.lma.views
        return 0 if most == 1 or rng.random() < FIRST_ALONE else int(rng.integers(1, most))
