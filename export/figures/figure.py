"""A figure (picture or animation), the grid it is laid out on, and the page of captions."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from glass.core.atomic_files import output_file
from glass.core.errors import GlassError
from playground.pictures.annotate import FAINT, PAPER, enlarge, write
from playground.recording.recorder import FileRecorder, recording

LETTERS = 15
"""Height of letters in pixels."""
GAP = 6
"""Pixels between cells."""
NARROWEST_CELL = 96
"""A cell is drawn at least so many pixels wide, to have room for its title."""
CAPTIONS = "README.md"
"""The file that says how each figure was made."""
CAPTIONS_HEAD = "# Figures\n\nMade by `glass-figures "
"""How that file begins."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Figure:
    """A picture, or an animation, and what it shows."""

    name: str
    """File name without its ending."""
    title: str
    """What it is, in a few words."""
    caption: str
    """How it was made."""
    frames: Sequence[Pixels]
    """One picture, or several of the same size, ``(H, W, 3)``."""
    tick_rate: float = 1.0
    """Pictures a second."""

    @property
    def file(self) -> str:
        """Name of the file it is written to."""
        return f"{self.name}.{'png' if len(self.frames) == 1 else 'gif'}"


def draw_grid(columns: Sequence[str], cells: Sequence[Sequence[Pixels]], scale: int = 2) -> Pixels:
    """Draw a table of pictures of one size.

    Args:
        columns: titles of the columns.
        cells: rows of pictures, uint8 ``(h, w, 3)``.
        scale: how many times as large a cell is drawn, if that makes it wide enough.
    """
    scale = max(scale, ceil(NARROWEST_CELL / cells[0][0].shape[1]))
    height, width = (side * scale for side in cells[0][0].shape[:2])
    lines = [title.split("\n") for title in columns]
    top = GAP + max(map(len, lines)) * (LETTERS + 4)
    board = Image.new("RGB", (GAP + len(columns) * (width + GAP), top + len(cells) * (height + GAP)), PAPER)
    draw = ImageDraw.Draw(board)
    for column, words in enumerate(lines):
        x = GAP + column * (width + GAP)
        for number, line in enumerate(words):
            write(draw, (x + width / 2, GAP + (number + 0.5) * (LETTERS + 4)), line, LETTERS, anchor="mm")
        for row, pictures in enumerate(cells):
            y = top + row * (height + GAP)
            board.paste(enlarge(pictures[column], scale), (x, y))
            draw.rectangle((x - 1, y - 1, x + width, y + height), outline=FAINT)
    return np.asarray(board)


def broken(title: str) -> list[str]:
    """Break a title at its spaces, but for those before a number."""
    lines: list[str] = []
    for word in title.split():
        if lines and word.isdecimal():
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def check_captions(folder: Path) -> None:
    """See that no page of somebody else's would be replaced.

    Raises:
        GlassError: there is one, or it cannot be read.
    """
    page = folder / CAPTIONS
    try:
        theirs = page.exists() and not page.read_bytes().startswith(CAPTIONS_HEAD.encode())
    except OSError as error:
        raise GlassError(f"{page}: cannot be read ({error.strerror or error})") from None
    if theirs:
        raise GlassError(f"--out {folder}: has a {CAPTIONS} that is not of figures; give another folder")


def write_figures(figures: Sequence[Figure], folder: Path, options: str) -> None:
    """Write figures, and a page that shows them with their captions and the command that makes them again.

    Args:
        figures: what to write.
        folder: where to.
        options: what follows the command's name.

    Raises:
        GlassError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for figure in figures:
        _write(figure, folder / figure.file)
    parts = [f"## {figure.title}\n\n![{figure.title}]({figure.file})\n\n{figure.caption}\n" for figure in figures]
    text = "\n".join([f"{CAPTIONS_HEAD}{options}`.\n", *parts])
    with output_file(folder / CAPTIONS) as part:
        part.write_text(text, encoding="utf-8")


def _write(figure: Figure, path: Path) -> None:
    if len(figure.frames) == 1:
        with output_file(path) as part, part.open("wb") as stream:
            Image.fromarray(figure.frames[0]).save(stream, "PNG", optimize=True)
        return
    recorder = FileRecorder(path, figure.tick_rate, realtime=False)
    with recording([recorder]):
        for frame in figure.frames:
            recorder.add(frame)
