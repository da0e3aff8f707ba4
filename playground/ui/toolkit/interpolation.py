"""Drawing the world: whole pixels at a tick, linear interpolation of positions between two ticks."""

from collections.abc import Sequence
from math import ceil

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Rect, Surface

from playground.ui.toolkit.surface_cache import SurfaceCache
from playground.world.layers import Layers


class WorldRenderer:
    """Draws the world at a tick, or between two.

    At a tick it is the model's frame, pixel for pixel. On the way there from the tick before, the same layers are drawn
    at interpolated positions, rounded to pixels of the window.
    """

    def __init__(self) -> None:
        """Begin with nothing drawn."""
        self._pictures = SurfaceCache(enlarged, 4)
        self._sprites = SurfaceCache(sprite_surface, 4)

    def draw(self, surface: Surface, world: Rect, before: Layers | None, now: Layers, fraction: float) -> None:
        """Draw inside `world`, `fraction` (0..1) of the way from the moment before, where there is one, to now."""
        if before is None or fraction >= 1 or not _moves(before, now):
            surface.blit(self._pictures.get(now.frame, world.size), world)
            return
        scale = world.width / now.frame.shape[1]
        clip = surface.get_clip()
        surface.set_clip(world.clip(clip))
        rest = fraction - 1
        pan = [b - a for a, b in zip(before.pan, now.pan, strict=True)]
        if any(pan):  # the two moments cover all but two corners of a diagonal pan
            surface.blit(self._pictures.get(now.background, world.size), world)
            behind = self._pictures.get(before.background, world.size)
            surface.blit(behind, _moved(world, [d * fraction * scale for d in pan]))
        surface.blit(self._pictures.get(now.background, world.size), _moved(world, [d * rest * scale for d in pan]))
        for index in now.order:
            old, new = before.sprites[index], now.sprites[index]
            way = [(b + (b - a) * rest) * scale for a, b in zip(old.corner, new.corner, strict=True)]
            side = round(new.crop.shape[0] * scale)
            sprite = self._sprites.get(new.pixels, (side, side))
            surface.blit(sprite, _moved(world, way), special_flags=pygame.BLEND_PREMULTIPLIED)
        surface.set_clip(clip)


def enlarged(pixels: NDArray[np.uint8], size: tuple[int, int]) -> Surface:
    """Return `pixels` (H, W, 3) as a surface of `size`: in squares, or smoothly shrunk where it is smaller."""
    height, width = pixels.shape[:2]
    small = pygame.image.frombuffer(pixels.tobytes(), (width, height), "RGB")
    scale = pygame.transform.scale if size[0] >= width else pygame.transform.smoothscale
    return scale(small, size)


def sprite_surface(pixels: NDArray[np.uint8], size: tuple[int, int]) -> Surface:
    """Return premultiplied RGBA (H, W, 4) as a surface of `size`: in squares, whose edges are soft between pixels."""
    height, width = pixels.shape[:2]
    small = pygame.image.frombuffer(pixels.tobytes(), (width, height), "RGBA")
    whole = (width * ceil(size[0] / width), height * ceil(size[1] / height))
    squares = pygame.transform.scale(small, whole)
    return squares if whole == size else pygame.transform.smoothscale(squares, size)


def _moves(before: Layers, now: Layers) -> bool:
    """Whether anything is somewhere else than before."""
    if len(before.sprites) != len(now.sprites):
        return False
    there = [sprite.corner for sprite in before.sprites] != [sprite.corner for sprite in now.sprites]
    return there or before.pan != now.pan


def _moved(world: Rect, way: Sequence[float]) -> tuple[int, int]:
    return world.left + round(way[0]), world.top + round(way[1])
