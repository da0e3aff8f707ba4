"""What training lowers: pure functions of what the model said and what the clip shows.

Weights live in frozen configs; a term whose weight is zero is not computed. The terms of the global stage are those of
the paper (section 3.1); differences are taken in the paper's range of [-1, 1].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional

from glass.config import AnchorWeights, GlobalWeights, LocalWeights
from glass.labels.trimap import AGENT, UNKNOWN
from glass.motion.edge_agents import end_weights
from glass.motion.registration import register_background, translate
from glass.networks.action_codes import travel_direction
from glass.networks.global_motion import GlobalMotion
from glass.networks.local_motion import LocalMotion
from glass.parallel.distributed import all_reduce_sum, average, mean, ratio

__all__ = [
    "AnchorLosses",
    "BackdropLosses",
    "GlobalLosses",
    "JointLosses",
    "LocalLosses",
    "MattingLosses",
    "NonFiniteLossError",
    "ShadowLosses",
    "anchor_losses",
    "backdrop_losses",
    "global_losses",
    "independent_motion",
    "local_losses",
    "matting_losses",
    "shadow_losses",
]

MOTION_FLOOR = 0.001
CHANGED = 0.15
GAPS = (1, 2, 3, 5)
"""Frames apart of the pairs whose path is compared: near ones, since a path of shifts drifts."""
CHANGED_SHARE = 0.008
AROUND = 4
NEGATIVE_GAP = 6
"""Ticks after which another action is expected."""
"""Pixels around the free end of an agent in which errors count for more, too."""


class NonFiniteLossError(RuntimeError):
    """A loss is not finite; the message names the term."""


class _Terms:
    """Shared by the two sets of losses: summing and checking."""

    def total(self) -> Tensor:
        """Sum of the weighted terms."""
        terms = [getattr(self, field.name) for field in fields(self)]  # type: ignore[arg-type]
        return torch.stack(terms).sum()

    def check(self, step: int) -> dict[str, float]:
        """Return the terms as numbers, those of all processes together.

        Raises:
            NonFiniteLossError: naming the first term that is not finite.
        """
        names = [field.name for field in fields(self)]  # type: ignore[arg-type]
        found = average(torch.stack([getattr(self, name) for name in names])).tolist()
        values: dict[str, float] = dict(zip(names, found, strict=True))
        for name, value in values.items():
            if not torch.isfinite(torch.tensor(value)):
                raise NonFiniteLossError(f"step {step}: the loss '{name}' is {value}; lower the learning rate")
        return values


@dataclass(frozen=True)
class GlobalLosses(_Terms):
    """Weighted terms of the global stage, each a scalar tensor."""

    reconstruction: Tensor
    foreground: Tensor
    background: Tensor
    binary: Tensor
    size: Tensor
    inpainting: Tensor


@dataclass(frozen=True)
class MattingLosses(_Terms):
    """The term of the matting stage, a scalar tensor."""

    matte: Tensor


@dataclass(frozen=True)
class BackdropLosses(_Terms):
    """The term of the backdrop's stage, a scalar tensor."""

    behind: Tensor


@dataclass(frozen=True)
class ShadowLosses(_Terms):
    """The terms of the shadow's stage, each a scalar tensor."""

    moved: Tensor
    """Between one frame and another, relit."""
    cast: Tensor
    """Between a frame and its background without any shadow, darkened."""


@dataclass(frozen=True)
class AnchorLosses(_Terms):
    """Weighted terms of the anchor's stage, each a scalar tensor."""

    path: Tensor
    middle: Tensor


@dataclass(frozen=True)
class LocalLosses(_Terms):
    """Weighted terms of the local stage, each a scalar tensor."""

    colour: Tensor
    gradient: Tensor
    tone: Tensor
    commitment: Tensor
    usage: Tensor
    persistence: Tensor


@dataclass(frozen=True)
class JointLosses(LocalLosses, GlobalLosses):
    """The weighted terms of both stages, trained together."""


