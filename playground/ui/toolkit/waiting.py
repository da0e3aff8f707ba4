"""Waiting screen: says what is being done, while a thread does it, and lets that thread ask the player."""

import queue
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

import pygame
from pygame import Rect, Surface
from pygame.event import Event

from playground.ui.toolkit import theme
from playground.ui.toolkit.layout import text_unit

_STEP = 0.06
"""Seconds from one picture to the next."""

_Result = TypeVar("_Result")
_Question = TypeVar("_Question")
_Answer = TypeVar("_Answer")


class Waiting(Generic[_Result, _Question, _Answer]):
    """The screen of some work, in a thread of its own, that may ask; `running` turns false when it is done or asks.

    Then `question` is what it asks, to be given to `answer` with the screen shown again, or else `result` is there.
    """

    def __init__(
        self, work: Callable[[Callable[[_Question], _Answer | None]], _Result], words: str, text_size: float = 1.0
    ) -> None:
        """Begin the work, which is given what it may ask by, and say these words."""
        self.running = True
        self.question: _Question | None = None
        self.left = False
        """Whether the player did not want to wait."""
        self._words, self._text_size = words, text_size
        self._lettering = theme.Lettering()
        self._time = 0.0
        self._asked: queue.Queue[_Question] = queue.Queue()
        self._answers: queue.Queue[_Answer | None] = queue.Queue()
        self._thread = ThreadPoolExecutor(1, "work")
        self._done: Future[_Result] = self._thread.submit(work, self._ask)
        self._thread.shutdown(wait=False)

    def handle(self, event: Event) -> None:
        """Handle one pygame event: Esc and closing the window leave."""
        if event.type == pygame.QUIT or (event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE):
            self.leave()

    def leave(self) -> None:
        """Wait no longer; whatever the work still asks is answered with None."""
        self.left, self.running = True, False
        self._answers.put(None)

    def seen(self) -> object:
        """Return what it shows."""
        return self._time

    def update(self, dt: float) -> float:
        """Let `dt` seconds pass; something moves all the time, but not so often that the work takes longer for it."""
        self._time += dt
        if self._done.done():
            self.running = False
        elif not self._asked.empty():
            self.question, self.running = self._asked.get(), False
        return _STEP if self.running else 0.0

    def answer(self, answer: _Answer | None) -> None:
        """Answer the question; the work goes on."""
        self.question, self.running = None, True
        self._answers.put(answer)

    def result(self) -> _Result:
        """Return what the work gave, or raise what it raised."""
        return self._done.result()

    def draw(self, surface: Surface) -> None:
        """Draw over the whole of `surface`: the words, and a bar in which something moves."""
        width, height = surface.get_size()
        unit = text_unit((width, height), self._text_size)
        surface.fill(theme.BACKGROUND)
        self._lettering.write(
            surface,
            self._words,
            round(1.3 * unit),
            theme.TEXT,
            width - 2 * unit,
            center=(width // 2, height // 2 - unit),
        )
        bar = Rect(0, 0, min(20 * unit, width - 2 * unit), max(3, unit // 3))
        bar.center = (width // 2, height // 2 + unit)
        theme.panel(surface, bar)
        way = abs((self._time % 2.0) - 1.0)
        part = Rect(bar.left + round(way * bar.width * 0.75), bar.top, bar.width // 4, bar.height)
        theme.panel(surface, part, theme.PRESSED, None)

    def _ask(self, question: _Question) -> _Answer | None:
        if self.left:
            return None
        self._asked.put(question)
        return self._answers.get()
