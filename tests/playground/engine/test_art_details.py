"""Details of pixel art: eyes are found and painted over, textures, outlines and soft shades are not."""

import numpy as np

from playground.engine.art_details import without_details

FACE, EYE, WHITE = (200, 150, 100, 255), (0, 0, 0, 255), (255, 255, 255, 255)


def test_eyes_are_taken_out_and_put_back() -> None:
    pixels = np.zeros((14, 14, 4), np.uint8)
    pixels[2:12, 2:12] = FACE
    pixels[5, [4, 8]], pixels[5, [5, 9]] = EYE, WHITE
    painted, details = without_details(pixels)
    assert (painted[2:12, 2:12] == FACE).all() and len(details.middles) == 2 and len(details.colours) == 4
    assert details.anchors.tolist() == [0, 0]
    details.put_back(painted, details.middles, np.eye(2))
    np.testing.assert_array_equal(painted, pixels)


def test_what_lies_at_the_rim_is_none() -> None:
    pixels = np.zeros((14, 14, 4), np.uint8)
    pixels[2:12, 2:12] = FACE
    pixels[2, 5] = EYE
    assert len(without_details(pixels)[1].middles) == 0


def test_soft_shades_and_textures_are_none() -> None:
    pixels = np.full((14, 14, 4), 255, np.uint8)
    pixels[5, 5] = (230, 230, 230, 255)
    assert len(without_details(pixels)[1].middles) == 0
    pixels[(np.indices((14, 14)).sum(0) % 2) == 1] = EYE
    assert len(without_details(pixels)[1].middles) == 0


def test_details_beyond_the_grid_are_left_out() -> None:
    pixels = np.full((8, 8, 4), 255, np.uint8)
    pixels[4, 4] = EYE
    painted, details = without_details(pixels)
    details.put_back(painted, details.middles + 20, np.eye(2))
    assert (painted == 255).all()
