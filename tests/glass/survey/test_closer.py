"""Small agents are looked at in crops that follow them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.footage.prepare import FootageOptions, prepare, prepare_view
from glass.survey.agent import find_agent
from glass.survey.closer import DEAD_ZONE, following_view, look_closer
from tests.fixtures.own_clips import pattern, walk, write_video


def far_away(length: int) -> NDArray[np.uint8]:
    """Frames (T, 288, 384, 3) in which a block of 20 pixels crosses the picture and comes back."""
    big = np.asarray(Image.fromarray(pattern(2)).resize((384, 288), Image.Resampling.BICUBIC))
    frames = []
    for tick in range(length):
        x = 30 + abs(8 * tick % 560 - 280)
        frame = big.copy()
        frame[140:160, x : x + 20] = (240, 30 + tick % 4 * 8, 30)
        frames.append(frame)
    return np.stack(frames)


def test_a_crop_follows_a_small_agent(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "far.mp4", far_away(90))
    options = FootageOptions()
    whole = prepare([clip], options, tmp_path / "frames", lambda name, count: None)
    rough = find_agent(whole)
    assert whole.clip_size == (384, 288) and np.median(rough.sizes) < 0.006
    view = following_view(whole, rough, 7.0)
    assert view is not None
    cropped = prepare_view([clip], options, whole, view, tmp_path / "crops", lambda name, count: None)
    assert cropped.frames.shape == whole.frames.shape and cropped.takes == whole.takes
    closer = look_closer(rough, cropped, view)
    zoom = view.size[0] / whole.frame_size[0]
    assert zoom > 1.5 and closer.seen.all()
    true = (20 * view.size[0] / 384) ** 2 / np.prod(whole.frame_size)
    assert abs(np.median(closer.sizes) / true - 1) < 0.2
    middles = (closer.boxes[:, :2] + closer.boxes[:, 2:]) / 2 / whole.frame_size - 0.5
    inside = (view.corners[:, 0] > 0) & (view.corners[:, 0] < view.size[0] - whole.frame_size[0])
    assert np.abs(middles[inside, 0]).max() < DEAD_ZONE + 0.04
    again = prepare_view([clip], options, whole, view, tmp_path / "crops", lambda name, count: None)
    assert again.fingerprint == cropped.fingerprint != whole.fingerprint


def test_agents_that_are_large_enough_are_not(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "near.mp4", walk(60))
    whole = prepare([clip], FootageOptions(), tmp_path / "frames", lambda name, count: None)
    assert following_view(whole, find_agent(whole), 12.0) is None
