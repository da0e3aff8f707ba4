"""Procedural backgrounds: noise textures, gradients, and floors in the manner of old games."""

import colorsys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field = NDArray[np.float64]
"""(side, side) numbers, usually 0 to 1."""
Picture = NDArray[np.float64]
"""(side, side, 3) RGB, 0 to 255; may go over, the caller clips."""


class Painter:
    """Colours and noise fields for one background, all from one generator."""

    def __init__(self, rng: np.random.Generator, side: int) -> None:
        """Paint squares of `side` pixels with choices from `rng`."""
        self.rng = rng
        self.side = side
        self.brightness = float(rng.choice((0.3, 0.5, 0.65, 0.8, 0.92)) * rng.uniform(0.9, 1.08))

    def colour(
        self, hue: float | None = None, saturation: float | None = None, value: float = 1.0
    ) -> NDArray[np.float64]:
        """An RGB colour (3,), 0 to 255, as bright as the painter's brightness times `value`."""
        rng = self.rng
        h = float(rng.random()) if hue is None else hue + float(rng.uniform(-0.04, 0.04))
        s = float(rng.uniform(0.05, 0.75)) if saturation is None else saturation * float(rng.uniform(0.75, 1.2))
        rgb = colorsys.hsv_to_rgb(h % 1.0, min(1.0, s), min(1.0, self.brightness * value))
        return np.asarray(rgb) * 255.0

    def noise(self, cells: int, smooth: bool = True) -> Field:
        """Random values on a grid of `cells` by `cells`, stretched over the picture."""
        return self.stretch(self.rng.random((cells, cells)), smooth)

    def stretch(self, grid: Field, smooth: bool = False) -> Field:
        """Stretch a grid over the picture, smoothly or as blocks."""
        how = Image.Resampling.BICUBIC if smooth else Image.Resampling.NEAREST
        image = Image.fromarray(grid.astype(np.float32))
        return np.asarray(image.resize((self.side, self.side), how), dtype=np.float64)

    def fractal(self, coarse: int, octaves: int, fade: float = 0.55) -> Field:
        """Noise of several scales added up, 0 to 1."""
        total = np.zeros((self.side, self.side))
        weight = 1.0
        for octave in range(octaves):
            total += weight * self.noise(min(coarse * 2**octave, self.side))
            weight *= fade
        low, high = total.min(), total.max()
        return np.asarray((total - low) / max(high - low, 1e-9))

    def mix(self, share: Field, first: NDArray[np.float64], second: NDArray[np.float64]) -> Picture:
        """Blend two colours, or pictures, by a share of the second."""
        part = np.clip(share, 0.0, 1.0)[..., None]
        return np.asarray(first * (1.0 - part) + second * part)

    def axes(self) -> tuple[Field, Field]:
        """Rows (side, 1) and columns (1, side) in pixels, moved by a random offset."""
        grid = np.arange(self.side, dtype=np.float64)
        dy, dx = self.rng.uniform(0, 64, 2)
        return grid[:, None] + dy, grid[None, :] + dx

    def per_tile(self, row: NDArray[np.float64], column: NDArray[np.float64]) -> Field:
        """A random number 0 to 1 for each tile, looked up by whole tile rows and columns."""
        table = self.rng.random((97, 89))
        return np.asarray(table[row.astype(np.intp) % 97, column.astype(np.intp) % 89])

    def unevenness(self) -> Picture:
        """Faint stains and grain, (side, side, 1), so that no pattern repeats exactly and every move can be seen."""
        stains = self.noise(int(self.rng.integers(24, 60))) + 0.5 * self.noise(9) - 0.75
        grain = self.noise(141, smooth=False) - 0.5
        return np.asarray((self.rng.uniform(4, 20) * stains + self.rng.uniform(0, 9) * grain)[..., None])


def _plain(p: Painter) -> Picture:
    return np.asarray(p.colour() + 8 * (p.noise(4)[..., None] - 0.5))


