"""Frames of any size scaled to cover one size, and cut to it."""

import numpy as np
import numpy.typing as npt
from PIL import Image

SAME_ASPECT = 0.02
"""Difference in aspect up to which a frame is stretched instead of cut."""


def covering_size(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int]:
    """Return the size to scale ``size`` to so that it covers ``target``, touching it on two sides; all are (W, H)."""
    across, down = target[0] / size[0], target[1] / size[1]
    if abs(across / down - 1) <= SAME_ASPECT:
        return target
    scale = max(across, down)
    return max(target[0], round(size[0] * scale)), max(target[1], round(size[1] * scale))


def fitted_point(point: tuple[float, float], size: tuple[int, int], target: tuple[int, int]) -> tuple[float, float]:
    """Return where a point of a frame of (W, H) ``size`` is once that is scaled and cut to ``target``."""
    covering = covering_size(size, target)
    x, y = (point[axis] * covering[axis] / size[axis] - (covering[axis] - target[axis]) // 2 for axis in (0, 1))
    return x, y


def point_before_fitting(
    point: tuple[float, float], size: tuple[int, int], target: tuple[int, int]
) -> tuple[float, float]:
    """Return the point of a frame of (W, H) ``size`` that is at a point once that is scaled and cut to ``target``."""
    covering = covering_size(size, target)
    x, y = ((point[axis] + (covering[axis] - target[axis]) // 2) * size[axis] / covering[axis] for axis in (0, 1))
    return x, y


def cut_middle(pixels: npt.NDArray[np.uint8], target: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Cut the middle (W, H) ``target`` out of pixels (H, W, 3) that cover it."""
    top, left = (pixels.shape[0] - target[1]) // 2, (pixels.shape[1] - target[0]) // 2
    return np.ascontiguousarray(pixels[top : top + target[1], left : left + target[0]])


def fit_image(image: Image.Image, target: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Return an RGB image as pixels (H, W, 3) of (W, H) ``target``: by areas when it shrinks, keeping its aspect."""
    size = covering_size(image.size, target)
    if size != image.size:
        shrinks = image.width >= size[0] and image.height >= size[1]
        image = image.resize(size, Image.Resampling.BOX if shrinks else Image.Resampling.NEAREST)
    return cut_middle(np.asarray(image, np.uint8), target)
