"""Layered warping at any size: the picture's own pixels are fetched along displacement fields.

A model that moves pixels gives, a tick, displacement fields, the layers' shares and a little paint, all at its window's
size. Here they are enlarged and applied to the agent as the picture shows it: each pixel takes its likeliest layer and
is fetched once, so that nothing is blurred twice. Only the agent's bounding box is composed.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.limbs import BODY
from glass.core.masks import SOLID, bounding_box
from playground.engine.art_warp import Art, warped_art
from playground.engine.compositing import Layer, to_bytes
from playground.engine.field_interpolation import interpolated_fields
from playground.engine.limbs.acting import NO_LIMBS, limbs_between
from playground.engine.limbs.pieces import CutLimbs, limbs_move
from playground.engine.limbs.rig import Rig

ROOM = 0.25
"""Share of the model's window by which an agent's is wider on each side at the picture's own size: what its limbs do,
jumps above all, leads beyond what the model sees."""

_FAINT = 1e-3
_FINE = 3
"""By how much the source is enlarged by a Catmull-Rom cubic, once, so that fetching between its pixels by bilinear
interpolation, which is quick, keeps thin lines sharp; odd, so that what does not move stays exactly as it is."""
_MARGIN = 2
"""Pixels of the model's window by which the bounding box, found at that size, is widened."""

_AGREE = 5
"""Side in pixels of the model's window within which neighbours agree on a layer: one by one they would take turns, and
the edges of what moves would be perforated."""

_SIZES = 2
"""Resized copies of a source that are kept: as the model sees it, and as the game's window shows it."""

_Map = NDArray[np.float32]
_Pixels = NDArray[np.uint8]
_Value = TypeVar("_Value", np.float32, np.uint8)


@dataclass(frozen=True)
class WarpSource:
    """What the window shows at the start, at the picture's own size."""

    pixels: Layer
    """(N, N, 4), premultiplied RGBA in [0, 1]."""
    pixel_art: bool
    """Whether pixels keep to their grid, and to their colours."""
    rig: Rig | None = None
    """What its limbs are cut out by; None where they are not moved by themselves."""
    _posed: dict[bytes, Art] = field(default_factory=dict, repr=False, compare=False)
    _drawn: "list[tuple[WarpLayers, Patch]]" = field(default_factory=list, repr=False, compare=False)
    _resized: dict[int, "WarpSource"] = field(default_factory=dict, repr=False, compare=False)

    @property
    def side(self) -> int:
        """N."""
        return len(self.pixels)

    @cached_property
    def plain(self) -> _Pixels:
        """The pixels to fetch from where they are no art, (3 * N, 3 * N, 4), premultiplied."""
        size = (_FINE * self.side, _FINE * self.side)
        bands = [
            np.asarray(Image.fromarray(band).resize(size, Image.Resampling.BICUBIC))
            for band in cv2.split(to_bytes(self.pixels))
        ]
        return np.asarray(cv2.merge([*(cv2.min(band, bands[3]) for band in bands[:3]), bands[3]]), np.uint8)

    @cached_property
    def art(self) -> Art:
        """The pixels to fetch from where they are art."""
        return Art(to_bytes(self.pixels))

    @cached_property
    def palette(self) -> _Map:
        """The colours of the art's solid pixels, (C, 3) in 0..255."""
        pixels = self.art.pixels
        return np.unique(pixels[pixels[..., 3] == 255, :3], axis=0).astype(np.float32)

    def at_side(self, side: int) -> "WarpSource":
        """Return it resized to (side, side) pixels; those of art become clear or solid."""
        if side == self.side:
            return self
        if side not in self._resized:
            if len(self._resized) == _SIZES:
                del self._resized[next(iter(self._resized))]
            pixels = resized(self.pixels, side)
            self._resized[side] = WarpSource(_hardened(pixels) if self.pixel_art else pixels, self.pixel_art, self.rig)
        return self._resized[side]

    def drawn(self, layers: "WarpLayers") -> "Patch":
        """Return its window at its own size in a tick; the last one is kept, for it is looked at more than once."""
        if not self._drawn or self._drawn[0][0] is not layers:
            whole = (0, 0, layers.side, layers.side)
            self._drawn[:] = [(layers, _render(layers, self, _Grid(layers.side, self.side, whole)))]
        return self._drawn[0][1]

    @cached_property
    def limbs(self) -> CutLimbs | None:
        """Its limbs, cut out of `art.pixels` or `plain`; None without a rig."""
        return self.rig.cut(self.art.pixels if self.pixel_art else self.plain) if self.rig else None

    @cached_property
    def hull(self) -> _Map:
        """Its convex hull (K, 2): x and y from the middle of its bounding box, as shares of that one's longer side."""
        points = np.argwhere(self.pixels[..., 3] > SOLID)[:, ::-1].astype(np.float32)
        if not len(points):
            return np.zeros((1, 2), np.float32)
        hull = np.asarray(cv2.convexHull(points), np.float32)[:, 0]
        low, high = hull.min(0), hull.max(0)
        return np.asarray((hull - (low + high) / 2) / max(1.0, float((high - low).max())), np.float32)

    def body_displacement(self, limbs: _Map, mirrored: bool) -> tuple[_Map, _Map]:
        """Return how far right and down of pixels (N, N) lies what a body moved as in `WarpLayers.limbs` brings there.

        Args:
            limbs: (L, 5).
            mirrored: whether it is seen in the mirror.
        """
        places: _Map = np.dstack(np.meshgrid(*(np.arange(self.side, dtype=np.float32),) * 2))
        way = np.zeros_like(places)
        if self.limbs is not None and limbs_move(limbs[BODY : BODY + 1]):
            way = self.limbs.before_body(limbs, places) - places
        return (-way[:, ::-1, 0], way[:, ::-1, 1]) if mirrored else (way[..., 0], way[..., 1])

    def posed_art(self, limbs: _Map) -> Art:
        """Return its art with limbs (L, 5) moved, but not its body, as of `WarpLayers.limbs`."""
        if self.limbs is None or not limbs_move(limbs[np.arange(len(limbs)) != BODY]):
            return self.art
        key = limbs.tobytes()
        if key not in self._posed:
            self._posed.clear()
            self._posed[key] = Art(self.limbs.posed(limbs, self.side))
        return self._posed[key]


