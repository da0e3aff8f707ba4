"""The benchmark of motion transfer, on the tiny model and its world, and against pictures made by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import transfer
from benchmarks.transfer import Gallery, cells_of, draw_pair, main, path_correlation
from glass.core.errors import GlassError
from glass.data.sprites.characters import folk_cast
from playground import Observation
from tests.fixtures.tiny_world import TinyWorld


def test_pairs_have_room() -> None:
    world = TinyWorld(empty=0.5)
    for seed in range(5):
        pair = draw_pair(world, np.random.default_rng(seed), 8, (32, 24))
        driver, target = pair.driver.positions, pair.target.positions
        assert driver is not None and target is not None
        places = target[pair.start] + driver - driver[0]
        assert ((places >= 5) & (places <= np.array((32, 24)) - 5)).all()
        assert pair.driver.character != pair.target.character


def test_pairs_are_resized() -> None:
    pair = draw_pair(TinyWorld(empty=0.0), np.random.default_rng(1), 6, (64, 72))
    assert pair.driver.frame_size == pair.target.frame_size == (64, 72)
    plain = draw_pair(TinyWorld(empty=0.0), np.random.default_rng(1), 6, (32, 24))
    assert plain.driver.foreground_shifts is not None
    assert pair.driver.foreground_shifts is not None
    assert np.allclose(pair.driver.foreground_shifts, plain.driver.foreground_shifts * (2, 3))


def test_a_source_of_one_character_has_no_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "DRAWS", 2)
    monkeypatch.setattr(
        "tests.fixtures.tiny_world._colours", lambda rng: (np.array([255, 0, 0]), np.array([255, 99, 0]))
    )
    with pytest.raises(GlassError, match="no picture in 2 clips"):
        draw_pair(TinyWorld(empty=0.0), np.random.default_rng(0), 6, (32, 24))


def test_the_nearest_picture() -> None:
    cast = folk_cast("test", 3)
    gallery = Gallery(cast)
    cells = np.stack([cast.character(number, np.random.default_rng(0)).cells[4, 3] for number in (2, 0, 1)])
    frames = np.random.default_rng(0).integers(0, 256, (3, 96, 128, 3), dtype=np.uint8)
    masks = np.zeros((3, 96, 128), bool)
    for frame, mask, cell in zip(frames, masks, cells, strict=True):
        solid = cell[..., 3] > 127
        frame[20:84, 30:94][solid] = cell[..., :3][solid]
        mask[20:84, 30:94] = solid
    seen = [Observation(frame, mask, (60.0, 50.0)) for frame, mask in zip(frames, masks, strict=True)]
    cut = cells_of(seen, np.array((2.0, 2.0)))
    assert gallery.nearest(cut) == [gallery.names[number] for number in (2, 0, 1)]


def test_correlation_of_paths() -> None:
    rng = np.random.default_rng(0)
    shifts = rng.normal(size=(30, 2))
    assert path_correlation(shifts, 3 * shifts) == pytest.approx(1)
    assert path_correlation(shifts, -shifts) == pytest.approx(-1)
    assert path_correlation(shifts, np.zeros((30, 2))) == 0


def test_the_tiny_model(tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(transfer, "open_source", lambda spec: TinyWorld(empty=0.0))
    place = tmp_path / "figures.json"
    arguments = ["--model", str(tiny_bundle), "--data", "tiny", "--pairs", "4", "--frames", "10", "--json", str(place)]
    assert main(arguments) == 0
    figures = json.loads(place.read_text())
    assert figures["codes"] > 0.5
    assert figures["direction"] > 0.5
    assert figures["correlation"] > 0.5
    assert figures["true_correlation"] > 0.5
    assert figures["lowest_true_correlation"] <= figures["true_correlation"]
    assert (figures["identity"], figures["characters"]) == (None, 0)


def test_mistakes(tiny_bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for model, data in ((str(tiny_bundle), "folk:characters=2"), ("nobody", "folk:"), (str(tiny_bundle), "nothing:")):
        assert main(["--model", model, "--data", data, "--pairs", "1"]) == 2
        assert capsys.readouterr().err.count("\n") == 1
