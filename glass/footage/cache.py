"""Cache of decoded frames: a memory-mapped file of raw pixels, with an index beside it."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
import numpy.typing as npt

from glass.core.atomic_files import atomic_folder
from glass.core.errors import GlassError
from glass.footage.reader import ClipReader, DamagedClipError
from glass.footage.timeline import at_rate, find_cuts, thumbnail

FORMAT = 1
FRAMES, INDEX = "frames.bin", "index.json"

MOST_BYTES = 1 << 30
"""Largest cache; what does not fit is left out."""


@dataclass(frozen=True)
class Take:
    """One take: frames without a cut."""

    clip: str
    """Name of the clip."""
    start: int
    """Number of its first frame in the cache."""
    length: int
    """Frames in it."""


@dataclass(frozen=True)
class Footage:
    """Frames to learn from."""

    frames: npt.NDArray[np.uint8]
    """(N, H, W, 3): RGB in 0..255, mapped from the file."""
    rate: float
    """Frames a second."""
    takes: tuple[Take, ...]
    """Takes, one after the other, over all frames."""
    clips: tuple[str, ...]
    """Names of the clips that were read."""
    problems: tuple[str, ...]
    """A sentence for each clip that was left out."""
    fingerprint: str
    """What the frames were made from, and how."""
    clip_size: tuple[int, int] = (0, 0)
    """(W, H) in pixels of the first clip, as it is."""

    @property
    def frame_size(self) -> tuple[int, int]:
        """(W, H) in pixels."""
        return self.frames.shape[2], self.frames.shape[1]

    @property
    def seconds(self) -> float:
        """Length of all takes together."""
        return len(self.frames) / self.rate


@dataclass(frozen=True)
class _Index:
    """What `index.json` holds; see `Footage`."""

    format: int
    frame_size: tuple[int, int]
    rate: float
    frames: int
    """How many there are."""
    scenes: tuple[Take, ...]
    clips: tuple[str, ...]
    problems: tuple[str, ...]
    checksum: str
    """blake2b of the file of frames, in hexadecimal."""
    fingerprint: str


@dataclass(frozen=True)
class FollowingView:
    """A crop of larger frames, another one in each."""

    size: tuple[int, int]
    """(W, H) in pixels of the larger frames."""
    corners: npt.NDArray[np.int64]
    """``(N, 2)`` left and top of the crop in each frame, in their pixels."""


@dataclass(frozen=True)
class ReadSettings:
    """How clips are read."""

    size: tuple[int, int]
    """(W, H) of the frames in pixels."""
    rate: float
    """Frames a second."""
    view: FollowingView | None = None
    """What of larger frames is read; None for all of frames of this size."""


def fingerprint(clips: Sequence[ClipReader], settings: ReadSettings) -> str:
    """Return what changes when clips or the way they are read do."""
    view = settings.view
    crop = [view.size, hashlib.blake2b(view.corners.tobytes()).hexdigest()] if view else []
    text = json.dumps([FORMAT, [clip.stamp for clip in clips], settings.size, round(settings.rate, 6), *crop])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class _Writer:
    """Appends clips to the file of frames."""

    def __init__(self, file: BinaryIO, settings: ReadSettings) -> None:
        self._file = file
        self._settings = settings
        self._frame_bytes = 3 * settings.size[0] * settings.size[1]
        self.count = 0
        self.takes: list[Take] = []

    @property
    def is_full(self) -> bool:
        """Whether no further frame fits."""
        return (self.count + 1) * self._frame_bytes > MOST_BYTES

    def _cut(self, pixels: npt.NDArray[np.uint8], view: FollowingView) -> npt.NDArray[np.uint8]:
        """Cut the crop of the frame that comes next out of it."""
        (left, top), (width, height) = view.corners[self.count], self._settings.size
        return pixels[top : top + height, left : left + width]

    def add(self, clip: ClipReader, progress: Callable[[str, int], None]) -> None:
        """Append a clip; nothing of it stays where it turns out to be damaged."""
        first = self.count
        thumbnails: list[npt.NDArray[np.uint8]] = []
        try:
            view = self._settings.view
            for pixels in at_rate(clip.frames(view.size if view else self._settings.size), self._settings.rate):
                if self.is_full or (view and self.count >= len(view.corners)):
                    break
                self._file.write((self._cut(pixels, view) if view else pixels).tobytes())
                self.count += 1
                thumbnails.append(thumbnail(pixels))
                if self.count % 32 == 0:
                    progress(clip.name, self.count)
        except DamagedClipError:
            self._file.seek(first * self._frame_bytes)
            self._file.truncate()
            self.count = first
            raise
        if thumbnails:
            edges = [0, *find_cuts(np.stack(thumbnails)), len(thumbnails)]
            self.takes += [Take(clip.name, first + a, b - a) for a, b in pairwise(edges)]


def read_footage(
    clips: Sequence[ClipReader],
    settings: ReadSettings,
    folder: Path,
    progress: Callable[[str, int], None],
    problems: Sequence[str] = (),
) -> Footage:
    """Decode clips into the cache ``folder``, which appears when all is read; ``progress`` hears of frames read.

    Args:
        clips: what to read.
        settings: size and rate.
        folder: where the cache goes; an older one is replaced.
        progress: called now and then with the clip's name and the frames read so far.
        problems: what was wrong before reading.

    Raises:
        GlassError: no clip could be read.
    """
    wrong = list(problems)
    read: list[str] = []
    with atomic_folder(folder) as temporary:
        with (temporary / FRAMES).open("w+b") as file:
            writer = _Writer(file, settings)
            for clip in clips:
                if writer.is_full:
                    wrong.append(f"{clip.name}: left out, {writer.count} frames are as many as are learned from")
                    continue
                try:
                    writer.add(clip, progress)
                    read.append(clip.name)
                except DamagedClipError as error:
                    wrong.append(str(error))
        if not writer.count:
            raise no_clips(wrong)
        known, checksum = fingerprint(clips, settings), _checksum(temporary / FRAMES)
        found = tuple(writer.takes), tuple(read), tuple(wrong)
        index = _Index(FORMAT, settings.size, settings.rate, writer.count, *found, checksum, known)
        (temporary / INDEX).write_bytes(msgspec.json.encode(index))
    footage = open_footage(folder, known)
    if footage is None:
        raise GlassError(f"{folder}: the frames just written cannot be read back; is the disk in order?")
    return footage


def no_clips(problems: Sequence[str]) -> GlassError:
    """Return the error for when nothing could be read: the first problem, and how many more there are."""
    first = problems[0] if problems else "no clips given"
    more = f" (and {len(problems) - 1} more that cannot be read)" if len(problems) > 1 else ""
    return GlassError(first + more)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()


def open_footage(folder: Path, expected: str) -> Footage | None:
    """Open the cache ``folder`` if it holds whole frames of the ``expected`` fingerprint; else None."""
    try:
        index = msgspec.json.decode((folder / INDEX).read_bytes(), type=_Index)
        if index.fingerprint != expected or _checksum(folder / FRAMES) != index.checksum:
            return None
        width, height = index.frame_size
        frames = np.memmap(folder / FRAMES, np.uint8, "r", shape=(index.frames, height, width, 3))
        return Footage(frames, index.rate, index.scenes, index.clips, index.problems, index.fingerprint)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None  # Missing or damaged: it is read again.
