"""Drawing the clips of a data set in one process or several."""

import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context

import numpy as np

from glass.data.core.clip import Clip
from glass.data.sources import GeneratedSource, WorldSource


def draw_clips(
    source: GeneratedSource, count: int, frames: int, seed: tuple[int, ...], processes: int = 1
) -> Iterator[Clip]:
    """Draw numbered clips in order; everyone of a cast appears once before anyone appears again.

    A clip depends on the seed and its number only, neither on how many there are nor on the number of processes.

    Raises:
        GlassError: the source cannot make them.
    """
    draw = partial(draw_clip, source, frames, seed)
    if processes == 1:
        yield from map(draw, range(count))
        return
    # Ctrl-C is left to the process that waits for the clips.
    with ProcessPoolExecutor(processes, get_context("spawn"), signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool:
        try:
            yield from pool.map(draw, range(count))
        finally:
            pool.shutdown(cancel_futures=True)


def draw_clip(source: GeneratedSource, frames: int, seed: tuple[int, ...], number: int) -> Clip:
    """Draw the clip of this number."""
    rng = np.random.default_rng((*seed, number))
    if isinstance(source, WorldSource):
        order = np.random.default_rng(seed).permutation(len(source.cast))
        clip = source.draw_of(rng, frames, int(order[number % len(order)]))
    else:
        clip = source.draw(rng, frames)
    return replace(clip, name=f"{number:05d}")
