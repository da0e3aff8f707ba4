"""The layout of the Liberated Pixel Cup, and a whole sheet from one picture of it."""

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from playground.bundles.library import find_bundle
from playground.engine.inference import InferenceEngine
from playground.pictures.picture import load_picture
from playground.pictures.sheets.sprite_sheet import find_sheet
from playground.spritesheets.export import SheetOptions, make_sheet
from playground.spritesheets.lpc import lpc_cells, lpc_rows
from playground.spritesheets.sheet import SheetAnimation
from tests.scripts import ROOT


def animation(name: str, count: int, loops: bool) -> SheetAnimation:
    """Cells of which each has its own width, the narrowest first."""
    frames = []
    for number in range(count):
        frame = np.zeros((64, 64, 4), np.uint8)
        frame[20:62, 28 - number : 36 + number] = (number, len(name), 7, 255)
        frames.append(frame)
    return SheetAnimation(name, tuple(frames), loops)


def test_each_action_has_its_row() -> None:
    shown = [
        animation("walk_left", 8, True),
        animation("spellcast", 3, False),
        animation("spellcast_front", 4, False),
        animation("slash_right", 5, False),
        animation("hurt", 2, False),
        animation("walk_front_2", 5, False),
        animation("dance", 3, False),
    ]
    rows = lpc_rows(shown)
    assert [(row.row, [one.name for one in row.animations]) for row in rows] == [
        (2, ["spellcast_front"]),
        (9, ["stand_left", "walk_left"]),
        (15, ["slash_right"]),
        (20, ["hurt"]),
    ]
    pixels, places = lpc_cells(rows)
    assert pixels.shape == (1344, 832, 4) and len(places) == 7 + 9 + 6 + 6
    drawn = pixels.reshape(21, 64, 13, 64, 4)[..., 3].any((1, 3))
    assert {row: int(drawn[row].sum()) for row in range(21) if drawn[row].any()} == {2: 7, 9: 9, 15: 6, 20: 6}


def test_acts_to_a_side_leave_out_the_rest_around_them() -> None:
    shown = [animation("slash_left", 7, False), animation("slash_front", 7, False)]
    left, front = (row.animations[0].frames for row in lpc_rows(shown))
    assert [int(frame[30, 32, 0]) for frame in left] == [1, 2, 3, 3, 4, 5]
    assert [int(frame[30, 32, 0]) for frame in front] == [0, 1, 2, 4, 5, 6]


def test_what_has_no_row_is_told() -> None:
    with pytest.raises(GlassError, match="--layout lpc: no action is a walk"):
        lpc_rows([animation("dance", 3, False)])


@pytest.mark.slow
def test_a_whole_sheet_from_one_picture() -> None:
    engine = InferenceEngine(find_bundle(ROOT / "models" / "sprites"))
    start = engine.find_agent(load_picture(ROOT / "models" / "sprites" / "starts" / "Agnar_the_orc.png"))
    sheet = make_sheet(engine, start, SheetOptions(layout="lpc"))
    found = find_sheet(Image.fromarray(sheet.pixels))  # what reads such sheets takes it for one
    assert found is not None and found.standing[0] == (0, 10)
    bottoms = {
        int(np.flatnonzero(sheet.pixels[at.y : at.y + 64, at.x : at.x + 64, 3].any(1)).max())
        for name, first, one in zip(
            [a.name for a in sheet.animations], sheet.first_frames, sheet.animations, strict=True
        )
        if name.startswith("walk")
        for at in sheet.frames[first : first + len(one.frames)]
    }
    assert bottoms == {61}
