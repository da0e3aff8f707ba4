"""The look of BAIR: what its clips know, how they differ from the others, and what the sensor does to pictures."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.data.robot.actions import ACTIONS
from glass.data.robot.bair.sensor import draw_sensor, expose
from glass.data.sources import open_source

LENGTH = 12
SEEDS = (0, 1)


@pytest.fixture(scope="module")
def clips() -> list[Clip]:
    """Two episodes, small; skipped where nothing can simulate or draw them."""
    try:
        source = open_source("robot:size=64,bair=1")
    except GlassError as error:
        pytest.skip(str(error))
    return [source.draw(np.random.default_rng(seed), LENGTH) for seed in SEEDS]


def test_the_truth_is_that_of_any_robot_clip(clips: list[Clip]) -> None:
    for clip in clips:
        assert clip.frames.shape == (LENGTH, 64, 64, 3) and clip.frames.std() > 20 and clip.action_names == ACTIONS
        assert clip.masks is not None and clip.masks.shape == (LENGTH, 64, 64)
        assert clip.positions is not None and clip.foreground_shifts is not None
        np.testing.assert_allclose(clip.positions[0] + clip.foreground_shifts.sum(0), clip.positions[-1])
        for frame, mask, (x, y) in zip(clip.frames, clip.masks, clip.positions, strict=True):
            assert 0.005 < mask.mean() < 0.4 and mask[0].any()
            rows, columns = np.nonzero(mask)
            assert np.hypot(columns + 0.5 - x, rows + 0.5 - y).min() < 4
            assert frame[mask].mean() < frame[~mask].mean() - 30


def test_the_hand_is_led_as_told_and_often_touches(clips: list[Clip]) -> None:
    for clip in clips:
        assert clip.positions is not None
        commanded = np.stack([clip.measures["commanded_x"], clip.measures["commanded_y"]], axis=1)
        assert np.median(np.linalg.norm(clip.positions - clip.positions[0] - commanded.cumsum(0), axis=1)) < 2
    assert np.mean([clip.measures["touching"].mean() for clip in clips]) > 0.1


def test_the_same_seed_gives_the_same_clip(clips: list[Clip]) -> None:
    again = open_source("robot:size=64,bair=1").draw(np.random.default_rng(SEEDS[0]), LENGTH)
    assert again.frames.tobytes() == clips[0].frames.tobytes() != clips[1].frames.tobytes()


@pytest.mark.usefixtures("clips")
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_it_is_drawn_as_often_as_asked(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    from glass.data.robot import episode

    def stop(kind: str) -> Callable[..., None]:
        def raising(*_: object) -> None:
            raise GlassError(kind)

        return raising

    monkeypatch.setattr(episode, "_set_bair", stop("bair"))
    monkeypatch.setattr(episode, "_set_box", stop("box"))
    source, found = open_source(f"robot:size=64,bair={share}"), []
    for seed in range(200):
        with pytest.raises(GlassError) as caught:
            source.draw(np.random.default_rng(seed), 1)
        found.append(str(caught.value))
    assert abs(found.count("bair") / 200 - share) < 0.1


def test_hands_move_by_jerks_in_every_direction() -> None:
    pytest.importorskip("mujoco")
    from glass.data.robot.bair.look import draw_bair_look
    from glass.data.robot.bair.wandering import Wanderer
    from glass.data.robot.camera import PinholeCamera
    from glass.data.robot.scene import MIDDLE

    shifts, pixels, turns, heights = [], [], [], []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        wanderer = Wanderer(rng, PinholeCamera.place(draw_bair_look(rng).camera, MIDDLE, (128, 128)))
        for _ in range(100):
            command = wanderer.next([MIDDLE])
            shifts.append(command.shift)
            pixels.append(command.pixel)
            turns.append(command.turn)
            heights.append(command.height)
    speeds = np.hypot(*np.array(shifts).T)
    assert 0.1 < (speeds < 0.5).mean() < 0.4 and 1 < np.median(speeds) < 5 and 6 < np.percentile(speeds, 95) <= 14.01
    assert (np.array(pixels) > 0).all() and (np.array(pixels) < 128).all()
    assert np.ptp(turns) > 1 and 0.1 < (np.array(heights) > 0.05).mean() < 0.5
    angles = np.arctan2(*np.array(shifts)[speeds > 0.5].T)
    assert (np.histogram(angles, 4, (-np.pi, np.pi))[0] > 0.1 * len(angles)).all()


def test_what_the_sensor_does() -> None:
    rng = np.random.default_rng(0)
    frames = np.full((4, 96, 96, 3), 120, np.uint8)
    frames[:, :, 48:] = 40
    plain = replace(
        draw_sensor(rng), exposure=1.0, balance=(1.0, 1.0, 1.0), contrast=0.0, veil=0.0, drift=0.0, vignette=0.0,
        haze=(0.5, 0.5, 0.2, 0.0), noise=0.0, blur=0.0, sharpening=0.0, jpeg=0, colours=0,
    )  # fmt: skip
    np.testing.assert_allclose(expose(frames, plain, rng), frames, atol=1)
    drifting = expose(frames, replace(plain, drift=0.05), rng).mean((1, 2))
    assert len({tuple(row) for row in drifting.round(2).tolist()}) == 4
    noisy = expose(np.full_like(frames, 120), replace(plain, noise=5.0), rng)
    assert 3 < noisy.astype(float).std() < 8
    blurred = expose(frames, replace(plain, blur=20.0), rng)[0, 50, 40:56, 0]
    assert ((blurred > 45) & (blurred < 115)).sum() >= 3
    gif = expose(noisy, replace(plain, colours=8), rng)
    assert len(np.unique(gif.reshape(-1, 3), axis=0)) <= 8
    assert (expose(noisy, replace(plain, jpeg=50), rng) != noisy).any()
    warm = expose(frames, replace(plain, balance=(1.2, 1.0, 0.8)), rng)[0, 0, 0]
    assert warm[0] > warm[1] > warm[2]
