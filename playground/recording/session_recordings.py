"""Recordings of a game session: started and stopped by the player, the last seconds, screenshots."""

import itertools
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError
from playground.recording.background_writer import BackgroundWriter
from playground.recording.recorder import FileRecorder, Recorder, recording, save_picture
from playground.recording.replay_buffer import ReplayBuffer

CLIP_SECONDS = 10
"""How much of what just happened can be saved afterwards."""


class SessionRecordings:
    """The recordings of one game; they are given every tick's frame by `add_frame`."""

    def __init__(self, tick_rate: float, scale: int, folder: Path) -> None:
        """Take ticks a second, the whole number that recordings are enlarged by, and where they go."""
        self._tick_rate = tick_rate
        self._scale = scale
        self._folder = folder
        self._recent = ReplayBuffer(tick_rate, CLIP_SECONDS)
        self._recorders: list[Recorder] = []
        self._ticks = 0
        self._writing: list[BackgroundWriter] = []
        self._lost: list[str] = []
        self.saved: Path | None = None
        """The file written last."""

    @property
    def running(self) -> bool:
        """Whether a recording runs."""
        return bool(self._recorders)

    @property
    def seconds(self) -> float:
        """Length of the running recording."""
        return self._ticks / self._tick_rate

    @property
    def status(self) -> str:
        """Length and size of the running recording, as text."""
        minutes, seconds = divmod(self.seconds, 60)
        size = sum(recorder.size for recorder in self._recorders if isinstance(recorder, BackgroundWriter))
        return f"REC {int(minutes)}:{seconds:04.1f}  {_kilobytes(size)}"

    def use(self, folder: Path) -> None:
        """Let what is recorded from now on go to a folder."""
        self._folder = folder

    def begin(self, recorders: Sequence[Recorder], frame: NDArray[np.uint8]) -> None:
        """Record with these from a frame (H, W, 3) on, the first of the game."""
        self._recorders = list(recorders)
        self._recent.add(frame)
        self._start(frame)

    def add_frame(self, frame: NDArray[np.uint8]) -> None:
        """Add the frame (H, W, 3) of a new tick."""
        self._recent.add(frame)
        self._add(frame)
        self._ticks += 1

    def toggle(self, frame: NDArray[np.uint8]) -> str:
        """Start recording a GIF from a frame on, or stop; returns what to tell the player.

        Raises:
            GlassError: it cannot be written.
        """
        if self.running:
            self.stop()
            return ""
        path = self.new_file(".gif")
        self._recorders = [FileRecorder(path, self._tick_rate, self._scale)]
        self._start(frame)
        return f"recording {path}"

    def stop(self) -> None:
        """End the running recording; background writing goes on, and `next_message` tells when it is done.

        Raises:
            GlassError: what is not written in the background cannot be written.
        """
        recorders, self._recorders = self._recorders, []
        background = [recorder for recorder in recorders if isinstance(recorder, BackgroundWriter)]
        for writer in background:
            writer.finish()
        self._writing += background
        with recording([recorder for recorder in recorders if recorder not in background]):  # which closes them
            pass

    def clip(self) -> str:
        """Save the last seconds; returns what to tell the player.

        Raises:
            GlassError: they cannot be written.
        """
        path = self.new_file(".gif")
        writer = FileRecorder(path, self._tick_rate, self._scale, before=self._recent.frames())
        writer.finish()
        self._writing.append(writer)
        return "saving what just happened"

    def picture(self, frame: NDArray[np.uint8]) -> str:
        """Save a frame; returns what to tell the player.

        Raises:
            GlassError: it cannot be written.
        """
        path = self.new_file(".png")
        save_picture(path, frame, self._scale)
        return self._say_saved(path, path.stat().st_size)

    def next_message(self) -> str:
        """Return what to tell of what has been written since; empty where there is nothing.

        Raises:
            GlassError: something could not be written.
        """
        if any(isinstance(recorder, BackgroundWriter) and recorder.failure for recorder in self._recorders):
            self.stop()
        if self._lost:
            raise GlassError(self._lost.pop(0))
        done = next((writer for writer in self._writing if writer.done), None)
        if done is None:
            return ""
        self._writing.remove(done)
        if done.failure:
            raise GlassError(done.failure)
        return self._say_saved(done.path, done.size)

    def close(self) -> None:
        """End everything, and wait until it is written.

        Raises:
            GlassError: something could not be written.
        """
        try:
            self.stop()
        finally:
            writing, self._writing = self._writing, []
            failures = []
            for writer in writing:
                try:
                    writer.close()
                except GlassError as error:
                    failures.append(error)
            if failures:
                raise failures[0]

    def new_file(self, suffix: str) -> Path:
        """Return a name beside the recordings that no file has, nor will have once what is being written is.

        Their folder is made if need be.

        Raises:
            GlassError: it cannot be made.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise GlassError(f"{self._folder}: cannot be made ({error.strerror}); choose another folder") from None
        writers = [writer for writer in (*self._recorders, *self._writing) if isinstance(writer, BackgroundWriter)]
        return new_file(self._folder, suffix, {writer.path.name for writer in writers})

    def _say_saved(self, path: Path, size: int) -> str:
        self.saved = path
        return f"saved {path} ({_kilobytes(size)})"

    def _start(self, frame: NDArray[np.uint8]) -> None:
        self._add(frame)
        self._ticks = 0

    def _add(self, frame: NDArray[np.uint8]) -> None:
        """Give a frame to every recorder; one that fails ends with what it holds, for `next_message` to tell."""
        for recorder in tuple(self._recorders):
            try:
                recorder.add(frame)
            except GlassError as error:
                self._recorders.remove(recorder)
                self._lost.append(str(error))
                recorder.close()


def _kilobytes(size: int) -> str:
    """Return a size in bytes for people."""
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def new_file(folder: Path, suffix: str, taken: Collection[str] = ()) -> Path:
    """Return a name in `folder`, made of the date and the time, that no file has yet, and that is not `taken`."""
    stem = f"glass-{datetime.now():%Y%m%d-%H%M%S}"
    names = itertools.chain([f"{stem}{suffix}"], (f"{stem}-{number}{suffix}" for number in itertools.count(2)))
    return next(folder / name for name in names if name not in taken and not (folder / name).exists())
