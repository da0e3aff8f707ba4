"""Pixel art moved on its grid: by whole rows and columns, turned without holes, in its own colours, with its eyes."""

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.engine.art_warp import Art, scale2x, warped_art

SIDE = 24
SKIN, EYE, LINE, SHADOW = (200, 150, 100, 255), (10, 10, 40, 255), (30, 20, 10, 255), (0, 0, 0, 128)

Pixels = NDArray[np.uint8]


def creature(shadow: bool = False) -> Pixels:
    """A face of 12 by 14 pixels with an outline and two eyes, maybe on a shadow."""
    pixels = np.zeros((SIDE, SIDE, 4), np.uint8)
    if shadow:
        pixels[19, 8:18] = SHADOW
    pixels[5:19, 6:18] = LINE
    pixels[6:18, 7:17] = SKIN
    pixels[9, [10, 13]] = EYE
    return pixels


def large_creature() -> Pixels:
    """The same of 24 by 28 pixels, with an outline of one and eyes of one."""
    pixels = np.zeros((2 * SIDE, 2 * SIDE, 4), np.uint8)
    pixels[10:38, 12:36] = LINE
    pixels[11:37, 13:35] = SKIN
    pixels[18, [20, 27]] = EYE
    return pixels


def moved(pixels: Pixels, matrix: list[list[float]], shift: tuple[float, float] = (0, 0)) -> Pixels:
    """Warp art by what fetches from a matrix times the place, around the middle, and `shift` away."""
    places = np.stack(np.meshgrid(*[np.arange(len(pixels)) + 0.5 - len(pixels) / 2] * 2), 2)
    fields = (places @ np.array(matrix).T - places + np.array(shift)).astype(np.float32)
    return warped_art(Art(pixels), fields[..., 0], fields[..., 1])


def turned(angle: float) -> list[list[float]]:
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    return [[cos, sin], [-sin, cos]]


def colours(pixels: Pixels) -> set[tuple[int, ...]]:
    return {tuple(one) for one in pixels.reshape(-1, 4).tolist()}


def count(pixels: Pixels, colour: tuple[int, ...]) -> int:
    return int((pixels == colour).all(2).sum())


@pytest.mark.parametrize("shift", [(0, 0), (0.4, -0.4)])
def test_what_hardly_moves_is_still(shift: tuple[float, float]) -> None:
    pixels = creature(shadow=True)
    np.testing.assert_array_equal(moved(pixels, [[1.01, 0.02], [-0.02, 0.99]], shift), pixels)


def test_it_moves_by_whole_pixels() -> None:
    shown = moved(creature(), [[1, 0], [0, 1]], (2.7, -1.2))
    np.testing.assert_array_equal(shown, np.roll(creature(), (1, -3), (0, 1)))


def test_what_is_squeezed_keeps_its_outline_and_its_eyes() -> None:
    shown = moved(creature(), [[0.8, 0], [0, 1.6]])
    rows, columns = (np.flatnonzero(shown[..., 3].any(axis)) for axis in (1, 0))
    assert (len(rows), len(columns)) == (9, 15)
    assert (shown[rows[0] : rows[-1] + 1, columns][[0, -1]] == LINE).all()
    assert (shown[rows[1], columns] == LINE).all(1).sum() == 2  # no line is doubled
    assert count(shown, EYE) == 2


def test_a_small_turn_leans_by_whole_rows() -> None:
    shown, pixels = moved(creature(), turned(0.2)), creature()
    for row in range(SIDE):
        found, was = (one[row][one[row][:, 3] > 0] for one in (shown, pixels))
        assert len(found) == len(was) and (found[0] == LINE).all() if len(was) else not len(found)
    starts = [np.flatnonzero(shown[row, :, 3])[0] for row in range(5, 19)]
    assert len(set(starts)) > 2


@pytest.mark.parametrize("angle", [0.6, 1.0, np.pi / 2, 2.5, -0.9])
def test_what_turns_has_no_holes_and_an_outline_all_around(angle: float) -> None:
    pixels = large_creature()
    shown = moved(pixels, turned(angle))
    solid = shown[..., 3] > 0
    assert colours(shown) == colours(pixels) and count(shown, EYE) == 2
    assert solid.sum() == pytest.approx(24 * 28, rel=0.08)
    filled = np.logical_or.accumulate(solid, 1) & np.logical_or.accumulate(solid[:, ::-1], 1)[:, ::-1]
    assert (filled == solid).all()
    inside = solid[1:-1, 1:-1] & solid[:-2, 1:-1] & solid[2:, 1:-1] & solid[1:-1, :-2] & solid[1:-1, 2:]
    rim = solid[1:-1, 1:-1] & ~inside
    assert (shown[1:-1, 1:-1][rim] == LINE).all(1).mean() > 0.95


@pytest.mark.parametrize(("angle", "quarters"), [(1.0, 1), (np.pi / 2, 1), (-0.9, -1), (2.9, 2)])
def test_tiny_art_turns_by_quarters(angle: float, quarters: int) -> None:
    assert (moved(creature(), turned(angle)) == np.rot90(creature(), -quarters)).all()


def test_tiny_art_leans_where_it_would_turn_by_less() -> None:
    shown = moved(creature(), turned(0.6))
    for row, before in zip(shown, creature(), strict=True):
        assert (row[row[:, 3] > 0] == before[before[:, 3] > 0]).all()
    firsts = (shown[5:19, :, 3] > 0).argmax(1)
    assert firsts[0] > firsts[-1] + 3  # Its head goes right.


def test_half_transparent_pixels_stay_so() -> None:
    for matrix in ([[1, 0], [0, 1.4]], turned(1.0)):
        assert colours(moved(creature(shadow=True), matrix)) == colours(creature(shadow=True))


def test_parts_move_by_whole_pixels() -> None:
    """An arm that is moved by two pixels while the rest stays is where it should be, and nothing else is."""
    pixels = creature()
    pixels[12, 18:21] = SKIN
    y = np.zeros((SIDE, SIDE), np.float32)
    y[:, 18:] = 2
    shown = warped_art(Art(pixels), np.zeros_like(y), y)
    assert (shown[10, 18:21] == SKIN).all() and not shown[12, 18:].any()
    np.testing.assert_array_equal(shown[:, :18], creature()[:, :18])


def test_nothing_and_a_speck_are_no_error() -> None:
    empty = np.zeros((SIDE, SIDE, 4), np.uint8)
    assert not moved(empty, turned(1.0)).any()
    empty[3, 3] = SKIN
    assert count(moved(empty, [[1, 0], [0, 1]]), SKIN) == 1


def test_scale2x_rounds_corners_and_mixes_nothing() -> None:
    pixels = np.zeros((3, 3, 4), np.uint8)
    pixels[[0, 1, 2], [0, 1, 2]] = SKIN
    large = scale2x(pixels)
    assert large.shape == (6, 6, 4) and colours(large) == colours(pixels)
    assert (large[[1, 2], [2, 1]] == SKIN).all()  # the stair is a slope
