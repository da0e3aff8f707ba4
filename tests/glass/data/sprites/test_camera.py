"""Views of a background: against a plain crop, and against each other."""

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from glass.data.sprites.backgrounds import background
from glass.data.sprites.camera import BACKGROUND_SIZE, VIEW_SIZE, Background

NOISE = np.random.default_rng(2).integers(0, 256, (BACKGROUND_SIZE, BACKGROUND_SIZE, 3), np.uint8)


@pytest.mark.parametrize("frame_size", [(128, 96), (96, 128), (100, 75), (256, 200)])
@pytest.mark.parametrize("origin", [(0, 0), (1, 0), (24, 24), (25, 25), (13, 7), (6, 23)])
def test_a_view_is_the_stretched_part_of_the_background(frame_size: tuple[int, int], origin: tuple[int, int]) -> None:
    pixels = background(np.random.default_rng(0), "grass")
    x, y = origin
    part = Image.fromarray(pixels[y : y + VIEW_SIZE, x : x + VIEW_SIZE])
    expected = np.asarray(part.resize(frame_size, Image.Resampling.LANCZOS)).astype(int)
    view = Background.of(pixels, frame_size).view(x, y)
    assert view.shape == expected.shape
    inner = (slice(9, -9), slice(9, -9))
    assert np.abs(view[inner] - expected[inner]).max() <= 1


def test_whole_pixel_moves_of_the_camera_are_exact() -> None:
    scenery = Background.of(NOISE, (128, 96))
    assert (scenery.view(4, 3)[:, 1:] == scenery.view(6, 3)[:, :-1]).all()
    assert (scenery.view(4, 8)[3:] == scenery.view(4, 16)[:-3]).all()


def test_a_background_has_one_size() -> None:
    with pytest.raises(GlassError, match=r"background of shape \(10, 10, 3\)"):
        Background.of(NOISE[:10, :10], (128, 96))
