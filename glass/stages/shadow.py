"""Learning the agent's shadow: what frames of a clip have in common is its background, what differs is the light.

Two things are asked for, wherever no agent is: the background without any shadow, darkened, is to become a frame; and
so is another frame, with its own shadow taken off. The first says what a shadow is, the second what play will do.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from glass.config import Config, StageConfig
from glass.labels.illumination import in_shadow
from glass.labels.trimap import dilated
from glass.model import Glass
from glass.motion.windows import as_pictures, cut_windows, place_windows
from glass.networks.shadow import replace_shadow, shadow_centres, view_windows
from glass.parallel.distributed import shard
from glass.parallel.precision import device_of
from glass.stages.base import StepResult, step_rng
from glass.stages.losses import shadow_losses
from glass.stages.tracks import Tracks

__all__ = ["LitBackgrounds", "ShadowStage", "lit_backgrounds"]

APART = 12
"""Most ticks between the two frames."""
NEAR = 2
"""Pixels around a mask in which the agent may still be."""
LIT = 0.8
"""A background in full light is as light as this share of the frames that show it, or lighter."""
SEEN = 3
"""Frames that must show a piece of background."""
SAME = 0.06
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
        hidden = dilated(masks[:, None].float().div(255), NEAR) > 0
        shown = as_pictures(frames).masked_fill(hidden, torch.nan)
        light = shown.nanquantile(LIT, 0, interpolation="nearest").nan_to_num(0.0)
        found.append((light * 255).round().to(torch.uint8).movedim(0, -1))
        known.append((~hidden).sum((0, 1)) >= SEEN)
    return LitBackgrounds(torch.stack(found), torch.stack(known))


@dataclass(frozen=True)
class ShadowStage:
    """Learns to take the agent's shadow off a frame and to cast it anew."""

    config: Config
    tracks: Tracks
    backgrounds: LitBackgrounds
    name: str = "shadow"

    @property
    def schedule(self) -> StageConfig:
        """How the stage is trained."""
        return self.config.training.shadow_stage

    def module(self, model: Glass) -> nn.Module:
        """Return the part of the model this stage trains."""
        assert model.shadow is not None
        return model.shadow

    def step(self, model: Glass, step: int) -> StepResult:
        """Draw the pairs of ``step`` and compute their losses."""
        network = self.module(model)
        where, window, tracks = device_of(network), self.config.shadow.window, self.tracks
        rng = step_rng(self.config.training.seed, self.name, step)
        batch, length = self.schedule.batch, tracks.frames.shape[1]
        clip, tick = rng.integers(len(tracks), size=batch), rng.integers(length, size=batch)
        other = (tick + rng.integers(-APART, APART + 1, size=batch)).clip(0, length - 1)
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
        unmoved = ((others - lit).abs().amax(1, keepdim=True) < SAME) | in_shadow(others, lit)
        known = self.backgrounds.known[clips].to(where)[:, None] & unmoved
        free = 1 - dilated(other_masks, NEAR)
        losses = shadow_losses(
            moved=replace_shadow(frames, before, after),
            counted=free * (1 - dilated(masks, NEAR)),
            cast=lit * (1 - after),
            known=free * known,
            frames=others,
        )
        return StepResult(losses, 2 * batch, 0)

    def finish(self, model: Glass) -> None:
        """Leave the trained ``model`` as it is."""
