"""Clips: folders, animations and videos."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from glass.core.errors import GlassError
from playground.clips.reading import read_clip

Pixels = NDArray[np.uint8]


@pytest.fixture
def frames(paint: Callable[..., Pixels]) -> list[Pixels]:
    return [paint((2 * index, 8)) for index in range(5)]


def test_folder_in_order_of_name(tmp_path: Path, frames: list[Pixels]) -> None:
    for index in (3, 0, 4, 2, 1):
        Image.fromarray(frames[index]).save(
            tmp_path / f"{index:05d}.PNG" if index % 2 else tmp_path / f"{index:05d}.png"
        )
    (tmp_path / "masks").mkdir()
    Image.fromarray(frames[0]).save(tmp_path / "masks" / "00000.png")
    (tmp_path / "looks.png").mkdir()
    (tmp_path / "truth.json").write_text("{}")
    (tmp_path / ".hidden.png").write_bytes(b"")
    assert np.array_equal(read_clip(tmp_path, (32, 24)), np.stack(frames))


def test_numbers_without_leading_zeros_are_in_natural_order(tmp_path: Path, frames: list[Pixels]) -> None:
    for name, frame in zip(("9", "10", "11"), frames, strict=False):
        Image.fromarray(frame).save(tmp_path / f"{name}.png")
    assert np.array_equal(read_clip(tmp_path, (32, 24)), np.stack(frames[:3]))


def test_frames_are_stretched(tmp_path: Path, frames: list[Pixels]) -> None:
    Image.fromarray(frames[0].repeat(3, 0).repeat(2, 1)).save(tmp_path / "0.png")
    Image.fromarray(frames[1]).resize((50, 99)).save(tmp_path / "1.png")
    clip = read_clip(tmp_path, (32, 24))
    assert clip.shape == (2, 24, 32, 3)
    assert np.array_equal(clip[0], frames[0])


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_animations(tmp_path: Path, frames: list[Pixels], kind: str) -> None:
    images = [Image.fromarray(frame) for frame in frames]
    path = tmp_path / f"clip.{kind}"
    images[0].save(path, save_all=True, append_images=images[1:], duration=[80, 40, 500, 80, 80], lossless=True)
    clip = read_clip(path, (32, 24))
    assert clip.shape == (5, 24, 32, 3)
    assert np.abs(clip.astype(int) - np.stack(frames)).mean() < (12 if kind == "gif" else 1)


def test_a_single_picture_is_a_clip(tmp_path: Path, frames: list[Pixels]) -> None:
    Image.fromarray(frames[0]).save(tmp_path / "one.png")
    assert np.array_equal(read_clip(tmp_path / "one.png", (32, 24)), frames[:1])


def test_video(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    with av.open(str(tmp_path / "clip.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=12)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for level in range(0, 250, 50):
            picture = np.full((48, 64, 3), level, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    clip = read_clip(tmp_path / "clip.mp4", (32, 24))
    assert clip.shape == (5, 24, 32, 3)
    assert np.abs(clip.mean((1, 2, 3)) - np.arange(0, 250, 50)).max() < 6


def test_video_without_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(GlassError, match=r"clip\.mp4: reading videos needs PyAV"):
        read_clip(tmp_path / "clip.mp4", (32, 24))


def test_sound_is_not_a_clip(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    with av.open(str(tmp_path / "a.wav"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
        sound.sample_rate = 8000
        container.mux(stream.encode(sound))
        container.mux(stream.encode())
    with pytest.raises(GlassError, match="no pictures in it"):
        read_clip(tmp_path / "a.wav", (32, 24))


def test_no_clip(tmp_path: Path) -> None:
    pytest.importorskip("av")
    (tmp_path / "text.mp4").write_text("hello")
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "0.png").write_text("hello")
    for name, said in {
        "missing": "no such clip",
        "text.mp4": "cannot be read|can be read",
        "empty": "no frames in it",
        "bad": r"0\.png: not a picture",
    }.items():
        with pytest.raises(GlassError, match=said) as caught:
            read_clip(tmp_path / name, (32, 24))
        assert "\n" not in str(caught.value)


def test_a_cut_off_animation(tmp_path: Path, frames: list[Pixels]) -> None:
    images = [Image.fromarray(frame) for frame in frames]
    images[0].save(tmp_path / "a.gif", save_all=True, append_images=images[1:])
    content = (tmp_path / "a.gif").read_bytes()
    (tmp_path / "cut.gif").write_bytes(content[: len(content) // 2])
    with pytest.raises(GlassError, match=r"cut\.gif: damaged"):
        read_clip(tmp_path / "cut.gif", (32, 24))


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (5, 3)])
def test_frames_of_any_size_are_stretched(tmp_path: Path, size: tuple[int, int]) -> None:
    """Also the smallest, in folders and in animations."""
    levels = (40, 200)
    images = [Image.new("RGB", size, (level, level, level)) for level in levels]
    for index, image in enumerate(images):
        image.save(tmp_path / f"{index}.png")
    images[0].save(tmp_path / "clip.webp", save_all=True, append_images=images[1:], lossless=True)
    (tmp_path / "folder").mkdir()
    for index in range(2):
        (tmp_path / f"{index}.png").rename(tmp_path / "folder" / f"{index}.png")
    for clip in ("folder", "clip.webp"):
        frames = read_clip(tmp_path / clip, (32, 24))
        assert frames.shape == (2, 24, 32, 3)
        assert [int(frame.mean()) for frame in frames] == [40, 200]


def test_a_sheet_is_a_frame_like_any_other(tmp_path: Path) -> None:
    """Only pictures to play are looked at for sprites."""
    Image.new("RGBA", (832, 1344), (9, 8, 7, 255)).save(tmp_path / "0.png")
    assert (read_clip(tmp_path, (32, 24)) == (9, 8, 7)).all()
