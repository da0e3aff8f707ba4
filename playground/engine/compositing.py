"""Alpha compositing: crop a window around an agent, pan the background, paste premultiplied RGBA over it."""

from dataclasses import dataclass
from functools import cached_property
from math import floor

import cv2
import numpy as np
from numpy.typing import NDArray

from glass.core.directions import EDGES
from glass.core.masks import SOLID, bounding_box

Layer = NDArray[np.float32]
"""Pixels (H, W, C) in [0, 1]."""
_FAINT = np.float32(1 / 255)
"""Least alpha that a colour is divided by."""


@dataclass(frozen=True)
class Backdrop:
    """A background panned as a whole so far. Its pixels are computed when they are first asked for, and cached."""

    source: Layer
    """The background as it was at first, (H, W, 3)."""
    pan: tuple[float, float] = (0.0, 0.0)
    """How far (x, y) in pixels its content has moved."""

    @cached_property
    def layer(self) -> Layer:
        """The background as it is now, (H, W, 3)."""
        return pan_background(self.source, self.pan)

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """The same as uint8."""
        return to_bytes(self.layer)

    def moved(self, pan: tuple[float, float]) -> "Backdrop":
        """Return the backdrop after one more pan; itself where it does not move."""
        if pan[0] == 0 and pan[1] == 0:
            return self
        return Backdrop(self.source, (self.pan[0] + pan[0], self.pan[1] + pan[1]))

    def without_cache(self) -> "Backdrop":
        """Return the same backdrop without its cached pixels, to be kept in little memory."""
        return Backdrop(self.source, self.pan)


def window_corner(position: tuple[float, float], window: int) -> tuple[int, int]:
    """Return the left and top pixel of the square window whose centre is `position` (x, y)."""
    return floor(position[0] - window / 2 + 0.5), floor(position[1] - window / 2 + 0.5)


def cut_window(layer: Layer, position: tuple[float, float], window: int) -> Layer:
    """Cut the (window, window, C) pixels around `position`; what lies outside the layer is 0."""
    crop = np.zeros((window, window, layer.shape[2]), np.float32)
    frame_part, window_part = _overlap(layer.shape, window_corner(position, window), crop.shape)
    crop[window_part] = layer[frame_part]
    return crop


def paste(
    frame: NDArray[np.uint8], layer: Layer, crop: Layer, position: tuple[float, float], shadow: Layer | None = None
) -> NDArray[np.bool_]:
    """Paste a premultiplied RGBA crop (S, S, 4) around `position`, (x, y) in pixels, which may lie outside the frame.

    The frame, uint8 (H, W, 3), is changed; `layer` is the same in [0, 1]. The shadow (D, D, 1), the share of the light
    that it takes, falls around the same position on what is behind. Returns the pasted agent's mask, bool (H, W).
    """
    if shadow is not None:
        layer = _scaled(layer, 1 - shadow, position)
        frame[:] = to_bytes(layer)
    mask = np.zeros(frame.shape[:2], np.bool_)
    corner = window_corner(position, crop.shape[0])
    left, top, right, bottom = bounding_box(crop[:, :, 3] > 0) or (0, 0, 0, 0)
    crop = crop[top:bottom, left:right]
    frame_part, window_part = _overlap(mask.shape, (corner[0] + left, corner[1] + top), crop.shape)
    pixels = crop[window_part]
    alpha = pixels[:, :, 3:]
    frame[frame_part] = to_bytes(pixels[:, :, :3] + (1 - alpha) * layer[frame_part])
    mask[frame_part] = alpha[:, :, 0] > SOLID
    return mask


def paste_patch(frame: NDArray[np.uint8], pixels: NDArray[np.uint8], corner: tuple[int, int]) -> NDArray[np.bool_]:
    """Paste premultiplied RGBA pixels (h, w, 4) into a frame, uint8 (H, W, 3), their left top at `corner` (x, y).

    The frame is changed; pixels beyond its sides are left out. Returns where it shows them solid, bool (H, W).
    """
    mask = np.zeros(frame.shape[:2], np.bool_)
    frame_part, patch_part = _overlap(mask.shape, corner, pixels.shape)
    part = pixels[patch_part]
    if part.size:
        colours, alpha = cv2.cvtColor(part, cv2.COLOR_RGBA2RGB), part[..., 3]
        clear = cv2.cvtColor(cv2.bitwise_not(alpha), cv2.COLOR_GRAY2RGB)
        behind = cv2.multiply(np.ascontiguousarray(frame[frame_part]), clear, scale=1 / 255)
        frame[frame_part] = cv2.add(behind, colours)
        mask[frame_part] = alpha > 255 * SOLID
    return mask


def paste_cut_out(canvas: Layer, crop: Layer, position: tuple[float, float]) -> None:
    """Paste a premultiplied RGBA crop (S, S, 4) around `position`, (x, y) in pixels, over another layer (H, W, 4)."""
    canvas_part, window_part = _overlap(canvas.shape, window_corner(position, crop.shape[0]), crop.shape)
    pixels = crop[window_part]
    canvas[canvas_part] = pixels + (1 - pixels[:, :, 3:]) * canvas[canvas_part]


def straight(layer: Layer) -> NDArray[np.uint8]:
    """Return a premultiplied RGBA layer (H, W, 4) as files keep it: its colours not multiplied by alpha, uint8."""
    alpha = layer[..., 3:].clip(0, 1)
    colour = np.where(alpha > 0, layer[..., :3] / np.maximum(alpha, _FAINT), np.float32(0))
    return to_bytes(np.concatenate([colour, alpha], 2))


