"""Training of a model within the time there is, so that it ends with one that can be played."""

import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FrameType

import msgspec
import numpy as np
import numpy.typing as npt

from export.bundle.verify import VerificationError
from export.learn.beginning import Beginning, begin, shipped_movers
from export.learn.budget import LAST_STAGE, Budget, shares_of
from export.learn.display import Display
from export.learn.fallback import shipped_actions
from export.learn.install import Trained, install, steps_taken, trained
from export.learn.mask_check import GOOD_AGREEMENT, OutlinedFrames
from export.learn.options import LearnOptions
from export.learn.timing import export_seconds
from glass.core.errors import GlassError
from glass.footage.source import OWN_LICENCE, FootageSource
from glass.footage.stills import Stills
from glass.stages.base import NonFiniteLossError
from glass.survey.advice import Suggestion, Survey
from glass.survey.first_labels import first_labels, stretches
from glass.training.checkpoint import TrainingPosition
from glass.training.tensorboard import recorded
from glass.training.trainer import Trainer
from playground.bundles.library import bundle_folders
from playground.bundles.manifest import read_manifest
from playground.bundles.own_facts import carry_names
from playground.learning.messages import LearnedModel

CHECKPOINT_STEPS, FEWEST_CHECKPOINT_STEPS = 12, 50
"""Steps between checkpoints, for each minute there is, and at least."""

MOST_FAILURES = 2
"""Times that a loss of a stage may not be finite, with smaller steps after the first, before it is left as it is."""

FEWEST_LOCAL_STEPS = 300
"""Steps of the local stage below which local actions of its own hardly differ from each other."""


@dataclass(frozen=True)
class _Learning:
    """One learning."""

    options: LearnOptions
    stills: Stills
    """Its frames, and the same as large as clips have them."""
    outlines: npt.NDArray[np.uint8]
    """``(T, H, W)`` labels of its frames."""
    source: FootageSource
    beginning: Beginning
    movers: list[Path]
    """Weights of shipped models to fall back on."""
    budget: Budget
    display: Display

    def train(self) -> str:
        """Train until the time is over, and return what went wrong; empty for nothing."""
        run, between = self.options.folders.run, round(CHECKPOINT_STEPS * self.options.minutes)
        config, known = self.beginning.config, OutlinedFrames.of(self.stills.footage, self.outlines)
        failures: Counter[str] = Counter()
        with recorded(self.display, run) as reporter:
            while True:
                save_every = max(FEWEST_CHECKPOINT_STEPS, between)
                trainer = Trainer(config, [self.source], run, reporter, save_every, self.budget)
                self.beginning.apply(trainer)
                if trainer.position.stage == "done":  # Learned before: more of the last stage.
                    trainer.position = TrainingPosition(LAST_STAGE, steps_taken(run).get(LAST_STAGE, 0))
                self.budget.masks_are_good = None if known is None else partial(_are_good, known, trainer)
                try:
                    trainer.run()
                    return ""
                except NonFiniteLossError as error:
                    stage = trainer.position.stage
                    failures[stage] += 1
                    if failures[stage] < MOST_FAILURES:
                        self._warn(f"{error}: goes on from the last checkpoint in smaller steps")
                        self.budget.slow_down()
                    elif stage == LAST_STAGE:
                        return str(error)
                    else:
                        self._warn(f"{error}: that stage is left as it is")
                        self.budget.skip(stage)
                except ValueError as error:
                    return str(error)

    def made(self, problem: str) -> Trained:
        """Return what can be played: what was learned, or a shipped model's actions with it.

        Raises:
            GlassError: there is neither.
        """
        run, name = self.options.folders.run, self.options.folders.name
        own, steps = trained(run), steps_taken(run).get(LAST_STAGE, 0)
        few = steps < FEWEST_LOCAL_STEPS and not self.options.from_scratch
        if own is not None and not (few and self.movers):
            if problem:
                self._warn(f"{problem}; what was reached before is kept")
            return own
        if not self.movers:
            raise GlassError(f"--name {name}: {problem}")
        why = problem or f"{steps} steps of local actions are too few"
        self._warn(f"{why}; local actions are those of {self.movers[0].parent.name}, not the clip's own")
        return shipped_actions(self.beginning.config, self.source, run, self.movers[0])

    def install(self, made: Trained) -> None:
        """Install what was made; where its bundle plays quite differently, one with a shipped model's actions.

        Raises:
            GlassError: that does, too.
        """
        known = OutlinedFrames.of(self.stills.footage, self.outlines)
        if known is not None:
            agreement = float(np.median(known.agreements(made.model.gma)))
            self.display.say(f"masks        agree with the outlines to {agreement:.2f}")
        options = self.options
        arguments = options.folders, self.stills, self.outlines, options.licence
        try:
            install(*arguments, made, self._warn)
        except VerificationError as error:
            if not self.movers:
                raise GlassError(f"--name {options.name}: not exported: {error}") from error
            self._warn(f"{error}; local actions are those of {self.movers[0].parent.name}")
            made = shipped_actions(self.beginning.config, self.source, options.folders.run, self.movers[0])
            try:
                install(*arguments, made, self._warn)
            except VerificationError as again:
                raise GlassError(f"--name {options.name}: not exported: {again}") from again

    def _warn(self, text: str) -> None:
        self.display.say(f"warning      {text}")


