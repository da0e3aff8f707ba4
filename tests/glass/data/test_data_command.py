"""`glass-data` through its entry point."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from glass.commands.data import main
from glass.data.stored.clip_folder import read_clip
from glass.data.stored.dataset import read_info


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    """Run the command; give its exit code."""
    monkeypatch.setattr(sys, "argv", ["glass-data", *map(str, arguments)])
    code = main()
    assert isinstance(code, int)
    return code


def test_wsprites_divides_clips_over_the_splits(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    made_up_wsprites: Path,
    photo: Path,
    tmp_path: Path,
) -> None:
    out = tmp_path / "set"
    options = ("--sheets", made_up_wsprites, "--background", photo, "--clips", "10", "--frames", "3", "--seed", "4")
    assert run(monkeypatch, "wsprites", "--out", out, *options) == 0
    printed = capsys.readouterr()
    assert printed.out == f"{out}: 10 clips of 3 frames (8 train, 1 validation, 1 test)\n" and not printed.err
    clips = [read_clip(folder) for split in ("train", "validation", "test") for folder in (out / split).iterdir()]
    assert len({clip.character for clip in clips}) == len(clips) == 10
    info = read_info(out)
    assert info is not None and info.seed == 4 and info.generator == "glass-data wsprites"
    assert run(monkeypatch, "wsprites", "--out", tmp_path / "again", *options) == 0
    again = read_clip(tmp_path / "again" / "test" / "00000")
    np.testing.assert_array_equal(again.frames, read_clip(out / "test" / "00000").frames)


def test_one_split_and_more_clips_keep_the_first_ones(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for clips in ("1", "2"):
        options = ("--split", "test", "--clips", clips, "--frames", "2", "--out", tmp_path / clips)
        assert run(monkeypatch, "folk", *options) == 0
    assert {path.name for path in (tmp_path / "2" / "test").iterdir()} == {"00000", "00001"}
    one, two = (read_clip(tmp_path / clips / "test" / "00000") for clips in ("1", "2"))
    np.testing.assert_array_equal(one.frames, two.frames)
    assert not (tmp_path / "2" / "train").exists()


def test_lpc(monkeypatch: pytest.MonkeyPatch, made_up_lpc: Path, tmp_path: Path) -> None:
    options = ("--clips", "2", "--frames", "2", "--empty", "1", "--split", "train")
    assert run(monkeypatch, "lpc", "--sheets", made_up_lpc, "--out", tmp_path / "set", *options) == 0
    clip = read_clip(tmp_path / "set" / "train" / "00001")
    assert clip.masks is not None and not clip.masks.any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Missing command"),
        (("folk",), "Missing option '--out'"),
        (("folk", "--out", "set", "--clips", "none"), "'--clips'"),
        (("folk", "--out", "set", "--clips", "0"), "'--clips'"),
        (("folk", "--out", "set", "--colour", "red"), "--colour"),
        (("folk", "--out", "set", "--split", "dev"), "--split dev: must be one of"),
        (("folk", "--out", "set", "--backgrounds", "photo"), "needs a picture"),
        (("folk", "--out", "set", "--background", "nowhere.png"), "nowhere.png: no such"),
        (("lpc", "--out", "set", "--sheets", "nowhere"), "nowhere: no such folder of sheets"),
        (("folk", "--out", "taken"), "taken: holds 'notes.txt'"),
    ],
)
def test_mistakes_end_with_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "notes.txt").write_text("keep me")
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *arguments) == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1 and message in printed.err and not printed.out
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["notes.txt", "taken"]


def test_data_needs_no_torch() -> None:
    program = (
        "import pkgutil, importlib, sys, glass, glass.core.errors, glass.data\n"
        "for module in pkgutil.iter_modules(glass.data.__path__, 'glass.data.'): importlib.import_module(module.name)\n"
        "assert 'torch' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
