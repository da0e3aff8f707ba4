"""Frame pacing: waiting from one drawn picture to the next."""

import time
from collections.abc import Callable


class FramePacer:
    """Sleeps until the next picture is due, at an even rate.

    pygame's own clock rounds to milliseconds: 16 for a picture instead of 16.67, a visible jerk twice a second on a
    display at 60 Hz.
    """

    def __init__(
        self,
        rate: float,
        now: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Pace so many pictures a second; `now` and `sleep` are in seconds."""
        self._period = 1 / rate
        self._now = now
        self._sleep = sleep
        self._last: float | None = None
        self._due: float | None = None

    def wait(self) -> None:
        """Sleep until the next picture is due. Late pictures are not caught up on."""
        arrived = self._now()
        if self._due is None:
            self._due = arrived
        self._due = max(self._due + self._period, arrived)
        if self._due > arrived:
            self._sleep(self._due - arrived)

    def elapsed(self) -> float:
        """Return the seconds since this was called before, 0 the first time."""
        before, self._last = self._last, self._now()
        return 0.0 if before is None else self._last - before
