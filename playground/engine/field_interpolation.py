"""Interpolation of displacement fields by the polar decomposition of their affine motions (Shoemake & Duff, 1992).

Halfway between two displacements each pixel goes half the way in a straight line, so that what turns shrinks or swells
in between. Here each field is an affine motion and what is left of it: turns are halved as turns, stretches as
stretches, and the rest in a straight line.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_SMALLEST = 0.05
"""Determinant of an affine motion below which it has no inverse to speak of."""

_Field = NDArray[np.float32]


def interpolated_fields(one: _Field, other: _Field, share: float, step: float) -> _Field:
    """Return the displacement fields `share` (0..1) of the way from ones to others.

    Args:
        one: (F, 2, s, s) displacements x right, y down, from a pixel to where it is fetched.
        other: (F, 2, s, s) likewise.
        share: of the way.
        step: pixels between neighbouring displacements.
    """
    places, inverse = _grid(one.shape[-1], step)
    motions = [np.asarray(fields.reshape(*fields.shape[:2], -1) @ inverse, np.float64) for fields in (one, other)]
    rest, moved = (
        fields - (motion @ places).reshape(fields.shape) for fields, motion in zip((one, other), motions, strict=True)
    )
    between = _between(motions[0], motions[1], share) @ places
    return np.asarray(between.reshape(one.shape) + rest + (moved - rest) * share, np.float32)


@lru_cache(maxsize=4)
def _grid(side: int, step: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the places (3, s*s) of displacements, x, y and 1, from the middle; and their pseudo-inverse (s*s, 3)."""
    line = (np.arange(side) - (side - 1) / 2) * step
    rows, columns = np.meshgrid(line, line, indexing="ij")
    places = np.stack([columns.ravel(), rows.ravel(), np.ones(side * side)])
    return places, np.linalg.pinv(places)


def _between(one: NDArray[np.float64], other: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Interpolate affine displacements (F, 2, 3); the middle of what is shown goes straight."""
    eye = np.eye(2)
    matrices = [motion[:, :, :2] + eye for motion in (one, other)]
    if min(float(np.linalg.det(matrix).min()) for matrix in matrices) < _SMALLEST:
        return one + (other - one) * share
    angles = [np.arctan2(m[:, 1, 0] - m[:, 0, 1], m[:, 0, 0] + m[:, 1, 1]) for m in matrices]
    stretches = [_rotations(-angle) @ matrix for angle, matrix in zip(angles, matrices, strict=True)]
    turn = (angles[1] - angles[0] + np.pi) % (2 * np.pi) - np.pi
    stretch = stretches[0] + (stretches[1] - stretches[0]) * share
    matrix = _rotations(angles[0] + turn * share) @ stretch
    middles = [-np.linalg.solve(m, motion[:, :, 2:]) for m, motion in zip(matrices, (one, other), strict=True)]
    middle = middles[0] + (middles[1] - middles[0]) * share
    return np.concatenate([matrix - eye, -matrix @ middle], 2)


def _rotations(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    cos, sin = np.cos(angles), np.sin(angles)
    return np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
