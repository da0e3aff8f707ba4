"""Masks of a clip: the agent stays, the rest goes."""

from pathlib import Path

import numpy as np
import pytest

from playground.bundles.manifest import Manifest, read_manifest
from playground.pictures.mask_cleaning import dilated, keep_agents, largest_component, without_border_lines


@pytest.fixture(scope="module")
def manifest(painted_bundle: Path) -> Manifest:
    return read_manifest(painted_bundle)


def mask(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    """Return a mask (24, 32) of boxes, each left, top, right and bottom."""
    level = np.zeros((24, 32), np.float32)
    for left, top, right, bottom in boxes:
        level[top:bottom, left:right] = 1
    return level


def test_only_the_largest_piece_stays() -> None:
    agent, hand, other = (4, 3, 10, 11), (11, 4, 12, 6), (25, 20, 29, 23)
    level = mask(agent, hand, other)
    assert np.array_equal(largest_component(level, 2), mask(agent, hand))
    assert np.array_equal(largest_component(mask(agent, hand), 2), mask(agent, hand))
    assert np.array_equal(largest_component(mask(agent, hand), 1), mask(agent))
    assert np.array_equal(level, mask(agent, hand, other))
    assert not largest_component(mask(), 5).any()


def test_pieces_that_reach_out_of_the_frame_stay_together() -> None:
    arm, elbow, thing = (22, 14, 32, 24), (20, 0, 26, 4), (4, 4, 9, 9)
    assert np.array_equal(largest_component(mask(arm, elbow, thing), 2), mask(arm, elbow))


@pytest.mark.parametrize("enters", ["top", "bottom", "left", "right"])
def test_parts_of_an_arm_stay_together_and_what_is_beside_it_goes(enters: str) -> None:
    hand, upper, beside = (8, 12, 14, 18), (9, 0, 13, 6), (20, 0, 25, 6)
    level, alone = mask(hand, upper, beside), mask(hand, upper)
    if enters in ("left", "right"):
        level, alone = level.T.copy(), alone.T.copy()
    if enters in ("bottom", "right"):
        level, alone = level[::-1, ::-1].copy(), alone[::-1, ::-1].copy()
    assert np.array_equal(largest_component(level, 2, enters), alone)


def test_an_arm_s_parts_are_found_one_after_the_other_up_to_its_edge() -> None:
    hand, elbow, shoulder = (4, 14, 12, 22), (10, 8, 16, 12), (15, 0, 22, 4)
    thing = (6, 0, 7, 2)
    assert np.array_equal(largest_component(mask(hand, elbow, shoulder), 1, "top"), mask(hand, elbow, shoulder))
    below = mask((8, 0, 18, 10), (10, 14, 14, 18))
    assert np.array_equal(largest_component(below, 1, "top"), below)  # A hand that is told from its arm.
    assert np.array_equal(largest_component(mask((8, 6, 18, 14), (10, 18, 14, 22)), 1, "top"), mask((8, 6, 18, 14)))
    assert np.array_equal(largest_component(mask(), 1, "top"), mask())
    assert largest_component(mask(hand, thing), 1, "top")[0, 6] == 1  # Whatever lies above it may be a part.


def test_specks_are_background_but_at_the_edge(manifest: Manifest) -> None:
    agent, speck, leaving = (10, 8, 16, 16), (20, 8, 23, 11), (29, 8, 32, 11)
    levels = np.stack([mask(agent), mask(speck), mask(leaving), mask(), mask((0, 0, 32, 20)), mask(agent)])
    keep_agents(levels, manifest)
    assert np.array_equal(levels, np.stack([mask(agent), mask(), mask(leaving), mask(), mask(), mask(agent)]))


def test_widened_masks_cover_their_neighbourhood() -> None:
    wide = dilated(np.stack([mask((4, 5, 6, 7)), mask((0, 22, 2, 24))]), 2)
    assert np.array_equal(wide, np.stack([mask((2, 3, 8, 9)), mask((0, 20, 4, 24))]))


def test_lines_that_cropping_left_are_no_agent_and_arms_are_not_cut_off() -> None:
    level = np.zeros((64, 70), np.float32)
    level[:, 0] = level[-1:] = level[:2] = 1
    arm = np.zeros_like(level)
    level[:8, 6:9] = arm[:8, 6:9] = 1
    assert np.array_equal(without_border_lines(level[None]), arm[None])
