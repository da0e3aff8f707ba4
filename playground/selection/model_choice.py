"""Model selection: which model keeps a picture as it is and moves it, and which is surest of a clip's agent."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.bundles.manifest import Manifest
from playground.clips.reading import stream_clip
from playground.engine.inference import InferenceEngine
from playground.pictures.crop_search import mask_confidence
from playground.pictures.cut_outs.cutout import usual_share
from playground.pictures.faces import cannot_be_told
from playground.pictures.picture import Picture
from playground.pictures.start import NoAgentError, Start, UnsureError, shows_agent
from playground.selection.trial import Trial, agreed_confidence, misfit, run_trial, sees_scene

LOOK, EVERY = 64, 8
"""How many of a clip's first frames are looked through, and every which is looked at."""
LEAST_CONFIDENCE = 0.5
"""A model that is less confident of a clip's agent is not taken at its word."""
CLIP_MARGIN = 0.2
"""By how much another model has to be more confident than it for the clip to be the other's."""
PICTURE_MARGIN = 0.15
"""The same of a picture, in which models look harder for their agent."""

_FINDS_NONE = " finds no agent"


@dataclass(frozen=True)
class Choice:
    """A model, and a picture as it sees it."""

    engine: InferenceEngine
    """The model, loaded."""
    start: Start
    """The picture as fitted, its agent found."""
    note: str
    """What was made of the picture, and why the model was chosen, for people; may be empty."""
    refusals: str = ""
    """The part of the note that says why others were not chosen, which few people want to know."""
    warning: str = ""
    """What the model does to the picture that its owner would not want, for people; empty where it suits."""


def choose_engine(picture: Picture, bundles: Sequence[Bundle], loaded: InferenceEngine | None = None) -> Choice:
    """Load the model that suits a picture: of those that keep it as it is in a trial, the surest of its agent.

    Models that move the picture's own pixels are for what no other model keeps, so they are looked at last, unless they
    know such a scene and the picture has its shape. A single model is taken without a trial, see `warn_if_ruined`. A
    model may be `loaded` already, for another player.

    Raises:
        NoAgentError: no model finds an agent that it keeps as it is; `UnsureError` where it may be told by hand.
        GlassError: every model is damaged, or the picture cannot be used by any.
    """
    if len(bundles) == 1:
        engine = _load(bundles[0], loaded)
        start = engine.find_agent(picture)
        return Choice(engine, start, _joined(picture.note, start.note, _untold(engine, start)))
    auditions = _Auditions(picture, bundles, loaded)
    best = auditions.best()
    name = best.engine.manifest.name
    reason = f"model {name} moves its own pixels" if best.engine.moves_pixels else f"model {name} keeps it as it is"
    if not best.keeps:
        reason = f"model {name} plays it, but loses {_listed(best.losses)}"
    refusals = f" ({'; '.join(auditions.refusals)})" if auditions.refusals else ""
    notes = (picture.note, best.start.note, reason + refusals, _untold(best.engine, best.start))
    return Choice(best.engine, best.start, _joined(*notes), refusals)


