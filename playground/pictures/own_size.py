"""A picture placed in the world at its own size, and the same as the model sees it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.images import flatten
from glass.core.masks import SOLID, bounding_box
from playground.bundles.manifest import Manifest
from playground.pictures.drawn_shadow import without_drawn_shadow
from playground.pictures.frame_fitting import filled_box
from playground.pictures.picture import Picture
from playground.pictures.pixel_art import as_drawn
from playground.pictures.start import OwnSize, Start

_SHARE = 0.66
"""Longer side of an agent, as a share of the model's window: the rest is room for what it does."""
_FULL = 0.78
"""The same at most, of an agent that fills much of an opaque picture."""
_LARGEST = (1280, 960)
"""Most pixels, across and down, of a world at its picture's own size."""
_ART_SIDE, _ART_COLOURS, _ART_SHARE = 96, 24, 0.8
"""What is taken for pixel art in a scene: an agent's longest side, and how many colours have which share of it."""

_BLURRED, _FOCUS = 40, 0.05
"""Longer side of what is out of focus, in pixels that can be told apart, and how far beyond a picture it begins, as a
share of the world's longer side."""

_Value = TypeVar("_Value", np.uint8, np.float32)

Inpaint = Callable[[NDArray[np.uint8], NDArray[np.float32]], NDArray[np.uint8]]
"""Returns a picture (H, W, 3) without the agent of a mask (H, W)."""


