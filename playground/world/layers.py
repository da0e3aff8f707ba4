"""The layers of a frame, background and sprites, for interpolation between two ticks."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from playground.engine.agent_state import AgentState
from playground.engine.compositing import Layer, paste_cut_out, straight, to_bytes, window_corner
from playground.engine.layered_warp import WarpLayers, WarpSource
from playground.world.world import Snapshot, depth_order


@dataclass(frozen=True)
class Sprite:
    """An agent cut out."""

    crop: Layer
    """Premultiplied RGBA, (S, S, 4) in [0, 1]; its shadow is black and half transparent."""
    corner: tuple[int, int]
    """Where its left top stands, (x, y) in pixels of the frame."""
    source: WarpSource | None = None
    """What its own pixels are fetched from, where the model moves them."""
    warp: WarpLayers | None = None
    """What the crop is composed of then; None at the start."""

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """The crop as uint8."""
        return to_bytes(self.crop)


@dataclass(frozen=True, eq=False)
class Layers:
    """What is seen at a tick; equal to itself only."""

    frame: NDArray[np.uint8]
    """The picture, (H, W, 3)."""
    background: NDArray[np.uint8]
    """The picture without its agents, (H, W, 3)."""
    pan: tuple[float, float]
    """How far (x, y) in pixels the background's content has moved."""
    sprites: tuple[Sprite, ...]
    """Each player's agent."""
    order: tuple[int, ...]
    """Numbers of the agents, the farthest first."""
    lost: tuple[tuple[float, float], ...]
    """Where agents that are out of the frame are, (x, y) in pixels of the model's frame."""

    @property
    def smooth(self) -> bool:
        """Whether it is enlarged smoothly: a picture at its own size that is no pixel art."""
        return any(sprite.source is not None and not sprite.source.pixel_art for sprite in self.sprites[:1])


def layers_of(moment: Snapshot) -> Layers:
    """Return what is seen of a moment."""
    observations, size = moment.observations, moment.observations[0].mask.shape[::-1]
    beyond = [not all(0 <= at < side for at, side in zip(seen.position, size, strict=True)) for seen in observations]
    return Layers(
        observations[0].frame,
        moment.backdrop.pixels,
        moment.backdrop.pan,
        tuple(_sprite(agent) for agent in moment.agents),
        tuple(depth_order(moment.agents)),
        tuple(
            (seen.position[0] / seen.scale, seen.position[1] / seen.scale)
            for seen, out in zip(observations, beyond, strict=True)
            if out and not seen.mask.any()
        ),
    )


def agents_alone(moment: Snapshot) -> NDArray[np.uint8]:
    """Return the agents of a moment without background and shadows: straight RGBA, (H, W, 4)."""
    canvas = np.zeros((*moment.observations[0].mask.shape, 4), np.float32)
    for index in depth_order(moment.agents):
        agent = moment.agents[index]
        paste_cut_out(canvas, agent.own_layer, agent.own_position)
    return straight(canvas)


def _sprite(agent: AgentState) -> Sprite:
    crop = agent.layer_with_shadow
    return Sprite(crop, window_corner(agent.own_position, crop.shape[0]), agent.source, agent.warp)
