"""Installation of a trained model: its start frames, bundle and preview."""

import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from export.bundle.write import BundleOptions, StartFrame, write_bundle
from export.learn.folders import LearnFolders
from export.learn.mask_check import FAIR_AGREEMENT, OutlinedFrames, agreement
from glass.core.errors import GlassError
from glass.footage.stills import Stills
from glass.model import Glass
from glass.training.checkpoint import AVERAGED, load_model
from glass.training.step_log import LOG
from playground import Action, Engine
from playground.acts.performer import REST, act_actions, has_card
from playground.pictures.picture import as_picture
from playground.pictures.start import NoAgentError
from playground.recording.recorder import FileRecorder, recording

START_CANDIDATES, STARTS = 64, 8
"""Frames that start frames are chosen from, and how many are."""

NEARLY_BEST = 0.8
"""Start frames are those whose masks agree with outlines in such a share of the best agreement."""

SHOWN = 0.7
"""Start frames show the agent, not a part of it that comes in: its outline has such a share of the usual size."""

OPAQUE = 127
"""Levels of alpha from which on a pixel is an agent's."""

PREVIEW_WALK, PREVIEW_ACT, PREVIEW_SCALE = 8, 8, 2


def steps_taken(run: Path) -> dict[str, int]:
    """Count the steps of each stage that a run's log tells of."""
    taken: dict[str, int] = {}
    path = run / LOG
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            step = json.loads(line)
        except ValueError:
            continue  # Half a line, of a run that was killed.
        taken[step["stage"]] = max(taken.get(step["stage"], 0), step["step"])
    return taken


def _starts(model: Glass, stills: Stills, outlines: npt.NDArray[np.uint8]) -> list[StartFrame]:
    """Choose frames, spread over the footage, in which masks find the agent where its outlines say it is.

    Where they find it in none, its outlines are cut out: those are played before a plain ground.
    """
    footage = stills.footage
    known = OutlinedFrames.of(footage, outlines, START_CANDIDATES)
    if known is None:  # Nothing was seen of it, and it was learned anyway.
        places = np.unique(np.linspace(0, len(footage.frames) - 1, STARTS).round().astype(int))
        return [StartFrame(f"{number:02d}", footage.frames[place]) for number, place in enumerate(places, 1)]
    found = np.where(np.isnan(cuts := _cut_agreements(known)), known.agreements(model.gma), cuts)
    wanted = max(FAIR_AGREEMENT, NEARLY_BEST * float(found.max()))
    fairly = known.sizes() >= SHOWN * np.median(known.sizes())
    kinds = (fairly & ~known.at_edge(), fairly, np.ones(len(found), bool))
    whole = next((kind for kind in kinds if (kind & (found >= wanted)).any()), kinds[-1])
    good = np.flatnonzero(whole & (found >= wanted))
    if not len(good):
        chosen = _spread(np.flatnonzero(whole))
        return [StartFrame(f"{number:02d}", known.cut_out(place)) for number, place in enumerate(chosen, 1)]
    chosen = _spread(good)
    large = _large(model, stills, [known.places[place] for place in chosen])
    return [
        StartFrame(f"{number:02d}", large.get(known.places[place], known.frames[place]))
        for number, place in enumerate(chosen, 1)
    ]


def _cut_agreements(known: OutlinedFrames) -> npt.NDArray[np.float64]:
    """Return how well what the player cuts out of frames with a plain ground agrees with outlines; nan for others."""
    found = np.full(len(known.frames), np.nan)
    for index, (frame, labels) in enumerate(zip(known.frames, known.labels, strict=True)):
        cut = as_picture(Image.fromarray(frame)).cut_out
        if cut is not None and cut.image.size == frame.shape[1::-1]:
            found[index] = agreement(np.asarray(cut.image.getchannel("A")) > OPAQUE, labels)
    return found


def _large(model: Glass, stills: Stills, places: Sequence[int]) -> dict[int, npt.NDArray[np.uint8]]:
    """Read frames as large as the clips have them, for models that play pictures at their own size."""
    if not model.config.keeps_own_size or stills.times == 1:
        return {}
    with suppress(GlassError):  # The clip is gone.
        return stills.read(places)
    return {}


def _spread(places: npt.NDArray[np.int64]) -> list[int]:
    """Take some of many, evenly."""
    return [int(places[n]) for n in np.unique(np.linspace(0, len(places) - 1, STARTS).round().astype(int))]


def _as_trained(model: Glass, run: Path) -> Glass:
    """Let the model's config say how many steps it had, not how many were planned."""
    training = model.config.training
    for stage, steps in steps_taken(run).items():
        key = f"{stage}_stage"
        training = replace(training, **{key: replace(getattr(training, key), steps=steps)})
    model.config = replace(model.config, training=training)
    return model


def _preview(folders: LearnFolders, path: Path) -> bool:
    """Play the new model: to each side and back, then every act from rest to rest; what has none for some ticks.

    Returns:
        Whether the agent was found in a start frame; else there is nothing to show.
    """
    engine = Engine.load(folders.bundle)
    manifest = engine.manifest
    seen = None
    for name in manifest.starts:
        with Image.open(folders.bundle / name) as start, suppress(NoAgentError):
            seen = engine.reset(start)
            break
    if seen is None:
        return False
    speed = manifest.speed
    moves = ((speed, 0.0), (-speed, 0.0), (0.0, speed), (0.0, -speed))
    actions = [Action(shift=move) for move in moves for _ in range(PREVIEW_WALK)]
    for code in range(1, manifest.codes + 1):
        if has_card(manifest, code):
            acts = act_actions(manifest, code)
            actions += (*acts, REST) if acts else (Action(local_action=code),) * PREVIEW_ACT
    recorder = FileRecorder(path, manifest.tick_rate, PREVIEW_SCALE, realtime=False)
    with recording([recorder]):
        recorder.add(seen.frame)
        for action in actions:
            recorder.add(engine.step(action).frame)
    return True


@dataclass(frozen=True)
class Trained:
    """A model that can be played."""

    model: Glass
    """With averaged weights."""
    extra: dict[str, Any]
    """What a checkpoint keeps beside them: statistics, data, licences."""


def trained(run: Path) -> Trained | None:
    """Return what a run has reached; None where it has no local actions yet.

    Raises:
        GlassError: its weights cannot be read.
    """
    if not (run / AVERAGED).is_file():
        return None
    model, extra = load_model(run / AVERAGED)
    return Trained(_as_trained(model, run), extra) if "statistics" in extra else None


def install(
    folders: LearnFolders,
    stills: Stills,
    outlines: npt.NDArray[np.uint8],
    licence: str | None,
    made: Trained,
    warn: Callable[[str], None],
) -> None:
    """Make a bundle of what was trained, put it where models are looked for, and draw a preview.

    Args:
        folders: of the name.
        stills: start frames are chosen from.
        outlines: ``(T, H, W)``, labels of its frames.
        licence: of model and start frames, if it is said.
        made: what was trained.
        warn: told what is not good.

    Raises:
        VerificationError: the bundle would play quite differently from what was trained; what was there before stays.
    """
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    starts = _starts(made.model, stills, outlines)
    options = BundleOptions(folders.name, folders.models, starts, licence, card=None, warn=warn)
    write_bundle(made.model, made.extra, options)
    if starts[0].frame.shape[2] == 4:
        warn("masks do not find the agent in the clip's frames; games begin with it cut out; longer learning finds it")
    if not _preview(folders, folders.folder / "preview.gif"):
        warn("the agent is not found in the start frames; learn longer, or give a picture with --mask")