@dataclass(frozen=True)
class WarpLayers:
    """What step.onnx says of a tick; S is the window's side."""

    mirrored: bool
    """Whether the mirror image is fetched from."""
    fields: NDArray[np.float32]
    """(F, 2, s, s): displacements in pixels of the window, x right, y down; s divides S."""
    weights: NDArray[np.float32]
    """(F, S, S): shares of what the fields fetch; what is left is painted."""
    paint: NDArray[np.float32]
    """(4, S, S): the painted layer times its share, premultiplied RGBA."""
    limbs: NDArray[np.float32] = field(default_factory=lambda: NO_LIMBS)
    """(L, 5): how limbs move, see `playground.engine.limbs.pieces`, before all else; none where none are told."""

    @property
    def side(self) -> int:
        """S."""
        return len(self.weights[0])

    @cached_property
    def shares(self) -> NDArray[np.float32]:
        """(F + 1, S, S): the shares by which a pixel's layer is chosen, the painted one last; neighbours agree."""
        painted = 1 - self.weights.sum(0)
        return np.stack([cv2.GaussianBlur(share, (_AGREE, _AGREE), 0) for share in (*self.weights, painted)])

    def with_room(self) -> "WarpLayers":
        """Return the layers of a window that is wider by `ROOM`; what is beyond this one moves as its border does."""
        room = round(ROOM * self.side)
        coarse = room * self.fields.shape[-1] // self.side
        fields = np.pad(self.fields, ((0, 0), (0, 0), (coarse, coarse), (coarse, coarse)), "edge")
        weights = np.pad(self.weights, ((0, 0), (room, room), (room, room)), "edge")
        paint = np.pad(self.paint, ((0, 0), (room, room), (room, room)))
        return WarpLayers(self.mirrored, fields, weights, paint, self.limbs)

    def at_rest(self) -> "WarpLayers":
        """Return layers of the same shares that leave the picture as it is: nothing is moved or painted."""
        total = self.weights.sum(0)
        weights = np.where(total > _FAINT, self.weights / np.maximum(total, _FAINT), 1 / len(self.weights))
        fields, paint, limbs = (np.zeros_like(part) for part in (self.fields, self.paint, self.limbs))
        return WarpLayers(False, fields, weights.astype(np.float32), paint, limbs)

    def mirror_image(self) -> "WarpLayers":
        """Return the layers of the same tick for an agent that faces the other way."""
        fields = self.fields[..., ::-1] * np.array([[[-1]], [[1]]], np.float32)
        return WarpLayers(not self.mirrored, fields, self.weights[..., ::-1], self.paint[..., ::-1], self.limbs)

    def towards(self, later: "WarpLayers", fraction: float) -> "WarpLayers":
        """Return the layers `fraction` (0..1) of the way to later ones.

        Where the agent turns in between, there is no way in between: it is as before, then as it is later.
        """
        if fraction in (0, 1) or self.mirrored != later.mirrored:
            return self if fraction < 0.5 else later
        share = np.float32(fraction)
        fields = interpolated_fields(self.fields, later.fields, fraction, self.side / self.fields.shape[-1])
        weights, paint = (
            one + (other - one) * share for one, other in ((self.weights, later.weights), (self.paint, later.paint))
        )
        return WarpLayers(self.mirrored, fields, weights, paint, limbs_between(self.limbs, later.limbs, fraction))


