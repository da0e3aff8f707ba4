"""Clips of another size, and mirrored ones."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.data.sources import open_source
from glass.data.stored.clip_folder import write_clip
from glass.data.stored.fitting import mirrored, resized


@pytest.fixture
def clip() -> Clip:
    """A red block of 8x8 pixels, twice as high before, in the left half of 32x16."""
    frames = np.zeros((3, 16, 32, 3), np.uint8)
    masks = np.zeros((3, 16, 32), bool)
    for tick in range(3):
        frames[tick, 4:12, 4 + 2 * tick : 12 + 2 * tick, 0] = 200
        masks[tick] = frames[tick, :, :, 0] > 0
    return Clip(
        name="block",
        character="block",
        frames=frames,
        masks=masks,
        foreground_shifts=np.array([[2.0, 0.0]] * 2),
        background_shifts=np.zeros((2, 2)),
        positions=np.array([[8.0 + 2 * tick, 8.0] for tick in range(3)]),
        measures={"commanded_x": np.array([0.0, 2.0, 2.0]), "opening": np.array([0.0, 0.5, 1.0])},
    )


def test_frames_are_reduced_and_the_truth_with_them(clip: Clip) -> None:
    small = resized(clip, (16, 8))
    assert small.frame_size == (16, 8) and small.frames[0, 2:6, 2:6, 0].tolist() == [[200] * 4] * 4
    assert small.masks is not None and small.masks[0].sum() == 16
    assert small.foreground_shifts is not None and small.foreground_shifts.tolist() == [[1.0, 0.0]] * 2
    assert small.positions is not None and small.positions[2].tolist() == [6.0, 4.0]
    assert small.measures["commanded_x"].tolist() == [0.0, 1.0, 1.0]
    assert small.measures["opening"].tolist() == [0.0, 0.5, 1.0]
    assert resized(clip, clip.frame_size) is clip


def test_left_and_right_are_exchanged(clip: Clip) -> None:
    turned = mirrored(clip)
    assert turned.masks is not None and np.array_equal(turned.masks[:, :, ::-1], clip.masks)
    assert turned.foreground_shifts is not None and turned.foreground_shifts.tolist() == [[-2.0, 0.0]] * 2
    assert turned.positions is not None and turned.positions[:, 0].tolist() == [24.0, 22.0, 20.0]
    assert turned.measures["commanded_x"].tolist() == [0.0, -2.0, -2.0]
    again = mirrored(turned)
    assert np.array_equal(again.frames, clip.frames) and np.array_equal(again.positions, clip.positions)


def test_a_folder_of_clips_of_several_sizes_is_read_at_one(clip: Clip, tmp_path: Path) -> None:
    write_clip(clip, tmp_path / "a")
    write_clip(resized(clip, (24, 16)), tmp_path / "b")
    source = open_source(f"clips:path={tmp_path},size=16x16,mirror=1")
    assert source.frame_size == (16, 16)
    drawn = [source.draw(np.random.default_rng(seed), 3) for seed in range(6)]
    assert {clip.frame_size for clip in drawn} == {(16, 16)}
    assert all(clip.positions is not None and clip.positions[0, 0] > 8 for clip in drawn)  # mirrored


def test_masks_beside_frames_are_learned_from_only_where_that_is_asked_for(clip: Clip, tmp_path: Path) -> None:
    write_clip(clip, tmp_path / "a")
    for word in ("", ",mirror=1"):
        drawn = open_source(f"clips:path={tmp_path},outlines=true{word}").draw(np.random.default_rng(0), 3)
        assert drawn.masks is not None and drawn.outlines is not None
        assert np.array_equal(drawn.outlines, drawn.masks.astype(np.uint8))
    assert open_source(f"clips:path={tmp_path}").draw(np.random.default_rng(0), 3).outlines is None
    write_clip(replace(clip, masks=None), tmp_path / "b" / "c")
    with pytest.raises(GlassError, match="has no masks"):
        open_source(f"clips:path={tmp_path / 'b'},outlines=true").draw(np.random.default_rng(0), 3)


@pytest.mark.parametrize("size", ["96", "96x", "0x8", "axb"])
def test_other_sizes_are_refused(size: str, tmp_path: Path) -> None:
    with pytest.raises(GlassError, match=f"size={size} must be a width and a height in pixels"):
        open_source(f"clips:path={tmp_path},size={size}")
