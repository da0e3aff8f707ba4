"""JSON of a sprite sheet as TexturePacker writes it, for Phaser and PixiJS."""

from typing import Any

from playground.spritesheets.aseprite import credit_facts, frame_names, image_facts, place_facts
from playground.spritesheets.sheet import SpriteSheet

_APP = "https://www.codeandweb.com/texturepacker"


def texture_packer_json(sheet: SpriteSheet, image: str, *, array: bool) -> dict[str, Any]:
    """Return what describes a sheet whose picture is the file `image`, with `pivot` in shares of a cell.

    `animations` lists the names of each animation's frames in the order they are seen, as PixiJS reads it.
    """
    pivot = {"x": sheet.pivot[0] / sheet.cell[0], "y": sheet.pivot[1] / sheet.cell[1]}
    names = frame_names(sheet, image)
    frames = {
        name: {**place_facts(sheet, place), "pivot": pivot} for name, place in zip(names, sheet.frames, strict=True)
    }
    animations = {
        one.name: [names[first + at] for at in one.order]
        for one, first in zip(sheet.animations, sheet.first_frames, strict=True)
    }
    meta = {"app": _APP, "version": "1.0", **image_facts(sheet, image), **credit_facts(sheet)}
    listed = [{"filename": name, **frame} for name, frame in frames.items()]
    return {"frames": listed if array else frames, "animations": animations, "meta": meta}
