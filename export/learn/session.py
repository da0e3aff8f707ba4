"""One sitting of learning: read, look, train, export."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from export.learn.budget import FROM_NOTHING, FROM_WEIGHTS, Budget
from export.learn.display import Display
from export.learn.home import Home, Record, check_name
from export.learn.install import install, steps_taken
from export.learn.settings import (
    Overrides,
    alike,
    apply,
    begun_as,
    gentler,
    make_config,
    same_settings,
    soon,
    with_clips,
)
from export.learn.timing import export_seconds, seconds_a_clip
from export.learn.warm_start import candidates, choose_start
from glass.config import Config
from glass.core.errors import GlassError
from glass.footage.cache import Material
from glass.footage.prepare import Wishes, prepare
from glass.footage.source import OWN_LICENCE, MaterialSource
from glass.stages.losses import NonFiniteLossError
from glass.survey.advice import Suggestion, Survey, look
from glass.survey.report import draw_report, report_lines
from glass.training.checkpoint import Place, load_model
from glass.training.tensorboard import recorded
from glass.training.trainer import Trainer
from playground.bundles.library import bundle_folders

__all__ = ["Order", "learn"]

TRIED = 0.05
"""Share of the time in which weights to start from are tried."""

SAVED_EVERY = 12
"""Steps between checkpoints, for each minute there is."""

FEWEST_BETWEEN = 50


@dataclass(frozen=True)
class Order:
    """What a person asks for."""

    clips: tuple[Path, ...]
    """Videos, animations, pictures and folders."""
    home: Home
    """Where things go."""
    minutes: float
    """How long all of it may take."""
    wishes: Wishes
    """How to read."""
    overrides: Overrides
    """Settings."""
    from_scratch: bool
    """Whether to begin with nothing, whatever is installed."""
    restart: bool
    """Whether to forget an earlier training of the name."""
    anyway: bool
    """Whether to go on with material that looks hopeless."""
    only_look: bool
    """Whether to stop after the report."""
    licence: str | None
    """Licence of model and start frames."""
    seed: int
    """Decides everything random."""


def learn(order: Order, live: bool) -> None:
    """Do it; ``live`` draws a bar, as on a terminal.

    Raises:
        GlassError: clips that cannot be read, material that cannot work, a taken name, settings that do not fit.
        KeyboardInterrupt: interrupted before there was anything to play.
    """
    deadline = time.monotonic() + 60 * order.minutes
    check_name(order.home, order.restart)
    with order.home.tidy(), Display(deadline, live) as display:
        display.show("reading")
        material = prepare(order.clips, order.wishes, order.home.frames, display.reading)
        display.show("looking")
        survey = look(material)
        chosen = apply(survey.suggestion, order.overrides, material)
        lines = _report(order, material, replace(survey, suggestion=chosen), display)
        if order.only_look:
            draw_report(order.home.report, material, survey, lines)
            display.say(f"report       {order.home.report}")
            return
        if survey.hopeless and not order.anyway:
            raise GlassError(f"{order.clips[0]}: {survey.hopeless[0]} (or go on with --anyway)")
        draw_report(order.home.report, material, survey, lines)
        display.say(f"report       {order.home.report}")
        _train(order, material, survey, chosen, display, deadline)


def _report(order: Order, material: Material, survey: Survey, display: Display) -> list[str]:
    lines = report_lines(material, survey)
    lines.append(f"expected     {order.minutes:g} minutes, to a model that can be played")
    for line in (*lines, *(f"left out     {problem}" for problem in material.problems)):
        display.say(line)
    for warning in (*survey.hopeless, *survey.warnings):
        display.say(f"warning      {warning}")
    return lines


def _begin(
    order: Order, material: Material, survey: Survey, chosen: Suggestion, source: MaterialSource, display: Display
) -> tuple[Record, Config, Path | None]:
    """Take up an earlier training of the name, or begin one: its record, its config, the weights to begin with.

    Raises:
        GlassError: the name belongs to other clips or settings.
    """
    home = order.home
    if order.restart:
        home.forget_training()
    record = home.read_record()
    config = make_config(survey, chosen, source, order.seed)
    if record is None:
        shutil.rmtree(home.run, ignore_errors=True)
        weights = None if order.from_scratch else _tried(order, config, source, display)
        if weights:
            known = load_model(weights)[0].config
            config = gentler(config if order.overrides.window else alike(config, known, survey.extent))
        config = soon(with_clips(config, source, seconds_a_clip(config, source), order.minutes), order.minutes)
        record = Record.of(material.fingerprint, source.stride, config, weights.parent.name if weights else "")
        home.write_record(record)
        return record, config, weights
    if record.fingerprint != material.fingerprint or record.stride != source.stride:
        raise GlassError(f"--name {home.name}: learned from other clips; choose another name, or begin with --restart")
    try:
        kept = record.read_config()
    except ValueError as error:
        raise GlassError(f"--name {home.name}: learned by another version ({error}); begin with --restart") from error
    if order.from_scratch and record.started_from:
        raise GlassError(f"--name {home.name}: began with {record.started_from}; begin anew with --restart")
    if not same_settings(kept, begun_as(kept, config, bool(record.started_from), order.overrides.window)):
        raise GlassError(f"--name {home.name}: learned with other settings; repeat them, or begin with --restart")
    return record, kept, None


def _tried(order: Order, config: Config, source: MaterialSource, display: Display) -> Path | None:
    """Choose the weights to begin with; None for none."""
    display.show("trying weights")
    found = candidates(order.home.bundle)
    seconds = TRIED * 60 * order.minutes
    return choose_start(config, [source], found, seconds, lambda name: display.show("trying weights", name))


def _train(
    order: Order, material: Material, survey: Survey, chosen: Suggestion, display: Display, deadline: float
) -> None:
    home = order.home
    source = MaterialSource(material, chosen.stride, order.licence or OWN_LICENCE)
    record, config, weights = _begin(order, material, survey, chosen, source, display)
    display.say(f"begins with  {record.started_from or 'nothing'}")
    display.show("timing")
    shares = FROM_WEIGHTS if record.started_from else FROM_NOTHING
    budget = Budget(deadline, shares, export_seconds(config))
    display.budget = budget
    between = max(FEWEST_BETWEEN, round(SAVED_EVERY * order.minutes))
    try:
        with _interruptible(budget):
            with recorded(display, home.run) as told:
                trainer = Trainer(config, [source], home.run, told, between, budget)
                if trainer.is_new and weights:
                    trainer.warm_start([weights])
                if trainer.place.stage == "done":  # Learned before: more of the last stage.
                    trainer.place = Place("local", steps_taken(home.run).get("local", 0))
                trainer.run()
            if not budget.stopped:
                display.show("exporting")
                install(home, material, order.licence)
    except (NonFiniteLossError, ValueError) as error:
        raise GlassError(f"--name {home.name}: {error}") from error
    if budget.stopped:
        display.say("interrupted before there was anything to play; the same command goes on")
        raise KeyboardInterrupt
    home.write_record(replace(record, minutes=round(record.minutes + order.minutes, 2)))
    display.say(f"preview      {home.folder / 'preview.gif'}")
    found = bundle_folders().get(home.name) == home.bundle
    display.say(f"next         glass-play --model {home.name if found else home.bundle}")


@contextmanager
def _interruptible(budget: Budget) -> Iterator[None]:
    """Let the first Ctrl-C, or request to terminate, end training in order, and another one end it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        if budget.stopping:
            raise KeyboardInterrupt
        budget.stopping = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
