"""What a player keeps of a game: recordings, the last seconds, pictures, whatever happens to the disk."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from playground.recording.recorder import FileRecorder, FrameFolder
from playground.recording.session_recordings import CLIP_SECONDS, Takes
from tests.playground.recording.moving import Pixels, moving, noise, read_animation
from tests.playground.recording.test_background_writer import full_disk


def begun(folder: Path, frames: list[Pixels]) -> Takes:
    """The takes of a game that has seen these frames."""
    takes = Takes(tick_rate=10, scale=1, folder=folder)
    takes.begin([], frames[0])
    for frame in frames[1:]:
        takes.keep(frame)
    return takes


def next_news(takes: Takes) -> str:
    """What is told next."""
    while not (news := takes.news()):
        time.sleep(0.01)
    return news


def test_what_just_happened_is_saved(tmp_path: Path) -> None:
    frames = moving(CLIP_SECONDS * 10 + 30, 20)
    takes = begun(tmp_path, frames)
    assert takes.clip()
    takes.keep(frames[0])
    takes.close()
    (name,) = os.listdir(tmp_path)
    seen, durations = read_animation(tmp_path / name)
    assert sum(durations) == CLIP_SECONDS * 1000
    assert np.array_equal(seen, frames[-CLIP_SECONDS * 10 :])


def test_a_recording_a_clip_and_a_picture_at_once(tmp_path: Path) -> None:
    frames = moving(20, 20)
    takes = begun(tmp_path, frames)
    takes.toggle(frames[-1])
    takes.keep(frames[0])
    takes.clip()
    takes.picture(frames[3])
    assert takes.seconds == 0.1
    takes.close()
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".gif", ".gif", ".png"]
    (picture,) = tmp_path.glob("*.png")
    assert np.array_equal(np.asarray(Image.open(picture)), frames[3])
    assert sorted(len(read_animation(path)[0]) for path in tmp_path.glob("*.gif")) == [2, 21]


def test_a_full_disk_is_told_and_play_goes_on(tmp_path: Path) -> None:
    takes = begun(tmp_path, moving(3, 4))
    takes.begin([FileRecorder(tmp_path / "a.webp", 10)], moving(1, 4)[0])
    with full_disk(20_000):
        for frame in noise(60):
            takes.keep(frame)
        assert "a.webp: cannot be written" in next_news(takes)
    assert not takes.running
    takes.keep(moving(1, 4)[0])
    assert "saved" not in takes.news()
    takes.close()
    assert len(read_animation(tmp_path / "a.webp")[0]) > 1


def test_a_folder_of_frames_that_fills_the_disk_keeps_those_that_went_in(tmp_path: Path) -> None:
    takes = begun(tmp_path, moving(3, 4))
    small, large = moving(1, 4)[0], noise(1)[0]
    takes.begin([FrameFolder(tmp_path / "frames")], small)
    takes.keep(small)
    with full_disk(1000):
        takes.keep(large)
    assert not takes.running
    assert "frames: cannot be written" in takes.news()
    assert takes.news() == ""
    takes.keep(small)
    takes.close()
    assert sorted(os.listdir(tmp_path / "frames")) == ["00000.png", "00001.png"]


def test_what_cannot_be_written_is_told_on_leaving(tmp_path: Path) -> None:
    takes = begun(tmp_path, noise(60))
    takes.picture(moving(1, 4)[0])
    takes.clip()
    with full_disk(0), pytest.raises(GlassError, match="cannot be written"):
        takes.clip()
        takes.close()
    for name in os.listdir(tmp_path):
        with Image.open(tmp_path / name) as image:
            image.load()
