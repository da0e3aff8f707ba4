"""Images: opened with guards against hostile files, made upright and eight bits deep, stretched to a size."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from glass.core.errors import GlassError
from glass.core.picture_files import FORMATS_TOLD, open_picture_file

MAX_PIXELS = 64_000_000
"""Largest picture read, in pixels; known from its header before anything is decoded."""
PLAIN = (122, 140, 122)
"""Colour behind what is cut out."""

_ANIMATED = ("GIF", "PNG", "WEBP", "AVIF", "TIFF")
"""Formats whose files may hold several frames; in others further pictures are previews."""
_PLAIN_FORMS = {"La": "LA", "RGBa": "RGBA"}
"""Modes with colour multiplied by alpha, and the same without."""


class NotAPictureError(GlassError):
    """A file holds no picture at all."""


@contextmanager
def open_known_format(path: Path) -> Iterator[Image.Image]:
    """Open an image file of one of the formats that are read, without a check of its size.

    Raises:
        OSError, and whatever else a decoder raises on damaged bytes.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with open_picture_file(path) as image:
            yield image


@contextmanager
def open_image(path: Path, name: str = "") -> Iterator[Image.Image]:
    """Open an image file; its size is checked before anything is decoded, and what goes wrong is told in a sentence.

    Args:
        path: the file.
        name: what errors call it; the file's name without its folder where empty.

    Raises:
        NotAPictureError: it is a file of another kind.
        GlassError: no such file, damaged, or larger than 64 megapixels.
    """
    name = name or path.name
    try:
        with open_known_format(path) as image:
            check_pixels(name, image.size)
            yield image
    except GlassError:
        raise
    except FileNotFoundError:
        raise GlassError(f"{path}: no such file; give a picture") from None
    except IsADirectoryError:
        raise GlassError(f"{path}: is a folder; give a picture") from None
    except PermissionError:
        raise GlassError(f"{path}: no permission to read it") from None
    except MemoryError:
        raise GlassError(f"{name}: needs more memory than there is; make it smaller") from None
    except Image.DecompressionBombError:
        raise GlassError(f"{name}: more than {MAX_PIXELS // 10**6} megapixels; make it smaller") from None
    except UnidentifiedImageError:
        raise NotAPictureError(f"{name}: not a picture; give {FORMATS_TOLD}") from None
    except Exception as error:  # a decoder given damaged bytes may raise anything
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise GlassError(f"{name}: damaged picture ({reason}); save it again as PNG") from None


def frame_count(image: Image.Image) -> int:
    """Return how many frames an animation of an open file has, or pages; 1 for a still picture."""
    return int(getattr(image, "n_frames", 1)) if image.format in _ANIMATED else 1


def check_pixels(name: str, size: tuple[int, int]) -> None:
    """Refuse a picture, (width, height) in pixels, that would fill the memory.

    Raises:
        GlassError: it has more than 64 megapixels.
    """
    width, height = size
    if width * height > MAX_PIXELS:
        limit = MAX_PIXELS // 10**6
        raise GlassError(f"{name}: {width}x{height} pixels, more than {limit} megapixels; make it smaller")


def read_picture(path: Path, mode: str) -> NDArray[np.uint8]:
    """Read a picture of a data set as (H, W) for mode L, (H, W, 3) for RGB, (H, W, 4) for RGBA, in 0..255.

    Raises:
        GlassError: the file is missing or cannot be read as a picture.
    """
    with _stored_picture(path) as image:
        return np.asarray(image.convert(mode))


def picture_size(path: Path) -> tuple[int, int]:
    """Look up the (W, H) of a data set's picture in pixels, without reading all of it.

    Raises:
        GlassError: the file is missing or is not a picture.
    """
    with _stored_picture(path) as image:
        return image.size


@contextmanager
def _stored_picture(path: Path) -> Iterator[Image.Image]:
    try:
        with open_image(path) as image:
            yield image
    except GlassError as error:
        raise GlassError(f"{path}: not a readable picture; replace it or remove it") from error


def upright(image: Image.Image) -> Image.Image:
    """Return an image of any mode the way up it is meant: mode RGBA where some pixel is transparent, else RGB."""
    image = ImageOps.exif_transpose(image)
    image = image.convert(_PLAIN_FORMS[image.mode]) if image.mode in _PLAIN_FORMS else _eight_bits(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema()[0] != 255:
            return image
    return image.convert("RGB")


def flatten(image: Image.Image, background: Image.Image | None = None) -> Image.Image:
    """Return an RGB or RGBA image as RGB, before a picture that fills it, or else a plain colour."""
    if image.mode == "RGB":
        return image
    ground = Image.new("RGBA", image.size, (*PLAIN, 255))
    if background is not None:
        ground = cover(flatten(background), image.size).convert("RGBA")
    return Image.alpha_composite(ground, image).convert("RGB")


def resize(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Stretch an image to a size: by areas where that is a whole number of times, else smoothly."""
    if image.size == size:
        return image
    down = image.width % size[0] == 0 and image.height % size[1] == 0
    up = size[0] % image.width == 0 and size[1] % image.height == 0
    return image.resize(size, Image.Resampling.BOX if down or up else Image.Resampling.LANCZOS)


def cover(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return the middle of an image, as much of it as fills a size without stretching."""
    scale = min(image.width / size[0], image.height / size[1])
    width, height = (max(1, round(side * scale)) for side in size)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return resize(image.crop((left, top, left + width, top + height)), size)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return a 16-bit, 32-bit or floating picture as 8-bit grey; others as they are."""
    if not image.mode.startswith(("I", "F")):
        return image
    values = np.nan_to_num(np.asarray(image, np.float64))
    top = 65535 if image.mode.startswith("I;16") else next(t for t in (1, 255, 65535, np.inf) if values.max() <= t)
    if top == 1 and image.mode == "I":
        top = 255
    scale = 255 / (values.max() if np.isinf(top) else top)
    return Image.fromarray((values * scale).clip(0, 255).round().astype(np.uint8))
