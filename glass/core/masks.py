"""Masks of the agent, in [0, 1]."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SOLID = 0.5
"""Mask value above which a pixel is the agent's."""


def bounding_box(solid: NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    """Return the box (left, top, right, bottom) of what is True in (H, W), its ends exclusive; None for nothing."""
    return Image.fromarray(solid).getbbox()
