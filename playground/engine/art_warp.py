"""Moving pixel art on its own grid, in its own colours.

Displacements are smooth, and art of a few pixels is not: fetched one by one its pixels tear. So the motion of the whole
is fitted to the grid, as the outlines of letters are hinted. What stays upright is resized and moved by whole rows and
columns, and leans by whole rows, or by columns if it is wide; what turns is enlarged by Scale2x (Mazzoleni, 2001) and
sampled many times a pixel, of which the most frequent colour is taken, as RotSprite does. What is left of a
displacement moves parts by whole pixels, and details, eyes above all, are put back as they were.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from glass.core.masks import SOLID, bounding_box
from playground.engine.art_details import Details, packed, without_details
from playground.engine.retargeting import retargeted

_UPRIGHT = 0.27
"""Angle in radians up to which art leans by whole rows or columns; beyond that it turns."""
_TINY, _LEAN = 24, 0.4
"""Pixels up to which art is tiny: it turns by quarters, and leans by that tangent where it would turn less."""
_LEAST_SCALE, _LARGEST_SCALE = 0.4, 4.0
"""What art is resized by; of less or more the motion of the whole is not made out."""
_UNMOVED = 0.75
"""Pixels below which parts are not moved by themselves."""
_SAMPLES = 4
"""Samples a pixel along each axis where art turns, and how many times it is enlarged for that: Scale2x, twice."""
_LEAST_SOLID, _FLAT = 8, 1e7
"""Pixels of which less say nothing about the motion of the whole, nor do those that lie on a line."""

_Map = NDArray[np.float32]
_Pixels = NDArray[np.uint8]
_Places = NDArray[np.float64]
_Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Art:
    """Pixel art to be moved."""

    pixels: _Pixels
    """(N, N, 4), premultiplied RGBA."""
    _resized: dict[tuple[int, int], _Indices] = field(default_factory=dict, repr=False, compare=False)

    @property
    def side(self) -> int:
        """N."""
        return len(self.pixels)

    @cached_property
    def mirror_image(self) -> "Art":
        """The same, seen from the other side."""
        return Art(np.ascontiguousarray(self.pixels[:, ::-1]))

    @cached_property
    def solid(self) -> NDArray[np.bool_]:
        """(N, N): where it is."""
        return self.pixels[..., 3] > 255 * SOLID

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of all that is seen of it."""
        return bounding_box(self.pixels[..., 3] > 0) or (0, 0, self.side, self.side)

    @property
    def is_wide(self) -> bool:
        """Whether it is wider than high, as who goes on four legs is: it leans by whole columns."""
        left, top, right, bottom = self.box
        return right - left > bottom - top

    @property
    def is_tiny(self) -> bool:
        """Whether it is of so few pixels that it can only turn by quarters."""
        left, top, right, bottom = self.box
        return max(right - left, bottom - top) <= _TINY

    @cached_property
    def _parts(self) -> tuple[_Pixels, Details]:
        return without_details(self.pixels)

    @property
    def plain(self) -> _Pixels:
        """The pixels without details."""
        return self._parts[0]

    @property
    def details(self) -> Details:
        """What is put back."""
        return self._parts[1]

    @cached_property
    def enlarged(self) -> _Pixels:
        """The pixels without details, enlarged."""
        return scale2x(scale2x(self.plain))

    def resized(self, axis: int, scale: float, offset: float) -> _Indices:
        """Return which row (axis 0) or column (1) is fetched where each is shown, (N,); those around are -1 or N.

        They follow place * scale + offset. The far end, where feet stand, is as near to its place as pixels allow.
        """
        start, end = self.box[1::2] if axis == 0 else self.box[::2]
        shown = max(1, round((end - start) / scale))
        if (axis, shown) not in self._resized:
            rows = self.plain if axis == 0 else self.plain.swapaxes(0, 1)
            self._resized[axis, shown] = start + retargeted(rows[start:end], shown)
        fetched = np.full(self.side, self.side)
        last = round((end - offset) / scale)
        first = last - shown
        within = np.arange(self.side) - first
        inside = (within >= 0) & (within < shown)
        fetched[within < 0] = -1
        fetched[inside] = self._resized[axis, shown][within[inside]]
        return fetched


