"""Texture copied into the hole behind an agent."""

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.engine.hole_filling import with_texture

Layer = NDArray[np.float32]


@pytest.fixture
def tiles() -> Layer:
    """Tiles of 8x6 pixels, lighter to the right: 48x64."""
    y, x = np.mgrid[:48, :64]
    tile = np.random.default_rng(0).random((6, 8, 3)) * 0.4
    return (tile[y % 6, x % 8] + 0.3 + 0.3 * (x / 64)[:, :, None]).astype(np.float32)


def hole(left: int, top: int, width: int = 11, height: int = 17) -> Layer:
    mask = np.zeros((48, 64), np.float32)
    mask[max(top, 0) : top + height, max(left, 0) : left + width] = 1
    return mask


@pytest.mark.parametrize("corner", [(20, 15), (0, 0), (53, 31), (40, -3)])
def test_a_pattern_goes_on(tiles: Layer, corner: tuple[int, int]) -> None:
    mask = hole(*corner)
    smooth = np.where(mask[:, :, None] > 0, np.float32(0.5), tiles)
    filled = with_texture(smooth, mask)
    assert filled.dtype == np.float32
    assert np.array_equal(filled[mask == 0], tiles[mask == 0])
    assert np.abs(filled - tiles)[mask > 0].mean() < 0.03 < np.abs(smooth - tiles)[mask > 0].mean()
    assert filled.min() >= 0
    assert filled.max() <= 1


def test_nowhere_to_copy_from(tiles: Layer) -> None:
    for mask in (np.zeros((48, 64), np.float32), np.ones((48, 64), np.float32), hole(4, 3, 50, 40)):
        assert with_texture(tiles, mask) is tiles


def test_what_is_given_stays(tiles: Layer) -> None:
    before = tiles.copy()
    with_texture(tiles, hole(20, 15))
    assert np.array_equal(tiles, before)
