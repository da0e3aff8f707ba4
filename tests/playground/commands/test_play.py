"""`glass-play` through its entry point: the headless contract, and every mistake."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from playground import Action, Engine
from playground.bundles import library
from playground.commands.play import main
from playground.world.history import History
from playground.world.save_file import write_save
from playground.world.world import World
from tests.playground.commands.playing import Pixels, frames_of

pytestmark = pytest.mark.usefixtures("place")


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
