"""The state of an agent at one tick: the model's recurrent state, the agent's crop, position and shadow."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

from numpy.typing import NDArray

from playground.engine.compositing import Layer, centred_on_position, enlarged, extend_to_edge, with_shadow
from playground.engine.layered_warp import Patch, WarpLayers, WarpSource, render_patch
from playground.engine.limbs.acting import STANDING, LimbAct
from playground.engine.strain_limit import StrainLimit


class DeviceArray(Protocol):
    """An array of onnxruntime, which may lie on another device. Nobody writes to it."""

    def numpy(self) -> NDArray[Any]:
        """Return its values."""


@dataclass(frozen=True)
class ShadowContext:
    """What shadow.onnx is told of the first frame, in the square in which it looks for an agent's shadow."""

    view: DeviceArray
    """What the frame shows there, and where it shows anything, (1, 4, D, D) in [0, 1]."""
    first: DeviceArray
    """The agent's outline in it, (1, 1, D, D)."""
    offset: tuple[int, int]
    """Where the square's centre lies from the agent's position, (x, y) in pixels."""
    side: int
    """D, the square's side in pixels."""


@dataclass(frozen=True)
class Rest:
    """What an agent began with, and comes back to."""

    state: DeviceArray
    """The model's recurrent state."""
    crop: DeviceArray
    """As the agent's `crop`."""


@dataclass(frozen=True)
class AgentState:
    """An agent as it is at one tick; later ticks never change it."""

    appearance: Mapping[str, DeviceArray]
    """The first frame's features by input name of step.onnx."""
    state: DeviceArray
    """The model's recurrent state."""
    crop: DeviceArray
    """The agent cut out, (1, 4, S, S), colour multiplied by alpha, in [0, 1]."""
    rest: Rest
    """What it is at rest."""
    position: tuple[float, float]
    """Centre (x, y) of its window in pixels of the frame; may lie outside."""
    enters: str | None = None
    """Edge of the frame that it reaches in from, if any."""
    shadow_context: ShadowContext | None = None
    """What its shadow is computed from; None for one that casts none."""
    shadow: DeviceArray | None = None
    """The share of the light that it takes in that square, (1, 1, D, D); None as for `shadow_context`."""
    source: WarpSource | None = None
    """What its own pixels are fetched from, at the picture's own size; None where the crop is what is shown."""
    strain_limit: StrainLimit | None = None
    """What holds its ticks to the picture; None likewise."""
    warp: WarpLayers | None = None
    """What it is composed of; None at the start."""
    scale: float = 1.0
    """Pixels of the world to a pixel of the model's frame."""
    turned: bool = False
    """Whether it began its act facing the other way, so that what the model makes of it is mirrored."""
    side: int | None = None
    """The side that its picture faces: 1 right, -1 left, 0 not sure or the front; None where the model says none."""
    limb_act: LimbAct = STANDING
    """What its limbs are doing, where they are moved by themselves."""

    @property
    def cut_out(self) -> Layer:
        """The agent cut out, (S, S, 4) in [0, 1]."""
        layer: Layer = self.crop.numpy()[0].transpose(1, 2, 0)
        return layer[:, ::-1] if self.turned else layer

    @property
    def layer(self) -> Layer:
        """What is pasted: the agent cut out, or (2S, 2S, 4) with one that reaches in extended to its edge."""
        return extend_to_edge(self.cut_out, self.enters)

    @cached_property
    def own_layer(self) -> Layer:
        """What is pasted into the world: its `layer`, or (N, N, 4) at the picture's own size."""
        if self.source is None:
            return self.layer if self.scale == 1 else enlarged(self.layer, self.scale)
        return self.source.pixels if self.own_patch is None else self.own_patch.in_window(self.source.side)

    @cached_property
    def own_patch(self) -> Patch | None:
        """What is seen of it in its window at the picture's own size; None where no pixels have been moved."""
        if self.source is None or self.warp is None:
            return None
        return render_patch(self.warp, self.source, self.source.side)

    @property
    def own_position(self) -> tuple[float, float]:
        """Its position in pixels of the world."""
        return self.position[0] * self.scale, self.position[1] * self.scale

    @property
    def shadow_layer(self) -> Layer | None:
        """Its shadow, around its position, (D, D, 1), if it casts one."""
        if self.shadow_context is None or self.shadow is None:
            return None
        layer: Layer = self.shadow.numpy()[0].transpose(1, 2, 0)
        return centred_on_position(layer, self.shadow_context.offset)

    @property
    def layer_with_shadow(self) -> Layer:
        """What is seen of it: its `layer`, with its shadow."""
        return with_shadow(self.own_layer, self.shadow_layer)

    def at_scale(self, scale: float) -> "AgentState":
        """Return it in a world of another scale, its own pixels resized."""
        if scale == self.scale:
            return self
        if self.source is None:
            return replace(self, scale=scale)
        side = max(1, round(len(self.source.pixels) * scale / self.scale))
        return replace(self, source=self.source.at_side(side), scale=scale)

    def at_rest(self) -> "AgentState":
        """Return it where it is, with the look that it began with; where its pixels are moved it keeps its side."""
        if self.warp is None or not self.warp.mirrored:
            return replace(self, state=self.rest.state, crop=self.rest.crop, warp=None, turned=False, limb_act=STANDING)
        warp = self.warp.at_rest().mirror_image()
        return replace(self, state=self.rest.state, crop=self.rest.crop, warp=warp, turned=True, limb_act=STANDING)

    def moved(self, shift: tuple[float, float]) -> "AgentState":
        """Return it as it is, elsewhere by `shift` (x, y) pixels."""
        x, y = self.position
        return replace(self, position=(x + shift[0], y + shift[1]))
