"""Model selection: which model is most confident of the agent in a picture or a clip."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.clips.reading import stream_clip
from playground.engine.inference import InferenceEngine
from playground.pictures.crop_search import mask_confidence
from playground.pictures.cutout import usual_share
from playground.pictures.picture import Picture
from playground.pictures.start import NoAgentError, Start, agreement, shows_agent

LOOK, EVERY = 64, 8
"""How many of a clip's first frames are looked through, and every which is looked at."""
LEAST_CONFIDENCE = 0.5
"""A model that is less confident of a clip's agent is not taken at its word."""
CLIP_MARGIN = 0.2
"""By how much another model has to be more confident than it for the clip to be the other's."""
PICTURE_MARGIN = 0.15
"""The same of a picture, in which models look harder for their agent."""


@dataclass(frozen=True)
class Choice:
    """A model, and a picture as it sees it."""

    engine: InferenceEngine
    """The model, loaded."""
    start: Start
    """The picture as fitted, its agent found."""
    note: str
    """What was made of the picture, and why the model was chosen, for people; may be empty."""


def choose_engine(picture: Picture, bundles: Sequence[Bundle], loaded: InferenceEngine | None = None) -> Choice:
    """Load the model that is most confident of the agent in a picture; a single one is taken if it finds any.

    A model may be `loaded` already, for another player.

    Raises:
        NoAgentError: no model finds an agent.
        GlassError: every model is damaged, or the picture cannot be used by any.
    """

    def load(bundle: Bundle) -> InferenceEngine:
        return loaded if loaded is not None and loaded.manifest == bundle.manifest else InferenceEngine(bundle)

    if len(bundles) == 1:
        engine = load(bundles[0])
        start = engine.find_agent(picture)
        return Choice(engine, start, _joined(picture.note, start.note))
    found: list[tuple[float, InferenceEngine, Start]] = []
    verdicts: list[str] = []
    problems: list[GlassError] = []
    for bundle in bundles:
        try:
            engine = load(bundle)
            start = engine.find_agent(picture)
        except NoAgentError:
            verdicts.append(f"{bundle.manifest.name} finds none")
        except GlassError as error:  # damaged: another may do
            problems.append(error)
            verdicts.append(f"{bundle.manifest.name} cannot be used")
        else:
            found.append((_agreed_confidence(engine, picture, start), engine, start))
    if len(problems) == len(bundles):
        raise problems[0]
    if not found:
        names = ", ".join(bundle.manifest.name for bundle in bundles)
        raise NoAgentError(
            f"{picture.name}: no agent found by any model ({names}); try another picture, or one with an alpha channel"
        )
    found.sort(key=lambda one: -one[0])
    share, engine, start = found[0]
    others = [f"{other.manifest.name} {less:.0%}" for less, other, _ in found[1:]] + verdicts
    reason = f"model {engine.manifest.name} is surest of the agent: {share:.0%} ({', '.join(others)})"
    return Choice(engine, start, _joined(picture.note, start.note, reason))


def refuse_if_wrong_model(choice: Choice, picture: Picture, bundles: Iterable[Bundle]) -> None:
    """Refuse a picture for another model than was chosen; one whose agent is told by alpha or a mask is for any.

    Raises:
        GlassError: another model is clearly more confident of its agent.
    """
    engine, own = choice.engine, choice.start.confidence
    surer = _surer_model(engine, own + PICTURE_MARGIN, bundles, lambda other: other.find_agent(picture).confidence)
    if surer:
        kind, sure = surer
        raise GlassError(
            f"{picture.name}: a picture for model {kind!r}, which is surer of its agent ({sure:.0%}) than model "
            f"{engine.manifest.name!r} ({own:.0%}); give another picture, one cut out (with an alpha channel), or "
            f"--model {kind} and a clip for it"
        )


def warn_if_wrong_model(engine: InferenceEngine, clip: str, bundles: Iterable[Bundle]) -> str:
    """Return what makes a model's reading of a clip doubtful, in a few words; empty for a clip that suits it.

    Raises:
        GlassError: the clip cannot be read, or another model is clearly more confident of its agent.
    """
    own = clip_confidence(engine, clip)
    if own is None or own >= LEAST_CONFIDENCE:
        return ""
    name = engine.manifest.name
    surer = _surer_model(engine, own + CLIP_MARGIN, bundles, lambda other: clip_confidence(other, clip))
    if surer:
        kind, sure = surer
        raise GlassError(
            f"{Path(clip).name}: a clip for model {kind!r}, which is surer of its agent ({sure:.0%}) than model "
            f"{name!r} ({own:.0%}); give another clip, or --model {kind} and a picture for it"
        )
    return f"model {name!r} is not sure of its agent ({own:.0%})"


def clip_confidence(engine: InferenceEngine, clip: str) -> float | None:
    """Return in 0..1 how confident a model is of an agent in the best of a clip's first frames; None without any agent.

    Raises:
        GlassError: the clip cannot be read.
    """
    frames = np.stack(list(islice(stream_clip(clip, engine.frame_size), 0, LOOK, EVERY)))
    usual = usual_share(engine.manifest.mask_size)
    masks = [mask for mask in engine.segment(frames) if shows_agent(mask, engine.manifest)]
    return max((mask_confidence(mask, usual) for mask in masks), default=None)


def _joined(*notes: str) -> str:
    return "; ".join(filter(None, notes))


def _agreed_confidence(engine: InferenceEngine, picture: Picture, start: Start) -> float:
    """Return in 0..1 how well a model's own mask agrees with the picture's alpha, or else its confidence."""
    if picture.image.mode == "RGB":
        return start.confidence
    return agreement(engine.segment(start.frame[None])[0], start.mask)


def _surer_model(
    engine: InferenceEngine,
    bar: float,
    bundles: Iterable[Bundle],
    confidence_of: Callable[[InferenceEngine], float | None],
) -> tuple[str, float] | None:
    """Return the first other model that is more confident than `bar`, and its confidence; None if there is none.

    One that is damaged, or finds no agent, is passed over.
    """
    if bar >= 1:
        return None
    for bundle in bundles:
        if bundle.manifest == engine.manifest:
            continue
        try:
            sure = confidence_of(InferenceEngine(bundle))
        except GlassError:
            continue
        if sure is not None and sure > bar:
            return bundle.manifest.name, sure
    return None
