"""Shadows that are drawn below an agent, in black that is half transparent, as is usual in pixel art."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_BLACK = 24
"""Brightest colour of a shadow, of 255."""
_ALPHA = (30, 200)
"""Least and greatest alpha of a shadow."""
_EVEN, _NEAR = 0.85, 6
"""Share of what is black and half transparent that has one alpha, and by how much it may differ: the smooth edges of a
black outline have all of them."""
_SHARES = (0.02, 0.45)
"""Least and greatest share of what is seen that is shadow."""
_OPAQUE, _SOLID = 247, 0.7
"""Alpha of what is solid, and its share of the rest: a ghost is half transparent itself."""


def without_drawn_shadow(image: Image.Image) -> Image.Image:
    """Return an RGBA picture without the shadow below its agent, if one is drawn; else the same.

    Moved as a part of the agent it would leap and fall over with it.
    """
    pixels = np.asarray(image)
    shadow = _shadow(pixels)
    if not shadow.any():
        return image
    return Image.fromarray(np.where(shadow[..., None], np.uint8(0), pixels))


def _shadow(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Mark the shadow in straight RGBA (H, W, 4)."""
    alpha = pixels[..., 3].astype(np.int32)
    faint = (pixels[..., :3].max(2) <= _BLACK) & (alpha >= _ALPHA[0]) & (alpha <= _ALPHA[1])
    nothing = np.zeros(faint.shape, np.bool_)
    if not faint.any():
        return nothing
    usual = int(np.bincount(alpha[faint]).argmax())
    shadow: NDArray[np.bool_] = faint & (np.abs(alpha - usual) <= _NEAR)
    rest = (alpha > 0) & ~shadow
    share = shadow.sum() / (alpha > 0).sum()
    if not (_SHARES[0] <= share <= _SHARES[1] and shadow.sum() >= _EVEN * faint.sum()):
        return nothing
    below = np.nonzero(shadow)[0].mean() > np.nonzero(rest)[0].mean()
    return shadow if below and (alpha[rest] >= _OPAQUE).mean() >= _SOLID else nothing
