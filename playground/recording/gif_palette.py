"""Colour quantisation for GIF: exact while the colours fit a palette, else a median cut and farthest points.

Colours are packed into one integer each, red << 16 | green << 8 | blue.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

COLOURS = 255
"""Most colours of a palette; the last entry of the 256 is transparent."""
CLOSE = 24.0
"""Distance, in levels of 0..255 over all three channels, up to which another colour may stand for a colour."""

_SPARE = 96
_EXTREMES = 72

Packed = NDArray[np.int32]


def pack(pixels: NDArray[np.uint8]) -> Packed:
    """Return the packed colours (...) of pixels (..., 3)."""
    wide = pixels.astype(np.int32)
    return wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]


def unpack(packed: Packed) -> NDArray[np.uint8]:
    """Return pixels (..., 3) of packed colours (...)."""
    return np.stack([packed >> 16, packed >> 8 & 255, packed & 255], -1).astype(np.uint8)


class GifPalette:
    """Up to COLOURS colours that grow as frames come."""

    def __init__(self) -> None:
        """Begin without colours."""
        self.colours: Packed = np.empty(0, np.int32)
        """The packed colours, in the order of their indices."""

    def match(self, colours: Packed, areas: NDArray[np.int64]) -> tuple[NDArray[np.uint8], float]:
        """Find indices for distinct packed colours (n), `areas` pixels each; new ones are taken in while there is room.

        Returns the index of each, and the largest distance between a colour and what stands for it.
        """
        new = colours[~np.isin(colours, self.colours)]
        if len(self.colours) + len(new) <= COLOURS:
            self.colours = np.concatenate([self.colours, new])
        elif not len(self.colours):
            self.colours = chosen_colours(colours, areas, COLOURS - _SPARE)
        index, distances = nearest(colours, self.colours)
        room = COLOURS - len(self.colours)
        if room and distances.max() > CLOSE:
            self.colours = np.concatenate([self.colours, farthest(colours, distances, room, CLOSE)])
            index, distances = nearest(colours, self.colours)
        return index, float(distances.max())

    @property
    def table(self) -> bytes:
        """The 768 bytes of a colour table."""
        return unpack(self.colours).tobytes().ljust(768, b"\0")


def own_palette(colours: Packed, areas: NDArray[np.int64]) -> GifPalette:
    """Return the palette that suits distinct colours (n) best, of which there are so many pixels each."""
    palette = GifPalette()
    palette.colours = colours if len(colours) <= COLOURS else chosen_colours(colours, areas, COLOURS)
    return palette


def chosen_colours(colours: Packed, areas: NDArray[np.int64], count: int) -> Packed:
    """Choose `count` colours that stand for more than so many distinct ones (n).

    Most come from a median cut, where a colour counts by the square root of its area, so that a small agent is not
    drowned by its background. The others are, one after the other, the colour that is farthest from all so far: so no
    colour is far from all, however rare.
    """
    packed = np.repeat(colours, np.ceil(np.sqrt(areas)).astype(np.int64))
    image = Image.fromarray(unpack(packed)[None])
    cut = image.quantize(count - _EXTREMES, method=Image.Quantize.MEDIANCUT, kmeans=1).getpalette() or []
    common = np.unique(pack(np.array(cut, np.uint8).reshape(-1, 3)))[: count - _EXTREMES]
    return np.concatenate([common, farthest(colours, nearest(colours, common)[1], count - len(common), 0.0)])


def farthest(colours: Packed, distances: NDArray[np.float32], count: int, least: float) -> Packed:
    """Return up to `count` of the packed colours (n), each the farthest from a palette and from those before it.

    Their `distances` (n) are those from the palette; a colour not farther than `least` is not worth a place.
    """
    points = unpack(colours).astype(np.float32)
    distances = distances.copy()
    found: list[int] = []
    while len(found) < count and distances.max() > least:
        worst = int(distances.argmax())
        found.append(worst)
        distances = np.minimum(distances, np.sqrt(((points - points[worst]) ** 2).sum(1)))
    return colours[found]


def nearest(colours: Packed, palette: Packed) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return for each colour (n) the index of the nearest in a palette, and its distance."""
    points, places = unpack(colours).astype(np.float32), unpack(palette).astype(np.float32)
    # Not a matrix product: its threads would go on waiting for the next one at full speed, as long as is recorded.
    products = sum(points[:, axis, None] * places[:, axis] for axis in range(3))
    squared = (places**2).sum(1) - 2 * products
    index = squared.argmin(1)
    distances = np.sqrt(((points - places[index]) ** 2).sum(1))
    return index.astype(np.uint8), distances.astype(np.float32)
