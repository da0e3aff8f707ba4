"""Sprite sheets: recognised, and cut into cells, of which one is played."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.errors import GlassError
from playground.pictures.cut_outs.flood_fill import Bits, flood_fill
from playground.pictures.pixel_art import block_size
from playground.pictures.sheets.grid import Grid, find_grid
from playground.pictures.sheets.standing_cell import Cell, standing_cells

_SOLID = 32
"""Least alpha, of 0..255, of what is not clear: faint glows reach over the borders of cells."""
_LEAST_CLEAR = 0.1
"""Least share of a sheet that is clear, or of its ground's colour."""
_LEAST_RIM = 0.5
"""Least share of the rim of an opaque sheet that is ground."""
_NEAR, _NOISE = 4, 24
"""Levels of 0..255 by which the ground's pixels may differ: for exact colours, and for the noise of JPEG."""
_SAMPLES = 65536
"""About how many pixels are looked at to find the colour of the ground."""
_KEY_COLOUR = 128
"""Levels between the channels of a ground that stands for transparency wherever it is seen, such as magenta."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class CellSheet:
    """A picture of many cells, each a frame of an agent."""

    image: Image.Image
    """The sheet in pixels of its art, RGBA; its ground is clear."""
    grid: Grid
    """Where its cells are."""
    ground: tuple[int, int, int] | None
    """Colour of the ground of a sheet that has no transparency."""

    @property
    def size(self) -> tuple[int, int]:
        """How many columns and rows it has."""
        return self.grid.size

    def cell(self, cell: Cell) -> Image.Image:
        """Return the RGBA picture in a cell.

        Raises:
            GlassError: the sheet has no such cell, or nothing is in it.
        """
        (column, row), (columns, rows) = cell, self.size
        if not (0 <= column < columns and 0 <= row < rows):
            raise GlassError(
                f"no cell {column},{row} in a sheet of {columns} columns and {rows} rows; "
                f"give a column of 0 to {columns - 1} and a row of 0 to {rows - 1}"
            )
        picture = self.cells()[row][column]
        if picture is None:
            raise GlassError(f"nothing in cell {column},{row}; give another of {columns} columns and {rows} rows")
        return picture

    def cells(self) -> list[list[Image.Image | None]]:
        """Return the RGBA pictures of all cells, row by row; None where nothing is in one."""
        columns, rows = self.size
        pictures = [[self.image.crop(self.grid.box(column, row)) for column in range(columns)] for row in range(rows)]
        return [[picture if _holds_something(picture) else None for picture in row] for row in pictures]

    @cached_property
    def standing(self) -> tuple[Cell, ...]:
        """A cell in which the agent stands; where the order of views can be told, one of each, the front first."""
        return standing_cells(self.cells())

    def same_view(self, one: Cell, other: Cell) -> bool:
        """Say whether two cells are in one row, or column, where those are views; any two are of one where none are."""
        line = 1 if len({row for _, row in self.standing}) == len(self.standing) else 0
        return len(self.standing) == 1 or one[line] == other[line]


def find_sheet(image: Image.Image) -> CellSheet | None:
    """Return the sheet that an RGB or RGBA picture is; None where it is no sheet.

    A sheet is clear between its cells, or of one colour, perhaps with lines between them. One that was enlarged by a
    whole number is shrunk to the pixels of its art again.
    """
    for block in dict.fromkeys((block_size(image), 1)):
        size = (image.width // block, image.height // block)
        sheet = _find_in_own_pixels(image.resize(size, Image.Resampling.NEAREST) if block > 1 else image)
        if sheet is not None:
            return sheet
    return None


def _find_in_own_pixels(image: Image.Image) -> CellSheet | None:
    pixels = np.asarray(image)
    lines = _lines(pixels)
    ground = None
    if image.mode == "RGBA":
        free = pixels[..., 3] <= _SOLID
    else:
        ground = _ground_colour(pixels)
        free = _near(pixels, ground)
        rim = ~lines & _rim(lines.shape)
        if rim.any() and free[rim].mean() < _LEAST_RIM:
            return None
    grid = find_grid(pixels, ~(free | lines)) if free.mean() >= _LEAST_CLEAR else None
    if grid is None:
        return None
    if ground is None:
        return CellSheet(_cleared(image, lines), grid, None)
    if max(ground) - min(ground) < _KEY_COLOUR:  # else it stands for transparency, wherever it is
        free = flood_fill(free, free & (_rim(free.shape) | lines | _borders(grid, free.shape)))
    return CellSheet(_cleared(image.convert("RGBA"), free | lines), grid, ground)


def _holds_something(picture: Image.Image) -> bool:
    return int(np.asarray(picture.getchannel("A")).max()) > _SOLID


def _cleared(image: Image.Image, free: Bits) -> Image.Image:
    """Return an RGBA image that is clear where it is free."""
    pixels = np.array(image)
    pixels[free] = 0
    return Image.fromarray(pixels)


def _lines(pixels: Pixels) -> Bits:
    """Return rows and columns of a single colour, (H, W): the lines between cells, and what is empty all along."""
    drawn = pixels.astype(np.int16)
    rows = (np.abs(drawn - drawn[:, :1]) <= _NEAR).all((1, 2))
    columns = (np.abs(drawn - drawn[:1]) <= _NEAR).all((0, 2))
    lines: Bits = rows[:, None] | columns
    return lines


def _ground_colour(pixels: Pixels) -> tuple[int, int, int]:
    """Return the commonest colour of (H, W, 3) pixels, told apart by sixteen levels a channel."""
    step = max(1, round((pixels.shape[0] * pixels.shape[1] / _SAMPLES) ** 0.5))
    samples = pixels[::step, ::step].reshape(-1, 3)
    bins = (samples >> 4).astype(np.int64) @ (256, 16, 1)
    red, green, blue = np.median(samples[bins == np.bincount(bins).argmax()], axis=0)
    return int(red), int(green), int(blue)


def _near(pixels: Pixels, ground: tuple[int, int, int]) -> Bits:
    """Return which of (H, W, 3) pixels are ground: exactly its colour, or with the noise of JPEG where there is any."""
    far = np.abs(pixels.astype(np.int16) - np.array(ground, np.int16)).max(2)
    exact: Bits = far <= _NEAR
    noisy: Bits = far <= _NOISE
    return exact if np.count_nonzero(exact) > 0.95 * np.count_nonzero(noisy) else noisy


def _rim(shape: tuple[int, ...]) -> Bits:
    rim = np.ones(shape, bool)
    rim[1:-1, 1:-1] = False
    return rim


def _borders(grid: Grid, shape: tuple[int, ...]) -> Bits:
    """Return the pixels (H, W) on both sides of the borders between cells."""
    borders = np.zeros(shape, bool)
    for x in grid.xs[1:-1]:
        borders[:, x - 1 : x + 1] = True
    for y in grid.ys[1:-1]:
        borders[y - 1 : y + 1] = True
    return borders