def start_at_own_size(picture: Picture, manifest: Manifest) -> Start:
    """Place what is solid of an RGBA picture in the middle of a world of its own size.

    Pixel art that was enlarged is shrunk to its own pixels again. The world has the model's aspect and at most 1280x960
    pixels; the model sees it, and the mask, resized to its frame.
    """
    image, pixel_art = as_drawn(without_drawn_shadow(picture.image))
    width, height = manifest.frame_size
    scale = max(image.size) / (_SHARE * manifest.window)
    bound = min(_LARGEST[0] / width, _LARGEST[1] / height)
    if scale > bound:
        size = (max(1, round(image.width * bound / scale)), max(1, round(image.height * bound / scale)))
        image, scale = image.resize(size, Image.Resampling.LANCZOS), bound
    world = (max(1, round(width * scale)), max(1, round(height * scale)))
    canvas = Image.new("RGBA", world)
    canvas.paste(image, ((world[0] - image.width) // 2, (world[1] - image.height) // 2))
    background = flatten(Image.new("RGBA", world), picture.background)
    frame = flatten(canvas, picture.background)
    seen = Image.Resampling.BOX if scale >= 1 else Image.Resampling.BICUBIC
    alpha = canvas.getchannel("A")
    own = OwnSize(np.asarray(frame), np.asarray(alpha, np.float32) / np.float32(255), pixel_art, world[0] / width)
    return Start(
        np.asarray(frame.resize((width, height), seen)),
        (np.asarray(alpha.resize((width, height), seen), np.float32) / np.float32(255)).clip(0, 1),
        own=own,
        background=np.asarray(background),
    )


def masked_start(picture: Picture, mask: NDArray[np.float32], manifest: Manifest, inpaint: Inpaint) -> Start:
    """Begin in an opaque picture with the agent of a mask (H, W) of its size, which marks something.

    The world is the largest part of the picture of the frame's shape around the agent, of at most 1280x960 pixels, and
    its inpainted background goes on mirrored and out of focus at its sides where the agent needs more room. The model
    sees what is around the agent.
    """
    image = flatten(picture.image, picture.background)
    room = filled_box(manifest.frame_size, image.size)
    across, down = manifest.frame_size
    unit, scale = _scales(mask, room, manifest)
    shrunk = min(1.0, _LARGEST[0] / (unit * across))
    if shrunk < 1:
        size = (max(1, round(image.width * shrunk)), max(1, round(image.height * shrunk)))
        image = image.resize(size, Image.Resampling.BOX)
        mask = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.float32)
    unit, scale = unit * shrunk, scale * shrunk
    world = (min(_LARGEST[0], round(across * unit)), min(_LARGEST[1], round(down * unit)))
    box = bounding_box(mask > SOLID) or (0, 0, *image.size)
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    spans = [_span(*axis) for axis in zip(middle, image.size, world, strict=True)]
    pixels = np.asarray(image)
    levels, shown = _padded(mask, spans, world), _padded(np.ones_like(mask), spans, world)
    background = _softened(_padded(inpaint(pixels, mask), spans, world, "symmetric"), shown)
    frame = np.where(shown[..., None] > 0, _padded(pixels, spans, world), background)
    x, y = (
        min(max(0.0, at - first + before - scale * side / 2), max(0.0, length - scale * side))
        for at, (first, before), side, length in zip(middle, spans, manifest.frame_size, world, strict=True)
    )
    own = OwnSize(frame, levels, _is_flat_art(frame, levels), scale, (x, y), inpainted=True)
    return seen_by_model(Start(frame, levels, own=own, background=background), manifest)


def seen_by_model(start: Start, manifest: Manifest) -> Start:
    """Return a start at its own size with the frame and the mask that the model sees of it."""
    own = start.own
    assert own is not None
    (x, y), size = own.corner, manifest.frame_size
    box = (x, y, min(x + own.scale * size[0], own.frame.shape[1]), min(y + own.scale * size[1], own.frame.shape[0]))
    kernel = Image.Resampling.BOX if own.scale >= 1 else Image.Resampling.BICUBIC
    frame = np.asarray(Image.fromarray(own.frame).resize(size, kernel, box))
    mask = np.asarray(Image.fromarray(own.mask).resize(size, kernel, box), np.float32).clip(0, 1)
    return replace(start, frame=frame, mask=mask)


def _scales(mask: NDArray[np.float32], room: tuple[int, int, int, int], manifest: Manifest) -> tuple[float, float]:
    """Return how many of a mask's pixels are one of the model's where the world is its frame, and in what it sees.

    The world is the box that there is `room` for, or as large as the agent needs; its agent has the usual size in what
    the model sees, if it can.
    """
    left, top, right, bottom = bounding_box(mask > SOLID) or (0, 0, *mask.shape[::-1])
    longest = float(max(right - left, bottom - top)) / manifest.window
    whole = (room[2] - room[0]) / manifest.frame_size[0]
    scale = max(longest / _FULL, min(longest / _SHARE, whole))
    return max(whole, scale), scale


def _span(middle: float, side: int, room: int) -> tuple[int, int]:
    """Return, along an axis, the first pixel of a picture that the world shows, and how many mirrored ones are before.

    The world shows what is about `middle`; all of the picture where it has more room than that.
    """
    if room >= side:
        return 0, (room - side) // 2
    return round(min(max(0.0, middle - room / 2), side - room)), 0


def _padded(
    pixels: NDArray[_Value],
    spans: list[tuple[int, int]],
    world: tuple[int, int],
    mode: Literal["constant", "symmetric"] = "constant",
) -> NDArray[_Value]:
    """Return what a world (width, height) shows of pixels (H, W, 3) or (H, W); around is nothing, or they mirrored."""
    (left, before), (top, above) = spans
    part = pixels[top : top + world[1], left : left + world[0]]
    below, after = world[1] - above - part.shape[0], world[0] - before - part.shape[1]
    return np.pad(part, ((above, below), (before, after), (0, 0))[: pixels.ndim], mode=mode)


def _softened(pixels: NDArray[np.uint8], sharp: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return pixels (H, W, 3) out of focus where they are not sharp, (H, W), the more so the farther away.

    Mirrored again and again a picture would be a kaleidoscope.
    """
    if sharp.all():
        return pixels
    height, width = sharp.shape
    longest = max(height, width)
    away = cv2.distanceTransform((sharp == 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
    small = cv2.resize(
        pixels,
        (max(1, _BLURRED * width // longest), max(1, _BLURRED * height // longest)),
        interpolation=cv2.INTER_AREA,
    )
    blurred = cv2.resize(cv2.GaussianBlur(small, (0, 0), 2.0), (width, height), interpolation=cv2.INTER_CUBIC)
    share = np.minimum(1, away / (_FOCUS * longest))[..., None]
    return np.asarray((pixels + (blurred.astype(np.float32) - pixels) * share + 0.5).astype(np.uint8))


def _is_flat_art(frame: NDArray[np.uint8], mask: NDArray[np.float32]) -> bool:
    """Say whether an agent in a frame (H, W, 3) is small and of few colours, as pixel art is."""
    box = bounding_box(mask > SOLID)
    if box is None or max(box[2] - box[0], box[3] - box[1]) > _ART_SIDE:
        return False
    counts = np.sort(np.unique(frame[mask > SOLID], axis=0, return_counts=True)[1])[::-1]
    return bool(counts[:_ART_COLOURS].sum() >= _ART_SHARE * counts.sum())
