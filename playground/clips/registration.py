"""Image registration by FFT cross-correlation: the numpy twin of the torch registration that models learn with.

The error over a window of shifts is a handful of FFT correlations; its lowest point, refined by a parabola, is the
shift.
"""

import numpy as np
from numpy.typing import NDArray

BACKGROUND_RADIUS = 6
"""Largest shift of the background that is looked for, in pixels."""
FLAT = 1e-5
"""By so much at least the squared error of standing still must exceed the lowest one to be doubted by a pixel or more,
and be exceeded by its neighbours to be doubted by a part of a pixel."""
FLATTEST = 0.98
"""Share of the product of both curvatures up to which the cross term of an error surface is believed."""

Planes = NDArray[np.float32]


def register_background(
    frame: Planes, weight: Planes, next_frame: Planes, next_weight: Planes, radius: int = BACKGROUND_RADIUS
) -> tuple[float, float]:
    """Find how the background moved.

    The squared error is weighted by both weights and divided by their overlap. A background without any texture stands
    still. Frames are (3, H, W) in [-1, 1]; their weights, one minus the mask, (1, H, W) in [0, 1].

    Returns the shift (x, y) of at most `radius` pixels, x right, y down.
    """
    overlap = np.maximum(correlation(next_weight, weight, radius), 1)
    # Summed over colours beforehand: the weight is the same for all of them.
    square, next_square = ((f * f).sum(0, keepdims=True) for f in (frame, next_frame))
    error = (
        correlation(next_weight * next_square, weight, radius)
        - 2 * correlation(next_weight * next_frame, weight * frame, radius)
        + correlation(next_weight, weight * square, radius)
    )
    surface = error / overlap
    near = surface[radius - 1 : radius + 2, radius - 1 : radius + 2]
    rest = near[1, 1]
    if rest >= surface.min() + FLAT:
        return subpixel_minimum(surface)
    return subpixel_minimum(near) if near.max() >= rest + FLAT else (0.0, 0.0)


def correlation(first: Planes, second: Planes, radius: int) -> NDArray[np.float64]:
    """Correlate `second` moved by every shift within `radius` with `first`, both (C, H, W).

    Entry `[radius + dy, radius + dx]` of the result, (2R+1, 2R+1), is `sum(first[y, x] * second[y - dy, x - dx])` over
    channels and pixels; outside the picture counts as zero.
    """
    size = (first.shape[1] + radius, first.shape[2] + radius)
    spectrum = np.fft.rfft2(first, size) * np.fft.rfft2(second, size).conj()
    surface = np.fft.irfft2(spectrum.sum(0), size)
    shifts = np.arange(-radius, radius + 1)
    return surface[np.ix_(shifts % size[0], shifts % size[1])]


def subpixel_minimum(surface: NDArray[np.float64]) -> tuple[float, float]:
    """Return the sub-pixel minimum (x, y) of a surface (2R+1, 2R+1), by a quadratic fit.

    Around the lowest entry the surface is taken for a quadratic in x and y together, or, where that has no minimum, for
    a parabola along each axis.
    """
    radius = surface.shape[0] // 2
    row, column = np.unravel_index(surface.argmin(), surface.shape)
    y, x = (min(max(int(i), 1), 2 * radius - 1) for i in (row, column))
    near = surface[y - 1 : y + 2, x - 1 : x + 2]
    gradient_x, gradient_y = (near[1, 2] - near[1, 0]) / 2, (near[2, 1] - near[0, 1]) / 2
    curvature_x, curvature_y = near[1, 2] - 2 * near[1, 1] + near[1, 0], near[2, 1] - 2 * near[1, 1] + near[0, 1]
    cross_term = (near[2, 2] - near[2, 0] - near[0, 2] + near[0, 0]) / 4
    if cross_term * cross_term >= FLATTEST * curvature_x * curvature_y:
        cross_term = 0.0
    determinant = max(curvature_x * curvature_y - cross_term * cross_term, 1e-9)
    dx = (cross_term * gradient_y - curvature_y * gradient_x) / determinant
    dy = (cross_term * gradient_x - curvature_x * gradient_y) / determinant
    return x - radius + min(max(float(dx), -1.0), 1.0), y - radius + min(max(float(dy), -1.0), 1.0)
