"""The benchmark of learning and play beside other programs."""

import json
import os
from pathlib import Path

import pytest

from benchmarks import busy
from tests.fixtures.tiny_world import TinyWorld


def test_what_is_allowed() -> None:
    assert [busy.allowed(2, count) for count in (0, 1, 2)] == [1.3, 2.6, 3.9]
    assert [busy.allowed(8, count) for count in (0, 1, 7)] == [1.3, 1.49, 10.4]


def test_processes_are_busy_and_end() -> None:
    with busy.busy_processes(2):
        children = Path(f"/proc/self/task/{os.getpid()}/children")
        running = len(children.read_text().split()) if children.exists() else 2
    assert running >= 2
    if children.exists():
        assert len(children.read_text().split()) == running - 2


def test_prints_and_writes_figures(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(busy, "open_source", lambda spec: TinyWorld(empty=0.0))
    monkeypatch.setattr(busy, "WARM_UP", 1)
    given = ["--model", tiny_bundle, "--ticks", "3", "--steps", "1", "--batch", "1", "--rounds", "1"]
    assert busy.main([*map(str, given), "--json", str(tmp_path / "busy.json")]) == 0
    said, errors = capsys.readouterr()
    report = json.loads((tmp_path / "busy.json").read_text())
    assert errors == "" and f"{report['learning']['milliseconds']['2']:>11.1f}" in said
    for part in (report["play"], report["learning"]):
        assert part["times"]["0"] == 1 and all(time > 0 for time in part["milliseconds"].values())
