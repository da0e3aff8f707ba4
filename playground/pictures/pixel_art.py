"""Pixel art: whether a cut-out picture is drawn pixel by pixel, and how large each of its pixels is now."""

import numpy as np
from PIL import Image

_STRIP = 64
"""Rows of a picture that are looked at, one strip after the other: most tell soon that nothing was enlarged."""
_LONGEST = 96
"""Longest side of an agent, in pixels of its art, that is taken for pixel art."""
_TINY = 24
"""Longest side up to which a picture is pixel art whatever its alpha: nothing else is drawn so small."""
_LEAST = 8
"""Least longer side of pixel art, in its own pixels."""
_HALF_TRANSPARENT = 0.02
"""Share of half transparent pixels from which on a picture is not drawn pixel by pixel."""


def as_drawn(image: Image.Image) -> tuple[Image.Image, bool]:
    """Return what is seen of an RGBA picture at the size it was drawn at, and whether it is pixel art.

    Pixel art that was enlarged without smoothing is shrunk to its own pixels again.
    """
    image = image.crop(image.getchannel("A").getbbox())
    block = block_size(image)
    if max(image.size) < _LEAST * block:
        block = 1  # large flat shapes, not pixels that were enlarged
    if block > 1:
        image = image.resize((image.width // block, image.height // block), Image.Resampling.NEAREST)
    longest = max(image.size)
    return image, longest <= _TINY or (longest <= _LONGEST and (block > 1 or _few_half_transparent(image)))


def block_size(image: Image.Image) -> int:
    """Return how many pixels wide and high each pixel of art that was enlarged without smoothing is now; else 1."""
    pixels = np.asarray(image)
    if pixels.shape[2] == 4:
        pixels = np.where(pixels[:, :, 3:] == 0, 0, pixels)
    size = int(np.gcd(*pixels.shape[:2]))
    for top in range(0, len(pixels), _STRIP):
        strip = pixels[max(0, top - 1) : top + _STRIP]
        rows = np.flatnonzero((strip[1:] != strip[:-1]).any((1, 2))) + max(0, top - 1) + 1
        columns = np.flatnonzero((strip[:, 1:] != strip[:, :-1]).any((0, 2))) + 1
        size = int(np.gcd.reduce(np.concatenate([rows, columns, [size]])))
        if size == 1:
            break
    return size


def _few_half_transparent(image: Image.Image) -> bool:
    """Say whether hardly any pixel of an RGBA image is half transparent, as in art drawn pixel by pixel."""
    alpha = np.asarray(image.getchannel("A"))
    return bool(((alpha > 8) & (alpha < 247)).mean() < _HALF_TRANSPARENT)
