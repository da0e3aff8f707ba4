"""Fidelity measures: whether what is played stays what the first picture shows, and whether it moves.

All of them compare the agent as it is now with the agent of the first frame: colours, their layout from top to bottom,
size, sharpness, and what is left to differ once the whole has been shifted or mirrored.
"""

from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from playground.engine.compositing import cut_window

_LEVELS = 6
"""Levels a channel of a colour histogram."""
_BAND = 43
"""Values of 0..255 that fall on one level."""
_LAYERS = 8
"""Bands from head to foot of which the mean colours are compared."""
_LEAST_AREA = 20
"""Pixels of an agent below which its sharpness says nothing."""
FLAT = 0.5
"""Mean gradient, of 255, up to which an agent is of one colour, which stays as sharp as it is."""
_VANISHED = 0.2
"""Share of its first area below which an agent counts as gone."""
_MOST_COMPARED = 80
"""Half the side in pixels from which on only every second pixel, third and so on of an agent is compared."""
_VISIBLE = 90
"""Sum over the channels, of 3 * 255, by which a pixel has to differ for people to see it."""
_ROOM, _SEARCH_STEP = 0.75, 1 / 24
"""Half the side of the square that is compared, and the step of the search for the best shift, to the agent's side."""


@dataclass(frozen=True)
class AgentView:
    """An agent as it is seen at one moment."""

    pixels: NDArray[np.uint8]
    """(H, W, 3)."""
    mask: NDArray[np.bool_]
    """(H, W): where it is."""


@dataclass(frozen=True)
class Fidelity:
    """How an agent compares with the first frame's."""

    colours: float
    """Intersection of the colour histograms, 0..1."""
    layout: float
    """Mean difference of the mean colours of bands from head to foot, 0..1."""
    size: float
    """Area, divided by the first one's."""
    sharpness: float
    """Mean gradient, divided by the first one's."""


GONE = Fidelity(0.0, 1.0, 0.0, 0.0)
"""The fidelity of an agent that is not to be seen any more."""


class FirstView:
    """The agent of the first frame, which the others are compared with."""

    def __init__(self, view: AgentView, smooth: bool = False) -> None:
        """Take the first frame's agent, of at least one pixel.

        `smooth` histograms share each colour among neighbouring levels, so that a shade more or less changes little.
        """
        self._view = view
        self._smooth = smooth
        self._area = int(view.mask.sum())
        self._colours = colour_histogram(view, smooth)
        self._bands = _band_colours(view)
        self._sharpness = sharpness(view.pixels, view.mask)
        self._half = int(_ROOM * max(float(np.ptp(places)) for places in np.nonzero(view.mask))) + 2
        self._every = -(-self._half // _MOST_COMPARED)
        self._square = self._centred(view)

    def compare(self, view: AgentView) -> Fidelity:
        """Return the fidelity of the same agent at another moment."""
        area = int(view.mask.sum())
        if area < _VANISHED * self._area:
            return GONE
        return Fidelity(
            float(np.minimum(self._colours, colour_histogram(view, self._smooth)).sum()),
            float(np.abs(self._bands - _band_colours(view)).mean() / 255),
            area / self._area,
            sharpness(view.pixels, view.mask) / self._sharpness if self._sharpness > FLAT else 1.0,
        )

    def articulation(self, view: AgentView) -> float:
        """Return the share of pixels that differ visibly after the best shift of the whole, mirrored or not.

        It is 0 for an agent that only travels or turns round, and 1 for one that is gone.
        """
        if not view.mask.any():
            return 1.0
        square = self._centred(view)
        step = max(1, int(len(square) / 2 * _SEARCH_STEP))
        shifts = (-2 * step, -step, 0, step, 2 * step)
        return min(
            _differing(self._square, np.roll(other, shift, (0, 1)))
            for other in (square, square[:, ::-1])
            for shift in product(shifts, shifts)
        )

    def _centred(self, view: AgentView) -> NDArray[np.int16]:
        """Return the square around an agent's centre of mass, (N, N, 4): its colours, and 255 where it is."""
        y, x = (float(np.round(places.mean())) for places in np.nonzero(view.mask))
        layer = np.dstack([np.where(view.mask[..., None], view.pixels, 0), np.where(view.mask, 255, 0)])
        square = cut_window(layer.astype(np.float32), (x, y), 2 * self._half)
        return np.ascontiguousarray(square[:: self._every, :: self._every], np.int16)


def sharpness(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> float:
    """Return the mean gradient of the grey levels of an agent's pixels (H, W, 3), without the outline of its mask.

    It is 0 where too little is seen of it.
    """
    grey = pixels.astype(np.float64).mean(2)
    gradient = np.abs(np.diff(grey, axis=1))[:-1] + np.abs(np.diff(grey, axis=0))[:, :-1]
    inside = mask[:-1, :-1] & mask[1:, :-1] & mask[:-1, 1:]
    return float(gradient[inside].mean()) if np.count_nonzero(inside) > _LEAST_AREA else 0.0


def colour_histogram(view: AgentView, smooth: bool = False) -> NDArray[np.float64]:
    """Return the shares of an agent's pixels by colour, 6 levels a channel, (216,)."""
    colours = view.pixels[view.mask]
    base, size = (_LEVELS**2, _LEVELS, 1), _LEVELS**3
    if not smooth:
        return np.bincount((colours // _BAND).astype(np.intp) @ base, minlength=size) / max(1, len(colours))
    at = colours.astype(np.float64) / _BAND - 0.5
    low = np.floor(at).astype(np.intp)
    upper = at - low
    histogram = np.zeros(size)
    for corner in product((0, 1), repeat=3):
        share = np.where(np.array(corner, bool), upper, 1 - upper).prod(1)
        levels = (low + corner).clip(0, _LEVELS - 1)
        histogram += np.bincount(levels @ base, share, size)
    return histogram / max(1, len(at))


def _band_colours(view: AgentView) -> NDArray[np.float64]:
    """Return the mean colours of equal bands from an agent's head to its feet, (8, 3) in 0..255."""
    rows = np.flatnonzero(view.mask.any(1))
    ends = np.linspace(rows[0], rows[-1] + 1, _LAYERS + 1).astype(int)
    colours = np.zeros((_LAYERS, 3))
    for index, (top, bottom) in enumerate(pairwise(ends)):
        if (inside := view.mask[top:bottom]).any():
            colours[index] = view.pixels[top:bottom][inside].mean(0)
    return colours


def _differing(one: NDArray[np.int16], other: NDArray[np.int16]) -> float:
    """Return the share of the pixels of two agents, (N, N, 4), that differ visibly; where one is not counts as that."""
    either = (one[..., 3] > 0) | (other[..., 3] > 0)
    differ = (np.abs(one - other)[..., :3].sum(2) > _VISIBLE) | (one[..., 3] != other[..., 3])
    return float(differ[either].mean())
