"""Local actions that are left out: the others stay what they are, under new numbers."""

from pathlib import Path
from typing import Any

import pytest
import torch

from export.bundle.drop_actions import leave_out
from playground import Engine
from tests.export.conftest import EXTRA, Export, Exported, convert, random_model

STATISTICS: dict[str, Any] = EXTRA["statistics"] | {
    "labels": ["slash 2", "slash", "walk", "slash 3"],
    "defaults": {"right": 3, "stay": 2},
    "transitions": {
        "directions": {},
        "local_actions": {
            "right": [[0] * 4] * 4,
            "stay": [[1, 9, 0, 0], [2, 9, 0, 1], [0, 9, 0, 3], [0, 9, 0, 4]],
        },
    },
}


def test_the_others_play_and_are_read_as_before() -> None:
    model = random_model()
    smaller, _ = leave_out(model, STATISTICS, [2])
    crops, shifts = torch.rand(3, 2, 4, 16, 16), torch.rand(3, 2)
    with torch.no_grad():
        state, appearance = model.lma.start(crops[:, 0])
        before = model.lma.step(state, appearance, torch.tensor([1, 3, 4]), shifts)
        after = smaller.lma.step(*smaller.lma.start(crops[:, 0]), torch.tensor([1, 2, 3]), shifts)
        vectors = torch.randn(200, model.config.lma.code_size)
        read, again = model.lma.quantiser.nearest(vectors), smaller.lma.quantiser.nearest(vectors)
    assert torch.equal(before[0], after[0]) and torch.equal(before[1], after[1])
    others = read != 1
    assert 0 < int(others.sum()) < 200
    assert torch.equal(torch.tensor([0, 2, 3])[again][others], read[others])


def test_names_lengths_and_counts_move_up() -> None:
    _, statistics = leave_out(random_model(), STATISTICS, [2])
    assert statistics["labels"] == ["slash", "walk", "slash 2"]
    assert statistics["lengths"] == [1, 4, 3]
    codes = random_model().lma.quantiser.codes
    distances = {3: codes[1].dist(codes[3]), 2: codes[1].dist(codes[2]), 1: codes[1].dist(codes[0])}
    assert statistics["defaults"] == {"right": 2, "stay": min(distances, key=lambda number: distances[number])}
    assert statistics["transitions"]["local_actions"]["stay"] == [[1, 0, 0], [0, 0, 3], [0, 0, 4]]
    assert STATISTICS["labels"][0] == "slash 2"


def test_numbers_that_are_names_stay_names() -> None:
    plain = STATISTICS | {"labels": ["action 1", "action 2", "key 1", "action 4"]}
    _, statistics = leave_out(random_model(), plain, [2])
    assert statistics["labels"] == ["action 1", "key 1", "action 3"]


@pytest.mark.slow
def test_the_command_writes_a_bundle_without_them(
    export: Export, exported: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    convert(exported, ("step.onnx", "observe.onnx"), monkeypatch)
    assert export(exported.run, "--name", "few", "--out", tmp_path, "--leave-out", "2,4") == 0
    manifest = Engine.load(tmp_path / "few").manifest
    assert [action.label for action in manifest.local_actions] == ["walk", "wave"]
