"""Drawing the world: whole pixels at a tick, in between linear interpolation of positions and displacement fields."""

from collections import defaultdict
from collections.abc import Sequence
from math import ceil

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Rect, Surface

from playground.ui.toolkit.moved_pixels import MovedPixels
from playground.ui.toolkit.surface_cache import SurfaceCache
from playground.world.layers import Layers


class WorldRenderer:
    """Draws the world at a tick, or between two.

    At a tick it is the model's frame, pixel for pixel. On the way there from the tick before, the same layers are drawn
    at interpolated positions, rounded to pixels of the window. An agent whose pixels are moved is composed for the
    display, also at a tick.
    """

    def __init__(self) -> None:
        """Begin with nothing drawn."""
        self._squares = SurfaceCache(enlarged, 4)
        self._smooth = SurfaceCache(smoothly_resized, 4)
        self._sprites = SurfaceCache(sprite_surface, 4)
        self._agents: defaultdict[int, MovedPixels] = defaultdict(MovedPixels)

    def draw(self, surface: Surface, world: Rect, before: Layers | None, now: Layers, fraction: float) -> None:
        """Draw inside `world`, `fraction` (0..1) of the way from the moment before, where there is one, to now."""
        pictures = self._smooth if now.smooth else self._squares
        if before is None or fraction >= 1 or not _moves(before, now):
            if all(sprite.warp is None for sprite in now.sprites):
                surface.blit(pictures.get(now.frame, world.size), world)
                return
            before, fraction = now, 1.0
        scale = world.width / now.frame.shape[1]
        clip = surface.get_clip()
        surface.set_clip(world.clip(clip))
        rest = fraction - 1
        pan = [b - a for a, b in zip(before.pan, now.pan, strict=True)]
        if any(pan):  # the two moments cover all but two corners of a diagonal pan
            surface.blit(pictures.get(now.background, world.size), world)
            behind = pictures.get(before.background, world.size)
            surface.blit(behind, _moved(world, [d * fraction * scale for d in pan]))
        surface.blit(pictures.get(now.background, world.size), _moved(world, [d * rest * scale for d in pan]))
        for index in now.order:
            old, new = before.sprites[index], now.sprites[index]
            moved = self._agents[index].at(old, new, fraction, scale)
            if moved is None:
                way = [(b + (b - a) * rest) * scale for a, b in zip(old.corner, new.corner, strict=True)]
                side = round(new.crop.shape[0] * scale)
                sprite, place = self._sprites.get(new.pixels, (side, side)), _moved(world, way)
            else:
                sprite, place = moved.surface, _moved(world, moved.place)
            surface.blit(sprite, place, special_flags=pygame.BLEND_PREMULTIPLIED)
        surface.set_clip(clip)


def enlarged(pixels: NDArray[np.uint8], size: tuple[int, int]) -> Surface:
    """Return `pixels` (H, W, 3) as a surface of `size`: in squares, or smoothly shrunk where it is smaller."""
    height, width = pixels.shape[:2]
    small = pygame.image.frombuffer(pixels.tobytes(), (width, height), "RGB")
    scale = pygame.transform.scale if size[0] >= width else pygame.transform.smoothscale
    return scale(small, size)


def smoothly_resized(pixels: NDArray[np.uint8], size: tuple[int, int]) -> Surface:
    """Return `pixels` (H, W, 3) as a surface of `size`, smoothly enlarged or shrunk."""
    height, width = pixels.shape[:2]
    surface = pygame.image.frombuffer(pixels.tobytes(), (width, height), "RGB")
    return surface if size == (width, height) else pygame.transform.smoothscale(surface, size)


def sprite_surface(pixels: NDArray[np.uint8], size: tuple[int, int]) -> Surface:
    """Return premultiplied RGBA (H, W, 4) as a surface of `size`: in squares, whose edges are soft between pixels."""
    height, width = pixels.shape[:2]
    small = pygame.image.frombuffer(pixels.tobytes(), (width, height), "RGBA")
    whole = (width * ceil(size[0] / width), height * ceil(size[1] / height))
    squares = pygame.transform.scale(small, whole)
    return squares if whole == size else pygame.transform.smoothscale(squares, size)


def _moves(before: Layers, now: Layers) -> bool:
    """Whether anything is somewhere else than before, or its pixels are."""
    if len(before.sprites) != len(now.sprites):
        return False
    pairs = list(zip(before.sprites, now.sprites, strict=True))
    return before.pan != now.pan or any(a.corner != b.corner or a.warp is not b.warp for a, b in pairs)


def _moved(world: Rect, way: Sequence[float]) -> tuple[int, int]:
    return world.left + round(way[0]), world.top + round(way[1])
