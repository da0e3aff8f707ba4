"""Characters from sheets: layouts, splits, composition, recolouring and missing files."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from glass.data.core.clip import ACTIONS
from glass.data.core.splits import SPLITS, split_range
from glass.data.sprites.sheets import SheetLibrary


def sheet_cell(sheet: Image.Image, row: int, column: int) -> np.ndarray:
    """One cell of a sheet."""
    return np.asarray(sheet.crop((column * 64, row * 64, column * 64 + 64, row * 64 + 64)))


def composed_sheet(library: SheetLibrary, ids: tuple[int, ...], folders: tuple[str, ...]) -> Image.Image:
    """All layers of a character over each other."""
    sheet = Image.new("RGBA", (832, 1344))
    for folder, choice in zip(folders, library.name(ids).split("-"), strict=True):
        sheet = Image.alpha_composite(sheet, Image.open(library.root / folder / f"{choice}.png").convert("RGBA"))
    return sheet


def check_composition(library: SheetLibrary, folders: tuple[str, ...]) -> None:
    """Compare some characters' cells with whole sheets put over each other."""
    for ids in library.characters("train")[:5]:
        sheet, cells = composed_sheet(library, ids, folders), library.character(ids).cells
        places = {"walk": (8, 2, 3), "spellcast": (0, 7, 4), "slash": (12, 6, 4)}
        for group, (row, phase, column) in places.items():
            for direction, offset in {"left": 1, "front": 2, "right": 3}.items():
                cell = cells[ACTIONS.index(f"{group} {direction}"), phase]
                np.testing.assert_array_equal(cell, sheet_cell(sheet, row + offset, column))


WSPRITES = ("body", "bottomwear", "topwear", "hair", "shoes")
LPC = ("body", "feet", "legs", "torso", "hair")


def test_wsprites_are_found_and_composed(made_up_wsprites: Path) -> None:
    library = SheetLibrary(made_up_wsprites)
    assert library.layout == "wsprites" and len(library) == 1296
    check_composition(library, WSPRITES)


def test_lpc_layers_are_found_and_composed(made_up_lpc: Path) -> None:
    library = SheetLibrary(made_up_lpc)
    assert library.layout == "lpc" and len(library) == 2 * 1 * 2 * 2 * 3
    check_composition(library, LPC)


def test_real_sheets(real_sheets: Path) -> None:
    check_composition(SheetLibrary(real_sheets / "wsprites"), WSPRITES)
    check_composition(SheetLibrary(real_sheets / "lpc"), LPC)


def test_splits_share_no_character_and_stay_the_same(made_up_wsprites: Path) -> None:
    library = SheetLibrary(made_up_wsprites)
    parts = {split: library.characters(split) for split in SPLITS}
    assert [len(part) for part in parts.values()] == [1036, 130, 130]
    assert len(set().union(*parts.values())) == 1296
    assert library.characters("test")[:2] == ((5, 4, 1, 4, 0), (2, 2, 3, 1, 0))


def test_splits_cover_everything() -> None:
    for count in (1, 2, 9, 10, 11, 57):
        ranges = [split_range(count, split) for split in SPLITS]
        assert [number for numbers in ranges for number in numbers] == list(range(count))
    with pytest.raises(GlassError, match="split 'dev': must be one of train, validation, test"):
        split_range(10, "dev")


def test_recolouring_changes_clothes_only(made_up_wsprites: Path) -> None:
    library = SheetLibrary(made_up_wsprites)
    ids = library.characters("train")[0]
    plain, coloured, again = (
        library.character(ids, recolour) for recolour in (None, np.random.default_rng(0), np.random.default_rng(0))
    )
    assert (coloured.cells == again.cells).all() and coloured.name != plain.name
    assert (coloured.cells[..., 3] == plain.cells[..., 3]).all()
    body, hair = plain.cells[0, 0, 10], plain.cells[0, 0, 40]
    assert (coloured.cells[0, 0, 10] == body).all() and (coloured.cells[0, 0, 40] != hair).any()


def remove_sheet(root: Path) -> None:
    """Take a sheet away."""
    (root / "hair" / "3.png").unlink()


def break_sheet(root: Path) -> None:
    """Write text into all sheets of a layer."""
    for path in (root / "hair").iterdir():
        path.write_text("not a picture")


def shrink_sheet(root: Path) -> None:
    """Make all sheets of a layer small."""
    for path in (root / "body").iterdir():
        Image.new("RGBA", (64, 64)).save(path)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (remove_sheet, "3.png: sheet is missing"),
        (break_sheet, "hair.*png: not a readable picture"),
        (shrink_sheet, "body.*size .W, H. is .64, 64.; a sheet has .832, 1344."),
    ],
)
def test_errors_name_the_sheet(
    made_up_wsprites: Path, tmp_path: Path, damage: Callable[[Path], None], message: str
) -> None:
    root = tmp_path / "sheets"
    shutil.copytree(made_up_wsprites, root)
    damage(root)
    with pytest.raises(GlassError, match=message):
        library = SheetLibrary(root)
        library.character(library.characters("train")[0])


def test_errors_name_the_missing_layer(made_up_lpc: Path, tmp_path: Path) -> None:
    with pytest.raises(GlassError, match="nowhere: no such folder of sheets"):
        SheetLibrary(tmp_path / "nowhere")
    shutil.copytree(made_up_lpc, tmp_path / "lpc", ignore=shutil.ignore_patterns("torso"))
    with pytest.raises(GlassError, match=r"torso/\*.png: sheets are missing"):
        SheetLibrary(tmp_path / "lpc")