def _gradient(p: Painter) -> Picture:
    rows, columns = p.axes()
    angle = p.rng.uniform(0, 2 * np.pi)
    along = rows * np.sin(angle) + columns * np.cos(angle)
    share = (along - along.min()) / (along.max() - along.min())
    if p.rng.random() < 0.4:
        share = np.floor(share * p.rng.integers(4, 14)) / 10
    return p.mix(share, p.colour(), p.colour(value=p.rng.uniform(0.5, 1.5)))


def _clouds(p: Painter) -> Picture:
    return p.mix(p.fractal(int(p.rng.integers(2, 6)), 3, 0.4), p.colour(), p.colour(value=p.rng.uniform(0.5, 1.6)))


def _rough(p: Painter) -> Picture:
    base = p.mix(p.fractal(int(p.rng.integers(3, 12)), 6, 0.75), p.colour(value=0.5), p.colour(value=1.3))
    return p.mix(p.noise(int(p.rng.integers(3, 8))), base, p.colour() * np.ones_like(base)) * 0.5 + 0.5 * base


def _speckle(p: Painter) -> Picture:
    cells = int(p.rng.choice((281, 141, 94, 70)))
    grid = p.noise(cells, smooth=False)
    colours = np.stack([p.colour(value=v) for v in (0.7, 0.9, 1.0, 1.2)])
    if p.rng.random() < 0.6:
        colours = colours.mean(0) + (colours - colours.mean(0)) * 0.5
    return np.asarray(colours[np.minimum((grid * 4).astype(np.intp), 3)])


def _colour_noise(p: Painter) -> Picture:
    channels = [p.fractal(int(p.rng.integers(3, 20)), int(p.rng.integers(2, 5)), 0.7) for _ in range(3)]
    return np.asarray(p.colour() * 0.4 + np.stack(channels, -1) * 200 * p.brightness)


def _leaves(p: Painter) -> Picture:
    """Many overlapping discs of all sizes, the statistics of cluttered photos."""
    hue = float(p.rng.random()) if p.rng.random() < 0.5 else None
    picture = np.tile(p.colour(hue), (p.side, p.side, 1))
    grid = np.arange(p.side, dtype=np.float64)
    for radius in 40.0 / (1 + 12 * p.rng.random(220)):
        x, y = p.rng.uniform(-8, p.side + 8, 2)
        x0, x1 = max(0, int(x - radius)), min(p.side, int(x + radius) + 2)
        y0, y1 = max(0, int(y - radius)), min(p.side, int(y + radius) + 2)
        if x0 >= x1 or y0 >= y1:
            continue
        away = (grid[None, x0:x1] - x) ** 2 + (grid[y0:y1, None] - y) ** 2
        colour = p.colour(hue, value=p.rng.uniform(0.45, 1.3))
        picture[y0:y1, x0:x1][away < radius * radius] = colour
    return np.asarray(picture + 18 * (p.fractal(20, 3)[..., None] - 0.5))


def _marble(p: Painter) -> Picture:
    rows, columns = p.axes()
    wave = rows * p.rng.uniform(-0.1, 0.1) + columns * p.rng.uniform(0.03, 0.12) + 9 * p.fractal(4, 4)
    return p.mix(np.abs(np.sin(wave)) ** 0.6, p.colour(value=0.6), p.colour(value=1.15))


def _stripes(p: Painter) -> Picture:
    rows, columns = p.axes()
    angle = float(p.rng.choice((0.0, np.pi / 2, np.pi / 4, p.rng.uniform(0, np.pi))))
    along = rows * np.sin(angle) + columns * np.cos(angle)
    share = (along / p.rng.uniform(5, 28)) % 1.0 < p.rng.uniform(0.3, 0.7)
    return p.mix(share * 1.0, p.colour(), p.colour(value=p.rng.uniform(0.6, 1.4)))


def _photo_like(p: Painter) -> Picture:
    """A far view: sky over hazy bands of land with detail that grows towards the viewer."""
    rows = np.arange(p.side, dtype=np.float64)[:, None]
    picture = p.mix(np.broadcast_to(rows / p.side, (p.side, p.side)), p.colour(0.58, 0.45), p.colour(0.55, 0.15, 1.2))
    horizon = p.rng.uniform(0.1, 0.6)
    for band in range(int(p.rng.integers(1, 4))):
        edge = p.side * (horizon + 0.2 * band) + 30 * (p.noise(5 + 3 * band)[:1] - 0.5) + 8 * (p.noise(40)[:1] - 0.5)
        land = p.mix(p.fractal(10 * (band + 1), 3, 0.8), p.colour(0.28, 0.5, 0.5), p.colour(0.2, 0.45, 0.95))
        picture = np.where((rows > edge)[..., None], land, picture)
    return picture


