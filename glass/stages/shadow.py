"""The shadow stage: shadow removal and casting, learned by L2 from pairs of frames of one clip.

What frames of a clip have in common is its background, what differs is the light.

Two things are asked for, wherever no agent is: the background without any shadow, darkened, is to become a frame; and
so is another frame, with its own shadow taken off. The first says what a shadow is, the second what play will do.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import torch
from torch import Tensor, nn
from typing_extensions import override

from glass.labels.illumination import in_shadow
from glass.labels.trimap import dilated
from glass.model import Glass
from glass.motion.windows import as_pictures, cut_windows, place_windows
from glass.networks.shadow import replace_shadow, shadow_centres, view_windows
from glass.parallel.distributed import ratio, shard
from glass.parallel.precision import device_of
from glass.stages.base import LossTerms, StepResult, TrackedStage
from glass.stages.inputs import StageInputs
from glass.stages.tracks import Tracks

MOST_APART = 12
"""Most ticks between the two frames."""
MASK_MARGIN = 2
"""Pixels around a mask in which the agent may still be."""
LIT_QUANTILE = 0.8
"""A background in full light is as light as this share of the frames that show it, or lighter."""
FEWEST_FRAMES = 3
"""Frames that must show a piece of background."""
UNCHANGED = 0.06
"""Difference from the background, largest of the three colours in [0, 1], up to which a pixel is fully lit."""


@dataclass(frozen=True)
class LitBackgrounds:
    """What is behind the agents of clips, without their shadows."""

    frames: Tensor
    """uint8 ``(N, H, W, 3)``."""
    known: Tensor
    """bool ``(N, H, W)``: where it was seen."""


def lit_backgrounds(tracks: Tracks) -> LitBackgrounds:
    """Find them, for clips of a camera that stands still."""
    found, known = [], []
    for frames, masks in zip(tracks.frames, tracks.masks, strict=True):
        hidden = dilated(masks[:, None].float().div(255), MASK_MARGIN) > 0
        shown = as_pictures(frames).masked_fill(hidden, torch.nan)
        light = shown.nanquantile(LIT_QUANTILE, 0, interpolation="nearest").nan_to_num(0.0)
        found.append((light * 255).round().to(torch.uint8).movedim(0, -1))
        known.append((~hidden).sum((0, 1)) >= FEWEST_FRAMES)
    return LitBackgrounds(torch.stack(found), torch.stack(known))


@dataclass(frozen=True)
class ShadowLosses(LossTerms):
    """The terms of the shadow's stage, each a scalar tensor."""

    moved: Tensor
    """Between one frame and another, relit."""
    cast: Tensor
    """Between a frame and its background without any shadow, darkened."""


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


@dataclass(frozen=True)
class ShadowStage(TrackedStage):
    """Learns to take the agent's shadow off a frame and to cast it anew."""

    name: ClassVar[str] = "shadow"
    title: ClassVar[str] = "the agent's shadow"
    optional: ClassVar[bool] = True

    backgrounds: LitBackgrounds

    @override
    @classmethod
    def open(cls, inputs: StageInputs, step: int) -> Self:
        tracks = inputs.anchored_tracks
        return cls(inputs.config, tracks, lit_backgrounds(tracks))

    @override
    def module(self, model: Glass) -> nn.Module:
        assert model.shadow is not None
        return model.shadow

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        network = self.module(model)
        where, window, tracks = device_of(network), self.config.shadow.window, self.tracks
        rng, batch, length = self.rng(step), self.schedule.batch, tracks.frames.shape[1]
        clip, tick = rng.integers(len(tracks), size=batch), rng.integers(length, size=batch)
        other = (tick + rng.integers(-MOST_APART, MOST_APART + 1, size=batch)).clip(0, length - 1)
        clips, first, later = (torch.from_numpy(part)[shard(batch)] for part in (clip, tick, other))

        def pick(ticks: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            frames, masks, positions = tracks.pick(clips, ticks, where)
            return frames, masks, shadow_centres(positions, self.config.lma.window, self.config.anchor.enters_from_edge)

        frames, masks, centres = pick(first)
        others, other_masks, other_centres = pick(later)
        views, outline = view_windows(frames, centres, window), cut_windows(masks, centres, window)
        outlines = torch.cat([outline, cut_windows(other_masks, other_centres, window)])
        taken = network(views.repeat(2, 1, 1, 1), outline.repeat(2, 1, 1, 1), outlines)
        size = frames.shape[-2], frames.shape[-1]
        before, after = place_windows(taken, torch.cat([centres, other_centres]), size).chunk(2)
        lit = as_pictures(self.backgrounds.frames[clips].to(where))
        # What neither shows the background nor its shadow has been pushed there.
        unmoved = ((others - lit).abs().amax(1, keepdim=True) < UNCHANGED) | in_shadow(others, lit)
        known = self.backgrounds.known[clips].to(where)[:, None] & unmoved
        free = 1 - dilated(other_masks, MASK_MARGIN)
        losses = shadow_losses(
            moved=replace_shadow(frames, before, after),
            counted=free * (1 - dilated(masks, MASK_MARGIN)),
            cast=lit * (1 - after),
            known=free * known,
            frames=others,
        )
        return StepResult(losses, 2 * batch)
