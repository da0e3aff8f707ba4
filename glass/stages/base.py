"""The base class of training stages: what the trainer asks of each."""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import torch
from torch import Tensor, nn
from typing_extensions import override

from glass.config import Config, StageConfig, TrainingConfig
from glass.model import Glass
from glass.networks.moving.facing import turn_pictures
from glass.networks.moving.local_motion import MovingMotionAnalysis
from glass.parallel.distributed import average
from glass.parallel.precision import device_of
from glass.stages.inputs import StageInputs, tick_weights
from glass.stages.random_draws import CPU, clip_length, step_rng
from glass.stages.tracks import CropBatch, Tracks


class NonFiniteLossError(RuntimeError):
    """A loss is not finite; the message names the term."""


class LossTerms:
    """The weighted terms of a stage's loss, each a scalar tensor and a field of a dataclass; None is not counted."""

    def total(self) -> Tensor:
        """Sum of the weighted terms."""
        return torch.stack(list(self._terms().values())).sum()

    def check(self, step: int) -> dict[str, float]:
        """Return the terms as numbers, averaged over the processes.

        Raises:
            NonFiniteLossError: naming the first term that is not finite.
        """
        terms = self._terms()
        found = average(torch.stack(list(terms.values()))).tolist()
        values: dict[str, float] = dict(zip(terms, found, strict=True))
        for name, value in values.items():
            if not math.isfinite(value):
                raise NonFiniteLossError(f"step {step}: the loss '{name}' is {value}; lower the learning rate")
        return values

    def _terms(self) -> dict[str, Tensor]:
        return {name: term for name, term in vars(self).items() if term is not None}


@dataclass(frozen=True)
class StepResult:
    """One step's outcome."""

    losses: LossTerms
    """Weighted terms."""
    frames: int
    """Frames worked on."""
    codes_used: int = 0
    """Different local actions in the batch; 0 where there are none."""


@dataclass(frozen=True)
class Stage(ABC):
    """One stage of training.

    A new one is a subclass in a file of its own, a line in `glass.stages.pipeline.PIPELINE`, and its schedule,
    ``<name>_stage``, in `glass.config.TrainingConfig`.
    """

    name: ClassVar[str]
    """Names its schedule, its random stream, its lines in the log and its checkpoints."""
    title: ClassVar[str]
    """What a person reads of it."""
    optional: ClassVar[bool] = False
    """Whether a run without steps for it passes it over altogether, and writes no checkpoint in its place."""

    config: Config

    @classmethod
    @abstractmethod
    def open(cls, inputs: StageInputs, step: int) -> Self:
        """Take what the stage learns from out of ``inputs``, to begin at ``step``."""

    @classmethod
    def schedule_in(cls, training: TrainingConfig) -> StageConfig:
        """Return the stage's schedule."""
        schedule: StageConfig = getattr(training, f"{cls.name}_stage")
        return schedule

    @property
    def schedule(self) -> StageConfig:
        """How the stage is trained."""
        return self.schedule_in(self.config.training)

    def with_schedule(self, schedule: StageConfig) -> Self:
        """Return the stage with another schedule."""
        changes: dict[str, Any] = {f"{self.name}_stage": schedule}
        return replace(self, config=replace(self.config, training=replace(self.config.training, **changes)))

    @classmethod
    def smallest_batch(cls, training: TrainingConfig) -> int:
        """Return how few clips (or frames) a step may work on."""
        return cls.schedule_in(training).batch

    def rng(self, step: int) -> np.random.Generator:
        """Give the random generator of ``step``, and seed torch's."""
        return step_rng(self.config.training.seed, self.name, step)

    @abstractmethod
    def module(self, model: Glass) -> nn.Module:
        """Return the part of the model this stage trains."""

    @abstractmethod
    def step(self, model: Glass, step: int) -> StepResult:
        """Draw the batch of ``step`` and compute its losses."""

    def finish(self, model: Glass) -> None:  # noqa: B027
        """Do to the trained ``model`` what is left to do once."""

    @classmethod  # noqa: B027
    def reopen(cls, model: Glass, taken: set[str]) -> None:
        """Undo `finish` in a ``model`` that is to be trained on; ``taken`` are the tensors that a warm start gave."""


@dataclass(frozen=True)
class TrackedStage(Stage):
    """A stage that learns from windows along agents' paths; statistics and contact sheets are made of them, too."""

    tracks: Tracks

    @override
    @classmethod
    def open(cls, inputs: StageInputs, step: int) -> Self:
        return cls(inputs.config, inputs.anchored_tracks)

    def draw(
        self, rng: np.random.Generator, count: int, length: int, where: torch.device = CPU, views: int = 0
    ) -> CropBatch:
        """Draw this process's shard of ``count`` clips of windows, ``length`` frames each, with ``views``, on a device.

        Ticks are drawn as often as `tick_weights` say.
        """
        weights = tick_weights(self.config, self.tracks)
        return self.tracks.sample(rng, count, length, self.config.lma.window, where, weights, views)


class Pairs(NamedTuple):
    """Two crops of each of ``N`` agents, which face right."""

    crops: Tensor
    """``(N, 2, 4, S, S)`` premultiplied RGBA in [0, 1]."""
    visible: Tensor
    """``(N, 2, 1, S, S)`` in {0, 1}, zero where the window reaches beyond the frame."""


@dataclass(frozen=True)
class PairStage(TrackedStage):
    """A stage that learns from single pairs of frames, up to its schedule's ``lengths`` apart."""

    def draw_pairs(self, model: Glass, step: int) -> Pairs:
        """Draw the batch of ``step``, all facing right."""
        assert isinstance(model.lma, MovingMotionAnalysis)
        rng = self.rng(step)
        length = int(rng.integers(2, clip_length(self.schedule, step) + 1))
        batch = self.draw(rng, self.schedule.batch, length, device_of(model.lma))
        crops, _, facing = model.lma.face_right(batch.crops, batch.shifts, batch.facings)
        return Pairs(crops[:, [0, -1]], turn_pictures(batch.visible, facing)[:, [0, -1]])
