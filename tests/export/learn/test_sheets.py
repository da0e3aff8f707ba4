"""Sprite sheets are clips: a row of cells each."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from export.learn.sheets import REPEATS, SheetRow, take_sheets
from glass.footage.prepare import FootageOptions, prepare
from glass.survey.agent import find_agent
from tests.fixtures.own_clips import walk, write_folder

CELL = 32


def write_sheet(path: Path) -> Path:
    """Four rows of six cells: a figure that lifts an arm, and steps."""
    sheet = Image.new("RGBA", (6 * CELL, 4 * CELL))
    draw = ImageDraw.Draw(sheet)
    colours = ((200, 60, 40), (190, 70, 60), (210, 50, 50), (180, 60, 50))
    for row, colour in enumerate(colours):
        for column in range(6):
            x, y = column * CELL, row * CELL
            draw.rectangle((x + 12, y + 8, x + 19, y + 22), fill=(*colour, 255))
            draw.ellipse((x + 11, y + 2, x + 20, y + 10), fill=(230, 190, 150, 255))
            draw.rectangle((x + 20, y + 16 - column, x + 24, y + 18 - column), fill=(60, 60, 160, 255))
            draw.rectangle((x + 12, y + 23, x + 14, y + 28 - (column + row) % 3), fill=(40, 40, 40, 255))
            draw.rectangle((x + 17, y + 23, x + 19, y + 26 + (column + row) % 3), fill=(40, 40, 40, 255))
    sheet.save(path)
    return path


def test_rows_of_a_sheet_are_clips(tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path / "hero.png")
    folder = write_folder(tmp_path / "frames", walk(3))
    paths, rows = take_sheets([folder, sheet], None)
    assert paths == [folder] and len(rows) == 4
    assert all(isinstance(row, SheetRow) and len(row.cells) == 6 for row in rows)
    assert len(list(rows[0].frames((CELL, CELL)))) == 6 * REPEATS
    assert rows[0].stamp != rows[1].stamp


def test_pictures_that_are_no_sheets_stay_frames(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "frames", walk(3))
    pictures = sorted(folder.iterdir())
    assert take_sheets([*pictures, write_sheet(tmp_path / "hero.png")], None)[1] == []
    assert take_sheets(pictures, None) == (pictures, [])


def test_the_agent_of_a_sheet_is_what_is_not_its_ground(tmp_path: Path) -> None:
    paths, rows = take_sheets([write_sheet(tmp_path / "hero.png")], None)
    reading = FootageOptions(others=tuple(rows))
    footage = prepare(paths, reading, tmp_path / "cache", lambda name, count: None)
    assert len(footage.frames) == 4 * 6 * REPEATS and footage.clip_size == (CELL, CELL)
    found = find_agent(footage)
    assert found.seen.mean() > 0.95 and found.movers == ()
    body = np.median([mask.sum() for mask in found.masks])
    assert 0.15 < body / CELL**2 < 0.4
