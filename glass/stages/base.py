"""What one optimiser step of each stage does: draw a batch, run the model, return the losses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from glass.config import Config, GlobalWeights, StageConfig
from glass.data.core.clip import Clip
from glass.data.sources import ClipSource
from glass.labels.illumination import apply_illumination, sample_illumination
from glass.model import Glass
from glass.motion.windows import as_pictures
from glass.networks.action_codes import travel_weights
from glass.networks.global_motion import MASK_LOGIT_SCALE
from glass.parallel.distributed import all_gather, shard
from glass.parallel.precision import device_of
from glass.stages.losses import (
    AnchorLosses,
    BackdropLosses,
    GlobalLosses,
    JointLosses,
    LocalLosses,
    MattingLosses,
    ShadowLosses,
    anchor_losses,
    global_losses,
    independent_motion,
    local_losses,
    matting_losses,
)
from glass.stages.tracks import CPU, CropBatch, Examples, Tracks

__all__ = [
    "AnchorStage",
    "GlobalStage",
    "LocalStage",
    "MattingStage",
    "Stage",
    "StepLosses",
    "StepResult",
    "clip_count",
    "clip_length",
    "codes_are_due",
    "deciding_weights",
    "draw_clips",
    "draw_frames",
    "initialise_codes",
    "pick_frames",
    "step_rng",
]

FRAMES_FOR_CODES = 6
"""Frames of the clips that codes are first set from."""

STREAM_NAMES = (
    "global",
    "local",
    "tracks",
    "sheet",
    "codes",
    "anchor",
    "matting",
    "examples",
    "joint",
    "backdrop",
    "shadow",
)
STREAMS = {name: number for number, name in enumerate(STREAM_NAMES)}


StepLosses = GlobalLosses | MattingLosses | BackdropLosses | ShadowLosses | AnchorLosses | LocalLosses | JointLosses


@dataclass(frozen=True)
class StepResult:
    """One step's outcome."""

    losses: StepLosses
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


def clip_count(schedule: StageConfig, step: int) -> int:
    """Clips of ``step``: longer ones in smaller batches, so that every step works on about as many frames."""
    return max(2, round(schedule.batch * schedule.lengths[0] / clip_length(schedule, step)))


def deciding_weights(weights: GlobalWeights, schedule: StageConfig, step: int) -> GlobalWeights:
    """Return the weights of the global losses at ``step``: the binary one rises over the first half of the schedule.

    Asked to be 0 or 1 before they have seen what moves, masks become 0 everywhere, and stay so for hundreds of steps.
    """
    return replace(weights, binary=weights.binary * min(1.0, 2 * step / max(1, schedule.steps)))


def draw_clips(sources: Sequence[ClipSource], rng: np.random.Generator, count: int, length: int) -> list[Clip]:
    """Draw this process's share of ``count`` clips from ``sources`` by their weights."""
    weights = np.array([source.weight for source in sources], dtype=float)
    chosen = rng.choice(len(sources), size=count, p=weights / weights.sum())
    # Every clip has a generator of its own, so that nobody has to draw those of other processes.
    draws = list(zip(chosen, rng.spawn(count), strict=True))
    return [sources[index].draw(own, length) for index, own in draws[shard(count)]]


def draw_frames(
    sources: Sequence[ClipSource], rng: np.random.Generator, count: int, length: int, where: torch.device = CPU
) -> Tensor:
    """Draw the pictures of `draw_clips`: ``(B, length, 3, H, W)`` in [0, 1], on a device."""
    clips = draw_clips(sources, rng, count, length)
    return as_pictures(torch.from_numpy(np.stack([clip.frames for clip in clips])).to(where))


def pick_frames(frames: Tensor, chosen: Tensor, where: torch.device) -> Tensor:
    """Pick the ``chosen``, ``(B,)``, of frames, uint8 ``(N, H, W, 3)``: ``(B, 3, H, W)`` in [0, 1], on a device."""
    return as_pictures(frames[chosen].to(where)).contiguous(memory_format=torch.channels_last)


