"""Basic shapes."""

import numpy as np
import pygame
import pytest
from pygame import Rect, Surface

from playground.ui.toolkit import theme

SIDE = 101


@pytest.mark.parametrize("direction", [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y])
def test_an_arrow_is_the_same_triangle_whichever_way_it_points(direction: tuple[int, int]) -> None:
    surface = Surface((SIDE, SIDE))
    theme.arrow(surface, Rect(0, 0, SIDE, SIDE), direction, theme.PRESSED)
    columns, rows = np.nonzero(pygame.surfarray.array2d(surface))
    way = np.array(direction) / np.hypot(*direction)
    along = (columns - SIDE // 2) * way[0] + (rows - SIDE // 2) * way[1]
    across = (rows - SIDE // 2) * way[0] - (columns - SIDE // 2) * way[1]
    reach = 0.24 * SIDE
    spans = [along.max(), -along.min() / 0.8, across.max() / 1.1, -across.min() / 1.1]
    assert spans == pytest.approx([reach] * 4, abs=2)
    assert np.abs(across[along > 0.8 * reach]).max() < 0.3 * reach
