"""Replay buffer: the frames of the last seconds, to be saved after the fact."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

LIMIT = 64 * 2**20
"""Most bytes that the frames may take; of a model whose frames are large fewer seconds are kept."""


class ReplayBuffer:
    """A ring buffer of frames."""

    def __init__(self, tick_rate: float, seconds: float, limit: int = LIMIT) -> None:
        """Keep up to `seconds` of `tick_rate` frames a second in at most `limit` bytes, but at least one frame."""
        self._frames: deque[NDArray[np.uint8]] = deque(maxlen=max(1, round(seconds * tick_rate)))
        self._limit = limit

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Keep a copy of the next frame, uint8 (H, W, 3); all are of one size."""
        self._frames.append(frame.copy())
        while len(self._frames) > 1 and len(self._frames) * frame.nbytes > self._limit:
            self._frames.popleft()

    def frames(self) -> tuple[NDArray[np.uint8], ...]:
        """Return the frames kept now, oldest first."""
        return tuple(self._frames)
