"""Local actions that are left out: the others stay what they are, under new numbers; and acts that limbs tell."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from export.bundle.local_actions import add_told_acts, leave_out, told_action
from glass.config import Config
from glass.model import Glass
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


def test_labels_say_what_limbs_tell() -> None:
    assert [told_action(label) for label in ("go left", "go up", "crouch 2", "walk", "gone", "rest")] == [
        *("go", "go up", "crouch"),
        *(None, None, "rest"),
    ]


def test_acts_without_a_local_action_are_told_by_copies_of_standing() -> None:
    lma = replace(Config().lma, local_actions=4)
    named = STATISTICS | {"labels": ["go", "jump", "rest", "crouch 2"], "defaults": {"right": 1, "stay": 3}}
    plain = Glass(Config(lma=lma))
    assert add_told_acts(plain, named) == (plain, named)  # It tells no limbs.
    model = Glass(Config(lma=replace(lma, renderer="move", warp_fields=1, limbs=True)))
    model.lma.quantiser.codes.copy_(torch.randn(4, lma.code_size))
    more, statistics = add_told_acts(model, named)
    assert statistics["labels"] == ["go", "jump", "rest", "crouch 2", "strike", "raise", "crouch", "shake", "fall"]
    codes = more.lma.quantiser.codes
    assert torch.equal(codes[:4], model.lma.quantiser.codes) and torch.equal(codes[4:], codes[2:3].expand(5, -1))
    assert np.array(statistics["transitions"]["local_actions"]["stay"]).shape == (9, 9)
    assert statistics["lengths"][4:] == [8] * 5
    assert add_told_acts(model, STATISTICS)[0] is model  # None of its local actions is one that limbs tell.
