"""Decoding clips: a folder of frames, an animation or a video, resized to a model's frame."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from glass.core.errors import GlassError
from glass.core.frame_files import PICTURES, frame_files
from glass.core.images import NotAPictureError, flatten, frame_count, open_image, resize, upright

SUFFIXES = PICTURES | {".gif", ".avif"}
"""Endings of the files that are frames of a folder."""
VIDEOS = frozenset({".mp4", ".mov", ".webm", ".mkv", ".avi", ".m4v"})
"""Endings of videos."""
_FEWEST = 40
"""Frames from which on an animation, or a folder of frames, is taken for a clip."""


def is_clip(path: Path) -> bool:
    """Say whether a file or a folder is a clip that can be learned from: a video, or many frames."""
    try:
        if path.is_dir():
            return len(list(frame_files(path, SUFFIXES))) >= _FEWEST
        if path.suffix.lower() in VIDEOS:
            return path.is_file()
        with open_image(path) as image:
            return frame_count(image) >= _FEWEST
    except (GlassError, OSError):
        return False


def read_clip(path: str | Path, frame_size: tuple[int, int]) -> NDArray[np.uint8]:
    """Read a clip: every frame, in order, stretched to the model's frame.

    Args:
        path: a folder (its pictures in natural order, 9.png before 10.png; sub-folders, hidden and other files are
            left out), a GIF or another animation, or a video file.
        frame_size: width and height in pixels.

    Returns:
        The frames, uint8 (T, H, W, 3), at least one.

    Raises:
        GlassError: there is no such clip, it holds no frame, or a frame is damaged.
    """
    return np.stack(list(stream_clip(path, frame_size)))


def stream_clip(path: str | Path, frame_size: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
    """Give the frames (H, W, 3) that `read_clip` returns one after the other, with only one of them in memory.

    Raises:
        GlassError: as for `read_clip`, when the frame in question is asked for.
    """
    path = Path(path)
    if not path.exists():
        raise GlassError(f"{path}: no such clip; give a folder of frames, a GIF or a video")
    empty = True
    for image in _frames(path):
        empty = False
        yield np.asarray(resize(image, frame_size))
    if empty:
        raise GlassError(f"{path}: no frames in it; give a folder of frames, a GIF or a video")


def first_frame(path: Path) -> Image.Image:
    """Return the first frame of a clip as an RGB image of its own size.

    Raises:
        GlassError: as for `read_clip`.
    """
    for image in _frames(path):
        return image
    raise GlassError(f"{path}: no frames in it; give a folder of frames, a GIF or a video")


def _frames(path: Path) -> Iterator[Image.Image]:
    """Give the frames of a clip as RGB images of any size."""
    if path.is_dir():
        for place in frame_files(path, SUFFIXES):
            with open_image(place) as image:
                yield flatten(upright(image))
        return
    try:
        with open_image(path) as animation:
            for image in ImageSequence.Iterator(animation):
                yield flatten(upright(image))
    except NotAPictureError:
        yield from _video_frames(path)


def _video_frames(path: Path) -> Iterator[Image.Image]:
    """Give the frames of a video file, upright."""
    try:
        import av
    except ImportError:
        raise GlassError(
            f"{path.name}: reading videos needs PyAV (pip install 'glass-playground[video]'); or give frames"
        ) from None
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise GlassError(f"{path.name}: no pictures in it; give a video, a GIF or a folder of frames")
            for frame in container.decode(video=0):
                pixels = frame.to_ndarray(format="rgb24")
                turns = round(getattr(frame, "rotation", 0) / 90)
                yield Image.fromarray(np.rot90(pixels, turns))
    except (av.FFmpegError, OSError) as error:
        reason = error.strerror or type(error).__name__
        raise GlassError(f"{path.name}: not a clip that can be read ({reason}); give a video or frames") from None
