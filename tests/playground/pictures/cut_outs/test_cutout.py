"""Cut-out agents of many sizes, given the size and the place that a model of 128x96 with a window of 64 knows."""

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from glass.core.images import PLAIN
from playground.bundles.manifest import MaskSize
from playground.pictures.cut_outs.cutout import place_cut_out, usual_share
from playground.pictures.frame_fitting import fit_picture
from playground.pictures.picture import Part, as_picture, put_before

FRAME, WINDOW, KNOWN = (128, 96), 64, MaskSize(0.009, 0.25)


def figure(width: int, height: int, canvas: tuple[int, int] | None = None, at: tuple[int, int] = (0, 0)) -> Image.Image:
    """Return an agent of single random pixels on a transparent canvas of (width, height)."""
    rng = np.random.default_rng(width * 1000 + height)
    pixels = np.zeros(((canvas or (width, height))[1], (canvas or (width, height))[0], 4), np.uint8)
    pixels[at[1] : at[1] + height, at[0] : at[0] + width, :3] = rng.integers(0, 256, (height, width, 3))
    pixels[at[1] : at[1] + height, at[0] : at[0] + width, 3] = 255
    return Image.fromarray(pixels)


def enlarged(image: Image.Image, times: int) -> Image.Image:
    return image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)


def place(image: Image.Image) -> tuple[np.ndarray, tuple[int, int]]:
    """Return the agent as placed, and its (width, height)."""
    canvas = place_cut_out(image, FRAME, WINDOW, KNOWN)
    assert canvas.size == FRAME
    box = canvas.getchannel("A").getbbox()
    assert box is not None
    return np.asarray(canvas.crop(box)), (box[2] - box[0], box[3] - box[1])


def test_a_familiar_size_is_kept_to_the_pixel() -> None:
    for size in ((24, 48), (20, 36), (30, 50)):
        agent = figure(*size)
        assert np.array_equal(place(agent)[0], np.asarray(agent))
        assert np.array_equal(place(figure(*size, canvas=(64, 64), at=(9, 12)))[0], np.asarray(agent))


def test_a_small_sprite_is_enlarged_in_whole_pixels() -> None:
    agent = figure(9, 16)
    pixels, size = place(agent)
    assert size == (27, 48)
    assert np.array_equal(pixels, np.asarray(enlarged(agent, 3)))


@pytest.mark.parametrize("times", [2, 4, 10])
def test_an_enlarged_sprite_is_shrunk_to_its_own_pixels(times: int) -> None:
    agent = figure(24, 48)
    assert np.array_equal(place(enlarged(agent, times))[0], np.asarray(agent))


def test_a_large_drawing_gets_the_usual_size() -> None:
    _, (width, height) = place(figure(301, 700, canvas=(1200, 900), at=(800, 150)))
    assert width / height == pytest.approx(301 / 700, abs=0.03)
    assert width * height / (128 * 96) == pytest.approx(usual_share(KNOWN), rel=0.15)
    assert max(width, height) <= WINDOW


@pytest.mark.parametrize("size", [(600, 20), (20, 600), (64, 64), (500, 501), (1, 900), (8, 8)])
def test_every_shape_fits(size: tuple[int, int]) -> None:
    _, placed = place(figure(*size, canvas=(max(size[0], 8), max(size[1], 8))))
    assert max(placed) <= WINDOW
    assert placed[0] * placed[1] <= KNOWN.max * 128 * 96


def test_a_picture_of_the_frame_s_size_is_left_as_it_is() -> None:
    for agent in (figure(5, 8, FRAME, (3, 80)), figure(60, 60, FRAME, (60, 30))):
        assert np.array_equal(np.asarray(place_cut_out(agent, FRAME, WINDOW, KNOWN)), np.asarray(agent))