@torch.no_grad()
def independent_motion(frames: Tensor, radius: int) -> Tensor:
    """Say which clips hold something that moves by itself, against a background moving as one: bool ``(B,)``.

    Frames ``(B, T, 3, H, W)`` in [0, 1] are registered as a whole; what stays different after that moves by itself.
    """
    batch, ticks = frames.shape[:2]
    signed = frames * 2 - 1
    first, second = signed[:, :-1].flatten(0, 1), signed[:, 1:].flatten(0, 1)
    weight = torch.ones_like(first[:, :1])
    shifts = register_background(first, weight, second, weight, radius)
    difference = functional.avg_pool2d((translate(first, shifts) - second).abs(), 2).amax(1)
    edge = max(1, radius // 2)
    changed = (difference[:, edge:-edge, edge:-edge] > 2 * CHANGED).float().mean((1, 2))
    moving: Tensor = changed.unflatten(0, (batch, ticks - 1)).amax(1) > CHANGED_SHARE
    return moving


def global_losses(frames: Tensor, motion: GlobalMotion, moving: Tensor, weights: GlobalWeights) -> GlobalLosses:
    """Losses of the global stage for clips ``(B, T, 3, H, W)`` in [0, 1]; ``moving`` is bool ``(B,)``.

    Clips without independent motion are asked for an empty mask instead of ``size_prior``.
    """
    now, after = frames[:, :-1], frames[:, 1:]
    masks, zero = motion.masks, frames.new_zeros(())

    def reconstruction() -> Tensor:
        made = motion.reconstructions
        change = ((after - now).abs() + (made - now).abs()).sum(2, keepdim=True).detach() * 2 + MOTION_FLOOR
        return mean((made - after).abs() * 2 * change)

    def foreground() -> Tensor:
        moved = 2 * motion.moved_foregrounds[:, :, :3] - motion.moved_foregrounds[:, :, 3:]
        return mean(((after * 2 - 1) * masks[:, 1:] - moved).square())

    def background() -> Tensor:
        return 2 * mean((motion.inpainted_backgrounds[:, 1:] - motion.moved_backgrounds).abs())

    def size() -> Tensor:
        wanted = torch.where(moving, weights.size_prior, 0.0)
        return mean((masks.mean((2, 3, 4)) - wanted[:, None]).abs())

    def weighted(weight: float, term: Callable[[], Tensor]) -> Tensor:
        return weight * term() if weight else zero

    return GlobalLosses(
        reconstruction=weighted(weights.reconstruction, reconstruction),
        foreground=weighted(weights.foreground, foreground),
        background=weighted(weights.background, background),
        binary=weighted(weights.binary, lambda: mean(torch.minimum(masks, 1 - masks))),
        size=weighted(weights.size, size),
        inpainting=weighted(weights.inpainting, lambda: _hole_error(frames[:, 0], motion)),
    )


def _hole_error(frames: Tensor, motion: GlobalMotion) -> Tensor:
    area = motion.holes.sum() * frames.shape[1]
    return ratio(((motion.refilled - frames).abs() * motion.holes).sum(), area)


def matting_losses(logits: Tensor, labels: Tensor) -> MattingLosses:
    """Cross entropy between masks' logits ``(N, 1, H, W)`` and labels uint8 ``(N, H, W)``, where these are known."""
    known = (labels != UNKNOWN)[:, None].to(logits.dtype)
    true = (labels == AGENT)[:, None].to(logits.dtype)
    error = functional.binary_cross_entropy_with_logits(logits, true, known, reduction="sum")
    return MattingLosses(matte=ratio(error, known.sum()))


def backdrop_losses(filled: Tensor, backgrounds: Tensor, counted: Tensor) -> BackdropLosses:
    """L1 between what was filled in and what is there, both ``(N, 3, H, W)`` in [0, 1].

    Only where ``counted``, ``(N, 1, H, W)`` in {0, 1}, is 1.
    """
    error = ((filled - backgrounds).abs() * counted).sum()
    return BackdropLosses(behind=ratio(error, counted.sum() * filled.shape[1]))


def shadow_losses(moved: Tensor, counted: Tensor, cast: Tensor, known: Tensor, frames: Tensor) -> ShadowLosses:
    """L2 between what was made of the light and what is there, all ``(N, 3, H, W)`` in [0, 1].

    Args:
        moved: other frames, relit as ``frames`` are.
        counted: ``(N, 1, H, W)`` in {0, 1}, where ``moved`` counts.
        cast: backgrounds without shadows, darkened as in ``frames``.
        known: ``(N, 1, H, W)`` in {0, 1}, where ``cast`` counts.
        frames: what is there.
    """

    def error(made: Tensor, where: Tensor) -> Tensor:
        return ratio(((made - frames).square() * where).sum(), where.sum() * frames.shape[1])

    return ShadowLosses(moved=error(moved, counted), cast=error(cast, known))


def anchor_losses(offsets: Tensor, middles: Tensor, shifts: Tensor, weights: AnchorWeights) -> AnchorLosses:
    """Losses of the anchor's stage.

    Args:
        offsets: ``(B, T, 2)`` pixels from the middle of the window to the anchor.
        middles: ``(B, T, 2)`` middles of the windows in the frame.
        shifts: ``(B, T-1, 2)`` shifts of the smooth path.
        weights: weights of the terms.
    """
    start = shifts.new_zeros(shifts.shape[0], 1, 2)
    astray = middles + offsets - torch.cat([start, shifts.cumsum(1)], 1)
    gaps = [gap for gap in GAPS if gap < astray.shape[1]]
    errors = torch.stack([mean((astray[:, gap:] - astray[:, :-gap]).abs()) for gap in gaps])
    centre = all_reduce_sum(offsets.sum((0, 1))) / all_reduce_sum(offsets.new_tensor(float(offsets[..., 0].numel())))
    return AnchorLosses(
        path=weights.path * errors.mean(),
        middle=weights.middle * centre.abs().sum(),
    )


def _end(masks: Tensor, edge: str) -> Tensor:
    """Say where in ``(B, T, 1, S, S)`` the free end is, with what lies a few pixels around it: in [0, 1]."""
    single = masks.flatten(0, 1)
    around = functional.max_pool2d(single, 2 * AROUND + 1, 1, AROUND)
    weights: Tensor = (around * end_weights(single, edge)).unflatten(0, masks.shape[:2])
    return weights


def _differences(pictures: Tensor) -> tuple[Tensor, Tensor]:
    return pictures[..., 1:, :] - pictures[..., :-1, :], pictures[..., 1:] - pictures[..., :-1]


def _persistence(vectors: Tensor, shifts: Tensor, gap: int) -> Tensor:
    """Contrast neighbouring ticks with distant ones of the same clip (van den Oord et al., arXiv 1807.03748).

    An action lasts several ticks and looks different in each of them; what stays is the action. Neighbours that travel
    the same way, or both stand, are alike; ticks ``gap`` or more apart, or of another direction, are not. Ticks of one
    clip show one agent, so looks cannot tell them apart.
    """
    ticks = torch.arange(vectors.shape[1], device=vectors.device)
    direction = travel_direction(shifts)
    distant = (ticks[:, None] - ticks[None]).abs() >= gap
    other = distant[None] | (direction[:, :, None] != direction[:, None, :])
    likeness = -(vectors[:, :, None] - vectors[:, None, :]).square().sum(-1) * (2.0 / vectors.shape[-1])
    crowd = likeness.masked_fill(~other, -torch.inf)[:, :-1]
    alike = likeness.diagonal(1, 1, 2)
    counted = (direction[:, 1:] == direction[:, :-1]) & other[:, :-1].any(-1)
    error = torch.logsumexp(torch.cat([alike[..., None], crowd], -1), -1) - alike
    return ratio(torch.where(counted, error, 0.0).sum(), counted.sum())


def local_losses(
    motion: LocalMotion, crops: Tensor, visible: Tensor, shifts: Tensor, weights: LocalWeights, enters: str = ""
) -> LocalLosses:
    """Losses of the local stage.

    Args:
        motion: what the model painted for ticks 1 to T-1.
        crops: ``(B, T, 4, S, S)`` what the clip shows.
        visible: ``(B, T, 1, S, S)`` in {0, 1}, zero where the window reaches beyond the frame.
        shifts: ``(B, T-1, 2)`` foreground shifts in pixels.
        weights: weights of the terms.
        enters: edge of the frame that the agent reaches in from, if any.
    """
    true, shown = crops[:, 1:], visible[:, 1:]
    # Where the true picture is about to change, and where the agent ever is, errors count for more. If they did so only
    # where it is just then, painting too much would cost less than too little, and what is uncertain would swell.
    change = (true - crops[:, :-1]).abs().amax(2, keepdim=True)
    importance = (1 + 8 * change + 2 * crops[:, :, 3:].amax(1, keepdim=True)) * shown
    plain = error = (motion.crops - true) * shown
    if enters and weights.end:
        error = error * (1 + weights.end * _end(true[:, :, 3:], enters))
    colour = mean(error.abs() * importance)
    small = error.flatten(0, 1)
    for _ in range(weights.scales):
        small = functional.avg_pool2d(small, 2)
        colour = colour + mean(small.abs())
    vertical, horizontal = _differences(error)
    zero = error.new_zeros(())
    return LocalLosses(
        colour=weights.colour * colour,
        gradient=weights.gradient * (mean(vertical.abs()) + mean(horizontal.abs())) if weights.gradient else zero,
        tone=weights.low_pass_l2 * mean(functional.avg_pool2d(plain.flatten(0, 1), 2).square())
        if weights.low_pass_l2
        else zero,
        commitment=weights.commitment * motion.commitment if weights.commitment else zero,
        usage=weights.code_entropy * motion.entropy_gap if weights.code_entropy else zero,
        persistence=weights.temporal_info_nce * _persistence(motion.vectors, shifts, NEGATIVE_GAP)
        if weights.temporal_info_nce
        else zero,
    )
