"""Recordings: animations that say the same as the frames, folders of numbered pictures, single pictures."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from glass.core.errors import GlassError, InterruptedRunError
from playground.recording.recorder import FileRecorder, FrameFolder, Recorder, check_recording, recording, save_picture
from tests.playground.recording.moving import Pixels, moving, photo_like, read_animation


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
    seen, durations = read_animation(tmp_path / "a.gif")
    assert len(seen) == 20
    assert durations == [80] * 20
    for frame, shown in zip(frames, seen, strict=True):
        assert np.array_equal(shown, frame.repeat(scale, 0).repeat(scale, 1))
    assert os.listdir(tmp_path) == ["a.gif"]


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
@pytest.mark.parametrize(("rate", "count"), [(12.0, 25), (7.0, 10), (30.0, 31), (100.0, 5), (24.0, 1)])
def test_durations_add_up(tmp_path: Path, suffix: str, rate: float, count: int) -> None:
    path = tmp_path / f"a{suffix}"
    record(path, moving(count, 4), rate)
    assert abs(sum(read_animation(path)[1]) - 1000 * count / rate) <= 5


@pytest.mark.parametrize("name", ["a.gif", "a.webp"])
def test_equal_neighbours_are_merged(tmp_path: Path, name: str) -> None:
    one, two = moving(2, 4)
    record(tmp_path / name, [one, one, one, two, one, one])
    seen, durations = read_animation(tmp_path / name)
    assert durations == [240, 80, 160]
    assert all(np.array_equal(a, b) for a, b in zip(seen, [one, two, one], strict=True))


def test_standing_still_for_long(tmp_path: Path) -> None:
    one, two = moving(2, 4)
    gif = FileRecorder(tmp_path / "a.gif", 1, realtime=False)
    for frame in [one] * 500 + [two] * 700 + [one]:
        gif.add(frame)
    gif.close()
    seen, durations = read_animation(tmp_path / "a.gif")
    assert durations == [500_000, 600_000, 100_000, 1000]
    assert np.array_equal(seen[0], one)
    assert np.array_equal(seen[-1], one)


def test_many_colours_come_close_in_little_space(tmp_path: Path) -> None:
    frames = photo_like(50)
    record(tmp_path / "a.gif", frames)
    record(tmp_path / "one.gif", frames[:1])
    for frame, shown in zip(frames, read_animation(tmp_path / "a.gif")[0], strict=True):
        distances = np.linalg.norm(shown.astype(int) - frame, axis=2)
        assert distances.max() <= 24
        assert np.abs(shown.astype(int) - frame).mean() < 6
    assert (tmp_path / "a.gif").stat().st_size < 2 * (tmp_path / "one.gif").stat().st_size


def test_colours_that_come_late_get_a_palette_of_their_own(tmp_path: Path) -> None:
    frames = [photo_like(1)[0], np.ascontiguousarray(photo_like(1)[0][:, :, ::-1])]
    frames.append(frames[0])
    record(tmp_path / "a.gif", frames)
    for frame, shown in zip(frames, read_animation(tmp_path / "a.gif")[0], strict=True):
        assert np.linalg.norm(shown.astype(int) - frame, axis=2).max() <= 24


@pytest.mark.parametrize("scale", [1, 3])
def test_webp_is_exact(tmp_path: Path, scale: int) -> None:
    frames = photo_like(12, (33, 23))
    record(tmp_path / "a.webp", frames, scale=scale)
    seen, durations = read_animation(tmp_path / "a.webp")
    assert durations == [80] * 12
    for frame, shown in zip(frames, seen, strict=True):
        assert np.array_equal(shown, frame.repeat(scale, 0).repeat(scale, 1))


@pytest.mark.parametrize(("rate", "size"), [(12.0, (64, 48)), (7.3, (33, 23))])
def test_mp4_comes_close(tmp_path: Path, rate: float, size: tuple[int, int]) -> None:
    av = pytest.importorskip("av")
    frames = photo_like(30, size)
    path = tmp_path / "a.mp4"
    record(path, frames, rate, scale=3)
    with av.open(str(path)) as video:
        seen = [frame.to_ndarray(format="rgb24") for frame in video.decode(video=0)]
        assert abs(video.duration / 1e6 - 30 / rate) < 0.01
    height, width = 3 * size[1], 3 * size[0]
    assert seen[0].shape == (height + height % 2, width + width % 2, 3)
    for frame, shown in zip(frames, seen, strict=True):
        assert np.abs(shown[1:height:3, 1:width:3].astype(int) - frame).mean() < 12


def test_mp4_ends_as_a_plain_one(tmp_path: Path) -> None:
    pytest.importorskip("av")
    record(tmp_path / "a.mp4", moving(60, 9))
    content = (tmp_path / "a.mp4").read_bytes()
    names, at = [], 0
    while at < len(content):
        names.append(content[at + 4 : at + 8])
        at += int.from_bytes(content[at : at + 4], "big")
    assert names == [b"ftyp", b"free", b"mdat", b"moov"]


def test_a_format_without_its_package_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setattr(features, "check", lambda name: False)
    with pytest.raises(GlassError, match=r"^recording MP4 needs PyAV \(pip install .*\); or .*\.gif$"):
        check_recording(tmp_path / "a.mp4")
    with pytest.raises(GlassError, match=r"^recording WebP needs a Pillow with WebP .*\.gif$"):
        check_recording(tmp_path / "a.webp")


def test_size_so_far(tmp_path: Path) -> None:
    gif = FileRecorder(tmp_path / "a.gif", 12.5)
    assert gif.size == 0
    for frame in moving(25, 4):
        gif.add(frame)
    gif.close()
    assert gif.size == (tmp_path / "a.gif").stat().st_size


def test_a_picture(tmp_path: Path) -> None:
    (frame,) = photo_like(1)
    save_picture(tmp_path / "a.png", frame, scale=2)
    with Image.open(tmp_path / "a.png") as image:
        assert np.array_equal(np.asarray(image), frame.repeat(2, 0).repeat(2, 1))
    with pytest.raises(GlassError, match="make it first"):
        save_picture(tmp_path / "no" / "a.png", frame)


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
    with pytest.raises(GlassError, match=r"ends in \.gif, \.mp4 or \.webp"):
        FileRecorder(tmp_path / name, 10)


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder.gif").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(GlassError, match="is a folder"):
        FileRecorder(tmp_path / "folder.gif", 10)
    with pytest.raises(GlassError, match="make it first"):
        FileRecorder(tmp_path / "missing" / "a.gif", 10)
    with pytest.raises(GlassError, match="make it first"):
        FileRecorder(tmp_path / "file" / "a.gif", 10)
    with pytest.raises(GlassError, match="is a file"):
        FrameFolder(tmp_path / "file")
    with pytest.raises(GlassError, match="is a file"):
        FrameFolder(tmp_path / "file" / "b")


def test_closed_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(GlassError, match="no permission to write"):
        FileRecorder(tmp_path / "a.gif", 10)
    with pytest.raises(GlassError, match="no permission to write"):
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


@pytest.mark.parametrize(
    ("error", "told"), [(KeyboardInterrupt, InterruptedRunError), (ZeroDivisionError, ZeroDivisionError)]
)
def test_an_interrupted_run_is_written(tmp_path: Path, error: type[BaseException], told: type[BaseException]) -> None:
    recorders: list[Recorder] = [FileRecorder(tmp_path / "a.gif", 10), FrameFolder(tmp_path / "b")]
    with pytest.raises(told), recording(recorders):
        for frame in moving(3, 4):
            for one in recorders:
                one.add(frame)
        raise error
    assert len(read_animation(tmp_path / "a.gif")[0]) == 3
    assert sorted(os.listdir(tmp_path / "b")) == ["00000.png", "00001.png", "00002.png"]


def test_an_interrupted_run_replaces_nothing(tmp_path: Path) -> None:
    places = [tmp_path / name for name in ("old.gif", "new.gif", "old", "new", "none.gif")]
    record(places[0], moving(5, 4))
    old = places[0].read_bytes()
    places[2].mkdir()
    (places[2] / "00007.png").write_bytes(b"old")
    recorders = [FrameFolder(place) if not place.suffix else FileRecorder(place, 10) for place in places]
    with pytest.raises(InterruptedRunError) as stop, recording(recorders):
        for one in recorders[:-1]:
            one.add(moving(1, 4)[0])
        raise KeyboardInterrupt
    assert places[0].read_bytes() == old
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == [
        "new", "new.gif", "new/00000.png", "old", "old.gif", "old/00007.png"
    ]  # fmt: skip
    fates = ["stays as it was", "holds what was done until then"] * 2 + ["was not begun"]
    told = [f"{place} {fate}" for place, fate in zip(places, fates, strict=True)]
    assert str(stop.value) == f"interrupted; {', '.join(told)}"


def test_names_may_be_as_long_as_the_system_lets_them(tmp_path: Path) -> None:
    longest = tmp_path / ("a" * (os.pathconf(tmp_path, "PC_NAME_MAX") - 4) + ".gif")
    record(longest, moving(2, 4))
    assert len(read_animation(longest)[0]) == 2


def test_what_a_killed_process_left_goes(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for process in (ended.pid, os.getppid()):
        (tmp_path / f".{process}.part").mkdir()
        (tmp_path / f".{process}.part" / "00000.png").write_bytes(b"")
    folder = FrameFolder(tmp_path)
    folder.add(moving(1, 4)[0])
    folder.close()
    assert sorted(os.listdir(tmp_path)) == [f".{os.getppid()}.part", "00000.png"]


def test_a_mistake_leaves_nothing(tmp_path: Path) -> None:
    recorders: list[Recorder] = [FileRecorder(tmp_path / "a.gif", 10), FrameFolder(tmp_path / "deep" / "b")]
    with pytest.raises(GlassError), recording(recorders):
        for one in recorders:
            one.add(moving(1, 4)[0])
        raise GlassError("wrong")
    assert os.listdir(tmp_path) == []
