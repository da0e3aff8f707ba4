"""Files written in the background, frame after frame, while play goes on."""

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError
from playground.recording.stream_file import UnfinishedFile

Pixels = NDArray[np.uint8]

MOST_WAITING = 256
"""Most frames that wait for the writing thread while people play: what bounds the memory of a recording."""
FEW_WAITING = 16
"""The same where nobody plays, and whoever makes the frames can wait."""


class Encoder(Protocol):
    """Writes frames, uint8 (H, W, 3) and all of one size, to a stream as some format."""

    def add(self, frame: Pixels) -> None:
        """Show `frame` for one tick.

        Raises:
            OSError: it cannot be written.
        """

    def seal(self) -> None:
        """Complete what was written, so that it can be read; afterwards no frame may follow.

        Raises:
            OSError: it cannot be written.
        """

    def salvage(self) -> None:
        """After an OSError: let the stream hold a file that can be read, of the frames that got through.

        Raises:
            OSError: that cannot be done.
        """


class BackgroundWriter:
    """Writes frames to a file in a thread of its own; the file appears when it is whole.

    While people play (`live`), nothing here waits for the disk but `close`. A frame that would be the 257th to wait is
    left out and its predecessor shown longer. When the disk fills up, the file is finished with what it holds and
    `failure` says so, but an older file of its name stays instead.
    Else (not `live`) `add` waits for the writing thread, no frame is left out, and a failure raises and leaves nothing.
    """

    def __init__(
        self,
        path: Path,
        encoder: Callable[[UnfinishedFile, Pixels], Encoder],
        *,
        live: bool = True,
        before: Iterable[Pixels] = (),
    ) -> None:
        """Prepare to write `path`; nothing is written or started yet.

        Args:
            path: where the file goes; its folder must exist.
            encoder: makes the encoder when the first frame is known, which it is shown but not given.
            live: see above.
            before: frames that come first; the thread takes them, so they may be costly to make.
        """
        self.path = path
        self.failure = ""
        """One sentence that says what went wrong; empty as long as nothing has."""
        self.size = 0
        """Bytes written so far."""
        self.written = 0
        """Ticks written so far."""
        self._make_encoder = encoder
        self._live = live
        self._before = before
        self._has_before = before != ()
        self._from_before = 0
        self._queue: SimpleQueue[tuple[Pixels, int] | None] = SimpleQueue()
        self._places = threading.Semaphore(MOST_WAITING if live else FEW_WAITING)
        self._thread: threading.Thread | None = None
        self._ending = self._dropped = False
        self._late = 0
        self._taken = 0
        self._unexpected: BaseException | None = None

    @property
    def ticks(self) -> int:
        """Ticks recorded so far, those that wait to be written among them."""
        return self._from_before + self._taken

    @property
    def done(self) -> bool:
        """Whether writing has ended, well or not."""
        return self._ending and (self._thread is None or not self._thread.is_alive())

    def add(self, frame: Pixels) -> None:
        """Take the next frame, uint8 (H, W, 3), shown for one tick.

        Raises:
            GlassError: it cannot be written, and this is not `live`.
        """
        if self.failure:
            if self._live:
                return
            raise GlassError(self.failure)
        self._start()
        self._taken += 1
        if not self._places.acquire(blocking=not self._live):
            self._late += 1
            return
        self._queue.put((frame.copy(), self._late))
        self._late = 0

    def finish(self) -> None:
        """End the file after the frames taken so far, without waiting for that; `done` tells when it is over."""
        if self._has_before:
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
        self._dropped = True
        self._ending = True
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=f"writes {self.path.name}", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        """Write until the end, whatever happens; take frames off the queue until then."""
        try:
            self._write(chain(self._earlier(), self._arriving()))
        except GlassError as error:
            self.failure = str(error)
        except OSError as error:
            self.failure = self._sentence(error, "nothing of it is kept")
        except BaseException as error:  # told to whoever closes
            self._unexpected = error
            self.failure = f"{self.path}: cannot be written ({error})"
        for _ in self._arriving():
            pass

    def _earlier(self) -> Iterator[tuple[Pixels, int]]:
        for frame in self._before:
            self._from_before += 1
            yield frame, 0

    def _arriving(self) -> Iterator[tuple[Pixels, int]]:
        while (item := self._queue.get()) is not None:
            yield item
            self._places.release()
        self._queue.put(None)  # whoever asks again is told the same

    def _write(self, frames: Iterator[tuple[Pixels, int]]) -> None:
        first = next(frames, None)
        if first is None or self._dropped:
            return
        file = UnfinishedFile(self.path)
        try:
            encoder = self._make_encoder(file, first[0])
            try:
                self._encode(file, encoder, chain([first], frames))
                if not self._dropped:
                    encoder.seal()
                    self.size = file.tell()
                    file.finish()
            except OSError as error:
                self._give_up(file, encoder, error)
        finally:
            file.discard()

    def _encode(self, file: UnfinishedFile, encoder: Encoder, frames: Iterator[tuple[Pixels, int]]) -> None:
        last: list[Pixels] = []
        for frame, late in frames:
            if self._dropped:
                return
            for shown in last * late + [frame]:
                encoder.add(shown)
                self.written += 1
            self.size = file.tell()
            last = [frame]
        for shown in last * self._late:
            encoder.add(shown)

    def _give_up(self, file: UnfinishedFile, encoder: Encoder, error: OSError) -> None:
        """Finish the file with what it holds, where that overwrites nothing, and say what became of it."""
        kept = False
        if self._live and self.written and not self._dropped and not file.closed:
            try:
                encoder.salvage()
                kept = file.finish(replace=False)
            except OSError:
                kept = False
        self.failure = self._sentence(error, "kept what was recorded before" if kept else "nothing of it is kept")

    def _sentence(self, error: OSError, fate: str) -> str:
        reason = error.strerror or str(error) or type(error).__name__
        return f"{self.path}: cannot be written ({reason}); {fate}; make room or choose another place"
