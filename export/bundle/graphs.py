"""ONNX graphs of a bundle: thin modules around the model with named tensors in and out, and their conversion."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import onnx
import torch
from onnxscript import optimizer
from torch import Tensor, nn

from glass.model import Glass
from glass.motion.windows import foreground_windows
from glass.networks.appearance import Appearance
from glass.networks.moving.layered_warp import TickLayers
from glass.networks.moving.local_motion import MovingMotionAnalysis
from playground.bundles.manifest import LIMB_OUTPUTS, SHADOW

OPSET = 20
LARGEST_CONSTANT = 2**24
"""Numbers in a tensor that is worked out when a graph is converted."""
APPEARANCE = tuple(f"appearance_{index}" for index in range(len(Appearance._fields)))
"""Names of the tensors that a model's appearance has, in the order of `Appearance`."""
DESCRIPTORS = Appearance._fields.index("descriptors")
"""Place of what only a model of several views has, which moves no pixels."""


def segment(model: Glass, frame: Tensor) -> Tensor:
    """Map ``(N, 3, H, W)`` in [0, 1] to the mask ``(N, 1, H, W)`` in [0, 1]."""
    return model.gma.segment(frame)


def locate(model: Glass, frame: Tensor, mask: Tensor) -> Tensor:
    """Map ``(N, 3, H, W)`` and ``(N, 1, H, W)``, in [0, 1], to the anchor ``(N, 2)`` in pixels."""
    found: Tensor = model.anchor(frame, mask)
    return found


def start(model: Glass, frame: Tensor, mask: Tensor, faces: Tensor | None = None) -> tuple[Tensor, ...]:
    """Give all that a game starts from: crop, position, inpainted background, state and the appearance's tensors.

    A model of several views is given ``(V, 3, H, W)`` and ``(V, 1, H, W)``; the game starts from the first. One whose
    agents turn may be told which side its picture ``faces``, ``(1, 1)`` as for `told_sides`, and gives the side that
    it faces, ``(1, 1)``: 0 where that is not sure; and then, if it tells them, its limbs.
    """
    position = model.anchor(frame, mask)
    crops = foreground_windows(frame, mask, position, model.lma.config.window)
    side: tuple[Tensor, ...] = ()
    if faces is None:
        state, appearance = model.lma.start(crops[:1], crops[None, 1:])
    else:
        assert isinstance(model.lma, MovingMotionAnalysis)
        state, appearance = model.lma.start(crops[:1], faces=faces)
        side = (model.lma.known_side(state),)
        if model.lma.config.limbs:
            side += model.lma.find_limbs(crops[:1], side[0])
    given = (part for part in appearance if part is not None)
    return crops[:1], position[:1], model.gma.empty_background(frame[:1], mask[:1]), state, *given, *side


def step(model: Glass, state: Tensor, *given: Tensor) -> tuple[Tensor, Tensor]:
    """Map state, appearance, local action and shift to the painted crop and the next state."""
    *appearance, local_action, shift = given
    return model.lma.step(state, Appearance(*appearance), local_action, shift)


def moving_step(model: Glass, state: Tensor, *given: Tensor) -> tuple[Tensor, ...]:
    """Map what `step` is given to composed crop, next state and `TickLayers`, for a model that moves pixels."""
    *parts, local_action, shift = given
    appearance = Appearance(*parts[:DESCRIPTORS])._replace(place=parts[DESCRIPTORS] if parts[DESCRIPTORS:] else None)
    state = model.lma.advance(state, appearance, local_action, shift)
    rendered = model.lma.render(state, appearance)
    assert rendered.layers is not None
    return rendered.crops, state, *rendered.layers


def observe(model: Glass, crop: Tensor, next_crop: Tensor) -> Tensor:
    """Read local actions, int64 ``(N,)`` 1..K, from pairs of crops."""
    return model.lma.observe(crop, next_crop)


def shadow(model: Glass, view: Tensor, first: Tensor, now: Tensor) -> Tensor:
    """Map an agent's outlines to its shadow: the share of the light that is taken, ``(1, 1, D, D)``."""
    assert model.shadow is not None
    taken: Tensor = model.shadow(view, first, now)
    return taken


class GraphModule(nn.Module):
    """One of the functions above as a module."""

    def __init__(self, function: Callable[..., Tensor | tuple[Tensor, ...]], model: Glass) -> None:
        """Bind ``function`` to ``model``."""
        super().__init__()
        self.function, self.model = function, model

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        """Compute the graph."""
        return self.function(self.model, *inputs)


