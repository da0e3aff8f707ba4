"""Sheets of sprites: made here, recognised, and nothing else taken for one."""

import numpy as np
import pytest
from PIL import Image

from playground.pictures.picture import as_picture
from playground.pictures.sprite_sheet import standing_frame


def sheet(rows: int = 21) -> np.ndarray:
    """Return a sheet (64 * rows, 832, 4) whose cells tell their row and column by colour."""
    pixels = np.zeros((rows, 64, 13, 64, 4), np.uint8)
    for row in range(rows):
        for column in range(9):
            pixels[row, 12:60, column, 20:44] = (10 * row % 256, 10 * column, 99, 255)
    return pixels.reshape(rows * 64, 832, 4)


STANDING = np.zeros((64, 64, 4), np.uint8)
STANDING[12:60, 20:44] = (100, 0, 99, 255)


@pytest.mark.parametrize("scale", [1, 2, 3])
@pytest.mark.parametrize("rows", [21, 46])
def test_the_front_walk_s_first_cell_is_taken(scale: int, rows: int) -> None:
    image = Image.fromarray(sheet(rows).repeat(scale, 0).repeat(scale, 1))
    standing = standing_frame(image)
    assert standing is not None
    assert np.array_equal(np.asarray(standing), STANDING)


def test_a_colour_stands_for_transparency() -> None:
    pixels = sheet()
    flat = np.where(pixels[:, :, 3:] == 0, (255, 0, 255), pixels[:, :, :3]).astype(np.uint8)
    standing = standing_frame(Image.fromarray(flat))
    assert standing is not None
    assert np.array_equal(np.asarray(standing), STANDING)


def test_a_few_pixels_on_the_rims_do_no_harm() -> None:
    pixels = sheet()
    pixels[640:650, 64:70] = (1, 2, 3, 255)
    assert standing_frame(Image.fromarray(pixels)) is not None


def test_other_pictures_are_no_sheets() -> None:
    rng = np.random.default_rng(0)
    pixels = sheet()
    without_walk = pixels.copy()
    without_walk[640:704] = 0
    photo = rng.integers(0, 256, (1344, 832, 3), np.uint8)
    plain = np.full((1344, 832, 3), 77, np.uint8)
    for other in (photo, plain, without_walk, pixels[:-1], pixels[:, :-1], pixels[: 20 * 64], pixels[:64, :64]):
        assert standing_frame(Image.fromarray(np.ascontiguousarray(other))) is None


def test_a_picture_of_a_sheet_is_its_standing_frame() -> None:
    picture = as_picture(sheet(), "hero.png")
    assert picture.image.size == (64, 64)
    assert "sheet" in picture.note
    assert as_picture(STANDING).note == ""
