"""The `SpriteFrames` resource of Godot 4 for a sprite sheet, as text (.tres)."""

import json

from playground.spritesheets.sheet import CellFrame, SheetAnimation, SpriteSheet


def sprite_frames(sheet: SpriteSheet, image: str) -> str:
    """Return the resource, for a picture that lies as `image` in the project's folder.

    Each frame is an `AtlasTexture`; what is trimmed of a cell is its `margin`. There and back is written out, since
    only the newest versions know ping-pong.
    """
    count = len(sheet.frames)
    parts = [
        f'[gd_resource type="SpriteFrames" load_steps={count + 2} format=3]\n',
        f'[ext_resource type="Texture2D" path={json.dumps(f"res://{image}", ensure_ascii=False)} id="1"]\n',
        *(_atlas_texture(sheet, number, place) for number, place in enumerate(sheet.frames)),
        "[resource]",
    ]
    animations = [
        _animation(one, first, sheet.tick_rate) for one, first in zip(sheet.animations, sheet.first_frames, strict=True)
    ]
    parts.append(f"animations = [{', '.join(animations)}]")
    return "\n".join(parts) + "\n"


def _atlas_texture(sheet: SpriteSheet, number: int, place: CellFrame) -> str:
    width, height = sheet.cell
    lines = [
        f'[sub_resource type="AtlasTexture" id="f{number}"]',
        'atlas = ExtResource("1")',
        f"region = Rect2({place.x}, {place.y}, {place.width}, {place.height})",
    ]
    if (place.width, place.height) != sheet.cell:
        lines.append(f"margin = Rect2({place.left}, {place.top}, {width - place.width}, {height - place.height})")
    return "\n".join(lines) + "\n"


def _animation(animation: SheetAnimation, first: int, tick_rate: float) -> str:
    frames = [f'{{\n"duration": 1.0,\n"texture": SubResource("f{first + at}")\n}}' for at in animation.order]
    loop = "true" if animation.loops else "false"
    return (
        f'{{\n"frames": [{", ".join(frames)}],\n"loop": {loop},\n"name": &"{animation.name}",\n'
        f'"speed": {float(tick_rate)}\n}}'
    )
