"""Strain limiting: ticks that keep the picture are left alone, others are drawn back until they do."""

import numpy as np
import pytest

from playground.engine.layered_warp import WarpLayers, WarpSource, render_layers
from playground.engine.strain_limit import StrainLimit

SIDE = 32


def picture() -> WarpSource:
    """A chequered square of two colours, 16 pixels wide."""
    pixels = np.zeros((SIDE, SIDE, 4), np.float32)
    pixels[8:24, 8:24, 3] = 1
    chequered = (np.indices((16, 16)) // 4).sum(0) % 2
    pixels[8:24, 8:24, 0], pixels[8:24, 8:24, 2] = chequered, 1 - chequered
    return WarpSource(pixels, False)


def squeezed(share: float, mirrored: bool = False) -> WarpLayers:
    """Layers that leave so much of the height, around the middle."""
    rows = np.linspace(-SIDE / 2, SIDE / 2, SIDE // 4, dtype=np.float32)
    fields = np.zeros((1, 2, SIDE // 4, SIDE // 4), np.float32)
    fields[0, 1] = (rows * (1 / share - 1))[:, None]
    return WarpLayers(mirrored, fields, np.ones((1, SIDE, SIDE), np.float32), np.zeros((4, SIDE, SIDE), np.float32))


def area(layers: WarpLayers) -> float:
    return float((render_layers(layers, picture())[..., 3] > 0.5).sum() / 256)


def test_what_keeps_the_picture_is_left_alone() -> None:
    layers = squeezed(0.9)
    assert StrainLimit(picture()).limited(layers).fields == pytest.approx(layers.fields)


@pytest.mark.parametrize("mirrored", [False, True])
def test_what_would_crush_it_is_drawn_back_as_far_as_needed(mirrored: bool) -> None:
    layers = squeezed(0.3, mirrored)
    limited = StrainLimit(picture()).limited(layers)
    assert area(layers) < 0.4 and 0.62 < area(limited) < 0.95 and limited.mirrored == mirrored


def test_where_nothing_is_seen_nothing_is_limited() -> None:
    layers = squeezed(0.3)
    assert StrainLimit(WarpSource(np.zeros((SIDE, SIDE, 4), np.float32), False)).limited(layers) is layers
