"""Figures of motion transfer and of the decomposition of a frame into its layers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from export.figures.figure import Figure, draw_grid
from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.data.sources import open_source
from glass.data.stored.fitting import resized
from playground import Action, Engine
from playground.clips.analysis import Analysis, analyse
from playground.clips.transfer import TransferOptions, transfer
from playground.pictures.annotate import PAPER
from playground.pictures.picture import Picture
from playground.world.frame_bounds import FrameBounds

TRANSFER_ROWS = 2
"""Drivers in the figure of motion transfer."""
MOST_TRANSFER_FRAMES = 14
"""Most pictures of it."""
DECOMPOSED_STEPS = 3
"""Steps that are taken apart."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class ReadClip:
    """A clip and what the model reads from it."""

    clip: Clip
    analysis: Analysis


def read_clips(engine: Engine, data: str, count: int, frames: int, seed: int) -> list[ReadClip]:
    """Draw clips that show an agent most of the time, ``frames`` frames each, fit them to the model, and read them.

    Raises:
        GlassError: the source cannot be read, or shows no agent that the model finds.
    """
    source = open_source(data)
    found = []
    for number in range(count):
        clip = resized(source.draw(np.random.default_rng((seed, number)), frames), engine.frame_size)
        analysis = analyse(engine, clip.frames)
        if analysis.masks[0].any() and analysis.masks.any((1, 2)).mean() > 0.5:
            found.append(ReadClip(clip, analysis))
    if not found:
        raise GlassError(f"source {data!r}: the model finds no agent in {count} clips; give another with --data")
    return found


def motion_transfer(engine: Engine, clips: Sequence[ReadClip], targets: Sequence[Picture], data: str) -> Figure:
    """Animate drivers, their reconstructions, and their actions on other pictures."""
    liveliest = sorted(clips, key=_travel, reverse=True)[:TRANSFER_ROWS]
    targets = sorted(targets, key=lambda target: not _is_whole(engine, target))
    columns = [
        [list(read.clip.frames), _replay(engine, read, read.clip.frames[0], pan=True), _replay(engine, read, target)]
        for read, target in zip(liveliest, targets, strict=False)
    ]
    titles = ("original", "reconstruction", "transfer")
    ticks = min(MOST_TRANSFER_FRAMES, *(len(column) for row in columns for column in row))
    return Figure(
        "motion_transfer",
        "Motion transfer",
        f"Left: clips of {data}. Middle: the clip's first frame, moved by the shifts, pans and "
        "local actions read from it. Right: the same shifts and local actions on a start frame of the model, held "
        "inside the frame.",
        [draw_grid(titles, [[column[tick] for column in row] for row in columns]) for tick in range(ticks)],
        engine.tick_rate,
    )


def decomposition(engine: Engine, clips: Sequence[ReadClip], data: str) -> Figure:
    """Take steps of clips apart: the parts of the first frame, and what they become."""
    columns = ("frame", "mask", "foreground", "background", "inpainted", "shifted", "reconstruction", "next frame")
    rows = [_parts(engine, read, _strongest(read.analysis)) for read in clips[:DECOMPOSED_STEPS]]
    return Figure(
        "decomposition",
        "Decomposition",
        f"Steps of clips of {data}. The mask cuts the frame into foreground and background; the "
        "hole is inpainted; the foreground is shifted as it was found to move; local action and shift then make of "
        "the first frame the reconstruction of the next.",
        [draw_grid(columns, rows, 1)],
    )


def _is_whole(engine: Engine, picture: Picture) -> bool:
    """Say whether a picture's agent touches no edge of the frame."""
    engine.reset(picture)
    return FrameBounds.of(engine.world).holds_all_edges


def _travel(read: ReadClip) -> float:
    """Return how much goes on in a clip: pixels travelled, and ten for every change of local action."""
    steps = read.analysis.steps
    codes = [step.local_action for step in steps]
    changes = sum(one != other for one, other in pairwise(codes))
    return float(sum(np.hypot(*step.foreground_shift) for step in steps)) + 10 * changes


def _strongest(analysis: Analysis) -> int:
    """Return the number of the step that moves farthest."""
    return int(np.argmax([np.hypot(*step.foreground_shift) for step in analysis.steps]))


def _replay(engine: Engine, read: ReadClip, start: Picture | Pixels, pan: bool = False) -> list[Pixels]:
    """Return a picture and the ticks of doing what was read."""
    engine.reset(start)
    options = TransferOptions(pan=pan, keep_inside=not pan)
    return [one.observation.frame for one in transfer(engine.world, read.clip.frames, options, read.clip.name)]


def _parts(engine: Engine, read: ReadClip, step: int) -> list[Pixels]:
    """Return the pictures of one step in the order of the figure's columns."""
    frame, done = read.clip.frames[step], read.analysis.steps[step]
    levels = engine.segment(frame[None])[0][..., None]
    paper = np.array(PAPER, np.float32)
    engine.reset(frame)
    inpainted = engine.snapshot().backdrop.pixels
    x, y = (round(value) for value in done.foreground_shift)
    layer = np.concatenate([frame * levels + paper * (1 - levels), levels], 2)
    moved = np.full_like(layer, 255.0)
    rows, columns = slice(max(y, 0), frame.shape[0] + min(y, 0)), slice(max(x, 0), frame.shape[1] + min(x, 0))
    source = layer[max(-y, 0) : frame.shape[0] - max(y, 0), max(-x, 0) : frame.shape[1] - max(x, 0)]
    moved[rows, columns] = source
    rebuilt = engine.step(Action(done.foreground_shift, done.background_shift, done.local_action)).frame
    layers = [
        frame,
        levels.repeat(3, 2) * 255,
        layer[..., :3],
        frame * (1 - levels) + paper * levels,
        inpainted,
        moved[..., :3],
        rebuilt,
        read.clip.frames[step + 1],
    ]
    return [np.asarray(one).clip(0, 255).astype(np.uint8) for one in layers]