def test_an_agent_beside_the_middle_stays_beside_it() -> None:
    canvas = place_cut_out(figure(9, 16, (80, 60), (4, 40)), FRAME, WINDOW, KNOWN)
    left, top, right, bottom = canvas.getchannel("A").getbbox() or (0, 0, 0, 0)
    assert (left + right) / 2 == pytest.approx(24 + 8.5, abs=1)
    assert bottom <= 96 and top > 30


def test_a_background_fills_the_frame_and_shows_through() -> None:
    ground = np.zeros((100, 400, 3), np.uint8)
    ground[:, 200:] = 250
    picture = put_before(as_picture(figure(24, 48, (64, 64), (20, 12))), as_picture(ground))
    frame, mask = fit_picture(picture, FRAME, WINDOW)
    assert mask is not None
    assert (frame[5, :60] == 0).all() and (frame[5, 68:] == 250).all()
    plain, same = fit_picture(as_picture(figure(24, 48, (64, 64), (20, 12))), FRAME, WINDOW)
    assert same is not None
    assert (plain[same == 0] == PLAIN).all()
    assert np.array_equal(plain[same == 1], frame[mask == 1])


def test_half_transparent_pixels_mix_with_the_background() -> None:
    pixels = np.full((96, 128, 4), (200, 0, 0, 128), np.uint8)
    picture = put_before(
        as_picture(pixels, part=Part(cut_out=True)), as_picture(np.full((96, 128, 3), (0, 100, 0), np.uint8))
    )
    frame, _ = fit_picture(picture, FRAME, 128)
    assert np.abs(frame.astype(int) - (100, 50, 0)).max() <= 1


def test_a_background_needs_something_to_show_through() -> None:
    ground = as_picture(np.zeros((20, 20, 3), np.uint8))
    with pytest.raises(GlassError, match=r"a\.png: has no transparent pixel"):
        put_before(as_picture(np.zeros((20, 20, 3), np.uint8), "a.png"), ground)


def test_the_usual_share_lies_within_the_range() -> None:
    for low, high in ((0.009, 0.25), (0.0, 1.0), (0.2, 5.0)):
        assert low <= usual_share(MaskSize(low, high)) <= 1


def opaque(width: int, height: int, alpha: int = 255) -> np.ndarray:
    return np.dstack([np.random.default_rng(2).integers(0, 256, (height, width, 3)), np.full((height, width), alpha)])


def test_hardly_any_clear_pixels_cut_nothing_out() -> None:
    pixels = opaque(100, 80).astype(np.uint8)
    pixels[:5, :5, 3] = 0  # a round corner of a screenshot, say
    image = as_picture(pixels).image
    assert image.mode == "RGB" and np.array_equal(np.asarray(image)[6:, 6:], pixels[6:, 6:, :3])
    assert as_picture(opaque(100, 80, 200).astype(np.uint8)).image.mode == "RGB"


def test_a_photo_with_a_clear_margin_is_no_agent() -> None:
    pixels = np.pad(opaque(200, 150).astype(np.uint8), ((20, 20), (30, 30), (0, 0)))
    image = as_picture(pixels).image
    assert image.mode == "RGB" and np.array_equal(np.asarray(image), pixels[20:170, 30:230, :3])
    pixels[20:60, 30:90, 3] = 0  # no rectangle any more
    assert as_picture(pixels).image.mode == "RGBA"


def test_a_small_crate_is_an_agent() -> None:
    assert as_picture(np.pad(opaque(14, 14).astype(np.uint8), ((1, 1), (1, 1), (0, 0)))).image.mode == "RGBA"


@pytest.mark.parametrize("side", [10, 12, 16, 24, 32, 40, 48, 64, 96, 128])
def test_a_sprite_of_any_size_comes_to_the_size_that_the_model_knows(side: int) -> None:
    _, (width, height) = place(figure(max(8, side * 2 // 3), side))
    assert max(width, height) <= WINDOW
    assert 1 / 1.7 < width * height / (usual_share(KNOWN) * 128 * 96) < 1.7
