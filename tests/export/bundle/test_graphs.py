"""Every graph of a bundle does what torch does."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from export.bundle.graphs import OPSET, Graph, graphs
from tests.export.conftest import Exported
from tests.scripts import ROOT

pytestmark = pytest.mark.slow
GRAPHS = ("segment.onnx", "locate.onnx", "start.onnx", "step.onnx", "observe.onnx")


def play(content: bytes, graph: Graph, inputs: tuple[Tensor, ...]) -> list[NDArray[np.float32]]:
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    named = {name: value.numpy() for name, value in zip(graph.inputs, inputs, strict=True)}
    return session.run(list(graph.outputs), named)  # type: ignore[no-any-return]


@torch.no_grad()
def agree(content: bytes, graph: Graph, inputs: tuple[Tensor, ...]) -> None:
    expected = graph.module(*inputs)
    expected = (expected,) if isinstance(expected, Tensor) else expected
    found = play(content, graph, inputs)
    assert len(found) == len(expected) == len(graph.outputs)
    for name, one, other in zip(graph.outputs, found, expected, strict=True):
        assert one.dtype == other.numpy().dtype and one.shape == tuple(other.shape), name
        assert np.allclose(one, other.numpy(), atol=2e-4), name


@pytest.fixture(scope="module")
def made(exported: Exported) -> dict[str, Graph]:
    return graphs(exported.model)


def soft_mask(seed: int) -> Tensor:
    """A mask (1, 1, 24, 32) with a solid block and soft specks."""
    mask = 0.4 * torch.rand(1, 1, 24, 32, generator=torch.Generator().manual_seed(seed))
    top, left = 2 + 3 * seed, 5 * seed
    mask[:, :, top : top + 9, left : left + 7] = 0.9
    return mask


@pytest.mark.parametrize("count", [1, 2, 5])
def test_segment(exported: Exported, made: dict[str, Graph], count: int) -> None:
    frames = torch.rand(count, 3, 24, 32, generator=torch.Generator().manual_seed(count))
    agree(exported.graphs["segment.onnx"], made["segment.onnx"], (frames,))


@pytest.mark.parametrize("count", [1, 3])
def test_locate(exported: Exported, made: dict[str, Graph], count: int) -> None:
    frames = torch.rand(count, 3, 24, 32, generator=torch.Generator().manual_seed(count))
    masks = torch.cat([soft_mask(seed) for seed in range(count)])
    agree(exported.graphs["locate.onnx"], made["locate.onnx"], (frames, masks))


@pytest.mark.parametrize("seed", range(4))
def test_start(exported: Exported, made: dict[str, Graph], seed: int) -> None:
    frame = torch.rand(1, 3, 24, 32, generator=torch.Generator().manual_seed(seed))
    agree(exported.graphs["start.onnx"], made["start.onnx"], (frame, soft_mask(seed)))


@pytest.mark.parametrize("mask", [torch.zeros(1, 1, 24, 32), torch.ones(1, 1, 24, 32)], ids=["empty", "full"])
def test_start_of_extreme_masks(exported: Exported, made: dict[str, Graph], mask: Tensor) -> None:
    agree(exported.graphs["start.onnx"], made["start.onnx"], (torch.rand(1, 3, 24, 32), mask))


def step_inputs(graph: Graph, local_action: int, shift: tuple[float, float]) -> tuple[Tensor, ...]:
    values = dict(zip(graph.inputs, graph.example, strict=True))
    values |= {"local_action": torch.tensor([local_action]), "shift": torch.tensor([shift])}
    return tuple(values.values())


@pytest.mark.parametrize("local_action", [1, 2, 3, 4])
def test_step(exported: Exported, made: dict[str, Graph], local_action: int) -> None:
    inputs = step_inputs(made["step.onnx"], local_action, (1.5 * local_action, -2.0))
    agree(exported.graphs["step.onnx"], made["step.onnx"], inputs)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_observe(exported: Exported, made: dict[str, Graph], count: int) -> None:
    generator = torch.Generator().manual_seed(count)
    pair = tuple(torch.rand(count, 4, 16, 16, generator=generator) for _ in range(2))
    agree(exported.graphs["observe.onnx"], made["observe.onnx"], pair)


@pytest.mark.parametrize("name", GRAPHS)
def test_names_and_shapes(exported: Exported, made: dict[str, Graph], name: str) -> None:
    model = onnx.load_from_string(exported.graphs[name])
    onnx.checker.check_model(model, full_check=True)
    assert [value.name for value in model.graph.input] == list(made[name].inputs)
    assert [value.name for value in model.graph.output] == list(made[name].outputs)
    assert [entry.version for entry in model.opset_import if entry.domain == ""] == [OPSET]
    varying = dict(zip(made[name].inputs, made[name].varying, strict=False))
    # What is made of several pictures is counted in every output but those of the first one.
    counted = {"mask", "position", "local_action"} if name != "start.onnx" else set()
    for value in (*model.graph.input, *model.graph.output):
        axes = [axis for axis, size in enumerate(value.type.tensor_type.shape.dim) if size.dim_param]
        axis = varying.get(value.name, 0 if value.name in counted else None)
        if name == "start.onnx" and value.name.startswith("appearance_"):
            axis = {"appearance_0": None, "appearance_8": 1}.get(value.name, 0)
        assert axes == ([] if axis is None else [axis]), value.name


@pytest.mark.parametrize("name", GRAPHS)
def test_nothing_of_the_exporting_machine_is_inside(exported: Exported, name: str) -> None:
    content = exported.graphs[name]
    assert str(ROOT).encode() not in content
    assert b"site-packages" not in content and b".py" not in content
