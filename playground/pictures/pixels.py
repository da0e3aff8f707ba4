"""Images of any mode made plain: eight bits, before a background, stretched to a size."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

PLAIN = (122, 140, 122)
"""Colour behind what is cut out."""
_STRIP = 16
"""Rows and columns of a picture that are looked at first."""
_PLAIN_FORMS = {"La": "LA", "RGBa": "RGBA"}
"""Modes with colour multiplied by alpha, and the same without."""


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


def block_size(image: Image.Image) -> int:
    """Return how many pixels wide and high each pixel of art that was enlarged without smoothing is now; else 1."""
    pixels = np.asarray(image)
    if pixels.shape[2] == 4:
        pixels = np.where(pixels[:, :, 3:] == 0, 0, pixels)
    row, column = pixels.shape[0] // 2, pixels.shape[1] // 2
    strips = pixels[:, column : column + _STRIP], pixels[row : row + _STRIP]
    size = _common_step(*strips)  # all that changes in a part changes in the whole: no need to look on
    return size if size == 1 else _common_step(pixels, pixels)


def _common_step(across: NDArray[np.uint8], along: NDArray[np.uint8]) -> int:
    """Return the number that divides every row at which `across` changes, every column at which `along` does, and both.

    Args:
        across: (H, any, C).
        along: (any, W, C).
    """
    rows = np.flatnonzero((across[1:] != across[:-1]).any((1, 2))) + 1
    columns = np.flatnonzero((along[:, 1:] != along[:, :-1]).any((0, 2))) + 1
    return int(np.gcd.reduce(np.concatenate([rows, columns, [len(across), along.shape[1]]])))


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
