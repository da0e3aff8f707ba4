"""The simulated robot: what its clips show and know, how it is told to move, and drawing without a display."""

import sys
from pathlib import Path

import numpy as np
import pytest

from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.data.robot import graphics
from glass.data.robot.actions import ACTIONS, Grip, Lift, action_of
from glass.data.sources import ClipSource, open_source
from glass.data.stored.clip_folder import read_clip
from glass.data.stored.dataset import read_info
from tests.glass.data.test_data_command import run

LENGTH = 10


@pytest.fixture(scope="module")
def source() -> ClipSource:
    """Small pictures; skipped where nothing can simulate or draw them."""
    try:
        return open_source("robot:size=64")
    except GlassError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def clips(source: ClipSource) -> list[Clip]:
    """Two episodes."""
    return [source.draw(np.random.default_rng(seed), LENGTH) for seed in (0, 1)]


def test_everything_is_known_of_a_clip(source: ClipSource, clips: list[Clip]) -> None:
    assert source.frame_size == (64, 64) and source.tick_rate == 10 and source.licence
    for clip in clips:
        assert clip.frames.shape == (LENGTH, 64, 64, 3) and clip.frames.std() > 10
        assert clip.action_names == ACTIONS and clip.actions is not None and set(clip.actions) <= set(range(9))
        assert clip.actions[0] == action_of(Grip.HOLD, Lift.LEVEL)
        assert clip.positions is not None and (clip.positions > 0).all() and (clip.positions < 64).all()
        assert clip.foreground_shifts is not None and clip.background_shifts is not None
        np.testing.assert_allclose(clip.positions[0] + clip.foreground_shifts.sum(0), clip.positions[-1])
        assert not clip.background_shifts.any()
        commanded = np.stack([clip.measures["commanded_x"], clip.measures["commanded_y"]], axis=1)
        assert np.linalg.norm(clip.positions - clip.positions[0] - commanded.cumsum(0), axis=1).max() < 2
        assert (clip.measures["opening"] > -0.1).all() and (clip.measures["opening"] < 1.1).all()
        assert set(clip.measures["touching"]) <= {0.0, 1.0}
        assert (clip.measures["height"] > 0).all() and (clip.measures["height"] < 0.15).all()


def test_the_arm_comes_from_the_top_edge_and_the_gripper_is_its_end(clips: list[Clip]) -> None:
    for clip in clips:
        assert clip.masks is not None and clip.positions is not None
        for mask, (x, y) in zip(clip.masks, clip.positions, strict=True):
            assert 0.01 < mask.mean() < 0.35 and mask[0].any() and not mask[-1].all()
            rows, columns = np.nonzero(mask)
            assert np.hypot(columns + 0.5 - x, rows + 0.5 - y).min() < 12
            assert rows.max() < y + 8


def test_what_does_not_move_keeps_its_pixels(clips: list[Clip]) -> None:
    for clip in clips:
        assert clip.masks is not None
        still = ~clip.masks.any(0)
        changes = np.abs(np.diff(clip.frames[:, still].astype(int), axis=0)).max(-1)
        assert (changes == 0).mean() > 0.75


def test_the_same_seed_gives_the_same_clip(source: ClipSource, clips: list[Clip]) -> None:
    again = source.draw(np.random.default_rng(0), LENGTH)
    assert again.frames.tobytes() == clips[0].frames.tobytes() != clips[1].frames.tobytes()
    assert again.character == clips[0].character != clips[1].character
    other = open_source("robot:size=64,split=test").draw(np.random.default_rng(0), 1)
    assert (other.frames[0] != again.frames[0]).mean() > 0.5


@pytest.mark.parametrize("option", ["size=9", "split=dev", "colour=red", "hover=2", "bair=2"])
def test_options_that_are_refused(source: ClipSource, option: str) -> None:
    with pytest.raises(GlassError, match=option.split("=")[0]):
        open_source(f"robot:{option}")


