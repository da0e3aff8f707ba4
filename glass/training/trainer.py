"""The training loop: the stages of a pipeline one after the other, resumable at any step, with checkpoints."""

import json
import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass
from os import devnull
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn
from torch.optim import Adam

from glass.config import Config, StageConfig, TrainingConfig
from glass.core.atomic_files import write_text
from glass.core.errors import GlassError
from glass.data.sources import ClipSource
from glass.model import Glass
from glass.motion.windows import as_pictures
from glass.parallel.distributed import barrier, data_parallel, is_first, single_process, world_size
from glass.parallel.precision import device, device_of, mixed_precision
from glass.parallel.shared_batch_norm import share_statistics
from glass.parallel.threads import thread_choice
from glass.stages.base import Stage, StepResult, TrackedStage
from glass.stages.inputs import StageInputs
from glass.stages.pipeline import DONE, PIPELINE
from glass.stages.random_draws import draw_clips, step_rng
from glass.stages.tracks import Tracks
from glass.training.checkpoint import (
    AVERAGED,
    TrainingPosition,
    average_weights,
    copy_mean,
    load_extra,
    load_optimiser,
    load_position,
    load_weights,
    save_checkpoint,
)
from glass.training.contact_sheets import global_sheet, local_sheet, save_sheet
from glass.training.optimisation import learning_rate, make_optimiser, optimise
from glass.training.progress import Reporter, StepProgress
from glass.training.statistics import count_statistics
from glass.training.step_log import open_log

SHEET_CLIPS = 6


class SchedulePlanner(Protocol):
    """Fits the schedule to something that is known only while training: the time there is, a person's wish to stop."""

    def plan(self, stage: str, done: int, schedule: StageConfig) -> StageConfig | None:
        """Return the schedule to follow from step ``done`` of a stage on; None saves the run and stops it."""


def _check_batches(pipeline: Sequence[type[Stage]], training: TrainingConfig) -> None:
    """Refuse, by a ValueError, more processes than there are clips in some batch."""
    batches = [stage.smallest_batch(training) for stage in pipeline if stage.schedule_in(training).steps]
    smallest = min([*batches, training.matting_clips, training.track_clips])
    if smallest < world_size():
        raise ValueError(
            f"{world_size()} processes cannot share a batch of {smallest}; start fewer, or make the batches larger"
        )


class StageStep(nn.Module):
    """A stage's step as a module that holds what the stage trains, so that its gradients can be averaged."""

    def __init__(self, model: Glass, trained: nn.Module) -> None:
        """Hold ``trained``, a part of ``model``."""
        super().__init__()
        self.trained = trained
        self._model = (model,)  # In a tuple: the parts that are not trained are no parts of this one.

    def forward(self, stage: Stage, step: int) -> StepResult:
        """Draw the batch of ``step`` and compute its losses."""
        model = self._model[0]
        with mixed_precision(device_of(self.trained), model.config.training.precision == "mixed"):
            return stage.step(model, step)


