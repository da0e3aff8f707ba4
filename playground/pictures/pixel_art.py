"""Pixel art that was enlarged without smoothing: how large each of its pixels is now."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_STRIP = 16
"""Rows and columns of a picture that are looked at first."""


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
    """Return the divisor of H, W, the rows where `across` (H, any, C) and columns where `along` (any, W, C) change."""
    rows = np.flatnonzero((across[1:] != across[:-1]).any((1, 2))) + 1
    columns = np.flatnonzero((along[:, 1:] != along[:, :-1]).any((0, 2))) + 1
    return int(np.gcd.reduce(np.concatenate([rows, columns, [len(across), along.shape[1]]])))
