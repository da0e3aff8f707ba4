"""Layered warping at the picture's own size: its own pixels are fetched along displacement fields.

A model that moves pixels gives, a tick, displacement fields, the layers' shares and a little paint, all at its window's
size. Here they are enlarged and applied to the agent as the picture shows it: each pixel takes its likeliest layer and
is fetched whole, from between two pixels too, so that nothing is blurred twice.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.engine.compositing import Layer, to_bytes

_FINE = 3
"""By how much the source is enlarged, so that a fetched pixel may lie between two of its pixels; odd, so that what
does not move stays exactly as it is."""
_FAINT = 1e-3


@dataclass(frozen=True)
class WarpSource:
    """What the window shows at the start, at the picture's own size."""

    pixels: Layer
    """(N, N, 4), premultiplied RGBA in [0, 1]."""
    pixel_art: bool
    """Whether pixels keep to their grid: whole ones are fetched, and half transparent ones become clear or solid."""
    grids: dict[bool, NDArray[np.uint32]] = field(default_factory=dict, repr=False)
    """What is fetched from, plain and mirrored, within a clear rim of a pixel; made when first asked for."""

    @property
    def zoom(self) -> int:
        """Pixels that are fetched from to a pixel of the source, along each axis."""
        return 1 if self.pixel_art else _FINE

    def grid(self, mirrored: bool) -> NDArray[np.uint32]:
        """Return the pixels to fetch from, (zoom * N + 2, zoom * N + 2), four bytes in one number."""
        if mirrored not in self.grids:
            pixels = self.pixels[:, ::-1] if mirrored else self.pixels
            fine = resize_maps(pixels.transpose(2, 0, 1), len(pixels) * self.zoom).transpose(1, 2, 0)
            padded = np.pad(to_bytes(fine), ((1, 1), (1, 1), (0, 0)))
            self.grids[mirrored] = np.ascontiguousarray(padded).view(np.uint32)[..., 0]
        return self.grids[mirrored]


@dataclass(frozen=True)
class WarpLayers:
    """What step.onnx says of a tick; S is the window's side."""

    mirrored: bool
    """Whether the mirror image is fetched from."""
    fields: NDArray[np.float32]
    """(F, 2, S/4, S/4): displacements in pixels of the window, x right, y down."""
    weights: NDArray[np.float32]
    """(F, S, S): shares of what the fields fetch; what is left is painted."""
    paint: NDArray[np.float32]
    """(4, S, S): the painted layer times its share, premultiplied RGBA."""


def render_layers(layers: WarpLayers, source: WarpSource) -> Layer:
    """Compose a tick at the source's size: (N, N, 4), premultiplied RGBA in [0, 1]."""
    side = len(source.pixels)
    weights = resize_maps(layers.weights, side)
    rest = 1 - weights.sum(0)
    best = weights.argmax(0)
    painted = rest > np.take_along_axis(weights, best[None], 0)[0]
    moves = resize_maps(layers.fields.reshape(-1, *layers.fields.shape[2:]), side).reshape(-1, 2, side, side)
    chosen = np.take_along_axis(moves, best[None, None], 0)[0] * np.float32(side / layers.weights.shape[-1])
    grid = source.grid(layers.mirrored)
    at = np.arange(side, dtype=np.float32)
    columns, rows = (
        (np.floor((place + chosen[axis] + 0.5) * source.zoom) + 1).clip(0, len(grid) - 1).astype(np.intp)
        for axis, place in enumerate((at[None, :], at[:, None]))
    )
    fetched = grid.ravel().take(rows * len(grid) + columns)
    composed = fetched[..., None].view(np.uint8).astype(np.float32) / np.float32(255)
    if painted.any():
        paint = resize_maps(layers.paint, side)[:, painted] / np.maximum(rest[painted], _FAINT)
        composed[painted] = paint.T.clip(0, 1)
    return _hardened(composed) if source.pixel_art else composed


def _hardened(pixels: Layer) -> Layer:
    """Make premultiplied RGBA pixels clear or solid."""
    alpha = pixels[..., 3:]
    solid = np.where(alpha > 0.5, pixels / np.maximum(alpha, _FAINT), 0)
    return np.asarray(solid, np.float32)


def resize_maps(maps: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Resize square maps (K, n, n) to (K, side, side) by bilinear interpolation between the pixels' centres.

    Pillow's resampling is used, since it never waits for other threads, as products of matrices do.
    """
    resized = [Image.fromarray(one).resize((side, side), Image.Resampling.BILINEAR) for one in maps]
    return np.stack([np.asarray(one) for one in resized])
