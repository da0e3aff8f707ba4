"""What stands out from a picture, where no model is sure of its agent."""

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.pictures.saliency import has_outline, salient_mask
from playground.pictures.start import agreement

Pixels = NDArray[np.uint8]


def uneven_ground(height: int = 180, width: int = 240) -> Pixels:
    """A green that grows lighter to the right, with noise: no plain ground."""
    x = np.linspace(0, 60, width)[None, :, None]
    noise = np.random.default_rng(0).normal(0, 6, (height, width, 3))
    return (np.array([60, 120, 70]) + x + noise).clip(0, 255).astype(np.uint8)


def disc(centre: tuple[int, int], radius: int, height: int = 180, width: int = 240) -> NDArray[np.bool_]:
    y, x = np.mgrid[:height, :width]
    return np.asarray((x - centre[0]) ** 2 + (y - centre[1]) ** 2 <= radius**2)


@pytest.mark.parametrize("centre", [(120, 90), (70, 110), (180, 60)])
def test_a_thing_before_an_uneven_ground_is_found(centre: tuple[int, int]) -> None:
    pixels, thing = uneven_ground(), disc(centre, 34)
    pixels[thing] = (200, 40, 30)
    pixels[disc(centre, 10)] = (240, 240, 230)
    assert agreement(salient_mask(pixels), thing.astype(np.float32)) > 0.9


def test_of_several_things_one_is_taken() -> None:
    pixels, large = uneven_ground(), disc((130, 90), 40)
    pixels[large] = (200, 40, 30)
    pixels[disc((30, 30), 12)] = (40, 40, 200)
    assert agreement(salient_mask(pixels), large.astype(np.float32)) > 0.9


def test_nothing_stands_out_of_one_colour() -> None:
    assert not salient_mask(np.full((60, 80, 3), 90, np.uint8)).any()


def test_what_is_part_of_something_larger_has_no_outline() -> None:
    pixels, thing, part = uneven_ground(), disc((120, 90), 60), disc((120, 90), 34)
    pixels[thing] = (200, 40, 30)
    assert has_outline(pixels, thing.astype(np.float32)) and not has_outline(pixels, part.astype(np.float32))
