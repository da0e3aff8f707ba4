"""Pictures: read from a file in whatever form, and fitted to a model's frame."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from playground.errors import PlaygroundError

MAX_PIXELS = 64_000_000
"""Largest picture read, in pixels; known from its header before anything is decoded."""
MIN_SIDE = 8
"""Smallest width and height of a picture, in pixels."""
PLAIN = (122, 140, 122)
"""Colour behind a cut-out picture."""

Mask = Image.Image | NDArray[np.bool_ | np.integer | np.floating]
"""Where an agent is, (H, W): bool, 0 and 1, 0..255, or float in 0..1; or an image of it."""

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "JPEG2000", "PPM", "QOI", "TGA", "ICO")


@dataclass(frozen=True)
class Picture:
    """An upright picture of any size."""

    name: str
    """What errors call it."""
    image: Image.Image
    """Its pixels, mode RGB, or RGBA where some pixel is transparent."""


@dataclass(frozen=True)
class FittedPicture:
    """A picture as a model sees it."""

    name: str
    """What errors call it."""
    frame: NDArray[np.uint8]
    """Its pixels, (H, W, 3)."""
    mask: NDArray[np.float32] | None
    """Where the agent is, (H, W) in [0, 1], if the picture itself says so."""


class NotAPictureError(PlaygroundError):
    """A file holds no picture at all."""


def load_picture(path: str | Path) -> Picture:
    """Read a picture file; an animation gives its first frame.

    Raises:
        PlaygroundError: as for `open_image`.
    """
    path = Path(path)
    with open_image(path) as image:
        return as_picture(image, path.name)


@contextmanager
def open_image(path: Path) -> Iterator[Image.Image]:
    """Open an image file; its size is checked before anything is decoded, and what goes wrong is told in a sentence.

    Raises:
        NotAPictureError: it is a file of another kind.
        PlaygroundError: no such file, damaged, smaller than 8x8 or larger than 64 megapixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=_formats()) as image:
                _check_size(path.name, image.size)
                yield image
    except PlaygroundError:
        raise
    except FileNotFoundError:
        raise PlaygroundError(f"{path}: no such file; give a picture") from None
    except IsADirectoryError:
        raise PlaygroundError(f"{path}: is a folder; give a picture") from None
    except PermissionError:
        raise PlaygroundError(f"{path}: no permission to read it") from None
    except Image.DecompressionBombError:
        raise PlaygroundError(f"{path.name}: more than {MAX_PIXELS // 10**6} megapixels; make it smaller") from None
    except UnidentifiedImageError:
        raise NotAPictureError(f"{path.name}: not a picture; give a PNG, JPEG, GIF, BMP or WebP file") from None
    except Exception as error:  # a decoder given damaged bytes may raise anything
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise PlaygroundError(f"{path.name}: damaged picture ({reason}); save it again as PNG") from None


def as_picture(value: Picture | Image.Image | NDArray[np.uint8], name: str = "picture") -> Picture:
    """Turn an image of any mode, or uint8 (H, W), (H, W, 3) or (H, W, 4) pixels, into an upright Picture.

    Raises:
        PlaygroundError: an array of another shape or type, no image at all, or a size out of bounds.
    """
    if isinstance(value, Picture):
        return value
    if isinstance(value, np.ndarray):
        if value.dtype != np.uint8 or value.ndim not in (2, 3) or (value.ndim == 3 and value.shape[2] not in (3, 4)):
            raise PlaygroundError(f"{name}: array {value.dtype} {value.shape}; give uint8 (H, W, 3) or (H, W, 4)")
        value = Image.fromarray(value)
    if not isinstance(value, Image.Image):
        raise PlaygroundError(f"{name}: a {type(value).__name__}; give a PIL image or a uint8 array")
    _check_size(name, value.size)
    image = _eight_bits(ImageOps.exif_transpose(value))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema()[0] != 255:
            return Picture(name, image)
    return Picture(name, image.convert("RGB"))


