"""`glass-models`."""

import shutil
from pathlib import Path

import pytest

from playground.bundles import library
from playground.commands import models as command
from tests.playground.conftest import write_manifest


@pytest.fixture
def shelf(own_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models with two good ones; `shy` takes only agents of more than half a frame."""
    shelf = own_bundle.parent
    shutil.copytree(own_bundle, shelf / "shy")
    write_manifest(shelf / "shy")
    place = shelf / "shy" / "manifest.json"
    place.write_text(place.read_text().replace('"min": 0.01', '"min": 0.5').replace('"max": 0.3', '"max": 0.9'))
    monkeypatch.setattr(library, "model_folders", lambda: (shelf,))
    monkeypatch.setattr(command, "model_folders", lambda: (shelf,))
    return shelf


def test_list(shelf: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 0
    out, errors = capfd.readouterr()
    assert errors == ""
    heading, painted, shy = out.splitlines()
    assert heading.split() == ["model", "size", "local", "actions", "licence", "check"]
    assert painted.startswith("painted ")
    assert "1 shade 1, 2 shade 2, 3 shade 3, 4 shade 4" in painted
    assert "CC0-1.0" in painted
    assert painted.endswith("ok")
    assert shy.startswith("shy ")


def test_in_a_terminal_lines_are_no_wider(
    shelf: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "60")
    assert command.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 3 and max(map(len, lines)) <= 60
    assert " ".join(lines).split().count("shade") == 2 * 4


def test_damaged(shelf: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (shelf / "shy" / "CARD.md").write_text("other")
    (shelf / "worse").mkdir()
    (shelf / "worse" / "manifest.json").write_text("{}")
    assert command.main([]) == 2
    out, errors = capfd.readouterr()
    assert errors == "cannot be played: shy, worse; get these models again\n"
    assert "CARD.md: damaged" in out
    assert "the manifest has no key" in out


def test_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(library, "model_folders", lambda: (tmp_path,))
    assert command.main([]) == 2
    out, errors = capfd.readouterr()
    assert out == ""
    assert errors.startswith("no models found; looked in ")
    assert command.main(["extra"]) == 2


def test_help(capfd: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--help"]) == 0
    assert "List the models" in capfd.readouterr().out
