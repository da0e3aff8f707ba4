"""The even pace at which pictures follow each other."""

import time
from collections.abc import Callable


class FramePacer:
    """Sleeps from one picture to the next, so that they come evenly and the processor rests in between.

    pygame's own clock counts whole milliseconds: 16 for a picture instead of 16.67, which a display at 60 Hz shows as a
    stumble twice a second.
    """

    def __init__(
        self,
        rate: float,
        now: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take pictures a second, and what tells the time in seconds and sleeps."""
        self._period = 1 / rate
        self._now = now
        self._sleep = sleep
        self._last: float | None = None
        self._due = 0.0

    def wait(self) -> float:
        """Sleep until the next picture is due, and return the seconds since the last call's end.

        Pictures that were late are not made up for.
        """
        arrived = self._now()
        if self._last is None:
            self._last = self._due = arrived
        self._due = max(self._due + self._period, arrived)
        if self._due > arrived:
            self._sleep(self._due - arrived)
        before, self._last = self._last, self._now()
        return self._last - before
