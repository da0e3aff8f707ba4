"""How a training begins, or goes on: its record, its config and the weights to begin with."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from export.learn.display import Display
from export.learn.folders import LearnRecord
from export.learn.mask_check import OutlinedFrames
from export.learn.options import LearnOptions
from export.learn.settings import (
    expected_config,
    for_short_run,
    lower_learning_rates,
    make_config,
    reuse_networks,
    same_settings,
    with_clips,
)
from export.learn.timing import seconds_a_clip
from export.learn.warm_start import WarmStart, candidates, choose_start, likely
from glass.config import Config
from glass.core.errors import GlassError
from glass.footage.cache import Footage
from glass.footage.source import FootageSource
from glass.survey.advice import Suggestion, Survey
from glass.training.checkpoint import load_model
from glass.training.trainer import Trainer


@dataclass(frozen=True)
class Beginning:
    """What a training begins or goes on with."""

    record: LearnRecord
    """Of the training."""
    config: Config
    """Of model and training."""
    start: WarmStart
    """The weights that it begins with where nothing was trained yet."""

    def apply(self, trainer: Trainer) -> None:
        """Let a new trainer begin with the weights."""
        if trainer.is_new and self.start.weights:
            trainer.warm_start([self.start.weights])
            if self.start.new_masks:
                fresh = trainer.build(self.config).gma.state_dict()
                trainer.live.gma.load_state_dict(fresh)
                trainer.averaged.gma.load_state_dict(fresh)


def begin(
    options: LearnOptions, footage: Footage, survey: Survey, chosen: Suggestion, source: FootageSource, display: Display
) -> Beginning:
    """Resume the training of this name, or begin one.

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
        start = WarmStart() if options.from_scratch else _tried(options, source, survey, display)
        if start.weights:
            known = load_model(start.weights)[0].config
            config = lower_learning_rates(config if options.window else reuse_networks(config, known, survey.extent))
        config = with_clips(config, source, seconds_a_clip(config, source), options.minutes)
        config = for_short_run(config, options.minutes)
        record = LearnRecord.of(footage.fingerprint, source.stride, config, start.name)
        record = record.with_request(options.clips, options.agent)
        folders.write_record(record)
        return Beginning(record, config, start)
    kept = _kept_config(options, footage, source, record, config)
    weights = candidates(record.started_from)[0] if record.started_from else None
    return Beginning(record, kept, WarmStart(weights))


def _kept_config(
    options: LearnOptions, footage: Footage, source: FootageSource, record: LearnRecord, config: Config
) -> Config:
    """Return the config that a training was begun with, if what is asked for now is the same.

    Raises:
        GlassError: it is not.
    """
    name = options.folders.name
    if record.fingerprint != footage.fingerprint or record.stride != source.stride:
        raise GlassError(f"--name {name}: learned from other clips; choose another name, or begin with --restart")
    try:
        kept = record.read_config()
    except ValueError as error:
        raise GlassError(f"--name {name}: learned by another version ({error}); begin with --restart") from error
    if options.warm_start and candidates(options.warm_start)[0].parent.name != record.started_from:
        raise GlassError(f"--name {name}: began with {record.started_from or 'nothing'}; begin anew with --restart")
    if options.from_scratch and record.started_from:
        raise GlassError(f"--name {name}: began with {record.started_from}; begin anew with --restart")
    if not same_settings(kept, expected_config(kept, config, bool(record.started_from), options.window)):
        raise GlassError(f"--name {name}: learned with other settings; repeat them, or begin with --restart")
    return kept


def _tried(options: LearnOptions, source: FootageSource, survey: Survey, display: Display) -> WarmStart:
    """Choose the weights to begin with."""
    display.show("trying weights")
    found = candidates(options.warm_start)
    if options.warm_start:
        return WarmStart(found[0])
    found = likely(found, survey.detections)
    frames = None if source.outlines is None else OutlinedFrames.of(source.footage, source.outlines)
    return choose_start(frames, found, lambda name: display.show("trying weights", name))


def shipped_movers(survey: Survey) -> list[Path]:
    """List the weights of models that come with the program, move pixels, and may know the agent; likeliest first."""
    return [path for path in likely(candidates(None), survey.detections) if _moves(path)]


def _moves(weights: Path) -> bool:
    return load_model(weights)[0].config.lma.renderer == "move"
