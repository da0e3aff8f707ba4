"""The benchmark of reading and replaying, on the tiny model and its world, and against truths made by hand."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks import read_and_replay
from benchmarks.read_and_replay import Tally, cell_of, heading_right, main, normalised_information, psnr
from glass.data.clip import Clip
from playground import Engine
from playground.analyse import Analysis, Step
from tests.fixtures.tiny_world import TinyWorld


def clip_of(length: int) -> Clip:
    """A square of 8 pixels that goes 2 right a frame, in a frame of 32x24."""
    masks = np.zeros((length, 24, 32), bool)
    for tick in range(length):
        masks[tick, 8:16, 2 * tick : 2 * tick + 8] = True
    return Clip(
        name="square",
        character="square",
        frames=np.where(masks[..., None], np.uint8(200), np.uint8(20)) * np.ones(3, np.uint8),
        masks=masks,
        actions=np.arange(length) % 2,
        foreground_shifts=np.tile((2.0, 0.0), (length - 1, 1)),
        background_shifts=np.zeros((length - 1, 2)),
        positions=np.array([(2.0 * tick + 4, 12.0) for tick in range(length)]),
    )


def test_reading_without_a_mistake() -> None:
    clip, tally = clip_of(5), Tally()
    assert clip.masks is not None
    steps = tuple(Step((2.0, 0.0), (0.0, 0.0), tick % 2 + 1) for tick in range(4))
    tally.read(clip, Analysis("m", (32, 24), clip.masks, steps))
    assert tally.overlaps == [1.0] * 5
    assert tally.headings == [True] * 4
    assert tally.foreground_errors == tally.background_errors == [0.0] * 4
    assert normalised_information(tally.local_actions, tally.true_actions) == pytest.approx(1)


def test_reading_with_mistakes() -> None:
    clip, tally = clip_of(3), Tally()
    assert clip.masks is not None
    steps = (Step((0.0, 2.0), (3.0, 4.0), 1), Step((1.0, 0.9), (0.0, 0.0), 1))
    tally.read(clip, Analysis("m", (32, 24), np.roll(clip.masks, 4, 2), steps))
    assert tally.overlaps == pytest.approx([1 / 3] * 3)
    assert tally.headings == [False, True]
    assert tally.foreground_errors == pytest.approx([math.sqrt(8), math.hypot(1, 0.9)])
    assert tally.background_errors == [5.0, 0.0]
    assert normalised_information(tally.local_actions, tally.true_actions) == 0


def test_headings() -> None:
    true = np.array([(7, 0), (0, -7), (0, 7), (7, 0), (0, 0)])
    read = np.array([(1, 0.99), (0.99, -1), (0, 0), (1, -1.01), (5, 5)])
    assert heading_right(read, true).tolist() == [True, True, False, False]


def test_cells_are_cut_by_the_frame() -> None:
    frame = np.arange(96 * 128 * 3, dtype=np.uint32).reshape(96, 128, 3).astype(np.uint8)
    inside = cell_of(frame, np.array((40.0, 50.0)))
    assert np.array_equal(inside, frame[18:82, 8:72])
    outside = cell_of(frame, np.array((120.0, -8.0)))
    assert np.array_equal(outside[40:, :40], frame[:24, 88:])
    assert np.isnan(outside[:40]).all() and np.isnan(outside[:, 40:]).all()
    assert psnr(outside, outside) > 100
    assert math.isnan(psnr(outside, cell_of(frame, np.array((8.0, 104.0)))))


def test_psnr() -> None:
    assert psnr(np.full((2, 2), 51.0), np.zeros((2, 2))) == pytest.approx(20 * math.log10(5))


def test_the_tiny_model(tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(read_and_replay, "open_source", lambda spec: TinyWorld(empty=0.0))
    place = tmp_path / "figures.json"
    assert main(["--model", str(tiny_bundle), "--data", "tiny", "--clips", "6", "--json", str(place)]) == 0
    figures = json.loads(place.read_text())
    assert figures["mask_iou"] > 0.5
    assert figures["direction"] > 0.7
    assert figures["background_error"] < 0.5
    assert figures["used"] >= 2
    assert sum(figures["shares"]) == pytest.approx(1, abs=1e-3)
    assert figures["replayed"]["6"] > figures["kept"]["6"]
    assert figures["refused"] == 0


def test_clips_without_an_agent_are_refused_for_replay(tiny_bundle: Path) -> None:
    engine = Engine.load(tiny_bundle)
    tally = read_and_replay.tally_clips(engine, TinyWorld(empty=1.0), clips=2, frames=14, seed=0)
    assert tally.refused == 2
    assert tally.overlaps == []


def test_mistakes(tiny_bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for model, data in ((str(tiny_bundle), "folk:characters=1"), ("nobody", "folk:"), (str(tiny_bundle), "nothing:")):
        assert main(["--model", model, "--data", data, "--clips", "1"]) == 2
        assert capsys.readouterr().err.count("\n") == 1
