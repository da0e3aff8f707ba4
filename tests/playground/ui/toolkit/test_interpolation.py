"""Between two ticks an agent whose pixels are moved is drawn along interpolated fields; pixel art stays on its grid."""

from pathlib import Path

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray
from PIL import Image
from pygame import Rect, Surface

from playground import Action, Engine
from playground.ui.toolkit.interpolation import WorldRenderer
from playground.world.layers import Layers, layers_of
from playground.world.world import World

pytestmark = pytest.mark.usefixtures("dummy_display")
RED, BLUE = (200, 30, 30), (20, 40, 220)


def cut_out(width: int, height: int) -> Image.Image:
    """Two halves, with a pixel of another colour, so that it is not taken for enlarged pixels."""
    image = Image.new("RGBA", (2 * width, 2 * height))
    image.paste((*RED, 255), (width // 2, height // 2, width, 3 * height // 2))
    image.paste((*BLUE, 255), (width, height // 2, 3 * width // 2, 3 * height // 2))
    image.putpixel((width, height // 2 + 1), (20, 41, 220, 255))
    return image


def played(bundle: Path, picture: Image.Image, *actions: Action) -> list[Layers]:
    engine = Engine.load(bundle)
    world = World([engine])
    world.open([engine.find_agent(picture)])
    moments = [layers_of(world.snapshot())]
    for action in actions:
        world.step([action])
        moments.append(layers_of(world.snapshot()))
    return moments


def drawn(before: Layers | None, now: Layers, fraction: float, scale: int = 1) -> NDArray[np.uint8]:
    size = now.frame.shape[1] * scale, now.frame.shape[0] * scale
    surface = Surface(size)
    WorldRenderer().draw(surface, Rect((0, 0), size), before, now, fraction)
    return pygame.surfarray.array3d(surface).transpose(1, 0, 2)


def left_edge(frame: NDArray[np.uint8]) -> float:
    """Where red begins, in pixels, by how much of the ground's green is gone."""
    row = frame[frame.shape[0] // 2, : frame.shape[1] // 2].astype(float)
    share = (row[:, 1] - RED[1]) / (row[0, 1] - RED[1])
    return float(share[: int(np.argmin(share)) + 1].sum())


def test_fields_are_interpolated_as_positions_are(moving_bundle: Path) -> None:
    start, first, second = played(moving_bundle, cut_out(100, 160), Action(local_action=1), Action(local_action=3))
    scale = first.frame.shape[1] / 32
    edges = [left_edge(drawn(first, second, fraction)) for fraction in (0.01, 0.25, 0.5, 0.75, 1)]
    assert np.diff(edges) == pytest.approx([-scale / 2] * 4, abs=0.3)
    assert left_edge(drawn(start, first, 0.5)) == pytest.approx(left_edge(start.frame) - scale / 2, abs=0.3)
    np.testing.assert_allclose(drawn(first, second, 1), second.frame, atol=2)


@pytest.mark.parametrize("scale", [1, 3])
def test_pixel_art_stays_on_its_grid_in_its_own_colours(moving_bundle: Path, scale: int) -> None:
    _, first, second = played(
        moving_bundle, cut_out(10, 12), Action(local_action=1), Action(shift=(2, 0), local_action=3)
    )
    for fraction in (0.2, 0.45, 0.7, 1):
        frame = drawn(first, second, fraction, scale)
        ground = tuple(frame[0, 0].tolist())
        assert {tuple(one) for one in frame.reshape(-1, 3).tolist()} <= {ground, RED, BLUE, (20, 41, 220)}
        small = frame[::scale, ::scale]
        np.testing.assert_array_equal(small.repeat(scale, 0).repeat(scale, 1), frame)


def test_an_agent_that_stands_is_composed_once(moving_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, first, second = played(moving_bundle, cut_out(100, 160), Action(local_action=1), Action(hold=True))
    renderer, surface = WorldRenderer(), Surface((320, 240))
    renderer.draw(surface, surface.get_rect(), first, second, 0.3)
    monkeypatch.setattr("playground.ui.toolkit.moved_pixels.render_patch", None)
    renderer.draw(surface, surface.get_rect(), first, second, 0.6)
