"""The search for an agent: what is red is the agent, in pictures of many sizes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from glass.core.masks import SOLID
from playground.pictures.crop_search import mask_confidence
from playground.pictures.crop_window import CropWindow, render_crop
from playground.pictures.picture import Part, as_picture
from playground.pictures.start import NoAgentError
from playground.world.python_api import Engine

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def engine(painted_bundle: Path) -> Engine:
    return Engine.load(painted_bundle)


def scene(size: tuple[int, int], agents: tuple[tuple[int, int, int, int], ...]) -> Pixels:
    """Return a picture of (width, height) of dark spots, no plain ground, with red boxes (left, top, width, height)."""
    y, x = np.mgrid[: size[1], : size[0]]
    spots = 30 * (np.sin(x / 3) * np.sin(y / 3) > 0.3)
    pixels = np.stack([40 + x % 50 - spots, 90 + y % 60 + spots, 60 + (x + y) % 40], axis=2).astype(np.uint8)
    for left, top, width, height in agents:
        pixels[top : top + height, left : left + width] = (255, 0, 0)
    return pixels


def extent(mask: NDArray[np.float32]) -> tuple[int, int]:
    solid = mask > SOLID
    return int(np.count_nonzero(solid.any(0))), int(np.count_nonzero(solid.any(1)))


@pytest.mark.parametrize(
    ("size", "agent"),
    [
        ((160, 120), (120, 20, 6, 8)),
        ((400, 300), (10, 250, 18, 24)),
        ((300, 60), (250, 20, 6, 8)),
        ((70, 400), (20, 350, 9, 12)),
        ((640, 480), (590, 0, 24, 32)),
    ],
)
def test_a_small_agent_anywhere_is_found_and_seen_near(
    engine: Engine, size: tuple[int, int], agent: tuple[int, int, int, int]
) -> None:
    start = engine.find_agent(scene(size, (agent,)))
    width, height = extent(start.mask)
    assert width * height / (32 * 24) > 0.03
    assert width / height == pytest.approx(6 / 8, abs=0.2)
    assert (start.frame[start.mask > 0.9][:, 0] > 140).all()
    assert start.confidence > 0.6
    assert "part of" in start.note


def test_an_agent_that_fills_its_picture_is_seen_from_farther_away(engine: Engine) -> None:
    start = engine.find_agent(scene((60, 80), ((6, 4, 48, 72),)))
    assert "farther away" in start.note
    assert 0.02 < np.mean(start.mask > SOLID) < 0.3
    left, right = np.flatnonzero((start.mask > SOLID).any(0))[[0, -1]]
    assert (start.mask > SOLID).any(0)[left:right].all()


@pytest.mark.parametrize(
    ("size", "agent", "seen"),
    [
        ((160, 72), (110, 20, 24, 28), (64, 0, 160, 72)),
        ((160, 72), (30, 20, 24, 28), (0, 0, 96, 72)),
        ((96, 160), (40, 100, 24, 28), (0, 78, 96, 150)),
    ],
)
def test_a_picture_of_another_shape_is_cropped_around_its_agent(
    engine: Engine, size: tuple[int, int], agent: tuple[int, int, int, int], seen: tuple[int, int, int, int]
) -> None:
    pixels = scene(size, (agent,))
    start = engine.find_agent(pixels)
    assert "of the model's shape" in start.note
    shown = np.asarray(Image.fromarray(pixels).crop(seen).resize((32, 24), Image.Resampling.BOX))
    assert np.abs(shown.astype(int) - start.frame).mean() < 3
    whole = engine.find_agent(as_picture(pixels, part=Part(whole=True)))
    assert "of the model's shape" not in whole.note
    assert extent(whole.mask)[0] < extent(start.mask)[0]


def test_an_agent_that_fits_into_no_crop_is_not_cropped(engine: Engine) -> None:
    start = engine.find_agent(scene((72, 72), ((27, 6, 18, 60),)))
    assert "of the model's shape" not in start.note
    assert extent(start.mask)[1] > 2.5 * extent(start.mask)[0]


def test_a_mirrored_copy_is_no_second_agent(engine: Engine) -> None:
    """A picture of another aspect is mirrored at its edges; where that doubles the agent another view is taken."""
    start = engine.find_agent(scene((48, 48), ((0, 14, 12, 16),)))
    columns = np.flatnonzero((start.mask > SOLID).any(0))
    assert np.array_equal(columns, np.arange(columns[0], columns[-1] + 1))


def test_a_picture_the_model_understands_is_seen_whole(engine: Engine, paint: Callable[..., Pixels]) -> None:
    start = engine.find_agent(paint().repeat(4, 0).repeat(4, 1))
    assert np.array_equal(start.frame, paint())
    assert start.note == ""
    assert start.confidence > 0.7


def test_a_picture_of_the_frame_s_size_is_never_touched(engine: Engine) -> None:
    pixels = scene((32, 24), ((0, 0, 4, 3),))
    start = engine.find_agent(pixels)
    assert np.array_equal(start.frame, pixels)
    assert start.confidence < 0.7
    scattered = scene((32, 24), ((0, 0, 4, 3), (28, 20, 4, 4)))
    start = engine.find_agent(scattered)
    assert np.array_equal(start.frame, scattered)
    assert "not sure" in start.note


@pytest.mark.parametrize("size", [(32, 24), (64, 48), (300, 200), (50, 333), (9, 9)])
def test_no_agent_is_still_no_agent(engine: Engine, size: tuple[int, int]) -> None:
    with pytest.raises(NoAgentError, match="no agent found by model 'painted'"):
        engine.find_agent(scene(size, ()))


def test_what_is_found_can_be_played(engine: Engine) -> None:
    first = engine.reset(scene((400, 300), ((300, 200, 18, 24),)))
    rows, columns = np.nonzero(first.mask)
    assert first.position == pytest.approx((columns.mean(), rows.mean()), abs=0.6)


def test_the_same_picture_gives_the_same_start(engine: Engine) -> None:
    picture = as_picture(scene((400, 300), ((300, 200, 18, 24),)))
    one, two = engine.find_agent(picture), engine.find_agent(replace(picture))
    assert np.array_equal(one.frame, two.frame) and np.array_equal(one.mask, two.mask)


def test_sureness() -> None:
    def mask(*boxes: tuple[int, int, int, int], value: float = 1.0) -> NDArray[np.float32]:
        levels = np.zeros((24, 32), np.float32)
        for left, top, width, height in boxes:
            levels[top : top + height, left : left + width] = value
        return levels

    whole = mask((10, 8, 8, 8))
    usual = 64 / 768
    assert mask_confidence(whole, usual) > 0.9
    assert mask_confidence(mask((2, 2, 16, 4)), usual) == pytest.approx(mask_confidence(whole, usual), abs=0.01)
    assert mask_confidence(mask((0, 0, 8, 4), (24, 20, 8, 4)), usual) < 0.5
    assert mask_confidence(mask((10, 8, 8, 8), value=0.6), usual) < 0.3
    assert mask_confidence(mask((10, 8, 2, 2)), usual) < 0.3
    assert mask_confidence(mask(), usual) == 0
    assert mask_confidence(mask((3, 3, 1, 1)), usual) == 0


def test_views_show_what_they_say() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    image = Image.fromarray(pixels)
    assert np.array_equal(render_crop(image, CropWindow(1.0, (40, 30)), (32, 24)), pixels[18:42, 24:56])
    halved = render_crop(image, CropWindow(0.5, (40, 30)), (32, 24))
    mean = pixels[6:54, 8:72].reshape(24, 2, 32, 2, 3).mean((1, 3))
    assert np.abs(halved - mean).max() <= 1
    beyond = render_crop(image, CropWindow(1.0, (0, 0)), (32, 24))
    assert np.array_equal(beyond[12:, 16:], pixels[:12, :16])
    assert (beyond[:12, :16] == pixels[0, 0]).all()
    assert render_crop(image, CropWindow(1.0, (-500, 900)), (32, 24)).shape == (24, 32, 3)
