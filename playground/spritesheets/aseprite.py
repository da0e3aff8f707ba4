"""JSON of a sprite sheet as Aseprite's export writes it, as an array or a hash of frames."""

from typing import Any

from playground.spritesheets.sheet import CellFrame, SheetAnimation, SpriteSheet

_APP = "https://www.aseprite.org/"
_VERSION = "1.3"


def aseprite_json(sheet: SpriteSheet, image: str, *, array: bool) -> dict[str, Any]:
    """Return what describes a sheet whose picture is the file `image`, as Aseprite's `createDataFile` lays it out.

    Beside Aseprite's own keys, `meta` has `model`, `licence` and `credits`.
    """
    frames = {name: _frame(sheet, place) for name, place in zip(frame_names(sheet, image), sheet.frames, strict=True)}
    tags = [_tag(one, first) for one, first in zip(sheet.animations, sheet.first_frames, strict=True)]
    (width, height), (x, y) = sheet.cell, sheet.pivot
    key = {"frame": 0, "bounds": {"x": 0, "y": 0, "w": width, "h": height}, "pivot": {"x": x, "y": y}}
    meta = {
        "app": _APP,
        "version": _VERSION,
        **image_facts(sheet, image),
        "frameTags": tags,
        "layers": [{"name": "agent", "opacity": 255, "blendMode": "normal"}],
        "slices": [{"name": "agent", "color": "#0000ffff", "keys": [key]}],
        **credit_facts(sheet),
    }
    listed = [{"filename": name, **frame} for name, frame in frames.items()]
    return {"frames": listed if array else frames, "meta": meta}


def frame_names(sheet: SpriteSheet, image: str) -> tuple[str, ...]:
    """Return the name of each frame, as Aseprite names those of tags in a sheet: `hero #walk_left 8.png`."""
    title, _, suffix = image.rpartition(".")
    tags = [animation.name for animation in sheet.animations for _ in animation.frames]
    return tuple(f"{title} #{tag} {number}.{suffix}" for number, tag in enumerate(tags))


def image_facts(sheet: SpriteSheet, image: str) -> dict[str, Any]:
    """Return what `meta` says of the picture, in Aseprite's files and in TexturePacker's."""
    height, width = sheet.pixels.shape[:2]
    return {"image": image, "format": "RGBA8888", "size": {"w": width, "h": height}, "scale": "1"}


def place_facts(sheet: SpriteSheet, place: CellFrame) -> dict[str, Any]:
    """Return where a frame is, in Aseprite's files and in TexturePacker's."""
    width, height = sheet.cell
    size = {"w": place.width, "h": place.height}
    return {
        "frame": {"x": place.x, "y": place.y, **size},
        "rotated": False,
        "trimmed": (place.width, place.height) != sheet.cell,
        "spriteSourceSize": {"x": place.left, "y": place.top, **size},
        "sourceSize": {"w": width, "h": height},
    }


def credit_facts(sheet: SpriteSheet) -> dict[str, Any]:
    """Return who is to be named, for `meta`."""
    credits = sheet.credits
    return {"model": credits.model, "licence": credits.licence, "credits": [*credits.training_data, *credits.notes]}


def _frame(sheet: SpriteSheet, place: CellFrame) -> dict[str, Any]:
    return {**place_facts(sheet, place), "duration": sheet.duration}


def _tag(animation: SheetAnimation, first: int) -> dict[str, Any]:
    """Return a frame tag; `repeat` counts each way of a ping-pong, and is left out of what never ends."""
    tag: dict[str, Any] = {"name": animation.name, "from": first, "to": first + len(animation.frames) - 1}
    tag["direction"] = "pingpong" if animation.pingpong else "forward"
    if not animation.loops:
        tag["repeat"] = "2" if animation.pingpong else "1"
    return tag
