"""Strain limiting: a tick that would change its picture too much is moved part of the way only.

A model that moves pixels was learned from other agents than this one, and what is a crouch for most may crush this one,
or leave nothing of its colours. As with springs that must not be stretched too far (Provot, Graphics Interface 1995), a
tick is drawn back towards rest until what is seen keeps the picture's colours, size and sharpness.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from glass.core.limbs import BODY, GROWTH
from glass.core.masks import SOLID
from playground.engine.compositing import Layer, to_bytes
from playground.engine.fidelity import AgentView, Fidelity, FirstView
from playground.engine.layered_warp import WarpLayers, WarpSource, render_layers

_COLOURS, _SMALLEST, _LARGEST, _SHARPNESS = 0.76, 0.66, 1.5, 0.8
"""What a tick keeps of the picture's colours (intersection of histograms), area and sharpness (mean gradient)."""
_BETWEEN_PIXELS = 0.5
"""Pixels by which a picture is moved to see how much softer it is for that alone; pixel art never is."""
_SHARES = (1.0, 0.8, 0.65, 0.5, 0.35, 0.2)
"""Shares of the way that are tried, one after the other; the last is taken unseen."""
_LARGEST_SIDE = 96
"""Side in pixels up to which pixel art is looked at in its own pixels."""


@dataclass(frozen=True)
class StrainLimit:
    """Holds the ticks of one agent to what its picture shows."""

    source: WarpSource
    """What its pixels are fetched from."""
    _at_sides: dict[int, tuple[WarpSource, FirstView, float] | None] = field(
        default_factory=dict, repr=False, compare=False
    )

    def limited(self, layers: WarpLayers) -> WarpLayers:
        """Return the layers of a tick, or layers that are as near to them as the picture bears."""
        seen = self._seen(layers)
        if seen is None:
            return layers
        source, first, sharpness = seen
        rest = replace(layers.at_rest(), mirrored=layers.mirrored)
        for share in _SHARES:
            shown = _turned_as(layers, rest.towards(layers, share))
            if share == _SHARES[-1] or _keeps(first.compare(_view(render_layers(shown, source))), sharpness):
                break
        return shown

    def _seen(self, layers: WarpLayers) -> tuple[WarpSource, FirstView, float] | None:
        """Return what is looked at, small, how it looks at rest and the least sharpness; None if nothing is seen."""
        side = layers.side
        if self.source.pixel_art and self.source.side <= _LARGEST_SIDE:
            side = self.source.side
        if side not in self._at_sides:
            source = self.source.at_side(side)
            rest = layers.at_rest()
            view, moved = _view(source.pixels), replace(rest, fields=rest.fields + np.float32(_BETWEEN_PIXELS))
            first = FirstView(view) if view.mask.any() else None
            softer = (
                1.0 if source.pixel_art or not first else first.compare(_view(render_layers(moved, source))).sharpness
            )
            self._at_sides[side] = (source, first, _SHARPNESS * min(1.0, softer)) if first else None
        return self._at_sides[side]


def _turned_as(layers: WarpLayers, limited: WarpLayers) -> WarpLayers:
    """Return limited layers whose body is turned and moved as in others, for that changes nothing of what is seen."""
    if not len(layers.limbs):
        return limited
    limbs = limited.limbs.copy()
    limbs[BODY, :GROWTH] = layers.limbs[BODY, :GROWTH]
    return replace(limited, limbs=limbs)


def _view(layer: Layer) -> AgentView:
    """Return what is solid of premultiplied RGBA (N, N, 4), in the colours that it has."""
    alpha = layer[..., 3:]
    colours = np.asarray(layer[..., :3] / np.maximum(alpha, SOLID), np.float32)
    return AgentView(to_bytes(colours), alpha[..., 0] > SOLID)


def _keeps(fidelity: Fidelity, sharpness: float) -> bool:
    return fidelity.colours >= _COLOURS and _SMALLEST <= fidelity.size <= _LARGEST and fidelity.sharpness >= sharpness
