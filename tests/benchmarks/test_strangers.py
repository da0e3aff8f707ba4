"""The benchmarks of pictures that no model was made for."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import strangers, walk_truth
from tests.playground.conftest import write_painted_bundle


@pytest.fixture
def model(tmp_path: Path) -> str:
    return str(write_painted_bundle(tmp_path / "models" / "painted"))


def save_agent(place: Path, red: int = 255) -> None:
    """Save a cut-out agent of one red."""
    pixels = np.zeros((14, 20, 4), np.uint8)
    pixels[3:11, 7:13] = (red, 0, 0, 255)
    place.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(place)


def test_a_model_that_changes_colours_is_not_good(model: str, tmp_path: Path) -> None:
    save_agent(tmp_path / "pictures" / "a.png")
    Image.new("RGBA", (20, 20)).save(tmp_path / "pictures" / "empty.png")
    files = {name: str(tmp_path / name) for name in ("f.json", "sheet.png")}
    arguments = [str(tmp_path / "pictures"), "--model", model, "--json", files["f.json"], "--sheet", files["sheet.png"]]
    assert strangers.main(arguments) == 0
    report = json.loads((tmp_path / "f.json").read_text())
    agent, empty = report["pictures"]
    assert (agent["model"], agent["itself"], agent["crisp"], agent["good"]) == ("painted", 0, 1, False)
    assert "transparent all over" in empty["refusal"]
    assert (report["good"], report["played"]) == (0, 0.5)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (1280, 96)


def test_a_walk_is_compared_with_the_true_frames(model: str, tmp_path: Path) -> None:
    save_agent(tmp_path / "art" / "one" / "idle.png")
    save_agent(tmp_path / "art" / "one" / "walk0.png", red=204)  # what the model makes of it
    save_agent(tmp_path / "art" / "two" / "idle.png")
    save_agent(tmp_path / "art" / "two" / "walk0.png", red=254)
    assert walk_truth.main([str(tmp_path / "art"), "--model", model, "--json", str(tmp_path / "f.json")]) == 0
    report = json.loads((tmp_path / "f.json").read_text())
    assert [walk["played"] > walk["idle"] for walk in report["walks"]] == [True, False]
    assert report["passed"] == 0.5


def test_a_folder_without_frames(model: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert walk_truth.main([str(tmp_path / "nowhere")]) == 2
    assert "no folder with idle.png and walk*.png there" in capfd.readouterr().err
