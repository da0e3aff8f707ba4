"""The benchmark of pixel art that is moved."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import pixel_art
from tests.benchmarks.test_strangers import save_agent
from tests.playground.conftest import write_moving_bundle, write_painted_bundle

LINE, SKIN, EYE = (10, 10, 10, 255), (200, 150, 100, 255), (0, 0, 200, 255)


def test_what_is_torn_is_counted() -> None:
    first = np.zeros((12, 12, 4), np.uint8)
    first[2:10, 2:10], first[3:9, 3:9], first[5, 5] = LINE, SKIN, EYE
    assert pixel_art.tears(first, np.roll(first, 1, 0)) == pixel_art.Tears(0, 0, 0, 0, 0)
    torn = first.copy()
    torn[2, 4], torn[5, 5], torn[7, 7], torn[6, 4] = 0, SKIN, 0, LINE
    found = pixel_art.tears(first, torn)
    assert found.rough > 0 and found.exposed > 0 and found.gone == 1
    assert found.holes == pytest.approx(1 / 62) and found.lone == pytest.approx(1 / 62)


def test_a_picture_is_moved_all_ways(tmp_path: Path) -> None:
    save_agent(tmp_path / "one.png")
    model = write_moving_bundle(tmp_path / "models" / "moving")
    files = [str(tmp_path / name) for name in ("f.json", "sheet.png")]
    arguments = [str(tmp_path / "one.png"), "--model", str(model), "--json", files[0], "--sheet", files[1]]
    assert pixel_art.main(arguments) == 0
    assert list(json.loads((tmp_path / "f.json").read_text())["pictures"]) == ["one.png"]
    assert (tmp_path / "sheet.png").exists()


def test_a_model_that_paints_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    save_agent(tmp_path / "one.png")
    model = write_painted_bundle(tmp_path / "models" / "painted")
    assert pixel_art.main([str(tmp_path / "one.png"), "--model", str(model)]) == 2
    assert "does not move its pixels" in capfd.readouterr().err
