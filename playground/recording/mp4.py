"""MP4 files (H.264), written by PyAV: in fragments, so that what a full disk cuts short can be read up to there."""

import struct
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError
from playground.recording.stream_file import UnfinishedFile

_QUALITY = "20"
"""H.264's rate factor: 0 is lossless, 18 looks so, 51 is worst."""
_FRAGMENT_SECONDS = 2


def check_mp4() -> None:
    """See that MP4 can be written.

    Raises:
        GlassError: PyAV is missing, or has no encoder for H.264.
    """
    try:
        import av
    except ImportError:
        raise GlassError(
            "recording MP4 needs PyAV (pip install 'glass-playground[video]'); or give a name that ends in .gif"
        ) from None
    if "libx264" not in av.codecs_available:
        raise GlassError("recording MP4 needs a PyAV with libx264; give a name that ends in .gif or .webp")


class Mp4Encoder:
    """Writes an MP4 that nearly all players show (4:2:0, progressive)."""

    def __init__(self, stream: UnfinishedFile, size: tuple[int, int], tick_rate: float, scale: int) -> None:
        """Begin a video of frames of (width, height) pixels, drawn `scale` times as large.

        Raises:
            OSError: it cannot be written.
        """
        import av

        self._scale = scale
        self._sink = _Sink(stream)
        self._stream = stream
        self._tick = 0
        flags = "hybrid_fragmented+default_base_moof"
        self._container = av.open(self._sink, "w", format="mp4", options={"movflags": flags})
        rate = Fraction(tick_rate).limit_denominator(1000)
        video: Any = self._container.add_stream(
            "libx264", rate=rate, options={"crf": _QUALITY, "preset": "veryfast", "tune": "animation"}
        )
        video.width, video.height = (_even(side * scale) for side in size)
        video.pix_fmt = "yuv420p"
        context = video.codec_context
        context.thread_count = 1
        context.gop_size = max(1, round(_FRAGMENT_SECONDS * tick_rate))
        context.time_base = 1 / rate
        context.colorspace = context.color_primaries = context.color_trc = 1  # BT.709
        context.color_range = 1  # 16 to 235
        self._video = video

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Show `frame`, (H, W, 3), for one tick.

        Raises:
            OSError: it cannot be written.
        """
        import av

        large = frame.repeat(self._scale, 0).repeat(self._scale, 1)
        if large.shape[0] % 2 or large.shape[1] % 2:
            large = np.pad(large, ((0, large.shape[0] % 2), (0, large.shape[1] % 2), (0, 0)), "edge")
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(large), format="rgb24")
        picture = picture.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        picture.pts, self._tick = self._tick, self._tick + 1
        picture.time_base = self._video.codec_context.time_base
        self._container.mux(self._video.encode(picture))
        self._sink.check()

    def seal(self) -> None:
        """Write what waits in the encoder, and the index.

        Raises:
            OSError: it cannot be written.
        """
        self._container.mux(self._video.encode(None))
        self._container.close()
        self._sink.check()

    def salvage(self) -> None:
        """Keep the fragments that were written whole.

        Raises:
            OSError: there is none, or that cannot be done.
        """
        self._container.close()  # into a sink that takes nothing any more
        end = _end_of_fragments(self._stream)
        if end is None:
            raise OSError("no whole fragment")
        self._stream.cut(end)


class _Sink:
    """What PyAV writes to: after an error it takes everything and writes nothing, so that the file stays as it is."""

    def __init__(self, stream: UnfinishedFile) -> None:
        self._stream = stream
        self._error: OSError | None = None
        self._at = 0

    def write(self, content: bytes) -> int:
        if self._error is None:
            try:
                self._stream.write(content)
            except OSError as error:
                self._error = error
        return len(content)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def read(self, count: int) -> bytes:
        return self._stream.read(count)

    def check(self) -> None:
        if self._error is not None:
            raise self._error


def _end_of_fragments(stream: UnfinishedFile) -> int | None:
    """Return where the last whole fragment (`moof` and its `mdat`) ends; None without one."""
    length, at, end = stream.seek(0, 2), 0, None
    while at + 8 <= length:
        stream.seek(at)
        size, name = struct.unpack(">I4s", stream.read(8))
        at += size
        if size < 8 or at > length:
            break
        if name == b"mdat":
            end = at
    return end


def _even(side: int) -> int:
    return side + side % 2
