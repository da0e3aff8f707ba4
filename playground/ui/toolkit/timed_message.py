"""A message to the player that goes by itself after the time it takes to read."""

_LEAST_SECONDS = 4.0
_READ_LETTERS = 14
"""Letters a second that people read, where a message is long."""


class TimedMessage:
    """What a screen tells the player for a while."""

    def __init__(self) -> None:
        """Begin with nothing to tell."""
        self.text = ""
        """What is told; empty when there is nothing."""
        self._left = 0.0

    @property
    def left(self) -> float:
        """Seconds until it goes; infinite when there is none."""
        return self._left if self.text else float("inf")

    def tell(self, text: str) -> None:
        """Tell something instead; an empty text is nothing."""
        self.text, self._left = text, max(_LEAST_SECONDS, len(text) / _READ_LETTERS)

    def advance(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        self._left -= dt
        if self._left <= 0:
            self.text = ""
