"""Training config from the survey of the footage and from the settings a person gives."""

import math
from dataclasses import replace
from typing import Any

from export.learn.options import LearnOptions
from glass.config import Config, GlobalWeights, StageConfig, TrainingConfig
from glass.core.errors import GlassError
from glass.footage.cache import Footage
from glass.footage.source import FootageSource
from glass.labels.trimap import MattingConfig
from glass.networks.decoder import LmaConfig
from glass.networks.global_motion import GmaConfig
from glass.survey.advice import Suggestion, Survey

TRACK_LENGTH, FEWEST_TICKS, COVERED = 24, 8, 0.75
"""Ticks of the clips that are tracked; where the agent comes and goes fewer, down to the second, until the stretches in
which it is seen for that long hold such a share of all ticks."""

TRACK_COVERAGE = 3.0
"""How often the clips that are tracked cover the footage, if there is time."""

MATTED_SHARE = 0.4
"""Clips that masks are refined on, for each one that is tracked."""

FEWEST_CLIPS, MOST_CLIPS = 8, 600
"""Clips that are tracked."""

READING_TIME, READING_COST = 0.12, 1.4
"""Share of all the time that may go into reading those clips, and what that costs beyond masks and shifts."""

SHORT_MINUTES, SMALL_BATCH = 20.0, 8
"""Minutes up to which the local stage takes small batches: many steps do more than good ones then."""

SMALLEST_REUSED, LARGEST_REUSED, LARGEST_MOVED = 0.8, 1.6, 2.0
"""A model is taken over with its window if that has such a share of the agent's size, and of the window that suits; one
that moves pixels, which paints none of them, also if it is larger."""

OUTLINES = 2.0
"""Weight of the outlines that a look at the clips found, as first labels of masks, where they are steady."""

LIGHT = 0.25
"""By how much light is varied while masks are learned: what films change in it is not the agent."""

WARPS = 2
"""Fields of displacements, by which what the agent's first picture shows stays crisp."""

MOVING_LENGTH, MOVING_BATCH, PLANNED_STEPS = 9, 16, 1000
"""Ticks within which, pairs of frames from which, and about how many steps in which a model learns to move pixels."""

MOVING_PIECES, PIECES_BATCH = 160, 24
"""Pieces of clips in which poses are read once, and how many of them a step of the local stage then takes: these steps
cost little."""

WARM_START_RATE = 0.5
"""Learning rates, in shares of the usual ones, where training goes on from weights that know other agents."""


def apply(suggestion: Suggestion, options: LearnOptions, footage: Footage) -> Suggestion:
    """Return the suggestion with the settings that a person gives."""
    stride = suggestion.stride
    if options.tick_rate:
        stride = max(1, round(footage.rate / options.tick_rate))
    return Suggestion(
        mask_size=suggestion.mask_size if options.mask_size is None else options.mask_size,
        window=options.window or suggestion.window,
        stride=stride,
        local_actions=options.local_actions or suggestion.local_actions,
    )


def _fitting(stage: StageConfig, longest: int) -> StageConfig:
    """Return a stage's schedule with clips as long as there are."""
    lengths = tuple(length for length in stage.lengths if length <= longest) or (longest,)
    return replace(stage, lengths=lengths)


def with_clips(config: Config, source: FootageSource, seconds_a_clip: float, minutes: float) -> Config:
    """Return the config with as many clips to read as cover the footage, or as there is time for.

    Args:
        config: of the training.
        source: what clips are drawn from.
        seconds_a_clip: how long finding masks and shifts in one takes.
        minutes: how long all may take.
    """
    ticks = len(source.footage.frames) / source.stride
    covering = TRACK_COVERAGE * ticks / config.training.track_length
    timely = READING_TIME * 60 * minutes / (READING_COST * (1 + MATTED_SHARE) * max(seconds_a_clip, 1e-6))
    tracks = int(min(MOST_CLIPS, max(FEWEST_CLIPS, min(covering, timely))))
    training = replace(
        config.training, track_clips=tracks, matting_clips=max(FEWEST_CLIPS, round(MATTED_SHARE * tracks))
    )
    return replace(config, training=training)


def for_short_run(config: Config, minutes: float) -> Config:
    """Return the config with smaller batches of the local stage where there are few minutes, and it renders."""
    local = config.training.local_stage
    if minutes > SHORT_MINUTES or local.batch <= SMALL_BATCH or config.lma.renderer == "move":
        return config
    return replace(config, training=replace(config.training, local_stage=replace(local, batch=SMALL_BATCH)))


