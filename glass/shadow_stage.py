"""Learning the agent's shadow from pairs of frames: one is to become the other wherever the agent is in neither."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from glass.config import Config, StageConfig
from glass.crops import as_pictures, cut_windows, place_windows
from glass.losses import shadow_losses
from glass.model import Glass
from glass.processes import device_of, share
from glass.shadow import relit_frames, view_windows
from glass.stages import StepResult, step_rng
from glass.tracks import Tracks

__all__ = ["ShadowStage"]

APART = 12
"""Most ticks between the two frames."""
NEAR = 2
"""Pixels around a mask in which the agent may still be."""


@dataclass(frozen=True)
class ShadowStage:
    """Learns to take the agent's shadow off a frame and to cast it anew."""

    config: Config
    tracks: Tracks
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
        where, window, tracks = device_of(network), self.config.lma.window, self.tracks
        rng = step_rng(self.config.training.seed, self.name, step)
        batch, length = self.schedule.batch, tracks.frames.shape[1]
        clip, tick = rng.integers(len(tracks), size=batch), rng.integers(length, size=batch)
        other = (tick + rng.integers(-APART, APART + 1, size=batch)).clip(0, length - 1)
        clips, first, later = (torch.from_numpy(part)[share(batch)] for part in (clip, tick, other))

        def pick(ticks: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            frames = as_pictures(tracks.frames[clips, ticks].to(where))
            masks = tracks.masks[clips, ticks].to(where)[:, None].float().div(255)
            return frames, masks, tracks.positions[clips, ticks].to(where)

        frames, masks, positions = pick(first)
        others, other_masks, other_positions = pick(later)
        views, outline = view_windows(frames, positions, window), cut_windows(masks, positions, window)
        outlines = torch.cat([outline, cut_windows(other_masks, other_positions, window)])
        taken = network(views.repeat(2, 1, 1, 1), outline.repeat(2, 1, 1, 1), outlines)
        size = frames.shape[-2], frames.shape[-1]
        before, after = place_windows(taken, torch.cat([positions, other_positions]), size).chunk(2)
        agent = torch.maximum(masks, other_masks)
        counted = 1 - (functional.max_pool2d(agent, 2 * NEAR + 1, 1, NEAR) > 0.5).to(agent.dtype)
        losses = shadow_losses(relit_frames(frames, before, after), others, counted)
        return StepResult(losses, 2 * batch, 0)

    def finish(self, model: Glass) -> None:
        """Leave the trained ``model`` as it is."""
