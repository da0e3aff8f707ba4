"""Sheets of sprites: their grid is found, a standing cell is chosen, and nothing else is taken for one."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from glass.core.errors import GlassError
from playground.pictures.picture import Part, as_picture
from playground.pictures.sheets.sprite_sheet import find_sheet
from tests.playground.pictures.sheets.drawn_sheets import (
    BACK,
    FRONT,
    LEFT,
    LPC,
    MAKER,
    RIGHT,
    Layout,
    draw_sheet,
)

LAYOUTS = {
    "steps with a standing middle": (Layout(3, 4, views=MAKER, still=1), (1, 0)),
    "four by four": (Layout(4, 4, views=MAKER), (0, 0)),
    "walk of the Liberated Pixel Cup": (Layout(9, 4, (64, 64), views=LPC, fill=0.7), (0, 2)),
    "spell of the Liberated Pixel Cup": (Layout(7, 4, (64, 64), views=LPC, fill=0.7), (0, 2)),
    "shot of the Liberated Pixel Cup": (Layout(13, 4, (64, 64), views=LPC, fill=0.7, weapon=True), (0, 2)),
    "views across": (Layout(4, 7, (16, 16), views=(FRONT, BACK, LEFT, RIGHT), across=True, fill=1.0), (0, 0)),
    "a row": (Layout(8, 1), (0, 0)),
    "a column": (Layout(1, 6), (0, 0)),
    "two cells": (Layout(2, 1), (0, 0)),
    "two rows": (Layout(6, 2), (0, 0)),
    "ragged rows": (Layout(8, 5, (48, 48), missing=tuple((c, 4) for c in range(3, 8))), (0, 0)),
    "many rows": (Layout(8, 16, (24, 24)), (0, 0)),
    "gaps of a pixel": (Layout(6, 4, (16, 24), spacing=1, views=MAKER), (0, 0)),
    "a margin and gaps": (Layout(6, 4, (16, 24), margin=1, spacing=1, views=MAKER), (0, 0)),
    "wide gaps": (Layout(8, 2, (32, 32), spacing=8), (0, 0)),
    "a wide margin": (Layout(7, 4, (40, 40), margin=5, views=MAKER), (0, 0)),
    "a magenta ground": (Layout(4, 4, ground=(255, 0, 255), views=MAKER), (0, 0)),
    "a white ground": (Layout(3, 4, ground=(255, 255, 255), views=MAKER, still=1), (1, 0)),
    "lines on a ground": (
        Layout(5, 4, (32, 32), ground=(0, 128, 0), line=(255, 255, 255), spacing=1, margin=1, views=MAKER),
        (0, 0),
    ),
    "lines": (Layout(5, 2, (32, 32), line=(0, 0, 0), spacing=1, margin=1), (0, 0)),
    "weapons up to the border": (Layout(6, 3, (48, 48), weapon=True), (0, 0)),
    "tight cells": (Layout(6, 4, (16, 16), fill=1.0, views=MAKER), (0, 0)),
    "tight cells with weapons": (Layout(8, 4, (24, 32), fill=1.0, weapon=True), (0, 0)),
    "enlarged": (Layout(4, 4, (16, 24), views=MAKER, scale=4), (0, 0)),
    "spare room at the end": (Layout(6, 3, (40, 40), spare=(16, 8)), (0, 0)),
    "large cells": (Layout(8, 4, (200, 240), views=MAKER), (0, 0)),
    "the first cell empty": (Layout(6, 3, missing=((0, 0),)), (1, 0)),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_grid_and_a_standing_cell_are_found(name: str) -> None:
    layout, standing = LAYOUTS[name]
    sheet = find_sheet(draw_sheet(layout))
    assert sheet is not None
    assert sheet.size == (layout.columns, layout.rows)
    assert sheet.standing[0] == standing


@pytest.mark.parametrize(
    ("layout", "row", "column"),
    [
        (Layout(4, 4, views=MAKER), True, False),
        (Layout(4, 3, views=MAKER, across=True), False, True),
        (Layout(6, 2), True, True),
    ],
)
def test_cells_are_of_one_view_in_a_row_or_a_column_or_all_of_them(layout: Layout, row: bool, column: bool) -> None:
    sheet = find_sheet(draw_sheet(layout))
    assert sheet is not None
    assert (sheet.same_view((0, 1), (2, 1)), sheet.same_view((1, 0), (1, 1))) == (row, column)
    assert sheet.same_view((0, 0), (1, 1)) == (row and column)


def test_a_whole_sheet_of_the_liberated_pixel_cup_gives_its_front_walk() -> None:
    whole = Image.new("RGBA", (13 * 64, 21 * 64))
    for first, cells in ((0, 7), (4, 8), (8, 9), (12, 6), (16, 13)):
        part = draw_sheet(Layout(cells, 4, (64, 64), views=LPC, fill=0.7))
        whole.paste(part, (0, first * 64))
    whole.paste(draw_sheet(Layout(6, 1, (64, 64), views=(FRONT,), fill=0.7)), (0, 20 * 64))
    for image in (whole, whole.resize((whole.width * 2, whole.height * 2), Image.Resampling.NEAREST)):
        sheet = find_sheet(image)
        assert sheet is not None
        assert (sheet.size, sheet.standing) == ((13, 21), ((0, 10), (0, 8), (0, 9), (0, 11)))
        assert np.array_equal(sheet.cell((0, 10)), whole.crop((0, 640, 64, 704)))


def test_standing_cells_are_those_of_every_view() -> None:
    steps, alone = draw_sheet(Layout(3, 4, views=MAKER, still=1)), draw_sheet(Layout(6, 2))
    found = [find_sheet(image) for image in (steps, alone)]
    assert [sheet.standing for sheet in found if sheet] == [((1, 0), (1, 1), (1, 2), (1, 3)), ((0, 0),)]


def loose_parts() -> Image.Image:
    """A head, hands and feet that float around a body."""
    image = Image.new("RGBA", (96, 96))
    pen = ImageDraw.Draw(image)
    for box in (
        (34, 4, 62, 30),
        (30, 36, 66, 72),
        (10, 44, 22, 56),
        (74, 44, 86, 56),
        (28, 80, 42, 92),
        (54, 80, 68, 92),
    ):
        pen.ellipse(box, (200, 120, 60, 255))
    return image


def striped() -> Image.Image:
    """One long body of equal stripes."""
    image = Image.new("RGBA", (128, 32))
    for x in range(0, 128, 16):
        ImageDraw.Draw(image).rectangle((x, 8, x + 15, 24), (200 - x, 90 + x, 60, 255))
    return image


def noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8))


@pytest.mark.parametrize(
    "image",
    [
        loose_parts(),
        striped(),
        noise(),
        Image.new("L", (128, 96), 90).convert("1").convert("RGB"),
        Image.new("RGB", (128, 96), (70, 80, 90)),
        Image.new("RGBA", (128, 96)),
        draw_sheet(Layout(1, 1, (96, 128))),
        draw_sheet(Layout(1, 1, (16, 16), weapon=True, fill=1.0)),
        draw_sheet(Layout(1, 1, (96, 128), ground=(255, 255, 255))),
    ],
    ids=["loose", "striped", "noise", "dithered", "plain", "clear", "walker", "small", "on white"],
)
def test_a_single_picture_is_no_sheet(image: Image.Image) -> None:
    assert find_sheet(image) is None


def test_a_sheet_is_played_by_one_of_its_cells_and_says_so() -> None:
    drawn = draw_sheet(Layout(9, 4, (64, 64), views=LPC, fill=0.7))
    picture = as_picture(drawn, "hero.png")
    assert np.array_equal(picture.image, drawn.crop((0, 128, 64, 192)))
    assert "9 columns and 4 rows; playing column 0, row 2" in picture.note
    other = as_picture(drawn, "hero.png", Part(cell=(3, 1)))
    assert np.array_equal(other.image, drawn.crop((192, 64, 256, 128)))
    assert as_picture(picture, part=Part(cell=(3, 1))).image == other.image
    assert as_picture(drawn, "hero.png", Part(whole=True)).image.size == drawn.size


def test_a_ground_is_behind_the_cell_and_stays_inside_of_closed_outlines() -> None:
    white = draw_sheet(Layout(4, 4, ground=(255, 255, 255), views=MAKER))
    ImageDraw.Draw(white).rectangle((14, 30, 16, 32), (255, 255, 255))
    picture = as_picture(white)
    assert picture.background is not None
    assert picture.background.getpixel((0, 0)) == (255, 255, 255)
    assert picture.image.getpixel((0, 0)) == (0, 0, 0, 0)
    assert picture.image.getpixel((15, 31)) == (255, 255, 255, 255)


def test_a_cell_that_is_not_there_is_told_with_the_grid() -> None:
    drawn = draw_sheet(Layout(6, 3, missing=((5, 2),)))
    with pytest.raises(GlassError, match="no cell 6,0 in a sheet of 6 columns and 3 rows; give a column of 0 to 5"):
        as_picture(drawn, "hero.png", Part(cell=(6, 0)))
    with pytest.raises(GlassError, match="nothing in cell 5,2"):
        as_picture(drawn, "hero.png", Part(cell=(5, 2)))
    with pytest.raises(GlassError, match=r"walker.png: no sheet of sprites, so it has no cell 0,0"):
        as_picture(draw_sheet(Layout(1, 1)), "walker.png", Part(cell=(0, 0)))
