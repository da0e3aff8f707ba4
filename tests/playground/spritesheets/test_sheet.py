import numpy as np
import pytest

from glass.core.errors import GlassError
from playground.spritesheets.loops import Pixels
from playground.spritesheets.sheet import SpriteSheet, fit_cells, stand_on_ground
from tests.playground.spritesheets.conftest import JUMP, STRIKE, WALK, sheet_of, square


def cells(sheet: SpriteSheet) -> list[Pixels]:
    """Each frame in its cell, cut out of the sheet's picture."""
    found = []
    for at in sheet.frames:
        cell = np.zeros((sheet.cell[1], sheet.cell[0], 4), np.uint8)
        part = sheet.pixels[at.y : at.y + at.height, at.x : at.x + at.width]
        cell[at.top : at.top + at.height, at.left : at.left + at.width] = part
        found.append(cell)
    return found


def test_cells_are_equal_and_the_agent_stands_at_one_spot(sheet: SpriteSheet) -> None:
    (width, height), (x, y) = sheet.cell, sheet.pivot
    assert sheet.pixels.shape == (3 * height, 4 * width, 4)
    assert (x, y) == (width // 2, height - 1)
    first, jumping = cells(sheet)[0], cells(sheet)[8]
    rows, columns = np.nonzero(first[..., 3])
    assert rows.max() == y - 1 and columns.min() == x - 5 and columns.max() == x + 4
    assert np.nonzero(jumping[..., 3])[0].max() == y - 11


def test_a_packed_sheet_holds_the_same_cells_in_less_room(sheet: SpriteSheet, packed: SpriteSheet) -> None:
    for one, other in zip(cells(sheet), cells(packed), strict=True):
        np.testing.assert_array_equal(one, other)
    assert packed.pixels.size < 0.5 * sheet.pixels.size
    assert packed.frames[1].x == packed.frames[3].x and packed.frames[1].y == packed.frames[3].y


def test_what_is_packed_does_not_touch(packed: SpriteSheet) -> None:
    covered = np.zeros((packed.pixels.shape[0] + 1, packed.pixels.shape[1] + 1), int)
    for x, y, width, height in {(at.x, at.y, at.width, at.height) for at in packed.frames}:
        covered[y : y + height + 1, x : x + width + 1] += 1
    assert covered.max() == 1


def test_a_cell_of_a_given_size(sheet: SpriteSheet) -> None:
    large = sheet_of(WALK, STRIKE, JUMP, cell=(64, 64))
    assert large.cell == (64, 64) and large.pivot == (32, 62)
    assert np.nonzero(cells(large)[0][..., 3])[0].max() == 61
    with pytest.raises(GlassError, match=r"--cell 8x64: the largest frame takes 24x38; give --cell 24x38"):
        sheet_of(WALK, STRIKE, JUMP, cell=(8, 64))


def test_a_centred_cell_keeps_the_agents_place() -> None:
    _, size, pivot = fit_cells([JUMP], "centre", None)
    assert pivot == (size[0] // 2, size[1] // 2) and size[1] == 2 * 20 + 2


def test_feet_stand_on_the_ground_and_jumps_leave_it() -> None:
    walk = np.stack([square(15, 10 + bob, 37 + bob) for bob in (0, 1, 0, 1)])
    assert {int(np.nonzero(frame[..., 3])[0].max()) for frame in stand_on_ground(walk)} == {39}
    jump = np.stack([square(15, 10 - up, 37 - up) for up in (0, 5, 9, 5)])
    assert [int(np.nonzero(frame[..., 3])[0].max()) for frame in stand_on_ground(jump)] == [39, 34, 30, 34]


def test_the_order_of_what_goes_there_and_back() -> None:
    assert STRIKE.order == (0, 1, 2, 1, 0)
    assert WALK.order == (0, 1, 2, 3)
    assert type(WALK)("sway", WALK.frames[:3], True, pingpong=True).order == (0, 1, 2, 1)
