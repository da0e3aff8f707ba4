"""Files written in the background: nobody waits, and a full disk or a killed process leaves no broken file."""

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from glass.core.errors import GlassError
from playground.recording.background_writer import MOST_WAITING, BackgroundWriter
from playground.recording.recorder import FileRecorder, recording
from playground.recording.stream_file import StreamFile
from tests.playground.recording.moving import Pixels, moving, noise, read_animation


class Lines:
    """An encoder that writes a number a frame, when it may."""

    def __init__(self, stream: StreamFile, may: threading.Event) -> None:
        self._stream = stream
        self._may = may

    def add(self, frame: Pixels) -> None:
        self._may.wait()
        self._stream.write(b"%d " % frame[0, 0, 0])

    def finish(self) -> None:
        self._stream.write(b"end")


def numbered(count: int) -> Iterator[Pixels]:
    return (np.full((1, 1, 3), number % 256, np.uint8) for number in range(count))


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file can be larger than so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def pictures(path: Path) -> int:
    """How many pictures an animation or a video shows; all of them are read."""
    if path.suffix == ".mp4":
        av = pytest.importorskip("av")
        with av.open(str(path)) as video:
            return len(list(video.decode(video=0)))
    return len(read_animation(path)[0])


def test_nobody_waits_and_time_stays_true(tmp_path: Path) -> None:
    may = threading.Event()
    writer = BackgroundWriter(tmp_path / "a", lambda stream, _: Lines(stream, may))
    for frame in numbered(MOST_WAITING + 20):
        writer.add(frame)
    assert not writer.done
    may.set()
    writer.close()
    assert writer.done
    words = (tmp_path / "a").read_text().split()
    assert len(words) == MOST_WAITING + 20 + 1
    assert words[:MOST_WAITING] == [str(number % 256) for number in range(MOST_WAITING)]
    assert set(words[MOST_WAITING + 1 : -1]) <= {words[MOST_WAITING - 1], words[MOST_WAITING]}


def test_frames_that_come_first(tmp_path: Path) -> None:
    may = threading.Event()
    may.set()
    writer = BackgroundWriter(tmp_path / "a", lambda stream, _: Lines(stream, may), before=list(numbered(3)))
    writer.add(np.full((1, 1, 3), 9, np.uint8))
    writer.close()
    assert (tmp_path / "a").read_text() == "0 1 2 9 end"
    alone = BackgroundWriter(tmp_path / "b", lambda stream, _: Lines(stream, may), before=list(numbered(2)))
    alone.close()
    assert (tmp_path / "b").read_text() == "0 1 end"


def test_a_frame_may_change_once_it_was_taken(tmp_path: Path) -> None:
    may = threading.Event()
    writer = BackgroundWriter(tmp_path / "a", lambda stream, _: Lines(stream, may))
    frame = np.zeros((1, 1, 3), np.uint8)
    for number in range(3):
        frame[:] = number
        writer.add(frame)
    may.set()
    writer.close()
    assert (tmp_path / "a").read_text() == "0 1 2 end"


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".mp4"])
def test_a_full_disk_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    if suffix == ".mp4":
        pytest.importorskip("av")
    path = tmp_path / f"a{suffix}"
    recorder = FileRecorder(path, 2, realtime=True)
    frames = noise(200)
    with full_disk(40_000):
        for frame in frames:
            recorder.add(frame)
        with pytest.raises(GlassError) as caught:
            recorder.close()
    assert str(caught.value) == recorder.failure
    assert recorder.failure.count("\n") == 0
    assert "nothing of it is kept" in recorder.failure
    recorder.add(frames[0])
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".mp4"])
def test_a_full_disk_leaves_the_older_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"old")
    recorder = FileRecorder(path, 2, realtime=True)
    with full_disk(40_000):
        for frame in noise(200):
            recorder.add(frame)
        with pytest.raises(GlassError, match="nothing of it is kept"):
            recorder.close()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == [path.name]


def test_without_a_player_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    recorder = FileRecorder(tmp_path / "a.gif", 2, realtime=False)
    with full_disk(40_000), pytest.raises(GlassError, match="too large"), recording([recorder]):
        for frame in noise(2 * MOST_WAITING):
            recorder.add(frame)
    assert os.listdir(tmp_path) == []


def test_a_folder_that_goes_away(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    recorder = FileRecorder(folder / "a.gif", 2)
    folder.rmdir()
    recorder.add(moving(1, 4)[0])
    with pytest.raises(GlassError, match="make it first"):
        recorder.close()


def test_a_fault_of_the_encoder_is_told_at_the_end(tmp_path: Path) -> None:
    def broken(*_: object) -> Lines:
        raise ZeroDivisionError

    writer = BackgroundWriter(tmp_path / "a", broken)
    for frame in numbered(2 * MOST_WAITING):
        writer.add(frame)
    with pytest.raises(ZeroDivisionError):
        writer.close()
    assert os.listdir(tmp_path) == []


def test_a_stream_that_is_corrected(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with StreamFile(path, "w+") as file:
        assert file.write(b"hello") == 5
        file.patch(0, b"J")
        file.write(b"!")
    assert path.read_bytes() == b"Jello!"
    assert path.stat().st_mode & 0o777 == 0o666 & ~current_umask()


def current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


RUN = """
import sys
import time
from pathlib import Path
from glass.core.console import stop_like_interrupt
from playground.recording.recorder import FileRecorder, recording
from tests.playground.recording.moving import moving
stop_like_interrupt()
recorder = FileRecorder(Path(sys.argv[1]), 12, realtime=True)
with recording([recorder]):
    for frame in moving(40, 30):
        recorder.add(frame)
    print("ready", flush=True)
    while True:
        time.sleep(0.02)  # a signal that comes just before a longer wait would be heard after it
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("suffix", [".gif", ".webp", ".mp4"])
def test_a_killed_process(tmp_path: Path, suffix: str, number: signal.Signals) -> None:
    if suffix == ".mp4":
        pytest.importorskip("av")
    path = tmp_path / f"a{suffix}"
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[3],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        process.wait(60)
    if number is signal.SIGKILL:
        left = os.listdir(tmp_path)  # nothing yet, where the writer had not begun
        assert len(left) <= 1 and all(part.startswith(".") for part in left)
        recorder = FileRecorder(path, 12)
        recorder.add(moving(1, 4)[0])
        recorder.close()
        assert os.listdir(tmp_path) == [path.name]
    else:
        assert os.listdir(tmp_path) == [path.name]
        assert pictures(path) == 40
