"""An agent that is played, and the moments it goes through."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from playground.core.action import Observation
from playground.engine.compositing import Backdrop, Layer, around, carry_on, with_shadow, without_shadow
from playground.engine.hole_filling import with_texture


class DeviceArray(Protocol):
    """An array of onnxruntime, which may lie on another device. Nobody writes to it."""

    def numpy(self) -> NDArray[Any]:
        """Return its values."""


@dataclass(frozen=True)
class Light:
    """What the first frame says of how an agent's shadow falls, in the square in which it is looked for."""

    view: DeviceArray
    """What it shows there, and where it shows anything, (1, 4, D, D) in [0, 1]."""
    first: DeviceArray
    """The agent's outline in it, (1, 1, D, D)."""
    ahead: tuple[int, int]
    """Where the square's centre lies from the agent's position, (x, y) in pixels."""
    side: int
    """D, the square's side in pixels."""


@dataclass(frozen=True)
class Puppet:
    """An agent as it is at one tick; later ticks never change it."""

    appearance: Mapping[str, DeviceArray]
    """The first frame's features by input name of step.onnx."""
    state: DeviceArray
    """The model's memory."""
    crop: DeviceArray
    """The agent cut out, (1, 4, S, S), colour multiplied by alpha, in [0, 1]."""
    position: tuple[float, float]
    """Centre (x, y) of its window in pixels of the frame; may lie outside."""
    enters: str | None = None
    """Edge of the frame that it reaches in from, if any."""
    light: Light | None = None
    """What its shadow is told by; None for one that casts none."""
    shadow: DeviceArray | None = None
    """The share of the light that it takes in that square, (1, 1, D, D); None as for `light`."""

    @property
    def cut(self) -> Layer:
        """The agent cut out, (S, S, 4) in [0, 1]."""
        layer: Layer = self.crop.numpy()[0].transpose(1, 2, 0)
        return layer

    @property
    def layer(self) -> Layer:
        """What is pasted: the agent cut out, or (2S, 2S, 4) with one that reaches in carried on towards its edge."""
        return carry_on(self.cut, self.enters)

    @property
    def shade(self) -> Layer | None:
        """Its shadow, around its position, (D, D, 1), if it casts one."""
        if self.light is None or self.shadow is None:
            return None
        shade: Layer = self.shadow.numpy()[0].transpose(1, 2, 0)
        return around(shade, self.light.ahead)

    @property
    def drawing(self) -> Layer:
        """What is seen of it: its `layer`, with its shadow."""
        return with_shadow(self.layer, self.shade)

    def unshaded(self, background: Layer) -> Layer:
        """Return a background (H, W, 3) without the shadow that it casts on it."""
        shade = self.shade
        return background if shade is None else without_shadow(background, shade, self.position)

    def moved(self, shift: tuple[float, float]) -> "Puppet":
        """Return it as it is, elsewhere by `shift` (x, y) pixels."""
        x, y = self.position
        return replace(self, position=(x + shift[0], y + shift[1]))


@dataclass(frozen=True)
class Opening:
    """What play starts from."""

    puppet: Puppet
    """The agent."""
    background: Layer
    """What is behind it as the model inpaints it, smoothly, (H, W, 3)."""
    mask: NDArray[np.float32]
    """Where it is, (H, W) in [0, 1]."""

    def backdrop(self) -> Backdrop:
        """Return what play goes on before: the background, with texture where the agent was.

        Behind one that reaches in from an edge nothing else in the picture belongs: its hole stays smooth.
        """
        return Backdrop.of(self.background if self.puppet.enters else with_texture(self.background, self.mask))


@dataclass(frozen=True)
class Snapshot:
    """A moment of an engine to come back to; later steps never change it."""

    puppet: Puppet
    """The agent."""
    backdrop: Backdrop
    """The background as panned so far."""
    observation: Observation
    """What is seen."""
    graph: str
    """The sha256 of the step.onnx that plays it."""

    @property
    def crop(self) -> DeviceArray:
        """The agent cut out, (1, 4, S, S)."""
        return self.puppet.crop
