"""Installation of a trained model: its start frames, bundle and preview."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from export.bundle.verify import VerificationError
from export.bundle.write import BundleOptions, StartFrame, write_bundle
from export.learn.folders import LearnFolders
from glass.core.errors import GlassError
from glass.footage.cache import Footage
from glass.model import Glass
from glass.motion.windows import as_pictures
from glass.training.checkpoint import AVERAGED, load_model
from glass.training.step_log import LOG
from playground import Action, Engine
from playground.acts.performer import REST, act_actions, has_card
from playground.recording.recorder import FileRecorder, recording

START_CANDIDATES, STARTS = 64, 8
"""Frames that start frames are chosen from, and how many are."""

START_SIZES = (0.6, 1.6)
"""A start frame's agent covers so much of what is usual."""

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


@torch.no_grad()
def _starts(model: Glass, footage: Footage) -> list[StartFrame]:
    """Choose frames that show the agent whole, spread over the footage."""
    places = np.linspace(0, len(footage.frames) - 1, START_CANDIDATES).round().astype(int)
    frames = np.array(footage.frames[np.unique(places)])
    masks = torch.cat([model.gma.segment(as_pictures(part)) for part in torch.from_numpy(frames).split(16)])[:, 0] > 0.5
    sizes = masks.float().mean((1, 2))
    usual = sizes[sizes > 0].median() if bool((sizes > 0).any()) else sizes.new_tensor(0.0)
    edge = masks[:, 0].any(1) | masks[:, -1].any(1) | masks[:, :, 0].any(1) | masks[:, :, -1].any(1)
    good = (sizes >= START_SIZES[0] * usual) & (sizes <= START_SIZES[1] * usual) & (sizes > 0)
    for wanted in (good & ~edge, good, torch.ones_like(good)):
        found = wanted.nonzero()[:, 0].tolist()
        if found:
            break
    chosen = sorted({found[round(i)] for i in np.linspace(0, len(found) - 1, STARTS)})
    return [StartFrame(f"{number:02d}", frames[place]) for number, place in enumerate(chosen, 1)]


def _as_trained(model: Glass, run: Path) -> Glass:
    """Let the model's config say how many steps it had, not how many were planned."""
    training = model.config.training
    for stage, steps in steps_taken(run).items():
        key = f"{stage}_stage"
        training = replace(training, **{key: replace(getattr(training, key), steps=steps)})
    model.config = replace(model.config, training=training)
    return model


def _preview(folders: LearnFolders, path: Path) -> None:
    """Play the new model: to each side and back, then every act from rest to rest; what has none for some ticks."""
    engine = Engine.load(folders.bundle)
    manifest = engine.manifest
    with Image.open(folders.bundle / manifest.starts[0]) as start:
        seen = engine.reset(start)
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


def install(folders: LearnFolders, footage: Footage, licence: str | None) -> None:
    """Make a bundle of what was trained, put it where models are looked for, and draw a preview.

    Raises:
        GlassError: there is nothing to play yet, or the bundle would play differently; what was there before stays.
    """
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    model, extra = load_model(folders.run / AVERAGED)
    starts = _starts(model, footage)
    options = BundleOptions(name=folders.name, folder=folders.models, starts=starts, licence=licence, card=None)
    try:
        write_bundle(_as_trained(model, folders.run), extra, options)
    except VerificationError as error:
        raise GlassError(f"--name {folders.name}: not exported: {error}") from error
    _preview(folders, folders.folder / "preview.gif")
