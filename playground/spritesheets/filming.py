"""Filming an agent: the frames of an action, as straight RGBA at the picture's own size and in its palette."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.masks import SOLID
from playground.acts.performer import REST, act_actions
from playground.bundles.manifest import Manifest
from playground.core.action import Action
from playground.engine.agent_state import AgentState
from playground.engine.compositing import Layer, straight
from playground.engine.inference import InferenceEngine
from playground.pictures.mask_cleaning import largest_component
from playground.pictures.start import Start
from playground.spritesheets.actions import ActionKind, SheetAction
from playground.spritesheets.edges import with_sharp_edges
from playground.spritesheets.loops import LONGEST, WARM_UP, Pixels
from playground.spritesheets.palettes import MOST_COLOURS, Colours, different_colours, nearest_colours

TICKS = {ActionKind.WALK: WARM_UP + 2 * LONGEST, ActionKind.ACT: 18, ActionKind.IDLE: 2 * LONGEST}
"""How long each kind of action is filmed, in ticks."""
_FAINT = 1 / 32
"""What is less solid is not seen."""
_CRUMB_FRACTION = 28
"""What is painted apart from the agent by more than the window's side divided by this is no part of it."""


def film(engine: InferenceEngine, agent: AgentState, action: SheetAction) -> Iterator[Layer]:
    """Yield the agent as it is and after each tick of an action, (N, N, 4), premultiplied RGBA around its position.

    An act that has been measured goes from rest to rest.
    """
    acts = act_actions(engine.manifest, action.local_action) if action.kind is ActionKind.ACT else ()
    ticks = (Action(action.shift, local_action=action.local_action),) * TICKS[action.kind]
    yield agent.own_layer
    for tick in (*acts, REST) if acts else ticks:
        agent = engine.act(agent, tick)
        yield agent.own_layer


@dataclass(frozen=True)
class Finish:
    """How an agent's layers become pixels of a sheet."""

    palette: Colours | None
    """The only colours there are; None for any."""
    crisp: bool
    """Whether pixels are clear or solid, as in pixel art."""
    scale: float = 1.0
    """Pixels of the sheet to one of the agent."""
    manifest: Manifest | None = None
    """Of a model that paints, whose crumbs away from the agent are dropped; None for one that moves own pixels."""
    edge: float | None = None
    """How wide edges are at most, in pixels of the agent; None leaves them."""

    def pixels(self, layer: Layer) -> Pixels:
        """Return a premultiplied layer (N, N, 4) in [0, 1] as straight RGBA, (M, M, 4)."""
        if self.manifest is not None:
            grain = max(1, self.manifest.window // _CRUMB_FRACTION)
            kept = largest_component(np.ascontiguousarray(layer[..., 3]), grain, self.manifest.enters) > 0
            layer = layer * kept[..., None]
        if self.edge is not None:
            layer = with_sharp_edges(layer, self.edge)
        whole = self.scale >= 1 and float(self.scale).is_integer()
        if not whole:
            layer = _resized(layer, max(1, round(len(layer) * self.scale)))
        pixels = straight(layer)
        seen = layer[..., 3] > (SOLID if self.crisp else _FAINT)
        pixels[~seen] = 0
        if self.crisp:
            pixels[seen, 3] = 255
        if self.palette is not None:
            pixels[seen, :3] = self.palette[nearest_colours(pixels[seen, :3], self.palette)]
        times = int(self.scale) if whole else 1
        return pixels.repeat(times, 0).repeat(times, 1)


def own_palette(layer: Layer) -> Colours | None:
    """Return the colours of what is solid of an agent's premultiplied layer (N, N, 4); None where they are too many."""
    colours = different_colours(straight(layer)[layer[..., 3] > SOLID][:, :3])
    return colours if 1 <= len(colours) <= MOST_COLOURS else None


def is_pixel_art(start: Start) -> bool:
    """Say whether a start's own pixels keep to their grid."""
    return start.own is not None and start.own.pixel_art


def _resized(layer: Layer, side: int) -> NDArray[np.float32]:
    """Return a layer (N, N, 4) resized to (side, side, 4): averaged where it shrinks, else interpolated."""
    how = Image.Resampling.BOX if side < len(layer) else Image.Resampling.BILINEAR
    planes = [
        Image.fromarray(np.ascontiguousarray(plane)).resize((side, side), how) for plane in layer.transpose(2, 0, 1)
    ]
    return np.stack([np.asarray(plane) for plane in planes], 2)
