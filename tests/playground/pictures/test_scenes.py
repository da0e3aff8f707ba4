"""Grounds drawn by code."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground.commands.play import main
from playground.pictures.scenes.catalogue import SCENES, draw_scene, scene_for


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_the_same_at_any_size_and_shows_something(name: str) -> None:
    small, large = draw_scene(name, 160), draw_scene(name, 320)
    assert small.size == (160, 120) and large.size == (320, 240)
    difference = np.asarray(small, float) - np.asarray(large.resize(small.size, Image.Resampling.BOX), float)
    assert np.abs(difference).mean() < 3
    assert np.asarray(large, float).std((0, 1)).max() > 12


def test_scenes_differ() -> None:
    seen = [np.asarray(draw_scene(name, 160), float) for name in SCENES]
    pairs = [(one, other) for at, one in enumerate(seen) for other in seen[at + 1 :]]
    assert min(np.abs(one - other).mean() for one, other in pairs) > 10


@pytest.mark.parametrize(
    ("name", "scene"),
    [("Wim_the_fish", "reef"), ("Bella-the-cat", "town"), ("Captain Boat 2", "beach"), ("CAR", "road")],
)
def test_a_name_tells_who_is_at_home_where(name: str, scene: str) -> None:
    assert scene_for(name) == scene


def test_anybody_has_a_scene_and_always_the_same() -> None:
    scenes = [scene_for(f"somebody{number}") for number in range(60)]
    assert set(scenes) <= set(SCENES) and len(set(scenes)) > 3
    assert scenes == [scene_for(f"somebody{number}") for number in range(60)]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with somebody cut out."""
    sprite = Image.new("RGBA", (32, 24))
    sprite.paste((250, 20, 20, 255), (12, 6, 18, 14))
    sprite.save(tmp_path / "me.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def frame_of(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), float)


def test_a_cut_out_stands_in_a_scene(place: Path, painted_bundle: Path) -> None:
    arguments = ["me.png", "--model", str(painted_bundle), "--headless"]
    assert main([*arguments, "--frames", "out", "--background", "meadow"]) == 0
    meadow = np.asarray(draw_scene("meadow").resize((32, 24), Image.Resampling.BOX), float)
    away = np.abs(frame_of(place / "out" / "00000.png") - meadow).max(2) > 12
    assert away[6:14, 12:18].all() and away.mean() < 0.12


def test_a_file_comes_before_a_scene_of_its_name(place: Path, painted_bundle: Path) -> None:
    Image.new("RGB", (32, 24), (1, 2, 3)).save(place / "meadow", "PNG")
    arguments = ["me.png", "--model", str(painted_bundle), "--headless"]
    assert main([*arguments, "--frames", "out", "--background", "meadow"]) == 0
    assert (frame_of(place / "out" / "00000.png")[0, 0] == (1, 2, 3)).all()


def test_an_unknown_scene_is_told_with_those_there_are(
    place: Path, painted_bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["me.png", "--model", str(painted_bundle), "--headless", "--frames", "out"]
    assert main([*arguments, "--background", "medow"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "medow" in error and "meadow, beach" in error
