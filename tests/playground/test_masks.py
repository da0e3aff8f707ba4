"""Masks of a clip: the agent stays, the rest goes."""

from pathlib import Path

import numpy as np
import pytest

from playground.manifest import Manifest, read_manifest
from playground.masks import clear_around_agent, keep_agents, widened


@pytest.fixture(scope="module")
def manifest(painted_bundle: Path) -> Manifest:
    return read_manifest(painted_bundle)


def mask(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    """Return a mask (24, 32) of boxes, each left, top, right and bottom."""
    level = np.zeros((24, 32), np.float32)
    for left, top, right, bottom in boxes:
        level[top:bottom, left:right] = 1
    return level


def test_only_the_box_with_most_of_the_mask_stays() -> None:
    agent, near, far = (2, 3, 8, 11), (9, 4, 10, 6), (25, 20, 29, 23)
    level = mask(agent, near, far)
    clear_around_agent(level, 14)
    assert np.array_equal(level, mask(agent, near))
    level = mask(agent, near)
    clear_around_agent(level, 14)
    assert np.array_equal(level, mask(agent, near))
    level = mask((22, 14, 32, 24), (0, 0, 3, 3))
    clear_around_agent(level, 14)
    assert np.array_equal(level, mask((22, 14, 32, 24)))


def test_an_agent_larger_than_any_box_fits_a_window_of_the_frames_size() -> None:
    everything = mask((0, 0, 32, 24))
    clear_around_agent(everything, 40)
    assert everything.all()
    nothing = mask()
    clear_around_agent(nothing, 4)
    assert not nothing.any()


def test_specks_are_background_but_at_the_edge(manifest: Manifest) -> None:
    agent, speck, leaving = (10, 8, 16, 16), (20, 8, 23, 11), (29, 8, 32, 11)
    levels = np.stack([mask(agent), mask(speck), mask(leaving), mask(), mask((0, 0, 32, 20)), mask(agent)])
    keep_agents(levels, manifest)
    assert np.array_equal(levels, np.stack([mask(agent), mask(), mask(leaving), mask(), mask(), mask(agent)]))


def test_widened_masks_cover_their_neighbourhood() -> None:
    wide = widened(np.stack([mask((4, 5, 6, 7)), mask((0, 22, 2, 24))]), 2)
    assert np.array_equal(wide, np.stack([mask((2, 3, 8, 9)), mask((0, 20, 4, 24))]))
