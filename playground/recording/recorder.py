"""Recorders: to a GIF, WebP or MP4 file by its suffix, to a folder of numbered PNGs, or a single PNG."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.atomic_files import FolderInProgress, output_file
from glass.core.errors import GlassError, InterruptedRunError
from glass.core.frame_files import is_numbered
from glass.core.output_places import check_file_place, check_folder_place
from playground.recording.background_writer import BackgroundWriter, Encoder
from playground.recording.gif import GifEncoder
from playground.recording.mp4 import Mp4Encoder, check_mp4
from playground.recording.stream_file import StreamFile
from playground.recording.webp import WebpEncoder, check_webp

RECORD_SCALE = 4
"""How many times as large as the model's frame a recording is drawn, unless told otherwise."""


def recording_scale(scale: int | None, own_size: bool) -> int:
    """Return by how much recordings are enlarged: `scale` if given, else not at all at a picture's own size."""
    return scale or (1 if own_size else RECORD_SCALE)


_MakeEncoder = Callable[[StreamFile, tuple[int, int], float, int], Encoder]
_FORMATS: dict[str, tuple[_MakeEncoder, Callable[[], None]]] = {
    ".gif": (GifEncoder, lambda: None),
    ".mp4": (Mp4Encoder, check_mp4),
    ".webp": (WebpEncoder, check_webp),
}
SUFFIXES = tuple(_FORMATS)
"""How the names of recordings may end."""


class Recorder(Protocol):
    """What takes the frames of a run, uint8 (H, W, 3) and all of one size."""

    @property
    def path(self) -> Path:
        """Where they go."""

    @property
    def replaces(self) -> bool:
        """Whether there is something older in that place."""

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Take the next frame."""

    def close(self) -> None:
        """Write what was taken."""

    def discard(self) -> None:
        """Forget what was taken; nothing stays on disk."""


def check_recording(path: Path) -> None:
    """See that a recording can be written at `path`, without writing it.

    Raises:
        GlassError: the name tells no format, what the format needs is missing, or the file cannot be there.
    """
    if path.suffix.lower() not in _FORMATS:
        raise GlassError(f"recording {str(path)!r}: unknown format; give a name that ends in .gif, .mp4 or .webp")
    _FORMATS[path.suffix.lower()][1]()
    check_file_place(path, "recording")


class FileRecorder(BackgroundWriter):
    """Records to a GIF, an MP4 or a WebP, in a thread of its own; the file appears when it is complete.

    In real time: `add` a frame a tick, show `size`, look at `failure`, and in the end call `finish` and go on until
    `done`, or wait with `close`. See `BackgroundWriter` for `realtime`.
    """

    def __init__(
        self,
        path: Path,
        tick_rate: float,
        scale: int = 1,
        *,
        realtime: bool = True,
        before: Sequence[NDArray[np.uint8]] = (),
    ) -> None:
        """Prepare to write `path`, whose name tells the format: so many frames a second, drawn `scale` times as large.

        `realtime` is for a player who must never wait; `before` comes first, such as the frames of a `ReplayBuffer`.

        Raises:
            GlassError: as for `check_recording`.
        """
        check_recording(path)
        make = _FORMATS[path.suffix.lower()][0]
        super().__init__(
            path, lambda file, frame: make(file, frame.shape[1::-1], tick_rate, scale), realtime=realtime, before=before
        )

    @property
    def replaces(self) -> bool:
        """Whether there is an older file of that name."""
        return self.path.exists()


def save_picture(path: Path, frame: NDArray[np.uint8], scale: int = 1) -> None:
    """Write a frame, uint8 (H, W, 3), as a PNG.

    Raises:
        GlassError: it cannot be written there.
    """
    check_file_place(path, "picture")
    with output_file(path, "nothing of it is kept; make room or choose another place") as part:
        Image.fromarray(frame.repeat(scale, 0).repeat(scale, 1)).save(part, "PNG")


class FrameFolder:
    """Records to a folder: 00000.png and on, which replace its older numbered pictures at `close`."""

    def __init__(self, path: Path) -> None:
        """Prepare to fill the folder `path`, which is made if need be.

        Raises:
            GlassError: it cannot be written there.
        """
        check_folder_place(path, "frames")
        self.path = path
        self._folder = FolderInProgress(path)
        self._count = 0

    @property
    def replaces(self) -> bool:
        """Whether there are older numbered pictures in it."""
        return any(map(is_numbered, self.path.glob("*.png")))

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Take the next frame, uint8 (H, W, 3), or (H, W, 4) with alpha."""
        place = self._folder.file(f"{self._count:05d}.png")
        try:
            Image.fromarray(frame).save(place, compress_level=1)
        except OSError as error:
            place.unlink(missing_ok=True)
            raise GlassError(f"{self.path}: cannot be written ({error.strerror or error})") from None
        self._count += 1

    def close(self) -> None:
        """Put the pictures in their place; without a frame, nothing.

        Raises:
            GlassError: they cannot be written.
        """
        self._folder.finish(numbered_in=".")

    def discard(self) -> None:
        """Leave the folder as it was."""
        self._folder.discard()


def open_recorders(
    file: Path | None, folder: Path | None, tick_rate: float, scale: int, *, realtime: bool = True
) -> list[Recorder]:
    """Return recorders to an animation and to a folder of frames, as far as they are given; see `FileRecorder`.

    Raises:
        GlassError: they cannot be written.
    """
    recorders: list[Recorder] = []
    if file is not None:
        recorders.append(FileRecorder(file, tick_rate, scale, realtime=realtime))
    if folder is not None:
        recorders.append(FrameFolder(folder))
    return recorders


@contextmanager
def recording(recorders: Sequence[Recorder]) -> Iterator[None]:
    """Close recorders at the end of a run, after a GlassError discard them.

    What an interrupted run has done is written where it replaces nothing.

    Raises:
        InterruptedRunError: instead of a KeyboardInterrupt.
        GlassError: a recording cannot be written.
    """
    try:
        yield
    except GlassError:
        for recorder in recorders:
            recorder.discard()
        raise
    except BaseException as error:
        older = [recorder for recorder in recorders if recorder.replaces]
        for recorder in older:
            recorder.discard()
        _close([recorder for recorder in recorders if recorder not in older])
        if isinstance(error, KeyboardInterrupt):
            fates = [f"{one.path} {_fate(stays=one in older, there=one.replaces)}" for one in recorders]
            raise InterruptedRunError(f"interrupted; {', '.join(fates)}") from None
        raise
    _close(recorders)


def _fate(stays: bool, there: bool) -> str:
    """Say what became of a recording that was interrupted."""
    if stays:
        return "stays as it was"
    return "holds what was done until then" if there else "was not begun"


def _close(recorders: Sequence[Recorder]) -> None:
    """Close all; where one cannot be written, discard the rest."""
    try:
        for recorder in recorders:
            recorder.close()
    finally:
        for recorder in recorders:
            recorder.discard()
