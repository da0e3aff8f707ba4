"""A canvas of 1280 x 960 parts, drawn at any size: flat shapes with smooth edges, and gradients."""

from collections.abc import Sequence
from math import pi, sin

import numpy as np
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Point = tuple[float, float]

WIDTH, HEIGHT = 1280, 960
"""Size in parts."""
_SHARPER = 2
"""Supersampling: drawn this many times too large and shrunk."""


class SceneCanvas:
    """What a scene is drawn on; places are in parts, x right, y down."""

    def __init__(self, width: int, seed: int) -> None:
        """Begin a picture `width` pixels wide; a seed gives its scattered things the same places at any size."""
        self.random = np.random.default_rng(seed)
        self._size = (width, round(width * HEIGHT / WIDTH))
        self._scale = width * _SHARPER / WIDTH
        self._image = Image.new("RGB", (self._size[0] * _SHARPER, self._size[1] * _SHARPER))
        self._pen = ImageDraw.Draw(self._image)

    def picture(self) -> Image.Image:
        """Return what was drawn."""
        return self._image.resize(self._size, Image.Resampling.BOX)

    def gradient(self, top: float, bottom: float, *colours: Colour) -> None:
        """Fill rows from `top` to `bottom` with colours that go into each other downwards."""
        first, last = round(top * self._scale), round(bottom * self._scale)
        at = np.linspace(0, len(colours) - 1, max(1, last - first))
        rows = np.stack([np.interp(at, np.arange(len(colours)), channel) for channel in zip(*colours, strict=True)], 1)
        strip = Image.fromarray(rows.round().astype(np.uint8)[:, None])
        self._image.paste(strip.resize((self._image.width, len(rows))), (0, first))

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon."""
        self._pen.polygon([self._at(point) for point in points], colour)

    def box(self, left: float, top: float, width: float, height: float, colour: Colour, radius: float = 0) -> None:
        """Fill a rectangle, with round corners if asked to."""
        corners = (*self._at((left, top)), *self._at((left + width, top + height)))
        self._pen.rounded_rectangle(corners, radius * self._scale, colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour, flat: float = 1.0) -> None:
        """Fill a circle, or an ellipse whose height is `flat` times its width."""
        self._pen.ellipse(
            (*self._at((x - radius, y - radius * flat)), *self._at((x + radius, y + radius * flat))), colour
        )

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """Draw a line along points."""
        self._pen.line([self._at(point) for point in points], colour, max(1, round(width * self._scale)), "curve")

    def hills(self, y: float, height: float, length: float, colour: Colour, phase: float = 0.0) -> None:
        """Fill all below a wavy line around `y`, of waves of about that height and length; `phase` shifts them."""
        turn = 2 * pi / length
        rim = [
            (x, y - height * (0.6 * sin(turn * x + phase) + 0.4 * sin(1.7 * turn * x + 2.3 * phase + 1)))
            for x in range(0, WIDTH + 8, 8)
        ]
        self.shape([(0, HEIGHT), *rim, (WIDTH, HEIGHT)], colour)

    def clouds(self, places: Sequence[tuple[float, float, float]], colour: Colour) -> None:
        """Draw clouds, each around a point (x, y) of its flat foot, and as wide as the third number says."""
        for x, y, size in places:
            for beside, radius in ((-0.32, 0.15), (-0.1, 0.24), (0.14, 0.2), (0.33, 0.13)):
                self.disc(x + beside * size, y - radius * size * 0.7, radius * size, colour)
            self.box(x - 0.45 * size, y - 0.2 * size, 0.9 * size, 0.2 * size, colour, 0.1 * size)

    def scatter(self, count: int, top: float, bottom: float) -> list[tuple[float, float, float]]:
        """Return so many random places between two rows, the farthest first: x, y, and how near in 0..1 (y again)."""
        near = np.sort(self.random.random(count))
        across = self.random.random(count)
        return [(x * WIDTH, top + y * (bottom - top), y) for x, y in zip(across.tolist(), near.tolist(), strict=True)]

    def _at(self, point: Point) -> tuple[float, float]:
        return point[0] * self._scale, point[1] * self._scale
