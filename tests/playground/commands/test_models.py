"""`glass-models`, and the choice of a model by the picture."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from glass.core.errors import GlassError
from playground.bundles import library
from playground.commands import models as command
from playground.pictures.picture import as_picture
from playground.selection.model_choice import choose_engine
from tests.playground.conftest import write_manifest

Pixels = NDArray[np.uint8]


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


def test_the_model_that_finds_the_agent_is_chosen(shelf: Path, paint: Callable[..., Pixels]) -> None:
    bundles = library.find_bundles()
    assert [bundle.manifest.name for bundle in bundles] == ["painted", "shy"]
    assert choose_engine(as_picture(paint()), bundles).engine.manifest.name == "painted"
    large = paint(None)
    large[:, 8:26] = (255, 0, 0)
    assert choose_engine(as_picture(large), bundles).engine.manifest.name == "shy"
    with pytest.raises(GlassError, match=r"a\.png: no agent found by any model \(painted, shy\)"):
        choose_engine(as_picture(paint(None), "a.png"), bundles)


def test_alpha_helps_to_choose(shelf: Path, paint: Callable[..., Pixels]) -> None:
    cut_out = np.dstack([paint(), np.zeros((24, 32), np.uint8)])
    cut_out[8:16, 12:18, 3] = 255
    assert choose_engine(as_picture(cut_out), library.find_bundles()).engine.manifest.name in ("painted", "shy")


def test_a_damaged_model_is_passed_over(shelf: Path, paint: Callable[..., Pixels]) -> None:
    (shelf / "shy" / "CARD.md").write_text("other")
    assert choose_engine(as_picture(paint()), library.find_bundles()).engine.manifest.name == "painted"


def test_a_single_model_finds_an_agent_or_says_so(painted_bundle: Path, paint: Callable[..., Pixels]) -> None:
    bundle = library.find_bundle(painted_bundle)
    with pytest.raises(GlassError, match="no agent found by model 'painted'"):
        choose_engine(as_picture(paint(None)), [bundle])


def test_the_choice_is_told_and_its_picture_ready_to_play(shelf: Path, paint: Callable[..., Pixels]) -> None:
    choice = choose_engine(as_picture(paint().repeat(2, 0).repeat(2, 1), "a.png"), library.find_bundles())
    assert choice.note.startswith("model painted is surest of the agent: ")
    assert "shy" in choice.note
    assert choice.start.mask.any()
    assert np.array_equal(choice.start.frame, paint())


def test_a_damaged_model_is_told(shelf: Path, paint: Callable[..., Pixels]) -> None:
    (shelf / "shy" / "CARD.md").write_text("other")
    assert "shy cannot be used" in choose_engine(as_picture(paint()), library.find_bundles()).note


def test_a_single_model_says_nothing_of_others(painted_bundle: Path, paint: Callable[..., Pixels]) -> None:
    choice = choose_engine(as_picture(paint()), [library.find_bundle(painted_bundle)])
    assert choice.note == ""
    assert choice.start.mask.any()


def test_a_drawing_on_a_ground_of_one_colour_is_given_to_the_model_that_knows_it(shelf: Path) -> None:
    drawing = np.full((60, 50, 3), 250, np.uint8)
    drawing[20:44, 16:34] = (255, 0, 0)
    choice = choose_engine(as_picture(drawing, "a.png"), library.find_bundles())
    assert choice.engine.manifest.name == "painted"
    assert choice.note.startswith("cut out of its ground of one colour; model painted is surest")


def test_a_picture_that_no_model_can_use_says_why(shelf: Path) -> None:
    nothing = np.zeros((24, 32, 4), np.uint8)
    with pytest.raises(GlassError, match=r"a\.png: transparent all over"):
        choose_engine(as_picture(nothing, "a.png"), library.find_bundles())
