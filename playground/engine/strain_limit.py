"""Strain limiting: a tick that would change its picture too much is moved part of the way only.

A model that moves pixels was learned from other agents than this one, and what is a crouch for most may crush this one,
or leave nothing of its colours. As with springs that must not be stretched too far (Provot, Graphics Interface 1995), a
tick is drawn back towards rest until what is seen keeps the picture's colours, size and sharpness.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from glass.core.masks import SOLID
from playground.engine.compositing import Layer, to_bytes
from playground.engine.fidelity import AgentView, Fidelity, FirstView
from playground.engine.layered_warp import WarpLayers, WarpSource, render_layers

_COLOURS, _SMALLEST, _LARGEST, _SHARPNESS = 0.76, 0.66, 1.5, 0.9
"""What a tick keeps of the picture's colours (intersection of histograms), area and sharpness (mean gradient)."""
_LARGE, _SHARPNESS_OF_LARGE = 6, 0.95
"""From how many times the model's size on a picture keeps more of its sharpness, which is in thin outlines then."""
_SHARES = (1.0, 0.8, 0.65, 0.5, 0.35, 0.2)
"""Shares of the way that are tried, one after the other; the last is taken unseen."""
_LARGEST_SIDE = 96
"""Side in pixels up to which pixel art is looked at in its own pixels."""


@dataclass(frozen=True)
class StrainLimit:
    """Holds the ticks of one agent to what its picture shows."""

    source: WarpSource
    """What its pixels are fetched from."""
    _at_sides: dict[int, tuple[WarpSource, FirstView] | None] = field(default_factory=dict, repr=False, compare=False)

    def limited(self, layers: WarpLayers) -> WarpLayers:
        """Return the layers of a tick, or layers that are as near to them as the picture bears."""
        seen = self._seen(layers.side)
        if seen is None:
            return layers
        source, first = seen
        sharpness = _SHARPNESS_OF_LARGE if self.source.side >= _LARGE * layers.side else _SHARPNESS
        rest = replace(layers.at_rest(), mirrored=layers.mirrored)
        for share in _SHARES:
            shown = rest.towards(layers, share)
            if share == _SHARES[-1] or _keeps(first.compare(_view(render_layers(shown, source))), sharpness):
                break
        return shown

    def _seen(self, side: int) -> tuple[WarpSource, FirstView] | None:
        """Return what is looked at, small, and how it looks at rest; None where nothing is seen."""
        if self.source.pixel_art and self.source.side <= _LARGEST_SIDE:
            side = self.source.side
        if side not in self._at_sides:
            source = self.source.at_side(side)
            view = _view(source.pixels)
            self._at_sides[side] = (source, FirstView(view)) if view.mask.any() else None
        return self._at_sides[side]


def _view(layer: Layer) -> AgentView:
    """Return what is solid of premultiplied RGBA (N, N, 4), in the colours that it has."""
    alpha = layer[..., 3:]
    colours = np.asarray(layer[..., :3] / np.maximum(alpha, SOLID), np.float32)
    return AgentView(to_bytes(colours), alpha[..., 0] > SOLID)


def _keeps(fidelity: Fidelity, sharpness: float) -> bool:
    return fidelity.colours >= _COLOURS and _SMALLEST <= fidelity.size <= _LARGEST and fidelity.sharpness >= sharpness
