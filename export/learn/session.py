"""One run of `glass-learn`: read the clips, survey them, train, export."""

import shutil
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType

import msgspec
import numpy as np

from export.learn.budget import Budget, shares_of
from export.learn.display import Display
from export.learn.folders import LearnRecord, check_name
from export.learn.install import install, steps_taken
from export.learn.options import LearnOptions
from export.learn.settings import (
    apply,
    expected_config,
    for_short_run,
    lower_learning_rates,
    make_config,
    reuse_networks,
    same_settings,
    with_clips,
)
from export.learn.sheets import take_sheets
from export.learn.timing import export_seconds, seconds_a_clip
from export.learn.warm_start import candidates, choose_start, may_know
from glass.config import Config
from glass.core.errors import GlassError
from glass.footage.cache import Footage
from glass.footage.fit import fitted_point
from glass.footage.prepare import FootageOptions, prepare, prepare_view
from glass.footage.source import OWN_LICENCE, FootageSource
from glass.stages.base import NonFiniteLossError
from glass.survey.advice import Suggestion, Survey, summarise, survey_footage
from glass.survey.agent import NamedAgent
from glass.survey.closer import following_view, look_closer
from glass.survey.first_labels import first_labels, stretches
from glass.survey.report import draw_report, report_lines, report_views
from glass.training.checkpoint import TrainingPosition, load_model
from glass.training.tensorboard import recorded
from glass.training.trainer import Trainer
from playground.bundles.library import bundle_folders
from playground.learning.messages import LearnedModel, LearnReport, LearnView

WARM_START_SHARE = 0.05
"""Share of the time in which weights to start from are tried."""

CHECKPOINT_STEPS = 12
"""Steps between checkpoints, for each minute there is."""

FEWEST_CHECKPOINT_STEPS = 50


def learn_clips(options: LearnOptions, live: bool) -> None:
    """Learn a playable model from clips; ``live`` draws a progress bar, as on a terminal.

    Raises:
        GlassError: clips that cannot be read, footage that cannot work, a taken name, settings that do not fit.
        KeyboardInterrupt: interrupted before there was anything to play.
    """
    deadline = time.monotonic() + 60 * options.minutes
    check_name(options.folders, options.restart)
    candidates(options.warm_start)  # Told before anything is read.
    with options.folders.remove_if_unused(), Display(deadline, live, options.json) as display:
        display.show("reading")
        paths, rows = take_sheets(options.clips, options.picture_rate)
        reading = FootageOptions(options.size, options.picture_rate, tuple(rows))
        footage = prepare(paths, reading, options.folders.frames, display.reading)
        display.show("looking")
        survey = survey_footage(footage, _named(options, footage))
        report = partial(draw_report, options.folders.report, footage, survey)
        views = tuple(LearnView(v.box, v.part, v.seconds) for v in report_views(footage, survey.detections))
        footage, survey, zoom = _closer(options, paths, reading, footage, survey, display)
        chosen = apply(survey.suggestion, options, footage)
        lines = _report(options, footage, replace(survey, suggestion=chosen), display)
        if survey.blocking and not (options.only_look or options.anyway):
            raise GlassError(f"{options.clips[0]}: {survey.blocking[0]} (or go on with --anyway)")
        if zoom > 1:
            lines.append(f"closer       a crop follows the agent, {zoom:.1f} times as large")
            display.say(lines[-1])
        report(lines)
        display.say(f"report       {options.folders.report}")
        warnings = (*survey.blocking, *survey.warnings)
        display.tell(LearnReport(tuple(lines), warnings, str(options.folders.report), views))
        if options.only_look:
            return
        _train(options, footage, survey, chosen, display, deadline)


def _named(options: LearnOptions, footage: Footage) -> NamedAgent | None:
    """Return who is meant, in pixels of the footage's frames.

    Raises:
        GlassError: the place is not in the clip.
    """
    if options.agent_place is None:
        return None
    x, y, seconds = options.agent_place
    width, height = footage.clip_size
    if x >= width or y >= height:
        raise GlassError(f"--agent {options.agent}: the clip has {width}x{height} pixels; name a place in it")
    return NamedAgent(*fitted_point((x, y), footage.clip_size, footage.frame_size), seconds)


def _closer(
    options: LearnOptions,
    paths: Sequence[Path],
    reading: FootageOptions,
    footage: Footage,
    survey: Survey,
    display: Display,
) -> tuple[Footage, Survey, float]:
    """Read crops that follow a small agent, and survey those; return them, and how much larger it is in them."""
    view = following_view(footage, survey.detections, survey.extent) if not options.size else None
    if view is None:
        return footage, survey, 1.0
    cropped = prepare_view(paths, reading, footage, view, options.folders.crops, display.reading)
    display.show("looking")
    moved = np.abs(np.diff(view.corners, axis=0)).max(1)
    moved = moved[moved < cropped.frame_size[0] / 4]  # Not at cuts.
    speed = float(np.quantile(moved, 0.9)) if len(moved) else 0.0
    camera = replace(survey.camera, motion="panning" if speed else survey.camera.motion, speed=speed)
    closer = summarise(cropped, camera, look_closer(survey.detections, cropped, view))
    return cropped, closer, view.size[0] / cropped.frame_size[0]


