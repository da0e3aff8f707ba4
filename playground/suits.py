"""Whether a clip or a picture is one for a model, or for another."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import numpy as np

from playground.agent import NoAgentError, shows_agent
from playground.bundle import Bundle
from playground.clips import stream_clip
from playground.cutout import usual_share
from playground.engine import Engine
from playground.errors import PlaygroundError
from playground.picture import Picture
from playground.search import sureness

LOOK, EVERY = 64, 8
"""How many of a clip's first frames are looked through, and every which is looked at."""
DOUBT = 0.5
"""A model that is less sure of a clip's agent is not taken at its word."""
SURER = 0.2
"""By how much another model has to be surer than it for the clip to be the other's."""
SURER_OF_PICTURE = 0.15
"""The same of a picture, in which models look harder for their agent."""


def doubt_clip(engine: Engine, clip: str, bundles: Iterable[Bundle]) -> str:
    """Return what makes a model's reading of a clip doubtful, in a few words; empty for a clip that suits it.

    Args:
        engine: the model that is to read the clip.
        clip: folder or file, as for `stream_clip`.
        bundles: the models there are.

    Raises:
        PlaygroundError: the clip cannot be read, or another model is clearly surer of its agent.
    """
    own = sureness_of_clip(engine, clip)
    if own is None or own >= DOUBT:
        return ""
    name = engine.manifest.name
    for bundle in bundles:
        other = None if bundle.manifest == engine.manifest else _sureness_of(bundle, clip)
        if other is not None and other > own + SURER:
            kind = bundle.manifest.name
            raise PlaygroundError(
                f"{Path(clip).name}: a clip for model {kind!r}, which is surer of its agent ({other:.0%}) than model "
                f"{name!r} ({own:.0%}); give another clip, or --model {kind} and a picture for it"
            )
    return f"model {name!r} is not sure of its agent ({own:.0%})"


def check_picture(engine: Engine, picture: Picture, bundles: Iterable[Bundle]) -> None:
    """Refuse a picture for another model; one whose agent is told by alpha or a mask is taken as it is.

    Args:
        engine: the model that is to play the picture.
        picture: as it was loaded.
        bundles: the models there are.

    Raises:
        PlaygroundError: another model is clearly surer of its agent.
    """
    if picture.mask is not None or picture.image.mode != "RGB":
        return
    own = _sureness_of_picture(engine, picture)
    if own is None:
        return  # Play says so itself.
    for bundle in bundles:
        other = None if bundle.manifest == engine.manifest else _sureness_in(bundle, picture)
        if other is not None and other > own + SURER_OF_PICTURE:
            kind = bundle.manifest.name
            raise PlaygroundError(
                f"{picture.name}: a picture for model {kind!r}, which is surer of its agent ({other:.0%}) than model "
                f"{engine.manifest.name!r} ({own:.0%}); give another picture, one cut out (with an alpha channel), or "
                f"--model {kind} and a clip for it"
            )


def _sureness_in(bundle: Bundle, picture: Picture) -> float | None:
    """Return how sure a bundle's model is of a picture's agent; None for one that is damaged or finds none."""
    try:
        return _sureness_of_picture(Engine(bundle), picture)
    except PlaygroundError:
        return None


def _sureness_of_picture(engine: Engine, picture: Picture) -> float | None:
    """Return in 0..1 how sure a model is of the agent in a picture; None without any."""
    try:
        return engine.find_agent(picture).confidence
    except NoAgentError:
        return None


def _sureness_of(bundle: Bundle, clip: str) -> float | None:
    """Return how sure a bundle's model is of a clip's agent; None for one that is damaged."""
    try:
        engine = Engine(bundle)
    except PlaygroundError:
        return None
    return sureness_of_clip(engine, clip)


def sureness_of_clip(engine: Engine, clip: str) -> float | None:
    """Return in 0..1 how sure a model is of an agent in the best of a clip's first frames; None without any agent.

    Raises:
        PlaygroundError: the clip cannot be read.
    """
    frames = np.stack(list(islice(stream_clip(clip, engine.frame_size), 0, LOOK, EVERY)))
    usual = usual_share(engine.manifest.mask_size)
    masks = [mask for mask in engine.segment(frames) if shows_agent(mask, engine.manifest)]
    return max((sureness(mask, usual) for mask in masks), default=None)
