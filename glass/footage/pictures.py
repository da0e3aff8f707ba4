"""Clips made of pictures: GIF, APNG and WebP animations, and folders of frames."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, pairwise
from pathlib import Path

from PIL import Image

from glass.core.errors import GlassError
from glass.core.images import flatten, open_image, open_known_format, upright
from glass.footage.fit import fit_image
from glass.footage.reader import MOST_FRAMES, ClipFile, DamagedClipError, Probe, TimedFrame, check_size, stamp_of

MOST_DRAWN = 4_000_000_000
"""Pixels drawn for one animation, all its frames together; a small file may claim far more."""

LARGEST_ANIMATION = 9_000_000
"""Pixels of an animation's frame; every one of its frames is drawn as large."""

DEFAULT_DURATION = 0.1
"""Seconds a frame is shown that says less than two hundredths, as browsers do."""


@contextmanager
def open_picture(path: Path) -> Iterator[Image.Image]:
    """Open a picture file; whatever goes wrong while it is open is told in a sentence.

    Raises:
        DamagedClipError: it is no picture, damaged, or of a size that is not read.
    """
    try:
        with open_image(path, str(path)) as image:
            check_size(str(path), image.size)
            yield image
    except DamagedClipError:
        raise
    except GlassError as error:
        raise DamagedClipError(str(error)) from None


def is_animation(path: Path) -> bool | None:
    """Say whether a file is an animation (True), a still picture (False) or no picture at all (None)."""
    try:
        with open_known_format(path) as image:
            return image.format in ("GIF", "PNG", "WEBP") and bool(getattr(image, "is_animated", False))
    except Image.DecompressionBombError:
        return False
    except Exception:  # of a decoder given damaged bytes; reading it as a video will say what is wrong
        return None


@dataclass(frozen=True)
class Animation(ClipFile):
    """A GIF, APNG or WebP file of several frames."""

    def _images(self) -> Iterator[tuple[float, Image.Image]]:
        """Give when each frame begins, and the frame, valid until the next one is asked for."""
        with open_picture(self.path) as image:
            if image.width * image.height > LARGEST_ANIMATION:
                size = f"{image.width}x{image.height}"
                raise DamagedClipError(f"{self.path}: {size} pixels is too large for an animation; make it smaller")
            start, most = 0.0, min(MOST_FRAMES, MOST_DRAWN // (image.width * image.height))
            for number in count():
                try:
                    image.seek(number)
                except EOFError:
                    return
                if number >= most:
                    size = f"{image.width}x{image.height}"
                    raise DamagedClipError(f"{self.path}: more than {most} frames of {size} pixels; make it shorter")
                image.load()
                shown = image.info.get("duration", 0) / 1000
                yield start, image
                start += shown if shown >= 0.02 else DEFAULT_DURATION

    def probe(self) -> Probe:
        """Look at size and timing of the first frames.

        Raises:
            DamagedClipError: the file cannot be read.
        """
        starts = []
        size = (0, 0)
        for start, image in self._images():
            size = image.size
            starts.append(start)
            if len(starts) == 25:
                break
        gaps = sorted(after - now for now, after in pairwise(starts))
        if not gaps:
            raise DamagedClipError(f"{self.path}: a single picture; give a clip of several frames")
        return Probe(size, 1 / gaps[len(gaps) // 2])

    def frames(self, size: tuple[int, int]) -> Iterator[TimedFrame]:
        """Give the frames.

        Raises:
            DamagedClipError: the file is damaged, or claims to hold more than anybody could read.
        """
        for start, image in self._images():
            yield TimedFrame(start, fit_image(flatten(upright(image)), size))


@dataclass(frozen=True)
class FrameFiles:
    """Pictures, each a frame."""

    name: str
    """What messages call them."""
    files: tuple[Path, ...]
    """The pictures, in order."""
    rate: float
    """Frames a second."""

    @property
    def stamp(self) -> str:
        """Text that changes when a file does."""
        return " ".join(stamp_of(path) for path in self.files)

    def probe(self) -> Probe:
        """Look at the first picture.

        Raises:
            DamagedClipError: there is only one, or it cannot be read.
        """
        if len(self.files) < 2:
            raise DamagedClipError(f"{self.name}: a single picture; give a clip of several frames")
        if len(self.files) > MOST_FRAMES:
            raise DamagedClipError(f"{self.name}: {len(self.files)} pictures; at most {MOST_FRAMES} are read")
        with open_picture(self.files[0]) as image:
            return Probe(flatten(upright(image)).size, self.rate)

    def frames(self, size: tuple[int, int]) -> Iterator[TimedFrame]:
        """Give the frames.

        Raises:
            DamagedClipError: a picture is damaged, or of another size than the first.
        """
        first = None
        for number, path in enumerate(self.files):
            with open_picture(path) as image:
                picture = flatten(upright(image))
            first = first or picture.size
            if picture.size != first:
                found, expected = ("x".join(map(str, s)) for s in (picture.size, first))
                raise DamagedClipError(
                    f"{path}: {found} pixels, but {self.files[0].name} has {expected}; make all frames one size"
                )
            yield TimedFrame(number / self.rate, fit_image(picture, size))
