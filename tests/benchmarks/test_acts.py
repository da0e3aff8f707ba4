"""The benchmark of acts: cards that are seen and end in rest are good, and acts have to be measured."""

import json
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.acts import main
from playground.bundles.manifest import Act
from playground.bundles.own_facts import keep_acts
from tests.playground.conftest import MOVING_STEP, make_graph, write_manifest, write_painted_bundle


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Its local actions 1, 2 and 3 move the agent so many pixels to the left; 4 mirrors it."""
    folder = write_painted_bundle(tmp_path / "models" / "moving")
    (folder / "step.onnx").write_bytes(make_graph(MOVING_STEP))
    write_manifest(folder)
    return folder


def test_cards_are_told_apart(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keep_acts(bundle, {1: Act(same_as=3), 2: Act((3, 2), (1,)), 3: Act((3,)), 4: Act()}, in_bundle=True)
    files = tmp_path / "acts.json", tmp_path / "acts.png"
    assert main(["--model", str(bundle), "--json", str(files[0]), "--sheet", str(files[1])]) == 0
    said = capsys.readouterr().out
    assert "2 cards on 2 start frames" in said and "1  shows the same as 3" in said and "4  shows rest" in said
    report = json.loads(files[0].read_text(encoding="utf-8"))
    assert [(card["number"], card["ticks"], card["end"]) for card in report["cards"]] == [(2, 4, 0), (3, 2, 0)]
    with Image.open(files[1]) as sheet:
        assert sheet.height == 2 * 72


def test_acts_have_to_be_measured(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", str(bundle)]) == 2
    assert "run glass-label --measure first" in capsys.readouterr().err
