"""The measurement on real sequences, on a model and a clip of which everything is known."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.footage.real_clips import main
from tests.fixtures.tiny_world import TinyWorld


def write_sequences(folder: Path, count: int) -> None:
    """Write clips of the tiny world, and where their agent is at some frames, in pixels of a frame 256 wide."""
    world, points = TinyWorld(empty=0.0), {}
    for seed in range(count):
        clip = world.draw(np.random.default_rng(seed), 12)
        place = folder / f"clip{seed}"
        place.mkdir(parents=True)
        for number, frame in enumerate(clip.frames):
            Image.fromarray(frame).save(place / f"{number:05d}.png")
        assert clip.positions is not None
        points[place.name] = (clip.positions[[0, 5, 11]] * 256 / clip.frame_size[0]).tolist()
    marked = {"bair": {"times": [0, 5, 11], "of_256_pixels": points}}
    (folder.parent / "points.json").write_text(json.dumps(marked), encoding="utf-8")


def test_real_sequences_are_read_and_played(
    tiny_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_sequences(tmp_path / "real", 3)
    assert main([str(tmp_path / "real"), "--model", str(tiny_bundle)]) == 0
    *lines, last = capsys.readouterr().out.strip().splitlines()
    figures = json.loads(last)
    assert len(lines) == len(figures["sequences"]) == 3 and figures["displacements"] == 6 and figures["refused"] == 0
    assert figures["gain"] > 1 and figures["psnr"] > figures["psnr_of_first"]
    assert figures["direction"] > 0.7 and figures["error"] < figures["still_error"]


def test_without_sequences_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        assert main([str(folder)]) == 0
        assert "skipped" in capsys.readouterr().out
