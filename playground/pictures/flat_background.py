"""Flat backgrounds: a flood fill of one colour from the rim, which makes it transparent."""

from dataclasses import replace

import numpy as np
from PIL import Image

from playground.pictures.flood_fill import Bits, flood_fill
from playground.pictures.picture import Picture

_MAX_SIDE = 2048
"""Longest side in pixels of a picture that is searched; photos are larger, sprites are not."""
_TOLERANCES = ((4, 0.85), (24, 0.95))
"""Levels of 0..255 by which a background's pixels may differ, and the least share of the rim that is background (feet
often stand on the rim): for exact colours, and for the noise of JPEG."""
_MAX_SHARE = 0.7
"""Largest share of the picture that may be foreground."""
_MIN_COMPONENT = 0.8
"""Share of the foreground that must be one connected component; else there are several things."""


def cut_from_flat_background(picture: Picture) -> Picture | None:
    """Return a picture whose flat background is transparent, before a background of the same colour.

    The background is what has the colour of the rim and is connected with it. None where the picture is not opaque, its
    rim not of one colour, or the foreground not one connected component.
    """
    image = picture.image
    if image.mode != "RGB" or max(image.size) > _MAX_SIDE:
        return None
    pixels = np.asarray(image).astype(np.int16)
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour = np.median(rim, axis=0)
    far = np.abs(rim - colour).max(1)
    tolerance = next((levels for levels, share in _TOLERANCES if (far <= levels).mean() >= share), None)
    if tolerance is None:
        return None
    plain = (np.abs(pixels - colour) <= tolerance).all(2)
    edge = np.ones_like(plain)
    edge[1:-1, 1:-1] = False
    solid = ~flood_fill(plain, plain & edge)
    if not 0 < np.count_nonzero(solid) <= _MAX_SHARE * solid.size or not _is_one_component(solid):
        return None
    alpha = Image.fromarray(np.where(solid, 255, 0).astype(np.uint8))
    cut = image.copy()
    cut.putalpha(alpha)
    background = Image.new("RGB", image.size, tuple(int(level) for level in colour))
    return replace(picture, image=cut, background=background)


def _is_one_component(solid: Bits) -> bool:
    """Say whether most of what is solid (H, W) is one connected component: that of the pixel in the middle of all."""
    places = np.argwhere(solid)
    seed = np.zeros_like(solid)
    seed[tuple(places[len(places) // 2])] = True
    return bool(np.count_nonzero(flood_fill(solid, seed)) >= _MIN_COMPONENT * len(places))
