"""Warm start: the weights to begin with, chosen by how well their masks agree with a look at the clips."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from export.learn.mask_check import OutlinedFrames
from glass.config import Config
from glass.core.errors import GlassError
from glass.survey.agent import AgentDetections
from glass.training.checkpoint import load_model
from playground.bundles.library import bundle_folders, find_bundle, shipped_folders

WEIGHTS = "weights.safetensors"
BLIND = 0.02
"""Mean agreement of masks with outlines below which weights see nothing of the agent."""


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


def choose_start(frames: OutlinedFrames | None, found: Sequence[Path], progress: Callable[[str], None]) -> WarmStart:
    """Return those of the ``found`` weights whose masks agree best with the outlines of a look at the clips.

    Where none sees anything of the agent, masks begin with nothing, for they would hardly change their mind; all else
    begins with the first of the weights: it knows how agents move.

    Args:
        frames: some with outlines, if there are any.
        found: weights files, the likeliest first.
        progress: told what is tried.
    """
    best, most = WarmStart(), -1.0
    for weights in found:
        progress(weights.parent.name)
        try:
            model = load_model(weights)[0]
        except GlassError:
            continue
        agreement = 1.0 if frames is None else float(frames.agreements(model.gma).mean())
        if agreement > most:
            best, most = WarmStart(weights, new_masks=agreement < BLIND), agreement
    return best
