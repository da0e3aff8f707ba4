"""Drawings on a ground of one colour: what stands on it is cut out, as if the ground were transparent."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.pictures.picture import Picture

_LARGEST = 2048
"""Longest side in pixels of a picture that is looked at; photos are larger, sprites are not."""
_GROUNDS = ((4, 0.85), (24, 0.95))
"""An exact ground, and one with the noise of JPEG: levels of 0..255 by which its pixels may differ, and the share of
the rim that it must have at least; feet often stand on the rim."""
_MOST = 0.7
"""Largest share of the picture that may stand on the ground."""
_ONE = 0.8
"""Share of what stands on the ground that must hang together; else there are several."""
_ROUNDS = 200
"""How often a way may turn; only labyrinths need more, and they are not worth the time."""

Bits = NDArray[np.bool_]


def cut_from_ground(picture: Picture) -> Picture | None:
    """Return a picture whose ground of one colour is transparent, before a background of that colour.

    The ground is what has the colour of the rim and is reached from it. None where the picture is not opaque, its rim
    not even, or what stands on the ground not one thing.
    """
    image = picture.image
    if image.mode != "RGB" or max(image.size) > _LARGEST:
        return None
    pixels = np.asarray(image).astype(np.int16)
    rim = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour = np.median(rim, axis=0)
    far = np.abs(rim - colour).max(1)
    tolerance = next((levels for levels, share in _GROUNDS if (far <= levels).mean() >= share), None)
    if tolerance is None:
        return None
    plain = (np.abs(pixels - colour) <= tolerance).all(2)
    edge = np.ones_like(plain)
    edge[1:-1, 1:-1] = False
    solid = ~_flood_fill(plain, plain & edge)
    if not 0 < np.count_nonzero(solid) <= _MOST * solid.size or not _hangs_together(solid):
        return None
    alpha = Image.fromarray(np.where(solid, 255, 0).astype(np.uint8))
    cut = image.copy()
    cut.putalpha(alpha)
    ground = Image.new("RGB", image.size, tuple(int(level) for level in colour))
    return replace(picture, image=cut, background=ground)


def _hangs_together(solid: Bits) -> bool:
    """Say whether most of what is solid (H, W) is in one piece: that of the pixel in the middle of all."""
    places = np.argwhere(solid)
    seed = np.zeros_like(solid)
    seed[tuple(places[len(places) // 2])] = True
    return bool(np.count_nonzero(_flood_fill(solid, seed)) >= _ONE * len(places))


def _flood_fill(free: Bits, start: Bits) -> Bits:
    """Return what of `free` (H, W) can be reached from `start` by steps along rows and columns."""
    lines = [(free, _runs(free)), (free.T, _runs(free.T))]
    reached, count = start & free, -1
    for _ in range(_ROUNDS):
        if np.count_nonzero(reached) == count:
            break
        count = int(np.count_nonzero(reached))
        for along, runs in lines:
            touched = np.zeros(int(runs[-1, -1]) + 1, bool)
            touched[runs[reached]] = True
            reached = (touched[runs] & along).T
    return reached


def _runs(free: Bits) -> NDArray[np.int64]:
    """Return for each place (H, W) the number of its run of free places in its row."""
    begins = ~free
    begins[:, 0] = True
    numbers: NDArray[np.int64] = begins.ravel().cumsum().reshape(free.shape)
    return numbers
