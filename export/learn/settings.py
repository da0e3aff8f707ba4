"""From what was seen in the material, and what a person asks for, to the config of a training."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from glass.config import Config, StageConfig, TrainingConfig
from glass.errors import GlassError
from glass.gma import GmaConfig
from glass.lma import LmaConfig
from glass.losses import GlobalWeights
from glass.material.cache import Material
from glass.material.source import MaterialSource
from glass.survey.advice import Suggestion, Survey

__all__ = ["Overrides", "apply", "make_config"]

TRACK_LENGTH = 24
"""Ticks of the clips that are tracked."""

COVERED = 3
"""How often the clips that are tracked cover the material."""

FEWEST_TRACKS, MOST_TRACKS = 12, 600
"""Clips that are tracked."""

MATTED = 0.4
"""Share of the tracked clips that masks are refined on."""


@dataclass(frozen=True)
class Overrides:
    """What a person sets instead of what suits the material; None leaves it."""

    tick_rate: float | None = None
    """Ticks a second; the nearest that the material's frames allow is taken."""
    mask_size: float | None = None
    """Share of the frame that the agent covers."""
    window: int | None = None
    """Side of the window around the agent in pixels."""
    local_actions: int | None = None
    """How many local actions to learn."""


def apply(suggestion: Suggestion, overrides: Overrides, material: Material) -> Suggestion:
    """Return the suggestion with what a person sets."""
    stride = suggestion.stride
    if overrides.tick_rate:
        stride = max(1, round(material.rate / overrides.tick_rate))
    return Suggestion(
        mask_size=suggestion.mask_size if overrides.mask_size is None else overrides.mask_size,
        window=overrides.window or suggestion.window,
        stride=stride,
        local_actions=overrides.local_actions or suggestion.local_actions,
    )


def _fitting(stage: StageConfig, longest: int) -> StageConfig:
    """Return a stage's schedule with clips as long as there are."""
    lengths = tuple(length for length in stage.lengths if length <= longest) or (longest,)
    return replace(stage, lengths=lengths)


def make_config(survey: Survey, chosen: Suggestion, source: MaterialSource, seed: int) -> Config:
    """Make the config of a training; its steps are up to the time there is.

    Raises:
        GlassError: a setting that cannot be.
    """
    camera = survey.camera.speed * chosen.stride
    agent = survey.speed / source.tick_rate
    longest = min(TRACK_LENGTH, source.longest)
    ticks = len(source.material.frames) / chosen.stride
    tracks = min(MOST_TRACKS, max(FEWEST_TRACKS, math.ceil(COVERED * ticks / longest)))
    usual = TrainingConfig()
    try:
        return Config(
            frame_size=source.frame_size,
            gma=GmaConfig(
                foreground_radius=min(32, max(16, math.ceil(2 * agent))),
                background_radius=min(24, max(6, math.ceil(3 * camera))),
            ),
            lma=LmaConfig(window=chosen.window, local_actions=chosen.local_actions),
            global_weights=GlobalWeights(size_prior=chosen.mask_size),
            training=replace(
                usual,
                global_stage=_fitting(usual.global_stage, longest),
                matting_stage=_fitting(usual.matting_stage, longest),
                anchor_stage=_fitting(usual.anchor_stage, longest),
                local_stage=_fitting(usual.local_stage, longest),
                matting_clips=max(FEWEST_TRACKS // 2, round(MATTED * tracks)),
                track_clips=tracks,
                track_length=longest,
                seed=seed,
            ),
        )
    except ValueError as error:
        raise GlassError(f"glass-learn: {error}") from error