def _bricks(p: Painter) -> Picture:
    rows, columns = p.axes()
    height, width = p.rng.uniform(9, 20), p.rng.uniform(18, 44)
    row = np.floor(rows / height)
    shifted = columns / width + 0.5 * (row % 2)
    column = np.floor(shifted)
    tone = p.per_tile(row, column)
    picture = p.mix(tone, p.colour(0.03, 0.5, 0.75), p.colour(0.05, 0.4, 1.05)) + 14 * (
        p.fractal(40, 2)[..., None] - 0.5
    )
    seam = ((rows / height) % 1 < 2.5 / height) | (shifted % 1 < 2.5 / width)
    return np.where(seam[..., None], p.colour(0.08, 0.15, p.rng.choice((0.5, 1.2))), picture)


def _tiles(p: Painter) -> Picture:
    rows, columns = p.axes()
    size = p.rng.uniform(14, 48)
    row, column = np.floor(rows / size), np.floor(columns / size)
    checker = (row + column) % 2 if p.rng.random() < 0.6 else p.per_tile(row, column)
    picture = p.mix(checker * np.ones((p.side, p.side)), p.colour(), p.colour(value=p.rng.uniform(0.7, 1.3)))
    down, across = rows % size, columns % size
    picture = picture + 26.0 * (((down < 2.5) | (across < 2.5)) * 1.0)[..., None]
    picture = picture - 40.0 * (((down > size - 2.5) | (across > size - 2.5)) * 1.0)[..., None]
    return np.asarray(picture + 12 * (p.per_tile(row, column)[..., None] - 0.5))


def _planks(p: Painter) -> Picture:
    rows, columns = p.axes()
    if p.rng.random() < 0.5:
        rows, columns = columns, rows
    width, length = p.rng.uniform(11, 26), p.rng.uniform(70, 150)
    row = np.floor(rows / width)
    shifted = columns / length + p.rng.random(97)[row.astype(np.intp) % 97]
    tone = p.per_tile(row, np.floor(shifted))
    fibre = p.rng.random((97, 1))[(rows * 0.7).astype(np.intp) % 97, 0] * np.ones((p.side, p.side))
    picture = p.mix(0.65 * tone + 0.35 * fibre, p.colour(0.08, 0.55, 0.65), p.colour(0.09, 0.5, 1.0))
    seam = ((rows / width) % 1 < 2.0 / width) | (shifted % 1 < 2.0 / length)
    return np.where(seam[..., None], picture * 0.45, picture)


def _grass(p: Painter) -> Picture:
    """Short strokes, brighter at the tip, on patches of green (or dry, or blue)."""
    hue = float(p.rng.choice((0.28, 0.3, 0.22, 0.14, 0.42)))
    cells = int(p.rng.choice((94, 141)))
    blade = p.rng.random((cells, cells))
    blade = np.maximum(blade, 0.8 * np.roll(blade, 1, 0))
    picture = p.mix(0.6 * p.stretch(blade) + 0.4 * p.fractal(6, 2), p.colour(hue, 0.65, 0.6), p.colour(hue, 0.55, 1.05))
    flowers = p.stretch((p.rng.random((cells, cells)) < p.rng.choice((0.0, 0.004, 0.012))) * 1.0)
    return p.mix(flowers, picture, np.ones_like(picture) * p.colour(value=1.4))


