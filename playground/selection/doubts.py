"""Whether a clip or a picture is one for a model, or for another."""

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

import numpy as np

from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.clips.reading import stream_clip
from playground.engine.engine import Engine
from playground.pictures.crop_search import mask_confidence
from playground.pictures.cutout import usual_share
from playground.pictures.picture import Picture
from playground.pictures.start import shows_agent
from playground.selection.for_picture import Choice

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
        GlassError: the clip cannot be read, or another model is clearly surer of its agent.
    """
    own = sureness_of_clip(engine, clip)
    if own is None or own >= DOUBT:
        return ""
    name = engine.manifest.name
    surer = _surer_model(engine, own + SURER, bundles, lambda other: sureness_of_clip(other, clip))
    if surer:
        kind, sure = surer
        raise GlassError(
            f"{Path(clip).name}: a clip for model {kind!r}, which is surer of its agent ({sure:.0%}) than model "
            f"{name!r} ({own:.0%}); give another clip, or --model {kind} and a picture for it"
        )
    return f"model {name!r} is not sure of its agent ({own:.0%})"


def check_picture(choice: Choice, picture: Picture, bundles: Iterable[Bundle]) -> None:
    """Refuse a picture for another model than was chosen; one whose agent is told by alpha or a mask is for any.

    Args:
        choice: the model that is to play the picture, and how sure it is.
        picture: as it was loaded.
        bundles: the models there are.

    Raises:
        GlassError: another model is clearly surer of its agent.
    """
    engine, own = choice.engine, choice.confidence
    if own is None:
        return  # Play says so itself.
    surer = _surer_model(engine, own + SURER_OF_PICTURE, bundles, lambda other: other.find_agent(picture).confidence)
    if surer:
        kind, sure = surer
        raise GlassError(
            f"{picture.name}: a picture for model {kind!r}, which is surer of its agent ({sure:.0%}) than model "
            f"{engine.manifest.name!r} ({own:.0%}); give another picture, one cut out (with an alpha channel), or "
            f"--model {kind} and a clip for it"
        )


def _surer_model(
    engine: Engine, bar: float, bundles: Iterable[Bundle], sureness_of: Callable[[Engine], float | None]
) -> tuple[str, float] | None:
    """Return the first other model that is surer than `bar`, and how sure; None if there is none.

    One that is damaged, or finds no agent, is passed over.
    """
    if bar >= 1:
        return None
    for bundle in bundles:
        if bundle.manifest == engine.manifest:
            continue
        try:
            sure = sureness_of(Engine(bundle))
        except GlassError:
            continue
        if sure is not None and sure > bar:
            return bundle.manifest.name, sure
    return None


def sureness_of_clip(engine: Engine, clip: str) -> float | None:
    """Return in 0..1 how sure a model is of an agent in the best of a clip's first frames; None without any agent.

    Raises:
        GlassError: the clip cannot be read.
    """
    frames = np.stack(list(islice(stream_clip(clip, engine.frame_size), 0, LOOK, EVERY)))
    usual = usual_share(engine.manifest.mask_size)
    masks = [mask for mask in engine.segment(frames) if shows_agent(mask, engine.manifest)]
    return max((mask_confidence(mask, usual) for mask in masks), default=None)
