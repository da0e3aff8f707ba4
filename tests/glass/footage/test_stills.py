"""Frames are read again at the clips' own size."""

from pathlib import Path

import numpy as np
from PIL import Image

from glass.footage.cache import FollowingView
from glass.footage.prepare import FootageOptions, prepare, prepare_view
from glass.footage.stills import Stills
from tests.fixtures.own_clips import walk, write_folder


def halved(frame: np.ndarray, times: int) -> np.ndarray:
    return np.asarray(Image.fromarray(frame).reduce(times))


def test_stills_are_the_same_frames_but_larger(tmp_path: Path) -> None:
    large = walk(30).repeat(5, 1).repeat(5, 2)  # 320x240
    clips = [write_folder(tmp_path / "a", large), write_folder(tmp_path / "b", large[:12])]
    options = FootageOptions(frame_size=(128, 96))
    footage = prepare(clips, options, tmp_path / "frames", lambda *_: None)
    stills = Stills(clips, options, footage)
    assert stills.times == 2
    found = stills.read([3, 17, 35])
    assert sorted(found) == [3, 17, 35]
    for place, frame in found.items():
        assert frame.shape == (192, 256, 3)
        assert np.abs(halved(frame, 2).astype(int) - footage.frames[place]).mean() < 4
    assert stills.read([3, 999]).keys() == {3}


def test_stills_of_a_crop_that_follows(tmp_path: Path) -> None:
    clip = write_folder(tmp_path / "a", walk(20).repeat(8, 1).repeat(8, 2))  # 512x384
    options = FootageOptions(frame_size=(64, 48))
    whole = prepare([clip], options, tmp_path / "frames", lambda *_: None)
    corners = np.stack([np.arange(20), np.full(20, 9)], 1)
    view = FollowingView((128, 96), corners)
    cropped = prepare_view([clip], options, whole, view, tmp_path / "crops", lambda *_: None)
    stills = Stills([clip], options, cropped, view)
    assert stills.times == 4
    (frame,) = stills.read([7]).values()
    assert frame.shape == (192, 256, 3)
    assert np.abs(halved(frame, 4).astype(int) - cropped.frames[7]).mean() < 4
