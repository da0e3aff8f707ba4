"""Drawing an agent whose pixels are moved, between two ticks: along interpolated displacement fields."""

from dataclasses import dataclass
from math import floor

import pygame
from pygame import Surface

from playground.engine.layered_warp import Patch, WarpLayers, WarpSource, render_patch
from playground.world.layers import Sprite

_LARGEST = 960
"""Side in pixels up to which a window is composed as the display shows it; a larger one is composed at its own size."""


@dataclass(frozen=True)
class Drawn:
    """An agent as it is drawn."""

    surface: Surface
    """Premultiplied RGBA."""
    place: tuple[int, int]
    """Where its left top is drawn, (x, y) in pixels from that of the world."""


class MovedPixels:
    """Draws one agent; what it drew last is kept, for an agent that stands."""

    def __init__(self) -> None:
        """Begin with nothing drawn."""
        self._last: tuple[Sprite, Sprite, float, float, Drawn] | None = None

    def at(self, old: Sprite, new: Sprite, fraction: float, scale: float) -> Drawn | None:
        """Return the agent `fraction` (0..1) of the way between two ticks, with `scale` pixels to one of the world.

        None where there are no fields to move its pixels along: for another agent, and at the start.
        """
        source, like = new.source, new.warp or old.warp
        if source is None or like is None or old.source is not source:
            return None
        last = self._last
        if last is None or last[0] is not old or last[1] is not new or last[2:4] != (fraction, scale):
            layers = (old.warp or like.at_rest()).towards(new.warp or like.at_rest(), fraction)
            x, y = (a + (b - a) * fraction for a, b in zip(old.corner, new.corner, strict=True))
            draw = _draw_art if source.pixel_art else _draw_smoothly
            last = self._last = (old, new, fraction, scale, draw(layers, source, (x, y), scale))
        return last[4]


def _draw_art(layers: WarpLayers, source: WarpSource, corner: tuple[float, float], scale: float) -> Drawn:
    """Draw pixel art on the world's grid of pixels."""
    patch = render_patch(layers, source, source.side)
    x, y = (round(at) + beside for at, beside in zip(corner, patch.corner, strict=True))
    height, width = patch.pixels.shape[:2]
    left, top, right, bottom = (round(at * scale) for at in (x, y, x + width, y + height))
    return Drawn(pygame.transform.scale(_surface(patch), (right - left, bottom - top)), (left, top))


def _draw_smoothly(layers: WarpLayers, source: WarpSource, corner: tuple[float, float], scale: float) -> Drawn:
    """Draw any other picture, at sub-pixel positions."""
    side = max(1, round(source.side * scale))
    left, top = (at * scale for at in corner)
    if side <= max(_LARGEST, source.side):
        first = floor(left), floor(top)
        patch = render_patch(layers, source, side, (left - first[0], top - first[1]))
        return Drawn(_surface(patch), (first[0] + patch.corner[0], first[1] + patch.corner[1]))
    patch = render_patch(layers, source, source.side)
    size = round(patch.pixels.shape[1] * scale), round(patch.pixels.shape[0] * scale)
    place = round(left + patch.corner[0] * scale), round(top + patch.corner[1] * scale)
    return Drawn(pygame.transform.smoothscale(_surface(patch), size), place)


def _surface(patch: Patch) -> Surface:
    height, width = patch.pixels.shape[:2]
    return pygame.image.frombuffer(patch.pixels.tobytes(), (width, height), "RGBA")
