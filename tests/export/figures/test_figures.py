"""`glass-figures`: what is drawn of a model."""

import re
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from export.commands import figures as command
from export.evaluate.animation import TrueAnimation
from export.figures import panel as panels
from export.figures.clips import ReadClip, read_clips
from export.figures.codes import SHORTEST_MOVE, count_codes
from export.figures.figure import Figure, broken, draw_grid, write_figures
from glass.core.directions import direction_of
from glass.core.errors import GlassError
from glass.data.core.clip import ACTIONS, Clip
from glass.data.sources import WorldSource, open_source
from glass.data.stored.fitting import resized
from playground import Engine
from playground.clips.analysis import Analysis, Step, analyse
from tests.fixtures.tiny_world import TinyWorld
from tests.scripts import entry_point


def draw(patch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    patch.setattr(sys, "argv", ["glass-figures", *map(str, arguments)])
    code = entry_point("glass-figures")()
    assert isinstance(code, int)
    return code


@pytest.fixture
def tiny_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clips come from the tiny world, and only a few of them."""
    monkeypatch.setattr("export.figures.clips.open_source", lambda spec: TinyWorld(empty=0.2))
    monkeypatch.setattr(command, "CLIPS", 5)
    monkeypatch.setattr(command, "FRAMES", 8)


@pytest.mark.slow
def test_all_figures(
    tiny_bundle: Path,
    tiny_source: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "deep" / "figures"
    assert draw(monkeypatch, "--model", tiny_bundle, "--out", out) == 0
    assert capsys.readouterr() == (f"{out}: 6 figures and their captions\n", "")
    page = (out / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"\]\((.*?)\)", page)
    moving = {"global_actions.gif", "local_actions_moving.gif", "motion_transfer.gif"}
    still = {"local_actions.png", "decomposition.png", "code_map.png"}
    assert set(shown) == moving | still == {path.name for path in out.iterdir()} - {"README.md"}
    assert "Made by `glass-figures --model " in page
    assert page.count("`folk:split=test`, never trained on.") == 3
    assert draw(monkeypatch, "--model", tiny_bundle, "--out", out, "--data", "folk:split=train") == 0
    page = (out / "README.md").read_text(encoding="utf-8")
    assert (page.count("`folk:split=train`."), page.count("never")) == (3, 0)
    for name in shown:
        with Image.open(out / name) as image:
            assert getattr(image, "n_frames", 1) == 1 if name in still else image.n_frames > 5
            assert len(image.convert("RGB").getcolors(10**6)) > 10


def test_directions_move_in_the_figure(tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from export.figures.actions import global_actions
    from playground.pictures.picture import load_picture

    start = load_picture(tiny_bundle / "starts" / "0.png")
    figure = global_actions(Engine.load(tiny_bundle), [start])
    changed = (figure.frames[0] != figure.frames[-1]).any(2)
    columns = np.array_split(np.flatnonzero(changed.any(0)), 5)
    assert all(len(column) for column in columns)


def test_agents_that_fill_the_frame_are_shown_in_it(tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from export.figures import actions
    from playground.pictures.picture import load_picture

    start = load_picture(tiny_bundle / "starts" / "0.png")
    cut = actions.local_actions(Engine.load(tiny_bundle), [start])[0].frames[0]
    monkeypatch.setattr(actions, "LARGEST_CUT_SHARE", 0.0)
    whole = actions.local_actions(Engine.load(tiny_bundle), [start])[0].frames[0]
    frame = np.asarray(start.image.convert("RGB")).repeat(3, 0).repeat(3, 1)
    found = [
        sum(np.array_equal(board[y : y + 72, x : x + 96], frame) for y in range(80) for x in range(12))
        for board in (cut, whole)
    ]
    assert found == [0, 1]


@pytest.mark.parametrize(("side", "scale"), [(48, 2), (12, 8), (120, 2)])
def test_grids_hold_their_pictures(side: int, scale: int) -> None:
    cells = [[np.full((8, side, 3), 40 * row + 20 * column, np.uint8) for column in range(3)] for row in range(2)]
    board = draw_grid(("a", "b\nb", "c"), cells)
    for row in cells:
        for cell in row:
            assert ((board == cell[0, 0]).all(2)).sum() >= 8 * side * scale**2


def test_titles_are_broken_before_words_only() -> None:
    assert broken("walk left 2") == ["walk", "left 2"]


def test_steps_are_counted_by_code_and_direction() -> None:
    shifts = [(3.0, 0.0), (-0.2, 0.4), (0.0, -2.0), (1.0, -1.0)]
    assert [direction_of(shift, SHORTEST_MOVE) for shift in shifts] == ["right", "stay", "up", "right"]
    steps = tuple(Step(shift, (0.0, 0.0), code) for shift, code in zip(shifts, (1, 2, 2, 1), strict=True))
    frames = np.zeros((5, 8, 8, 3), np.uint8)
    read = ReadClip(Clip("c", "c", frames), Analysis("m", (8, 8), np.ones((5, 8, 8), bool), steps))
    assert count_codes([read, read], 3).tolist() == [[4, 0, 0, 0, 0], [0, 0, 2, 0, 2], [0, 0, 0, 0, 0]]


def test_clips_of_another_size_are_fitted(tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = SimpleNamespace(draw=lambda rng, length: resized(TinyWorld(empty=0.0).draw(rng, length), (96, 60)))
    monkeypatch.setattr("export.figures.clips.open_source", lambda spec: large)
    found = read_clips(Engine.load(tiny_bundle), "tiny", 3, 6, 0)
    assert found
    assert all(read.clip.frame_size == (32, 24) == read.analysis.frame_size for read in found)


def test_clips_without_an_agent_are_left_out(tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("export.figures.clips.open_source", lambda spec: TinyWorld(empty=0.5))
    engine = Engine.load(tiny_bundle)
    found = read_clips(engine, "tiny", 6, 4, 0)
    assert 0 < len(found) < 6
    black = SimpleNamespace(draw=lambda rng, length: Clip("black", "", np.zeros((length, 24, 32, 3), np.uint8)))
    monkeypatch.setattr("export.figures.clips.open_source", lambda spec: black)
    with pytest.raises(GlassError, match="finds no agent in 6 clips; give another with --data"):
        read_clips(engine, "black", 6, 4, 0)


def test_a_caption_is_no_file(tmp_path: Path) -> None:
    picture = np.zeros((8, 8, 3), np.uint8)
    figure = Figure("one", "One", "A black square.", [picture])
    write_figures([figure, replace(figure, name="two", frames=[picture, 255 - picture])], tmp_path, "command")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md", "one.png", "two.gif"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--model", "nobody", "--out", "out"), "unknown model"),
        (("--model", "TINY", "--out", "file"), "is a file"),
        (("--model", "TINY", "--out", "out", "--data", "nothing:"), "no such folder"),
        (("--model", "TINY", "--out", ""), "--out: empty"),
        (("--model", "TINY", "--out", "out", "--data", ""), "--data: empty"),
        (("--model", "TINY", "--out", "."), "has a README.md that is not of figures"),
        (("--model", "TINY"), "--out"),
    ],
)
def test_mistakes(
    tiny_bundle: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("file", "README.md"):
        (tmp_path / name).write_text("mine")
    assert draw(monkeypatch, *(str(tiny_bundle) if word == "TINY" else word for word in arguments)) == 2
    out, errors = capsys.readouterr()
    assert (out, errors.count("\n")) == ("", 1)
    assert said in errors
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"file": "mine", "README.md": "mine"}


@pytest.mark.slow
def test_the_panel_shows_the_truth_beside_what_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "CLIPS_TRIED", 8)
    engine = Engine.load("sprites")
    clips = read_clips(engine, "folk:split=test", 3, 12, 0)
    source = open_source("folk:split=test,characters=2")
    figure = panels.panel(engine, clips, source, "folk", 0)
    assert figure is not None
    board = figure.frames[0]
    assert "2 characters of folk." in figure.caption
    assert isinstance(source, WorldSource)
    # Wherever a true frame is drawn, it is drawn to the last bit: find one by its middle rows.
    character = source.character_of(np.random.default_rng((0, 0)))
    animation = TrueAnimation(character)
    true = np.concatenate([animation.cycle(action)[:1, 30:34, 26:38] for action in range(len(ACTIONS))])
    places = np.lib.stride_tricks.sliding_window_view(board, (4, 12, 3))[:, :, 0]
    assert any((places == pixels).all((2, 3, 4)).any() for pixels in (true * 255).round().astype(np.uint8))


def test_no_panel_without_true_animations(tiny_bundle: Path) -> None:
    engine = Engine.load(tiny_bundle)
    clip = TinyWorld(empty=0.0).draw(np.random.default_rng(0), 9)
    read = [ReadClip(clip, analyse(engine, clip.frames))]
    assert panels.panel(engine, read, TinyWorld(empty=0.0), "tiny", 0) is None