def reuse_networks(config: Config, known: Config, extent: float) -> Config:
    """Return the config with the networks and window of the model it begins with, if that window suits the agent.

    Weights of another window fit only in part.

    Args:
        config: of the training.
        known: of the model.
        extent: usual larger side of the agent in pixels.
    """
    window, times = known.lma.window, LARGEST_MOVED if known.lma.renderer == "move" else LARGEST_REUSED
    if not SMALLEST_REUSED * extent <= window <= times * config.lma.window or window > min(config.frame_size):
        return config
    return _with_networks(config, known)


def _with_networks(config: Config, known: Config) -> Config:
    """Return the config with the sizes of another's networks."""
    radii = {name: getattr(config.gma, name) for name in ("foreground_radius", "background_radius")}
    own = {name: getattr(config.lma, name) for name in ("local_actions", "code_switch_cost", "code_swap_rate")}
    lma = replace(known.lma, **own)
    config = replace(config, gma=replace(known.gma, **radii), anchor=known.anchor, lma=lma)
    return _with_stages_of_moving(config, known) if lma.renderer == "move" else config


def _with_stages_of_moving(config: Config, known: Config) -> Config:
    """Return the config of a model that moves pixels with the stages it needs, and with what ``known`` believes."""
    longest = min(MOVING_LENGTH, config.training.track_length)
    stages: dict[str, Any] = {
        name: replace(getattr(config.training, name), steps=PLANNED_STEPS, batch=MOVING_BATCH, lengths=(longest,))
        for name in ("registration_stage", "pose_stage")
    }
    stages["local_stage"] = replace(config.training.local_stage, batch=PIECES_BATCH, lengths=(longest,))
    return replace(
        config,
        matting=replace(known.matting, light=config.matting.light),
        path=known.path,
        registration_weights=known.registration_weights,
        local_weights=known.local_weights,
        training=replace(config.training, **stages, pose_pieces=MOVING_PIECES),
    )


def expected_config(kept: Config, config: Config, from_weights: bool, window: int | None) -> Config:
    """Return what would be the config of a training that began as ``kept``.

    Args:
        kept: what it began with.
        config: what suits the footage, by what is asked for now.
        from_weights: whether it began with those of a model, whose networks it may have taken over.
        window: asked for now, if any is.
    """
    if from_weights:
        config = _with_networks(lower_learning_rates(config), kept)
        config = replace(config, lma=replace(config.lma, window=window or kept.lma.window))
    local = replace(config.training.local_stage, batch=kept.training.local_stage.batch)
    return replace(config, training=replace(config.training, local_stage=local))


def lower_learning_rates(config: Config) -> Config:
    """Return the config with lower learning rates, for training that goes on from weights of other agents."""
    training = config.training
    stages = {
        name: replace(stage, learning_rate=WARM_START_RATE * stage.learning_rate)
        for name in ("global_stage", "matting_stage", "anchor_stage", "registration_stage", "pose_stage", "local_stage")
        for stage in (getattr(training, name),)
    }
    return replace(config, training=replace(training, **stages))


def same_settings(config: Config, other: Config) -> bool:
    """Say whether two configs differ in nothing but how many clips were read."""
    training = replace(
        other.training, track_clips=config.training.track_clips, matting_clips=config.training.matting_clips
    )
    return config == replace(other, training=training)


def make_config(survey: Survey, chosen: Suggestion, source: FootageSource, seed: int) -> Config:
    """Make the config of a training; its steps are up to the time there is.

    Raises:
        GlassError: a setting that cannot be.
    """
    camera = survey.camera.speed * chosen.stride
    agent = survey.speed / source.tick_rate
    longest = source.length_for(TRACK_LENGTH, FEWEST_TICKS, COVERED)
    usual = TrainingConfig()
    try:
        return Config(
            frame_size=source.frame_size,
            gma=GmaConfig(
                foreground_radius=min(32, max(16, math.ceil(2 * agent))),
                background_radius=min(24, max(6, math.ceil(3 * camera))),
            ),
            lma=LmaConfig(window=chosen.window, local_actions=chosen.local_actions, warp_fields=WARPS),
            global_weights=GlobalWeights(
                size_prior=chosen.mask_size, outlines=OUTLINES * round(survey.detections.steadiness, 2)
            ),
            matting=MattingConfig(light=LIGHT),
            training=replace(
                usual,
                global_stage=_fitting(usual.global_stage, longest),
                matting_stage=_fitting(usual.matting_stage, longest),
                anchor_stage=_fitting(usual.anchor_stage, longest),
                local_stage=_fitting(usual.local_stage, longest),
                track_length=longest,
                seed=seed,
            ),
        )
    except ValueError as error:
        raise GlassError(f"glass-learn: {error}") from error
