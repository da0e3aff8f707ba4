"""Interpolating displacement fields: turns stay turns."""

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.engine.field_interpolation import interpolated_fields

SIDE, STEP = 16, 4.0
LINE = (np.arange(SIDE) - (SIDE - 1) / 2) * STEP
PLACES = np.stack(np.meshgrid(LINE, LINE))


def affine(degrees: float, scale: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)) -> NDArray[np.float32]:
    """Fields (1, 2, s, s) that turn what is shown, make it `1 / scale` as large and move it back by `shift`."""
    turn = np.radians(degrees)
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    moved = np.einsum("ij,jhw->ihw", matrix, PLACES) + np.array(shift)[:, None, None]
    return (moved - PLACES)[None].astype(np.float32)


@pytest.mark.parametrize("degrees", [90.0, -160.0])
def test_halfway_through_a_turn_is_half_the_turn(degrees: float) -> None:
    found = interpolated_fields(affine(0), affine(degrees), 0.5, STEP)
    np.testing.assert_allclose(found, affine(degrees / 2), atol=1e-3)


def test_a_turn_across_half_a_circle_goes_the_short_way() -> None:
    np.testing.assert_allclose(interpolated_fields(affine(170), affine(-170), 0.5, STEP), affine(180), atol=1e-3)


def test_what_is_no_affine_motion_goes_straight() -> None:
    bent = affine(0)
    bent[0, 0, 3, 5] += 2
    later = affine(0, shift=(6, -2))
    np.testing.assert_allclose(interpolated_fields(bent, later, 0.25, STEP), 0.75 * bent + 0.25 * later, atol=1e-3)


def test_ends_are_what_they_are() -> None:
    one, other = affine(20, 1.2, (3, 1)), affine(-70, 0.8, (-5, 9))
    np.testing.assert_allclose(interpolated_fields(one, other, 0.0, STEP), one, atol=1e-3)
    np.testing.assert_allclose(interpolated_fields(one, other, 1.0, STEP), other, atol=1e-3)
    crushed = affine(0, 0.0)
    assert np.isfinite(interpolated_fields(one, crushed, 0.5, STEP)).all()