@pytest.mark.usefixtures("source")
def test_commands_cover_every_action_and_stay_in_the_bin() -> None:
    from glass.data.robot.camera import PinholeCamera
    from glass.data.robot.explorer import LOW, Explorer
    from glass.data.robot.look import draw_look
    from glass.data.robot.scene import INSIDE, MIDDLE

    seen = np.zeros(len(ACTIONS))
    for seed in range(6):
        rng = np.random.default_rng(seed)
        camera = PinholeCamera.place(draw_look(rng).camera, MIDDLE, (128, 128))
        explorer = Explorer(rng, camera)
        before = explorer.start
        for _ in range(150):
            command = explorer.next([MIDDLE])
            seen[command.action] += 1
            assert LOW - 1e-9 <= command.height <= Explorer.high and 0 <= command.opening <= 1
            assert np.sign(command.opening - before.opening) == {"OPEN": 1, "CLOSE": -1, "HOLD": 0}[command.grip.name]
            assert np.sign(command.height - before.height) == {"LIFT": 1, "LOWER": -1, "LEVEL": 0}[command.lift.name]
            np.testing.assert_allclose(command.pixel - before.pixel, command.shift, atol=1e-9)
            assert np.hypot(*command.shift) < 5 + 1e-9
            assert (command.pixel > 0).all() and (command.pixel < 128).all()
            floor = camera.place_at(command.pixel, 0.0) - MIDDLE
            assert (np.abs(floor[:2]) < INSIDE).all()
            before = command
    shares = seen / seen.sum()
    assert (shares > 0.01).all() and 0.3 < shares[action_of(Grip.HOLD, Lift.LEVEL)] < 0.7


@pytest.mark.usefixtures("source")
def test_a_hand_that_hovers_stays_above_the_things() -> None:
    from glass.data.robot.scene import WALL_HEIGHT

    source = open_source("robot:size=32,split=test,hover=1")
    touching = open_source("robot:size=32,split=test").draw(np.random.default_rng(0), 20)
    hovering = source.draw(np.random.default_rng(0), 20)
    assert touching.measures["height"].min() < 0.03 < WALL_HEIGHT < hovering.measures["height"].min()
    assert not hovering.measures["touching"].any()


@pytest.mark.usefixtures("source")
def test_places_and_pixels() -> None:
    from glass.data.robot.camera import PinholeCamera
    from glass.data.robot.look import CameraLook
    from glass.data.robot.scene import MIDDLE

    camera = PinholeCamera.place(CameraLook(45, 0, 1, 40, (0, 0)), MIDDLE, (128, 96))
    np.testing.assert_allclose(camera.project(MIDDLE), (64, 48))
    x, y = camera.project(MIDDLE + np.array([-0.05, 0.05, 0.0]))
    assert x > 64 and y < 48
    np.testing.assert_allclose(camera.project(camera.place_at(np.array([20.0, 70.0]), 0.1)), (20, 70))


@pytest.mark.slow
def test_the_command_gives_the_same_by_any_number_of_processes(
    monkeypatch: pytest.MonkeyPatch, source: ClipSource, tmp_path: Path
) -> None:
    assert source
    options = ("--clips", "2", "--frames", "2", "--size", "32", "--split", "test", "--seed", "5")
    for processes in ("1", "2"):
        assert run(monkeypatch, "robot", "--out", tmp_path / processes, "--processes", processes, *options) == 0
    for number in ("00000", "00001"):
        one, two = (read_clip(tmp_path / processes / "test" / number) for processes in ("1", "2"))
        np.testing.assert_array_equal(one.frames, two.frames)
        assert one.action_names == ACTIONS and set(one.measures) == set(two.measures) == {
            "opening", "height", "touching", "commanded_x", "commanded_y",
        }  # fmt: skip
    info = read_info(tmp_path / "1")
    assert info is not None and info.actions == ACTIONS and info.frame_size == (32, 32)


@pytest.mark.parametrize(("works", "chosen"), [(("egl", "osmesa"), "egl"), (("osmesa",), "osmesa"), ((), None)])
def test_the_way_to_draw(monkeypatch: pytest.MonkeyPatch, works: tuple[str, ...], chosen: str | None) -> None:
    monkeypatch.setattr(graphics, "find_spec", lambda name: name)
    monkeypatch.setattr(graphics, "_works", lambda way: way in works)
    monkeypatch.setattr(sys, "platform", "linux")
    environment: dict[str, str] = {}
    monkeypatch.setattr(graphics.os, "environ", environment)
    if chosen is None:
        with pytest.raises(GlassError, match="neither EGL nor OSMesa"):
            graphics.choose_graphics()
    else:
        graphics.choose_graphics()
        assert environment[graphics.VARIABLE] == chosen
        monkeypatch.setattr(graphics, "_works", lambda way: pytest.fail("the user's choice is kept"))
        graphics.choose_graphics()


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics, "find_spec", lambda name: None)
    with pytest.raises(GlassError, match=r"pip install 'glass-playground\[robot\]'"):
        graphics.choose_graphics()
