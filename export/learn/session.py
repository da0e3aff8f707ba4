"""One run of `glass-learn`: read the clips, survey them, train, export."""

import time
from dataclasses import replace
from functools import partial

import numpy as np

from export.learn.display import Display
from export.learn.folders import check_name
from export.learn.options import LearnOptions
from export.learn.settings import apply
from export.learn.sheets import take_sheets
from export.learn.training import train
from export.learn.warm_start import candidates
from glass.core.errors import GlassError
from glass.footage.cache import Footage
from glass.footage.fit import fitted_point
from glass.footage.prepare import FootageOptions, prepare, prepare_view
from glass.footage.stills import Stills
from glass.survey.advice import Survey, summarise, survey_footage
from glass.survey.agent import NamedAgent
from glass.survey.closer import farther_size, following_view, look_closer
from glass.survey.report import draw_report, report_lines, report_views
from playground.learning.messages import LearnReport, LearnView


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
        stills, survey, zoom = _closer(options, Stills(paths, reading, footage), survey, display)
        footage = stills.footage
        chosen = apply(survey.suggestion, options, footage)
        lines = _report(options, footage, replace(survey, suggestion=chosen), display)
        if survey.blocking and not (options.only_look or options.anyway):
            raise GlassError(f"{options.clips[0]}: {survey.blocking[0]} (or go on with --anyway)")
        if zoom != 1:
            lines.append(
                f"closer       a crop follows the agent, {zoom:.1f} times as large"
                if zoom > 1
                else f"farther      frames are read {zoom:.1f} times as large, so that windows hold the agent"
            )
            display.say(lines[-1])
        report(lines)
        display.say(f"report       {options.folders.report}")
        warnings = (*survey.blocking, *survey.warnings)
        display.tell(LearnReport(tuple(lines), warnings, str(options.folders.report), views))
        if options.only_look:
            return
        train(options, stills, survey, chosen, display, deadline)


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


def _closer(options: LearnOptions, whole: Stills, survey: Survey, display: Display) -> tuple[Stills, Survey, float]:
    """Read crops that follow a small agent, or a large one smaller; survey those, and return how much larger it is."""
    footage = whole.footage
    if options.size:
        return whole, survey, 1.0
    size = farther_size(footage, survey.detections, survey.extent)
    if size is not None:
        reading = replace(whole.options, frame_size=size)
        smaller = prepare(whole.paths, reading, options.folders.crops, display.reading)
        display.show("looking")
        surveyed = survey_footage(smaller, _named(options, smaller))
        return Stills(whole.paths, reading, smaller), surveyed, size[0] / footage.frame_size[0]
    view = following_view(footage, survey.detections, survey.extent)
    if view is None:
        return whole, survey, 1.0
    cropped = prepare_view(whole.paths, whole.options, footage, view, options.folders.crops, display.reading)
    display.show("looking")
    moved = np.abs(np.diff(view.corners, axis=0)).max(1)
    moved = moved[moved < cropped.frame_size[0] / 4]  # Not at cuts.
    speed = float(np.quantile(moved, 0.9)) if len(moved) else 0.0
    camera = replace(survey.camera, motion="panning" if speed else survey.camera.motion, speed=speed)
    closer = summarise(cropped, camera, look_closer(survey.detections, cropped, view))
    return replace(whole, footage=cropped, view=view), closer, view.size[0] / cropped.frame_size[0]


def _report(options: LearnOptions, footage: Footage, survey: Survey, display: Display) -> list[str]:
    lines = report_lines(footage, survey)
    lines.append(f"expected     {options.minutes:g} minutes, to a model that can be played")
    for line in (*lines, *(f"left out     {problem}" for problem in footage.problems)):
        display.say(line)
    for warning in (*survey.blocking, *survey.warnings):
        display.say(f"warning      {warning}")
    return lines
