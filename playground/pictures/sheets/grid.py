"""Grid detection: the period of a sprite sheet's cells, by autocorrelation and by what crosses their borders."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.pictures.cut_outs.flood_fill import Bits
from playground.pictures.sheets.standing_cell import COLUMNS, ROWS, alike

_LEAST_CELL = 8
"""Smallest side of a cell in pixels."""
_SEARCHED = 512
"""Longest side in pixels at which repetition is looked for; a larger picture is reduced."""
_COLOUR_WEIGHT = 1.5
"""What a difference of colour counts, against one of solid and clear."""
_LEAST_TOUCHING = 0.5
"""Least share of solid pixels that have two solid neighbours: agents are more than the dots of a pattern."""
_THUMBNAIL = 16
"""Side in pixels at which cells are compared."""
_CELL_SIZES = (1 / 3, 3.0)
"""Factors of the median area between which a cell's content is of a usual size."""


@dataclass(frozen=True)
class _Strictness:
    """What one axis must show to be periodic."""

    crossing: float
    """Most content on the borders of cells, as a share of what is inside."""
    similarity: float
    """Least autocorrelation at the period, in 0..1."""
    prominence: float
    """By how much it is above the least autocorrelation at shorter lags."""


_ALONE = _Strictness(0.3, 0.4, 0.12)
_BESIDE = _Strictness(0.15, 0.15, 0.02)
"""For an axis whose other one is periodic: rows show different actions, which are less alike."""


@dataclass(frozen=True)
class Grid:
    """Borders of a sheet's cells in pixels, one more than cells; the outer ones may lie outside of the picture."""

    xs: tuple[int, ...]
    ys: tuple[int, ...]

    @property
    def size(self) -> tuple[int, int]:
        """How many columns and rows there are."""
        return len(self.xs) - 1, len(self.ys) - 1

    def box(self, column: int, row: int) -> tuple[int, int, int, int]:
        """Return the (left, top, right, bottom) of a cell, counted from 0."""
        return self.xs[column], self.ys[row], self.xs[column + 1], self.ys[row + 1]


def find_grid(pixels: NDArray[np.uint8], solid: Bits) -> Grid | None:
    """Return the grid of a sheet; None where a picture is no sheet.

    A sheet's columns or rows repeat with a period, nearly nothing crosses the borders between its cells, and what its
    cells show is of like size and looks.

    Args:
        pixels: (H, W, 3 or 4).
        solid: what is not background, (H, W).
    """
    if _touching(solid) < _LEAST_TOUCHING:
        return None
    axes = [_Axis(_features(pixels, solid), solid, axis) for axis in (1, 0)]
    found = [next(axis.periods(_ALONE), None) for axis in axes]
    if found == [None, None]:
        return None
    for axis in (0, 1):
        if found[axis] is None:
            found[axis] = _period_beside(axes[axis], found[1 - axis])
    grid = Grid(*(period or (0, length) for period, length in zip(found, solid.shape[::-1], strict=True)))
    return grid if _cells_are_alike(pixels, solid, grid) else None


def _touching(solid: Bits) -> float:
    """Return which share of solid pixels (H, W) have at least two solid ones among their four neighbours."""
    padded = np.pad(solid, 1).astype(np.uint8)
    neighbours = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
    touching, count = np.count_nonzero(solid & (neighbours >= 2)), int(np.count_nonzero(solid))
    return touching / max(count, 1)


