"""`glass-transfer`: what an agent does in a clip is done by the agent of another picture."""

import os
import signal
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from glass.core.errors import GlassError
from playground import Action, Engine, Observation
from playground.bundles import library
from playground.clips import transfer as module
from playground.clips.analysis import analyse
from playground.clips.transfer import Driven, TransferOptions, read_steps, transfer
from playground.clips.transfer_view import SideBySide
from playground.commands.transfer import main
from playground.world.frame_bounds import FrameBounds
from tests.playground import conftest
from tests.playground.conftest import write_painted_bundle

Pixels = NDArray[np.uint8]
Paint = Callable[..., Pixels]


@pytest.fixture(scope="module")
def engine(painted_bundle: Path) -> Engine:
    return Engine.load(painted_bundle)


@pytest.fixture
def place(tmp_path: Path, painted_bundle: Path, paint: Paint, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working folder with a driver that walks right, a target, and pictures that are no use."""
    handler = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(library, "model_folders", lambda: (painted_bundle.parent,))
    save(tmp_path / "walk", [paint((4 + 2 * index, 8)) for index in range(5)])
    save(tmp_path / "nobody", [paint(None)] * 3)
    save(tmp_path / "one", [paint()])
    for name, picture in {"target": paint((2, 3)), "plain": paint(None)}.items():
        Image.fromarray(picture).save(tmp_path / f"{name}.png")
    Image.fromarray(paint()).save(tmp_path / "moves.gif")
    yield tmp_path
    signal.signal(signal.SIGTERM, handler)


def save(folder: Path, frames: list[Pixels]) -> None:
    folder.mkdir()
    for index, frame in enumerate(frames):
        Image.fromarray(frame).save(folder / f"{index:05d}.png")


def play(engine: Engine, start: Pixels, actions: list[Action]) -> Pixels:
    return np.stack([engine.reset(start).frame, *(engine.step(action).frame for action in actions)])


def carry(engine: Engine, driver: Pixels, target: Pixels, **options: bool) -> list[module.Driven]:
    engine.reset(target)
    return list(transfer(engine.world, driver, TransferOptions(**options), "driver"))


def test_actions_are_replayed_as_read(engine: Engine, paint: Paint) -> None:
    asked = [Action((2, 0), (0, 1), 2)] * 3 + [Action((0, 0), (1, 0), 3)] * 2 + [Action((0, -2), (0, 0), 1)] * 3
    driver = play(engine, paint((6, 10)), asked)
    done = carry(engine, driver, paint((3, 12), red=240))
    assert [one.action and one.action.local_action for one in done] == [None, *(a.local_action for a in asked)]
    assert [one.action.shift for one in done if one.action] == [a.shift for a in asked]
    assert all(one.action.pan == (0, 0) for one in done if one.action)
    assert np.array_equal(np.stack([one.driver for one in done]), driver)
    again = play(engine, paint((3, 12), red=240), [one.action for one in done if one.action])
    assert np.array_equal(np.stack([one.observation.frame for one in done]), again)


def test_the_background_moves_along_if_asked(engine: Engine, paint: Paint) -> None:
    pans = [(1.0, 0.0), (0.0, -2.0), (-1.0, 1.0)]
    driver = play(engine, paint(), [Action(pan=pan, local_action=1) for pan in pans])
    done = carry(engine, driver, paint((3, 12)), pan=True)
    found = np.array([one.action.pan for one in done if one.action])
    assert np.abs(found - pans).max() < 0.1


def test_larger_agents_go_faster_if_asked(engine: Engine, paint: Paint) -> None:
    driver = play(engine, paint((4, 8)), [Action((2, 0), local_action=1)] * 3)
    large = paint(None)
    large[4:20, 4:16] = (255, 0, 0)
    shifts = [one.action.shift for one in carry(engine, driver, large, match_size=True) if one.action]
    assert shifts == [(4.0, 0.0)] * 3


def test_the_agent_stays_inside_if_asked(engine: Engine, paint: Paint) -> None:
    ways = [(4, 0)] * 4 + [(0, -3)] * 2 + [(-4, 0)] * 2
    driver = play(engine, paint((2, 10)), [Action(way, local_action=1) for way in ways])
    done = carry(engine, driver, paint((16, 4)), keep_inside=True)
    assert all(np.count_nonzero(one.observation.mask) == 48 for one in done)
    shifts = [one.action.shift for one in done if one.action]
    assert shifts == [(4, 0), (4, 0), (2, 0), (0, 0), (0, -3), (0, -1), (-4, 0), (-4, 0)]
    assert np.count_nonzero(carry(engine, driver, paint((16, 4)))[4].observation.mask) < 48


def test_an_edge_that_the_agent_reaches_over_does_not_hold_it(engine: Engine, paint: Paint) -> None:
    engine.reset(paint((0, 8)))
    bounds = FrameBounds.of(engine.world)
    before = engine.snapshot()
    assert bounds.clamp(engine.world, Action((-3, 0), local_action=1)).shift == (-3, 0)
    assert bounds.clamp(engine.world, Action((0, -12), (1, 2), 3)) == Action((0, -8), (1, 2), 3)
    assert bounds.clamp(engine.world, Action((40, 20))).shift == (26, 8)
    assert engine.snapshot() is before


def test_long_clips_are_read_in_pieces(engine: Engine, paint: Paint, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = [(2, 0)] * 4 + [(0, -1)] * 6 + [(0, 0)] * 3 + [(-2, 0)] * 4 + [(0, 1)] * 6
    actions = [Action(way, local_action=1 + tick // 5 % 4) for tick, way in enumerate(ways * 2)]
    frames = play(engine, paint((10, 8)), actions)
    whole = analyse(engine, frames)
    monkeypatch.setattr(module, "PIECE", 10)
    monkeypatch.setattr(module, "OVERLAP", 8)
    held: list[int] = []
    pulled = 0

    def source() -> Iterator[Pixels]:
        nonlocal pulled
        for frame in frames:
            pulled += 1
            yield frame

    readings = []
    for reading in read_steps(engine, source()):
        readings.append(reading)
        held.append(pulled - len(readings))
    assert max(held) <= 18
    assert np.array_equal(np.stack([one.frame for one in readings]), frames)
    assert [one.step for one in readings] == [None, *whole.steps]
    assert [one.size for one in readings] == whole.masks.sum((1, 2)).tolist()


def test_an_agent_that_comes_late(engine: Engine, paint: Paint) -> None:
    driver = np.stack([paint(None), paint(None), *(paint((4 + index, 8)) for index in range(4))])
    shifts = [one.action.shift for one in carry(engine, driver, paint(), match_size=True) if one.action]
    assert shifts == [(0, 0)] * 2 + [(1, 0)] * 3


def test_without_a_picture(engine: Engine, paint: Paint, painted_bundle: Path) -> None:
    with pytest.raises(GlassError, match="call reset first"):
        next(transfer(Engine.load(painted_bundle).world, [paint()] * 2, TransferOptions(), "driver"))


def test_command(place: Path, paint: Paint, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--driver", "walk", "--image", "target.png", "--out", "o.gif", "--frames", "out"]) == 0
    said, errors = capfd.readouterr()
    assert (said, errors) == ("walk: 4 ticks on target.png by model painted; wrote o.gif and out\n", "")
    frames = [np.asarray(Image.open(path)) for path in sorted((place / "out").iterdir())]
    assert np.array_equal(frames[0], paint((2, 3)))
    assert [np.flatnonzero((frame[:, :, 0] > 150).any(0))[0] for frame in frames] == [2, 4, 6, 8, 10]
    with Image.open("o.gif") as gif:
        assert gif.size == (128, 96)
        assert sum(frame.info["duration"] for frame in ImageSequence.Iterator(gif)) == 5 * 80


def test_an_interrupted_transfer_leaves_the_older_one(
    place: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--driver", "walk", "--image", "target.png", "--out", "o.gif"]
    assert main(arguments) == 0
    before = (place / "o.gif").read_bytes()
    capfd.readouterr()

    def interrupted(*given: object) -> Iterator[Driven]:
        yield from islice(transfer(*given), 2)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr("playground.commands.transfer.transfer", interrupted)
    assert main(arguments) == 130
    said, errors = capfd.readouterr()
    assert (said, errors.strip()) == ("", "interrupted; o.gif stays as it was")
    assert (place / "o.gif").read_bytes() == before


def test_side_by_side_shortens_long_names(place: Path) -> None:
    narrow, wide = (SideBySide((32, 24), [name * 24, "b"], 1) for name in ("i", "W"))
    action = Action((1, 0), local_action=1)
    seen = Observation(np.zeros((24, 32, 3), np.uint8), np.zeros((24, 32), bool), (0, 0))
    first, second = (board.draw(Driven(seen.frame, action, seen)) for board in (narrow, wide))
    assert first.shape == second.shape
    moves = second[52:80, second.shape[1] // 2 :]
    assert np.array_equal(first[52:80, first.shape[1] // 2 :], moves)


def test_side_by_side(place: Path, paint: Paint) -> None:
    arguments = ["--driver", "walk", "--image", "target.png", "--out", "o.gif", "--side-by-side", "--scale", "5"]
    assert main(arguments) == 0
    with Image.open("o.gif") as gif:
        shown = [np.asarray(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(gif)]
    assert len(shown) == 5
    width, height = 32 * 5, 24 * 5
    assert shown[0].shape[1] == 2 * width + 14
    top = 28
    driver = shown[2][top : top + height, :width][::5, ::5]
    result = shown[2][top : top + height, width + 14 :][::5, ::5]
    assert np.abs(driver - paint((8, 8))).mean() < 4
    assert np.flatnonzero((result[:, :, 0] > 150).any(0))[0] == 6
    below = [frame[top + height :].mean() for frame in shown]
    assert below == sorted(below, reverse=True)
    assert below[0] > below[-1] + 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--driver", "nobody", "--image", "target.png", "--out", "o.gif"],
            "nobody: no agent found by model 'painted'",
        ),
        (["--driver", "nobody", "--image", "target.png", "--frames", "out"], "in any of its 3 frames"),
        (["--driver", "one", "--image", "target.png", "--out", "o.gif"], "give one of two or more"),
        (["--driver", "none", "--image", "target.png", "--out", "o.gif"], "no such clip"),
        (["--driver", "walk", "--image", "plain.png", "--model", "painted", "--out", "o.gif"], "no agent found"),
        (["--driver", "walk", "--image", "none.png", "--out", "o.gif"], "no such file"),
        (["--driver", "walk", "--image", "target.png", "--out", "o.mp3"], "o.mp3"),
        (["--driver", "walk", "--image", "target.png"], "nothing to write"),
        (["--driver", "walk", "--image", "target.png", "--frames", "out", "--side-by-side"], "--out"),
        (["--driver", "walk", "--image", "target.png", "--frames", "target.png"], "is a file"),
        (["--driver", "walk", "--image", "target.png", "--frames", ""], "empty"),
        (["--driver", "walk", "--image", "target.png", "--frames", "walk"], "--frames walk: would replace walk"),
        (["--driver", "walk", "--image", "target.png", "--frames", "./walk/"], "would replace walk, which is read"),
        (["--driver", "moves.gif", "--image", "target.png", "--out", "moves.gif"], "--out moves.gif: would replace"),
        (["--driver", "walk", "--image", "moves.gif", "--out", "moves.gif"], "--out moves.gif: would replace"),
        (["--driver", "walk", "--image", "target.png", "--out", ""], "--out: empty"),
        (["--driver", "", "--image", "target.png", "--out", "o.gif"], "--driver: empty"),
        (["--driver", "walk", "--image", "target.png", "--out", "o.gif", "--model", "nobody"], "unknown model"),
        (["--driver", "walk", "--out", "o.gif"], "Missing option"),
    ],
)
def test_mistakes(place: Path, arguments: list[str], said: str, capfd: pytest.CaptureFixture[str]) -> None:
    before = sorted(place.rglob("*"))
    assert main(arguments) == 2
    out, errors = capfd.readouterr()
    assert out == ""
    assert said in errors
    assert errors.count("\n") == 1
    assert sorted(place.rglob("*")) == before


@pytest.fixture
def two_models(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `painted`, and `blue`, for which what is blue is the agent."""
    write_painted_bundle(place / "models" / "painted")
    seen = conftest.SEGMENT.replace("red, green, blue = Split", "blue, green, red = Split")
    monkeypatch.setattr(conftest, "SEGMENT", seen)
    write_painted_bundle(place / "models" / "blue")
    monkeypatch.setattr(library, "model_folders", lambda: (place / "models",))
    return place / "models"


def scattered(paint: Paint, number: int) -> Pixels:
    """Paint a frame with dots of red all over."""
    frame = paint(None)
    frame[number % 3 :: 6, ::5] = (255, 0, 0)
    return frame


def test_a_clip_for_another_model_is_refused(
    place: Path, two_models: Path, paint: Paint, capfd: pytest.CaptureFixture[str]
) -> None:
    frames = [scattered(paint, number) for number in range(4)]
    for number, frame in enumerate(frames):
        frame[8:16, 10 + number : 16 + number] = (0, 0, 255)
    save(place / "both", frames)
    order = ["--driver", "both", "--image", "target.png", "--model", "painted", "--out", "o.gif"]
    assert main(order) == 2
    out, errors = capfd.readouterr()
    assert (out, errors.count("\n"), (place / "o.gif").exists()) == ("", 1, False)
    assert errors.startswith("both: a clip for model 'blue', which is surer of its agent (")
    (two_models / "blue" / "segment.onnx").write_bytes(b"damaged")
    assert main(order) == 0
    assert capfd.readouterr().out.startswith("both: model 'painted' is not sure of its agent (")


def test_a_picture_for_another_model_is_refused(
    place: Path, two_models: Path, paint: Paint, capfd: pytest.CaptureFixture[str]
) -> None:
    picture = paint((2, 3))
    picture[10:16, 20:26] = (0, 0, 255)
    picture[13, 20:26] = (0, 255, 0)
    picture[:, 8:18:4] = (255, 0, 0)
    Image.fromarray(picture).save(place / "both.png")
    order = ["--driver", "walk", "--image", "both.png", "--model", "painted", "--out", "o.gif"]
    assert main(order) == 2
    out, errors = capfd.readouterr()
    assert (out, errors.count("\n"), (place / "o.gif").exists()) == ("", 1, False)
    assert errors.startswith("both.png: a picture for model 'blue', which is surer of its agent (")
    alpha = np.zeros(picture.shape[:2], np.uint8)
    alpha[10:16, 20:26] = 255
    Image.fromarray(np.dstack([picture, alpha])).save(place / "both.png")
    assert main(order) == 0  # Cut out: it is said what the agent is.


def test_a_clip_that_no_model_is_sure_of(
    place: Path, two_models: Path, paint: Paint, capfd: pytest.CaptureFixture[str]
) -> None:
    save(place / "dots", [scattered(paint, number) for number in range(4)])
    assert main(["--driver", "dots", "--image", "target.png", "--model", "painted", "--out", "o.gif"]) == 0
    said = capfd.readouterr().out.splitlines()
    assert said[0].startswith("dots: model 'painted' is not sure of its agent (")
    assert len(said) == 2


def test_another_models_clip_is_refused(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = write_painted_bundle(tmp_path_factory.mktemp("models") / "other")
    blue = Image.open(other / "starts" / "0.png").convert("RGB")
    red, green, _ = blue.split()
    Image.merge("RGB", (green, green, red)).save(place / "blue.png")
    assert main(["--driver", "walk", "--image", "blue.png", "--model", str(other), "--out", "o.gif"]) == 2
    assert not os.path.exists("o.gif")
