"""How many threads steps take: found by timing them, as threads are no help where other programs have the cores."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import torch

TRIALS = 3
"""Steps timed with each number of threads."""
SLOWER = 1.3
"""So many times as long as before must steps take to be timed again."""
RECENT = 5
"""Steps whose median says how long they take now."""
AGAIN = 200
"""Steps after which they are timed again in any case: what kept the cores busy may have ended."""


class ThreadChoice:
    """Chooses the number of threads that steps are fastest with.

    Threads of a step wait for each other again and again; where another program has one of the cores, all of them wait
    for the one that shares it. So steps are timed by turns with as many threads as there may be and with half as many,
    and so on down while fewer are faster: at the start, when steps have become slower, and now and then.
    """

    def __init__(self, most: int) -> None:
        """Choose among ``most`` threads, a half, a quarter and so on of them, down to one."""
        self._most = self._threads = most
        self._timed: dict[int, list[float]] | None = None
        self._begin()

    @property
    def threads(self) -> int:
        """What the next step is to take."""
        return self._threads

    def note(self, seconds: float) -> None:
        """Take note of how long a step took with `threads`."""
        if self._most == 1:
            return
        timed = self._timed
        if timed is None:
            self._watch(seconds)
            return
        timed[self._threads].append(seconds)
        self._threads = min(timed, key=lambda threads: len(timed[threads]))  # by turns
        if len(timed[self._threads]) == TRIALS:
            self._decide(timed)

    def _begin(self) -> None:
        self._threads = self._most
        self._timed = {self._most: [], self._most // 2: []}

    def _decide(self, timed: dict[int, list[float]]) -> None:
        """Keep the faster of two numbers of threads; if it is the smaller one, still fewer may be faster."""
        more, fewer = timed
        faster = fewer if median(timed[fewer]) < median(timed[more]) else more
        if faster == fewer > 1:
            self._timed, self._threads = {fewer: [], fewer // 2: []}, fewer
        else:
            self._timed, self._threads, self._usual = None, faster, median(timed[faster])
            self._recent, self._since = deque[float](maxlen=RECENT), 0

    def _watch(self, seconds: float) -> None:
        """Begin anew where steps have become slower, or it is long ago."""
        self._recent.append(seconds)
        self._since += 1
        slower = len(self._recent) == RECENT and median(self._recent) > SLOWER * self._usual
        if slower or self._since >= AGAIN:
            self._begin()


@contextmanager
def thread_choice() -> Iterator[ThreadChoice]:
    """Choose among the threads that torch may use now, which it may again afterwards."""
    most = torch.get_num_threads()
    try:
        yield ThreadChoice(most)
    finally:
        torch.set_num_threads(most)
