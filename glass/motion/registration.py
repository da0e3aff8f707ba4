"""Image registration by FFT cross-correlation: shifts between two frames are found instead of regressed.

The whole error surface over a window of shifts is a handful of FFT correlations; its lowest point, refined by a
parabola, is the shift. At that point the derivative of the matching error with respect to the shift is zero, so no
gradient has to pass through it: the networks learn through the warped pictures. This replaces the regression
networks ``P_f`` and ``P_b`` of the paper (section 3.1).
"""

import torch
from torch import Tensor
from torch.nn import functional

FLAT = 1e-5
"""By so much at least the squared error of standing still must exceed the lowest one to be doubted by a pixel or more,
and be exceeded by its neighbours to be doubted by a part of a pixel."""
FLATTEST = 0.98
"""Share of the product of both curvatures up to which the cross term of an error surface is believed."""


def correlation(first: Tensor, second: Tensor, radius: int) -> Tensor:
    """Correlate ``second`` moved by every shift within ``radius`` with ``first``.

    Both are ``(N, C, H, W)``. Entry ``[n, radius + dy, radius + dx]`` of the result ``(N, 2R+1, 2R+1)`` is
    ``sum(first[y, x] * second[y - dy, x - dx])`` over channels and pixels; outside the picture counts as zero.
    """
    height, width = first.shape[-2:]
    size = (next_fast_len(height + radius), next_fast_len(width + radius))
    spectrum = torch.fft.rfft2(first, s=size) * torch.fft.rfft2(second, s=size).conj()
    surface: Tensor = torch.fft.irfft2(spectrum.sum(1), s=size)
    shifts = torch.arange(-radius, radius + 1, device=first.device)
    return surface[:, shifts % size[0]][:, :, shifts % size[1]]


def next_fast_len(length: int) -> int:
    """Return the next 5-smooth length from ``length`` on (no prime factor above 5): FFTs of others take longer."""
    while 30**32 % length:  # Divisors of a high power of 30 are products of 2, 3 and 5.
        length += 1
    return length


def subpixel_minimum(surface: Tensor) -> Tensor:
    """Find the sub-pixel minimum of ``(N, 2R+1, 2R+1)`` by a quadratic fit: ``(N, 2)``, x right, y down.

    Around the lowest entry the surface is taken for a quadratic in x and y together; slanted texture makes the two
    depend on each other. Where that has no minimum, each axis has a parabola of its own.
    """
    count, side, _ = surface.shape
    index = surface.flatten(1).argmin(1)
    y, x = (index // side).clamp(1, side - 2), (index % side).clamp(1, side - 2)
    n = torch.arange(count, device=surface.device)

    def at(dy: int, dx: int) -> Tensor:
        return surface[n, y + dy, x + dx]

    gradient_x, gradient_y = (at(0, 1) - at(0, -1)) / 2, (at(1, 0) - at(-1, 0)) / 2
    curvature_x, curvature_y = at(0, 1) - 2 * at(0, 0) + at(0, -1), at(1, 0) - 2 * at(0, 0) + at(-1, 0)
    cross_term = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / 4
    cross_term = torch.where(cross_term.square() < FLATTEST * curvature_x * curvature_y, cross_term, 0.0)
    determinant = (curvature_x * curvature_y - cross_term.square()).clamp(min=1e-9)
    dx = ((cross_term * gradient_y - curvature_y * gradient_x) / determinant).clamp(-1, 1)
    dy = ((cross_term * gradient_x - curvature_x * gradient_y) / determinant).clamp(-1, 1)
    return torch.stack([x - side // 2 + dx, y - side // 2 + dy], 1)


@torch.no_grad()
def register_foreground(layer: Tensor, next_layer: Tensor, radius: int) -> Tensor:
    """Find how the foreground moved.

    Args:
        layer: ``(N, 4, H, W)``: mask times frame in [-1, 1], and the mask.
        next_layer: the same of the next frame.
        radius: largest shift looked for, in pixels.

    Returns:
        ``(N, 2)`` shifts in pixels, x right, y down.
    """
    return subpixel_minimum(-correlation(next_layer, layer, radius))


@torch.no_grad()
def register_background(frame: Tensor, weight: Tensor, next_frame: Tensor, next_weight: Tensor, radius: int) -> Tensor:
    """Find how the background moved.

    The squared error of frames in [-1, 1] is weighted by both weights (one minus the mask), divided by their overlap.
    A background without any texture stands still.

    Args:
        frame: ``(N, 3, H, W)`` in [-1, 1].
        weight: ``(N, 1, H, W)`` in [0, 1].
        next_frame: the next frame.
        next_weight: its weight.
        radius: largest shift looked for, in pixels.

    Returns:
        ``(N, 2)`` shifts in pixels, x right, y down.
    """
    overlap = correlation(next_weight, weight, radius).clamp(min=1.0)
    error = (
        correlation(next_weight * next_frame.square().sum(1, keepdim=True), weight, radius)
        - 2 * correlation(next_weight * next_frame, weight * frame, radius)
        + correlation(next_weight, weight * frame.square().sum(1, keepdim=True), radius)
    )
    surface = error / overlap
    near = surface[:, radius - 1 : radius + 2, radius - 1 : radius + 2]
    rest = near[:, 1, 1]
    bent = near.amax((1, 2)) >= rest + FLAT
    doubted = rest >= surface.amin((1, 2)) + FLAT
    around_rest = torch.where(bent[:, None], subpixel_minimum(near), 0.0)
    return torch.where(doubted[:, None], subpixel_minimum(surface), around_rest)


def translate(pictures: Tensor, shifts: Tensor, padding: str = "border", mode: str = "bilinear") -> Tensor:
    """Move the content of ``(N, C, H, W)`` by ``(N, 2)`` pixels with ``bilinear`` or ``bicubic`` sampling.

    ``padding`` says what comes in at the edge: ``border`` repeats it, ``zeros`` is empty.
    """
    count, _, height, width = pictures.shape
    theta = pictures.new_zeros(count, 2, 3)
    theta[:, 0, 0] = theta[:, 1, 1] = 1
    theta[:, 0, 2] = -2 * shifts[:, 0] / width
    theta[:, 1, 2] = -2 * shifts[:, 1] / height
    grid = functional.affine_grid(theta, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, mode=mode, padding_mode=padding, align_corners=False)
