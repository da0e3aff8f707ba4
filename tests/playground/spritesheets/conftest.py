"""A sheet drawn by hand: a square that walks on the ground, one that jumps, and one that strikes."""

import numpy as np
import pytest

from playground.bundles.credits import Credits
from playground.spritesheets.loops import Pixels
from playground.spritesheets.sheet import SheetAnimation, SpriteSheet, fit_cells, packed_cells, rows_of_cells

CREDITS = Credits("hand", "CC0-1.0", ("nothing",), ("Ö. Nobody",))


def square(left: int, top: int, bottom: int) -> Pixels:
    """A frame of 40x40 pixels, around (20, 20), with a rectangle 10 wide."""
    frame = np.zeros((40, 40, 4), np.uint8)
    frame[top:bottom, left : left + 10] = (200, left, bottom, 255)
    return frame


WALK = SheetAnimation("walk_right", tuple(square(15 + shift, 12, 40) for shift in (0, 1, 2, 1)), True)
STRIKE = SheetAnimation("strike", (square(15, 12, 40), square(18, 14, 40), square(22, 16, 40)), False, pingpong=True)
JUMP = SheetAnimation("jump", (square(15, 12, 40), square(15, 2, 30), square(15, 12, 40)), False)


def sheet_of(*animations: SheetAnimation, packed: bool = False, cell: tuple[int, int] | None = None) -> SpriteSheet:
    fitted, size, pivot = fit_cells(animations, "feet", cell)
    pixels, frames = (packed_cells if packed else rows_of_cells)(fitted)
    return SpriteSheet(pixels, size, pivot, fitted, frames, 12.5, CREDITS)


@pytest.fixture
def sheet() -> SpriteSheet:
    return sheet_of(WALK, STRIKE, JUMP)


@pytest.fixture
def packed() -> SpriteSheet:
    return sheet_of(WALK, STRIKE, JUMP, packed=True)
