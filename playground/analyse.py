"""Reading a clip: masks, shifts of both layers, and local actions."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.agent import SOLID, Start, shows_agent
from playground.compose import cut_window
from playground.engine import Engine
from playground.errors import PlaygroundError
from playground.files import FolderInProgress
from playground.path import smooth_shifts
from playground.registration import register_background, register_foreground

_BATCH = 8
_ANCHOR = 24
"""Pairs of frames after which windows are centred anew, so that small errors of many shifts do not add up."""


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


def analyse(engine: Engine, frames: NDArray[np.uint8], progress: Callable[[float], None] | None = None) -> Analysis:
    """Read a clip.

    Where a frame or the next shows no agent, the step has zero shifts and the local action of standing still.

    Args:
        engine: the model that reads.
        frames: uint8 (T, H, W, 3), of the model's frame size.
        progress: called with the share that is done, in 0..1.
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
        PlaygroundError: the folder cannot be written.
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
        raise PlaygroundError(f"{folder}: cannot be written ({error.strerror or error})") from None
    finally:
        out.discard()


def _segment(engine: Engine, frames: NDArray[np.uint8], tell: Callable[[float], None]) -> NDArray[np.float32]:
    """Return the masks (T, H, W) in [0, 1]; 0 all over where what is found is no agent by its size."""
    levels = np.empty(frames.shape[:3], np.float32)
    for start in range(0, len(frames), _BATCH):
        levels[start : start + _BATCH] = engine.segment(frames[start : start + _BATCH])
        tell(min(start + _BATCH, len(frames)) / len(frames))
    for level in levels:
        if not shows_agent(level, engine.manifest):
            level[:] = 0
    return levels


def _spans(present: list[bool]) -> Iterator[tuple[int, int]]:
    """Give the first and the last index of each run of two or more frames that show the agent."""
    for shown, run in groupby(range(len(present)), key=present.__getitem__):
        indices = list(run)
        if shown and len(indices) > 1:
            yield indices[0], indices[-1]


def _follow(engine: Engine, frames: NDArray[np.uint8], levels: NDArray[np.float32]) -> list[Step]:
    """Return the steps of frames that all show the agent."""
    colours = frames.transpose(0, 3, 1, 2).astype(np.float32) / 255
    layers = np.concatenate([colours * levels[:, None], levels[:, None]], 1)  # premultiplied RGBA, (T, 4, H, W)
    signed = colours * 2 - 1
    matched = np.concatenate([signed * levels[:, None], levels[:, None]], 1)
    weights = 1 - levels[:, None]
    pairs = list(pairwise(range(len(frames))))
    foreground = smooth_shifts(np.array([register_foreground(matched[a], matched[b]) for a, b in pairs]))
    background = [register_background(signed[a], weights[a], signed[b], weights[b]) for a, b in pairs]
    codes = np.concatenate(
        [
            _observe(engine, Start(frames[first], levels[first]), layers[first:], foreground[first : first + _ANCHOR])
            for first in range(0, len(pairs), _ANCHOR)
        ]
    )
    return [
        Step(_rounded(move), _rounded(pan), int(code))
        for move, pan, code in zip(foreground, background, codes, strict=True)
    ]


def _observe(
    engine: Engine, start: Start, layers: NDArray[np.float32], shifts: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the local actions (N,) of N steps with these shifts (N, 2), in windows that follow the agent from `start`.

    `layers` are the frames from `start` on, premultiplied RGBA, (N + 1 or more, 4, H, W).
    """
    path = engine.locate(start) + np.concatenate([np.zeros((1, 2)), shifts.cumsum(0)])
    window = engine.manifest.window
    crops = np.stack(
        [cut_window(layer.transpose(1, 2, 0), (x, y), window) for layer, (x, y) in zip(layers, path, strict=False)]
    )
    return engine.observe(crops[:-1], crops[1:])


def _rounded(shift: NDArray[np.float64] | tuple[float, float]) -> tuple[float, float]:
    """Return a shift to a ten-thousandth of a pixel, without negative zeros."""
    x, y = (round(float(value), 4) + 0.0 for value in shift)
    return x, y
