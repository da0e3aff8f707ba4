"""Drawings on a ground of one colour."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from glass.core.masks import SOLID
from playground.pictures.flat_background import cut_from_flat_background
from playground.pictures.picture import Picture, as_picture
from playground.world.python_api import Engine

Pixels = NDArray[np.uint8]


def drawing(ground: tuple[int, int, int] = (255, 255, 255), size: tuple[int, int] = (40, 50)) -> Pixels:
    """A body that stands on the lower rim, with an eye of the ground's colour."""
    pixels = np.full((size[1], size[0], 3), ground, np.uint8)
    pixels[10:, 12:24] = (200, 30, 40)
    pixels[14:17, 15:18] = ground
    return pixels


def alpha(picture: Picture | None) -> Pixels:
    assert picture is not None
    return np.asarray(picture.image.getchannel("A"))


@pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), (255, 0, 255), (120, 130, 110)])
def test_the_ground_goes_and_an_eye_stays(ground: tuple[int, int, int]) -> None:
    cut = cut_from_flat_background(as_picture(drawing(ground)))
    expected = np.zeros((50, 40), np.uint8)
    expected[10:, 12:24] = 255
    np.testing.assert_array_equal(alpha(cut), expected)
    assert cut is not None and cut.background is not None
    assert cut.background.getcolors() == [(2000, ground)]


def test_noise_is_ground_too() -> None:
    file = io.BytesIO()
    Image.fromarray(drawing()).resize((320, 400), Image.Resampling.NEAREST).save(file, "JPEG", quality=80)
    with Image.open(file) as image:
        solid = alpha(cut_from_flat_background(as_picture(image))) > 0
    assert np.count_nonzero(solid) == pytest.approx(40 * 12 * 64, rel=0.05)


def test_what_winds_about_is_followed() -> None:
    pixels = np.full((60, 60, 3), 255, np.uint8)
    for row in range(5, 50, 6):  # a comb, whose gaps the ground fills
        pixels[row : row + 3, 5:55] = (0, 90, 0)
    pixels[5:50, 5:8] = (0, 90, 0)
    np.testing.assert_array_equal(alpha(cut_from_flat_background(as_picture(pixels))) > 0, (pixels != 255).any(2))


def two_bodies() -> Pixels:
    return np.hstack([drawing(), drawing()])


def a_photo() -> Pixels:
    return np.random.default_rng(0).integers(0, 255, (50, 40, 3)).astype(np.uint8)


def nothing() -> Pixels:
    return np.full((50, 40, 3), 200, np.uint8)


@pytest.mark.parametrize("pixels", [two_bodies(), a_photo(), nothing()])
def test_other_pictures_are_left_alone(pixels: Pixels) -> None:
    assert cut_from_flat_background(as_picture(pixels)) is None


def test_a_transparent_picture_is_cut_out_already() -> None:
    pixels = np.dstack([drawing(), np.full((50, 40), 255, np.uint8)])
    pixels[0, 0, 3] = 0
    assert cut_from_flat_background(as_picture(pixels)) is None


def test_the_engine_plays_it_before_its_ground(painted_bundle: object) -> None:
    start = Engine.load(str(painted_bundle)).find_agent(drawing((240, 240, 100)))
    assert start.note == "cut out of its ground of one colour"
    solid = start.mask > SOLID
    rows, columns = np.nonzero(solid)
    assert (rows.max() - rows.min() + 1) / (columns.max() - columns.min() + 1) == pytest.approx(40 / 12, abs=0.7)
    assert (start.frame[start.mask == 0] == (240, 240, 100)).all()
