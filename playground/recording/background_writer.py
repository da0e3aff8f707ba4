"""Writing a file of frames in a background thread, while play goes on."""

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from glass.core.atomic_files import output_file, remove_orphans
from glass.core.errors import GlassError
from glass.core.output_places import check_file_place
from playground.recording.stream_file import StreamFile

Pixels = NDArray[np.uint8]

MOST_WAITING = 256
"""Most frames queued for the writing thread in real time; bounds the memory of a recording."""
FEW_WAITING = 16
"""Most frames queued where the caller can wait."""


class Encoder(Protocol):
    """Writes frames, uint8 (H, W, 3) and all of one size, to a file in some format.

    Raises:
        OSError: it cannot be written; so do its making and both methods.
    """

    def add(self, frame: Pixels) -> None:
        """Show `frame` for one tick."""

    def finish(self) -> None:
        """Complete the file; afterwards no frame may follow."""


class BackgroundWriter:
    """Writes frames to a file in a thread; the file appears under its name when it is complete, else not at all.

    In real time only `close` waits for the disk: a frame that would be the 257th in the queue is dropped and the one
    before it shown longer, and `failure` tells of errors. Else `add` waits for the thread, no frame is dropped, and
    errors are raised.
    """

    def __init__(
        self,
        path: Path,
        encoder: Callable[[StreamFile, Pixels], Encoder],
        *,
        realtime: bool = True,
        before: Sequence[Pixels] = (),
    ) -> None:
        """Prepare to write `path`, whose folder must exist, with the frames of `before` first; nothing is started yet.

        The encoder is made when the first frame is known, which it is shown but not given.
        """
        self.path = path
        self.failure = ""
        """One sentence that says what went wrong; empty as long as nothing has."""
        self.size = 0
        """Bytes written so far."""
        self._make_encoder = encoder
        self._realtime = realtime
        self._before = before
        self._queue: SimpleQueue[tuple[Pixels, int] | None] = SimpleQueue()
        self._places = threading.Semaphore(MOST_WAITING if realtime else FEW_WAITING)
        self._thread: threading.Thread | None = None
        self._ending = False
        self._discarded = threading.Event()
        self._dropped = 0
        """Frames dropped since the last one that was queued."""
        self._unexpected: BaseException | None = None

    @property
    def done(self) -> bool:
        """Whether writing has ended, well or not."""
        return self._ending and (self._thread is None or not self._thread.is_alive())

    def add(self, frame: Pixels) -> None:
        """Queue the next frame, uint8 (H, W, 3), shown for one tick.

        Raises:
            GlassError: the file cannot be written, and this is not in real time.
        """
        if self.failure:
            if self._realtime:
                return
            raise GlassError(self.failure)
        self._start()
        if not self._places.acquire(blocking=not self._realtime):
            self._dropped += 1
            return
        self._queue.put((frame.copy(), self._dropped))
        self._dropped = 0

    def finish(self) -> None:
        """End the file after the frames queued so far, without waiting for that; `done` tells when it is over."""
        if self._before:
            self._start()
        if not self._ending:
            self._ending = True
            self._queue.put(None)

    def close(self) -> None:
        """End the file, and wait until it is in its place; without a frame there is none.

        Raises:
            GlassError: it could not be written as a whole.
        """
        self.finish()
        if self._thread is not None:
            self._thread.join()
        if self._unexpected is not None:
            raise self._unexpected
        if self.failure:
            raise GlassError(self.failure)

    def discard(self) -> None:
        """Leave nothing of the file, unless it is in its place already."""
        self._discarded.set()
        self._ending = True
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=f"writes {self.path.name}", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        """Write until the end; after a failure only empty the queue, so that nobody waits for a place in it."""
        try:
            self._write(chain(((frame, 0) for frame in self._before), self._queued()))
        except _DiscardedError:
            pass
        except GlassError as error:
            self.failure = str(error)
        except BaseException as error:  # told to whoever closes
            self._unexpected = error
            self.failure = f"{self.path}: cannot be written ({error})"
        for _ in self._queued():
            pass

    def _queued(self) -> Iterator[tuple[Pixels, int]]:
        """Take frames off the queue until the end, each with how many were dropped before it."""
        while (item := self._queue.get()) is not None:
            yield item
            self._places.release()
        self._queue.put(None)  # whoever asks again is told the same

    def _write(self, frames: Iterator[tuple[Pixels, int]]) -> None:
        first = next(frames, None)
        if first is None or self._discarded.is_set():
            return
        check_file_place(self.path, "recording")
        remove_orphans(self.path.parent)
        advice = "nothing of it is kept; make room or choose another place"
        with output_file(self.path, advice) as part, StreamFile(part, "w+") as file:
            last = first[0]
            encoder = self._make_encoder(file, last)
            for frame, dropped in chain([first], frames):
                if self._discarded.is_set():
                    break
                for shown in [last] * dropped + [frame]:
                    encoder.add(shown)
                last = frame
                self.size = file.tell()
            if self._discarded.is_set():
                raise _DiscardedError
            for _ in range(self._dropped):
                encoder.add(last)
            encoder.finish()
            self.size = file.tell()


class _DiscardedError(Exception):
    """Leaves `output_file` without a file."""
