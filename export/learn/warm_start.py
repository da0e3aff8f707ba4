"""Warm start: the weights to begin with, chosen by a short training from each candidate."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from glass.config import Config
from glass.core.errors import GlassError
from glass.data.sources import ClipSource
from glass.model import Glass
from glass.stages.global_motion import GlobalStage, with_agent
from glass.stages.random_draws import draw_clips, stacked_frames, stacked_outlines, step_rng
from glass.survey.agent import AgentDetections
from glass.training.checkpoint import copy_matching, load_model
from glass.training.optimisation import make_optimiser, optimise
from playground.bundles.library import bundle_folders, find_bundle, shipped_folders

WEIGHTS = "weights.safetensors"
FEWEST_STEPS, MOST_STEPS = 4, 24
TRIAL_RATE = 1e-3
FEWEST_MASK_SHARE = 0.25
"""Share of the expected mask below which weights have found no agent here: nothing moves before them, which is cheap at
first, and they hardly ever change their mind."""


def candidates(named: str | None) -> list[Path]:
    """List the weights to try: those of the models that come with the program, or of the one ``named`` alone.

    Raises:
        GlassError: there is no model of that name, or it has no weights.
    """
    if named is None:
        return [
            folder / WEIGHTS for folder in bundle_folders(shipped_folders()).values() if (folder / WEIGHTS).is_file()
        ]
    weights = find_bundle(named).folder / WEIGHTS
    if not weights.is_file():
        raise GlassError(f"--warm-start {named}: has no {WEIGHTS} to begin with; name another model")
    return [weights]


@dataclass(frozen=True)
class WarmStart:
    """Weights to begin with."""

    weights: Path | None = None
    """Their file; None to begin with nothing."""
    new_masks: bool = False
    """Whether masks begin with nothing all the same."""

    @property
    def name(self) -> str:
        """Name of the model whose weights they are; empty for none."""
        return self.weights.parent.name if self.weights else ""


def likely(found: Sequence[Path], detections: AgentDetections) -> list[Path]:
    """Leave out weights that know quite other agents, or paint pixels where others move them: strangers stay crisp so.

    Agents that reach in from an edge, as arms do, are no others; where this one does, they come first.
    """
    known = [(path, config) for path in found if (config := _config_of(path)) is not None]
    fitting = [
        (path, config)
        for path, config in known
        if not config.anchor.enters_from_edge or detections.reaches_in_from(config.anchor.enters_from_edge)
    ]
    movers = [(path, config) for path, config in fitting if config.lma.renderer == "move"]
    ranked = sorted(movers or fitting, key=lambda pair: not pair[1].anchor.enters_from_edge)
    return [path for path, _ in ranked]


def _config_of(weights: Path) -> Config | None:
    """Return the config of a weights file; None where it cannot be read."""
    try:
        return load_model(weights)[0].config
    except GlassError:
        return None


def _try(config: Config, sources: Sequence[ClipSource], weights: Path | None, steps: int, until: float) -> float | None:
    """Train the global stage for some steps and return its last losses' mean.

    None where the weights do not fit, infinite where they find no agent.
    """
    torch.manual_seed(config.training.seed)
    model = Glass(config).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if weights:
        try:
            copy_matching(weights, model)
        except GlassError:
            return None
    stage = GlobalStage(config, sources)
    optimiser = make_optimiser(model.gma, replace(stage.schedule, learning_rate=TRIAL_RATE))
    model.train()
    losses = []
    for step in range(steps):
        found = stage.step(model, step).losses
        optimise(optimiser, model.gma, found)
        losses.append(float(found.total().detach()))
        if step + 1 >= FEWEST_STEPS and time.monotonic() > until:
            break
    if weights and _mask_size(model, config, sources) < FEWEST_MASK_SHARE * config.global_weights.size_prior:
        return math.inf
    last = losses[-max(2, len(losses) // 3) :]
    return sum(last) / len(last)


@torch.no_grad()
def _mask_size(model: Glass, config: Config, sources: Sequence[ClipSource]) -> float:
    """Share of the frame that masks cover, in clips in which something moves by itself."""
    model.eval()
    schedule = config.training.global_stage
    rng = step_rng(config.training.seed, "examples", 0)
    clips = draw_clips(sources, rng, schedule.batch, schedule.lengths[0])
    frames = stacked_frames(clips)
    moving = with_agent(frames, stacked_outlines(clips), config.gma.background_radius)
    if not moving.any():
        return 0.0
    return float(model.gma.segment(frames[moving].flatten(0, 1)).mean())


def choose_start(
    config: Config,
    sources: Sequence[ClipSource],
    found: Sequence[Path],
    seconds: float,
    progress: Callable[[str], None],
) -> WarmStart:
    """Train a little from each of the ``found`` weights and from nothing, and return those that did best.

    Where nothing did better, masks begin with it, and all else with the first of the weights: it knows how agents move.

    Args:
        config: of the training.
        sources: clips.
        found: weights files, the likeliest first.
        seconds: how long to try in all, about.
        progress: told what is tried.
    """
    if not found:
        return WarmStart()
    best, least, fitting = None, math.inf, []
    each = seconds / (1 + len(found))
    for weights in (None, *found):
        progress(weights.parent.name if weights else "nothing")
        loss = _try(config, sources, weights, MOST_STEPS, time.monotonic() + each)
        if loss is not None and weights:
            fitting.append(weights)
        if loss is not None and loss < least:
            best, least = weights, loss
    if best or not fitting:
        return WarmStart(best)
    return WarmStart(fitting[0], new_masks=True)
