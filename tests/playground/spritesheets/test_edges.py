"""Sheets without a halo: edges as sharp as the picture's, and no ground along the outline."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from playground.spritesheets.edges import edge_width, with_sharp_edges
from playground.spritesheets.ground import without_ground

SIDE = 96


def disc(radius: float, blur: float = 0.0) -> NDArray[np.float32]:
    """A red disc as a premultiplied layer."""
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    alpha = (radius - np.hypot(x, y) + 0.5).clip(0, 1).astype(np.float32)
    if blur:
        alpha = cv2.GaussianBlur(alpha, (0, 0), blur)
    return np.stack([alpha, 0.25 * alpha, 0 * alpha, alpha], 2).astype(np.float32)


def test_soft_edges_become_as_sharp_as_the_picture() -> None:
    rest = disc(30)
    width = edge_width(rest)
    assert width is not None and 1 <= width <= 2
    soft = disc(30, blur=4)
    assert edge_width(soft) is None  # wider than three pixels
    sharp = with_sharp_edges(soft, width)
    assert edge_width(sharp) is not None and (edge_width(sharp) or 9) <= 1.5 * width
    assert abs(sharp[..., 3].sum() / rest[..., 3].sum() - 1) < 0.03  # it is as large as before
    seen = sharp[..., 3] > 0.01
    colours = sharp[seen][:, :3] / sharp[seen][:, 3:]
    assert np.abs(colours - (1, 0.25, 0)).max() < 0.02


def test_sharp_edges_and_faint_ghosts() -> None:
    rest = disc(30)
    assert np.abs(with_sharp_edges(rest, 1.0)[..., 3] - rest[..., 3]).mean() < 0.005
    ghost = rest.copy()
    ghost[:20, :20] = (0.1, 0.1, 0.1, 0.3)  # a smear that is mostly clear
    assert with_sharp_edges(ghost, 1.0)[:18, :18, 3].max() == 0


@pytest.fixture
def scene() -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.bool_]]:
    """An agent with a dark outline before waves, whose mask has ground on it, and where the agent truly is."""
    rng = np.random.default_rng(3)
    frame = (np.array([40, 90, 110]) + rng.integers(-6, 7, (SIDE, SIDE, 3))).astype(np.uint8)
    frame[::9] = (120, 170, 170)
    true = np.zeros((SIDE, SIDE), np.bool_)
    true[30:70, 36:60] = True
    frame[true] = (15, 12, 14)
    frame[32:50, 38:58], frame[50:68, 38:58] = (200, 60, 50), (70, 60, 200)
    mask = true.astype(np.float32)
    mask[70:74, 40:46] = mask[70:76, 52:55] = mask[40:50, 60:62] = 1  # ground below the feet and beside
    mask[80, 20] = 1  # a crumb
    return frame, mask, true


def test_ground_is_peeled_off_and_the_outline_stays(
    scene: tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.bool_]],
) -> None:
    frame, mask, true = scene
    kept = without_ground(frame, mask) > 0.5
    assert (kept & ~true).sum() <= 3 and (true & ~kept).sum() <= 3


def test_an_outline_of_the_ground_s_colour_stays(
    scene: tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.bool_]],
) -> None:
    frame, _, true = scene
    frame[::5] = np.where(true[::5, :, None], frame[::5], np.array([15, 12, 14], np.uint8))
    kept = without_ground(frame, true.astype(np.float32)) > 0.5
    assert (true & ~kept).mean() < 0.005 * true.mean() + 0.001


def test_what_marks_nothing_or_everything_is_left() -> None:
    frame = np.zeros((20, 20, 3), np.uint8)
    for mask in (np.zeros((20, 20), np.float32), np.ones((20, 20), np.float32)):
        assert np.array_equal(without_ground(frame, mask), mask)
