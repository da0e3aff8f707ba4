"""The standing cells of a sprite sheet: from each side where the order of views can be told, else the first."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Cell = tuple[int, int]
"""Column and row of a cell, each counted from 0."""
Cells = Sequence[Sequence[Image.Image | None]]
"""RGBA cells of one size, row by row; None where nothing is drawn."""

CELL = 64
"""Side in pixels of a cell of the Liberated Pixel Cup."""
COLUMNS, ROWS = 13, 21
"""Cells of its whole sheets; newer ones have further rows below."""
_WALK, _WALK_CELLS = range(8, 12), 9
"""Rows of its walk, from the back, left, front and right; and cells of it, the first of which stands."""
_VIEWS = 4
_STEPS = 3
"""Cells of a walk whose middle one stands: left foot, standing, right foot."""
_SIDE = 24
"""Side in pixels at which views are compared."""
_MIRRORED = 0.03
"""By how much two views are liker mirrored than as they are, at least, to be those from left and right."""
_MIRRORED_ALONE = 0.15
"""The same where a view has one cell only: steps of a walk seen from the front mirror each other a little."""
_CONTRAST = 2.0
"""What a difference of colour counts: half of all that is possible makes two pixels quite unlike."""
_HEAD = 0.5
"""Upper share of an agent's height in which a face is looked for."""
_CLEARLY = 1.15
"""Factor by which one head has more detail than the other, to be the one with the face."""
_USUAL = {(1, 3): 2, (1, 2): 0, (2, 3): 0, (0, 1): 2, (0, 2): 1, (0, 3): 1}
"""Where the front usually is, for each pair of side views: in the first case the order is back, left, front, right."""


def standing_cells(cells: Cells) -> tuple[Cell, ...]:
    """Return a cell in which the agent stands; four, seen from all sides, if rows or columns are four views of it.

    The first of these is seen from the front.
    """
    rows, columns = len(cells), len(cells[0])
    if columns >= COLUMNS and rows >= ROWS:
        walk = [cells[row][column] for row in _WALK for column in range(_WALK_CELLS)]
        if None not in walk:
            return tuple((0, row) for row in _front_first(_WALK, _WALK[2]))
    by_row, by_column = cells, list(zip(*cells, strict=True))
    (row, by_rows), (column, by_columns) = _front_view(by_row), _front_view(by_column)
    if by_rows > 0 and 2 * by_rows >= by_columns:  # steps in a column mirror each other, too
        return tuple((_standing(by_row, view, row), view) for view in _front_first(range(_VIEWS), row))
    if by_columns > 0:
        return tuple((view, _standing(by_column, view, column)) for view in _front_first(range(_VIEWS), column))
    areas = np.array([[0 if cell is None else _area(cell) for cell in row] for row in cells])
    row, column = np.argwhere(areas >= 0.5 * np.median(areas[areas > 0]))[0]
    return ((int(column), int(row)),)


def alike(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return in 0..1 how alike two thumbnails (S, S, 4) are, RGBA in [0, 1]: shared solid pixels, of like colour."""
    shared = np.minimum(one[..., 3], other[..., 3])
    colour = (1 - _CONTRAST * np.abs(one[..., :3] - other[..., :3]).mean(2)).clip(0)
    return float((shared * colour).sum() / max(np.maximum(one[..., 3], other[..., 3]).sum(), 1e-6))


def _front_view(lines: Cells) -> tuple[int, float]:
    """Return which of the first four lines of cells is the view from the front, and how sure that is.

    The second number is by how much the views from left and right are liker mirrored than as they are; 0 where there
    is no such pair, so that lines are other things than views.
    """
    views = [[cell for cell in line if cell is not None] for line in lines[:_VIEWS]]
    if len(lines) % _VIEWS or not all(views):
        return 0, 0.0
    thumbnails = [np.stack([_thumbnail(cell) for cell in view[:_WALK_CELLS]]) for view in views]
    gains = {(a, b): _mirror_gain(thumbnails[a], thumbnails[b]) for a, b in combinations(range(_VIEWS), 2)}
    sides = max(gains, key=lambda pair: gains[pair])
    if gains[sides] < (_MIRRORED if len(lines[0]) > 1 else _MIRRORED_ALONE):
        return 0, 0.0
    usual = _USUAL[sides]
    other = next(view for view in range(_VIEWS) if view not in (*sides, usual))
    details = [float(np.mean([_head_detail(cell) for cell in views[view][:3]])) for view in (usual, other)]
    return (other if details[1] > _CLEARLY * details[0] else usual), gains[sides]


def _front_first(views: Sequence[int], front: int) -> list[int]:
    """Return views in their order, but for the one from the front, which is first."""
    return sorted(views, key=lambda view: view != front)


def _standing(lines: Cells, view: int, front: int) -> int:
    """Return which cell of a view stands, as that of the view from the front does if there is one in its place.

    Of three steps that is the most symmetric one, else the first.
    """
    index = _most_symmetric(lines[front])
    line = lines[view]
    return index if line[index] is not None else next(place for place, cell in enumerate(line) if cell is not None)


def _most_symmetric(line: Sequence[Image.Image | None]) -> int:
    first = next(index for index, cell in enumerate(line) if cell is not None)
    steps = [_thumbnail(cell) for cell in line[:_STEPS] if cell is not None]
    if len(line) not in (_STEPS, _STEPS * _VIEWS) or len(steps) < _STEPS:
        return first
    symmetry = [alike(step, step[:, ::-1]) for step in steps]
    return 1 if symmetry[1] > symmetry[0] else first


def _area(cell: Image.Image) -> int:
    return int(np.count_nonzero(np.asarray(cell.getchannel("A")) > 127))


def _thumbnail(cell: Image.Image) -> NDArray[np.float32]:
    """Return what is solid of a cell as (S, S, 4) in [0, 1], its middle in the middle."""
    left, top, right, bottom = cell.getchannel("A").getbbox() or (0, 0, *cell.size)
    half = max(right - left, bottom - top) / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    square = cell.crop((round(x - half), round(y - half), round(x + half), round(y + half)))
    return np.asarray(square.resize((_SIDE, _SIDE), Image.Resampling.BOX), np.float32) / np.float32(255)


def _mirror_gain(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return by how much a view (N, S, S, 4) is liker the other one's mirror image than the other one, or its own."""
    mirrored = _likeness(one, other[:, :, ::-1])
    return mirrored - max(_likeness(one, other), _likeness(one, one[:, :, ::-1]))


def _likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return in 0..1 how alike the thumbnails (N, S, S, 4) of a view are to the likest ones of another (M, S, S, 4)."""
    return float(np.mean([max(alike(cell, match) for match in other) for cell in one]))


def _head_detail(cell: Image.Image) -> float:
    """Return the mean change of brightness, in 0..255 a pixel, within the upper half of an RGBA cell's agent."""
    left, top, right, bottom = cell.getchannel("A").getbbox() or (0, 0, *cell.size)
    head = cell.crop((left, top, right, top + max(2, round(_HEAD * (bottom - top)))))
    solid = np.asarray(head.getchannel("A")) > 127
    light = np.asarray(head.convert("L"), np.float32)
    down, across = solid[1:] & solid[:-1], solid[:, 1:] & solid[:, :-1]
    changes = np.abs(np.diff(light, axis=0))[down].sum() + np.abs(np.diff(light, axis=1))[across].sum()
    return float(changes / max(np.count_nonzero(down) + np.count_nonzero(across), 1))
