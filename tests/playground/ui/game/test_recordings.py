"""What a game writes: recordings, pictures and sheets."""

import time
from pathlib import Path

import numpy as np
import pygame
import pytest
from PIL import Image

from playground import Action, Engine
from playground.gameplay.session import Session
from playground.recording import session_recordings as takes_module
from playground.recording.recorder import FileRecorder, FrameFolder
from playground.recording.session_recordings import new_file
from playground.ui.game.game import Game
from tests.playground.keys import press, tap
from tests.playground.ui.game.playing import PERIOD, SPEED, Pixels, held, position, ticks, world_of

pytestmark = pytest.mark.usefixtures("place")


def finished(game: Game) -> None:
    """Let time pass until everything is written."""
    for _ in range(500):
        game.update(0.0)
        if not game.session.recordings._writing:
            return
        time.sleep(0.01)
    raise AssertionError("still writing")


def gif_frames(path: Path) -> list[Pixels]:
    """The frames of a GIF, one for each time they are shown for a tick."""
    frames = []
    with Image.open(path) as image:
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            shown = round(image.info["duration"] / (1000 * PERIOD))
            frames.extend([np.asarray(image.convert("RGB"))] * shown)
    return frames


def test_r_records_a_gif_of_what_was_seen(game: Game, tmp_path: Path) -> None:
    ticks(game, 2)
    tap(game, pygame.K_r)
    seen = [game.session.now.frame]
    press(game, pygame.K_LEFT)
    for _ in range(4):
        ticks(game, 1)
        seen.append(game.session.now.frame)
    tap(game, pygame.K_r)
    assert not game.session.recordings.running
    finished(game)
    assert game.message.startswith(f"saved {tmp_path}")
    (path,) = tmp_path.glob("glass-*.gif")
    recorded = gif_frames(path)
    assert len(recorded) == len(seen)
    for shown, expected in zip(recorded, seen, strict=True):
        small = shown[2::4, 2::4].astype(int)
        assert shown.shape == (96, 128, 3)
        assert np.abs(small - expected).mean() < 4


def test_an_unfinished_recording_is_written_on_leaving(game: Game, tmp_path: Path) -> None:
    tap(game, pygame.K_r)
    ticks(game, 3)
    tap(game, pygame.K_ESCAPE)
    game.close()
    (path,) = tmp_path.iterdir()
    assert len(gif_frames(path)) == 4


def test_going_back_to_the_start_is_part_of_a_recording(game: Game, tmp_path: Path) -> None:
    tap(game, pygame.K_r)
    ticks(game, 2)
    tap(game, pygame.K_RETURN)
    ticks(game, 2)
    game.close()
    (path,) = tmp_path.iterdir()
    assert len(gif_frames(path)) == 6


def test_a_recording_that_cannot_be_written_is_told_and_play_goes_on(
    game: Game, steps: list[Action], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takes_module, "new_file", lambda *_: tmp_path / "missing" / "a.gif")
    tap(game, pygame.K_r)
    assert not game.session.recordings.running
    assert "missing" in game.message
    press(game, pygame.K_1)
    ticks(game, 1)
    assert len(steps) == 1


def test_g_saves_what_just_happened(game: Game, tmp_path: Path) -> None:
    held(game, pygame.K_LEFT, 4)
    tap(game, pygame.K_g)
    finished(game)
    (path,) = tmp_path.glob("glass-*.gif")
    assert len(gif_frames(path)) == 5
    assert path.name in game.message


def test_f12_saves_a_picture(game: Game, frame: Pixels, tmp_path: Path) -> None:
    tap(game, pygame.K_F12)
    finished(game)
    (path,) = tmp_path.glob("glass-*.png")
    with Image.open(path) as image:
        np.testing.assert_array_equal(np.asarray(image)[::4, ::4], frame)


def test_messages_go_away(game: Game) -> None:
    tap(game, pygame.K_r)
    assert game.message
    for _ in range(12 * 60):
        game.update(1 / 60)
    assert game.message == ""


def test_two_recordings_of_one_second_have_different_names(tmp_path: Path) -> None:
    first = new_file(tmp_path, ".gif")
    first.touch()
    assert new_file(tmp_path, ".gif") != first


def test_a_script_plays_first_and_ends_its_recording(engine: Engine, frame: Pixels, tmp_path: Path) -> None:
    actions = (Action(shift=(1.5, 0)), Action(local_action=2), Action(shift=(0, 1)))
    recorders = (FileRecorder(tmp_path / "out.gif", engine.tick_rate), FrameFolder(tmp_path / "frames"))
    game = Game(Session(world_of(engine, frame), recorders=recorders, script=[(action,) for action in actions]))
    x, y = position(game)
    press(game, pygame.K_LEFT)
    ticks(game, 3)
    assert position(game) == (x + 1.5, y + 1)
    assert not game.session.recordings.running
    ticks(game, 1)
    assert position(game) == (x + 1.5 - SPEED, y + 1)
    finished(game)
    assert len(gif_frames(tmp_path / "out.gif")) == 4
    assert [path.name for path in sorted((tmp_path / "frames").iterdir())] == [f"{tick:05d}.png" for tick in range(4)]


def test_a_key_exports_a_sprite_sheet_and_tells_where_it_is(game: Game, tmp_path: Path) -> None:
    game.picture = "my hero.png"
    tap(game, pygame.K_e)
    assert game.message == "making a sprite sheet; play on"
    for _ in range(500):
        game.update(0.0)
        if game.message.startswith("sprite sheet"):
            break
        time.sleep(0.01)
    (sheet,) = tmp_path.glob("glass-*/my-hero.png")
    assert str(sheet) in game.message
    with Image.open(sheet) as image:
        assert image.mode == "RGBA"
    assert (sheet.parent / "my-hero.json").is_file()
