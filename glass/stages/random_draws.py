"""Random streams and batches: what is drawn from the sources for one step of one stage."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import torch
from torch import Tensor

from glass.config import StageConfig
from glass.data.core.clip import Clip
from glass.data.sources import ClipSource
from glass.motion.windows import as_pictures
from glass.parallel.distributed import shard

CPU = torch.device("cpu")
"""Where clips are kept."""

NUMBERED = (
    "global",
    "local",
    "tracks",
    "sheet",
    "codes",
    "anchor",
    "matting",
    "examples",
    "joint",
    "backdrop",
    "shadow",
)
"""Streams with a number by their place here, which must stay; any other is numbered by its name's checksum."""


def step_rng(seed: int, stream: str, step: int) -> np.random.Generator:
    """Give the random generator of one step; a resumed run draws what an uninterrupted one would have drawn."""
    number = NUMBERED.index(stream) if stream in NUMBERED else crc32(stream.encode())
    torch.manual_seed(hash((seed, number, step)) & 0x7FFFFFFF)
    return np.random.default_rng([seed, number, step])


def clip_length(schedule: StageConfig, step: int) -> int:
    """Frames of the clips of ``step``: the lengths of the schedule follow each other in equal parts."""
    part = min(step * len(schedule.lengths) // max(schedule.steps, 1), len(schedule.lengths) - 1)
    return schedule.lengths[part]


def clip_count(schedule: StageConfig, step: int) -> int:
    """Clips of ``step``: longer ones in smaller batches, so that every step works on about as many frames."""
    return max(2, round(schedule.batch * schedule.lengths[0] / clip_length(schedule, step)))


def draw_clips(sources: Sequence[ClipSource], rng: np.random.Generator, count: int, length: int) -> list[Clip]:
    """Draw this process's shard of ``count`` clips from ``sources`` by their weights."""
    weights = np.array([source.weight for source in sources], dtype=float)
    chosen = rng.choice(len(sources), size=count, p=weights / weights.sum())
    # Every clip has a generator of its own, so that nobody has to draw those of other processes.
    draws = list(zip(chosen, rng.spawn(count), strict=True))
    return [sources[index].draw(own, length) for index, own in draws[shard(count)]]


def draw_frames(
    sources: Sequence[ClipSource], rng: np.random.Generator, count: int, length: int, where: torch.device = CPU
) -> Tensor:
    """Draw the pictures of `draw_clips`: ``(B, length, 3, H, W)`` in [0, 1], on a device."""
    return stacked_frames(draw_clips(sources, rng, count, length), where)


def stacked_frames(clips: Sequence[Clip], where: torch.device = CPU) -> Tensor:
    """Give the pictures of clips of one length: ``(B, length, 3, H, W)`` in [0, 1], on a device."""
    return as_pictures(torch.from_numpy(np.stack([clip.frames for clip in clips])).to(where))


def stacked_outlines(clips: Sequence[Clip], where: torch.device = CPU) -> Tensor | None:
    """Give what looks at the clips believe: uint8 ``(B, length, H, W)``, on a device; None if any was not looked at."""
    outlines = [clip.outlines for clip in clips if clip.outlines is not None]
    return torch.from_numpy(np.stack(outlines)).to(where) if outlines and len(outlines) == len(clips) else None


def pick_frames(frames: Tensor, chosen: Tensor, where: torch.device) -> Tensor:
    """Pick the ``chosen``, ``(B,)``, of frames, uint8 ``(N, H, W, 3)``: ``(B, 3, H, W)`` in [0, 1], on a device."""
    return as_pictures(frames[chosen].to(where)).contiguous(memory_format=torch.channels_last)
