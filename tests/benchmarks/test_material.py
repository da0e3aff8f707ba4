"""Clips to try learning on: what is filmed, and that it is the same every time."""

from pathlib import Path

import av
import numpy as np
import pytest

from benchmarks.material import GAMES, film, main, write_film
from glass.core.errors import GlassError
from glass.data.robot.graphics import choose_graphics


@pytest.mark.parametrize("game", sorted(GAMES))
def test_games_move_and_are_the_same_every_time(game: str) -> None:
    pytest.importorskip("ale_py")
    first, again = film(game, 4, seed=3), film(game, 4, seed=3)
    assert first.frames.shape[0] == 60 and first.rate == 15 and first.truth is None
    assert (first.frames == again.frames).all()
    assert (first.frames != first.frames[0]).any()
    assert (film(game, 4, seed=4).frames != first.frames).any()


def test_a_character_comes_with_the_truth(tmp_path: Path) -> None:
    shown = film("folk:split=test", 1.0, seed=2)
    assert shown.truth is not None and shown.truth.masks is not None and shown.truth.masks.any()
    write_film(shown, tmp_path / "clip.mp4")
    with av.open(str(tmp_path / "clip.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == len(shown.frames) == 10
    height, width = shown.frames.shape[1:3]
    scale = frames[0].shape[0] // height
    near = frames[0].reshape(height, scale, width, scale, 3).mean((1, 3))
    assert abs(near - shown.frames[0]).mean() < 8


def test_a_simulation_is_filmed() -> None:
    try:
        choose_graphics()  # Before anything imports MuJoCo, which decides then how it draws.
    except GlassError as error:
        pytest.skip(str(error))
    pytest.importorskip("gymnasium")
    shown = film("HalfCheetah-v5", 0.5)
    assert np.ptp(shown.frames[-1]) > 0 and len(shown.frames) == round(shown.rate / 2)


def test_what_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing:", str(tmp_path / "a.mp4")]) == 2
    assert main(["robot:", str(tmp_path / "a.mp4")]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 2 and said.out == ""
    assert not list(tmp_path.iterdir())
