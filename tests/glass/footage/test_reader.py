"""Clips of every kind give their frames upright, in time, and of the size asked for."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glass.core.images import PLAIN, flatten, upright
from glass.footage.find import find_clips
from glass.footage.fit import covering_size
from glass.footage.pictures import Animation, FrameFiles
from glass.footage.reader import ClipReader, DamagedClipError
from glass.footage.video import Video
from tests.fixtures.own_clips import SIZE, turn_video, walk, write_animation, write_folder, write_video

FRAMES = walk(12)


def only(path: Path) -> ClipReader:
    found = find_clips([path])
    assert not found.problems
    (clip,) = found.clips
    return clip


@pytest.mark.parametrize("name", ["clip.mp4", "clip.avi", "clip.mkv", "clip.gif", "clip.png", "clip.webp", "folder"])
def test_every_kind_gives_the_same_frames(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    suffix = path.suffix
    if not suffix:
        write_folder(path, FRAMES)
    elif suffix in (".gif", ".png", ".webp"):
        write_animation(path, FRAMES)
    else:
        write_video(path, FRAMES)
    clip = only(path)
    probe = clip.probe()
    assert probe.size == SIZE
    assert probe.rate == pytest.approx(10, rel=0.02)
    frames = list(clip.frames(SIZE))
    assert len(frames) == len(FRAMES)
    assert [frame.start for frame in frames] == pytest.approx(np.arange(len(FRAMES)) / 10, abs=0.01)
    error = abs(np.stack([frame.pixels for frame in frames]).astype(int) - FRAMES).mean()
    assert error < 8


def test_a_turned_video_is_put_upright(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", FRAMES)
    turn_video(path)
    clip = Video(path)
    assert clip.probe().size == SIZE[::-1]
    first = next(clip.frames(SIZE[::-1])).pixels
    assert abs(first.astype(int) - np.rot90(FRAMES[0], -1)).mean() < 8


def test_other_shapes_are_cut_not_stretched(tmp_path: Path) -> None:
    assert covering_size((640, 480), (128, 96)) == (128, 96)
    assert covering_size((1280, 480), (128, 96)) == (256, 96)
    wide = np.zeros((3, 48, 128, 3), np.uint8)
    wide[:, :, 32:96] = 255
    clip = only(write_folder(tmp_path / "wide", wide))
    assert all((frame.pixels == 255).all() for frame in clip.frames((64, 48)))


def plain(image: Image.Image) -> Image.Image:
    """An image as clips show it."""
    return flatten(upright(image))


def test_pictures_of_any_mode(tmp_path: Path) -> None:
    deep = Image.fromarray(np.full((20, 20), 32768, np.uint16))
    assert np.asarray(plain(deep))[0, 0].tolist() == [128, 128, 128]
    assert np.asarray(plain(Image.new("CMYK", (20, 20), (0, 255, 255, 0))))[0, 0].tolist() == [255, 0, 0]
    assert np.asarray(plain(Image.new("RGBA", (20, 20), (9, 9, 9, 0))))[0, 0].tolist() == list(PLAIN)
    assert np.asarray(plain(Image.new("LA", (20, 20), (7, 255))))[0, 0].tolist() == [7, 7, 7]
    assert np.asarray(plain(Image.new("F", (20, 20), 0.5)))[0, 0].tolist() == [128, 128, 128]


def test_odd_and_large_sizes(tmp_path: Path) -> None:
    odd = np.random.default_rng(0).integers(0, 255, (3, 53, 37, 3), np.uint8)
    clip = only(write_folder(tmp_path / "odd", odd))
    assert clip.probe().size == (37, 53)
    assert next(clip.frames((32, 48))).pixels.shape == (48, 32, 3)
    Image.new("L", (7680, 4320)).save(tmp_path / "a.png")
    assert FrameFiles("8k", (tmp_path / "a.png",) * 2, 10).probe().size == (7680, 4320)


def test_a_folder_of_many(tmp_path: Path) -> None:
    write_folder(tmp_path / "a" / "one", FRAMES)
    write_folder(tmp_path / "a" / "one" / "masks", FRAMES)
    write_video(tmp_path / "a" / "two.mp4", FRAMES)
    write_animation(tmp_path / "three.gif", FRAMES)
    write_animation(tmp_path / "four.webp", FRAMES)
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / ".hidden.mp4").write_text("nothing")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    found = find_clips([tmp_path])
    assert not found.problems
    names = {Path(clip.name).name: type(clip) for clip in found.clips}
    assert names == {"one": FrameFiles, "two.mp4": Video, "three.gif": Animation, "four.webp": Animation}


def test_pictures_named_one_by_one_are_a_clip(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "one", FRAMES[:3])
    found = find_clips(sorted(folder.iterdir()), rate=5)
    (clip,) = found.clips
    assert clip.probe().rate == 5
    assert len(list(clip.frames(SIZE))) == 3


def test_frames_of_two_sizes(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "one", FRAMES[:3])
    Image.new("RGB", (40, 40)).save(folder / "00001.png")
    with pytest.raises(DamagedClipError, match=r"00001.png: 40x40 pixels, but 00000.png has 64x48"):
        list(only(folder).frames(SIZE))
