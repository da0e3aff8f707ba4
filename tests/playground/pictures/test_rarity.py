"""The hero among tiles, scores and buttons of a screenshot."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from playground.pictures.picture import as_picture
from playground.pictures.rarity import rarest_thing
from playground.pictures.start import agreement

Pixels = NDArray[np.uint8]
TILE = 16


def sprite(side: int = 18) -> tuple[Pixels, NDArray[np.bool_]]:
    """A figure of a few colours, (N, N, 3), and where it is."""
    y, x = np.mgrid[:side, :side] / side - 0.5
    solid = np.hypot(x, y) < 0.48
    pixels = np.full((side, side, 3), (40, 60, 190), np.uint8)
    pixels[y < -0.1], pixels[(y > 0.1) & (x > 0)], pixels[(y > 0.1) & (x < 0)] = (
        (230, 180, 150),
        (90, 30, 20),
        (20, 90, 30),
    )
    pixels[(np.abs(y + 0.2) < 0.1) & (np.abs(np.abs(x) - 0.15) < 0.06)] = 10
    return pixels, solid


def screenshot(at: tuple[int, int], zoom: int) -> tuple[Pixels, NDArray[np.float32]]:
    """An enlarged tile map of 320x192 with scores, a panel and a button; and where its hero, at (x, y), is."""
    rng = np.random.default_rng(3)
    floor = np.full((TILE, TILE, 3), (90, 90, 96), np.uint8)
    floor[0], floor[:, 0] = 100, 100
    wall = np.full((TILE, TILE, 3), (50, 50, 54), np.uint8)
    wall[0], wall[:, 0], wall[-1], wall[:, -1] = 150, 150, 120, 120
    rows = [np.concatenate([wall if rng.random() < 0.15 else floor for _ in range(20)], 1) for _ in range(12)]
    image = Image.fromarray(np.concatenate(rows))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((4, 158, 316, 188), 4, fill=(60, 90, 120), outline=(220, 230, 240))
    draw.rounded_rectangle((270, 164, 308, 182), 4, fill=(250, 200, 50), outline=(255, 255, 255))
    draw.text((276, 167), "Next", fill=(30, 20, 10))
    draw.text((6, 2), "SCORE 20480", fill=(255, 255, 255))
    pixels, mask = np.array(image), np.zeros((192, 320), np.float32)
    (hero, solid), (x, y) = sprite(), at
    pixels[y : y + len(hero), x : x + len(hero)][solid] = hero[solid]
    mask[y : y + len(hero), x : x + len(hero)] = solid
    return pixels.repeat(zoom, 0).repeat(zoom, 1), mask.repeat(zoom, 0).repeat(zoom, 1)


@pytest.mark.parametrize("zoom", [1, 3])
@pytest.mark.parametrize("at", [(150, 90), (60, 120), (230, 50)])
def test_the_hero_is_found_among_tiles_and_no_button_is(at: tuple[int, int], zoom: int) -> None:
    pixels, hero = screenshot(at, zoom)
    found = rarest_thing(pixels)
    assert found is not None and agreement(found, hero) > 0.85
    assert agreement(as_picture(pixels).standing_out, hero) > 0.85


def test_nothing_is_rare_where_all_repeats_and_in_a_photo() -> None:
    tile = np.random.default_rng(0).integers(0, 255, (8, 8, 3)).astype(np.uint8).repeat(4, 0).repeat(4, 1)
    assert rarest_thing(np.tile(tile, (8, 8, 1))) is None
    assert rarest_thing(np.random.default_rng(0).integers(0, 255, (120, 160, 3)).astype(np.uint8)) is None
