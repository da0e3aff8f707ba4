"""The benchmark of the choice of a model."""

import json
from pathlib import Path

import pytest

from benchmarks import choice
from tests.benchmarks.test_strangers import save_agent
from tests.playground.conftest import write_painted_bundle


def test_each_kind_says_what_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    write_painted_bundle(tmp_path / "models" / "painted")
    monkeypatch.setattr("playground.bundles.library.model_folders", lambda: (tmp_path / "models",))
    save_agent(tmp_path / "pictures" / "a.png")
    assert choice.main(["--count", "2", "--strangers", str(tmp_path / "pictures"), "--json", str(tmp_path / "f")]) == 0
    kinds = {kind["kind"]: kind for kind in json.loads((tmp_path / "f").read_text())["kinds"]}
    assert list(kinds) == ["folk", "arms", "tennis", "strangers"]
    assert [sum(kind["chosen"].values()) for kind in kinds.values()] == [2, 2, 2, 1]
    assert "folk         sprites" in capfd.readouterr().out
