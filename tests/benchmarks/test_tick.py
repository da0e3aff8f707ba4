"""The benchmark of one tick."""

import json
from pathlib import Path

import onnx
import pytest
from onnx import parser

from benchmarks.tick import count_macs, main
from playground.bundles.manifest import GRAPHS

# Products: 6 outputs of 18, 12 inputs of 4, 12 outputs of 3, 8 outputs of 5.
ARITHMETIC = """
<ir_version: 9, opset_import: ["" : 18]>
arithmetic (float[N,2,3,2] picture, float[4,3] a, float[3,3] b, float[5,4] c, float[5,2] d,
            float[1,2,3,3] kernel, float[2,1,2,2] widener)
    => (float[N,1,3,2] out, float[N,1,6,4] wide, float[4,3] product, float[4,2] turned) {
    out = Conv<pads = [1, 1, 1, 1]>(picture, kernel)
    wide = ConvTranspose<strides = [2, 2]>(picture, widener)
    product = MatMul(a, b)
    turned = Gemm<transA = 1>(c, d)
}
"""


def test_prints_and_writes_figures(tiny_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", str(tiny_bundle), "--ticks", "30", "--json", str(tmp_path / "tick.json")]) == 0
    said, errors = capsys.readouterr()
    assert errors == ""
    figures = json.loads((tmp_path / "tick.json").read_text())
    assert f"{figures['tick']['median']:.3f}" in said
    assert figures["tick"]["count"] == figures["baseline"]["count"] == 30
    assert 0 < figures["tick"]["p5"] <= figures["tick"]["median"] <= figures["tick"]["p95"] <= figures["tick"]["p99"]
    assert set(figures["million_macs"]) == set(GRAPHS)
    assert figures["million_macs"]["step.onnx"] > 0


def test_two_models_are_compared(tiny_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = ["--model", str(tiny_bundle), "--model", str(tiny_bundle)]
    assert main([*models, "--ticks", "10", "--json", str(tmp_path / "tick.json")]) == 0
    figures = json.loads((tmp_path / "tick.json").read_text())
    quotient = figures["tick"]["median"] / figures["other"]["tick"]["median"]
    assert f"takes {quotient:.2f} times that of the other" in capsys.readouterr().out
    assert main([*models, "--model", "sprites"]) == 2


def test_counts_multiplications() -> None:
    content = parser.parse_model(ARITHMETIC).SerializeToString()
    onnx.checker.check_model(content, full_check=True)
    assert count_macs(content) * 1e6 == 6 * 18 + 12 * 4 + 12 * 3 + 8 * 5


def test_unknown_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", "nobody"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
