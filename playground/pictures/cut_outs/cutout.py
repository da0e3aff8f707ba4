"""Placing and scaling a cut-out agent in a frame, to a size that the model knows."""

from math import ceil, log, sqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from glass.core.masks import bounding_box
from playground.bundles.manifest import MaskSize
from playground.pictures.pixel_art import block_size

_USUAL_FACTOR = 1.6
"""An agent up to this many times smaller or larger in area than is usual keeps its size."""
_MAX_ZOOM = 8
"""Most by which a small sprite is enlarged, each way."""

_CLEAR, _HALF = 16, 128
"""Alpha of 0..255 below which a pixel is clear, and from which on it is more solid than not."""
_CLEAR_SHARE = 0.02
"""Least share of clear pixels of a picture that is cut out."""
_RECTANGLE, _SMALL, _FRAMED = 0.98, 64, 0.4
"""What is a full rectangle: how full, how large at least (each side, in pixels), and which share of the picture."""


def without_stray_alpha(image: Image.Image) -> Image.Image:
    """Return an RGBA image whose alpha cuts nothing out as RGB; others as they are.

    That is an alpha with hardly any clear pixel, whose colour those near them take, or one that leaves a large
    rectangle, as of a window or a photo with a margin, which is taken without the rest then.
    """
    if image.mode != "RGBA":
        return image
    alpha = np.asarray(image.getchannel("A"))
    if frames_a_rectangle(alpha >= _HALF):
        return _opaque(image.crop(bounding_box(alpha >= _HALF)))
    return _opaque(image) if np.mean(alpha < _CLEAR) < _CLEAR_SHARE else image


def frames_a_rectangle(solid: NDArray[np.bool_]) -> bool:
    """Say whether what is solid of a picture (H, W) is a large full rectangle: a photo in a frame, not an agent."""
    box = bounding_box(solid)
    if box is None:
        return False
    sides = (box[2] - box[0], box[3] - box[1])
    area = sides[0] * sides[1]
    return min(sides) > _SMALL and area > _FRAMED * solid.size and bool(np.count_nonzero(solid) >= _RECTANGLE * area)


def _opaque(image: Image.Image) -> Image.Image:
    """Return an RGBA image as RGB, before the colours of its own pixels, smoothed."""
    behind = image.convert("RGBa").filter(ImageFilter.BoxBlur(max(4, max(image.size) // 50))).convert("RGBA")
    behind.putalpha(255)
    return Image.alpha_composite(behind, image).convert("RGB")


def usual_share(size: MaskSize) -> float:
    """Return the share of the frame that an agent usually covers.

    The manifest's range leaves more room below the smallest agent seen in training, which may half leave the frame,
    than above the largest; so what is usual lies two thirds of the way up, by factors.
    """
    share: float = max(size.min, 1e-4) ** (1 / 3) * min(size.max, 1.0) ** (2 / 3)
    return share


def place_cut_out(
    image: Image.Image, frame_size: tuple[int, int], window: int, mask_size: MaskSize | None = None
) -> Image.Image:
    """Place a cut-out agent on a transparent canvas of the frame's size.

    It keeps its pixels and its place if it fits the frame and what is solid fits the window; else it is scaled down
    until it does, and stands in the middle. Where `mask_size` tells what a model knows, an agent that does not have
    the frame's size and is much smaller or larger than usual is scaled too: pixel art by whole numbers.

    The image is RGBA, with at least one pixel that is not transparent; frame size (width, height) and window in pixels.
    """
    width, height = frame_size
    solid = image.getchannel("A").getbbox() or (0, 0, *image.size)
    left, top = (width - image.width) / 2, (height - image.height) / 2
    fits = min(left, top) >= 0 and max(solid[2] - solid[0], solid[3] - solid[1]) <= window
    scale = 1.0 if image.size == frame_size or mask_size is None else _usual_scale(image, frame_size, window, mask_size)
    if not fits or scale != 1:
        middle = (width / 2, height / 2)
        if min(left, top) >= 0:
            middle = (left + (solid[0] + solid[2]) / 2, top + (solid[1] + solid[3]) / 2)
        image = _scaled(image.crop(solid), min(scale, _fitting_scale(solid, frame_size, window)))
        left, top = middle[0] - image.width / 2, middle[1] - image.height / 2
        left, top = min(max(left, 0), width - image.width), min(max(top, 0), height - image.height)
    canvas = Image.new("RGBA", frame_size)
    canvas.paste(image, (int(left), int(top)))
    return canvas


def _fitting_scale(solid: tuple[int, int, int, int], frame_size: tuple[int, int], window: int) -> float:
    """Return the largest scale at which a box fits frame and window."""
    width, height = solid[2] - solid[0], solid[3] - solid[1]
    return min(frame_size[0] / width, frame_size[1] / height, window / max(width, height))


def _usual_scale(image: Image.Image, frame_size: tuple[int, int], window: int, mask_size: MaskSize) -> float:
    """Return the scale at which a cut-out covers what an agent usually covers: 1 where that is near enough.

    Art in pixels is enlarged by whole numbers, and art that was enlarged so is shrunk to whole pixels again.
    """
    share = np.count_nonzero(np.asarray(image.getchannel("A")) > 127) / (frame_size[0] * frame_size[1])
    solid = image.getchannel("A").getbbox()
    if share == 0 or solid is None:
        return 1.0
    wanted = sqrt(usual_share(mask_size) / share)
    largest = _fitting_scale(solid, frame_size, window)
    if largest >= 1 and 1 / _USUAL_FACTOR <= wanted**2 <= _USUAL_FACTOR:
        return 1.0
    block = block_size(image)
    whole = [zoom / block for zoom in range(1, _MAX_ZOOM * block + 1) if zoom / block <= largest]
    nearest = min(whole, key=lambda scale: abs(log(scale / wanted)), default=None)
    if nearest is not None and 1 / _USUAL_FACTOR <= (wanted / nearest) ** 2 <= _USUAL_FACTOR:
        return nearest
    return min(wanted, largest)


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    """Scale an RGBA image: enlarged by whole numbers its pixels become squares, else it is smoothed.

    What is enlarged by another number becomes squares of the next whole number first.
    """
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if size == image.size:
        return image
    block = block_size(image)
    if (scale * block).is_integer():
        return image.resize(size, Image.Resampling.NEAREST)
    if scale > 1:
        whole = ceil(scale)
        squares = image.resize((image.width * whole, image.height * whole), Image.Resampling.NEAREST)
        return squares.resize(size, Image.Resampling.BOX)
    return image.resize(size, Image.Resampling.LANCZOS)
