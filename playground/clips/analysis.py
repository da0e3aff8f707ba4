"""Analysis of a clip: segmentation masks, shifts of agent and background, and local actions."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.atomic_files import FolderInProgress
from glass.core.errors import GlassError
from glass.core.masks import SOLID
from glass.core.path_smoothing import common_velocities, config_for, smooth_shifts
from playground.bundles.manifest import Manifest
from playground.clips.registration import register_background
from playground.engine.compositing import cut_window
from playground.engine.inference import InferenceEngine
from playground.pictures.mask_cleaning import dilated, keep_agents

_BATCH = 8
_JUMP = 0.5
"""An agent that seems to go farther in a tick than this many windows has not moved: another one was found."""
_MASK_MARGIN = 2
"""Pixels by which masks are dilated before the background is registered: their edges move with the agent."""


@dataclass(frozen=True)
class Step:
    """What happened between a frame and the next; shifts are (x, y) in pixels of the model's frame."""

    foreground_shift: tuple[float, float]
    """How the agent moved in the frame: its smooth path, without bobbing and leaning."""
    background_shift: tuple[float, float]
    """How the background's content moved in the frame."""
    local_action: int
    """What the agent did, 1..K."""


@dataclass(frozen=True)
class Analysis:
    """What a model reads from a clip of T frames."""

    model: str
    """The model's name."""
    frame_size: tuple[int, int]
    """Width and height of its frame in pixels."""
    masks: NDArray[np.bool_]
    """Where the agent is, (T, H, W); all False in a frame without one."""
    steps: tuple[Step, ...]
    """The T - 1 steps between neighbouring frames."""


def analyse(
    engine: InferenceEngine, frames: NDArray[np.uint8], progress: Callable[[float], None] | None = None
) -> Analysis:
    """Read a clip, uint8 (T, H, W, 3) of the model's frame size; `progress` is told the share that is done, in 0..1.

    Where a frame or the next shows no agent, the step has zero shifts and the local action of standing still; where
    what is found in the next is elsewhere altogether, the foreground's shift is zero.
    """
    tell = progress or (lambda share: None)
    manifest = engine.manifest
    levels = _segment(engine, frames, lambda share: tell(share * 0.6))
    still = Step((0.0, 0.0), (0.0, 0.0), manifest.default_local_actions["stay"])
    steps = [still] * (len(frames) - 1)
    for first, last in _spans([bool(level.any()) for level in levels]):
        steps[first:last] = _follow(engine, frames[first : last + 1], levels[first : last + 1])
        tell(0.6 + 0.4 * last / len(frames))
    tell(1.0)
    return Analysis(manifest.name, manifest.frame_size, levels > SOLID, tuple(steps))


def write_analysis(analysis: Analysis, folder: Path) -> None:
    """Write `masks/00000.png` and on (0 or 255) and `motion.json` into a folder; older numbered masks are replaced.

    Raises:
        GlassError: the folder cannot be written.
    """
    out = FolderInProgress(folder)
    content = {
        "model": analysis.model,
        "frame_size": analysis.frame_size,
        "steps": [asdict(step) for step in analysis.steps],
    }
    try:
        for index, mask in enumerate(analysis.masks):
            Image.fromarray(mask.astype(np.uint8) * 255).save(out.file(f"masks/{index:05d}.png"))
        out.file("motion.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        out.finish(numbered_in="masks")
    except OSError as error:
        raise GlassError(f"{folder}: cannot be written ({error.strerror or error})") from None
    finally:
        out.discard()


def _segment(engine: InferenceEngine, frames: NDArray[np.uint8], tell: Callable[[float], None]) -> NDArray[np.float32]:
    """Return the masks (T, H, W) in [0, 1]; 0 all over where no agent is found."""
    levels = np.empty(frames.shape[:3], np.float32)
    for start in range(0, len(frames), _BATCH):
        levels[start : start + _BATCH] = engine.segment(frames[start : start + _BATCH])
        tell(min(start + _BATCH, len(frames)) / len(frames))
    keep_agents(levels, engine.manifest)
    return levels


def _spans(present: list[bool]) -> Iterator[tuple[int, int]]:
    """Give the first and the last index of each run of two or more frames that show the agent."""
    for shown, run in groupby(range(len(present)), key=present.__getitem__):
        indices = list(run)
        if shown and len(indices) > 1:
            yield indices[0], indices[-1]


def _follow(engine: InferenceEngine, frames: NDArray[np.uint8], levels: NDArray[np.float32]) -> list[Step]:
    """Return the steps of frames that all show the agent."""
    starts = range(0, len(frames), _BATCH)
    positions = np.concatenate([engine.locate(frames[i : i + _BATCH], levels[i : i + _BATCH]) for i in starts])
    foreground = _smooth(np.diff(positions, axis=0), engine.manifest)
    codes = _observe(engine, frames, levels, positions)
    weights = 1 - dilated(levels, _MASK_MARGIN)
    background = [_background_shift(frames[i : i + 2], weights[i : i + 2]) for i in range(len(frames) - 1)]
    return [
        Step(_rounded(move), _rounded(pan), int(code))
        for move, pan, code in zip(foreground, background, codes, strict=True)
    ]


def _smooth(shifts: NDArray[np.float64], manifest: Manifest) -> NDArray[np.float64]:
    """Return the shifts (N, 2) of smooth paths: one from each jump to the next; those of the jumps are 0."""
    smooth = np.zeros_like(shifts)
    jumps = np.flatnonzero(np.linalg.norm(shifts, axis=1) > _JUMP * manifest.window)
    for before, after in pairwise([-1, *jumps.tolist(), len(shifts)]):
        part = shifts[before + 1 : after]
        config = config_for(part)
        usual = np.array([[manifest.speed, 0.0]])  # what it went in training it probably goes here, too
        velocities = np.concatenate([usual, common_velocities(part[None], config)])
        smooth[before + 1 : after] = smooth_shifts(part, config, velocities)
    return smooth


def _observe(
    engine: InferenceEngine, frames: NDArray[np.uint8], levels: NDArray[np.float32], positions: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the local actions (T-1,) seen in windows around the agent's positions."""
    window = engine.manifest.window
    crops = np.empty((len(frames), window, window, 4), np.float32)
    for crop, frame, level, (x, y) in zip(crops, frames, levels, positions, strict=True):
        colours = frame.astype(np.float32) / 255 * level[..., None]
        crop[:] = cut_window(np.concatenate([colours, level[..., None]], 2), (x, y), window)
    return engine.observe(crops[:-1], crops[1:])


def _background_shift(frames: NDArray[np.uint8], weights: NDArray[np.float32]) -> tuple[float, float]:
    """Return how the background moved between two frames, (2, H, W, 3), given how much of it each shows, (2, H, W)."""
    first, second = frames.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1
    return register_background(first, weights[:1], second, weights[1:])


def _rounded(shift: NDArray[np.float64] | tuple[float, float]) -> tuple[float, float]:
    """Return a shift to a ten-thousandth of a pixel, without negative zeros."""
    x, y = (round(float(value), 4) + 0.0 for value in shift)
    return x, y