@dataclass(frozen=True)
class _Upright:
    """A motion by whole rows and columns."""

    columns: _Indices
    """(N,): the column that is fetched where each is shown, before it leans."""
    rows: _Indices
    """(N,): the row."""
    leans: _Indices
    """(N,): pixels by which each row is shown farther to the left, or each column farther up."""
    by_columns: bool
    """Whether columns lean."""

    def shown(self, places: _Places) -> _Places:
        """Return where the pixels around places (D, 2) are shown."""
        x, y = (_middles_of(*axis) for axis in zip((self.columns, self.rows), places.T, strict=True))
        if self.by_columns:
            return np.stack([x, y - self.leans[x.astype(np.intp)]], 1)
        return np.stack([x - self.leans[y.astype(np.intp)], y], 1)

    @property
    def turn(self) -> _Places:
        """The rotation of what is shown, (2, 2)."""
        return np.eye(2)

    def fetch(self, art: Art, parts: _Map | None) -> _Pixels:
        """Return the pixels (N, N, 4) that are shown of art whose parts are moved by whole pixels (2, N, N), too."""
        leaning = (np.arange(art.side) + self.leans[:, None]).clip(0, art.side - 1)
        if self.by_columns:
            x, y = np.broadcast_arrays(self.columns, self.rows[leaning.T])
        else:
            x, y = np.broadcast_arrays(self.columns[leaning], self.rows[:, None])
        if parts is not None:
            x, y = x + parts[0], y + parts[1]
        return np.asarray(cv2.remap(art.plain, x.astype(np.float32), y.astype(np.float32), cv2.INTER_NEAREST), np.uint8)


