"""Animated WebP encoder: lossless, frame by frame, only the rectangle that changes.

Pillow writes an animated WebP only with all frames in memory, and PyAV is an optional dependency; so Pillow encodes
single pictures, and their chunks are put into the RIFF container here.
"""

import io
import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image, features

from glass.core.errors import GlassError
from glass.core.masks import bounding_box
from playground.recording.stream_file import StreamFile

_LONGEST = 0xFFFFFF
_BLEND, _REPLACE = 0, 2
_EFFORT = 0
"""0 (fast) to 6 (small); 4 would save a fifth of the size and take ten times as long."""


def check_webp() -> None:
    """See that WebP can be written.

    Raises:
        GlassError: this Pillow cannot.
    """
    if not features.check("webp"):
        raise GlassError("recording WebP needs a Pillow with WebP (pip install --upgrade pillow); or give a .gif")


class WebpEncoder:
    """Writes an endlessly looping lossless WebP; see `Encoder`.

    A frame writes the rectangle around the pixels that change, transparent where they do not.
    """

    def __init__(self, stream: StreamFile, size: tuple[int, int], tick_rate: float, scale: int) -> None:
        """Write the head for frames of (width, height) pixels, drawn `scale` times as large."""
        self._stream = stream
        self._tick_rate = tick_rate
        self._scale = scale
        self._last: NDArray[np.uint8] | None = None
        self._tick = self._began = 0
        self._frame_at = 0
        canvas = _three_bytes(size[0] * scale - 1) + _three_bytes(size[1] * scale - 1)
        head = _chunk(b"VP8X", b"\x12\0\0\0" + canvas) + _chunk(b"ANIM", b"\0\0\0\0" + b"\0\0")
        stream.write(b"RIFF\0\0\0\0WEBP" + head)

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Show `frame`, (H, W, 3), for one tick; an unchanged picture is shown longer."""
        last, self._last = self._last, frame
        if last is None:
            self._write(frame, 0, 0, _REPLACE)
        else:
            changed = (frame != last).any(2)
            if box := bounding_box(changed):
                # where a frame begins is written in steps of two pixels
                left, top = (at - (at % 2 if self._scale % 2 else 0) for at in box[:2])
                alpha = np.where(changed, np.uint8(255), np.uint8(0))[..., None]
                part = np.concatenate([frame, alpha], 2)[top : box[3], left : box[2]]
                self._write(part, left, top, _BLEND)
        self._tick += 1
        self._lengthen()

    def finish(self) -> None:
        """Write the size of the whole."""
        self._stream.patch(4, struct.pack("<I", self._stream.tell() - 8))

    def _write(self, part: NDArray[np.uint8], left: int, top: int, how: int) -> None:
        """Write pixels (h, w, 3 or 4) at (left, top), all of it enlarged."""
        scale = self._scale
        large = part.repeat(scale, 0).repeat(scale, 1)
        where = left * scale // 2, top * scale // 2, large.shape[1] - 1, large.shape[0] - 1
        head = b"".join(map(_three_bytes, where)) + _three_bytes(0) + bytes([how])
        self._frame_at, self._began = self._stream.tell(), self._tick
        self._stream.write(_chunk(b"ANMF", head + _compressed(large)))

    def _lengthen(self) -> None:
        """Show the last picture until now."""
        shown = self._time(self._tick) - self._time(self._began)
        self._stream.patch(self._frame_at + 20, _three_bytes(min(shown, _LONGEST)))

    def _time(self, tick: int) -> int:
        """Return the milliseconds until a tick."""
        return round(1000 * tick / self._tick_rate)


def _compressed(pixels: NDArray[np.uint8]) -> bytes:
    """Return the chunks of pixels (h, w, 3 or 4), as Pillow writes them for a still picture."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", lossless=True, quality=75, method=_EFFORT, exact=False)
    content = buffer.getvalue()
    at, found = 12, b""
    while at < len(content):
        end = at + 8 + (int.from_bytes(content[at + 4 : at + 8], "little") + 1) // 2 * 2
        if content[at : at + 4] in (b"ALPH", b"VP8L", b"VP8 "):
            found += content[at:end]
        at = end
    return found


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _three_bytes(value: int) -> bytes:
    return value.to_bytes(3, "little")
