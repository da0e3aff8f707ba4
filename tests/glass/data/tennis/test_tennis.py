"""Tennis drawn by code: its clips repeat, know the truth, keep splits apart, come in any size and show every action."""

from pathlib import Path

import numpy as np
import pytest

from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.data.sources import open_source
from glass.data.stored.clip_folder import read_clip
from glass.data.stored.dataset import read_info
from glass.data.tennis.camera import place_camera
from glass.data.tennis.film import CourtScene, SeenPlayer, draw_match
from glass.data.tennis.player import draw_player
from glass.data.tennis.rally import PlayerMotion
from glass.data.tennis.skeleton import find_joints
from glass.data.tennis.strokes import (
    ACTIONS,
    BACKHAND,
    CONTACT,
    FOREHAND,
    READY,
    RUN,
    SERVE,
    SIDE_STEP,
    STROKES,
    pose_of,
)
from glass.labels.trimap import AGENT, BACKGROUND
from tests.glass.data.test_data_command import run

FORWARD = np.array([0.0, 1.0])


@pytest.fixture(scope="module")
def clips() -> list[Clip]:
    source = open_source("tennis:split=test")
    return [source.draw(np.random.default_rng(seed), 8) for seed in range(6)]


def test_same_draw_same_bytes_and_other_draws_others(clips: list[Clip]) -> None:
    again = open_source("tennis:split=test").draw(np.random.default_rng(2), 8)
    np.testing.assert_array_equal(clips[2].frames, again.frames)
    np.testing.assert_array_equal(clips[2].masks, again.masks)
    assert not np.array_equal(clips[0].frames, clips[1].frames)


def test_everything_is_known_of_a_clip(clips: list[Clip]) -> None:
    for clip in clips:
        assert clip.frames.shape == (8, 72, 192, 3) and clip.frames.std() > 8
        assert (
            clip.action_names == ACTIONS and clip.actions is not None and set(clip.actions) <= set(range(len(ACTIONS)))
        )
        assert clip.positions is not None and clip.foreground_shifts is not None and clip.background_shifts is not None
        np.testing.assert_allclose(np.diff(clip.positions, axis=0), clip.foreground_shifts)
        assert np.abs(clip.background_shifts).max() < 4 and np.abs(clip.foreground_shifts).max() < 16
        assert clip.character.startswith("tennis-") and set(clip.measures) == {"court_x", "court_y"}
        assert (clip.measures["court_y"] < 0).all()


def test_masks_cover_the_near_player_at_its_position(clips: list[Clip]) -> None:
    for clip in clips:
        assert clip.masks is not None and clip.positions is not None
        for mask, (x, y) in zip(clip.masks, clip.positions, strict=True):
            rows, columns = np.nonzero(mask)
            assert 0.001 < mask.mean() < 0.05 and 7 <= np.ptp(rows) + 1 <= 50
            assert np.hypot(columns + 0.5 - x, rows + 0.5 - y).min() < 5
            assert abs(np.median(columns) + 0.5 - x) < 8


def test_a_pan_moves_the_whole_picture_and_the_mask_by_itself() -> None:
    rng = np.random.default_rng(0)
    match = draw_match(rng)
    camera = place_camera(rng, (96, 64))
    body = find_joints(READY, np.array([0.0, -10.0, 0.0]), 1.0, 0.0, False, False)
    seen = SeenPlayer(match.near, body, body, body.pelvis)
    uncovered = np.ones((64, 96), np.float32)
    stage = CourtScene(np.random.default_rng(1), match.court, camera)
    light = np.array([*match.court.light, 0.6])
    pictures = []
    for pan in ((0.0, 0.0), (3.0, -2.0)):
        stage.people.clear()
        pictures.append(stage.shoot(np.array(pan), (seen, seen), [None, None], light, uncovered))
    (still, mask), (moved, moved_mask) = pictures
    np.testing.assert_allclose(moved[:-6, 6:], still[2:-4, 3:-3], atol=0.02)
    np.testing.assert_array_equal(moved_mask[:-6, 6:], mask[2:-4, 3:-3])
    assert mask.any() and not np.allclose(moved, still, atol=0.05)


def test_any_size_and_rate() -> None:
    for size, rate in (("256x96", 5), ("64x64", 12)):
        source = open_source(f"tennis:size={size},rate={rate}")
        clip = source.draw(np.random.default_rng(0), 2)
        assert "x".join(map(str, clip.frame_size)) == size and source.tick_rate == rate
        assert clip.masks is not None and clip.masks.any((1, 2)).all()


