"""Hole filling by exemplar: texture is copied into an inpainted hole and blended in by Poisson image editing."""

import cv2
import numpy as np
from numpy.typing import NDArray

from glass.core.masks import bounding_box
from playground.engine.compositing import Backdrop, Layer, to_bytes

_HOLE = 0.02
"""Mask value above which a pixel is taken to be the agent's."""
_GAP = 2
"""Pixels around the hole that may still show something of the agent: they are kept, but not matched."""
_RING = 4
"""Width in pixels of the ring around the hole that what is copied must match."""
_MATCHED = 0.75
"""Share of the ring that must be seen where it is copied from."""
_REDUCED = 256
"""Longer side in pixels of the picture in which the hole of a larger one is filled first."""
_WIDENED = 1.5
"""Pixels of that by which the hole of a larger one is widened: what is near its edge may still show the agent."""
_UNFOCUSED, _DARK = (32, 24), 0.55
"""Width and height in pixels of a picture out of focus, and by how much it is darkened."""
_ITERATIONS = 80
"""Jacobi iterations that spread the ring's colours over the hole."""


def backdrop_behind(background: Layer, mask: NDArray[np.float32], enters: str | None) -> Backdrop:
    """Return what play goes on before: an inpainted background, with texture where the agent was; see `with_texture`.

    Behind an agent that `enters` from an edge nothing else in the picture belongs: its hole stays smooth.
    """
    return Backdrop(background if enters else with_texture(background, mask))


def with_texture(background: Layer, mask: NDArray[np.float32]) -> Layer:
    """Fill the hole of an inpainted background from elsewhere in it.

    The hole is copied from where the ring around it matches best: one shift of the whole picture, found by FFT. The
    copy's colours are then changed smoothly, so that it joins what is around it (Perez, Gangnet and Blake, "Poisson
    image editing", 2003). Background and mask are (H, W, 3) and (H, W) in [0, 1].

    Every pixel outside the hole is returned as it was; so is the hole, as a network filled it, where no shift takes it
    to a place that is seen whole.
    """
    hole = mask > _HOLE
    shift = _best_shift(background, hole)
    return background if shift is None else _copied(background, hole, shift)


def _copied(background: Layer, hole: NDArray[np.bool_], shift: tuple[int, int]) -> Layer:
    """Return a background (H, W, 3) whose hole (H, W), which is not empty, is copied by a shift (rows, columns)."""
    copied = np.roll(background, shift, (0, 1))
    left, top, right, bottom = bounding_box(hole) or (0, 0, 0, 0)
    rows, columns = slice(max(top - 1, 0), bottom + 1), slice(max(left - 1, 0), right + 1)
    inside = hole[rows, columns]
    copy = copied[rows, columns]
    change = _solve_laplace(np.where(inside[:, :, None], 0, background[rows, columns] - copy), inside)
    filled = background.copy()
    filled[rows, columns][inside] = (copy + change).clip(0, 1)[inside]
    return filled