def fit_picture(
    picture: Picture,
    frame_size: tuple[int, int],
    window: int,
    mask: Mask | None = None,
    background: tuple[int, int, int] = PLAIN,
) -> FittedPicture:
    """Fit a picture to a frame of (width, height) pixels.

    An opaque picture fills the frame: resized where the aspect agrees to 2 %, else whole inside it with the rest
    filled by mirroring. A cut-out picture is pasted in the middle of a plain background, at its own size or scaled
    down until it fits the frame and what is solid fits the window; its alpha becomes the mask.

    Args:
        picture: what to fit.
        frame_size: width and height of the model's frame in pixels.
        window: side of the model's window in pixels.
        mask: where the agent is, (H, W) of the picture or of the frame.
        background: colour behind what is transparent.

    Raises:
        PlaygroundError: the mask has another size or is none, or the picture is transparent all over.
    """
    width, height = frame_size
    if mask is None and picture.image.mode == "RGBA":
        return _fit_cut_out(picture, frame_size, window, background)
    image = picture.image
    frame, box = _fill_frame(flatten(image, background), frame_size)
    if mask is None:
        return FittedPicture(picture.name, frame, None)
    levels = _mask_levels(mask, picture.name)
    if levels.shape == (height, width):
        return FittedPicture(picture.name, frame, levels)
    if levels.shape != (image.height, image.width):
        raise PlaygroundError(
            f"{picture.name}: mask is {levels.shape}; give {(image.height, image.width)} or {(height, width)}"
        )
    small = Image.fromarray(levels).resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.BOX)
    placed = np.zeros((height, width), np.float32)
    placed[box[1] : box[3], box[0] : box[2]] = np.asarray(small)
    return FittedPicture(picture.name, frame, placed)


def flatten(image: Image.Image, background: tuple[int, int, int] = PLAIN) -> Image.Image:
    """Return an RGB or RGBA image as RGB, before a plain background."""
    if image.mode == "RGB":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, (*background, 255)), image).convert("RGB")


def resize(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Stretch an image to a size: by areas where that is a whole number of times, else smoothly."""
    if image.size == size:
        return image
    down = image.width % size[0] == 0 and image.height % size[1] == 0
    up = size[0] % image.width == 0 and size[1] % image.height == 0
    return image.resize(size, Image.Resampling.BOX if down or up else Image.Resampling.LANCZOS)


def _formats() -> list[str]:
    """Return those of the formats that this Pillow reads."""
    Image.init()
    return [name for name in _FORMATS if name in Image.OPEN]


def _check_size(name: str, size: tuple[int, int]) -> None:
    width, height = size
    if min(size) < MIN_SIDE:
        raise PlaygroundError(f"{name}: {width}x{height} pixels; give a picture of at least {MIN_SIDE}x{MIN_SIDE}")
    if width * height > MAX_PIXELS:
        limit = MAX_PIXELS // 10**6
        raise PlaygroundError(f"{name}: {width}x{height} pixels, more than {limit} megapixels; make it smaller")


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


def _fit_cut_out(
    picture: Picture, frame_size: tuple[int, int], window: int, background: tuple[int, int, int]
) -> FittedPicture:
    image, (width, height) = picture.image, frame_size
    solid = image.getchannel("A").getbbox()
    if solid is None:
        raise PlaygroundError(f"{picture.name}: transparent all over; give a picture that shows an agent")
    side = max(solid[2] - solid[0], solid[3] - solid[1])
    left, top = (width - image.width) / 2, (height - image.height) / 2
    if min(left, top) < 0 or side > window:
        middle = (width / 2, height / 2)
        if min(left, top) >= 0:
            middle = (left + (solid[0] + solid[2]) / 2, top + (solid[1] + solid[3]) / 2)
        image = image.crop(solid)
        scale = min(1.0, width / image.width, height / image.height, window / side)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
        left, top = middle[0] - image.width / 2, middle[1] - image.height / 2
    canvas = Image.new("RGBA", frame_size)
    canvas.paste(image, (int(left), int(top)))
    mask = np.asarray(canvas.getchannel("A"), np.float32) / np.float32(255)
    return FittedPicture(picture.name, np.array(flatten(canvas, background)), mask)


def _fill_frame(image: Image.Image, frame_size: tuple[int, int]) -> tuple[NDArray[np.uint8], tuple[int, int, int, int]]:
    """Return the (H, W, 3) frame and the box (left, top, right, bottom) that the picture fills in it."""
    width, height = frame_size
    aspect = (image.width * height) / (image.height * width)
    if abs(aspect - 1) <= 0.02:
        size = frame_size
    elif aspect > 1:
        size = (width, max(1, round(height / aspect)))
    else:
        size = (max(1, round(width * aspect)), height)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    pixels = np.array(resize(image, size))
    margins = ((top, height - size[1] - top), (left, width - size[0] - left), (0, 0))
    box = (left, top, left + size[0], top + size[1])
    return np.pad(pixels, margins, mode="symmetric") if size != frame_size else pixels, box


def _mask_levels(mask: Mask, name: str) -> NDArray[np.float32]:
    """Return a mask as float32 in [0, 1]."""
    values = np.asarray(mask.convert("L") if isinstance(mask, Image.Image) else mask)
    if values.ndim != 2 or values.dtype.kind not in "biuf":
        raise PlaygroundError(
            f"{name}: mask has shape {values.shape}, type {values.dtype}; give (H, W), bool or 0..255"
        )
    if values.dtype.kind in "iu" and values.size and values.max() > 1:
        values = values / 255
    return np.nan_to_num(values.astype(np.float32)).clip(0, 1)
