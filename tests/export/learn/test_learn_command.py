"""`glass-learn` through its entry point: mistakes are one line, and leave nothing."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.export.learn.conftest import Command
from tests.fixtures.own_clips import walk, write_animation, write_folder


def test_mistakes_are_one_line(
    command: Command, clip: Path, tmp_path: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.mp4").write_text("hello")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "empty").mkdir()
    Image.new("RGB", (64, 48)).save(tmp_path / "one.png")
    short = write_folder(tmp_path / "short", walk(8))
    dots = write_animation(tmp_path / "dots.gif", np.random.default_rng(0).integers(0, 255, (4, 3, 3, 3), np.uint8))
    cases: list[tuple[tuple[str | Path, ...], str]] = [
        ((), "CLIP"),
        ((clip,), "--name"),
        ((clip, "--name", "../a"), "plain name"),
        ((clip, "--name", ""), "plain name"),
        ((clip, "--name", "a\nb"), "plain name"),
        ((clip, "--name", "sprites"), "a model of this name"),
        ((clip, "--name", "a", "--minutes", "0"), "--minutes"),
        ((clip, "--name", "a", "--minutes", "nan"), "--minutes"),
        ((clip, "--name", "a", "--window", "20"), "multiple of 8"),
        ((clip, "--name", "a", "--frame-size", "100x100"), "multiples of 8"),
        ((clip, "--name", "a", "--frame-size", "big"), "--frame-size big"),
        ((clip, "--name", "a", "--local-actions", "1"), "--local-actions"),
        ((clip, "--name", "a", "--agent", "left"), "X,Y@SECONDS"),
        ((clip, "--name", "a", "--agent", "4000,20"), "name a place in it"),
        ((clip, "--name", "a", "--from-scratch", "--warm-start", "sprites"), "give one of them"),
        ((clip, "--name", "a", "--warm-start", "nobody"), "unknown model 'nobody'"),
        ((tmp_path / "none.mp4", "--name", "a"), "no such clip"),
        ((tmp_path / "text.mp4", "--name", "a"), "not a video"),
        ((tmp_path / "fifo", "--name", "a"), "neither a file nor a folder"),
        ((tmp_path / "loop", "--name", "a"), "symbolic links"),
        ((tmp_path / "empty", "--name", "a"), "no clips in it"),
        ((tmp_path / "one.png", "--name", "a"), "a single picture"),
        ((dots, "--name", "a"), "3x3 pixels"),
        ((tmp_path / "text.mp4", tmp_path / "none.mp4", "--name", "a"), "and 1 more"),
    ]
    for arguments, words in cases:
        assert command(*arguments) == 2, arguments
        said = capsys.readouterr()
        assert said.err.endswith("\n") and said.err.count("\n") == 1, arguments
        assert words in said.err, arguments
        assert not data.exists(), arguments
    assert command(short, "--name", "a") == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and "too short" in said.err
    assert not data.exists()


def test_looking(command: Command, clip: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(clip, "--name", "a", "--look", "--tick-rate", "5", "--mask-size", "0.05") == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "mask size 0.05" in said.out and "5 ticks a second" in said.out
    assert (data / "learning" / "a" / "report.png").is_file()
