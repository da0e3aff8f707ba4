"""GIF encoder: frame by frame, with a shared palette, and only the rectangle that changes."""

import io
import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.masks import bounding_box
from playground.recording.gif_palette import CLOSE, GifPalette, Packed, own_palette, pack
from playground.recording.stream_file import StreamFile

_TRANSPARENT = 255
_LONGEST = 60_000
_TABLE_AT = 13


class GifEncoder:
    """Writes an endlessly looping GIF; see `Encoder`.

    A frame writes the rectangle around the pixels that change, transparent where they do not, with the colours that
    all frames share; with a palette of its own only where those do not come close. Nothing is dithered.
    """

    def __init__(self, stream: StreamFile, size: tuple[int, int], tick_rate: float, scale: int) -> None:
        """Write the head for frames of (width, height) pixels, drawn `scale` times as large."""
        self._stream = stream
        self._tick_rate = tick_rate
        self._scale = scale
        self._palette = GifPalette()
        self._last: Packed = np.full(size[::-1], -1, np.int32)
        self._shown = self._last.copy()
        self._tick = self._began = 0
        """Ticks so far, and at the beginning of what is shown now, in ticks; both round to hundredths of a second."""
        self._extra = 0
        self._control_at = 0
        head = struct.pack("<HHBBB", size[0] * scale, size[1] * scale, 0xF7, 0, 0)
        stream.write(b"GIF89a" + head + self._palette.table + b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00")

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Show `frame`, (H, W, 3), for one tick; an unchanged picture is shown longer."""
        packed = pack(frame)
        changed = packed != self._last
        if changed.any():
            self._last = packed
            self._show(packed, changed)
        self._tick += 1
        self._lengthen()

    def finish(self) -> None:
        """Write the colours and the end."""
        self._stream.patch(_TABLE_AT, self._palette.table)
        self._stream.write(b"\x3b")

    def _show(self, packed: Packed, changed: NDArray[np.bool_]) -> None:
        """Write what changed, but for what looks the same."""
        colours, where, areas = np.unique(packed[changed], return_inverse=True, return_counts=True)
        palette = self._palette
        index, worst = palette.match(colours, areas)
        if worst > CLOSE:
            own = own_palette(colours, areas)
            own_index, own_worst = own.match(colours, areas)
            if own_worst < worst:
                palette, index = own, own_index
        shown, indices = self._shown.copy(), np.full(packed.shape, _TRANSPARENT, np.uint8)
        shown[changed], indices[changed] = palette.colours[index][where], index[where]
        differs = shown != self._shown
        if box := bounding_box(differs):
            self._shown = shown
            indices[~differs] = _TRANSPARENT
            left, top, right, bottom = box
            table = b"" if palette is self._palette else palette.table
            self._write(indices[top:bottom, left:right], left, top, table)

    def _write(self, part: NDArray[np.uint8], left: int, top: int, table: bytes = b"") -> None:
        """Write palette indices (h, w) at (left, top), all of it enlarged; `table`: colours of its own."""
        scale = self._scale
        large = part.repeat(scale, 0).repeat(scale, 1)
        where = struct.pack("<HHHHB", left * scale, top * scale, large.shape[1], large.shape[0], 0x87 if table else 0)
        control = self._stream.tell()
        self._stream.write(_control(0) + b"\x2c" + where + table + _compressed(large))
        self._control_at, self._began, self._extra = control, self._tick, 0

    def _lengthen(self) -> None:
        """Show the last picture until now; beyond what one can last, one transparent pixel follows it."""
        hundredths = self._time(self._tick) - self._time(self._began) - self._extra
        while hundredths > _LONGEST:
            self._stream.patch(self._control_at, _control(_LONGEST))
            began, extra = self._began, self._extra + _LONGEST
            self._write(np.full((1, 1), _TRANSPARENT, np.uint8), 0, 0)
            self._began, self._extra = began, extra
            hundredths -= _LONGEST
        self._stream.patch(self._control_at, _control(hundredths))

    def _time(self, tick: int) -> int:
        return round(100 * tick / self._tick_rate)


def _control(hundredths: int) -> bytes:
    """Return what stands before a picture: keep what it does not cover, 255 is transparent, and how long it lasts."""
    return b"\x21\xf9\x04\x05" + struct.pack("<HB", hundredths, _TRANSPARENT) + b"\x00"


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
