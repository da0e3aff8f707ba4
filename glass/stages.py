"""What one optimiser step of each stage does: draw a batch, run the model, return the losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import nn

from glass.actions import TRAVEL
from glass.config import Config, StageConfig
from glass.crops import as_pictures
from glass.data.clip import Clip
from glass.data.sources import ClipSource
from glass.losses import (
    AnchorLosses,
    GlobalLosses,
    LocalLosses,
    MattingLosses,
    anchor_losses,
    global_losses,
    independent_motion,
    local_losses,
    matting_losses,
)
from glass.model import Glass
from glass.tracks import Examples, Tracks

__all__ = [
    "AnchorStage",
    "GlobalStage",
    "LocalStage",
    "MattingStage",
    "Stage",
    "StepResult",
    "clip_length",
    "draw_clips",
    "step_rng",
]

TRAVEL_SHARE = 0.25
"""Share of the travelling ticks that codes are first set from."""

STREAMS = {"global": 0, "local": 1, "tracks": 2, "sheet": 3, "codes": 4, "anchor": 5, "matting": 6, "examples": 7}


@dataclass(frozen=True)
class StepResult:
    """One step's outcome."""

    losses: GlobalLosses | MattingLosses | AnchorLosses | LocalLosses
    """Weighted terms."""
    frames: int
    """Frames worked on."""
    codes_used: int
    """Different local actions in the batch; 0 where there are none."""


class Stage(Protocol):
    """One stage of training."""

    @property
    def name(self) -> str:
        """Name of the stage."""

    @property
    def schedule(self) -> StageConfig:
        """How the stage is trained."""

    def module(self, model: Glass) -> nn.Module:
        """Return the part of the model this stage trains."""

    def step(self, model: Glass, step: int) -> StepResult:
        """Draw the batch of ``step`` and compute its losses."""

    def finish(self, model: Glass) -> None:
        """Do to the trained ``model`` what is left to do once."""


def step_rng(seed: int, stream: str, step: int) -> np.random.Generator:
    """Give the random generator of one step; a resumed run draws what an uninterrupted one would have drawn."""
    torch.manual_seed(hash((seed, STREAMS[stream], step)) & 0x7FFFFFFF)
    return np.random.default_rng([seed, STREAMS[stream], step])


