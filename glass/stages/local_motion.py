"""The local stage: local actions, dynamics and decoder, by replaying windows from their first crop (paper, 3.2).

A term of the losses whose weight is zero is not computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.config import LocalWeights, TrainingConfig
from glass.model import Glass
from glass.motion.edge_agents import end_weights
from glass.networks.appearance import sources_of
from glass.networks.local_motion import LocalMotion
from glass.networks.moving.local_motion import MovingMotionAnalysis
from glass.parallel.distributed import all_gather, mean
from glass.parallel.precision import device_of
from glass.stages.base import LossTerms, StepResult, TrackedStage
from glass.stages.code_losses import code_losses, frames_for_codes, initialise_codes, should_init_codes
from glass.stages.inputs import StageInputs
from glass.stages.moving.pose_actions import pose_action_losses
from glass.stages.moving.pose_pieces import PosePieces
from glass.stages.random_draws import clip_count, clip_length

END_MARGIN = 4
"""Pixels around the free end of an agent in which errors count for more, too."""
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


def _end(masks: Tensor, edge: str) -> Tensor:
    """Say where in ``(B, T, 1, S, S)`` the free end is, with what lies a few pixels around it: in [0, 1]."""
    single = masks.flatten(0, 1)
    around = functional.max_pool2d(single, 2 * END_MARGIN + 1, 1, END_MARGIN)
    weights: Tensor = (around * end_weights(single, edge)).unflatten(0, masks.shape[:2])
    return weights


def _differences(pictures: Tensor) -> tuple[Tensor, Tensor]:
    return pictures[..., 1:, :] - pictures[..., :-1, :], pictures[..., 1:] - pictures[..., :-1]


@dataclass(frozen=True)
class LocalStage(TrackedStage):
    """Learns local actions, dynamics and the decoder on tracked windows; of a model that moves pixels, no decoder."""

    name: ClassVar[str] = "local"
    title: ClassVar[str] = "local actions"

    pieces: PosePieces | None = None
    """What a model that moves pixels learns from."""

    @override
    @classmethod
    def open(cls, inputs: StageInputs, step: int) -> Self:
        moves = inputs.config.lma.renderer == "move"
        return cls(inputs.config, inputs.anchored_tracks, inputs.pose_pieces if moves else None)

    @override
    @classmethod
    def smallest_batch(cls, training: TrainingConfig) -> int:
        return clip_count(cls.schedule_in(training), cls.schedule_in(training).steps)  # Its longest clips.

    @override
    def module(self, model: Glass) -> nn.Module:
        return model.lma

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        lma, where = model.lma, device_of(self.module(model))
        if should_init_codes(model, self.schedule, step):
            initialise_codes(model, self.config, partial(self._read, model, where))
        rng = self.rng(step)
        count, length = clip_count(self.schedule, step), clip_length(self.schedule, step)
        weights = self.config.local_weights
        losses: LossTerms
        if self.pieces is not None:
            assert isinstance(lma, MovingMotionAnalysis)
            pieces = self.pieces.draw(rng, count, length - 1, where)
            losses, actions = pose_action_losses(lma, pieces, self.tracks, weights)
        else:
            batch = self.draw(rng, count, length, where, self._views(rng))
            motion = lma(batch.crops, batch.shifts, batch.views)
            enters, travel = self.config.anchor.enters_from_edge, lma.travel(batch.shifts)
            losses = local_losses(motion, batch.crops, batch.visible, travel, weights, enters, batch.views)
            actions = motion.local_actions
        return StepResult(losses, count * length, len(all_gather(actions)[0].unique()))

    def _read(self, model: Glass, where: torch.device, rng: np.random.Generator, count: int) -> tuple[Tensor, Tensor]:
        """Give action vectors and shifts of ``count`` pieces of clips, to set codes from."""
        lma = model.lma
        if self.pieces is not None:
            assert isinstance(lma, MovingMotionAnalysis)
            pieces = self.pieces.draw(rng, count, self.pieces.poses.shape[1], where)
            return lma.read_poses(pieces.poses.flatten(0, 1), pieces.shifts).vectors, pieces.shifts
        batch = self.draw(rng, count, frames_for_codes(self.config), where)
        return lma.read_actions(batch.crops, batch.shifts).vectors, batch.shifts

    def _views(self, rng: np.random.Generator) -> int:
        """Draw how many views go with the first pictures of a step."""
        most = self.config.lma.views
        return 0 if most == 1 or rng.random() < FIRST_ALONE else int(rng.integers(1, most))
