"""`glass-play` through its entry point: the headless contract, and every mistake."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence
from pygame.event import Event

from playground import Action, Engine
from playground.bundles import library
from playground.commands.play import main
from playground.gameplay.settings import GameSettings
from playground.ui import app as window_module
from playground.ui.game.game import Game
from playground.ui.mask_editor.editor import MaskEditor
from playground.ui.toolkit.window import Screen
from playground.world.history import History
from playground.world.save_file import write_save
from playground.world.world import World
from tests.playground.keys import wait_for
from tests.playground.pictures.test_picture import png_header

Pixels = NDArray[np.uint8]


@pytest.fixture(autouse=True)
def place(
    tmp_path: Path, painted_bundle: Path, paint: Callable[..., Pixels], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """An empty working folder with pictures beside it, one model, and no display."""
    for name, picture in {"a": paint(), "plain": paint(None), "1x1": paint()[:1, :1]}.items():
        Image.fromarray(picture).save(tmp_path / f"{name}.png")
    Image.fromarray(paint()).save(tmp_path / "moves.gif")
    (tmp_path / "clip").mkdir()
    Image.fromarray(paint()).save(tmp_path / "clip" / "00001.png")
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "huge.png").write_bytes(png_header(20_000, 20_000))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr(library, "model_folders", lambda: (painted_bundle.parent,))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    handler = signal.getsignal(signal.SIGTERM)
    yield work
    signal.signal(signal.SIGTERM, handler)
    pygame.display.quit()


def frames_of(folder: Path) -> list[Pixels]:
    return [np.asarray(Image.open(path)) for path in sorted(folder.glob("*.png"))]


def test_headless(place: Path, paint: Callable[..., Pixels], capsys: pytest.CaptureFixture[str]) -> None:
    script = "right*3 3*2 shift(-1,2)+1 pan(2,0)+stay+2"
    assert main(["../a.png", "--headless", "--script", script, "--record", "o.gif", "--frames", "out"]) == 0
    said, errors = capsys.readouterr()
    assert errors == ""
    assert "a.png: model painted on CPU" in said
    assert "ms a tick" in said
    frames = frames_of(place / "out")
    assert sorted(os.listdir(place / "out")) == [f"{index:05d}.png" for index in range(8)]
    assert np.array_equal(frames[0], paint())
    assert all(frame.shape == (24, 32, 3) for frame in frames)
    assert (frames[3][8:16, 18:24, 0] == 204).all()
    with Image.open(place / "o.gif") as gif:
        assert gif.size == (128, 96)
        shown = [np.array(frame.convert("RGB"))[::4, ::4] for frame in ImageSequence.Iterator(gif)]
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(gif)]
    assert sum(durations) == 8 * 80
    assert len(shown) == 8
    assert np.abs(np.stack(shown).astype(int) - np.stack(frames)).mean() < 3


def test_older_frames_are_replaced(place: Path) -> None:
    assert main(["../a.png", "--headless", "--script", "right*9", "--frames", "out"]) == 0
    (place / "out" / "note.txt").write_text("mine")
    assert main(["../a.png", "--headless", "--script", "right", "--frames", "out"]) == 0
    assert sorted(os.listdir(place / "out")) == ["00000.png", "00001.png", "note.txt"]


def test_without_a_script_only_the_start(
    place: Path, paint: Callable[..., Pixels], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["../a.png", "--headless", "--frames", "new/deep/out"]) == 0
    assert "wrote the start frame alone to new/deep/out; to see it move, add a script" in capsys.readouterr().out
    assert np.array_equal(frames_of(place / "new" / "deep" / "out"), [paint()])


def test_no_display_implies_headless(place: Path) -> None:
    assert main(["../a.png", "--script", "up", "--record", "o.gif", "--scale", "2"]) == 0
    with Image.open(place / "o.gif") as gif:
        assert gif.size == (64, 48)


def test_a_start_frame_is_chosen_by_seed(place: Path, painted_bundle: Path) -> None:
    starts = frames_of(painted_bundle / "starts")
    assert main(["--headless", "--frames", "first"]) == 0
    assert np.array_equal(frames_of(place / "first")[0], starts[0])
    for seed in range(4):
        assert main(["--headless", "--frames", str(seed), "--seed", str(seed), "--model", "painted"]) == 0
    chosen = [frames_of(place / str(seed))[0].tolist() for seed in range(4)]
    assert {str(frame) for frame in chosen} == {str(start.tolist()) for start in starts}
    assert main(["--headless", "--frames", "again", "--seed", "3"]) == 0
    assert frames_of(place / "again")[0].tolist() == chosen[3]


def test_two_players(place: Path, paint: Callable[..., Pixels]) -> None:
    Image.fromarray(paint((22, 8), red=200)).save("b.png")
    arguments = ["../a.png", "b.png", "--headless", "--script", "left*4", "--script2", "1 up*2", "--frames", "out"]
    assert main(arguments) == 0
    frames = frames_of(place / "out")
    assert len(frames) == 5
    assert np.array_equal(frames[0][:, :22], paint()[:, :22])
    assert (frames[0][8:16, 22:28] == (200, 0, 0)).all()
    assert [frames[tick][15, 24, 0] for tick in (1, 2, 4)] == [160, paint(None)[15, 24, 0], paint(None)[15, 24, 0]]
    assert np.array_equal(frames[3][4:12, 22:28], frames[4][4:12, 22:28])


def test_replay(place: Path, painted_bundle: Path, paint: Callable[..., Pixels]) -> None:
    engine = Engine.load(painted_bundle)
    world = World([engine, engine])
    frames = [world.open([engine.find_agent(picture) for picture in [paint((4, 5)), paint((20, 9))]])[0].frame]
    history = History(world)
    for turn in [(Action((2, 0)), Action(hold=True)), (Action(local_action=2, scroll=(1, 0)), Action((0, -1)))] * 3:
        frames.append(history.step(turn)[0].frame)
    write_save(place / "game.glass", history)
    for model in ([], ["--model", str(painted_bundle)]):
        assert main(["--replay", "game.glass", "--headless", "--frames", "out", *model]) == 0
        assert np.array_equal(frames_of(place / "out"), frames)


def test_the_window_gets_what_was_asked_for(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    asked: list[GameSettings] = []
    monkeypatch.setattr(window_module, "run", lambda performance, settings, opener: asked.append(settings))
    assert main(["../a.png", "--script", "right*2", "--record", "o.gif", "--frames", "f", "--scale", "3"]) == 0
    (settings,) = asked
    wanted = GameSettings(scale=3, record=Path("o.gif"), frames=Path("f"), kept=settings.kept)
    assert settings == wanted


def test_the_window_performs(place: Path, paint: Callable[..., Pixels], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setattr(window_module, "show", lambda screen: wait_for(screen) or games.append(screen))
    games: list[Game] = []
    Image.fromarray(paint((22, 8), red=200)).save("b.png")
    assert main(["../a.png", "b.png", "--script", "up", "--script2", "left*3", "--frames", "f"]) == 0
    (game,) = games
    assert game.title == "a.png and b.png - painted"
    assert game.session.scripted == "script 0 of 3"
    assert len(game.session.controls) == 2
    assert len(frames_of(place / "f")) == 1


def instead(image: str = "../a.png", script: str = "right", record: str = "o.gif", frames: str = "out") -> list[str]:
    """Return the arguments of a good run with some values changed."""
    return [image, "--headless", "--script", script, "--record", record, "--frames", frames]


GOOD = instead()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (instead(image="../missing.png"), "no such file"),
        (instead(image=".."), "is a folder"),
        (instead(image=""), "a picture's name is empty"),
        ([*GOOD, ""], "a picture's name is empty"),
        ([*GOOD, "--background", ""], "--background: empty"),
        ([*GOOD, "--keymap", ""], "--keymap: empty"),
        (instead(image="../text.png"), "not a picture"),
        (instead(image="../1x1.png"), "1x1 pixels"),
        (instead(image="../huge.png"), "megapixels"),
        (instead(image="../plain.png"), "no agent found by model 'painted'"),
        (instead(script="right rigth"), "word 2 'rigth'"),
        (instead(script="5"), "1..4"),
        (instead(script="0"), "1..4"),
        (instead(record="o.txt"), "ends in .gif"),
        (instead(record=""), "--record: empty"),
        (instead(record="no/where/o.gif"), "make it first"),
        (instead(frames="../a.png"), "is a file"),
        (instead(frames="../a.png/out"), "is a file"),
        (instead(frames=""), "empty"),
        (instead(record="../moves.gif", image="../moves.gif"), "--record ../moves.gif: would replace ../moves.gif"),
        (instead(frames="../clip", image="../clip/00001.png"), "--frames ../clip: would replace ../clip/00001.png"),
        ([*GOOD, "--autoplay"], "needs a window"),
        ([*GOOD, "--model", "nobody"], "unknown model 'nobody'"),
        ([*GOOD, "--model", "./nobody"], "no such folder"),
        ([*GOOD, "--model", "../"], "no manifest.json"),
        ([*GOOD, "--scale", "0"], "--scale"),
        ([*GOOD, "--scale", "2.5"], "--scale"),
        ([*GOOD, "--seed", "x"], "--seed"),
        ([*GOOD, "--sceript", "up"], "No such option"),
        ([*GOOD, "second.png"], "second.png: no such file"),
        ([*GOOD, "../plain.png"], "plain.png: no agent found"),
        ([*GOOD, "../a.png", "../a.png"], "unexpected extra argument '../a.png'"),
        ([*GOOD, "../a.png", "--script2", "9"], "script2, word 1 '9'"),
        ([*GOOD, "../a.png", "--paint"], "--paint is for one picture alone"),
        ([*GOOD, "--script2", "up"], "give two pictures"),
        ([*GOOD, "--faces", "up"], "--faces 'up': give left, right or front"),
        ([*GOOD, "../a.png", "--faces", "left"], "--faces is for one picture alone"),
        ([*GOOD[1:], "--faces", "left"], "--faces is for one picture alone"),
        ([*GOOD[1:], "--replay", "x.glass", "--faces", "left"], "give no picture"),
        ([*GOOD, "--replay", "x.glass"], "give no picture"),
        (["--headless", "--frames", "out", "--replay", "x.glass"], "x.glass: no such file"),
        (["--headless", "--frames", "out", "--replay", "../text.png"], "not a saved game"),
        ([*GOOD, "--model"], "requires an argument"),
        (["../a.png", "--headless"], "add --record FILE or --frames DIR"),
        (["../a.png"], "no display"),
        ([], "no display"),
    ],
)
def test_mistakes(place: Path, arguments: list[str], said: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    out, errors = capfd.readouterr()
    assert out == ""
    assert said in errors
    assert errors.count("\n") == 1
    assert errors.endswith("\n")
    assert os.listdir(place) == []


def test_a_mistake_leaves_older_output(place: Path) -> None:
    assert main(GOOD) == 0
    before = {path: path.read_bytes() for path in place.rglob("*.*")}
    assert main(instead(script="right*3 9")) == 2
    assert {path: path.read_bytes() for path in place.rglob("*.*")} == before


def test_a_changed_byte(place: Path, own_bundle: Path, capfd: pytest.CaptureFixture[str]) -> None:
    card = own_bundle / "CARD.md"
    card.write_text(card.read_text().replace("hand", "Hand"))
    assert main([*GOOD, "--model", str(own_bundle)]) == 2
    assert "CARD.md: damaged" in capfd.readouterr().err
    assert os.listdir(place) == []


def play(*arguments: str) -> "subprocess.Popen[str]":
    """Start glass-play as a process of its own."""
    code = "import sys; from playground.commands.play import main; sys.exit(main())"
    environment = {**os.environ, "PYTHONPATH": str(Path(library.__file__).parents[2])}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def test_as_a_process(place: Path, painted_bundle: Path) -> None:
    process = play(*GOOD, "--model", str(painted_bundle))
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, errors.count("\n")) == (0, 1)
    assert errors.startswith("a.png: model 'painted' does not keep the picture as it is: it loses its colours")
    assert "painted on CPU" in out
    assert len(os.listdir(place / "out")) == 2
    process = play("../a.png", "--model", str(painted_bundle))
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out, errors.count("\n")) == (2, "", 1)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no signals to send there")
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_process_writes_what_it_saw(place: Path, painted_bundle: Path, kind: signal.Signals) -> None:
    arguments = ["../a.png", "--script", "right*900000", "--record", "o.gif", "--frames", "f"]
    process = play(*arguments, "--model", str(painted_bundle))
    deadline = time.monotonic() + 60
    while len(list(place.glob("f/.*/*.png"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(kind)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    fate = "holds what was done until then"
    assert errors.splitlines()[-1] == f"interrupted; o.gif {fate}, f {fate}"
    with Image.open(place / "o.gif") as gif:
        assert getattr(gif, "n_frames", 1) > 1
    assert (place / "f" / "00000.png").exists()
    assert sorted(os.listdir(place)) == ["f", "o.gif"]


def cut_out() -> Image.Image:
    """Return a red agent on a transparent ground, smaller than the frame."""
    pixels = np.zeros((14, 20, 4), np.uint8)
    pixels[3:11, 7:13] = (255, 0, 0, 255)
    return Image.fromarray(pixels)


def test_a_cut_out_agent_before_a_background(place: Path) -> None:
    cut_out().save(place.parent / "sprite.png")
    Image.new("RGB", (64, 48), (10, 20, 200)).save(place.parent / "sea.png")
    for options in ([], ["--background", "../sea.png"]):
        assert main(["../sprite.png", "--headless", "--frames", f"out{len(options)}", *options]) == 0
    plain, sea = (frames_of(place / name)[0] for name in ("out0", "out2"))
    red = (sea == (255, 0, 0)).all(2)
    assert red.sum() == 48
    assert (sea[~red] == (10, 20, 200)).all()
    assert np.array_equal(red, (plain == (255, 0, 0)).all(2))
    white = Image.new("RGBA", cut_out().size, "white")
    white.alpha_composite(cut_out())
    white.convert("RGB").save(place.parent / "drawing.png")
    assert main(["../drawing.png", "--headless", "--frames", "out1", "--background", "../sea.png"]) == 0
    assert np.array_equal(frames_of(place / "out1")[0], sea)


def test_a_known_background_is_used_exactly(place: Path) -> None:
    cut_out().save(place.parent / "sprite.png")
    y, x = np.mgrid[:24, :32]
    sea = np.stack([10 + 3 * x, 20 + 2 * y, 200 - x], 2).astype(np.uint8)
    Image.fromarray(sea).save(place.parent / "sea.png")
    script = "right*2 left*4 pan(3,0)"
    arguments = ["../sprite.png", "--headless", "--background", "../sea.png", "--script", script, "--frames", "out"]
    assert main(arguments) == 0
    *frames, panned = frames_of(place / "out")
    for frame, left in zip(frames, (13, 15, 17, 15, 13, 11, 9), strict=True):
        agent = np.zeros((24, 32), bool)
        agent[8:16, left : left + 6] = True
        np.testing.assert_array_equal(frame[~agent], sea[~agent])
        assert (frame[agent][:, 0] > 120).all()
    np.testing.assert_array_equal(panned[:8, 3:], sea[:8, :-3])


def test_crop_mask_and_whole(place: Path, paint: Callable[..., Pixels], capsys: pytest.CaptureFixture[str]) -> None:
    wide = np.concatenate([paint(None), paint()], 1)
    Image.fromarray(wide).save(place.parent / "wide.png")
    assert main(["../wide.png", "--headless", "--crop", "32,0,32,24", "--frames", "crop"]) == 0
    np.testing.assert_array_equal(frames_of(place / "crop")[0], paint())
    mask = np.zeros((24, 64), np.uint8)
    mask[2:8, 36:44] = 255  # not where the model finds it
    Image.fromarray(mask).save(place.parent / "mask.png")
    masked = ["../wide.png", "--headless", "--mask", "../mask.png", "--crop", "32,0,32,24", "--script", "right"]
    assert main([*masked, "--frames", "mask"]) == 0
    start, frame = frames_of(place / "mask")
    np.testing.assert_array_equal(start, paint())
    changed = np.argwhere((frame != start).any(2))
    assert changed.min(0).tolist() >= [0, 0] and changed.max(0)[0] < 12  # what is told moves, the red one stays
    Image.new("RGB", (32, 24), (10, 20, 200)).save(place.parent / "sea.png")
    assert main([*masked, "--background", "../sea.png", "--frames", "cut"]) == 0
    seen = frames_of(place / "cut")[0]
    assert (seen == (10, 20, 200)).all(2).sum() == 32 * 24 - 48
    capsys.readouterr()
    pixels = np.full((300, 400, 3), (30, 90, 60), np.uint8)
    pixels[::9] += 40
    pixels[200:240, 300:330] = (255, 0, 0)
    Image.fromarray(pixels).save(place.parent / "large.png")
    assert main(["../large.png", "--headless", "--whole", "--frames", "whole"]) == 0
    assert "its part of" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--crop", "1,2,3"], "--crop '1,2,3': give X,Y,W,H in pixels of the picture"),
        (["--crop", "0,0,3,9"], "a.png: a crop of 3x9 pixels; give one of at least 8x8"),
        (["--crop", "20,0,20,20"], "a.png: a crop of 20x20 pixels at (20, 0) reaches beyond its 32x24 pixels"),
        (["--mask", "../small.png"], "small.png: a mask of 8x8 pixels; a.png needs one of 32x24"),
        (["--mask", "../black.png"], "black.png: marks nothing; paint white where the agent is"),
        (["--mask", "../none.png"], "none.png: no such file"),
        (["../b.png", "--mask", "../black.png"], "--mask is for one picture alone"),
    ],
)
def test_bad_crops_and_masks(
    place: Path, options: list[str], said: str, paint: Callable[..., Pixels], capfd: pytest.CaptureFixture[str]
) -> None:
    Image.fromarray(paint()).save(place.parent / "b.png")
    Image.new("L", (8, 8), 255).save(place.parent / "small.png")
    Image.new("L", (32, 24), 0).save(place.parent / "black.png")
    assert main(["../a.png", *options, "--headless", "--frames", "out"]) == 2
    errors = capfd.readouterr().err
    assert said in errors and errors.count("\n") == 1


def test_a_small_agent_in_a_large_picture_is_looked_at_more_closely(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pixels = np.full((300, 400, 3), (30, 90, 60), np.uint8)
    pixels[:, 200:] = (30, 180, 60)
    pixels[200:224, 300:318] = (255, 0, 0)
    Image.fromarray(pixels).save(place.parent / "large.png")
    assert main(["../large.png", "--headless", "--script", "right", "--frames", "out"]) == 0
    said = capsys.readouterr().out
    assert "large.png: its part of" in said
    assert (frames_of(place / "out")[0][:, :, 0] > 140).sum() > 30


class Player:
    """Plays the part of the window: waits, and marks the agent, or goes back, where it is asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, marks: bool) -> None:
        self.marks = marks
        self.screens: list[str] = []
        for module in ("app", "preparing"):
            monkeypatch.setattr(f"playground.ui.{module}.show", self.show)

    def show(self, screen: Screen) -> bool:
        self.screens.append(type(screen).__name__)
        wait_for(screen)
        if isinstance(screen, MaskEditor):
            for key in (pygame.K_RETURN,) if self.marks else (pygame.K_ESCAPE,):
                screen.handle(Event(pygame.KEYDOWN, key=key, unicode="", scancode=0, mod=0))
        return True


