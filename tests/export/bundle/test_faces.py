"""Graphs of a model whose agents turn: which side a picture faces can be told, and is said."""

from dataclasses import replace

import pytest
import torch

from export.bundle.graphs import graphs, to_onnx
from glass.model import Glass
from tests.export.bundle.test_graphs import agree
from tests.fixtures.tiny_world import tiny_config
from tests.models import settle, settle_local

SHIFT, ACTION = torch.tensor([[-3.0, 0.0]]), torch.tensor([1])


def moving_model(turns: bool) -> Glass:
    torch.manual_seed(0)
    config = tiny_config(1, 1, mask_bias=0.0)
    lma = replace(config.lma, renderer="move", warp_fields=2, turns=turns, whole_motion=True)
    model = Glass(replace(config, lma=lma)).train()
    settle(model.gma)
    with torch.no_grad():
        model.gma(torch.rand(2, 3, 3, 24, 32))
    settle_local(model.lma, torch.rand(4, 4, 4, 16, 16), torch.randn(4, 3, 2))
    return model.eval()


@pytest.mark.slow
@torch.no_grad()
def test_a_side_can_be_told() -> None:
    made = graphs(moving_model(turns=True))
    start, step = made["start.onnx"], made["step.onnx"]
    assert start.inputs == ("frame", "mask", "faces") and start.outputs[-1] == "side"
    begin, tick = to_onnx(start), to_onnx(step)
    frame, mask, _ = start.example
    for faces, side in ((0.0, 0), (1.0, 1), (-1.0, -1), (2.0, 0)):
        given = (frame, mask, torch.tensor([[faces]]))
        agree(begin, start, given)
        _, _, _, state, *appearance, said = start.module(*given)
        assert float(said) == side  # It has learned nothing, and is not sure by itself.
        agree(tick, step, (state, *appearance, ACTION, SHIFT))


def test_where_nobody_turns_there_is_nothing_to_tell() -> None:
    assert graphs(moving_model(turns=False))["start.onnx"].inputs == ("frame", "mask")
