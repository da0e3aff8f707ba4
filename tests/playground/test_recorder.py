"""Recordings: GIFs that say the same as the frames, and folders of numbered pictures."""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from playground.errors import PlaygroundError
from playground.recorder import FileRecorder, FrameFolder, Recorder, recording

Pixels = NDArray[np.uint8]


def moving(count: int, colours: int) -> list[Pixels]:
    """Return frames of a square that moves over a still background of a number of colours."""
    background = np.zeros((24, 32, 3), np.uint8)
    background.reshape(-1, 3)[:] = np.arange(24 * 32)[:, None] % colours * [1, 3, 7] % 256
    frames = []
    for index in range(count):
        frame = background.copy()
        frame[5:11, index % 26 : index % 26 + 6] = (255, 0, 10)
        frames.append(frame)
    return frames


def read_gif(path: Path) -> tuple[list[Pixels], list[int]]:
    with Image.open(path) as image:
        shown = [(np.array(frame.convert("RGB")), frame.info["duration"]) for frame in ImageSequence.Iterator(image)]
        assert image.info["loop"] == 0
    return [frame for frame, _ in shown], [duration for _, duration in shown]


def record(path: Path, frames: list[Pixels], rate: float = 12.5, scale: int = 1) -> None:
    gif = FileRecorder(path, rate, scale)
    for frame in frames:
        gif.add(frame)
    assert not path.exists()
    gif.close()


@pytest.mark.parametrize("scale", [1, 3])
def test_few_colours_are_exact(tmp_path: Path, scale: int) -> None:
    frames = moving(20, 254)
    record(tmp_path / "a.gif", frames, scale=scale)
    seen, durations = read_gif(tmp_path / "a.gif")
    assert len(seen) == 20
    assert durations == [80] * 20
    for frame, shown in zip(frames, seen, strict=True):
        assert np.array_equal(shown, frame.repeat(scale, 0).repeat(scale, 1))
    assert os.listdir(tmp_path) == ["a.gif"]


def test_many_colours_come_close(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:96, :128]
    background = np.stack([x * 2, y * 2, 255 - x], 2) % 256 + rng.integers(-6, 6, (96, 128, 1))
    frames = []
    for index in range(12):
        frame = background.clip(0, 255).astype(np.uint8)
        frame[40:48, 5 * index : 5 * index + 8] = (255, 0, 200)
        frames.append(frame)
    record(tmp_path / "a.gif", frames)
    for frame, shown in zip(frames, read_gif(tmp_path / "a.gif")[0], strict=True):
        assert np.abs(shown.astype(int) - frame).mean() < 6
        assert np.abs(shown[(frame == (255, 0, 200)).all(2)].astype(int) - (255, 0, 200)).mean() < 6


@pytest.mark.parametrize(("rate", "count"), [(12.0, 25), (7.0, 10), (30.0, 31), (100.0, 5), (24.0, 1)])
def test_durations_add_up(tmp_path: Path, rate: float, count: int) -> None:
    record(tmp_path / "a.gif", moving(count, 4), rate)
    with Image.open(tmp_path / "a.gif") as image:
        total = sum(frame.info["duration"] for frame in ImageSequence.Iterator(image))
    assert abs(total - 1000 * count / rate) <= 5


def test_equal_neighbours_are_merged(tmp_path: Path) -> None:
    one, two = moving(2, 4)
    record(tmp_path / "a.gif", [one, one, one, two, one, one])
    seen, durations = read_gif(tmp_path / "a.gif")
    assert durations == [240, 80, 160]
    assert all(np.array_equal(a, b) for a, b in zip(seen, [one, two, one], strict=True))


def test_standing_still_for_long(tmp_path: Path) -> None:
    one, two = moving(2, 4)
    gif = FileRecorder(tmp_path / "a.gif", 1, live=False)
    for frame in [one] * 500 + [two] * 700 + [one]:
        gif.add(frame)
    gif.close()
    seen, durations = read_gif(tmp_path / "a.gif")
    assert durations == [500_000, 600_000, 100_000, 1000]
    assert np.array_equal(seen[0], one)
    assert np.array_equal(seen[-1], one)


