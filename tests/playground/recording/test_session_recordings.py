"""What a player keeps of a game: recordings, the last seconds, pictures, whatever happens to the disk."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from playground.recording.recorder import FileRecorder, FrameFolder
from playground.recording.session_recordings import CLIP_SECONDS, SessionRecordings
from tests.playground.recording.moving import Pixels, moving, noise, read_animation
from tests.playground.recording.test_background_writer import full_disk


def begun(folder: Path, frames: list[Pixels]) -> SessionRecordings:
    """The recordings of a game that has seen these frames."""
    recordings = SessionRecordings(tick_rate=10, scale=1, folder=folder)
    recordings.begin([], frames[0])
    for frame in frames[1:]:
        recordings.add_frame(frame)
    return recordings


def next_news(recordings: SessionRecordings) -> str:
    """What is told next."""
    while not (news := recordings.next_message()):
        time.sleep(0.01)
    return news


def test_what_just_happened_is_saved(tmp_path: Path) -> None:
    frames = moving(CLIP_SECONDS * 10 + 30, 20)
    recordings = begun(tmp_path, frames)
    assert recordings.clip()
    recordings.add_frame(frames[0])
    recordings.close()
    (name,) = os.listdir(tmp_path)
    seen, durations = read_animation(tmp_path / name)
    assert sum(durations) == CLIP_SECONDS * 1000
    assert np.array_equal(seen, frames[-CLIP_SECONDS * 10 :])


def test_a_recording_a_clip_and_a_picture_at_once(tmp_path: Path) -> None:
    frames = moving(20, 20)
    recordings = begun(tmp_path, frames)
    recordings.toggle(frames[-1])
    recordings.add_frame(frames[0])
    recordings.clip()
    recordings.picture(frames[3])
    assert recordings.seconds == 0.1
    recordings.close()
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".gif", ".gif", ".png"]
    (picture,) = tmp_path.glob("*.png")
    assert np.array_equal(np.asarray(Image.open(picture)), frames[3])
    assert sorted(len(read_animation(path)[0]) for path in tmp_path.glob("*.gif")) == [2, 21]


def test_a_full_disk_is_told_and_play_goes_on(tmp_path: Path) -> None:
    recordings = begun(tmp_path, moving(3, 4))
    recordings.begin([FileRecorder(tmp_path / "a.webp", 10)], moving(1, 4)[0])
    with full_disk(20_000):
        for frame in noise(60):
            recordings.add_frame(frame)
        with pytest.raises(GlassError, match=r"a\.webp: cannot be written"):
            next_news(recordings)
    assert not recordings.running
    recordings.add_frame(moving(1, 4)[0])
    assert "saved" not in recordings.next_message()
    recordings.close()
    assert os.listdir(tmp_path) == []


def test_a_folder_of_frames_that_fills_the_disk_keeps_those_that_went_in(tmp_path: Path) -> None:
    recordings = begun(tmp_path, moving(3, 4))
    small, large = moving(1, 4)[0], noise(1)[0]
    recordings.begin([FrameFolder(tmp_path / "frames")], small)
    recordings.add_frame(small)
    with full_disk(1000):
        recordings.add_frame(large)
    assert not recordings.running
    with pytest.raises(GlassError, match="frames: cannot be written"):
        recordings.next_message()
    assert recordings.next_message() == ""
    recordings.add_frame(small)
    recordings.close()
    assert sorted(os.listdir(tmp_path / "frames")) == ["00000.png", "00001.png"]


def test_what_cannot_be_written_is_told_on_leaving(tmp_path: Path) -> None:
    recordings = begun(tmp_path, noise(60))
    recordings.picture(moving(1, 4)[0])
    recordings.clip()
    with full_disk(0), pytest.raises(GlassError, match="cannot be written"):
        recordings.clip()
        recordings.close()
    for name in os.listdir(tmp_path):
        with Image.open(tmp_path / name) as image:
            image.load()
