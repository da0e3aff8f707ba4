"""`glass-export` through its entry point."""

import shutil
from pathlib import Path

import pytest

from glass.training.checkpoint import AVERAGED, save_weights
from tests.export.bundle.test_write import contents, sabotage
from tests.export.conftest import EXTRA, Export, Exported

pytestmark = pytest.mark.slow


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """What was said on stderr, which must be one line, with nothing on stdout."""
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("\n") and said.err.count("\n") == 1
    return said.err


def test_it_says_where_the_bundle_is_and_how_true(
    export: Export, exported: Exported, quick: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(exported.run, "--name", "mine", "--out", tmp_path / "models") == 0
    said = capsys.readouterr()
    bundle = tmp_path / "models" / "mine"
    first, second = said.out.splitlines()
    assert first.startswith(f"{bundle}: written; 100 ticks differ from torch by at most ")
    assert second == f"next: glass-play --model {bundle}"
    assert said.err == ""
    assert (bundle / "manifest.json").is_file()


def test_wrong_input_is_told_in_one_line(
    export: Export, exported: Exported, quick: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "models"
    (tmp_path / "empty").mkdir()
    (tmp_path / "torn").mkdir()
    whole = (exported.run / AVERAGED).read_bytes()
    (tmp_path / "torn" / AVERAGED).write_bytes(whole[: len(whole) // 2])
    (tmp_path / "young").mkdir()
    young = {key: value for key, value in EXTRA.items() if key != "statistics"}
    save_weights(tmp_path / "young" / AVERAGED, exported.model, young)
    cases: list[tuple[tuple[str | Path, ...], str]] = [
        ((tmp_path / "none", "--name", "a", "--out", out), "no weights here"),
        ((tmp_path / "empty", "--name", "a", "--out", out), "no weights here"),
        ((tmp_path / "torn", "--name", "a", "--out", out), "not the weights of a GLASS model"),
        ((tmp_path / "young", "--name", "a", "--out", out), "no local actions yet"),
        ((exported.run, "--out", out), "--name"),
        ((exported.run, "--name", "../a", "--out", out), "plain name"),
        ((exported.run, "--name", ".a", "--out", out), "plain name"),
        ((exported.run, "--name", "", "--out", out), "plain name"),
        ((exported.run, "--name", "a", "--out", out, "--card", tmp_path / "none.md"), "none.md"),
        ((exported.run, "--name", "a", "--out", out, "--starts", "nowhere"), "nowhere"),
        ((exported.run, "--name", "a", "--out", out, "--start-count", "0"), "--start-count"),
        ((exported.run, "--name", "a", "--out", out, "--leave-out", "wave"), "numbers of local actions"),
        ((exported.run, "--name", "a", "--out", out, "--leave-out", "5"), "local actions 1..4"),
        ((exported.run, "--name", "a", "--out", out, "--leave-out", "1,2,3"), "at least two"),
        ((tmp_path / "young", "--name", "a", "--out", out, "--leave-out", "1"), "no local actions yet"),
    ]
    for arguments, words in cases:
        assert export(*arguments) == 2, arguments
        assert words in one_line(capsys), arguments
        assert not out.exists(), arguments


def test_start_frames_must_fit_the_model(
    export: Export, exported: Exported, quick: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = (exported.run, "--name", "a", "--out", tmp_path / "models", "--starts", "folk:", "--start-count", "1")
    assert export(*arguments) == 2
    assert "128x96" in one_line(capsys)
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_that_plays_differently_is_refused(
    export: Export, exported: Exported, quick: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(exported.bundle, tmp_path / "tiny")
    before = contents(tmp_path)
    quick["step.onnx"] = sabotage(quick["step.onnx"])
    assert export(exported.run, "--name", "tiny", "--out", tmp_path) == 2
    assert f"{exported.run}: not exported: " in one_line(capsys)
    assert contents(tmp_path) == before