def _cobbles(p: Painter) -> Picture:
    """Rounded stones: the nearest of jittered points, seams where two are as near."""
    rows, columns = p.axes()
    size = p.rng.uniform(14, 30)
    row, column = np.floor(rows / size), np.floor(columns / size)
    jitter = p.rng.uniform(0.15, 0.85, (2, 97, 89))
    first = np.full((p.side, p.side), np.inf)
    second, tone = first.copy(), np.zeros_like(first)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            at = ((row + dy).astype(np.intp) % 97, (column + dx).astype(np.intp) % 89)
            down, across = row + dy + jitter[0][at] - rows / size, column + dx + jitter[1][at] - columns / size
            away = down * down + across * across
            second = np.minimum(second, np.maximum(first, away))
            tone = np.where(away < first, jitter[0][at], tone)
            first = np.minimum(first, away)
    first, second = np.sqrt(first), np.sqrt(second)
    stone = p.mix(0.6 * tone + 0.4 * (1 - first), p.colour(0.6, 0.12, 0.65), p.colour(0.1, 0.15, 1.05))
    return np.where((second - first < 2.6 / size)[..., None], stone * 0.4, stone)


def _sand(p: Painter) -> Picture:
    hue = float(p.rng.choice((0.11, 0.08, 0.6, 0.05)))
    rows, columns = p.axes()
    ripple = 0.5 + 0.5 * np.sin(rows / p.rng.uniform(3, 8) + 7 * p.fractal(4, 2) + columns * 0.01)
    share = 0.35 * ripple + 0.3 * p.fractal(5, 2) + 0.35 * p.noise(141, smooth=False)
    return p.mix(share, p.colour(hue, 0.4, 0.75), p.colour(hue, 0.3, 1.1))


def _water(p: Painter) -> Picture:
    rows, columns = p.axes()
    wave = np.sin(rows / p.rng.uniform(4, 7) + 2 * np.sin(columns / p.rng.uniform(9, 16)) + 8 * p.fractal(5, 2))
    picture = p.mix(p.fractal(3, 3), p.colour(0.55, 0.7, 0.7), p.colour(0.58, 0.6, 0.95))
    return p.mix((wave > 0.82) * 0.7, picture, np.ones_like(picture) * p.colour(0.53, 0.25, 1.3))


def _carpet(p: Painter) -> Picture:
    """A small random motif, mirrored into a pattern and repeated."""
    cells, scale = int(p.rng.integers(4, 9)), int(p.rng.choice((2, 3, 4)))
    quarter = p.rng.integers(0, 3, (cells, cells))
    half = np.concatenate([quarter, quarter[::-1]])
    motif = np.kron(np.concatenate([half, half[:, ::-1]], 1), np.ones((scale, scale), dtype=np.int64))
    times = p.side // len(motif) + 1
    pattern = np.tile(motif, (times, times))[: p.side, : p.side]
    colours = np.stack([p.colour(value=v) for v in (0.7, 1.0, 1.2)])
    return np.asarray(colours[pattern])


def _dungeon(p: Painter) -> Picture:
    """Blocky floor: pixels of a few tones with cracks between big slabs."""
    rows, columns = p.axes()
    size = p.rng.uniform(36, 70)
    tone = p.per_tile(np.floor(rows / size), np.floor(columns / size))
    share = 0.4 * tone + 0.35 * p.noise(94, smooth=False) + 0.25 * p.fractal(6, 2)
    hue = float(p.rng.random())
    picture = p.mix(np.floor(share * 6) / 5, p.colour(hue, 0.2, 0.6), p.colour(hue, 0.2, 1.0))
    wobble = 3 * (p.noise(40, smooth=False) - 0.5)
    crack = ((rows + wobble) % size < 3) | ((columns + wobble) % size < 3)
    return np.where(crack[..., None], picture * 0.5, picture)


PAINTERS: dict[str, Callable[[Painter], Picture]] = {
    "plain": _plain,
    "gradient": _gradient,
    "clouds": _clouds,
    "rough": _rough,
    "speckle": _speckle,
    "colour noise": _colour_noise,
    "leaves": _leaves,
    "marble": _marble,
    "stripes": _stripes,
    "landscape": _photo_like,
    "bricks": _bricks,
    "tiles": _tiles,
    "planks": _planks,
    "grass": _grass,
    "cobbles": _cobbles,
    "sand": _sand,
    "water": _water,
    "carpet": _carpet,
    "dungeon": _dungeon,
}
"""Painters of textures, then of game floors, by kind."""