@dataclass(eq=False)
class Trainer:
    """Trains one run in its folder, alone or as one of several processes (see `glass.parallel.distributed`)."""

    config: Config
    """Of model and training."""
    sources: Sequence[ClipSource]
    """Of clips."""
    folder: Path
    """Of the run; what it already holds is continued."""
    reporter: Reporter
    """Told of every step."""
    save_every: int = 250
    """Steps between checkpoints."""
    planner: SchedulePlanner | None = None
    """Fits the schedule while training; without one the config's holds."""
    pipeline: Sequence[type[Stage]] = PIPELINE
    """The stages in their order."""
    build: Callable[[Config], Glass] = Glass
    """Makes the model, or a variant of it."""

    def __post_init__(self) -> None:
        """Build the model, and load what the folder holds of it."""
        self._names = [stage.name for stage in self.pipeline]
        torch.manual_seed(self.config.training.seed)
        model = self.build(self.config)
        self.live = model.to(device(), memory_format=torch.channels_last)  # type: ignore[call-overload]
        if self.config.training.keep_actions:
            self.live.lma.keep_actions()
        if world_size() > 1:
            share_statistics(self.live)
        self.averaged = deepcopy(self.live)
        self.position = TrainingPosition(self.pipeline[0].name, 0)
        self.tensors: dict[str, torch.Tensor] = {}
        self.extra: dict[str, Any] = {
            "data": [source.describe for source in self.sources],
            "licences": sorted({source.licence for source in self.sources}),
            "tick_rate": self.sources[0].tick_rate,
        }
        found = load_position(self.folder)
        if found:
            self.position, self.tensors = found
            load_weights(self.live, self.tensors, "live.")
            load_weights(self.averaged, self.tensors, "average.")
            self.extra = load_extra(self.folder / AVERAGED) | self.extra

    @property
    def is_new(self) -> bool:
        """Whether nothing has been trained yet."""
        return self.position == TrainingPosition(self.pipeline[0].name, 0)

    def warm_start(self, paths: Sequence[Path]) -> None:
        """Take over those weights of another run or bundle that fit; of several, their mean (`copy_mean`).

        Local actions are found anew, unless the config keeps them: then they stay those of the weights, in their order.

        Raises:
            GlassError: no such file, nothing in it fits, or it has no local actions that fit and could be kept.
        """
        taken, quantiser = copy_mean(paths, self.live), self.live.lma.quantiser
        if not self.config.training.keep_actions:
            quantiser.ready.fill_(False)
        elif not quantiser.initialised or any(
            name.startswith(("lma.action_network.", "lma.quantiser.")) and name not in taken
            for name in self.live.state_dict()
        ):
            raise GlassError(
                f"{paths[-1]}: has no local actions of these settings to keep; start without --keep-actions"
            )
        training = self.config.training
        if self.config.shadow.cast and not training.shadow_stage.steps:
            unknown = [name for name in self.live.state_dict() if name.startswith("shadow.") and name not in taken]
            if unknown:
                raise GlassError(f"{paths[-1]}: has no shadow of these settings; let training.shadow_stage have steps")
        for stage in self.pipeline:
            if stage.schedule_in(training).steps:
                stage.reopen(self.live, taken)
        self.averaged.load_state_dict(self.live.state_dict())
        kept = ", with its local actions" if self.config.training.keep_actions else ""
        names = " and ".join(f"{path.parent.name}/{path.name}" for path in paths)
        self.extra["warm_start"] = f"{len(taken)} of {len(self.live.state_dict())} tensors of {names}{kept}"

    def run(self) -> None:
        """Train to the end of the schedule, or until the planner stops it.

        Raises:
            NonFiniteLossError: a loss is not finite; the last checkpoint stays.
            ValueError: there are more processes than clips in a batch.
        """
        _check_batches(self.pipeline, self.config.training)
        self.folder.mkdir(parents=True, exist_ok=True)
        # Masks saturate, their gradients become denormal, and the processor crawls on those.
        torch.set_flush_denormal(True)
        inputs = StageInputs(self.config, self.sources, self.averaged, self._count_clips)
        stages = {stage.name: stage for stage in self.pipeline}
        while self.position.stage in stages:
            stage = stages[self.position.stage].open(inputs, self.position.step)
            self.train(stage)
            if self.position.stage == stage.name:
                return

    def _after(self, stage: Stage) -> str:
        """Return the name of the stage that follows."""
        for following in self.pipeline[self._names.index(stage.name) + 1 :]:
            if following.schedule_in(self.config.training).steps or not following.optional:
                return following.name
        return DONE

    def _count_clips(self, name: str, steps: int) -> Callable[[int], None]:
        """Return what tells that so many of ``steps`` clips have been read."""
        started, length = time.monotonic(), self.config.training.track_length

        def note(done: int) -> None:
            rate = done * length / (time.monotonic() - started)
            self.reporter.report(StepProgress(name, done, steps, {}, 0, rate))

        return note

    def _planned(self, stage: Stage) -> Stage | None:
        """Let the planner say what schedule a stage follows from here on; None where it stops."""
        if not self.planner:
            return stage
        schedule = self.planner.plan(stage.name, self.position.step, stage.schedule)
        return None if schedule is None else stage.with_schedule(schedule)

    def train(self, stage: Stage) -> None:
        """Train a stage from where the run stands to its end, or until the planner stops it."""
        tracks = stage.tracks if isinstance(stage, TrackedStage) else None
        module, average = stage.module(self.live), stage.module(self.averaged)
        optimiser = make_optimiser(module, stage.schedule)
        if self.position.step:
            load_optimiser(optimiser, self.tensors)
        self.tensors = {}
        module.train()
        step_together = data_parallel(StageStep(self.live, module))
        with (
            open_log(self.folder, self.position, self._names)
            if is_first()
            else open(devnull, "w", encoding="utf-8") as log,
            thread_choice() as choice,
        ):
            while True:
                step, planned = self.position.step, self._planned(stage)
                if planned is None:
                    self._save(optimiser, tracks)
                    return
                stage = planned
                if step >= stage.schedule.steps:
                    break
                started = time.monotonic()
                torch.set_num_threads(choice.threads)
                for group in optimiser.param_groups:
                    group["lr"] = learning_rate(stage.schedule, step)
                codes_were_ready = self.live.lma.quantiser.initialised
                result: StepResult = step_together(stage, step)
                values = result.losses.check(step)
                optimise(optimiser, module, result.losses)
                fresh = self.live.lma.quantiser.initialised != codes_were_ready
                decay = min(stage.schedule.average_decay, (1 + step) / (10 + step))
                average_weights(average, module, 0.0 if fresh else decay)
                seconds = time.monotonic() - started
                choice.note(seconds)
                rate = result.frames / seconds
                done = step + 1
                progress = StepProgress(stage.name, done, stage.schedule.steps, values, result.codes_used, rate)
                self.reporter.report(progress)
                log.write(json.dumps(asdict(progress)) + "\n")
                self.position = TrainingPosition(stage.name, done)
                if done % self.save_every == 0 and done < stage.schedule.steps:
                    log.flush()
                    self._save(optimiser, tracks)
        if stage.schedule.steps:
            stage.finish(self.averaged)
        stage.module(self.live).load_state_dict(average.state_dict())
        self.position = TrainingPosition(self._after(stage), 0)
        self._save(None, tracks)

    def _save(self, optimiser: Adam | None, tracks: Tracks | None) -> None:
        """Write checkpoint, statistics and contact sheet; the first process does."""
        if is_first():
            with single_process():
                shown = deepcopy(self.averaged).cpu()
                if tracks and shown.lma.quantiser.initialised:
                    self.extra["statistics"] = asdict(count_statistics(shown.lma, tracks))
                save_checkpoint(self.folder, self.live, self.averaged, optimiser, self.position, self.extra)
                self._draw_sheet(shown, tracks)
                write_text(self.folder / "place.json", json.dumps(asdict(self.position)))
        barrier()

    def _draw_sheet(self, model: Glass, tracks: Tracks | None) -> None:
        rng = step_rng(self.config.training.seed, "sheet", 0)
        name = f"{self.position.stage}-{self.position.step:05d}.png"
        if tracks:
            length = min(13, tracks.frames.shape[1])
            batch = tracks.sample(rng, SHEET_CLIPS, length, self.config.lma.window)
            save_sheet(self.folder / name, local_sheet(model, batch))
        else:
            clips = draw_clips(self.sources, rng, SHEET_CLIPS, 2)
            frames = as_pictures(torch.stack([torch.from_numpy(clip.frames[0]) for clip in clips]))
            save_sheet(self.folder / name, global_sheet(model, frames))