def _are_good(known: OutlinedFrames, trainer: Trainer) -> bool:
    """Say whether a trainer's masks find the agent well where it is known."""
    return float(np.median(known.agreements(trainer.averaged.gma))) >= GOOD_AGREEMENT


def train(
    options: LearnOptions, stills: Stills, survey: Survey, chosen: Suggestion, display: Display, deadline: float
) -> None:
    """Train a model of the footage, and install it.

    Raises:
        GlassError: the name belongs to other clips or settings, or no agent is seen in any clip.
        KeyboardInterrupt: interrupted before there was anything to play.
    """
    folders, footage = options.folders, stills.footage
    outlines = first_labels(footage, survey.detections)
    shown = replace(footage, takes=stretches(footage, survey.detections) or footage.takes)
    source = FootageSource(shown, chosen.stride, outlines, options.licence or OWN_LICENCE)
    beginning = begin(options, footage, survey, chosen, source, display)
    display.say(f"begins with  {beginning.record.started_from or 'nothing'}")
    display.show("timing")
    shares = shares_of(beginning.config, bool(beginning.record.started_from))
    budget = Budget(deadline, shares, export_seconds(beginning.config))
    display.budget = budget
    # The model that was begun with comes first.
    movers = sorted(shipped_movers(survey), key=lambda path: path.parent.name != beginning.record.started_from)
    learning = _Learning(options, stills, outlines, source, beginning, movers, budget, display)
    learned_on = beginning.record.minutes > 0 and folders.bundle.is_dir()
    before = read_manifest(folders.bundle) if learned_on else None
    with _interruptible(budget):
        problem = learning.train()
        if not budget.stopped_early:
            display.show("exporting")
            learning.install(learning.made(problem))
    if budget.stopped_early:
        display.say("interrupted before there was anything to play; the same command goes on")
        raise KeyboardInterrupt
    if before is not None:
        carry_names(before, read_manifest(folders.bundle))
    record = beginning.record
    folders.write_record(msgspec.structs.replace(record, minutes=round(record.minutes + options.minutes, 2)))
    display.say(f"preview      {folders.folder / 'preview.gif'}")
    display.tell(LearnedModel(folders.name, str(folders.bundle), str(folders.folder / "preview.gif")))
    found = bundle_folders().get(folders.name) == folders.bundle
    display.say(f"next         glass-play --model {folders.name if found else folders.bundle}")


@contextmanager
def _interruptible(budget: Budget) -> Iterator[None]:
    """Let the first Ctrl-C, or request to terminate, end training in order, and another one end it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        if budget.stop_requested:
            raise KeyboardInterrupt
        budget.stop_requested = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
