"""What is played where a training has not learned local actions: those of a model that comes with the program."""

from dataclasses import asdict, replace
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from export.learn.install import Trained
from glass.config import Config
from glass.core.errors import GlassError
from glass.footage.source import FootageSource
from glass.model import Glass
from glass.stages.random_draws import draw_clips, step_rng
from glass.stages.tracks import track_clips
from glass.training.checkpoint import AVERAGED, copy_matching, load_model
from glass.training.statistics import count_statistics
from playground.bundles.library import find_bundle

MOST_CLIPS = 60
"""Clips that speeds and what follows what are counted in."""


def shipped_actions(config: Config, source: FootageSource, run: Path, weights: Path) -> Trained:
    """Make a model of a shipped one's local actions, and of the masks that a training has reached.

    Args:
        config: of the training.
        source: its clips.
        run: its folder.
        weights: of the shipped model, which moves pixels.

    Raises:
        GlassError: not even outlines show an agent in the clips.
    """
    known = load_model(weights)[0].config
    model = Glass(replace(known, frame_size=config.frame_size)).eval()
    copy_matching(weights, model)
    _take_masks(model, run / AVERAGED)
    training = config.training
    length = max(2, min(training.track_length, source.longest))
    clips = draw_clips([source], step_rng(training.seed, "tracks", 0), min(MOST_CLIPS, training.track_clips), length)
    try:
        tracks = track_clips(model.gma, model.anchor, clips, known.path).anchored(model.anchor)
    except ValueError as error:
        raise GlassError(f"{error}; film one agent that is seen for some seconds") from error
    counted = asdict(count_statistics(model.lma, tracks))
    manifest = find_bundle(weights.parent).manifest
    own = {
        "labels": [action.label for action in manifest.local_actions],
        "lengths": [action.length for action in manifest.local_actions],
        "defaults": dict(manifest.default_local_actions),
    }
    extra = {
        "data": [source.describe],
        "licences": [source.licence],
        "tick_rate": source.tick_rate,
        "statistics": counted | own,
        "warm_start": f"local actions, and how pixels move, of {weights.parent.name}",
    }
    return Trained(model, extra)


def _take_masks(model: Glass, path: Path) -> None:
    """Take over masks and shifts that were trained, as far as there are any, fit, and are numbers."""
    try:
        found = load_file(path)
    except (SafetensorError, OSError):
        return
    own = {name: value for name, value in model.state_dict().items() if name.startswith("gma.")}
    fitting = own.keys() & found.keys()
    if fitting != own.keys() or any(found[name].shape != own[name].shape for name in fitting):
        return
    if all(bool(torch.isfinite(found[name]).all()) for name in fitting):
        model.load_state_dict(model.state_dict() | {name: found[name] for name in fitting})
