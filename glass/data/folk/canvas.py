"""Shapes and an indexed canvas for drawing pixel-art figures without blended edges."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

SIZE = 64
"""Width and height of a cell in pixels."""

EMPTY, SKIN, HAIR, TOP, INNER, BOTTOM, SHOES, TRIM, CAPE, HAT, IRIS, WHITE, GLOVES = range(13)
"""Materials: what a pixel is made of, an index into a palette; EMPTY is transparent."""

MATERIALS = 13
"""Number of materials, EMPTY included."""

OUTLINE, LINE, SHADOW, BASE, LIGHT, SHINE = range(6)
"""Tones of a material from its darkest to its brightest."""

TONES = 6
"""Number of tones a material has."""

Point = tuple[float, float]
"""(x, y) in pixels; x right, y down; whole numbers are pixel centres."""

_LIGHT_X, _LIGHT_Y = -0.35, -0.94


@dataclass(frozen=True)
class Shape:
    """A filled region with its brightness, in a box of the cell."""

    left: int
    """Column of the box's first pixel."""
    top: int
    """Row of the box's first pixel."""
    inside: NDArray[np.bool_]
    """(h, w) pixels that belong to the shape."""
    light: NDArray[np.float64]
    """(h, w) how far the surface faces the light, about -1 to 1."""

    def above(self, line: NDArray[np.float64]) -> "Shape":
        """Keep the pixels whose row is at most `line[column]`; `line` is (SIZE,) rows."""
        height, width = self.inside.shape
        rows = np.arange(self.top, self.top + height)[:, None]
        return replace(self, inside=self.inside & (rows <= line[self.left : self.left + width]))


def _grid(left: float, top: float, right: float, bottom: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pixel centres (1, w) and (h, 1) of the box around the bounds, cut at the cell."""
    x0, x1 = max(0, int(np.floor(left))), min(SIZE, int(np.ceil(right)) + 1)
    y0, y1 = max(0, int(np.floor(top))), min(SIZE, int(np.ceil(bottom)) + 1)
    xs = np.arange(x0, max(x1, x0 + 1), dtype=np.float64)[None, :]
    ys = np.arange(y0, max(y1, y0 + 1), dtype=np.float64)[:, None]
    return xs, ys


def _shape(
    xs: NDArray[np.float64], ys: NDArray[np.float64], inside: NDArray[np.bool_], light: NDArray[np.float64]
) -> Shape:
    return Shape(int(xs[0, 0]), int(ys[0, 0]), inside, light)


def ellipse(centre: Point, radii: Point, power: float = 2.0) -> Shape:
    """An ellipse, or with a higher power a rounded box, lit as a ball."""
    (cx, cy), (rx, ry) = centre, radii
    xs, ys = _grid(cx - rx, cy - ry, cx + rx, cy + ry)
    across, down = (xs - cx) / rx, (ys - cy) / ry
    inside = np.abs(across) ** power + np.abs(down) ** power <= 1.0
    return _shape(xs, ys, inside, across * _LIGHT_X + down * _LIGHT_Y)


def limb(points: Sequence[Point], radii: Sequence[float]) -> Shape:
    """A chain of round bars through the points, with a radius at each, lit as bars."""
    reach = max(radii)
    px, py = [p[0] for p in points], [p[1] for p in points]
    xs, ys = _grid(min(px) - reach, min(py) - reach, max(px) + reach, max(py) + reach)
    parts = []
    for i in range(len(points) - 1):
        (ax, ay), (bx, by) = points[i], points[i + 1]
        dx, dy = bx - ax, by - ay
        along = ((xs - ax) * dx + (ys - ay) * dy) / max(dx * dx + dy * dy, 1e-9)
        along = np.minimum(np.maximum(along, 0.0), 1.0)
        radius = radii[i] + (radii[i + 1] - radii[i]) * along
        away_x, away_y = (xs - ax - along * dx) / radius, (ys - ay - along * dy) / radius
        parts.append((away_x * away_x + away_y * away_y, away_x * _LIGHT_X + away_y * _LIGHT_Y))
    nearest, light = parts[0]
    for distance, part_light in parts[1:]:
        light = np.where(distance < nearest, part_light, light)
        nearest = np.minimum(distance, nearest)
    return _shape(xs, ys, nearest <= 1.0, light)


def panel(rows: Sequence[tuple[float, float, float]], drop: float = 0.7) -> Shape:
    """A piece of cloth given by (y, left, right) rows, straight between them.

    Lit as a column that curves away at both sides and darkens downwards by `drop`.
    """
    table = np.asarray(rows, dtype=np.float64)
    xs, ys = _grid(table[:, 1].min(), table[0, 0], table[:, 2].max(), table[-1, 0])
    heights, lefts, rights = table.T
    left, right = np.interp(ys, heights, lefts), np.interp(ys, heights, rights)
    tall_enough = (ys >= heights[0] - 0.5) & (ys <= heights[-1] + 0.5)
    inside = (xs >= left - 0.5) & (xs <= right + 0.5) & tall_enough
    half = np.maximum((right - left) / 2, 0.35 * (rights - lefts).max() + 0.5)
    across = (xs - (left + right) / 2) / half
    middle, tall = (table[0, 0] + table[-1, 0]) / 2, max((table[-1, 0] - table[0, 0]) / 2, 0.5)
    light = (0.35 - drop * 0.6 / tall * (ys - middle)) - across * (0.75 * across + 0.3)
    return _shape(xs, ys, inside, light)


def _inner(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels whose four neighbours are inside too; beyond the array counts as outside."""
    padded = np.zeros((inside.shape[0] + 2, inside.shape[1] + 2), dtype=np.bool_)
    padded[1:-1, 1:-1] = inside
    return inside & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]


