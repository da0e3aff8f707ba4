"""The last seconds of what was seen, to be saved after the fact."""

import zlib
from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SECONDS = 10.0
"""How far back a ring reaches, unless told otherwise."""


class ReplayRing:
    """Keeps the frames of the last seconds, each as its compressed difference from the one before.

    Memory is bounded by the ring's frames at their raw size (36 KB for 128 x 96: 4.4 MB for 10 s at 12 ticks a
    second); pictures that stand still before a calm background need a twentieth of that.
    """

    def __init__(self, tick_rate: float, seconds: float = SECONDS) -> None:
        """Keep up to `seconds` of `tick_rate` frames a second, at least one frame."""
        self._most = max(1, round(seconds * tick_rate))
        self._first = self._last = np.empty((0, 0, 3), np.uint8)
        self._steps: deque[bytes] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        """How many frames there are."""
        return len(self._steps) + 1 if self._first.size else 0

    @property
    def size(self) -> int:
        """Bytes of memory in use."""
        return self._bytes + self._first.nbytes + self._last.nbytes

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Keep the next frame, uint8 (H, W, 3); a frame of another size forgets those before."""
        if frame.shape != self._last.shape:
            self._steps.clear()
            self._bytes = 0
            self._first = self._last = frame.copy()
            return
        step = zlib.compress(np.bitwise_xor(frame, self._last).tobytes(), 1)
        self._last = frame.copy()
        self._steps.append(step)
        self._bytes += len(step)
        if len(self._steps) >= self._most:
            oldest = self._steps.popleft()
            self._bytes -= len(oldest)
            self._first = _apply(oldest, self._first)

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        """Give the frames kept now, oldest first, unpacked one at a time; later additions change nothing."""
        return _unpack(self._first, tuple(self._steps))


def _unpack(first: NDArray[np.uint8], steps: tuple[bytes, ...]) -> Iterator[NDArray[np.uint8]]:
    if first.size:
        yield first
    for step in steps:
        first = _apply(step, first)
        yield first


def _apply(step: bytes, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the frame (H, W, 3) one step on."""
    return np.bitwise_xor(np.frombuffer(zlib.decompress(step), np.uint8).reshape(frame.shape), frame)