class _Auditions:
    """The trials of models for one picture."""

    def __init__(self, picture: Picture, bundles: Sequence[Bundle], loaded: InferenceEngine | None) -> None:
        self.refusals: list[str] = []
        """Why each of the other models is not taken, for people."""
        self._picture = picture
        self._problems: list[GlassError] = []
        self._ruining: list[Trial] = []
        self._engines = []
        for bundle in bundles:
            try:
                self._engines.append(_load(bundle, loaded))
            except GlassError as error:  # damaged: another may do
                self._refuse(bundle.manifest, error)

    def best(self) -> Trial:
        """Return the best trial of models that know such agents or scenes, or else of those that move pixels."""
        knowing = [sees_scene(engine, self._picture) or not _is_last_resort(engine) for engine in self._engines]
        for wanted in (True, False):
            asked = [engine for engine, knows in zip(self._engines, knowing, strict=True) if knows == wanted]
            trials = [self._trial(engine) for engine in asked]
            ranked = sorted((trial for trial in trials if trial is not None), key=_rank, reverse=True)
            if ranked:
                self.refusals[:0] = [f"{_name(other)} would do, too" for other in ranked[1:]]
                return ranked[0]
        if self._ruining and _is_last_resort(self._ruining[-1].engine):
            return self._ruining[-1]
        raise self._refusal()

    def _trial(self, engine: InferenceEngine) -> Trial | None:
        """Return the trial of a model that keeps the picture; None, with the reason noted, for another."""
        name = engine.manifest.name
        try:
            start = engine.find_agent(self._picture)
            confidence = agreed_confidence(engine, self._picture, start)
        except GlassError as error:
            self._refuse(engine.manifest, error)
            return None
        if reason := misfit(engine, self._picture, start, confidence):
            self.refusals.append(f"not {name}: {reason}")
            return None
        trial = run_trial(engine, self._picture, start, confidence)
        if trial.keeps:
            return trial
        self._ruining.append(trial)
        self.refusals.append(f"not {name}: it loses {_listed(trial.losses)}")
        return None

    def _refuse(self, manifest: Manifest, error: GlassError) -> None:
        """Note why a model cannot be tried."""
        if isinstance(error, NoAgentError):
            self.refusals.append(manifest.name + _FINDS_NONE)
        else:
            self._problems.append(error)
            self.refusals.append(f"{manifest.name} cannot be used")

    @property
    def _may_be_marked(self) -> bool:
        """Whether there is a model that moves any agent of an opaque picture, once that is marked."""
        told = self._picture.cut_out is not None or self._picture.mask is not None
        return not told and any(_is_last_resort(engine) for engine in self._engines)

    def _refusal(self) -> GlassError:
        """Return the error of a picture that is for no model."""
        name, finds_none = self._picture.name, [words for words in self.refusals if words.endswith(_FINDS_NONE)]
        if len(self._problems) == len(self.refusals):
            return self._problems[0]
        if len(finds_none) + len(self._problems) == len(self.refusals):
            names = ", ".join(words.removesuffix(_FINDS_NONE) for words in finds_none)
            advice = "try another picture, or one with an alpha channel"
            found_none = UnsureError if self._may_be_marked else NoAgentError
            return found_none(f"{name}: no agent found by any model ({names}); {advice}")
        said = "; ".join(self.refusals)
        if self._may_be_marked:
            return UnsureError(f"{name}: no model is sure of its agent ({said}); try another picture, or cut it out")
        ruining = [_name(trial) for trial in self._ruining]
        advice = f"or take its losses with --model {ruining[0]}" if ruining else "or one with an alpha channel"
        return NoAgentError(f"{name}: for no model here ({said}); try another picture, {advice}")


def warn_if_ruined(choice: Choice, picture: Picture, bundles: Sequence[Bundle]) -> str:
    """Return what a picture loses with the model that was asked for, and which keeps it; empty for one that suits."""
    losses = _losses(choice, picture)
    if not losses:
        return ""
    name = choice.engine.manifest.name
    said = f"model {name!r} does not keep the picture as it is: it loses {_listed(losses)}"
    others = [bundle for bundle in bundles if bundle.manifest != choice.engine.manifest]
    if not others:
        return said
    try:
        better = choose_engine(picture, others).engine.manifest.name
    except GlassError:
        return said
    return f"{said}; better with --model {better}"


def refuse_if_wrong_model(choice: Choice, picture: Picture, bundles: Iterable[Bundle]) -> None:
    """Refuse a picture for another model than was asked for; one whose agent is told by alpha or a mask is for any.

    Raises:
        GlassError: another model is clearly more confident of its agent.
    """
    engine, own = choice.engine, choice.start.confidence
    if not _losses(choice, picture):
        return
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


def _untold(engine: InferenceEngine, start: Start) -> str:
    """Return that a model cannot be told the side that a start was said to face; empty where it can, or need not."""
    return cannot_be_told(engine.manifest.name) if start.faces is not None and not engine.takes_faces else ""


def _load(bundle: Bundle, loaded: InferenceEngine | None) -> InferenceEngine:
    return loaded if loaded is not None and loaded.manifest == bundle.manifest else InferenceEngine(bundle)


def _losses(choice: Choice, picture: Picture) -> tuple[str, ...]:
    """Return what a picture loses with the model chosen, in words; empty for one that suits it."""
    confidence = agreed_confidence(choice.engine, picture, choice.start)
    return run_trial(choice.engine, picture, choice.start, confidence).losses


def _is_last_resort(engine: InferenceEngine) -> bool:
    """Say whether a model is for what no other keeps: it moves the pixels of any agent that is seen whole."""
    return engine.keeps_own_size


def _rank(trial: Trial) -> tuple[bool, float, bool, float]:
    """Return what trials that keep the picture are ordered by, the best last.

    One that knows small agents by their scene, and is sure of one, knows better than any other. Of equals, the last is
    one whose agents reach in from an edge, and the first one that knows agents of more sizes.
    """
    manifest = trial.engine.manifest
    sizes = manifest.mask_size.max / max(manifest.mask_size.min, 1e-4)
    score = round(trial.confidence * trial.colours, 1 if _is_last_resort(trial.engine) else 3)
    return manifest.has_small_agents, score, manifest.enters is None, sizes


def _name(trial: Trial) -> str:
    return trial.engine.manifest.name


def _listed(losses: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(losses[:-1]), losses[-1])))


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
