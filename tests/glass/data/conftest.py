"""What tests of data share: the real sheets where they are, and small made-up ones in the same layouts."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from glass.data.core.clip import ACTIONS, CELL, CYCLE, Character
from glass.data.sprites.sheets import SHEET_SIZE


def find_sheets() -> Path | None:
    """Folder with the real sheets' folders `wsprites` and `lpc`; None where there is none."""
    beside = Path(__file__).resolve().parents[3].parent / "shared" / "data"
    folder = Path(os.environ.get("GLASS_SHEETS", beside))
    return folder if (folder / "wsprites").is_dir() and (folder / "lpc").is_dir() else None


@pytest.fixture(scope="session")
def real_sheets() -> Path:
    """Folder with the real sheets; the test is skipped where there are none."""
    folder = find_sheets()
    if folder is None:
        pytest.skip("no sprite sheets; set GLASS_SHEETS to the folder that holds wsprites and lpc")
    return folder


def draw_sheet(path: Path, colour: tuple[int, int, int, int], top: int) -> None:
    """Write a sheet whose cells hold a block that begins at `top` and tells row and column by its left and width."""
    sheet = Image.new("RGBA", SHEET_SIZE)
    draw = ImageDraw.Draw(sheet)
    for row in range(21):
        for column in range(13):
            left, bottom = column * CELL + 8 + row, row * CELL + top + 9
            draw.rectangle((left, row * CELL + top, left + 10 + column, bottom), colour)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, compress_level=1)


@pytest.fixture(scope="session")
def made_up_wsprites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sheets in the W-Sprites layout."""
    root = tmp_path_factory.mktemp("wsprites")
    for layer, folder in enumerate(("body", "bottomwear", "topwear", "hair")):
        for number in range(6):
            draw_sheet(root / folder / f"{number}.png", (40 * number + 10, 60 * layer, 200, 255), 8 + 10 * layer)
    draw_sheet(root / "shoes" / "1.png", (255, 255, 0, 255), 52)
    return root


@pytest.fixture(scope="session")
def made_up_lpc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sheets in the layout of LPC layers; the hair is half transparent."""
    root = tmp_path_factory.mktemp("lpc")
    for layer, (folder, count) in enumerate({"body": 2, "feet": 1, "legs": 2, "torso": 2, "hair": 3}.items()):
        for number in range(count):
            colour = (80 * number, 50 * layer, 100, 128 if folder == "hair" else 255)
            draw_sheet(root / folder / f"{folder}{number}.png", colour, 8 + 8 * layer)
    return root


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture to film before."""
    path = tmp_path_factory.mktemp("photo") / "photo.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)).save(path)
    return path


@pytest.fixture(scope="session")
def character() -> Character:
    """A character of noise, solid in a disc, of which no two cells are alike."""
    cells = np.random.default_rng(1).integers(0, 256, (len(ACTIONS), CYCLE, CELL, CELL, 4), np.uint8)
    y, x = np.mgrid[:CELL, :CELL] - (CELL - 1) / 2
    cells[..., 3] = np.where(np.hypot(x, y) < 20, 255, 0)
    return Character("noise", cells)
