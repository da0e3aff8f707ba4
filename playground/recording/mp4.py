"""MP4 encoder (H.264), by PyAV."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError
from playground.recording.stream_file import StreamFile

_QUALITY = "20"
"""H.264's rate factor: 0 is lossless, 18 looks so, 51 is worst."""
_KEYFRAME_SECONDS = 2


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
    """Writes an MP4 that nearly all players show (4:2:0, progressive); see `Encoder`."""

    def __init__(self, stream: StreamFile, size: tuple[int, int], tick_rate: float, scale: int) -> None:
        """Begin a video of frames of (width, height) pixels, drawn `scale` times as large."""
        import av

        self._scale = scale
        self._tick = 0
        self._container = av.open(stream, "w", format="mp4")
        rate = Fraction(tick_rate).limit_denominator(1000)
        video: Any = self._container.add_stream(
            "libx264", rate=rate, options={"crf": _QUALITY, "preset": "veryfast", "tune": "animation"}
        )
        video.width, video.height = (side * scale + side * scale % 2 for side in size)
        video.pix_fmt = "yuv420p"
        context = video.codec_context
        context.thread_count = 1
        context.gop_size = max(1, round(_KEYFRAME_SECONDS * tick_rate))
        context.time_base = 1 / rate
        context.colorspace = context.color_primaries = context.color_trc = 1  # BT.709
        context.color_range = 1  # 16 to 235
        self._video = video

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Show `frame`, (H, W, 3), for one tick."""
        import av

        large = frame.repeat(self._scale, 0).repeat(self._scale, 1)
        large = np.pad(large, ((0, large.shape[0] % 2), (0, large.shape[1] % 2), (0, 0)), "edge")
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(large), format="rgb24")
        picture = picture.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        picture.pts, self._tick = self._tick, self._tick + 1
        picture.time_base = self._video.codec_context.time_base
        self._container.mux(self._video.encode(picture))

    def finish(self) -> None:
        """Write what waits in the encoder, and the index."""
        self._container.mux(self._video.encode(None))
        self._container.close()
