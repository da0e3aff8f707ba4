"""Cutting, panning and pasting."""

import numpy as np
import pytest
from numpy.typing import NDArray

from playground.engine.compositing import (
    Backdrop,
    cut_window,
    extend_to_edge,
    outline_of,
    padded,
    pan_background,
    paste,
    paste_patch,
    window_corner,
    with_shadow,
    without_shadow,
)

Layer = NDArray[np.float32]


def pasted(
    backdrop: Backdrop, crop: Layer, position: tuple[float, float], shadow: Layer | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The frame and the mask of a crop before a background."""
    frame = backdrop.pixels.copy()
    return frame, paste(frame, backdrop.layer, crop, position, shadow)


@pytest.fixture
def background() -> Layer:
    return np.random.default_rng(0).random((24, 32, 3), np.float32)


@pytest.mark.parametrize(
    ("position", "corner"),
    [((16, 12), (8, 4)), ((15.5, 11.49), (8, 3)), ((15.49, 11.5), (7, 4)), ((0, -9.5), (-8, -17))],
)
def test_window_corner(position: tuple[float, float], corner: tuple[int, int]) -> None:
    assert window_corner(position, 16) == corner


@pytest.mark.parametrize("pan", [(3, 0), (-2, 5), (0, -4), (31, -23), (100, 0), (0, -1e6)])
def test_whole_pans_are_copies(background: Layer, pan: tuple[float, float]) -> None:
    moved = pan_background(background, pan)
    x, y = (int(distance) for distance in pan)
    mirrored = np.pad(background, ((24, 0), (32, 0), (0, 0)), mode="symmetric")
    again = np.take(np.take(mirrored, np.arange(24) - y + 24, 0, mode="wrap"), np.arange(32) - x + 32, 1, mode="wrap")
    assert np.array_equal(moved, again)
    if abs(x) < 32 and abs(y) < 24:
        inside = background[max(-y, 0) : 24 - max(y, 0), max(-x, 0) : 32 - max(x, 0)]
        assert np.array_equal(moved[max(y, 0) : 24 + min(y, 0), max(x, 0) : 32 + min(x, 0)], inside)


def test_pans_between_pixels() -> None:
    y, x = np.mgrid[:96, :128].astype(np.float32)

    def waves(dx: float, dy: float) -> Layer:
        return np.stack([0.5 + 0.4 * np.sin((x - dx) / 6) * np.cos((y - dy) / 5)] * 3, 2).astype(np.float32)

    moved = pan_background(waves(0, 0), (2.3, -1.6))
    assert np.abs(moved - waves(2.3, -1.6))[5:-5, 5:-5].max() < 2e-3
    flat = np.full((24, 32, 3), 0.25, np.float32)
    assert np.allclose(pan_background(flat, (0.4, 0.7)), flat, atol=1e-6)


def test_pans_add_up_from_the_original(background: Layer) -> None:
    first = backdrop = Backdrop(background)
    for _ in range(8):
        backdrop = backdrop.moved((0.25, -0.125)).moved((0.0, -0.0))
    assert list(first.pan) == [0, 0]
    assert list(backdrop.pan) == [2, -1]
    assert np.array_equal(backdrop.layer, pan_background(background, (2, -1)))
    assert np.array_equal(backdrop.moved((-2, 1)).layer, background)


def test_cut_is_zero_outside(background: Layer) -> None:
    crop = cut_window(background, (2, 23), 16)
    assert np.array_equal(crop[:9, 6:], background[15:24, :10])
    assert not crop[9:].any()
    assert not crop[:, :6].any()
    assert not cut_window(background, (-50, 7), 16).any()


@pytest.mark.parametrize("position", [(16, 12), (1, 2), (31, 23.4), (-7, 30), (0.5, -3)])
def test_paste_puts_back_what_was_cut(background: Layer, position: tuple[float, float]) -> None:
    alpha = (np.random.default_rng(1).random((24, 32, 1)) > 0.5).astype(np.float32)
    layer = np.concatenate([background * alpha, alpha], 2)
    black = Backdrop(background * (1 - alpha))
    frame, mask = pasted(black, cut_window(layer, position, 16), position)
    left, top = window_corner(position, 16)
    inside = np.zeros((24, 32), bool)
    inside[max(top, 0) : max(top + 16, 0), max(left, 0) : max(left + 16, 0)] = True
    assert np.array_equal(mask, (alpha[:, :, 0] > 0.5) & inside)
    assert np.array_equal(frame, np.where(inside[..., None], Backdrop(background).pixels, black.pixels))


def test_paste_far_away_shows_the_background(background: Layer) -> None:
    backdrop = Backdrop(background)
    for position in ((1e9, 0), (-1e12, 1e12), (16, -8)):
        frame, mask = pasted(backdrop, np.ones((16, 16, 4), np.float32), position)
        assert np.array_equal(frame, backdrop.pixels)
        assert frame is not backdrop.pixels
        assert not mask.any()


def test_paste_mixes_by_alpha(background: Layer) -> None:
    crop = np.full((16, 16, 4), 0.25, np.float32)
    frame, mask = pasted(Backdrop(background), crop, (16, 12))
    expected = 255 * (0.25 + 0.75 * background[4:20, 8:24])
    assert np.abs(frame[4:20, 8:24] - expected).max() <= 0.51
    assert not mask.any()


def test_a_shadow_falls_on_what_is_behind_and_is_no_part_of_the_agent(background: Layer) -> None:
    crop, shade = np.zeros((16, 16, 4), np.float32), np.full((16, 16, 1), 0.6, np.float32)
    crop[:, :4] = 1
    frame, mask = pasted(Backdrop(background), crop, (16, 12), shade)
    assert (frame[4:20, 8:12] == 255).all()
    assert np.abs(frame[4:20, 12:24] - 255 * 0.4 * background[4:20, 12:24]).max() <= 0.51
    assert mask.sum() == 16 * 4
    with_room, _ = pasted(Backdrop(background), crop, (16, 12), padded(shade, 24))
    assert np.array_equal(with_room, frame)
    drawn, _ = pasted(Backdrop(background), with_shadow(crop, shade), (16, 12))
    assert np.abs(drawn.astype(int) - frame).max() <= 1
    assert np.array_equal(with_shadow(crop, None), crop)


def test_a_shadow_is_taken_off_again(background: Layer) -> None:
    shade = np.random.default_rng(2).uniform(0, 0.7, (16, 16, 1)).astype(np.float32)
    dim = np.ones((24, 32, 1), np.float32)
    dim[:12, 16:] = 1 - shade[4:, :]  # the window reaches beyond the frame
    lit = without_shadow(background * dim, shade, (24, 4))
    assert np.allclose(lit, background, atol=1e-5)
    assert without_shadow(np.ones((24, 32, 3), np.float32), shade, (16, 12)).max() == 1
    wide = padded(shade, 32)
    assert np.array_equal(wide[8:24, 8:24], shade) and wide.sum() == pytest.approx(shade.sum(), rel=1e-5)
    ahead = padded(shade, 32, (-8, 3))
    assert np.array_equal(ahead[11:27, :16], shade) and ahead.sum() == pytest.approx(shade.sum(), rel=1e-5)


def test_the_outline_of_a_crop_ends_at_the_frame() -> None:
    crop = np.zeros((16, 16, 4), np.float32)
    crop[4:12, 2:6, 3] = 0.75
    outline = outline_of(crop, (4, 12), (32, 24))
    assert outline.shape == (24, 32, 1)
    assert (outline[8:16, :2] == 0.75).all() and outline.sum() == 0.75 * 8 * 2


@pytest.mark.parametrize(("edge", "turn"), [("top", 0), ("left", 1), ("bottom", 2), ("right", 3)])
def test_what_reaches_in_is_carried_on_to_its_edge(edge: str, turn: int) -> None:
    crop = np.zeros((8, 8, 4), np.float32)
    crop[:6, 3:5] = 0.5
    crop[:, :, 3] = np.sign(crop[:, :, 3])
    crop[0, 4, :3] = 0.25
    wide = np.rot90(extend_to_edge(np.rot90(crop, turn).copy(), edge), -turn)
    assert wide.shape == (16, 16, 4)
    assert np.array_equal(wide[4:12, 4:12], crop)
    assert np.array_equal(wide[:4, 4:12], np.repeat(crop[:1], 4, 0))
    assert not wide[12:].any() and not wide[:, :4].any() and not wide[:, 12:].any()


def test_an_arm_reaches_the_frame_s_edge_wherever_its_window_is() -> None:
    crop = np.zeros((16, 16, 4), np.float32)
    crop[:12, 7:9] = 1
    backdrop = Backdrop(np.zeros((24, 32, 3), np.float32))
    _, cut = pasted(backdrop, crop, (16, 14))
    _, whole = pasted(backdrop, extend_to_edge(crop, "top"), (16, 14))
    assert not cut[:6].any()
    assert whole[:18, 15:17].all() and whole.sum() == 2 * 18


def test_a_patch_is_pasted_as_a_layer_is() -> None:
    rng = np.random.default_rng(0)
    frame = rng.integers(0, 256, (20, 30, 3), dtype=np.uint8)
    alpha = rng.integers(0, 256, (9, 9, 1), dtype=np.uint8)
    pixels = np.concatenate([rng.integers(0, 256, (9, 9, 3)) * (alpha / 255), alpha], 2).astype(np.uint8)
    for corner in ((4, 5), (-3, -4), (26, 15), (40, 3)):
        patched, pasted = frame.copy(), frame.copy()
        seen = paste_patch(patched, pixels, corner)
        centre = (corner[0] + 4.5, corner[1] + 4.5)
        expected = paste(pasted, frame / np.float32(255), pixels / np.float32(255), centre)
        np.testing.assert_array_equal(seen, expected)
        assert np.abs(patched.astype(int) - pasted).max() <= 1