def _report(options: LearnOptions, footage: Footage, survey: Survey, display: Display) -> list[str]:
    lines = report_lines(footage, survey)
    lines.append(f"expected     {options.minutes:g} minutes, to a model that can be played")
    for line in (*lines, *(f"left out     {problem}" for problem in footage.problems)):
        display.say(line)
    for warning in (*survey.blocking, *survey.warnings):
        display.say(f"warning      {warning}")
    return lines


def _begin(
    options: LearnOptions, footage: Footage, survey: Survey, chosen: Suggestion, source: FootageSource, display: Display
) -> tuple[LearnRecord, Config, Path | None]:
    """Resume the training of this name, or begin one; return its record, its config and the weights to begin with.

    Raises:
        GlassError: the name belongs to other clips or settings.
    """
    folders = options.folders
    if options.restart:
        folders.forget_training()
    record = folders.read_record()
    config = make_config(survey, chosen, source, options.seed)
    if record is None:
        shutil.rmtree(folders.run, ignore_errors=True)
        weights = None if options.from_scratch else _tried(options, config, source, survey, display)
        if weights:
            known = load_model(weights)[0].config
            config = lower_learning_rates(config if options.window else reuse_networks(config, known, survey.extent))
        config = with_clips(config, source, seconds_a_clip(config, source), options.minutes)
        config = for_short_run(config, options.minutes)
        begun_with = weights.parent.name if weights else ""
        record = LearnRecord.of(footage.fingerprint, source.stride, config, begun_with)
        record = record.with_request(options.clips, options.agent)
        folders.write_record(record)
        return record, config, weights
    if record.fingerprint != footage.fingerprint or record.stride != source.stride:
        raise GlassError(
            f"--name {folders.name}: learned from other clips; choose another name, or begin with --restart"
        )
    try:
        kept = record.read_config()
    except ValueError as error:
        raise GlassError(
            f"--name {folders.name}: learned by another version ({error}); begin with --restart"
        ) from error
    if options.warm_start and candidates(options.warm_start)[0].parent.name != record.started_from:
        raise GlassError(
            f"--name {folders.name}: began with {record.started_from or 'nothing'}; begin anew with --restart"
        )
    if options.from_scratch and record.started_from:
        raise GlassError(f"--name {folders.name}: began with {record.started_from}; begin anew with --restart")
    if not same_settings(kept, expected_config(kept, config, bool(record.started_from), options.window)):
        raise GlassError(f"--name {folders.name}: learned with other settings; repeat them, or begin with --restart")
    return record, kept, None


def _tried(
    options: LearnOptions, config: Config, source: FootageSource, survey: Survey, display: Display
) -> Path | None:
    """Choose the weights to begin with; None for none."""
    display.show("trying weights")
    found = candidates(options.warm_start)
    if options.warm_start:
        return found[0]
    found = [weights for weights in found if may_know(weights, survey.detections)]
    seconds = WARM_START_SHARE * 60 * options.minutes
    return choose_start(config, [source], found, seconds, lambda name: display.show("trying weights", name))


def _train(
    options: LearnOptions, footage: Footage, survey: Survey, chosen: Suggestion, display: Display, deadline: float
) -> None:
    folders = options.folders
    outlines = first_labels(footage, survey.detections)
    shown = replace(footage, takes=stretches(footage, survey.detections) or footage.takes)
    source = FootageSource(shown, chosen.stride, outlines, options.licence or OWN_LICENCE)
    record, config, weights = _begin(options, footage, survey, chosen, source, display)
    display.say(f"begins with  {record.started_from or 'nothing'}")
    display.show("timing")
    budget = Budget(deadline, shares_of(config, bool(record.started_from)), export_seconds(config))
    display.budget = budget
    between = max(FEWEST_CHECKPOINT_STEPS, round(CHECKPOINT_STEPS * options.minutes))
    try:
        with _interruptible(budget):
            with recorded(display, folders.run) as reporter:
                trainer = Trainer(config, [source], folders.run, reporter, between, budget)
                if trainer.is_new and weights:
                    trainer.warm_start([weights])
                if trainer.position.stage == "done":  # Learned before: more of the last stage.
                    trainer.position = TrainingPosition("local", steps_taken(folders.run).get("local", 0))
                trainer.run()
            if not budget.stopped_early:
                display.show("exporting")
                install(folders, footage, options.licence)
    except (NonFiniteLossError, ValueError) as error:
        raise GlassError(f"--name {folders.name}: {error}") from error
    if budget.stopped_early:
        display.say("interrupted before there was anything to play; the same command goes on")
        raise KeyboardInterrupt
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
