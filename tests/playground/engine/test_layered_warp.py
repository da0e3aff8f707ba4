"""Layers applied at the picture's own size: the same as at the window's, crisp, and whole pixels for pixel art."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from glass.networks.layered_warp import TickLayers, compose
from playground.engine.layered_warp import WarpLayers, WarpSource, render_layers

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