def clip_length(schedule: StageConfig, step: int) -> int:
    """Frames of the clips of ``step``: the lengths of the schedule follow each other in equal parts."""
    part = min(step * len(schedule.lengths) // max(schedule.steps, 1), len(schedule.lengths) - 1)
    return schedule.lengths[part]


def draw_clips(sources: Sequence[ClipSource], rng: np.random.Generator, count: int, length: int) -> list[Clip]:
    """Draw ``count`` clips from ``sources`` by their weights."""
    weights = np.array([source.weight for source in sources], dtype=float)
    chosen = rng.choice(len(sources), size=count, p=weights / weights.sum())
    return [sources[index].draw(rng, length) for index in chosen]


@dataclass(frozen=True)
class GlobalStage:
    """Learns masks, background and, with them, shifts."""

    config: Config
    sources: Sequence[ClipSource]
    name: str = "global"

    @property
    def schedule(self) -> StageConfig:
        """How the stage is trained."""
        return self.config.training.global_stage

    def module(self, model: Glass) -> nn.Module:
        """Return the part of the model this stage trains."""
        return model.gma

    def step(self, model: Glass, step: int) -> StepResult:
        """Draw the batch of ``step`` and compute its losses."""
        rng = step_rng(self.config.training.seed, self.name, step)
        clips = draw_clips(self.sources, rng, self.schedule.batch, clip_length(self.schedule, step))
        frames = as_pictures(torch.from_numpy(np.stack([clip.frames for clip in clips])))
        moving = independent_motion(frames, self.config.gma.background_radius)
        losses = global_losses(frames, model.gma(frames), moving, self.config.global_weights)
        return StepResult(losses, frames.shape[0] * frames.shape[1], 0)

    def finish(self, model: Glass) -> None:
        """Leave the trained ``model`` as it is."""


@dataclass(frozen=True)
class MattingStage:
    """Learns masks to the pixel, from what other frames show behind the agent."""

    config: Config
    examples: Examples
    name: str = "matting"

    @property
    def schedule(self) -> StageConfig:
        """How the stage is trained."""
        return self.config.training.matting_stage

    def module(self, model: Glass) -> nn.Module:
        """Return the part of the model this stage trains."""
        return model.gma.mask_network

    def step(self, model: Glass, step: int) -> StepResult:
        """Draw the batch of ``step`` and compute its losses."""
        rng = step_rng(self.config.training.seed, self.name, step)
        chosen = torch.from_numpy(rng.integers(len(self.examples.frames), size=self.schedule.batch))
        frames = as_pictures(self.examples.frames[chosen]).contiguous(memory_format=torch.channels_last)
        losses = matting_losses(model.gma.mask_logits(frames), self.examples.labels[chosen])
        return StepResult(losses, len(chosen), 0)

    def finish(self, model: Glass) -> None:
        """Make the masks of the trained ``model`` hard again."""
        model.gma.harden()


@dataclass(frozen=True)
class AnchorStage:
    """Learns the spot of the agent that its path is measured at."""

    config: Config
    tracks: Tracks
    name: str = "anchor"

    @property
    def schedule(self) -> StageConfig:
        """How the stage is trained."""
        return self.config.training.anchor_stage

    def module(self, model: Glass) -> nn.Module:
        """Return the part of the model this stage trains."""
        return model.anchor

    def step(self, model: Glass, step: int) -> StepResult:
        """Draw the batch of ``step`` and compute its losses."""
        rng = step_rng(self.config.training.seed, self.name, step)
        length = clip_length(self.schedule, step)
        batch = self.tracks.sample(rng, self.schedule.batch, length, self.config.lma.window)
        crops = batch.crops.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        offsets = model.anchor.offsets(crops).unflatten(0, batch.positions.shape[:2])
        losses = anchor_losses(offsets, batch.positions, batch.shifts, self.config.anchor_weights)
        return StepResult(losses, len(crops), 0)

    def finish(self, model: Glass) -> None:
        """Settle the anchor of the trained ``model`` on whole pixels, and so that windows show what reaches in."""
        if model.anchor.enters:
            positions = self.tracks.anchors(model.anchor)
            model.anchor.frame_agent(self.tracks.masks.flatten(0, 1), positions.flatten(0, 1))
        model.anchor.settle(self.tracks.anchors(model.anchor))


@dataclass(frozen=True)
class LocalStage:
    """Learns local actions, dynamics and the decoder on tracked windows."""

    config: Config
    tracks: Tracks
    name: str = "local"

    @property
    def schedule(self) -> StageConfig:
        """How the stage is trained."""
        return self.config.training.local_stage

    def module(self, model: Glass) -> nn.Module:
        """Return the part of the model this stage trains."""
        return model.lma

    def _initialise_codes(self, model: Glass) -> None:
        """Quantisation begins: codes are set from what the action network says of fresh batches."""
        vectors = []
        model.lma.eval()
        with torch.no_grad():
            for index in range(12):
                rng = step_rng(self.config.training.seed, "codes", index)
                batch = self.tracks.sample(rng, self.schedule.batch, 6, self.config.lma.window)
                found = model.lma(batch.crops, batch.shifts).vectors.flatten(0, 1)
                if not self.config.lma.gait:
                    vectors.append(found)
                    continue
                # Travel is told by the shift; codes are there for what is done standing.
                standing = torch.from_numpy(rng.random(len(found))) < TRAVEL_SHARE
                standing |= batch.shifts.flatten(0, 1).abs().amax(1) < TRAVEL
                vectors.append(found[standing])
        generator = torch.Generator().manual_seed(self.config.training.seed)
        model.lma.quantiser.initialise(torch.cat(vectors), generator)
        model.lma.train()

    def step(self, model: Glass, step: int) -> StepResult:
        """Draw the batch of ``step`` and compute its losses."""
        # A short stage warms up for half of it, so that it too ends with codes.
        warm_up = min(self.schedule.warm_up, self.schedule.steps // 2)
        if step >= warm_up and not bool(model.lma.quantiser.ready):
            self._initialise_codes(model)
        rng = step_rng(self.config.training.seed, self.name, step)
        length = clip_length(self.schedule, step)
        # Longer clips in smaller batches: every step works on about the same number of frames.
        count = max(2, round(self.schedule.batch * self.schedule.lengths[0] / length))
        batch = self.tracks.sample(rng, count, length, self.config.lma.window)
        motion = model.lma(batch.crops, batch.shifts)
        # Where travel has no action of its own, its direction says nothing about actions.
        travel = batch.shifts if self.config.lma.gait else torch.zeros_like(batch.shifts)
        losses = local_losses(motion, batch.crops, batch.visible, travel, self.config.local_weights)
        return StepResult(losses, count * length, len(motion.local_actions.unique()))

    def finish(self, model: Glass) -> None:
        """Leave the trained ``model`` as it is."""
