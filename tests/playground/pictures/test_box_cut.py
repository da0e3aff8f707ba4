"""What stands in a box is cut out of a noisy ground; a box around nothing is taken whole."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from playground.pictures.box_cut import cut_in_box, enlarged_mask, reduced, refined_mask
from playground.pictures.start import agreement


@pytest.fixture(name="scene")
def make_scene() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A disc of two colours before a striped, noisy ground, and where it is."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:120, :160]
    ground = np.stack([60 + 20 * (x // 10 % 2), 120 + 0 * x, 70 + y // 3], 2) + rng.normal(0, 8, (120, 160, 3))
    disc = (x - 90) ** 2 + (y - 60) ** 2 < 30**2
    colours = np.where((y < 60)[..., None], (210, 60, 50), (230, 200, 60)) + rng.normal(0, 8, (120, 160, 3))
    return np.where(disc[..., None], colours, ground).clip(0, 255).astype(np.uint8), disc


def test_what_stands_in_the_box_is_cut_out(scene: tuple[NDArray[np.uint8], NDArray[np.bool_]]) -> None:
    pixels, disc = scene
    for box in ((52, 24, 128, 96), (2, 2, 158, 118), (0, 0, 160, 120)):
        mask = cut_in_box(pixels, box)
        assert (disc & (mask > 0.5)).sum() / (disc | (mask > 0.5)).sum() > 0.9, box
    np.testing.assert_array_equal(cut_in_box(pixels, box), mask)  # no chance in it


def test_nothing_but_ground_is_taken_whole_and_an_empty_box_is_nothing() -> None:
    pixels = np.full((40, 50, 3), 90, np.uint8)
    assert cut_in_box(pixels, (10, 10, 30, 30)).sum() == 400
    assert not cut_in_box(pixels, (10, 10, 10, 30)).any()


def test_a_large_picture_is_marked_small() -> None:
    pixels = reduced(Image.new("RGBA", (1920, 1080)))
    assert pixels.shape == (270, 480, 3)
    assert enlarged_mask(np.ones((270, 480), np.float32), (1920, 1080)).shape == (1080, 1920)


def test_a_rough_mask_gets_the_outline_of_the_thing() -> None:
    y, x = np.mgrid[:200, :300]
    pixels = np.dstack([60 + x // 6, 130 - x // 8, 70 + y // 5]).astype(np.uint8)
    thing = ((x - 150) ** 2 + (y - 100) ** 2 < 50**2).astype(np.float32)
    pixels[thing > 0] = (210, 60, 40)
    rough = np.zeros_like(thing)
    rough[55:148, 108:196] = 1
    refined = refined_mask(pixels, rough)
    assert agreement(refined, thing) > 0.97 > 0.9 > agreement(rough, thing)
    np.testing.assert_array_equal(refined_mask(pixels, np.zeros_like(thing)), 0)


def test_a_large_agent_is_refined_too() -> None:
    pixels = np.full((640, 800, 3), (60, 120, 60), np.uint8)
    thing, rough = np.zeros((640, 800), np.float32), np.zeros((640, 800), np.float32)
    thing[80:560, 200:600] = rough[90:550, 210:590] = 1
    pixels[thing > 0] = (200, 40, 40)
    noisy = (pixels + np.random.default_rng(0).normal(0, 8, pixels.shape)).clip(0, 255).astype(np.uint8)
    assert agreement(refined_mask(noisy, rough), thing) > 0.97 > agreement(rough, thing)
