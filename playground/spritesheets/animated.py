"""Animated files with transparency, one for each action: GIF, APNG and WebP."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from playground.spritesheets.loops import Pixels
from playground.spritesheets.palettes import MOST_COLOURS, different_colours, nearest_colours
from playground.spritesheets.sheet import SheetAnimation

SUFFIXES = {"gif": ".gif", "apng": ".apng", "webp": ".webp"}
"""How the names of animated files end, by format."""
_CLEAR = 255
_SOLID = 128


def save_animated(kind: str, animation: SheetAnimation, duration: int, path: Path) -> None:
    """Write an animation in its order, each frame for `duration` milliseconds, without end.

    Pixels of a GIF are clear or solid.

    Raises:
        OSError: it cannot be written.
    """
    frames = [animation.frames[at] for at in animation.order]
    if kind == "gif":
        images = _indexed(frames)
        options: dict[str, Any] = {"disposal": 2, "transparency": _CLEAR, "background": _CLEAR, "optimize": False}
    else:
        images = [Image.fromarray(frame) for frame in frames]
        options = {"disposal": 1, "blend": 0} if kind == "apng" else {"lossless": True, "exact": True, "quality": 75}
    name = {"apng": "PNG"}.get(kind, kind.upper())
    images[0].save(path, name, save_all=True, append_images=images[1:], duration=duration, loop=0, **options)


def _indexed(frames: list[Pixels]) -> list[Image.Image]:
    """Return frames with one palette of at most 255 colours, which are kept exactly where there are no more."""
    solid = [frame[..., 3] >= _SOLID for frame in frames]
    used = np.concatenate([frame[mask][:, :3] for frame, mask in zip(frames, solid, strict=True)])
    colours = different_colours(used)
    if len(colours) < MOST_COLOURS:
        table = colours
    else:
        palette = Image.fromarray(used[None]).quantize(MOST_COLOURS - 1, Image.Quantize.MEDIANCUT).getpalette() or []
        table = np.array(palette, np.uint8).reshape(-1, 3)[: MOST_COLOURS - 1]
    images = []
    for frame, mask in zip(frames, solid, strict=True):
        indices = np.full(mask.shape, _CLEAR, np.uint8)
        if mask.any():
            indices[mask] = nearest_colours(frame[mask][:, :3], table)
        image = Image.fromarray(indices, "P")
        image.putpalette(table.tobytes().ljust(768, b"\0"))
        images.append(image)
    return images