def codes_are_due(model: Glass, schedule: StageConfig, step: int) -> bool:
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
            found = model.lma(batch.crops, batch.shifts).vectors.flatten(0, 1)
            drawn = torch.from_numpy(rng.random((clips, frames - 1)))[shard(clips)]
            counted = drawn < travel_weights(model.lma.travel(batch.shifts)).cpu()
            vectors.append(all_gather(found.cpu()[counted.flatten()])[0])
    generator = torch.Generator().manual_seed(config.training.seed)
    model.lma.quantiser.initialise(torch.cat(vectors), generator)
    model.lma.train()


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
        length = clip_length(self.schedule, step)
        frames = draw_frames(self.sources, rng, self.schedule.batch, length, device_of(self.module(model)))
        moving = independent_motion(frames, self.config.gma.background_radius)
        weights = deciding_weights(self.config.global_weights, self.schedule, step)
        losses = global_losses(frames, model.gma(frames), moving, weights)
        return StepResult(losses, self.schedule.batch * length, 0)

    def finish(self, model: Glass) -> None:
        """Leave the trained ``model`` as it is."""


@dataclass(frozen=True)
class MattingStage:
    """Learns masks to the pixel, from what other frames show behind the agent."""

    config: Config
    examples: Callable[[int], Examples]
    """Gives those of a round, from 0."""
    name: str = "matting"

    @property
    def schedule(self) -> StageConfig:
        """How the stage is trained."""
        return self.config.training.matting_stage

    def module(self, model: Glass) -> nn.Module:
        """Return the part of the model this stage trains."""
        return model.gma.mask_network

    def round_of(self, step: int) -> int:
        """Return the round, from 0, that ``step`` is in."""
        rounds = self.config.training.matting_rounds
        return min(step * rounds // max(self.schedule.steps, 1), rounds - 1)

    def step(self, model: Glass, step: int) -> StepResult:
        """Draw the batch of ``step`` and compute its losses."""
        rng = step_rng(self.config.training.seed, self.name, step)
        batch, where = self.schedule.batch, device_of(self.module(model))
        examples = self.examples(self.round_of(step))
        chosen = torch.from_numpy(rng.integers(len(examples.frames), size=batch))[shard(batch)]
        frames = pick_frames(examples.frames, chosen, where)
        if self.config.matting.light:
            light = sample_illumination(rng, batch, self.config.matting.light)[shard(batch)]
            frames = apply_illumination(frames, light.to(where))
        losses = matting_losses(model.gma.mask_logits(frames), examples.labels[chosen].to(where))
        return StepResult(losses, batch, 0)

    def finish(self, model: Glass) -> None:
        """Make the masks of the trained ``model`` hard again."""
        model.gma.scale_mask_logits(MASK_LOGIT_SCALE)


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
        batch = self.tracks.sample(
            rng, self.schedule.batch, length, self.config.lma.window, device_of(self.module(model))
        )
        crops = batch.crops.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        offsets = model.anchor.offsets(crops).unflatten(0, batch.positions.shape[:2])
        losses = anchor_losses(offsets, batch.positions, batch.shifts, self.config.anchor_weights)
        return StepResult(losses, self.schedule.batch * length, 0)

    def finish(self, model: Glass) -> None:
        """Settle the anchor of the trained ``model`` on whole pixels, and so that windows show what reaches in."""
        if model.anchor.enters_from_edge:
            positions = self.tracks.anchors(model.anchor)
            model.anchor.centre_window_on_mass(self.tracks.masks.flatten(0, 1), positions.flatten(0, 1))
        model.anchor.snap_to_pixels(self.tracks.anchors(model.anchor))


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

    def draw(self, rng: np.random.Generator, count: int, length: int, where: torch.device = CPU) -> CropBatch:
        """Draw this process's share of ``count`` clips of windows, ``length`` frames each, on a device.

        Where travel has an action of its own, what is done standing is drawn more often than it happens, by the weights
        that codes are shared out with.
        """
        weights = travel_weights(self.tracks.shifts) if self.config.lma.locomotion_codes else None
        return self.tracks.sample(rng, count, length, self.config.lma.window, where, weights)

    def step(self, model: Glass, step: int) -> StepResult:
        """Draw the batch of ``step`` and compute its losses."""
        where = device_of(self.module(model))
        if codes_are_due(model, self.schedule, step):
            initialise_codes(model, self.config, partial(self.draw, where=where))
        rng = step_rng(self.config.training.seed, self.name, step)
        count, length = clip_count(self.schedule, step), clip_length(self.schedule, step)
        batch = self.draw(rng, count, length, where)
        motion = model.lma(batch.crops, batch.shifts)
        weights, enters = self.config.local_weights, self.config.anchor.enters_from_edge
        losses = local_losses(motion, batch.crops, batch.visible, model.lma.travel(batch.shifts), weights, enters)
        return StepResult(losses, count * length, len(all_gather(motion.local_actions)[0].unique()))

    def finish(self, model: Glass) -> None:
        """Leave the trained ``model`` as it is."""
