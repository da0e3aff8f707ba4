"""The global stage: masks, background and shifts, by reconstruction of the next frame (paper, section 3.1).

Differences are taken in the paper's range of [-1, 1]; a term whose weight is zero is not computed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.config import GlobalWeights, StageConfig
from glass.data.sources import ClipSource
from glass.labels.illumination import apply_illumination, sample_illumination
from glass.labels.trimap import AGENT, UNKNOWN
from glass.model import Glass
from glass.motion.registration import register_background, translate
from glass.networks.global_motion import GlobalMotion
from glass.parallel.distributed import mean, ratio
from glass.parallel.precision import device_of
from glass.stages.base import LossTerms, Stage, StepResult
from glass.stages.inputs import StageInputs
from glass.stages.random_draws import clip_length, draw_clips, stacked_frames, stacked_outlines

MOTION_FLOOR = 0.001
"""Weight of the reconstruction where nothing moves."""
CHANGED = 0.15
"""Difference of two registered frames, in [0, 1], above which a pixel has changed."""
CHANGED_SHARE = 0.008
"""Share of the frame that must have changed where something moves by itself."""
MOST_RARE = 8.0
"""How many times as much a pixel of a small agent counts as one of its background, at most."""


@dataclass(frozen=True)
class GlobalLosses(LossTerms):
    """Weighted terms of the global stage, each a scalar tensor."""

    reconstruction: Tensor
    """Motion-weighted L1 of the next frame."""
    foreground: Tensor
    """L2 of the moved foreground."""
    background: Tensor
    """L1 of the moved background."""
    binary: Tensor
    """Distance of masks from 0 or 1."""
    size: Tensor
    """L1 of the mask's share of the frame to the prior."""
    inpainting: Tensor
    """L1 in holes cut where the background is known."""
    outlines: Tensor | None
    """Cross entropy of masks with what a look at the clips believes, if there was one."""


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


def with_agent(frames: Tensor, outlines: Tensor | None, radius: int) -> Tensor:
    """Say which clips hold an agent, by `independent_motion` or the outlines ``(B, T, H, W)`` of a look at them."""
    moving = independent_motion(frames, radius)
    return moving if outlines is None else moving | (outlines == AGENT).flatten(1).any(1)


def global_losses(
    frames: Tensor, motion: GlobalMotion, moving: Tensor, weights: GlobalWeights, outlines: Tensor | None = None
) -> GlobalLosses:
    """Losses of the global stage for clips ``(B, T, 3, H, W)`` in [0, 1]; ``moving`` is bool ``(B,)``.

    Clips without independent motion are asked for an empty mask instead of ``size_prior``. ``outlines`` are uint8
    ``(B, T, H, W)``, see `glass.data.core.clip.Clip`.
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
        outlines=None if outlines is None else weights.outlines * _outline_error(masks, outlines),
    )


def _outline_error(masks: Tensor, outlines: Tensor) -> Tensor:
    """Cross entropy of masks ``(B, T, 1, H, W)`` with labels ``(B, T, H, W)``; small agents weigh more."""
    labels = outlines[:, :, None]
    true, known = (labels == AGENT).to(masks.dtype), (labels != UNKNOWN).to(masks.dtype)
    rarity = (known.sum() / true.sum().clamp(min=1)).sqrt().clamp(1, MOST_RARE)
    error = functional.binary_cross_entropy(masks.clamp(1e-4, 1 - 1e-4), true, reduction="none")
    weight = known * (1 + (rarity - 1) * true)
    return ratio((error * weight).sum(), weight.sum())


def _hole_error(frames: Tensor, motion: GlobalMotion) -> Tensor:
    area = motion.holes.sum() * frames.shape[1]
    return ratio(((motion.refilled - frames).abs() * motion.holes).sum(), area)


def ramp_binary_weight(weights: GlobalWeights, schedule: StageConfig, step: int) -> GlobalWeights:
    """Return the weights of the global losses at ``step``: the binary one rises over the first half of the schedule.

    Asked to be 0 or 1 before they have seen what moves, masks become 0 everywhere, and stay so for hundreds of steps.
    """
    return replace(weights, binary=weights.binary * min(1.0, 2 * step / max(1, schedule.steps)))


@dataclass(frozen=True)
class GlobalStage(Stage):
    """Learns masks, background and, with them, shifts."""

    name: ClassVar[str] = "global"
    title: ClassVar[str] = "masks and shifts"

    sources: Sequence[ClipSource]

    @override
    @classmethod
    def open(cls, inputs: StageInputs, step: int) -> Self:
        return cls(inputs.config, inputs.sources)

    @override
    def module(self, model: Glass) -> nn.Module:
        return model.gma

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        rng, length = self.rng(step), clip_length(self.schedule, step)
        clips, where = draw_clips(self.sources, rng, self.schedule.batch, length), device_of(self.module(model))
        frames, outlines = stacked_frames(clips, where), stacked_outlines(clips, where)
        moving = with_agent(frames, outlines, self.config.gma.background_radius)
        if outlines is not None:
            light = sample_illumination(rng, len(clips), self.config.matting.light).to(where)
            frames = apply_illumination(frames.flatten(0, 1), light.repeat_interleave(length, 0)).view_as(frames)
        weights = ramp_binary_weight(self.config.global_weights, self.schedule, step)
        losses = global_losses(frames, model.gma(frames), moving, weights, outlines)
        return StepResult(losses, self.schedule.batch * length)
