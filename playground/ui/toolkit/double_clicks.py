"""Double clicks: two presses of a mouse button on one thing within a moment."""

import time
from collections.abc import Callable, Hashable

_SECONDS = 0.4
_NEAR = 6
"""Pixels that the pointer may move in between."""


class DoubleClicks:
    """Remembers the last press."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Tell time by a clock in seconds."""
        self._clock = clock
        self._last: tuple[Hashable, tuple[int, int], float] | None = None

    def second(self, thing: Hashable, point: tuple[int, int]) -> bool:
        """Say whether a press on a thing at a point is the second one of two."""
        last, now = self._last, self._clock()
        self._last = (thing, point, now)
        if last is None or last[0] != thing or now - last[2] > _SECONDS:
            return False
        self._last = None
        return max(abs(a - b) for a, b in zip(last[1], point, strict=True)) <= _NEAR
