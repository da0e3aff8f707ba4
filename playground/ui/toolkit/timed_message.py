"""A message to the player that goes by itself after the time it takes to read."""

from playground.gameplay.scene import Notice

_LEAST_SECONDS = 4.0
_READ_LETTERS = 14
"""Letters a second that people read, where a message is long."""
_NOTHING = Notice("")


class TimedMessage:
    """What a screen tells the player for a while."""

    def __init__(self) -> None:
        """Begin with nothing to tell."""
        self.notice = _NOTHING
        """What is told; its text is empty when there is nothing."""
        self._left = 0.0

    @property
    def text(self) -> str:
        """What is told; empty when there is nothing."""
        return self.notice.text

    @property
    def left(self) -> float:
        """Seconds until it goes; infinite when there is none."""
        return self._left if self.text else float("inf")

    def tell(self, text: str, error: bool = False) -> None:
        """Tell something instead; an empty text is nothing."""
        self.show(Notice(text, error))

    def show(self, notice: Notice) -> None:
        """Show a message instead."""
        self.notice = notice
        self._left = max(_LEAST_SECONDS, len(notice.text + notice.link) / _READ_LETTERS)

    def advance(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        self._left -= dt
        if self._left <= 0:
            self.notice = _NOTHING
