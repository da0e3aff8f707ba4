"""The matting stage: masks to the pixel, by cross entropy with labels from what other frames show behind the agent."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.data.core.clip import Clip
from glass.labels.illumination import apply_illumination, even_light, sample_illumination
from glass.labels.trimap import AGENT, BACKGROUND, UNKNOWN, MattingConfig, trimap
from glass.model import Glass
from glass.motion.edge_agents import extend_to_edge, free_end
from glass.networks.global_motion import MASK_LOGIT_SCALE, GlobalMotionAnalysis
from glass.parallel.distributed import all_gather, ratio, shard
from glass.parallel.precision import device_of, full_precision
from glass.stages.base import LossTerms, Stage, StepResult
from glass.stages.inputs import StageInputs
from glass.stages.random_draws import pick_frames
from glass.stages.tracks import segmented, within_outlines

MASKS = "gma.mask_network.output.weight"
"""The weights whose logits `MattingStage.finish` scales."""


@dataclass(frozen=True)
class Examples:
    """Frames with what is known of their agent's pixels."""

    frames: Tensor
    """uint8 ``(N, H, W, 3)``."""
    labels: Tensor
    """uint8 ``(N, H, W)``, as `glass.labels.trimap.trimap` gives them."""


@torch.no_grad()
def matte_clips(
    analysis: GlobalMotionAnalysis,
    clips: list[Clip],
    config: MattingConfig,
    enters: str = "",
    progress: Callable[[int], None] | None = None,
) -> Examples:
    """Find the agent's pixels in clips by what other frames show behind it; see `glass.labels.trimap`.

    Every process reads its own clips, and gets the examples of all.
    """
    analysis.eval()
    labels = []
    for number, clip in enumerate(clips):
        outlines = None if clip.outlines is None else torch.from_numpy(clip.outlines)
        if outlines is None or bool((outlines == UNKNOWN).any()):
            found = _found_labels(analysis, clip, config, enters)
            labels.append(found if outlines is None else _with_outlines(found, outlines))
        else:  # All is known: there is nothing to find.
            labels.append(outlines)
        if progress:
            progress(number + 1)
    frames = torch.from_numpy(np.concatenate([clip.frames for clip in clips]))
    return Examples(all_gather(frames)[0], all_gather(torch.cat(labels))[0])


def _found_labels(analysis: GlobalMotionAnalysis, clip: Clip, config: MattingConfig, enters: str) -> Tensor:
    """Label a clip, uint8 ``(L, H, W)``, by its rough masks and what other frames show behind them."""
    pictures, masks = segmented(analysis, torch.from_numpy(clip.frames))
    masks = extend_to_edge(within_outlines(masks, clip), enters)
    agent_shifts, shifts = analysis.register(pictures[None], masks[None], free_end(masks, enters)[None])
    return trimap(even_light(pictures, masks), masks, shifts[0], config, enters, agent_shifts[0]).cpu()


def _with_outlines(labels: Tensor, outlines: Tensor) -> Tensor:
    """Let a look at the clip have its say, both uint8 ``(L, H, W)``: on background, and where nothing is known."""
    labels = torch.where(outlines == BACKGROUND, outlines, labels)
    return torch.where(labels == UNKNOWN, outlines, labels)


@dataclass(frozen=True)
class MattingLosses(LossTerms):
    """The term of the matting stage, a scalar tensor."""

    matte: Tensor
    """Binary cross entropy of masks, where the label is known."""


def matting_losses(logits: Tensor, labels: Tensor, agent_weight: float = 1.0) -> MattingLosses:
    """Cross entropy between masks' logits ``(N, 1, H, W)`` and labels uint8 ``(N, H, W)``, where these are known.

    The agent's pixels count ``agent_weight`` times as much as the background's.
    """
    true = (labels == AGENT)[:, None].to(logits.dtype)
    weight = (labels != UNKNOWN)[:, None] * (1 + (agent_weight - 1) * true)
    error = functional.binary_cross_entropy_with_logits(logits, true, weight, reduction="sum")
    return MattingLosses(matte=ratio(error, weight.sum()))


@dataclass(frozen=True)
class MattingStage(Stage):
    """Learns masks to the pixel, from what other frames show behind the agent."""

    name: ClassVar[str] = "matting"
    title: ClassVar[str] = "masks to the pixel"

    examples: Callable[[int], Examples]
    """Gives those of a round, from 0."""

    @override
    @classmethod
    def open(cls, inputs: StageInputs, step: int) -> Self:
        config, analysis = inputs.config, inputs.model.gma

        @lru_cache(1)
        def read(number: int) -> Examples:
            """Read the same clips by the masks so far: once a round, told apart by its number."""
            clips = inputs.matting_clips()
            count = inputs.count_clips("examples", len(clips))
            with full_precision(next(analysis.parameters())):  # A round may begin within a step.
                return matte_clips(analysis, clips, config.matting, config.anchor.enters_from_edge, count)

        stage = cls(config, read)
        if stage.schedule.steps:
            read(stage.round_of(step))  # Before the first step is timed.
        return stage

    @override
    def module(self, model: Glass) -> nn.Module:
        return model.gma.mask_network

    def round_of(self, step: int) -> int:
        """Return the round, from 0, that ``step`` is in."""
        rounds = self.config.training.matting_rounds
        return min(step * rounds // max(self.schedule.steps, 1), rounds - 1)

    @override
    def step(self, model: Glass, step: int) -> StepResult:
        rng, batch, where = self.rng(step), self.schedule.batch, device_of(self.module(model))
        examples = self.examples(self.round_of(step))
        chosen = torch.from_numpy(rng.integers(len(examples.frames), size=batch))[shard(batch)]
        frames = pick_frames(examples.frames, chosen, where)
        if self.config.matting.light:
            light = sample_illumination(rng, batch, self.config.matting.light)[shard(batch)]
            frames = apply_illumination(frames, light.to(where))
        logits, labels = model.gma.mask_logits(frames), examples.labels[chosen].to(where)
        return StepResult(matting_losses(logits, labels, self.config.matting.agent_weight), batch)

    @override
    def finish(self, model: Glass) -> None:
        model.gma.scale_mask_logits(MASK_LOGIT_SCALE)

    @override
    @classmethod
    def reopen(cls, model: Glass, taken: set[str]) -> None:
        if MASKS in taken:
            model.gma.scale_mask_logits(1 / MASK_LOGIT_SCALE)
