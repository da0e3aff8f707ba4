"""Sheets of models written by hand: one that paints the agent, and one that moves the picture's own pixels."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glass.core.directions import DIRECTIONS
from glass.core.errors import GlassError
from playground import Engine
from playground.bundles.manifest import Act, read_manifest
from playground.pictures.picture import as_picture
from playground.spritesheets.actions import ActionKind, sheet_actions
from playground.spritesheets.background_export import BackgroundExport
from playground.spritesheets.export import FORMATS, SheetOptions, make_sheet, sheet_files, write_sheet
from playground.spritesheets.sheet import SpriteSheet
from tests.playground.spritesheets.test_sheet import cells
from tests.playground.world.test_own_size import cut_out


def moving_sheet(bundle: Path, side: int, **options: object) -> SpriteSheet:
    engine = Engine.load(bundle)
    return make_sheet(engine, engine.find_agent(cut_out(side)), SheetOptions(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize("side", [16, 200])
def test_pixels_that_are_moved_keep_their_size_and_colours(moving_bundle: Path, side: int) -> None:
    sheet = moving_sheet(moving_bundle, side)
    first = cells(sheet)[0]
    rows, columns = np.nonzero(first[..., 3])
    assert (np.ptp(columns) + 1, np.ptp(rows) + 1) == (side // 2, 3 * side // 4)
    colours = {tuple(pixel) for cell in cells(sheet) for pixel in cell[cell[..., 3] > 0].tolist()}
    assert colours == {(200, 30, 30, 255), (20, 40, 220, 255), (20, 41, 220, 255)}
    names = [animation.name for animation in sheet.animations]
    assert names == ["idle", "walk_right", "walk_left", "walk_up", "walk_down"]
    (mirrored,) = sheet.animations[4].frames
    box = mirrored[:, columns.min() : columns.max() + 1]
    assert tuple(box[rows.max(), 0]) == (20, 40, 220, 255)


def test_what_is_painted_has_the_pictures_colours_and_no_ground(painted_bundle: Path) -> None:
    engine = Engine.load(painted_bundle)
    start = engine.find_agent(Image.open(painted_bundle / "starts" / "0.png"))
    own, free = (make_sheet(engine, start, SheetOptions(palette=palette)) for palette in ("own", "any"))
    for sheet, exact in ((own, True), (free, False)):
        for cell in cells(sheet):
            assert np.count_nonzero(cell[..., 3]) == 6 * 8 and set(np.unique(cell[..., 3])) == {0, 255}
            assert not exact or set(map(tuple, cell[cell[..., 3] > 0].tolist())) == {(255, 0, 0, 255)}
            assert not cell[cell[..., 3] == 0].any()
    assert any((cell[..., 0] < 255)[cell[..., 3] > 0].all() for cell in cells(free))


def test_scale_palette_and_pivot(moving_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "two.hex").write_text("000080\nff0000\n")
    large = moving_sheet(moving_bundle, 16, scale=3, palette=str(tmp_path / "two.hex"), actions="idle", pivot="centre")
    (cell,) = cells(large)
    assert np.count_nonzero(cell[..., 3]) == 8 * 12 * 9
    assert {tuple(pixel) for pixel in cell[cell[..., 3] > 0].tolist()} == {(0, 0, 128, 255), (255, 0, 0, 255)}
    assert large.pivot == (large.cell[0] // 2, large.cell[1] // 2)
    small = moving_sheet(moving_bundle, 200, scale=0.5, actions="idle")
    assert np.count_nonzero(cells(small)[0][..., 3]) == pytest.approx(50 * 75, rel=0.03)


def test_files_of_all_formats(moving_bundle: Path, tmp_path: Path) -> None:
    sheet = moving_sheet(moving_bundle, 16, actions="idle go=walk_left", layout="packed")
    files = write_sheet(sheet, tmp_path / "hero.png", FORMATS)
    assert files == sheet_files(tmp_path / "hero.png", FORMATS, ["idle", "go"])
    assert sorted(path.name for path in tmp_path.glob("hero*")) == sorted(path.name for path in files)
    assert {"hero.json", "hero.tres", "hero-go.gif", "hero-idle.webp", "hero.credits.json"} <= {f.name for f in files}
    assert json.loads((tmp_path / "hero.credits.json").read_text(encoding="utf-8"))["licence"] == "CC0-1.0"
    with Image.open(tmp_path / "hero.png") as image:
        np.testing.assert_array_equal(np.asarray(image), sheet.pixels)


def test_an_agent_that_cannot_be_seen_is_told(painted_bundle: Path) -> None:
    engine = Engine.load(painted_bundle)
    start = engine.find_agent(as_picture(np.array(Image.open(painted_bundle / "starts" / "0.png"))))
    faint = type(start)(start.frame, start.mask * 0.02)
    with pytest.raises(GlassError, match="nothing of the agent is solid"):
        make_sheet(engine, faint, SheetOptions(actions="idle"))


def test_in_the_background(moving_bundle: Path, tmp_path: Path) -> None:
    engine = Engine.load(moving_bundle)
    start = engine.find_agent(cut_out(16))
    export = BackgroundExport()
    assert export.next_message() == ""
    assert export.begin(engine, start, tmp_path / "new" / "hero.png") == "making a sprite sheet; play on"
    export.close()
    said = export.next_message()
    assert said.startswith("sprite sheet of 5 actions") and str(tmp_path / "new" / "hero.png") in said
    assert (tmp_path / "new" / "hero.tres").is_file()
    (tmp_path / "file").write_text("")
    export.begin(engine, start, tmp_path / "file" / "hero.png")
    export.close()
    with pytest.raises(GlassError, match="no sprite sheet: "):
        export.next_message()


def test_a_measured_act_goes_from_rest_to_rest(moving_bundle: Path) -> None:
    acts = {2: Act((1, 2), (3,)), 3: Act((3, 3)), 1: Act(same_as=3)}
    manifest = replace(read_manifest(moving_bundle).with_acts(acts), default_local_actions=dict.fromkeys(DIRECTIONS, 4))
    (moving_bundle / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    engine = Engine.load(moving_bundle)
    codes = {action.local_action for action in sheet_actions(engine.manifest) if action.kind is ActionKind.ACT}
    assert 1 not in codes
    sheet = make_sheet(engine, engine.find_agent(cut_out(16)), SheetOptions(actions="shade_2"))
    (animation,) = sheet.animations
    assert len(animation.frames) == 5 and not animation.pingpong
    np.testing.assert_array_equal(animation.frames[0], animation.frames[-1])
    columns = [np.flatnonzero(frame[..., 3].any(0))[0] for frame in animation.frames]
    assert [columns[0] - column for column in columns] == [0, 1, 2, 3, 0]
