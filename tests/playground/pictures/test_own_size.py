"""Pictures at their own size: which of them are pixel art."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground.bundles.library import find_bundle
from playground.pictures.own_size import start_at_own_size
from playground.pictures.picture import as_picture


@pytest.mark.parametrize(("side", "pixel_art"), [(16, True), (64, False)])
def test_a_tiny_picture_is_pixel_art_even_with_a_soft_shadow(moving_bundle: Path, side: int, pixel_art: bool) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (side, side, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[side // 2 :, :, 3] = 120
    pixels[:2, :, 3] = 0
    start = start_at_own_size(as_picture(Image.fromarray(pixels)), find_bundle(moving_bundle).manifest)
    assert start.own is not None and start.own.pixel_art is pixel_art
