"""Resizing by whole rows: in order, outlines first, what is uniform gives."""

import numpy as np
import pytest

from playground.engine.retargeting import retargeted


def banded(*levels: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Rows of six pixels of these grey levels."""
    return np.array(levels, np.uint8)[:, None, None] * np.ones((1, 6, 4), np.uint8)


def test_uniform_rows_are_left_out_first() -> None:
    rows = retargeted(banded(10, 90, 90, 90, 250, 90, 90, 90, 10), 5)
    assert rows[0] == 0 and rows[-1] == 8 and 4 in rows


def test_lines_are_not_doubled() -> None:
    rows = retargeted(banded(10, 90, 90, 90, 250, 90, 90, 90, 10), 13).tolist()
    assert [rows.count(line) for line in (0, 4, 8)] == [1, 1, 1] and rows == sorted(rows)


@pytest.mark.parametrize("shown", [1, 2, 3, 7, 10, 25, 40])
def test_any_size_is_in_order_and_even(shown: int) -> None:
    length = min(10, 4 * shown)
    pixels = np.random.default_rng(0).integers(1, 255, (length, 5, 4)).astype(np.uint8)
    rows = retargeted(pixels, shown)
    assert len(rows) == shown and (np.diff(rows) >= 0).all()
    assert shown == 1 or (rows[0], rows[-1]) == (0, length - 1)
    if shown == length:
        assert rows.tolist() == list(range(length))


def test_one_row_is_shown_as_often_as_needed() -> None:
    assert retargeted(banded(50), 3).tolist() == [0, 0, 0]
