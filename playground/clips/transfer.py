"""Motion transfer: the actions read from a clip are replayed by the agent of another picture."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError
from playground.clips.analysis import Step, analyse
from playground.core.action import Action, Observation
from playground.engine.inference import InferenceEngine
from playground.world.frame_bounds import FrameBounds
from playground.world.world import World

PIECE = 96
"""Frames of a clip that are read together; no more than that and twice OVERLAP are ever in memory."""
OVERLAP = 16
"""Frames on either side of a piece that are read with it, so that its ends are read as its middle is."""

Frame = NDArray[np.uint8]


@dataclass(frozen=True)
class ReadFrame:
    """A frame of a clip, and what led to it."""

    frame: Frame
    """The picture, (H, W, 3)."""
    size: int
    """How many pixels show the agent; 0 where it is not seen."""
    step: Step | None
    """What happened since the frame before; None for the first one."""


@dataclass(frozen=True)
class TransferOptions:
    """How a driver's actions are carried over."""

    pan: bool = False
    """Whether the background moves as the driver's does; else it stands still."""
    keep_inside: bool = False
    """Whether the agent is held at the edges of the frame, but for those that it reaches over at first."""
    match_size: bool = False
    """Whether shifts grow and shrink with the agent, by the square root of both areas."""


@dataclass(frozen=True)
class Driven:
    """One tick of a transfer."""

    driver: Frame
    """The driver's frame, (H, W, 3)."""
    action: Action | None
    """What was done; None at the start."""
    observation: Observation
    """What is seen of the driven agent."""


def read_steps(engine: InferenceEngine, frames: Iterable[Frame]) -> Iterator[ReadFrame]:
    """Read a clip, uint8 (H, W, 3) a frame, of any length piece by piece; up to PIECE frames as `analyse` reads it."""
    source = iter(frames)
    before: list[Frame] = []
    piece: list[Frame] = []
    while True:
        piece += islice(source, PIECE + OVERLAP - len(piece))
        at_end = len(piece) < PIECE + OVERLAP
        count = len(piece) if at_end else PIECE
        if not count:
            return
        together = [*before, *piece]
        analysis = analyse(engine, np.stack(together))
        for index in range(len(before), len(before) + count):
            step = analysis.steps[index - 1] if index else None
            yield ReadFrame(together[index], int(np.count_nonzero(analysis.masks[index])), step)
        before, piece = together[: len(before) + count][-OVERLAP:], piece[count:]


def transfer(world: World, driver: Iterable[Frame], options: TransferOptions, name: str) -> Iterator[Driven]:
    """Replay a clip's actions on the one agent of a world: first what is seen now, then every tick.

    Local actions and shifts are those that the world's model reads from the clip, beginning where the picture's agent
    stands. The clip, which errors call `name`, is uint8 (H, W, 3) each, of the model's frame size; only a few are held
    at a time.

    Raises:
        GlassError: the clip has a single frame, or none of its frames shows an agent (which is known at its end).
    """
    engine = world.engines[0]
    start = world.snapshot().observations[0]
    bounds = FrameBounds.of(world) if options.keep_inside else None
    readings = read_steps(engine, driver)
    first = list(islice(readings, PIECE))
    if len(first) < 2:
        raise GlassError(f"{name}: a clip of a single frame has no motion; give one of two or more")
    scale = _size_ratio(start, first) if options.match_size else 1.0
    found, count = 0, 0
    for reading in chain(first, readings):
        found, count = found + (reading.size > 0), count + 1
        if reading.step is None:
            yield Driven(reading.frame, None, start)
            continue
        x, y = reading.step.foreground_shift
        pan = reading.step.background_shift if options.pan else (0.0, 0.0)
        action = Action((x * scale, y * scale), pan, reading.step.local_action)
        if bounds is not None:
            action = bounds.clamp(world, action)
        yield Driven(reading.frame, action, world.step([action])[0])
    if not found:
        raise GlassError(
            f"{name}: no agent found by model {engine.manifest.name!r} in any of its {count} frames; "
            "give a clip of what the model knows, or another model"
        )


def _size_ratio(start: Observation, readings: list[ReadFrame]) -> float:
    """Return how much larger the picture's agent is than the usual one of the readings, in width or height."""
    sizes = [reading.size for reading in readings if reading.size]
    return sqrt(np.count_nonzero(start.mask) / float(np.median(sizes))) if sizes else 1.0
