"""Frame-rate meter: time of a tick and pictures a second, as one line of text."""

_READ_SECONDS = 0.5


class FrameMeter:
    """Averages the time of ticks and pictures over half a second at a time."""

    def __init__(self, provider: str) -> None:
        """Take the name of what runs the ticks, such as "CPU"."""
        self._provider = provider
        self._seconds = self._tick_seconds = 0.0
        self._pictures = self._ticks = 0
        self._tick_text = ""
        self.text = provider
        """The line, such as "CPU  3.1 ms a tick  60 fps"."""

    def tick(self, seconds: float) -> None:
        """Add the time one tick took."""
        self._tick_seconds += seconds
        self._ticks += 1

    def picture(self, dt: float) -> None:
        """Add a picture `dt` seconds after the last."""
        self._seconds += dt
        self._pictures += 1
        if self._seconds < _READ_SECONDS:
            return
        if self._ticks:
            self._tick_text = f"{1000 * self._tick_seconds / self._ticks:.1f} ms a tick"
        fps = f"{self._pictures / self._seconds:.0f} fps"
        self.text = "   ".join(filter(None, (self._provider, self._tick_text, fps)))
        self._seconds = self._tick_seconds = 0.0
        self._pictures = self._ticks = 0
