"""ONNX graphs of a bundle: thin modules around the model with named tensors in and out, and their conversion."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import onnx
import torch
from torch import Tensor, nn

from glass.model import Glass
from glass.motion.windows import foreground_windows
from glass.networks.appearance import Appearance
from glass.networks.shadow import ShadowNetwork
from playground.bundles.manifest import SHADOW

__all__ = ["APPEARANCE", "OPSET", "Graph", "graphs", "to_onnx"]

OPSET = 20
APPEARANCE = tuple(f"appearance_{index}" for index in range(len(Appearance._fields)))
"""Names of the appearance's tensors, in the order of `Appearance`."""


class SegmentModule(nn.Module):
    """Frame to mask."""

    def __init__(self, model: Glass) -> None:
        """Wrap ``model``."""
        super().__init__()
        self.gma = model.gma

    def forward(self, frame: Tensor) -> Tensor:
        """Map ``(N, 3, H, W)`` in [0, 1] to the mask ``(N, 1, H, W)`` in [0, 1]."""
        return self.gma.segment(frame)


class LocateModule(nn.Module):
    """Frames and masks to the agent's position."""

    def __init__(self, model: Glass) -> None:
        """Wrap ``model``."""
        super().__init__()
        self.anchor = model.anchor

    def forward(self, frame: Tensor, mask: Tensor) -> Tensor:
        """Map ``(N, 3, H, W)`` and ``(N, 1, H, W)``, in [0, 1], to the anchor ``(N, 2)`` in pixels."""
        found: Tensor = self.anchor(frame, mask)
        return found


class StartModule(nn.Module):
    """Frame and mask to everything a game starts from."""

    def __init__(self, model: Glass) -> None:
        """Wrap ``model``."""
        super().__init__()
        self.gma, self.anchor, self.lma = model.gma, model.anchor, model.lma

    def forward(self, frame: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """Give crop, position, inpainted background, state and the appearance's tensors."""
        position = self.anchor(frame, mask)
        crop = foreground_windows(frame, mask, position, self.lma.config.window)
        state, appearance = self.lma.start(crop)
        return crop, position, self.gma.empty_background(frame, mask), state, *appearance


class StepModule(nn.Module):
    """One tick of play."""

    def __init__(self, model: Glass) -> None:
        """Wrap ``model``."""
        super().__init__()
        self.lma = model.lma

    def forward(
        self,
        state: Tensor,
        coarse: Tensor,
        middle: Tensor,
        fine: Tensor,
        keys: Tensor,
        values: Tensor,
        palette: Tensor,
        first_crop: Tensor,
        local_action: Tensor,
        shift: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Give the painted crop and the next state."""
        appearance = Appearance(coarse, middle, fine, keys, values, palette, first_crop)
        return self.lma.step(state, appearance, local_action, shift)


class ObserveModule(nn.Module):
    """Pairs of crops to local actions."""

    def __init__(self, model: Glass) -> None:
        """Wrap ``model``."""
        super().__init__()
        self.lma = model.lma

    def forward(self, crop: Tensor, next_crop: Tensor) -> Tensor:
        """Read local actions, int64 ``(N,)`` 1..K."""
        return self.lma.observe(crop, next_crop)


class ShadowModule(nn.Module):
    """An agent's outlines to its shadow."""

    def __init__(self, network: ShadowNetwork) -> None:
        """Wrap a model's ``network``."""
        super().__init__()
        self.network = network

    def forward(self, view: Tensor, first: Tensor, now: Tensor) -> Tensor:
        """Give the share of the light that is taken, ``(1, 1, D, D)``."""
        taken: Tensor = self.network(view, first, now)
        return taken


@dataclass(frozen=True)
class Graph:
    """A module with example inputs and the names of what goes in and out."""

    module: nn.Module
    example: tuple[Tensor, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    batched: bool
    """Whether the first dimension may be any number."""


def graphs(model: Glass) -> dict[str, Graph]:
    """Return the graphs of a bundle by file name."""
    model = model.eval()
    width, height = model.config.frame_size
    side = model.lma.config.window
    frame, mask = torch.rand(1, 3, height, width), torch.zeros(1, 1, height, width)
    mask[:, :, height // 4 : height // 2, width // 4 : width // 2] = 1
    frames, masks = frame.repeat(2, 1, 1, 1), mask.repeat(2, 1, 1, 1)
    start = StartModule(model)
    with torch.no_grad():
        _, _, _, state, *appearance = start(frame, mask)
    pair = torch.rand(2, 4, side, side)
    tick = (state, *appearance, torch.tensor([1]), torch.zeros(1, 2))
    inputs = ("state", *APPEARANCE, "local_action", "shift")
    made = {
        "segment.onnx": Graph(SegmentModule(model), (frames,), ("frame",), ("mask",), True),
        "locate.onnx": Graph(LocateModule(model), (frames, masks), ("frame", "mask"), ("position",), True),
        "start.onnx": Graph(
            start,
            (frame, mask),
            ("frame", "mask"),
            ("crop", "position", "inpainted_background", "state", *APPEARANCE),
            False,
        ),
        "step.onnx": Graph(StepModule(model), tick, inputs, ("crop", "next_state"), False),
        "observe.onnx": Graph(
            ObserveModule(model), (pair, pair.flip(0)), ("crop", "next_crop"), ("local_action",), True
        ),
    }
    if model.shadow is not None:
        seen = torch.rand(1, 6, model.config.shadow.window, model.config.shadow.window)
        example = (seen[:, :4], seen[:, 4:5], seen[:, 5:])
        made[SHADOW] = Graph(ShadowModule(model.shadow), example, ("view", "first", "now"), ("shadow",), False)
    return made


def to_onnx(graph: Graph) -> bytes:
    """Convert a graph to ONNX."""
    shapes: list[dict[int, object]] | None = None
    if graph.batched:
        shapes = [{0: torch.export.Dim.DYNAMIC} for _ in graph.example]
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
    model = program.model_proto
    _forget_origin(model)
    content: bytes = model.SerializeToString()
    return content


def _forget_origin(model: onnx.ModelProto) -> None:
    """Take out what the exporter notes for itself: source lines and paths of this machine, as large as the weights."""
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        del part.metadata_props[:]
        part.doc_string = ""