class Canvas:
    """A cell of material and tone indices, painted back to front.

    Attributes:
        material: (SIZE, SIZE) uint8 in [0, MATERIALS).
        tone: (SIZE, SIZE) uint8 in [0, TONES).
    """

    def __init__(self) -> None:
        """Start with an empty cell."""
        self.material = np.zeros((SIZE, SIZE), dtype=np.uint8)
        self.tone = np.zeros((SIZE, SIZE), dtype=np.uint8)

    def paint(
        self,
        shape: Shape,
        material: int,
        *,
        shade: float = 0.0,
        relief: float = 1.0,
        grain: NDArray[np.float64] | None = None,
        edge: int | None = LINE,
    ) -> None:
        """Paint a shape with tones by its light and a dark line along its own edge.

        Args:
            shape: what to paint.
            material: index of the material.
            shade: added to the light; negative for parts farther away.
            relief: factor of the light; small for flat parts.
            grain: (SIZE, SIZE) added to the light, for strands and weave.
            edge: tone of the shape's edge; None for none.
        """
        height, width = shape.inside.shape
        box = np.s_[shape.top : shape.top + height, shape.left : shape.left + width]
        light = relief * shape.light + shade
        if grain is not None:
            light = light + grain[box]
        tone = SHADOW + (light > -0.3).astype(np.uint8) + (light > 0.42) + (light > 0.95)
        if edge is not None:
            tone = np.where(_inner(shape.inside), tone, edge)
        self.material[box][shape.inside] = material
        self.tone[box][shape.inside] = tone[shape.inside]

    def dot(self, x: float, y: float, material: int, tone: int) -> None:
        """Set one pixel; outside the cell nothing happens."""
        column, row = int(np.floor(x + 0.5)), int(np.floor(y + 0.5))
        if 0 <= column < SIZE and 0 <= row < SIZE:
            self.material[row, column] = material
            self.tone[row, column] = tone

    def darken(self, shape: Shape, material: int) -> None:
        """Cast a shadow: pixels of `material` in the shape lose one tone, never below SHADOW."""
        height, width = shape.inside.shape
        box = np.s_[shape.top : shape.top + height, shape.left : shape.left + width]
        tone = self.tone[box]
        hit = shape.inside & (self.material[box] == material) & (tone > SHADOW)
        tone[hit] -= 1

    def cast(self, above: tuple[int, ...], material: int) -> None:
        """Darken the pixels of `material` right below a pixel of one of the materials `above`."""
        under = np.isin(self.material[:-1], above) & (self.material[1:] == material) & (self.tone[1:] > SHADOW)
        self.tone[1:][under] = SHADOW

    def stamp(self, other: "Canvas", dx: int, dy: int) -> None:
        """Lay another canvas over this one, moved by whole pixels."""
        solid = other.material != EMPTY
        ys, xs = np.nonzero(solid)
        to_y, to_x = ys + dy, xs + dx
        keep = (to_y >= 0) & (to_y < SIZE) & (to_x >= 0) & (to_x < SIZE)
        self.material[to_y[keep], to_x[keep]] = other.material[ys[keep], xs[keep]]
        self.tone[to_y[keep], to_x[keep]] = other.tone[ys[keep], xs[keep]]

    def render(self, palette: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Colour the cell and outline its silhouette.

        Args:
            palette: (MATERIALS, TONES, 3) colours.

        Returns:
            (SIZE, SIZE, 4) uint8 RGBA; alpha is 0 or 255.
        """
        solid = self.material != EMPTY
        tone = np.where(_inner(solid), self.tone, OUTLINE)
        cell = np.zeros((SIZE, SIZE, 4), dtype=np.uint8)
        cell[..., :3] = np.where(solid[..., None], palette[self.material, tone], 0)
        cell[..., 3] = np.where(solid, 255, 0)
        return cell