def _period_beside(axis: "_Axis", other: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Return the period of an axis that is not periodic by itself, near that of the other: cells are about square."""
    if other is None:
        return None
    side = other[1] - other[0]
    return next((xs for xs in axis.periods(_BESIDE) if side / 2 <= xs[1] - xs[0] <= side * 2), None)


def _features(pixels: NDArray[np.uint8], solid: Bits) -> tuple[NDArray[np.float32], int]:
    """Return what is compared, (H', W', 4): solidity and colour, 0 outside; and by how much it is reduced."""
    reduced = max(1, max(solid.shape) // _SEARCHED)
    alpha = np.asarray(Image.fromarray(solid.astype(np.uint8) * 255).reduce(reduced), np.float32)[..., None] / 255
    colours = Image.fromarray(np.where(solid[..., None], pixels[..., :3], 0)).reduce(reduced)
    premultiplied = np.asarray(colours, np.float32) / np.float32(255)
    mean = premultiplied.sum((0, 1)) / alpha.sum()
    return np.concatenate([alpha, _COLOUR_WEIGHT * (premultiplied - mean * alpha)], 2), reduced


class _Axis:
    """One axis of a picture: where content crosses, and how alike it is to itself a lag away."""

    def __init__(self, features: tuple[NDArray[np.float32], int], solid: Bits, axis: int) -> None:
        """Look along an axis: 1 for columns, 0 for rows."""
        values, self._reduced = features
        self._similarity = _autocorrelation(np.moveaxis(values, axis, 0))
        along = np.moveaxis(solid, axis, 0)
        self._length = len(along)
        self._filled = along.any(1)
        crossing = np.zeros(self._length)
        crossing[1:] = (along[1:] & along[:-1]).sum(1)
        self._crossing = crossing / max(crossing[crossing > 0].mean(), 1) if crossing.any() else crossing

    def periods(self, strict: _Strictness) -> Iterator[tuple[int, ...]]:
        """Give the borders of cells for each period found, the shortest first; those that divide the length first."""
        for count in range(self._length // _LEAST_CELL, 1, -1):
            if self._length % count == 0:
                period = self._length // count
                if self._repeats(period, strict) and self._crossing[period::period].mean() <= strict.crossing:
                    yield tuple(range(0, self._length + 1, period))
        for lag in range(_LEAST_CELL, self._length // 2 + self._length // 8):
            if self._repeats(lag, strict, peak=True) and (xs := self._free_borders(lag)):
                yield xs

    def _repeats(self, period: int, strict: _Strictness, peak: bool = False) -> bool:
        """Say whether content is alike a period away, less so at lags between and, at a `peak`, at all lags near it."""
        lag = period / self._reduced
        at = round(lag)
        if at >= len(self._similarity):
            return False
        similarity = self._similarity[at]
        lowest = self._similarity[max(1, int(lag / 4)) : max(2, int(lag))].min()
        near = self._similarity[max(1, int(0.75 * lag)) : int(1.3 * lag) + 2].max()
        return bool(
            similarity >= strict.similarity
            and similarity - lowest >= strict.prominence
            and similarity >= (1.0 if peak else 0.9) * near
        )

    def _free_borders(self, lag: int) -> tuple[int, ...]:
        """Return borders in the middle of the gaps between cells, for the period near a lag with the widest gaps."""
        slack = self._reduced
        best = 0
        borders: tuple[int, ...] = ()
        for period in range(max(_LEAST_CELL, lag - slack), lag + slack + 1):
            length = -(-self._length // period) * period
            crossed = np.zeros(length, bool)
            crossed[: self._length] = self._crossing > 0
            free: Bits = ~np.asarray(crossed.reshape(-1, period).any(0))
            if free.all() or not free.any():
                continue
            start, width = _longest_run(free)
            if width > best:
                best, borders = width, self._borders(period, (start + width // 2) % period)
        return borders

    def _borders(self, period: int, phase: int) -> tuple[int, ...]:
        """Return borders a period apart around all that is filled, one of them at a phase."""
        places = np.flatnonzero(self._filled)
        first = phase + (places[0] - phase) // period * period
        last = phase + -(-(places[-1] + 1 - phase) // period) * period
        borders = tuple(range(int(first), int(last) + 1, period))
        return borders if len(borders) > 2 else ()


def _longest_run(free: Bits) -> tuple[int, int]:
    """Return begin and length of the longest run of free places (N,) on a circle, some of them not free."""
    taken = np.flatnonzero(~free)
    gaps = [(int(a) + 1, int(b - a) - 1) for a, b in pairwise([*taken, taken[0] + len(free)])]
    return max(gaps, key=lambda gap: gap[1])


def _autocorrelation(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return in -1..1 how alike values (N, ...) are to themselves at each lag of 0 <= lag < N, where both are seen."""
    count = len(values)
    flat = values.reshape(count, -1)
    spectrum = np.fft.rfft(flat, 1 << (2 * count - 1).bit_length(), axis=0)
    products = np.fft.irfft((np.abs(spectrum) ** 2).sum(1))[:count]
    total = np.concatenate([[0], np.cumsum((flat.astype(np.float64) ** 2).sum(1))])
    lags = np.arange(count)
    energies = total[count - lags] + total[count] - total[lags]
    return np.where(energies > 1e-6 * total[-1], 2 * products / np.maximum(energies, 1e-9), 0)


def _cells_are_alike(pixels: NDArray[np.uint8], solid: Bits, grid: Grid) -> bool:
    """Say whether most cells hold something, of about the same size, that looks like what is in the cell before it.

    Many rows of a whole sheet of the Liberated Pixel Cup may be empty.
    """
    columns, rows = grid.size
    image = Image.fromarray(np.dstack([pixels[..., :3], np.where(solid, 255, 0).astype(np.uint8)]))
    places = [(column, row) for row in range(rows) for column in range(columns)]
    thumbnails = {}
    for place in places:
        left, top, right, bottom = grid.box(*place)
        if solid[max(top, 0) : bottom, max(left, 0) : right].any():
            cell = image.crop((left, top, right, bottom)).resize((_THUMBNAIL, _THUMBNAIL), Image.Resampling.BOX)
            thumbnails[place] = np.asarray(cell, np.float32) / np.float32(255)
    areas = np.array([thumbnail[..., 3].sum() for thumbnail in thumbnails.values()])
    ratios = areas / np.median(areas)
    usual = ((ratios >= _CELL_SIZES[0]) & (ratios <= _CELL_SIZES[1])).mean()
    empty_lines = columns + rows - len({place[0] for place in thumbnails}) - len({place[1] for place in thumbnails})
    filled = len(thumbnails) >= 0.3 * len(places) and 3 * empty_lines <= columns + rows
    pairs = [
        alike(thumbnail, thumbnails[before])
        for (column, row), thumbnail in thumbnails.items()
        if (before := (column - 1, row) if columns > 1 else (column, row - 1)) in thumbnails
    ]
    return bool(
        len(thumbnails) >= 2
        and (filled or (columns >= COLUMNS and rows >= ROWS))
        and usual >= 0.7
        and pairs
        and np.median(pairs) >= (0.5 if len(places) > 2 else 0.6)
    )
