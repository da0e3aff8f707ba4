"""Strokes on a mask."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.ui.mask_editor.brush import SIZES, Brush


def empty() -> np.ndarray:
    return np.zeros((24, 32), np.float32)


def stroke(brush: Brush, *points: tuple[float, float], erases: bool = False) -> None:
    brush.begin(points[0], erases)
    for point in points[1:]:
        brush.move(point)
    brush.end()


@pytest.mark.parametrize("at", [(5.0, 7.0), (5.5, 7.5), (5.99, 7.99)])
def test_the_finest_brush_paints_the_pixel_under_it(at: tuple[float, float]) -> None:
    brush = Brush(empty(), size=1)
    stroke(brush, at)
    assert np.argwhere(brush.levels).tolist() == [[7, 5]]
    assert brush.levels[7, 5] == 1


@pytest.mark.parametrize("size", SIZES)
def test_a_dab_is_a_disc_of_the_brush_s_width(size: int) -> None:
    brush = Brush(np.zeros((80, 80), np.float32), size)
    stroke(brush, (40.2, 40.7))
    painted = brush.levels
    assert abs(np.count_nonzero(painted.any(0)) - size) <= 1
    assert np.array_equal(painted, painted.T)
    assert 0.7 * np.pi * size**2 / 4 <= painted.sum() <= 1.5 * np.pi * size**2 / 4 + 2


def test_a_quick_stroke_has_no_gaps() -> None:
    brush = Brush(empty(), size=2)
    stroke(brush, (1.5, 2.5), (30.5, 20.5))
    assert brush.levels.any(0)[1:31].all()
    assert brush.levels.any(1)[2:21].all()


def test_strokes_reach_in_from_outside() -> None:
    brush = Brush(empty(), size=4)
    stroke(brush, (-50, 10), (60, 10))
    assert (brush.levels[10] == 1).all()
    assert not brush.levels[14].any()


def test_erasing_and_soft_edges() -> None:
    soft = np.random.default_rng(0).random((24, 32), np.float32)
    brush = Brush(soft, size=8)
    stroke(brush, (10, 10), erases=True)
    erased = brush.levels == 0
    assert erased.sum() > 40
    assert np.array_equal(brush.levels[~erased], soft[~erased])
    assert brush.levels is not soft


def test_one_stroke_is_one_step_back() -> None:
    brush = Brush(empty())
    stroke(brush, (5, 5), (9, 9), (20, 3))
    first = brush.levels
    stroke(brush, (9, 9), erases=True)
    second = brush.levels
    assert brush.undo()
    assert np.array_equal(brush.levels, first)
    assert brush.redo()
    assert np.array_equal(brush.levels, second)
    assert not brush.redo()
    assert brush.undo() and brush.undo() and not brush.undo()
    assert not brush.levels.any()


def test_what_changes_nothing_is_no_step() -> None:
    brush = Brush(empty())
    stroke(brush, (5, 5), erases=True)
    brush.clear()
    brush.restore()
    assert not brush.undo()


def test_a_new_stroke_ends_what_could_be_redone() -> None:
    brush = Brush(empty())
    stroke(brush, (5, 5))
    brush.undo()
    stroke(brush, (9, 9))
    assert not brush.redo()


def test_clear_and_restore_can_be_undone() -> None:
    levels = empty()
    levels[4:9, 4:9] = 0.75
    brush = Brush(levels)
    brush.clear()
    assert not brush.levels.any()
    brush.restore()
    assert np.array_equal(brush.levels, levels)
    brush.undo()
    assert not brush.levels.any()
    brush.undo()
    assert np.array_equal(brush.levels, levels)


def test_undo_in_the_middle_of_a_stroke_takes_it_back() -> None:
    brush = Brush(empty())
    brush.begin((5, 5))
    assert brush.undo()
    brush.move((9, 9))
    assert not brush.levels.any()


def test_sizes_stop_at_both_ends() -> None:
    brush = Brush(empty())
    brush.resize(-100)
    assert brush.size == SIZES[0]
    brush.resize(100)
    assert brush.size == SIZES[-1]


Points = st.tuples(st.floats(-40, 60, allow_subnormal=False), st.floats(-40, 60, allow_subnormal=False))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.lists(Points, min_size=1, max_size=4), st.booleans(), st.integers(-2, 2)), max_size=6))
def test_undoing_all_gives_the_beginning_and_redoing_all_the_end(strokes: list) -> None:
    first = np.linspace(0, 1, 24 * 32, dtype=np.float32).reshape(24, 32)
    brush = Brush(first)
    for points, erases, steps in strokes:
        brush.resize(steps)
        stroke(brush, *points, erases=erases)
    last = brush.levels.copy()
    while brush.undo():
        pass
    assert np.array_equal(brush.levels, first)
    while brush.redo():
        pass
    assert np.array_equal(brush.levels, last)
