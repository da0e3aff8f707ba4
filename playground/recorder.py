"""Recording what is seen: to a GIF, or to a folder of numbered pictures."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.errors import PlaygroundError
from playground.files import FolderInProgress, check_file_place, check_folder_place, whole_file
from playground.gif import COLOURS, GifWriter, adaptive_palette, distinct_colours, exact_palette

RECORD_SCALE = 4
"""How many times as large as the model's frame a GIF is drawn, unless told otherwise."""

_SAMPLED = 64


class Recorder(Protocol):
    """What takes the frames of a run, uint8 (H, W, 3) and all of one size."""

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Take the next frame."""

    def close(self) -> None:
        """Write what was taken."""

    def discard(self) -> None:
        """Forget what was taken; nothing stays on disk."""


@dataclass(frozen=True)
class _Still:
    """A frame, compressed, and for how many ticks it is seen."""

    content: bytes
    ticks: int


def check_recording(path: Path) -> None:
    """See that a GIF can be written at `path`, without writing it.

    Raises:
        PlaygroundError: the name does not end in .gif, or the file cannot be written there.
    """
    if path.suffix.lower() != ".gif":
        raise PlaygroundError(f"recording {str(path)!r}: only GIF is written; give a name that ends in .gif")
    check_file_place(path, "recording")


class GifRecorder:
    """Records to a GIF at a tick rate; the file appears at `close`, whole."""

    def __init__(self, path: Path, tick_rate: float, scale: int = 1) -> None:
        """Prepare to write `path`.

        Args:
            path: where the GIF goes; its folder must exist.
            tick_rate: frames a second.
            scale: how many times as large the GIF is drawn.

        Raises:
            PlaygroundError: as for `check_recording`.
        """
        check_recording(path)
        self.path = path
        self._tick_rate = tick_rate
        self._scale = scale
        self._stills: list[_Still] = []
        self._shape: tuple[int, ...] = ()
        self._last = b""
        self._colours = np.empty(0, np.int64)

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Take the next frame, uint8 (H, W, 3), of the same size as the others."""
        content = frame.tobytes()
        if self._stills and content == self._last:
            self._stills[-1] = _Still(self._stills[-1].content, self._stills[-1].ticks + 1)
            return
        self._shape, self._last = frame.shape, content
        self._stills.append(_Still(zlib.compress(content, 1), 1))
        if len(self._colours) <= COLOURS:
            self._colours = np.union1d(self._colours, distinct_colours(frame))

    def close(self) -> None:
        """Write the GIF; without a frame, nothing.

        Raises:
            PlaygroundError: it cannot be written.
        """
        if not self._stills:
            return
        if len(self._colours) <= COLOURS:
            palette = exact_palette(self._colours)
        else:
            every = -(-len(self._stills) // _SAMPLED)
            palette = adaptive_palette([self._pixels(still) for still in self._stills[::every]])
        with whole_file(self.path) as part, part.open("wb") as stream:
            writer = GifWriter(stream, (self._shape[1], self._shape[0]), palette, self._scale)
            for still, duration in self._timed():
                writer.add(self._pixels(still), duration)
            writer.close()
        self.discard()

    def discard(self) -> None:
        """Forget the frames; nothing is written."""
        self._stills = []

    def _pixels(self, still: _Still) -> NDArray[np.uint8]:
        return np.frombuffer(zlib.decompress(still.content), np.uint8).reshape(self._shape)

    def _timed(self) -> Iterator[tuple[_Still, int]]:
        """Give each frame its hundredths of a second, so that they add up to the ticks' time."""
        tick = 0
        for still in self._stills:
            start, tick = round(100 * tick / self._tick_rate), tick + still.ticks
            yield still, round(100 * tick / self._tick_rate) - start


class FrameFolder:
    """Records to a folder: 00000.png and on, which replace its older numbered pictures at `close`."""

    def __init__(self, path: Path) -> None:
        """Prepare to fill the folder `path`, which is made if need be.

        Raises:
            PlaygroundError: it cannot be written there.
        """
        check_folder_place(path, "frames")
        self._folder = FolderInProgress(path)
        self._count = 0

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Take the next frame, uint8 (H, W, 3)."""
        place = self._folder.file(f"{self._count:05d}.png")
        try:
            Image.fromarray(frame).save(place, compress_level=1)
        except OSError as error:
            raise PlaygroundError(f"{place}: cannot be written ({error.strerror or error})") from None
        self._count += 1

    def close(self) -> None:
        """Put the pictures in their place; without a frame, nothing.

        Raises:
            PlaygroundError: they cannot be written.
        """
        self._folder.finish(numbered_in=".")

    def discard(self) -> None:
        """Leave the folder as it was."""
        self._folder.discard()


@contextmanager
def recording(recorders: Sequence[Recorder]) -> Iterator[None]:
    """Close recorders at the end of a run, also of an interrupted one; after a PlaygroundError discard them."""
    try:
        yield
    except PlaygroundError:
        for recorder in recorders:
            recorder.discard()
        raise
    except BaseException:
        _close(recorders)
        raise
    _close(recorders)


def _close(recorders: Sequence[Recorder]) -> None:
    """Close all; where one cannot be written, discard the rest."""
    try:
        for recorder in recorders:
            recorder.close()
    finally:
        for recorder in recorders:
            recorder.discard()
