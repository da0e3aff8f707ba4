"""The benchmark of training steps, on the tiny model and its world."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from benchmarks import training_step
from benchmarks.training_step import COUNTED, main
from glass.config import to_dict
from glass.networks.shadow import ShadowConfig
from tests.fixtures.tiny_world import TinyWorld, tiny_config

STAGES = ["global", "matting", "backdrop", "anchor", "shadow", "local"]


@pytest.mark.slow
def test_prints_and_writes_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(training_step, "open_source", lambda spec: TinyWorld(empty=0.0))
    monkeypatch.setattr(training_step, "CLIPS", 2)
    monkeypatch.setattr(training_step, "SIDE", 64)
    config = replace(tiny_config(1, 1), shadow=ShadowConfig(cast=True))
    (tmp_path / "config.json").write_text(json.dumps(to_dict(config)))
    given = ["--config", tmp_path / "config.json", "--steps", "1", "--profile", "--json", tmp_path / "figures.json"]
    assert main([str(word) for word in given]) == 0
    said, errors = capsys.readouterr()
    assert errors == "" and "aten::" in said
    report = json.loads((tmp_path / "figures.json").read_text())
    assert list(report["stages"]) == list(report["shares"]) == STAGES
    for name, figures in report["stages"].items():
        assert f"{name:<10}{figures['frames']:>8}" in said
        assert figures["million_macs"] > 0 and figures["seconds"] > 0
    assert report["stages"]["global"]["frames"] == 8 * 4 and report["stages"]["matting"]["frames"] == 8


def test_attention_is_counted() -> None:
    query, memory = torch.rand(2, 3, 50, 8, requires_grad=True), torch.rand(2, 3, 20, 8, requires_grad=True)
    with FlopCounterMode(display=False, custom_mapping=COUNTED) as forward:
        functional.scaled_dot_product_attention(query, memory, memory)
    product = 2 * 2 * 3 * 50 * 20 * 8
    assert forward.get_total_flops() == 2 * product
    with FlopCounterMode(display=False, custom_mapping=COUNTED) as both:
        functional.scaled_dot_product_attention(query, memory, memory).sum().backward()
    assert both.get_total_flops() == 7 * product


def test_mistakes_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.json").write_text('{"colour": 3}')
    assert main(["--config", str(tmp_path / "config.json")]) == 2
    said, error = capsys.readouterr()
    assert said == "" and error.count("\n") == 1 and "unknown setting 'colour'" in error
