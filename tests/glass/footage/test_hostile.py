"""Two hundred broken and hostile inputs: each is refused in one sentence, or read; nothing stays behind."""

import os
import resource
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from glass.footage import pictures
from glass.footage.prepare import FootageOptions, prepare
from tests.fixtures.own_clips import walk, write_animation, write_folder, write_video

FRAMES = walk(16)


def gif_bomb(size: tuple[int, int], frames: int) -> bytes:
    """A GIF of a few kilobytes that claims a large canvas and many frames."""
    head = b"GIF89a" + struct.pack("<HHBBB", *size, 0x80, 0, 0) + bytes(6)
    frame = (
        b"\x21\xf9\x04\x00\x01\x00\x00\x00" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    )
    return head + frame * frames + b"\x3b"


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims a size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def cut_off(folder: Path) -> Iterator[Path]:
    """Whole clips cut off at many places."""
    for name in ("a.mp4", "b.mkv", "c.avi", "d.gif", "e.webp"):
        path = folder / name
        (write_video if name[0] in "abc" else write_animation)(path, FRAMES)
        content = path.read_bytes()
        for number in range(20):
            part = folder / f"cut{number}{name}"
            part.write_bytes(content[: len(content) * number // 24])
            yield part


def noise(folder: Path) -> Iterator[Path]:
    """Bytes of no meaning under names that promise some, and true beginnings that go on without sense."""
    rng = np.random.default_rng(0)
    starts = {
        ".mp4": b"\0\0\0\x20ftypisom",
        ".gif": b"GIF89a",
        ".png": b"\x89PNG\r\n\x1a\n",
        ".webm": b"\x1a\x45\xdf\xa3",
    }
    for number in range(15):
        for suffix, start in starts.items():
            path = folder / f"noise{number}{suffix}"
            path.write_bytes((start if number % 2 else b"") + rng.bytes(40 * number * number + 1))
            yield path


def lists_and_text(folder: Path) -> Iterator[Path]:
    """Files that make careless readers open other files, or draw text."""
    texts = {
        "list.m3u8": "#EXTM3U\n#EXTINF:1,\n/etc/passwd\n",
        "list.ffconcat": "ffconcat version 1.0\nfile '/etc/passwd'\n",
        "play.mp4": "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        "art.txt": "\x1b[31mhello\n" * 100,
        "art.ans": "hello",
        "sub.srt": "1\n00:00:00,000 --> 00:00:09,000\nhello\n",
        "page.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='64' height='48'/>",
        "doc.eps": "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 48\nshowpage\n",
        "sdp.sdp": "v=0\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
        "%05d.png": "pattern",
    }
    for name, text in texts.items():
        path = folder / name
        path.write_text(text)
        yield path


def odd_things(folder: Path) -> Iterator[Path]:
    """What is no file, is empty, or is too small, too large or too few."""
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "away").symlink_to(folder / "nowhere")
    (folder / "empty").mkdir()
    (folder / "empty.mp4").touch()
    os.mkfifo(folder / "fifo.mp4")
    (folder / "fifos").mkdir()
    os.mkfifo(folder / "fifos" / "00000.png")
    (folder / "big.gif").write_bytes(gif_bomb((8000, 8000), 100_000))
    (folder / "many.gif").write_bytes(gif_bomb((60_000, 60_000), 100_000))
    (folder / "tiny.gif").write_bytes(gif_bomb((1, 1), 100_000))
    (folder / "long.gif").write_bytes(gif_bomb((3000, 2500), 100_000))
    for number, size in enumerate([(1, 1), (65_000, 65_000), (2**31 - 1, 2**31 - 1), (0, 0), (100_000, 20), (15, 400)]):
        (folder / f"claims{number}.png").write_bytes(png_claiming(*size))
    write_video(folder / "one.mp4", walk(1))
    write_animation(folder / "one.gif", walk(1))
    tiny = np.zeros((6, 2, 2, 3), np.uint8)
    write_video(folder / "dots.mp4", tiny)
    write_folder(folder / "dots", tiny)
    Image.new("CMYK", (64, 48)).save(folder / "cmyk.jpg")
    Image.fromarray(np.zeros((48, 64), np.uint16)).save(folder / "deep.png")
    (folder / "masks only").mkdir()
    Image.new("L", (64, 48)).save(folder / "still.webp")
    yield from sorted(folder.iterdir(), key=str)
    yield from (
        folder / "none.mp4",
        folder / ("x" * 300),
        folder / "nul\0byte",
        Path("/dev/zero"),
        Path("/dev/null"),
        Path(),
    )


@pytest.mark.parametrize("kind", [cut_off, noise, lists_and_text, odd_things])
def test_each_is_refused_in_one_sentence_or_read(
    kind: Callable[[Path], Iterator[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs, work = tmp_path / "inputs", tmp_path / "work"
    inputs.mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(pictures, "MOST_DRAWN", 60_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count, refused = 0, 0
    for path in kind(inputs):
        count += 1
        work.mkdir()
        try:
            footage = prepare([path], FootageOptions(), work / "cache" / "frames", lambda name, frames: None)
            assert len(footage.frames)
        except GlassError as error:
            refused += 1
            assert str(error) and "\n" not in str(error), path
            assert "Traceback" not in str(error)
            left = [place for place in work.rglob("*") if not place.is_dir()]
            assert left == [], path
        for place in sorted(work.rglob("*"), reverse=True):
            place.rmdir() if place.is_dir() else place.unlink()
        work.rmdir()
    assert refused >= 0.7 * count
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert used < 1_500_000, f"{used} kilobytes"


def test_all_together_are_one_error(tmp_path: Path) -> None:
    paths = [*lists_and_text(tmp_path)]
    with pytest.raises(GlassError, match=r"\(and 9 more that cannot be read\)$"):
        prepare(paths, FootageOptions(), tmp_path / "frames", lambda name, frames: None)
    assert not (tmp_path / "frames").exists()
