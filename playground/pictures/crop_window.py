"""Crops of a picture that are scaled to a model's frame: which part they show, their pixels, and masks between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image


@dataclass(frozen=True)
class CropWindow:
    """A crop of a picture, scaled to the frame's size; it may reach beyond the picture."""

    scale: float
    """Pixels of the frame for a pixel of the picture."""
    centre: tuple[float, float]
    """Its middle (x, y) in pixels of the picture."""


def whole_picture(size: tuple[int, int], frame_size: tuple[int, int]) -> CropWindow:
    """Return the crop that shows all of a picture of a size (width, height)."""
    scale = min(room / side for room, side in zip(frame_size, size, strict=True))
    return CropWindow(scale, (size[0] / 2, size[1] / 2))


def render_crop(image: Image.Image, crop: CropWindow, frame_size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a crop of an RGB image as a frame (H, W, 3), padded with its edge beyond the picture."""
    spans, box = [], []
    for at, side, room in zip(crop.centre, image.size, frame_size, strict=True):
        start = at - room / crop.scale / 2
        first = min(max(round(-start * crop.scale), 0), room - 1)
        last = min(max(round((side - start) * crop.scale), first + 1), room)
        spans.append((first, room - last))
        low = min(max(0.0, start + first / crop.scale), side - 1.0)
        box.append((low, max(min(float(side), start + last / crop.scale), low + 1.0)))
    size = (frame_size[0] - sum(spans[0]), frame_size[1] - sum(spans[1]))
    (left, right), (top, bottom) = box
    whole = (1 / crop.scale).is_integer()
    smooth = Image.Resampling.BOX if whole else Image.Resampling.LANCZOS
    seen = image.resize(size, smooth, box=(left, top, right, bottom), reducing_gap=3.0)
    return np.pad(np.asarray(seen), (spans[1], spans[0], (0, 0)), mode="edge")


def resampled_mask(
    mask: NDArray[np.float32], crop: CropWindow, other: CropWindow, size: tuple[int, int]
) -> NDArray[np.float32]:
    """Return the mask (H, W) of a crop resampled to another crop of a size (width, height); 0 outside."""
    height, width = mask.shape
    ratio = crop.scale / other.scale
    x, y = ((o - v) * crop.scale for o, v in zip(other.centre, crop.centre, strict=True))
    left, top = width / 2 + x - size[0] / 2 * ratio, height / 2 + y - size[1] / 2 * ratio
    image = Image.fromarray(mask)
    coefficients = (ratio, 0.0, left, 0.0, ratio, top)
    return np.asarray(image.transform(size, Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR))


def part_in_words(crop: CropWindow, frame_size: tuple[int, int], size: tuple[int, int]) -> str:
    """Return in words which part of a picture of a size (width, height) a crop shows; empty for all of it."""
    spans = []
    for at, side, room in zip(crop.centre, size, frame_size, strict=True):
        start = at - room / crop.scale / 2
        spans.append((max(0, round(start)), min(side, round(start + room / crop.scale))))
    (left, right), (top, bottom) = spans
    if (left, top, right, bottom) == (0, 0, *size):
        return ""
    return f"part of {right - left}x{bottom - top} pixels at ({left}, {top})"
