"""Losses of local actions' codes, and how codes are set when quantisation begins."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from glass.config import Config, LocalWeights, StageConfig
from glass.model import Glass
from glass.networks.action_codes import travel_direction, travel_weights
from glass.networks.local_motion import LocalMotion, ReadActions
from glass.parallel.distributed import all_gather, ratio, shard
from glass.stages.random_draws import step_rng

FRAMES_FOR_CODES = 6
"""Frames of the clips that codes are first set from."""
NEGATIVE_GAP = 6
"""Ticks after which another action is expected."""


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


def should_init_codes(model: Glass, schedule: StageConfig, step: int) -> bool:
    """Say whether quantisation begins at ``step``; a short stage warms up for half of it and ends with codes."""
    return step >= min(schedule.warm_up, schedule.steps // 2) and not model.lma.quantiser.initialised


def initialise_codes(
    model: Glass, config: Config, read: Callable[[np.random.Generator, int], tuple[Tensor, Tensor]]
) -> None:
    """Set codes from what fresh batches say: ``read(rng, clips)`` gives vectors ``(B, T, D)`` and shifts ``(B, T, 2)``.

    Ticks that travel are left out as often as `travel_weights` say.
    """
    found, clips = [], config.training.local_stage.batch
    model.lma.eval()
    with torch.no_grad():
        for index in range(12):
            rng = step_rng(config.training.seed, "codes", index)
            vectors, shifts = read(rng, clips)
            drawn = torch.from_numpy(rng.random((clips, shifts.shape[1])))[shard(clips)]
            counted = drawn < travel_weights(model.lma.travel(shifts)).cpu()
            found.append(all_gather(vectors.cpu()[counted])[0])
    generator = torch.Generator().manual_seed(config.training.seed)
    model.lma.quantiser.initialise(torch.cat(found), generator)
    model.lma.train()


def frames_for_codes(config: Config) -> int:
    """Return of how many frames the pieces of clips are that codes are first set from."""
    return min(FRAMES_FOR_CODES, config.training.track_length)
