"""The benchmark of recordings."""

import json
from pathlib import Path

import pytest

from benchmarks import record
from playground.recording.recorder import SUFFIXES


def test_prints_and_writes_figures(
    tiny_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "SCENES", {"short": "right*3 1*2"})
    assert record.main(["--model", str(tiny_bundle), "--starts", "1", "--json", str(tmp_path / "record.json")]) == 0
    said, errors = capsys.readouterr()
    assert errors == ""
    costs = json.loads((tmp_path / "record.json").read_text())
    assert {".gif", ".webp", "frames"} <= {cost["way"] for cost in costs} <= {*SUFFIXES, "frames"}
    for cost in costs:
        assert cost["frames"] == 6
        assert cost["bytes"] > 0
        assert f"{cost['cpu_ms']:.2f}" in said


def test_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert record.main(["--model", str(tmp_path / "none")]) == 2
    assert "no such folder" in capsys.readouterr().err