def test_a_window_asks_for_an_agent_that_no_model_finds(
    place: Path, dummy_display: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    player = Player(monkeypatch, marks=True)
    assert main(["../plain.png"]) == 0
    assert player.screens == ["Waiting", "MaskEditor", "Waiting", "Game"]
    assert "its agent was marked by hand" in capfd.readouterr().out
    player.marks = False
    assert main(["../plain.png"]) == 2
    assert capfd.readouterr().err.endswith("plain.png: no agent was marked\n")


def test_a_window_does_not_ask_where_the_agent_is_found_or_a_script_plays(
    place: Path, dummy_display: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = Player(monkeypatch, marks=True)
    assert main(["../a.png"]) == 0
    assert main(["../plain.png", "--script", "right"]) == 2
    assert main(["../a.png", "--paint"]) == 0
    assert player.screens == ["Waiting", "Game", "Waiting", "Waiting", "MaskEditor", "Waiting", "Game"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["../a.png", "--background", "../a.png"], "no transparent pixel"),
        (["../a.png", "--background", "../missing.png"], "no such file"),
        (["../a.png", "--background", "../text.png"], "not a picture"),
        (["--background", "../a.png"], "--background is for a picture of your own"),
        (["../plain.png", "--paint"], "--paint needs a window"),
        (["../a.png", "--view", "../a.png"], "takes one picture alone, and views were given"),
        (["../a.png", "--view", "../missing.png"], "no such file"),
        (["--view", "../a.png"], "--view is for one picture alone"),
        (["../a.png", "../a.png", "--view", "../a.png"], "--view is for one picture alone"),
    ],
)
def test_mistakes_with_own_pictures(
    place: Path, arguments: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--headless", "--frames", "out"]) == 2
    out, errors = capfd.readouterr()
    assert out == ""
    assert said in errors
    assert errors.count("\n") == 1
    assert os.listdir(place) == []


def test_the_agent_alone(place: Path, paint: Callable[..., Pixels], capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["../a.png", "--headless", "--script", "right*2", "--frames", "alone", "--agent-only"]
    assert main([*arguments, "--record", "world.gif"]) == 0, capsys.readouterr().err
    assert main(["../a.png", "--headless", "--script", "right*2", "--frames", "world"]) == 0
    for alone, world in zip(frames_of(place / "alone"), frames_of(place / "world"), strict=True):
        assert alone.shape == (24, 32, 4) and np.count_nonzero(alone[..., 3]) == 6 * 8
        solid = alone[..., 3] == 255
        np.testing.assert_array_equal(alone[solid][:, :3], world[solid])
    with Image.open(place / "world.gif") as recording:
        assert recording.size == (128, 96)
    assert main(["../a.png", "--headless", "--record", "a.gif", "--agent-only"]) == 2
    assert "--agent-only is for frames" in capsys.readouterr().err


def test_recordings_have_the_picture_s_own_size(moving_bundle: Path, tmp_path: Path) -> None:
    picture, record, frames = tmp_path / "big.png", tmp_path / "out.gif", tmp_path / "frames"
    image = Image.new("RGBA", (300, 400))
    image.paste((200, 30, 30, 255), (100, 50, 200, 350))
    image.paste((30, 30, 200, 255), (117, 81, 153, 199))
    image.save(picture)
    arguments = [str(picture), "--headless", "--model", str(moving_bundle), "--script", "1*2", "--record", str(record)]
    assert main([*arguments, "--frames", str(frames)]) == 0
    with Image.open(record) as film, Image.open(frames / "00002.png") as frame:
        assert film.size == frame.size and frame.size[0] > 200
    assert main([*arguments, "--scale", "2"]) == 0
    with Image.open(record) as film:
        assert film.size == (2 * frame.size[0], 2 * frame.size[1])