@dataclass(frozen=True)
class _Turned:
    """An affine motion."""

    matrix: _Places
    """(2, 3): from where a pixel is shown to where it is fetched, both counted from the corner of the grid."""

    def fetched(self, columns: _Map, rows: _Map) -> _Map:
        """Return from where what is shown in columns (w,) and rows (h,) is fetched, x and y, (2, h, w)."""
        matrix = self.matrix.astype(np.float32)
        across = matrix[:, 0, None] * columns
        down = matrix[:, 1, None] * rows + matrix[:, 2, None]
        return across[:, None] + down[:, :, None]

    def shown(self, places: _Places) -> _Places:
        """Return where what is fetched at places (D, 2) is shown."""
        return (places - self.matrix[:, 2]) @ np.linalg.inv(self.matrix[:, :2]).T

    @property
    def turn(self) -> _Places:
        """The rotation of what is shown, (2, 2)."""
        left, _, right = np.linalg.svd(np.linalg.inv(self.matrix[:, :2]))
        return np.asarray(left @ right)

    def fetch(self, art: Art, parts: _Map | None) -> _Pixels:
        """Return the pixels (N, N, 4) that are shown of art whose parts are moved by whole pixels (2, N, N), too."""
        left, top, right, bottom = self._shown_box(art) if parts is None else (0, 0, art.side, art.side)
        columns, rows = (
            ((np.arange(first * _SAMPLES, end * _SAMPLES) + 0.5) / _SAMPLES).astype(np.float32)
            for first, end in ((left, right), (top, bottom))
        )
        x, y = self.fetched(columns, rows)
        if parts is not None:
            x, y = (one + part.repeat(_SAMPLES, 0).repeat(_SAMPLES, 1) for one, part in zip((x, y), parts, strict=True))
        samples = cv2.remap(art.enlarged, x * _SAMPLES - 0.5, y * _SAMPLES - 0.5, cv2.INTER_NEAREST)
        shown = np.zeros_like(art.pixels)
        shown[top:bottom, left:right] = _most_frequent(np.asarray(samples, np.uint8))
        return shown

    def _shown_box(self, art: Art) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a box that holds all of art as it is shown."""
        left, top, right, bottom = art.box
        corners = self.shown(np.array([(left, top), (right, top), (left, bottom), (right, bottom)]))
        first, end = np.floor(corners.min(0)), np.ceil(corners.max(0))
        (left, top), (right, bottom) = (np.clip(ends, 0, art.side).astype(int).tolist() for ends in (first, end))
        return left, top, right, bottom


_Motion: TypeAlias = _Upright | _Turned


def warped_art(art: Art, x: _Map, y: _Map) -> _Pixels:
    """Return the pixels (N, N, 4) that displacements x and y, (N, N) pixels, fetch from art."""
    middles = np.arange(art.side, dtype=np.float32) + np.float32(0.5)
    fetched = np.stack([x + middles, y + middles[:, None]])
    affine = _Turned(_affine_matrix(art, fetched))
    left = fetched - affine.fetched(middles, middles)
    parts = _whole_pixels(left)
    motion = _on_grid(art, affine)
    shown = motion.fetch(art, parts)
    middle = art.details.middles
    if len(middle):
        moved = middle
        if parts is not None:
            columns, rows = motion.shown(middle).clip(0, art.side - 1).astype(np.intp).T
            moved = middle - parts[:, rows, columns].T
        art.details.put_back(shown, motion.shown(moved), motion.turn)
    return shown


def scale2x(pixels: _Pixels) -> _Pixels:
    """Return pixels (H, W, 4) enlarged twice by Scale2x: corners of one colour are rounded, none is mixed."""
    height, width = pixels.shape[:2]
    same = packed(np.pad(pixels, ((1, 1), (1, 1), (0, 0)), "edge"))
    up, down, left, right = same[:-2, 1:-1], same[2:, 1:-1], same[1:-1, :-2], same[1:-1, 2:]
    enlarged = packed(pixels).repeat(2, 0).repeat(2, 1)
    for row, column, one, other, far, across in (
        (0, 0, up, left, right, down),
        (0, 1, up, right, left, down),
        (1, 0, down, left, right, up),
        (1, 1, down, right, left, up),
    ):
        rounded = (one == other) & (one != far) & (other != across)
        corner = enlarged[row::2, column::2]
        corner[rounded] = one[rounded]
    return enlarged.view(np.uint8).reshape(2 * height, 2 * width, 4)


def _affine_matrix(art: Art, fetched: _Map) -> _Places:
    """Return the affine motion (2, 3) that says best where art is fetched, (2, N, N); none where little of it is."""
    still = np.eye(2, 3)
    at = np.floor(fetched).astype(np.intp)
    within = ((at >= 0) & (at < art.side)).all(0)
    column, row = np.where(within, at, 0)
    rows, columns = np.nonzero(art.solid[row, column] & within)
    if len(rows) < _LEAST_SOLID:
        return still
    places = np.stack([columns + 0.5, rows + 0.5, np.ones(len(rows))])
    moments, sums = places @ places.T, places @ fetched[:, rows, columns].T
    if np.linalg.cond(moments) > _FLAT:
        return still
    matrix = np.linalg.solve(moments, sums).T
    sizes = np.linalg.svd(matrix[:, :2], compute_uv=False)
    return matrix if sizes[1] > 1 / _LARGEST_SCALE and sizes[0] < 1 / _LEAST_SCALE else still


def _on_grid(art: Art, affine: _Turned) -> _Motion:
    """Return an affine motion as one of whole rows and columns, where art stays upright."""
    angle = _angle(affine.matrix)
    if abs(angle) > _UPRIGHT and art.is_tiny:
        affine, angle = _coarsely_turned(art, affine)
    if abs(angle) > _UPRIGHT:
        return affine
    (across, lean, from_left), (slope, down, from_top) = affine.matrix
    x, y = affine.shown(np.array([[np.mean(art.box[::2]), np.mean(art.box[1::2])]]))[0]
    columns = art.resized(1, across, from_left + lean * y)
    rows = art.resized(0, down, from_top + slope * x)
    tangent, middle = (slope / down, x) if art.is_wide else (lean / across, y)
    leans = np.rint(tangent * (np.arange(art.side) + 0.5 - middle)).astype(np.intp)
    return _Upright(columns, rows, leans, art.is_wide)


def _angle(matrix: _Places) -> float:
    """Return the angle in radians by which an affine motion (2, 3) turns."""
    (across, lean, _), (slope, down, _) = matrix
    return float(np.arctan2(slope - lean, across + down))


def _coarsely_turned(art: Art, affine: _Turned) -> tuple[_Turned, float]:
    """Let what is of few pixels lean by whole rows, or turn by quarters, and say by which angle it then turns.

    Of anything in between its pixels would make another picture.
    """
    quarters = round(2 * _angle(affine.matrix) / np.pi)
    if quarters:
        cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[quarters % 4]
        matrix = np.array([[cos, -sin], [sin, cos]], float)
    else:
        (_, lean, _), (slope, _, _) = affine.matrix
        leaning = (1, 0, np.copysign(_LEAN, slope), 1) if art.is_wide else (1, np.copysign(_LEAN, lean), 0, 1)
        matrix = np.array(leaning).reshape(2, 2)
    middle = np.array([np.mean(art.box[::2]), np.mean(art.box[1::2])])
    moved = middle - matrix @ affine.shown(middle[None])[0]
    turned = np.column_stack([matrix, np.rint(moved) if quarters else moved])
    return _Turned(turned), quarters * np.pi / 2


def _whole_pixels(moves: _Map) -> _Map | None:
    """Return moves of parts (2, N, N) in whole pixels; None where no part is moved."""
    far = np.abs(moves)
    if far.max() <= _UNMOVED:
        return None
    return np.rint(np.copysign(np.maximum(far - np.float32(_UNMOVED - 0.5), 0), moves))


def _middles_of(fetched: _Indices, places: _Places) -> _Places:
    """Return the middles of where places (D,) are shown, by the rows or columns that are fetched, (N,)."""
    away = np.abs(fetched + 0.5 - places[:, None])
    nearest = away == away.min(1, keepdims=True)
    return np.asarray(nearest @ (np.arange(len(fetched)) + 0.5) / nearest.sum(1))


def _most_frequent(samples: _Pixels) -> _Pixels:
    """Return the most frequent colour of each pixel's samples: (h, w, 4) of (s * h, s * w, 4).

    It is clear where most samples are; of colours as frequent as each other, the one nearest to its middle is taken.
    """
    (height, width), count = (length // _SAMPLES for length in samples.shape[:2]), _SAMPLES * _SAMPLES
    blocks = packed(samples).reshape(height, _SAMPLES, width, _SAMPLES).transpose(0, 2, 1, 3).reshape(-1, count)
    line = np.abs(np.arange(_SAMPLES) - (_SAMPLES - 1) / 2)
    blocks = blocks[:, np.argsort(np.hypot(line[:, None], line).ravel(), kind="stable")]
    shown = blocks[:, 0].copy()
    mixed = np.flatnonzero((blocks != blocks[:, :1]).any(1))
    colours = np.ascontiguousarray(blocks[mixed].T)
    votes = np.zeros(colours.shape, np.uint8)
    for colour in colours:
        votes += colours == colour
    clear = colours == 0
    votes[clear] = 0
    chosen = colours[votes.argmax(0), np.arange(len(mixed))]
    shown[mixed] = np.where(2 * clear.sum(0) > count, np.uint32(0), chosen)
    return shown.view(np.uint8).reshape(height, width, 4)
