"""What the player is told about the training clips, counted on clips made for it."""

from dataclasses import replace
from typing import cast

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from glass.networks.local_motion import LocalMotionAnalysis, ReadActions
from glass.stages.tracks import Tracks
from glass.training.statistics import Statistics, count_statistics
from tests.fixtures.tiny_world import tiny_config

LENGTH = 13
WALK_RIGHT, WALK_LEFT, SLASH, CAST = 2, 1, 6, 3
SHADES = {WALK_RIGHT: 40, WALK_LEFT: 90, SLASH: 140, CAST: 190}
"""How bright the agent is while it does each of these."""


class BrightnessReader(nn.Module):
    """A local stage whose local action is read from the next crop's brightness: 1..4, in order of `SHADES`."""

    def __init__(self, locomotion_codes: bool = True) -> None:
        super().__init__()
        self.config = replace(tiny_config(1, 1).lma, locomotion_codes=locomotion_codes)

    def read_actions(self, crops: Tensor, shifts: Tensor) -> ReadActions:
        shade = crops[:, 1:, 0].amax((2, 3)) * 255
        actions = torch.bucketize(shade, torch.tensor([65.0, 115.0, 165.0])) + 1
        return ReadActions(torch.zeros(0), actions, torch.zeros(0), torch.zeros(()), torch.zeros(()))


def tracks() -> Tracks:
    """Two clips: right by 3 px, standing in two poses, right by 2 px; and left by 2 px, standing, left."""
    plans = [
        [(WALK_RIGHT, 3)] * 3 + [(SLASH, 0)] * 4 + [(CAST, 0)] * 2 + [(WALK_RIGHT, 2)] * 4,
        [(WALK_LEFT, -2)] * 5 + [(CAST, 0)] * 2 + [(WALK_LEFT, -2)] * 6,
    ]
    frames = np.zeros((2, LENGTH, 24, 32, 3), np.uint8)
    masks = np.zeros((2, LENGTH, 24, 32), np.uint8)
    for clip, plan in enumerate(plans):
        x = 2 if clip == 0 else 26
        for tick, (action, dx) in enumerate(plan):
            x += dx if tick else 0
            masks[clip, tick, 8:12, x : x + 4] = 255
            frames[clip, tick, 8:12, x : x + 4] = SHADES[action]
    shifts = np.array([[(dx, 0) for _, dx in plan[1:]] for plan in plans], np.float32)
    actions = np.array([[action for action, _ in plan] for plan in plans])
    starts = np.array([[[3.5, 9.5]], [[27.5, 9.5]]], np.float32)
    positions = np.concatenate([starts, starts + shifts.cumsum(1)], 1)
    return Tracks(*(torch.from_numpy(value) for value in (frames, masks, positions, shifts, actions)))


@pytest.fixture(scope="module")
def statistics() -> Statistics:
    return count_statistics(cast(LocalMotionAnalysis, BrightnessReader()), tracks())


def test_speed_and_shift(statistics: Statistics) -> None:
    assert statistics.speed == 2
    assert statistics.max_shift == (3, 0)


def test_labels_say_what_was_shown(statistics: Statistics) -> None:
    assert statistics.labels == ("walk right", "walk left", "slash front", "spellcast front")


def test_defaults_are_what_goes_with_a_direction(statistics: Statistics) -> None:
    defaults = statistics.defaults
    assert (defaults["right"], defaults["left"]) == (1, 2)
    assert defaults["stay"] in (3, 4)
    assert set(defaults) == {"right", "left", "up", "down", "stay"}


def test_without_a_gait_the_default_is_what_changes_the_agent_least() -> None:
    found = count_statistics(cast(LocalMotionAnalysis, BrightnessReader(locomotion_codes=False)), tracks()).defaults
    # Within a run nothing changes; the second, walking left, changes the agent by 100 levels once in ten ticks.
    assert found == dict.fromkeys(("left", "right", "up", "down", "stay"), 2)


def test_lengths_are_runs_while_standing(statistics: Statistics) -> None:
    assert statistics.lengths[2:] == (4, 2)
    assert all(length >= 1 for length in statistics.lengths)


def test_mask_size_is_a_share_of_the_frame(statistics: Statistics) -> None:
    low, high = statistics.mask_size
    assert 0 < low <= high == pytest.approx(16 / (24 * 32), abs=1e-4)


def test_what_follows_what(statistics: Statistics) -> None:
    directions, codes = statistics.transitions.directions, statistics.transitions.local_actions
    assert directions["right"] == {"left": 0, "right": 4, "up": 0, "down": 0, "stay": 1}
    assert directions["left"] == {"left": 8, "right": 0, "up": 0, "down": 0, "stay": 1}
    assert directions["stay"] == {"left": 1, "right": 1, "up": 0, "down": 0, "stay": 6}
    assert codes["right"] == [[4, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0]]
    assert codes["stay"] == [[0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 3, 1], [0, 0, 0, 2]]
    assert sum(map(sum, (row for table in codes.values() for row in table))) == 2 * (LENGTH - 2)


def test_an_agent_that_never_moves() -> None:
    made = tracks()
    still = replace(made, shifts=torch.zeros_like(made.shifts), actions=torch.full_like(made.actions, -1))
    counted = count_statistics(cast(LocalMotionAnalysis, BrightnessReader()), still)
    assert counted.speed > 0
    assert counted.labels == ("action 1", "action 2", "action 3", "action 4")
    assert len(set(counted.defaults.values())) == 1
