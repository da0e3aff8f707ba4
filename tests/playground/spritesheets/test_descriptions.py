"""Files that describe a sheet, read back: Aseprite's and TexturePacker's JSON, and Godot's resource by godot_parser."""

import warnings
from typing import Any

import numpy as np
import pytest

from playground.spritesheets.aseprite import aseprite_json
from playground.spritesheets.godot import sprite_frames
from playground.spritesheets.sheet import SpriteSheet
from playground.spritesheets.texture_packer import texture_packer_json
from tests.playground.spritesheets.test_sheet import cells

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it uses names that pyparsing has given up
    import godot_parser


def test_aseprite_array(sheet: SpriteSheet) -> None:
    told = aseprite_json(sheet, "hero.png", array=True)
    width, height = sheet.cell
    assert told["frames"][5] == {
        "filename": "hero #strike 5.png",
        "frame": {"x": width, "y": height, "w": width, "h": height},
        "rotated": False,
        "trimmed": False,
        "spriteSourceSize": {"x": 0, "y": 0, "w": width, "h": height},
        "sourceSize": {"w": width, "h": height},
        "duration": 80,
    }
    meta = told["meta"]
    assert meta["app"] == "https://www.aseprite.org/" and meta["image"] == "hero.png" and meta["format"] == "RGBA8888"
    assert meta["size"] == {"w": 4 * width, "h": 3 * height} and meta["scale"] == "1"
    assert meta["frameTags"] == [
        {"name": "walk_right", "from": 0, "to": 3, "direction": "forward"},
        {"name": "strike", "from": 4, "to": 6, "direction": "pingpong", "repeat": "2"},
        {"name": "jump", "from": 7, "to": 9, "direction": "forward", "repeat": "1"},
    ]
    (piece,) = meta["slices"]
    assert piece["name"] == "agent" and piece["keys"][0]["pivot"] == {"x": sheet.pivot[0], "y": sheet.pivot[1]}
    assert meta["licence"] == "CC0-1.0" and meta["credits"] == ["nothing", "Ö. Nobody"] and meta["model"] == "hand"


def test_the_hash_has_the_frames_of_the_array_in_their_order(packed: SpriteSheet) -> None:
    array = aseprite_json(packed, "hero.png", array=True)
    hashed = aseprite_json(packed, "hero.png", array=False)
    assert [{"filename": name, **frame} for name, frame in hashed["frames"].items()] == array["frames"]
    assert hashed["meta"] == array["meta"]
    assert all(frame["trimmed"] for frame in array["frames"])


@pytest.mark.parametrize("array", [True, False])
def test_texture_packer(packed: SpriteSheet, array: bool) -> None:
    told = texture_packer_json(packed, "hero.png", array=array)
    frames = told["frames"] if array else [{"filename": name, **frame} for name, frame in told["frames"].items()]
    for frame, cell in zip(frames, cells(packed), strict=True):
        rebuilt = np.zeros_like(cell)
        at, source = frame["frame"], frame["spriteSourceSize"]
        part = packed.pixels[at["y"] : at["y"] + at["h"], at["x"] : at["x"] + at["w"]]
        rebuilt[source["y"] : source["y"] + source["h"], source["x"] : source["x"] + source["w"]] = part
        np.testing.assert_array_equal(rebuilt, cell)
        assert "duration" not in frame and frame["pivot"]["x"] == 0.5
    names = [frame["filename"] for frame in frames]
    assert told["animations"]["strike"] == [names[number] for number in (4, 5, 6, 5, 4)]
    assert told["meta"]["licence"] == "CC0-1.0"


def godot_file(text: str) -> Any:
    """A file of Godot, by a reader that does not know `&"name"` of Godot 4, another way to write a text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return godot_parser.parse(text.replace('&"', '"'))


@pytest.mark.parametrize("which", ["sheet", "packed"])
def test_a_new_godot_project_plays_the_hero(which: str, request: pytest.FixtureRequest) -> None:
    sheet: SpriteSheet = request.getfixturevalue(which)
    scene = godot_file(
        '[gd_scene load_steps=2 format=3]\n\n[ext_resource type="SpriteFrames" path="res://hero.tres" id="1"]\n\n'
        '[node name="Hero" type="AnimatedSprite2D"]\nsprite_frames = ExtResource("1")\nanimation = &"strike"\n'
    )
    (wanted,) = scene.get_nodes()
    frames = godot_file(sprite_frames(sheet, "hero.png"))
    (texture,) = frames.get_ext_resources()
    assert texture.path == "res://hero.png" and texture.type == "Texture2D"
    atlas = {part.id: part for part in frames.get_sub_resources()}
    assert frames.find_section("gd_resource").header["load_steps"] == len(atlas) + 2 == len(sheet.frames) + 2
    (resource,) = frames.find_all("resource")
    by_name = {animation["name"]: animation for animation in resource["animations"]}
    assert [(name, one["loop"], one["speed"]) for name, one in by_name.items()] == [
        ("walk_right", True, 12.5),
        ("strike", False, 12.5),
        ("jump", False, 12.5),
    ]
    played = by_name[wanted["animation"]]["frames"]
    assert len(played) == 5 and all(frame["duration"] == 1.0 for frame in played)
    for frame, number in zip(played, (4, 5, 6, 5, 4), strict=True):
        part = atlas[frame["texture"].id]
        x, y, width, height = (int(value) for value in part["region"].args)
        left, top, more_width, more_height = part["margin"].args if "margin" in part.properties else (0,) * 4
        assert (width + more_width, height + more_height) == sheet.cell
        shown = np.pad(
            sheet.pixels[y : y + height, x : x + width],
            ((top, more_height - top), (left, more_width - left), (0, 0)),
        )
        np.testing.assert_array_equal(shown, cells(sheet)[number])