def filled_behind(frame: NDArray[np.uint8], mask: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return a picture (H, W, 3) of any size without the agent of a mask (H, W) in [0, 1].

    The hole is filled in a reduced picture: smoothly, as a membrane, then with texture. How that differs from what was
    copied is enlarged and added to the same copy at the picture's own size. Behind an agent that is all of the picture
    is the same, dark and out of focus.
    """
    height, width = mask.shape
    factor = max(1.0, max(height, width) / _REDUCED)
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    box = bounding_box(mask > _HOLE)
    if box is None:
        return frame
    brush = _disc(_WIDENED * factor)
    left, top = (max(0, at - len(brush)) for at in box[:2])
    rows, columns = slice(top, box[3] + len(brush)), slice(left, box[2] + len(brush))
    widened = np.zeros_like(mask)
    widened[rows, columns] = cv2.dilate(mask[rows, columns], brush)
    small = np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA) / np.float32(255), np.float32)
    hole = cv2.resize(widened, size, interpolation=cv2.INTER_AREA) > _HOLE
    if hole.all():
        return _out_of_focus(frame)
    smooth = _solve_laplace(small, hole)
    shift = _best_shift(smooth, hole)
    filled: Layer
    if shift is None:
        filled = np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)[
            rows, columns
        ]
    else:
        change = _copied(smooth, hole, shift) - np.roll(small, shift, (0, 1))
        down, right = round(shift[0] * height / size[1]), round(shift[1] * width / size[0])
        at = np.ix_((np.arange(height)[rows] - down) % height, (np.arange(width)[columns] - right) % width)
        enlarged = cv2.resize(change, (width, height), interpolation=cv2.INTER_LINEAR)
        filled = np.asarray(frame[at] / np.float32(255) + enlarged[rows, columns], np.float32)
    share = np.minimum(1, cv2.blur(widened[rows, columns], (3, 3)) * 2)[..., None]
    result = frame.copy()
    result[rows, columns] = to_bytes(filled * share + frame[rows, columns] / np.float32(255) * (1 - share))
    return result


def _out_of_focus(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture (H, W, 3) dark and blurred, so that it stands out before itself."""
    small = cv2.resize(frame, _UNFOCUSED, interpolation=cv2.INTER_AREA)
    blurred = cv2.resize(cv2.GaussianBlur(small, (0, 0), 2.0), frame.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.convertScaleAbs(blurred, alpha=_DARK), np.uint8)


def _disc(radius: float) -> NDArray[np.uint8]:
    """Return a structuring element of that radius in pixels."""
    side = 2 * round(radius) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _best_shift(background: Layer, hole: NDArray[np.bool_]) -> tuple[int, int] | None:
    """Return the shift (rows, columns) of the picture that brings the best copy to the hole; None where none fits."""
    near = _dilated(hole, _GAP)
    ring = _dilated(near, _RING) & ~near
    if not ring.any():
        return None
    height, width = hole.shape
    size = (2 * height, 2 * width)
    colours = background - background.mean((0, 1))
    planes, known = np.moveaxis(colours, 2, 0), ~near
    squares = (planes * planes).sum(0)
    here = np.fft.rfft2(np.stack([hole, ring, ring * squares, *(ring * planes)]), size).conj()
    there = np.fft.rfft2(np.stack([known, known * squares, *(known * planes)]), size)
    # By shift: how many pixels of hole and ring are seen elsewhere, and the squared error over those of the ring.
    squared = here[2] * there[0] + here[1] * there[1] - 2 * (here[3:] * there[2:]).sum(0)
    covered, matched, error = np.fft.irfft2(np.stack([here[0] * there[0], here[1] * there[0], squared]), size)
    error /= np.maximum(matched, 1)
    error[(covered < np.count_nonzero(hole) - 0.5) | (matched < _MATCHED * np.count_nonzero(ring))] = np.inf
    row, column = np.unravel_index(error.argmin(), size)
    if not np.isfinite(error[row, column]):
        return None
    return -(int(row) - (size[0] if row >= height else 0)), -(int(column) - (size[1] if column >= width else 0))


def _solve_laplace(values: Layer, hole: NDArray[np.bool_]) -> Layer:
    """Solve Laplace's equation in a hole (h, w), which is not all, with values (h, w, C) as its boundary.

    Jacobi iterations, begun from the mean of what is known within the least distance that shows any.
    """
    solution, known = values, (~hole)[:, :, None].astype(np.float32)
    reach = 1
    while not known.all():
        total, count = _box(solution * known, reach), _box(known, reach)
        fresh = (known == 0) & (count > 0.5)
        solution = np.where(fresh, total / np.maximum(count, 1), solution)
        known = np.maximum(known, fresh)
        reach *= 2
    solution = np.ascontiguousarray(solution, np.float32)
    inside = hole[1:-1, 1:-1, None]
    for _ in range(_ITERATIONS):
        mean = (solution[:-2, 1:-1] + solution[2:, 1:-1] + solution[1:-1, :-2] + solution[1:-1, 2:]) * np.float32(0.25)
        np.copyto(solution[1:-1, 1:-1], mean, where=inside)
    return solution


def _box(values: Layer, reach: int) -> Layer:
    """Return the sum of values (h, w, C) within `reach` pixels along both axes."""
    for axis in (0, 1):
        length = values.shape[axis]
        margins = [(0, 0)] * 3
        margins[axis] = (reach + 1, reach)
        sums = np.pad(values, margins).cumsum(axis, dtype=np.float64)
        at = np.arange(length)
        values = sums.take(at + 2 * reach + 1, axis) - sums.take(at, axis)
    return values


def _dilated(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    """Dilate a mask (H, W) by so many pixels."""
    for _ in range(pixels):
        wide = np.pad(mask, 1)
        mask = mask | wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:]
    return mask