@dataclass(frozen=True)
class Patch:
    """Part of a window."""

    pixels: NDArray[np.uint8]
    """(h, w, 4), premultiplied RGBA."""
    corner: tuple[int, int]
    """Where its left top stands in the window, (x, y) in pixels."""

    def in_window(self, side: int) -> Layer:
        """Return a window of that side with nothing but this part, (side, side, 4) in [0, 1]."""
        window = np.zeros((side, side, 4), np.float32)
        (x, y), (height, width) = self.corner, self.pixels.shape[:2]
        np.divide(self.pixels, 255, out=window[y : y + height, x : x + width], dtype=np.float32)
        return window


def render_layers(layers: WarpLayers, source: WarpSource) -> Layer:
    """Compose a tick at the source's size: (N, N, 4), premultiplied RGBA in [0, 1]."""
    return render_patch(layers, source, source.side).in_window(source.side)


def render_patch(layers: WarpLayers, source: WarpSource, side: int, offset: tuple[float, float] = (0.0, 0.0)) -> Patch:
    """Compose what a tick shows in its window, drawn with (side, side) pixels and moved by a sub-pixel `offset` (x, y).

    Pixel art is drawn with its own pixels, and not moved.
    """
    if source.pixel_art:
        return source.drawn(layers)
    coarse = source.at_side(layers.side).drawn(layers)
    if side == layers.side and offset == (0.0, 0.0):
        return coarse
    box = bounding_box(coarse.pixels[..., 3] > 0) or (0, 0, 0, 0)
    step = layers.side // layers.fields.shape[-1]
    left, top = (max(0, (at - _MARGIN) // step * step) for at in box[:2])
    right, bottom = (min(layers.side, -(-(at + _MARGIN) // step) * step) for at in box[2:])
    grid = _Grid(layers.side, side, (left, top, right, bottom), offset)
    return _render(layers, source.at_side(min(side, source.side)), grid)


def resized(layer: Layer, side: int) -> Layer:
    """Resize a square layer (n, n, C) to (side, side, C): the mean where it shrinks, else bilinear interpolation."""
    kernel = cv2.INTER_AREA if side < len(layer) else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(layer, (side, side), interpolation=kernel), np.float32)


@dataclass(frozen=True)
class _Grid:
    """The pixels that are composed: those of a box in the window."""

    window: int
    """The window's side in pixels of the model."""
    side: int
    """The same in pixels as it is drawn."""
    box: tuple[int, int, int, int]
    """Left, top, right and bottom, in pixels of the model; they stand between displacements of the fields."""
    offset: tuple[float, float] = (0.0, 0.0)
    """By how much the content is moved, (x, y) in pixels as drawn."""

    @cached_property
    def drawn(self) -> tuple[int, int, int, int]:
        """The box in pixels as drawn."""
        left, top, right, bottom = (round(at * self.side / self.window) for at in self.box)
        return left, top, right, bottom

    def places(self, across: int) -> tuple[_Map, _Map]:
        """Return where columns (w,) and rows (h,) of pixels lie in the window as (across, across) pixels."""
        left, top, right, bottom = self.drawn
        columns, rows = (
            ((np.arange(first, end) + 0.5 - moved) * (across / self.side) - 0.5).astype(np.float32)
            for first, end, moved in zip((left, top), (right, bottom), self.offset, strict=True)
        )
        return columns, rows

    def sample(self, maps: NDArray[_Value]) -> list[NDArray[_Value]]:
        """Sample maps (K, n, n) or (K, n, n, C) of the window bilinearly: K times (h, w) or (h, w, C)."""
        left, top, right, bottom = (at * maps.shape[1] // self.window for at in self.box)
        first_column, first_row, end_column, end_row = self.drawn
        size = end_column - first_column, end_row - first_row
        return [np.asarray(cv2.resize(one[top:bottom, left:right], size), maps.dtype) for one in maps]


def _render(layers: WarpLayers, source: WarpSource, grid: _Grid) -> Patch:
    """Compose the pixels of a grid."""
    most, *shares, painted = grid.sample(layers.shares)
    x, y = grid.sample(layers.fields[0])
    for share, moves in zip(shares, layers.fields[1:], strict=True):
        better = cv2.compare(share, most, cv2.CMP_GT)
        if cv2.hasNonZero(better):
            for chosen, other in zip((most, x, y), (share, *grid.sample(moves)), strict=True):
                cv2.copyTo(other, better, chosen)
    pixels = _fetch(source, layers, x, y, grid)
    unseen = cv2.compare(painted, most, cv2.CMP_GT)
    if cv2.hasNonZero(unseen):
        rest = 1 - layers.weights.sum(0)
        paint = to_bytes(layers.paint.transpose(1, 2, 0) / np.maximum(rest, _FAINT)[..., None])
        (colours,) = grid.sample(paint[None])
        drawn = _as_art(colours, source) if source.pixel_art else _with_sharp_alpha(colours, grid.side / grid.window)
        cv2.copyTo(drawn, unseen, pixels)
    return Patch(pixels, grid.drawn[:2])


def _fetch(source: WarpSource, layers: WarpLayers, x: _Map, y: _Map, grid: _Grid) -> _Pixels:
    """Return the source's pixels (h, w, 4) that lie x and y (h, w) pixels of the model's window from each pixel.

    The displacements are overwritten.
    """
    if source.pixel_art:
        art, zoom = source.posed_art(layers.limbs), source.side / grid.window
        across, down = source.body_displacement(layers.limbs, layers.mirrored)
        return warped_art(art.mirror_image if layers.mirrored else art, x * zoom + across, y * zoom + down)
    columns, rows = grid.places(_FINE * source.side)
    for move, places in ((x, columns), (y, rows[:, None])):
        move *= _FINE * source.side / grid.window
        move += places
    if layers.mirrored:
        np.subtract(_FINE * source.side - 1, x, out=x)
    if limbs_move(layers.limbs) and source.limbs is not None:
        return source.limbs.fetched(layers.limbs, x, y)
    return np.asarray(cv2.remap(source.plain, x, y, cv2.INTER_LINEAR), np.uint8)


def _as_art(colours: _Pixels, source: WarpSource) -> _Pixels:
    """Return premultiplied RGBA (h, w, 4) in the nearest colours of pixel art, or clear."""
    art = np.zeros_like(colours)
    solid = colours[..., 3] > 255 * SOLID
    if solid.any() and len(source.palette):
        wanted = colours[solid, :3] / (colours[solid, 3:] / np.float32(255))
        distances = ((wanted[:, None] - source.palette) ** 2).sum(2)
        art[solid, :3], art[solid, 3] = source.palette[distances.argmin(1)], 255
    return art


def _with_sharp_alpha(colours: _Pixels, zoom: float) -> _Pixels:
    """Return premultiplied RGBA (h, w, 4) that was enlarged by `zoom` with edges as narrow as before; colours stay.

    A model paints in its own large pixels; interpolated, their alpha would be a halo around the picture's own edges.
    """
    if zoom <= 1:
        return colours
    levels = np.arange(256, dtype=np.float32)
    sharp = ((levels - 255 * SOLID) * zoom + 255 * SOLID).clip(0, 255)
    share = cv2.LUT(colours[..., 3], (sharp / np.maximum(levels, 1)).astype(np.float32))
    return np.asarray(cv2.multiply(colours, cv2.merge((share,) * 4), dtype=cv2.CV_8U), np.uint8)


def _hardened(pixels: Layer) -> Layer:
    """Make premultiplied RGBA pixels clear or solid."""
    alpha = pixels[..., 3:]
    return np.asarray(np.where(alpha > SOLID, pixels / np.maximum(alpha, _FAINT), 0), np.float32)
