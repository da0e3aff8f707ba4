"""Frames of any size, mode and orientation as upright RGB of one size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

__all__ = ["PLAIN", "cover", "cut_middle", "fit_image", "upright"]

PLAIN = (122, 140, 122)
"""Colour behind what is transparent; playing puts the same behind a cut-out picture."""

SAME_ASPECT = 0.02
"""Difference in aspect up to which a frame is stretched instead of cut."""


def cover(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int]:
    """Return the size to scale ``size`` to so that it covers ``target``, touching it on two sides; all are (W, H)."""
    across, down = target[0] / size[0], target[1] / size[1]
    if abs(across / down - 1) <= SAME_ASPECT:
        return target
    scale = max(across, down)
    return max(target[0], round(size[0] * scale)), max(target[1], round(size[1] * scale))


def cut_middle(pixels: npt.NDArray[np.uint8], target: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Cut the middle (W, H) ``target`` out of pixels (H, W, 3) that cover it."""
    top, left = (pixels.shape[0] - target[1]) // 2, (pixels.shape[1] - target[0]) // 2
    return np.ascontiguousarray(pixels[top : top + target[1], left : left + target[0]])


def upright(image: Image.Image) -> Image.Image:
    """Return an image of any mode as RGB, turned as its camera says, with a plain colour behind what is transparent."""
    image = _eight_bits(ImageOps.exif_transpose(image))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, (*PLAIN, 255)), image).convert("RGB")
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of more than 8 bits a pixel as grey; others as they are."""
    if not image.mode.startswith(("I", "F")):
        return image
    values = np.nan_to_num(np.asarray(image, np.float32))
    highest = float(values.max(initial=0.0))
    top = 65535.0 if image.mode.startswith("I;16") else next(t for t in (1.0, 255.0, 65535.0, highest) if highest <= t)
    return Image.fromarray((values * (255 / top)).clip(0, 255).round().astype(np.uint8))


def fit_image(image: Image.Image, target: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Return an RGB image as pixels (H, W, 3) of (W, H) ``target``: by areas when it shrinks, keeping its aspect."""
    size = cover(image.size, target)
    if size != image.size:
        shrinks = image.width >= size[0] and image.height >= size[1]
        image = image.resize(size, Image.Resampling.BOX if shrinks else Image.Resampling.NEAREST)
    return cut_middle(np.asarray(image, np.uint8), target)
