"""What tests of the export share: a small model with random weights, and its bundle, exported once."""

import importlib
import logging
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from export.bundle.graphs import Graph
from glass.core.directions import DIRECTIONS
from glass.data.stored.clip_folder import write_clip
from glass.model import Glass
from glass.networks.shadow import ShadowConfig
from glass.training.checkpoint import AVERAGED, save_weights
from tests.fixtures.tiny_world import TinyWorld, tiny_config
from tests.models import settle, settle_local
from tests.scripts import entry_point

# While it exports, torch tells this logger each of its steps, and pytest would keep all of it.
logging.getLogger("torch.__trace").propagate = False

Export = Callable[..., int]

EXTRA: dict[str, Any] = {
    "data": ["red figures", "blue figures"],
    "licences": ["CC-BY 4.0", "CC0-1.0"],
    "tick_rate": 8.0,
    "statistics": {
        "speed": 2.5,
        "max_shift": [3.5, 2.0],
        "labels": ["walk", "jump", "wave", "action 4"],
        "lengths": [1, 6, 4, 3],
        "defaults": {"right": 1, "left": 1, "up": 2, "down": 2, "stay": 3},
        "mask_size": [0.04, 0.08],
        "transitions": {
            "directions": {way: dict.fromkeys(DIRECTIONS, 1) for way in DIRECTIONS},
            "local_actions": {way: [[1] * 4] * 4 for way in DIRECTIONS},
        },
    },
}


def random_model(shadow: ShadowConfig | None = None, enters: str = "") -> Glass:
    """A model of several views whose normalisations have seen something and whose codes are far apart."""
    torch.manual_seed(0)
    config = tiny_config(1, 1, mask_bias=0.0)
    anchor, lma = replace(config.anchor, enters_from_edge=enters), replace(config.lma, views=3, margin=1)
    model = Glass(replace(config, anchor=anchor, lma=lma, shadow=shadow or config.shadow)).train()
    assert model.lma.decoder.source_choice is not None
    torch.nn.init.normal_(model.lma.decoder.source_choice.ask.weight)
    settle(model.gma)
    with torch.no_grad():
        model.gma(torch.rand(2, 3, 3, 24, 32))
    settle_local(model.lma, torch.rand(4, 4, 4, 16, 16), torch.randn(4, 3, 2))
    return model.eval()


@dataclass(frozen=True)
class Exported:
    """A run and the bundle that the command made of it."""

    model: Glass
    run: Path
    bundle: Path
    said: str
    graphs: dict[str, bytes]


def run_command(arguments: tuple[str | Path, ...], patch: pytest.MonkeyPatch) -> int:
    patch.setattr(sys, "argv", ["glass-export", *map(str, arguments)])
    code = entry_point("glass-export")()
    assert isinstance(code, int)
    return code


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The bundle that `glass-export` writes; not to be changed."""
    folder = tmp_path_factory.mktemp("export")
    model = random_model()
    (folder / "run").mkdir()
    save_weights(folder / "run" / AVERAGED, model, EXTRA)
    world = TinyWorld(empty=0.0)
    for number in range(3):
        write_clip(world.draw(np.random.default_rng(number), 3), folder / "clips" / f"clip {number}")
    starts = ("--starts", folder / "clips", "--start-count", "3")
    with pytest.MonkeyPatch.context() as patch:
        assert run_command((folder / "run", "--name", "tiny", "--out", folder / "models", *starts), patch) == 0
    bundle = folder / "models" / "tiny"
    graphs = {path.name: path.read_bytes() for path in bundle.glob("*.onnx")}
    return Exported(model, folder / "run", bundle, f"{bundle}: written", graphs)


@pytest.fixture
def export(monkeypatch: pytest.MonkeyPatch) -> Export:
    """Runs `glass-export` with arguments; gives its exit code."""
    return lambda *arguments: run_command(arguments, monkeypatch)


def convert(exported: Exported, others: Collection[str], patch: pytest.MonkeyPatch) -> None:
    """Let exports convert those graphs only in which a model is another one than that exported before."""
    write = importlib.import_module("export.bundle.write")
    to_onnx = write.to_onnx

    def converted(graph: Graph) -> bytes:
        name = f"{graph.module.function.__name__}.onnx"
        content: bytes = to_onnx(graph) if name in others else exported.graphs[name]
        return content

    patch.setattr(write, "to_onnx", converted)


@pytest.fixture
def quick(exported: Exported, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Exports take the graphs of the bundle made before; a test may put others there."""
    graphs = dict(exported.graphs)

    def ready_made(graph: Graph) -> bytes:
        return graphs[f"{graph.module.function.__name__}.onnx"]

    monkeypatch.setattr("export.bundle.write.to_onnx", ready_made)
    return graphs
