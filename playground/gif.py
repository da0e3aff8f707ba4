"""GIF files: one palette for the whole animation, and only what changes from frame to frame."""

import io
import struct
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COLOURS = 255
"""Most colours of a palette; the last entry of the 256 is transparent."""

_TRANSPARENT = 255
_LONGEST = 60_000


class Palette:
    """Up to COLOURS colours, and the nearest of them for each pixel."""

    def __init__(self, colours: NDArray[np.uint8], exact: bool) -> None:
        """Take the (n, 3) colours; `exact` says that every pixel to come has one of them."""
        self._packed = np.sort(_pack(colours)) if exact else None
        if self._packed is not None:
            colours = np.stack([self._packed >> 16, self._packed >> 8 & 255, self._packed & 255], 1).astype(np.uint8)
        self._image = Image.new("P", (1, 1))
        self._image.putpalette(colours.tobytes())
        self.content = colours.tobytes().ljust(768, b"\0")
        """The 768 bytes of the colour table."""

    def index(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the palette index, (H, W), of each pixel of a frame (H, W, 3)."""
        if self._packed is not None:
            return np.searchsorted(self._packed, _pack(frame)).astype(np.uint8)
        image = Image.fromarray(frame).quantize(palette=self._image, dither=Image.Dither.NONE)
        return np.asarray(image)


def exact_palette(colours: NDArray[np.int64]) -> Palette:
    """Return the palette of at most COLOURS colours, given as `distinct_colours` does."""
    return Palette(np.stack([colours >> 16, colours >> 8 & 255, colours & 255], 1).astype(np.uint8), exact=True)


def adaptive_palette(frames: list[NDArray[np.uint8]]) -> Palette:
    """Return the palette that suits frames (H, W, 3) best.

    A colour counts by the square root of its area, so that a small agent is not drowned by its background.
    """
    packed, areas = np.unique(np.concatenate([_pack(frame).ravel() for frame in frames]), return_counts=True)
    packed = np.repeat(packed, np.ceil(np.sqrt(areas / len(frames))).astype(np.int64))
    pixels = np.stack([packed >> 16, packed >> 8 & 255, packed & 255], 1).astype(np.uint8)
    image = Image.fromarray(pixels[None]).quantize(COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=1)
    table = image.getpalette() or [0, 0, 0]
    return Palette(np.array(table, np.uint8).reshape(-1, 3)[:COLOURS], exact=False)


def distinct_colours(frame: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the distinct colours of a frame (H, W, 3), each as one number, in order."""
    return np.unique(_pack(frame))


class GifWriter:
    """Writes an endless GIF to a stream, frame after frame."""

    def __init__(self, stream: BinaryIO, size: tuple[int, int], palette: Palette, scale: int) -> None:
        """Write the head of a GIF for frames of (width, height) pixels, drawn `scale` times as large."""
        self._stream = stream
        self._palette = palette
        self._scale = scale
        self._last: NDArray[np.uint8] | None = None
        self._waiting, self._duration = b"", 0
        stream.write(b"GIF89a" + struct.pack("<HHBBB", size[0] * scale, size[1] * scale, 0xF7, 0, 0))
        stream.write(palette.content + b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")

    def add(self, frame: NDArray[np.uint8], duration: int) -> None:
        """Add a frame (H, W, 3) shown for `duration` hundredths of a second; an unchanged picture is shown longer."""
        index = self._palette.index(frame)
        last, self._last = self._last, index
        if last is None:
            self._begin(self._block(index, 0, 0), duration)
            return
        changed = index != last
        if not changed.any():
            self._lengthen(duration)
            return
        rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
        where = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        part = np.where(changed, index, np.uint8(_TRANSPARENT))[where]
        self._begin(self._block(part, int(columns[0]), int(rows[0])), duration)

    def close(self) -> None:
        """Write what waits, and the end of the GIF; the stream stays open."""
        self._write_waiting()
        self._stream.write(b"\x3b")

    def _begin(self, block: bytes, duration: int) -> None:
        self._write_waiting()
        self._waiting, self._duration = block, 0
        self._lengthen(duration)

    def _lengthen(self, duration: int) -> None:
        """Show what waits longer; beyond what one frame can last, one transparent pixel follows it."""
        self._duration += duration
        while self._duration > _LONGEST:
            rest, self._duration = self._duration - _LONGEST, _LONGEST
            self._write_waiting()
            self._waiting, self._duration = self._block(np.full((1, 1), _TRANSPARENT, np.uint8), 0, 0), rest

    def _write_waiting(self) -> None:
        """Write the last frame, whose duration is known by now: keep what it does not cover, 255 is transparent."""
        if self._waiting:
            self._stream.write(b"\x21\xf9\x04\x05" + struct.pack("<HB", self._duration, _TRANSPARENT) + b"\x00")
            self._stream.write(self._waiting)

    def _block(self, part: NDArray[np.uint8], left: int, top: int) -> bytes:
        """Return the image block of palette indices (h, w) at (left, top), all of it enlarged."""
        scale = self._scale
        large = part.repeat(scale, 0).repeat(scale, 1)
        where = struct.pack("<HHHHB", left * scale, top * scale, large.shape[1], large.shape[0], 0)
        return b"\x2c" + where + _compressed(large)


def _pack(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    wide = pixels.astype(np.int64)
    packed: NDArray[np.int64] = wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]
    return packed


def _compressed(index: NDArray[np.uint8]) -> bytes:
    """Return palette indices (h, w) as LZW data: Pillow writes them as a grey GIF, whose data are the same."""
    buffer = io.BytesIO()
    Image.fromarray(index).save(buffer, "GIF", interlace=0, optimize=False)
    content = buffer.getvalue()
    at = _after_table(content, flags=10, start=13)
    while content[at] == 0x21:
        at += 2
        while content[at]:
            at += content[at] + 1
        at += 1
    return content[_after_table(content, flags=at + 9, start=at + 10) : -1]


def _after_table(content: bytes, flags: int, start: int) -> int:
    """Return where the colour table at `start` ends, whose flags are at `flags`; it may be absent."""
    return start + (3 << (content[flags] & 7) + 1 if content[flags] & 0x80 else 0)
