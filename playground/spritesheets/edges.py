"""Edges as sharp as the picture's: what a model paints at its own size is soft, and would be a halo on a sheet."""

import cv2
import numpy as np
from numpy.typing import NDArray

from glass.core.masks import SOLID, bounding_box
from playground.engine.compositing import Layer

_CLEAR, _SOLID = 0.06, 0.94
"""Alpha between these is an edge's."""
_WIDEST = 3.0
"""Pixels from which on an edge is meant to be soft: then the picture shows glass, smoke or fur."""
_AROUND = 5
"""Side in pixels of the square in which an edge's steepest slope is looked for."""
_MOST = 50.0
"""How many times steeper an edge is made at most."""


def edge_width(layer: Layer) -> float | None:
    """Return how wide a layer's edges are in pixels, at least 1; None where they are meant to be soft."""
    alpha = layer[..., 3]
    solid = (alpha > SOLID).astype(np.uint8)
    inside = cv2.erode(solid, np.ones((3, 3), np.uint8), borderValue=0)
    outline = int(np.count_nonzero(solid > inside))
    width = int(np.count_nonzero((alpha > _CLEAR) & (alpha < _SOLID))) / max(outline, 1)
    return None if width > _WIDEST else max(1.0, width)


def with_sharp_edges(layer: Layer, width: float) -> Layer:
    """Return a premultiplied layer (N, N, 4) whose edges are at most so many pixels wide; colours stay.

    Alpha is made steeper around one half, by as much as its steepest slope nearby is too flat.
    """
    box = bounding_box(layer[..., 3] > 0)
    if box is None:
        return layer
    part = np.s_[max(0, box[1] - _AROUND) : box[3] + _AROUND, max(0, box[0] - _AROUND) : box[2] + _AROUND]
    sharp = layer.copy()
    sharp[part] = _sharp(layer[part], width)
    return sharp


def _sharp(layer: Layer, width: float) -> Layer:
    """Return the same of a layer (H, W, 4) that holds all that is seen."""
    alpha = layer[..., 3]
    slopes = [cv2.Sobel(alpha, cv2.CV_32F, across, 1 - across, ksize=3) / 8 for across in (1, 0)]
    steepest = cv2.dilate(np.hypot(*slopes), np.ones((_AROUND, _AROUND), np.uint8))
    steeper = cv2.blur((1 / (width * np.maximum(steepest, 1e-3))).clip(1, _MOST), (3, 3))
    sharp: NDArray[np.float32] = ((alpha - SOLID) * steeper + SOLID).clip(0, 1).astype(np.float32)
    share = sharp / np.maximum(alpha, np.float32(1 / 255))
    return np.concatenate([layer[..., :3] * share[..., None], sharp[..., None]], 2)
