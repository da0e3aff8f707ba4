"""Layers applied at the picture's own size: the same as at the window's, crisp, and whole pixels for pixel art."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from glass.networks.moving.layered_warp import TickLayers, compose
from playground.engine.layered_warp import WarpLayers, WarpSource, render_layers, render_patch

SIDE = 16


def made(dx: float = 0.0, mirrored: bool = False) -> WarpLayers:
    fields = np.zeros((1, 2, SIDE // 4, SIDE // 4), np.float32)
    fields[:, 0] = dx
    return WarpLayers(mirrored, fields, np.ones((1, SIDE, SIDE), np.float32), np.zeros((4, SIDE, SIDE), np.float32))


def picture(side: int) -> NDArray[np.float32]:
    pixels = np.random.default_rng(0).random((side, side, 4)).astype(np.float32)
    pixels[..., :3] *= pixels[..., 3:]
    return pixels


@pytest.mark.parametrize("side", [SIDE, 3 * SIDE, 320])
def test_it_moves_and_mirrors_at_any_size(side: int) -> None:
    pixels, k = picture(side), side // SIDE
    source = WarpSource(pixels, pixel_art=False)
    np.testing.assert_allclose(render_layers(made(), source), pixels, atol=1 / 255)
    np.testing.assert_allclose(render_layers(made(mirrored=True), source), pixels[:, ::-1], atol=1 / 255)
    moved = render_layers(made(dx=2), source)
    np.testing.assert_allclose(moved[:, : -2 * k], pixels[:, 2 * k :], atol=1 / 255)
    assert not moved[:, -2 * k :].any()


def test_pixel_art_keeps_its_own_pixels() -> None:
    pixels = picture(11)
    pixels[..., 3] = np.random.default_rng(1).random((11, 11)) > 0.3
    pixels[..., :3] *= pixels[..., 3:]
    shown = render_layers(made(dx=1.9), WarpSource(pixels, pixel_art=True))
    colours, found = ({tuple(one) for one in np.round(some * 255).reshape(-1, 4).tolist()} for some in (pixels, shown))
    assert found <= colours | {(0.0, 0.0, 0.0, 0.0)}
    assert set(np.unique(shown[..., 3])) == {0.0, 1.0}


def test_at_the_window_s_size_it_is_what_torch_composes() -> None:
    rng = np.random.default_rng(0)
    smooth = np.add.outer(np.linspace(0, 1, SIDE), np.linspace(0, 1, SIDE))[..., None] / 2 * np.ones(4)
    fields = (rng.normal(0, 1, (2, 2, 1, 1)) * np.ones((2, 2, 4, 4))).astype(np.float32)
    weights = np.zeros((2, SIDE, SIDE), np.float32)
    weights[0, :8], weights[1, 8:] = 1, 1
    layers = WarpLayers(True, fields, weights, np.zeros((4, SIDE, SIDE), np.float32))
    shown = render_layers(layers, WarpSource(smooth.astype(np.float32), pixel_art=False))
    given = TickLayers(torch.ones(1, 1), *(torch.from_numpy(one)[None] for one in (fields, weights, layers.paint)))
    expected = compose(given, torch.from_numpy(smooth).float().permute(2, 0, 1)[None])[0].permute(1, 2, 0).numpy()
    assert abs(shown - expected)[3:-3, 3:-3].max() < 0.03


def test_what_is_painted_is_shown_where_it_is_likeliest() -> None:
    layers = made()
    paint = np.zeros((4, SIDE, SIDE), np.float32)
    paint[[0, 3], :4] = 0.9
    weights = layers.weights.copy()
    weights[:, :4] = 0.1
    shown = render_layers(WarpLayers(False, layers.fields, weights, paint), WarpSource(picture(SIDE), pixel_art=False))
    np.testing.assert_allclose(shown[:3], np.broadcast_to([1.0, 0, 0, 1.0], (3, SIDE, 4)), atol=0.01)


def test_what_is_painted_on_pixel_art_takes_its_nearest_colour() -> None:
    pixels = np.zeros((SIDE, SIDE, 4), np.float32)
    pixels[4:12, 4:8], pixels[4:12, 8:12] = (1, 0, 0, 1), (0, 0, 1, 1)
    layers = made()
    layers.weights[:, :8], layers.paint[[0, 3], :8] = 0.1, 0.8
    shown = render_layers(layers, WarpSource(pixels, pixel_art=True))
    assert {tuple(one) for one in shown.reshape(-1, 4).tolist()} == {(0, 0, 0, 0), (1, 0, 0, 1), (0, 0, 1, 1)}


def test_between_ticks_pixels_are_half_the_way() -> None:
    source = WarpSource(picture(4 * SIDE), pixel_art=False)
    early, later = made(), made(dx=2)
    half = render_layers(early.towards(later, 0.5), source)
    np.testing.assert_array_equal(half, render_layers(made(dx=1), source))
    np.testing.assert_array_equal(render_layers(later.at_rest(), source), render_layers(early, source))


def test_facing_switches_hard() -> None:
    early, later = made(), made(dx=2, mirrored=True)
    assert early.towards(later, 0.49) is early and early.towards(later, 0.5) is later


def test_a_patch_is_drawn_at_any_size_and_between_pixels() -> None:
    pixels = np.zeros((64, 64, 4), np.float32)
    pixels[20:40, 24:44] = (0.5, 0.25, 0, 1)
    source = WarpSource(pixels, pixel_art=False)
    for side, scale in ((64, 1), (128, 2), (32, 0.5)):
        patch = render_patch(made(), source, side)
        alpha = patch.pixels[..., 3] / 255
        assert alpha.shape < (side, side) and alpha.sum() == pytest.approx(400 * scale**2, rel=0.01)
        assert (np.argwhere(alpha > 0.5).min(0) + patch.corner[::-1] == [20 * scale, 24 * scale]).all()
    moved = render_patch(made(), source, 64, (0.25, 0.5)).pixels[..., 3] / 255
    column = moved[moved.shape[0] // 2]
    assert column[column > 0][0] == pytest.approx(0.75, abs=0.1) and moved.sum() == pytest.approx(400, rel=0.01)


def test_what_is_painted_has_no_halo_at_the_picture_s_size() -> None:
    """Its edge is as narrow as where the model paints it, and its colours stay."""
    alpha = np.zeros((SIDE, SIDE), np.float32)
    alpha[4:12, 4:12] = 1
    paint = np.stack([0.8 * alpha, 0.2 * alpha, 0 * alpha, alpha]).astype(np.float32)
    fields = np.zeros((1, 2, SIDE // 4, SIDE // 4), np.float32)
    layers = WarpLayers(False, fields, np.zeros((1, SIDE, SIDE), np.float32), paint)
    side = 16 * SIDE
    shown = render_layers(layers, WarpSource(np.zeros((side, side, 4), np.float32), pixel_art=False))
    soft = (shown[..., 3] > 0.02) & (shown[..., 3] < 0.98)
    assert 0 < soft[side // 2].sum() <= 4  # two edges, enlarged 16 times
    assert abs(shown[..., 3].mean() - 0.25) < 0.01
    solid = shown[..., 3] > 0.9
    colours = shown[solid][:, :3] / shown[solid][:, 3:]
    np.testing.assert_allclose(colours, np.tile([0.8, 0.2, 0], (solid.sum(), 1)), atol=0.02)


def test_where_layers_take_turns_one_is_seen() -> None:
    fields = np.zeros((2, 2, SIDE // 4, SIDE // 4), np.float32)
    fields[1] = 40.0  # beyond the picture: nothing is fetched
    board = (np.indices((SIDE, SIDE)).sum(0) % 2).astype(np.float32)
    weights = np.stack([0.55 + 0.4 * (board - 0.5), 0.45 - 0.4 * (board - 0.5)])
    layers = WarpLayers(False, fields, weights, np.zeros((4, SIDE, SIDE), np.float32))
    solid = np.ones((4 * SIDE, 4 * SIDE, 4), np.float32)
    assert render_layers(layers, WarpSource(solid, pixel_art=False)).all()