def test_still_background_costs_little(tmp_path: Path) -> None:
    frames = moving(50, 200)
    record(tmp_path / "a.gif", frames)
    record(tmp_path / "one.gif", frames[:1])
    assert (tmp_path / "a.gif").stat().st_size < 10 * (tmp_path / "one.gif").stat().st_size


def test_nothing_added_nothing_written(tmp_path: Path) -> None:
    FileRecorder(tmp_path / "a.gif", 10).close()
    FrameFolder(tmp_path / "b").close()
    assert os.listdir(tmp_path) == []


def test_discarded(tmp_path: Path) -> None:
    gif, folder = FileRecorder(tmp_path / "a.gif", 10), FrameFolder(tmp_path / "deep" / "b")
    for frame in moving(3, 4):
        gif.add(frame)
        folder.add(frame)
    gif.discard()
    folder.discard()
    gif.close()
    folder.close()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["a.png", "a", "gif", ""])
def test_the_name_tells_the_format(tmp_path: Path, name: str) -> None:
    with pytest.raises(PlaygroundError, match=r"ends in \.gif, \.mp4 or \.webp"):
        FileRecorder(tmp_path / name, 10)


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder.gif").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(PlaygroundError, match="is a folder"):
        FileRecorder(tmp_path / "folder.gif", 10)
    with pytest.raises(PlaygroundError, match="make it first"):
        FileRecorder(tmp_path / "missing" / "a.gif", 10)
    with pytest.raises(PlaygroundError, match="make it first"):
        FileRecorder(tmp_path / "file" / "a.gif", 10)
    with pytest.raises(PlaygroundError, match="is a file"):
        FrameFolder(tmp_path / "file")
    with pytest.raises(PlaygroundError, match="is a file"):
        FrameFolder(tmp_path / "file" / "b")


def test_closed_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(PlaygroundError, match="no permission to write"):
        FileRecorder(tmp_path / "a.gif", 10)
    with pytest.raises(PlaygroundError, match="no permission to write"):
        FrameFolder(tmp_path / "b")


def test_folder_replaces_older_numbered_pictures_only(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in ("00000.png", "00099.png", "123456.png", "photo.png", "0.png", "00001.txt", "notes.md"):
        (out / name).write_text("old")
    folder = FrameFolder(out)
    for frame in moving(2, 4):
        folder.add(frame)
    assert (out / "00099.png").exists()
    folder.close()
    assert sorted(os.listdir(out)) == ["0.png", "00000.png", "00001.png", "00001.txt", "notes.md", "photo.png"]
    with Image.open(out / "00001.png") as image:
        assert np.array_equal(np.asarray(image), moving(2, 4)[1])


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_an_interrupted_run_is_written(tmp_path: Path, error: type[BaseException]) -> None:
    recorders: list[Recorder] = [FileRecorder(tmp_path / "a.gif", 10), FrameFolder(tmp_path / "b")]
    with pytest.raises(error), recording(recorders):
        for frame in moving(3, 4):
            for one in recorders:
                one.add(frame)
        raise error
    assert len(read_gif(tmp_path / "a.gif")[0]) == 3
    assert sorted(os.listdir(tmp_path / "b")) == ["00000.png", "00001.png", "00002.png"]


def test_a_mistake_leaves_nothing(tmp_path: Path) -> None:
    recorders: list[Recorder] = [FileRecorder(tmp_path / "a.gif", 10), FrameFolder(tmp_path / "deep" / "b")]
    with pytest.raises(PlaygroundError), recording(recorders):
        for one in recorders:
            one.add(moving(1, 4)[0])
        raise PlaygroundError("wrong")
    assert os.listdir(tmp_path) == []
