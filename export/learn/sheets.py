"""Sprite sheets as clips: every row of cells is one, played a few times over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from glass.core.errors import GlassError
from glass.core.images import flatten, open_image, upright
from glass.footage.fit import fit_image
from glass.footage.pictures import is_animation
from glass.footage.reader import ClipReader, Probe, TimedFrame, check_size, stamp_of
from playground.pictures.sheets.sprite_sheet import find_sheet

SHEET_RATE, REPEATS, FEWEST_CELLS = 10.0, 4, 2
"""Cells a second, how often a row is played, and cells of the shortest one."""


@dataclass(frozen=True)
class SheetRow:
    """A row of a sprite sheet as a clip, before a plain ground."""

    path: Path
    """The sheet."""
    row: int
    """Which one, from 0."""
    cells: tuple[Image.Image, ...]
    """RGBA pictures of one size."""
    rate: float
    """Cells a second."""

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"{self.path} row {self.row}"

    @property
    def stamp(self) -> str:
        """Text that changes when the sheet's file does."""
        return f"{stamp_of(self.path)} {self.row} {len(self.cells)} {self.rate:g}"

    def probe(self) -> Probe:
        """Say the cells' size and rate.

        Raises:
            DamagedClipError: cells too small to show anything.
        """
        check_size(self.name, self.cells[0].size)
        return Probe(self.cells[0].size, self.rate)

    def frames(self, size: tuple[int, int]) -> Iterator[TimedFrame]:
        """Give the cells, in order, several times."""
        pixels = [fit_image(flatten(cell), size) for cell in self.cells]
        for number in range(REPEATS * len(pixels)):
            yield TimedFrame(number / self.rate, pixels[number % len(pixels)])


def take_sheets(paths: Sequence[Path], rate: float | None) -> tuple[list[Path], list[ClipReader]]:
    """Find the sprite sheets among clips: the paths that are none, and the rows of those that are.

    Pictures named together are frames, not sheets, unless every one is a sheet.

    Args:
        paths: what was given as clips.
        rate: cells a second; by default 10.
    """
    stills = [path for path in paths if path.is_file() and is_animation(path) is False]
    rows = {path: _rows(path, rate or SHEET_RATE) for path in stills}
    if not stills or not all(rows.values()):
        return list(paths), []
    return [path for path in paths if path not in rows], [row for path in stills for row in rows[path]]


def _rows(path: Path, rate: float) -> list[SheetRow]:
    """List the rows of a sheet that hold cells enough; none where the picture is no sheet, or cannot be read."""
    try:
        with open_image(path, str(path)) as opened:
            image = upright(opened)
    except GlassError:
        return []
    sheet = find_sheet(image)
    if sheet is None:
        return []
    rows = [tuple(cell for cell in line if cell is not None) for line in sheet.cells()]
    return [SheetRow(path, number, row, rate) for number, row in enumerate(rows) if len(row) >= FEWEST_CELLS]