@dataclass(frozen=True)
class Graph:
    """A module with example inputs and the names of what goes in and out."""

    module: GraphModule
    example: tuple[Tensor, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    varying: tuple[int | None, ...] = ()
    """The dimension of each input that may be any number, if one may."""


def graphs(model: Glass) -> dict[str, Graph]:
    """Return the graphs of a bundle by file name."""
    model = model.eval()
    width, height = model.config.frame_size
    side = model.lma.config.window
    frame, mask = torch.rand(1, 3, height, width), torch.zeros(1, 1, height, width)
    mask[:, :, height // 4 : height // 2, width // 4 : width // 2] = 1
    frames, masks = frame.repeat(2, 1, 1, 1), mask.repeat(2, 1, 1, 1)
    shown = (frames, masks) if model.lma.config.views > 1 else (frame, mask)
    with torch.no_grad():
        _, _, _, state, *appearance = start(model, *shown)
    pair = torch.rand(2, 4, side, side)
    tick = (state, *appearance, torch.tensor([1]), torch.zeros(1, 2))
    names = APPEARANCE[: len(appearance)]
    inputs = ("state", *names, "local_action", "shift")
    begun = ("crop", "position", "inpainted_background", "state", *names)
    several: tuple[int | None, ...] = ()
    sources: tuple[int | None, ...] = ()
    if model.lma.config.views > 1:
        # State and what the dynamics remember are of the agent, all else of its sources; descriptors count them second.
        several, sources = (0, 0), (None, None, *[0] * (len(appearance) - 2), 1, None, None)
    made = {
        "segment.onnx": Graph(GraphModule(segment, model), (frames,), ("frame",), ("mask",), (0,)),
        "locate.onnx": Graph(GraphModule(locate, model), (frames, masks), ("frame", "mask"), ("position",), (0, 0)),
        "start.onnx": Graph(GraphModule(start, model), shown, ("frame", "mask"), begun, several),
        "step.onnx": Graph(GraphModule(step, model), tick, inputs, ("crop", "next_state"), sources),
        "observe.onnx": Graph(
            GraphModule(observe, model), (pair, pair.flip(0)), ("crop", "next_crop"), ("local_action",), (0, 0)
        ),
    }
    if isinstance(model.lma, MovingMotionAnalysis):
        outputs = ("crop", "next_state", *TickLayers._fields)
        made["step.onnx"] = Graph(GraphModule(moving_step, model), tick, inputs, outputs)
        if model.lma.config.turns:
            told = (frame, mask, torch.zeros(1, 1))
            begun = (*begun, "side", *(LIMB_OUTPUTS if model.lma.config.limbs else ()))
            made["start.onnx"] = Graph(GraphModule(start, model), told, ("frame", "mask", "faces"), begun)
    if model.shadow is not None:
        seen = torch.rand(1, 6, model.config.shadow.window, model.config.shadow.window)
        example = (seen[:, :4], seen[:, 4:5], seen[:, 5:])
        made[SHADOW] = Graph(GraphModule(shadow, model), example, ("view", "first", "now"), ("shadow",))
    return made


def to_onnx(graph: Graph) -> bytes:
    """Convert a graph to ONNX."""
    varying = ({} if axis is None else {axis: torch.export.Dim.DYNAMIC} for axis in graph.varying)
    shapes = (tuple(varying),) if graph.varying else None
    with warnings.catch_warnings():
        # The exporter's own use of a deprecated name; nothing about the model.
        warnings.filterwarnings("ignore", r"`isinstance\(treespec, LeafSpec\)`", FutureWarning)
        program = torch.onnx.export(
            graph.module.eval(),
            graph.example,
            input_names=graph.inputs,
            output_names=graph.outputs,
            opset_version=OPSET,
            dynamic_shapes=shapes,
            dynamo=True,
            verbose=False,
        )
        if program is None:
            raise RuntimeError("torch.onnx.export gave no program")
        # Whatever depends on weights alone is worked out here; the exporter does so with small ones.
        model: onnx.ModelProto = optimizer.optimize(
            program.model_proto, input_size_limit=LARGEST_CONSTANT, output_size_limit=LARGEST_CONSTANT
        )
    _forget_origin(model)
    content: bytes = model.SerializeToString()
    return content


def _forget_origin(model: onnx.ModelProto) -> None:
    """Take out what the exporter notes for itself: source lines and paths of this machine, as large as the weights."""
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        del part.metadata_props[:]
        part.doc_string = ""
