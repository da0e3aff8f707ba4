"""Video files as clips, decoded by PyAV."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from glass.footage.fit import covering_size, cut_middle
from glass.footage.reader import MOST_FRAMES, ClipFile, DamagedClipError, Probe, TimedFrame, check_size

SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".ogv", ".flv", ".wmv", ".3gp"}
)
"""Endings of the video files of a folder; a file named by itself may have any."""

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,ogg,flv,asf,h264,hevc,ivf,y4m,yuv4mpegpipe"
"""What is read as a video: no play lists, no patterns of file names, no text drawn as pictures."""

DEFAULT_RATE = 25.0
"""Frames a second of a video that does not say."""

RATE_PACKETS = 240
"""Packets whose times say how fast a video runs."""

DECODING_THREADS = 4
"""Most threads that decode; each may keep a frame in memory."""

SHORTEST_SHARE = 0.9
"""Share of its length that a video must really have, or it has been cut off."""


@dataclass(frozen=True)
class Video(ClipFile):
    """A video file."""

    @contextmanager
    def _open(self) -> Iterator[tuple[Any, Any]]:
        """Give the container and its first stream of pictures."""
        try:
            import av
        except ModuleNotFoundError:
            raise DamagedClipError(
                f"{self.path}: reading videos needs PyAV (pip install 'glass-playground[video]'); or give frames"
            ) from None
        try:
            # An open file, not a name: names may be patterns or addresses.
            with self.path.open("rb") as file, av.open(file, options={"format_whitelist": FORMATS}) as container:
                streams = [s for s in container.streams.video if not s.disposition & s.disposition.attached_pic]
                if not streams:
                    raise DamagedClipError(f"{self.path}: no moving pictures in it; give a video")
                stream = streams[0]
                check_size(str(self.path), (stream.width, stream.height))
                stream.thread_type = "AUTO" if stream.width * stream.height < 4_000_000 else "SLICE"
                stream.codec_context.thread_count = DECODING_THREADS
                yield container, stream
        except DamagedClipError:
            raise
        except (av.FFmpegError, OSError, ValueError, MemoryError) as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise DamagedClipError(
                f"{self.path}: not a video that can be read ({reason}); convert it, or leave it out"
            ) from None

    def probe(self) -> Probe:
        """Look at the first frame, and at the times of the first packets.

        Raises:
            DamagedClipError: the file cannot be read, or has no frames.
        """
        with self._open() as (container, stream):
            times = []
            for packet in container.demux(stream):
                if packet.pts is not None and packet.time_base:
                    times.append(float(packet.pts * packet.time_base))
                if len(times) == RATE_PACKETS:
                    break
            stated = stream.average_rate or stream.guessed_rate
        with self._open() as (container, stream):
            frame = next(container.decode(stream), None)
            if frame is None:
                raise DamagedClipError(f"{self.path}: no frames in it; give a video")
            size = _seen_size(frame, _pixel_aspect(stream, frame))
        check_size(str(self.path), size)
        return Probe(size, _rate(sorted(times), float(stated) if stated else DEFAULT_RATE))

    def frames(self, size: tuple[int, int]) -> Iterator[TimedFrame]:
        """Give the frames.

        Raises:
            DamagedClipError: the file is damaged or cut off.
        """
        with self._open() as (container, stream):
            from av.video.reformatter import VideoReformatter

            expected = _length(container, stream)
            rate = float(stream.average_rate or DEFAULT_RATE)
            first, last = None, 0.0
            scaler = VideoReformatter()
            for number, frame in enumerate(container.decode(stream)):
                if number >= MOST_FRAMES:
                    raise DamagedClipError(f"{self.path}: more than {MOST_FRAMES} frames; cut it into shorter clips")
                time = frame.time if frame.time is not None else number / rate
                first = time if first is None else first
                last = max(last, time - first)
                yield TimedFrame(time - first, _pixels(scaler, frame, size, _pixel_aspect(stream, frame)))
        if first is None:
            raise DamagedClipError(f"{self.path}: no frames in it; give a video")
        if last + 2 / rate < SHORTEST_SHARE * expected:
            raise DamagedClipError(
                f"{self.path}: ends after {last:.1f} of {expected:.1f} seconds; it has been cut off, copy it again"
            )


def _length(container: Any, stream: Any) -> float:
    """Return how many seconds of pictures the file says it has; 0 where it does not say."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1_000_000 if container.duration and len(container.streams) == 1 else 0.0


def _rate(times: list[float], stated: float) -> float:
    """Frames a second from the times of frames: the usual distance, or what the file says where there are no times."""
    gaps = sorted(after - now for now, after in pairwise(times) if after > now)
    found = 1 / gaps[len(gaps) // 2] if len(gaps) >= 3 else stated
    # Times are rounded to a thousandth in some containers.
    rate = stated if abs(found / stated - 1) < 0.05 else found
    return min(max(rate, 0.1), 1000.0)


def _pixel_aspect(stream: Any, frame: Any) -> float:
    """Width of a pixel over its height."""
    stated = getattr(frame, "sample_aspect_ratio", None) or stream.sample_aspect_ratio
    return float(stated) if stated and 0.1 < float(stated) < 10 else 1.0


def _turns(frame: Any) -> int:
    """Quarter turns to the left that put a frame upright."""
    return round(getattr(frame, "rotation", 0) / 90) % 4


def _seen_size(frame: Any, aspect: float) -> tuple[int, int]:
    """(W, H) of a frame as it is to be seen."""
    width, height = max(1, round(frame.width * aspect)), frame.height
    return (height, width) if _turns(frame) % 2 else (width, height)


def _pixels(scaler: Any, frame: Any, size: tuple[int, int], aspect: float) -> npt.NDArray[np.uint8]:
    """Return a frame upright, scaled to cover (W, H) and cut to it; it is scaled before it becomes RGB."""
    turns = _turns(frame)
    scaled = covering_size(_seen_size(frame, aspect), size)
    width, height = scaled[::-1] if turns % 2 else scaled
    shrinks = frame.width >= width and frame.height >= height
    # One thread: what frames are scaled to is so small that starting more takes longer.
    small = scaler.reformat(frame, width, height, "rgb24", interpolation="AREA" if shrinks else "BICUBIC", threads=1)
    return cut_middle(np.rot90(small.to_ndarray(), turns), size)