def with_shadow(crop: Layer, shadow: Layer | None) -> Layer:
    """Return a premultiplied RGBA crop as one layer with its shadow (D, D, 1), black and half transparent.

    It is as large as the larger of the two, (max(S, D), max(S, D), 4), with the same centre.
    """
    if shadow is None:
        return crop
    side = max(len(crop), len(shadow))
    pixels, dark = padded(crop, side), padded(shadow, side)
    alpha = pixels[:, :, 3:]
    return np.concatenate([pixels[:, :, :3], alpha + (1 - alpha) * dark], 2)


def without_shadow(background: Layer, shadow: Layer, position: tuple[float, float]) -> Layer:
    """Return a background (H, W, 3) without the shadow (D, D, 1) that lies on it around `position` (x, y)."""
    return np.minimum(_scaled(background, np.reciprocal(1 - shadow), position), 1)


def _scaled(layer: Layer, factors: Layer, position: tuple[float, float]) -> Layer:
    """Return a layer (H, W, C) multiplied by factors (D, D, 1) around `position` (x, y)."""
    scaled = layer.copy()
    frame_part, window_part = _overlap(layer.shape, window_corner(position, factors.shape[0]), factors.shape)
    scaled[frame_part] *= factors[window_part]
    return scaled


def outline_of(crop: Layer, position: tuple[float, float], size: tuple[int, int]) -> Layer:
    """Return where a crop (S, S, 4) around `position` (x, y) covers a frame of `size` (W, H): (H, W, 1) in [0, 1]."""
    outline = np.zeros((size[1], size[0], 1), np.float32)
    frame_part, window_part = _overlap(outline.shape, window_corner(position, crop.shape[0]), crop.shape)
    outline[frame_part] = crop[window_part][:, :, 3:]
    return outline


def extend_to_edge(crop: Layer, edge: str | None) -> Layer:
    """Return a crop (S, S, C) of an agent that reaches in from an edge of the frame, edge-padded towards it.

    An arm goes on to the frame's edge, but a window may end before: the pixels at the window's `edge` (left, right, top
    or bottom) are repeated outwards. The result is (2S, 2S, C) with the same centre, empty elsewhere; without an edge
    it is the crop as it is.
    """
    if edge is None:
        return crop
    beyond = crop.shape[0] // 2
    x, y = EDGES[edge]
    towards = [(beyond * (step > 0), beyond * (step < 0)) for step in (y, x, 0)]
    others = [(beyond - before, beyond - after) for before, after in towards[:2]]
    return np.pad(np.pad(crop, towards, "edge"), [*others, (0, 0)])


def padded(layer: Layer, side: int, offset: tuple[int, int] = (0, 0)) -> Layer:
    """Return a layer (S, S, C) zero-padded to (side, side, C), its centre moved by `offset` (x, y) pixels."""
    beyond = (side - layer.shape[0]) // 2
    x, y = offset
    return np.pad(layer, ((beyond + y, beyond - y), (beyond + x, beyond - x), (0, 0)))


def centred_on_position(layer: Layer, offset: tuple[int, int]) -> Layer:
    """Return a layer (S, S, C) whose centre lies `offset` (x, y) pixels from a position, as one (D, D, C) around it."""
    return padded(layer, len(layer) + 2 * max(map(abs, offset)), offset)


def enlarged(crop: Layer, scale: float) -> Layer:
    """Return a crop (S, S, C) enlarged to (N, N, C), each pixel a square of `scale` pixels, rounded."""
    side = max(1, round(len(crop) * scale))
    at = ((np.arange(side) + 0.5) * len(crop) / side).astype(np.intp)
    return crop[at][:, at]


def to_bytes(layer: Layer) -> NDArray[np.uint8]:
    """Return colours in [0, 1] (clipped to it) as uint8."""
    return (layer.clip(0, 1) * 255 + 0.5).astype(np.uint8)


def pan_background(background: Layer, pan: tuple[float, float]) -> Layer:
    """Move the content of a background by `pan` (x, y) pixels; beyond its edges it goes on mirrored, without end.

    A whole number of pixels is an exact copy; between pixels it is a Catmull-Rom cubic along each axis.
    """
    return _pan_axis(_pan_axis(background, pan[1], 0), pan[0], 1)


def _pan_axis(layer: Layer, distance: float, axis: int) -> Layer:
    length = layer.shape[axis]
    whole = floor(-distance)
    t = np.float32(-distance - whole)
    index = np.arange(length) + whole
    if t == 0:
        return layer if whole == 0 else layer.take(_mirrored(index, length), axis)
    before, first, second, after = (layer.take(_mirrored(index + k, length), axis) for k in range(-1, 3))
    between: Layer = (
        before * (((2 - t) * t - 1) * t / 2)
        + first * (((3 * t - 5) * t * t + 2) / 2)
        + second * (((4 - 3 * t) * t + 1) * t / 2)
        + after * ((t - 1) * t * t / 2)
    )
    return between


def _mirrored(index: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Return places on an endless line as places 0..length-1 of a picture that repeats on it, mirrored each time."""
    index = index % (2 * length)
    return np.minimum(index, 2 * length - 1 - index)


def _overlap(
    shape: tuple[int, ...], corner: tuple[int, int], window: tuple[int, ...]
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return the (rows, columns) of the frame that a window of some shape covers, and the same pixels in the window."""
    frame_part, window_part = [], []
    for length, start, across in zip(shape[:2], (corner[1], corner[0]), window[:2], strict=True):
        first, last = min(max(start, 0), length), min(max(start + across, 0), length)
        frame_part.append(slice(first, last))
        window_part.append(slice(first - start, last - start))
    return (frame_part[0], frame_part[1]), (window_part[0], window_part[1])
