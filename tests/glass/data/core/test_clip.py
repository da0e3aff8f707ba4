"""The values of data: checks and cutting."""

import numpy as np
import pytest

from glass.core.errors import GlassError
from glass.data.core.clip import Character, Clip


def test_a_clip_refuses_truth_of_another_length() -> None:
    frames = np.zeros((4, 6, 8, 3), np.uint8)
    with pytest.raises(GlassError, match=r"clip odd: foreground_shifts have shape \(4, 2\), expected \(3, 2\)"):
        Clip("odd", "", frames, foreground_shifts=np.zeros((4, 2)))


def test_a_clip_needs_frames() -> None:
    with pytest.raises(GlassError, match="frames have shape"):
        Clip("none", "", np.zeros((0, 6, 8, 3), np.uint8))


def test_cutting_keeps_what_belongs_to_the_frames() -> None:
    frames = np.arange(5, dtype=np.uint8).repeat(6 * 8 * 3).reshape(5, 6, 8, 3)
    shifts = np.arange(8.0).reshape(4, 2)
    clip = Clip("long", "someone", frames, actions=np.arange(5), foreground_shifts=shifts)
    part = clip.cut(1, 3)
    assert len(part) == 3 and part.frame_size == (8, 6) and part.masks is None
    assert part.actions is not None and part.actions.tolist() == [1, 2, 3]
    assert part.foreground_shifts is not None and part.foreground_shifts.tolist() == [[2, 3], [4, 5]]
    assert (part.frames == frames[1:4]).all()
    with pytest.raises(GlassError, match=r"frames 3\.\.5 asked of a clip of 5"):
        clip.cut(3, 3)


def test_a_character_refuses_other_cells() -> None:
    with pytest.raises(GlassError, match="character half"):
        Character("half", np.zeros((9, 8, 32, 32, 4), np.uint8))