def test_splits_share_no_match() -> None:
    names = []
    for split in ("train", "validation", "test"):
        source = open_source(f"tennis:split={split},size=64x48")
        names.append({source.draw(np.random.default_rng(seed), 1).character for seed in range(5)})
    assert not (names[0] & names[1] or names[0] & names[2] or names[1] & names[2])


def test_running_is_faster_than_side_stepping_and_every_action_is_seen() -> None:
    speeds: dict[int, list[float]] = {action: [] for action in range(len(ACTIONS))}
    lengths = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        motion = PlayerMotion(rng, draw_player(rng).style, bool(seed % 2), lambda place: abs(place[0]) < 5, 1.0)
        before, since = motion.now, 0
        for _ in range(60):
            moment = motion.advance(0.1)
            speeds[moment.action].append(float(np.linalg.norm(moment.place - before.place)))
            if moment.action != before.action:
                lengths += [since] if before.action in STROKES and since > 1 else []
                since = 0
            before, since = moment, since + 1
    assert all(speeds.values())
    assert np.percentile(speeds[RUN], 75) > 1.5 * np.percentile(speeds[SIDE_STEP], 75)
    assert 6 <= np.median(lengths) <= 20


def test_strokes_swing_the_racket_to_their_side_and_left_handers_to_the_other() -> None:
    style = draw_player(np.random.default_rng(0)).style
    hands = {}
    for action in STROKES:
        body = pose_of(action, CONTACT[action], FORWARD, 0.0, style)
        for left in (False, True):
            joints = find_joints(body, np.zeros(3), 1.0, 0.0, left, False)
            hands[action, left] = joints.hands[0 if left else 1] + 0.6 * joints.racket[0]
    assert hands[FOREHAND, False][0] > 0.5 > -0.5 > hands[BACKHAND, False][0]
    assert hands[FOREHAND, True][0] < -0.5 and hands[SERVE, False][2] > 2.2
    np.testing.assert_allclose(hands[FOREHAND, True] * (-1, 1, 1), hands[FOREHAND, False])


def test_bones_keep_their_lengths_in_every_action() -> None:
    style = draw_player(np.random.default_rng(1)).style
    for action in range(len(ACTIONS)):
        for phase in np.linspace(0, 1, 9):
            body = pose_of(action, float(phase), FORWARD, 3.0, style)
            joints = find_joints(body, np.zeros(3), 1.0, 0.0, False, False)
            for side in (0, 1):
                assert np.linalg.norm(joints.knees[side] - joints.hips[side]) == pytest.approx(0.44, abs=0.01)
                assert np.linalg.norm(joints.elbows[side] - joints.shoulders[side]) == pytest.approx(0.29, abs=0.01)
                assert joints.toes[side][2] > -0.12


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("size=20x20", "size=20x20 must be 48 to 1024 pixels a side"),
        ("size=wide", "size=wide must be a width and a height in pixels"),
        ("rate=90", "rate=90 must be 3 to 30 frames a second"),
        ("split=all", "split=all must be one of train, validation, test"),
        ("edge=1", "unknown option 'edge'"),
        ("outlines=1", "outlines=1 must be true or false"),
    ],
)
def test_options_that_cannot_be(option: str, message: str) -> None:
    with pytest.raises(GlassError, match=message):
        open_source(f"tennis:{option}")


def test_true_masks_are_learned_from_only_where_that_is_asked_for() -> None:
    for word, given in (("", False), (",outlines=false", False), (",outlines=true", True)):
        clip = open_source(f"tennis:size=96x48{word}").draw(np.random.default_rng(3), 2)
        assert clip.masks is not None and clip.masks.any()
        assert (clip.outlines is not None) == given
        if clip.outlines is not None:
            assert np.array_equal(clip.outlines == AGENT, clip.masks)
            assert np.array_equal(clip.outlines == BACKGROUND, ~clip.masks)


def test_the_command_writes_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "set"
    options = ("--clips", "2", "--frames", "3", "--split", "test", "--size", "96x48", "--rate", "8", "--out", out)
    assert run(monkeypatch, "tennis", *options) == 0
    clip, info = read_clip(out / "test" / "00001"), read_info(out)
    assert len(clip) == 3 and clip.masks is not None and clip.action_names == ACTIONS
    assert info is not None and info.tick_rate == 8 and tuple(info.frame_size) == (96, 48)
    capsys.readouterr()
    assert run(monkeypatch, "tennis", "--clips", "1", "--size", "9x9", "--out", tmp_path / "bad") == 2
    assert capsys.readouterr().err.count("\n") == 1 and not (tmp_path / "bad").exists()
