"""Things on a plain ground: of one colour, a gradient, or paper that is lit unevenly."""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from glass.core.masks import SOLID
from playground.pictures.picture import Picture, as_picture, load_picture
from playground.world.python_api import Engine

Pixels = NDArray[np.uint8]
WILD = Path(__file__).parents[4] / "shared" / "data" / "wild"


def drawing(ground: tuple[int, int, int] = (255, 255, 255), size: tuple[int, int] = (40, 50)) -> Pixels:
    """A body that stands on the lower rim, with an eye of the ground's colour."""
    pixels = np.full((size[1], size[0], 3), ground, np.uint8)
    pixels[10:, 12:24] = (200, 30, 40)
    pixels[14:17, 15:18] = ground
    return pixels


def alpha(picture: Picture | None) -> Pixels:
    assert picture is not None
    return np.asarray(picture.image.getchannel("A"))


def paper(width: int, height: int, seed: int = 0) -> NDArray[np.float64]:
    """Paper with grain, darker towards one side and towards its corners, with a crease."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    y, x = y / height - 0.5, x / width - 0.5
    light = (1 - 0.2 * x) * (1 - 0.5 * (x * x + y * y)) * (1 - 0.05 * np.exp(-(((x + 0.4 * y - 0.1) / 0.004) ** 2)))
    return np.array((240.0, 236, 226)) * light[..., None] + rng.normal(0, 1.2, (height, width, 1))


def sketch(draw: ImageDraw.ImageDraw, at: tuple[int, int], ink: tuple[int, int, int], gap: int = 0) -> None:
    """Draw an outline, 100 wide and 160 high, with two eyes; it may have a gap."""
    x, y = at
    draw.line([(x, y + gap), (x, y + 160), (x + 100, y + 160), (x + 100, y), (x, y)], ink, 4)
    for eye in (30, 70):
        draw.ellipse((x + eye - 8, y + 40, x + eye + 8, y + 56), outline=ink, width=3)


def overlap(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    return float(np.count_nonzero(one & other) / np.count_nonzero(one | other))


def as_jpeg(image: Image.Image, quality: int = 85) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


@pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), (255, 0, 255), (120, 130, 110)])
def test_the_ground_goes_and_an_eye_stays(ground: tuple[int, int, int]) -> None:
    cut = as_picture(drawing(ground)).cut_out
    expected = np.zeros((50, 40), np.uint8)
    expected[10:, 12:24] = 255
    np.testing.assert_array_equal(alpha(cut), expected)
    assert cut is not None and cut.background is not None
    assert cut.background.getcolors() == [(2000, ground)]


def test_noise_is_ground_too() -> None:
    image = as_jpeg(Image.fromarray(drawing()).resize((320, 400), Image.Resampling.NEAREST), 80)
    solid = alpha(as_picture(image).cut_out) > 127
    assert np.count_nonzero(solid) == pytest.approx(40 * 12 * 64, rel=0.03)


def test_what_winds_about_is_followed() -> None:
    pixels = np.full((60, 60, 3), 255, np.uint8)
    for row in range(5, 50, 6):  # a comb, whose gaps the ground fills
        pixels[row : row + 3, 5:55] = (0, 90, 0)
    pixels[5:50, 5:8] = (0, 90, 0)
    np.testing.assert_array_equal(alpha(as_picture(pixels).cut_out) > 0, (pixels != 255).any(2))


@pytest.mark.parametrize("gap", [0, 5])
@pytest.mark.parametrize("ink", [(40, 40, 50), (40, 60, 140), (120, 120, 125)])
def test_a_line_drawing_on_paper_is_filled(ink: tuple[int, int, int], gap: int) -> None:
    image = Image.fromarray(paper(260, 300).clip(0, 255).astype(np.uint8))
    sketch(ImageDraw.Draw(image), (80, 70), ink, gap)
    cut = as_picture(as_jpeg(image)).cut_out
    truth = np.zeros((300, 260), bool)
    truth[68:232, 78:182] = True
    assert overlap(alpha(cut) > 127, truth) > 0.95
    assert cut is not None and cut.background is not None
    assert np.abs(np.asarray(cut.background, float) - paper(260, 300)).mean() < 4


def test_the_space_between_two_legs_is_not_filled() -> None:
    image = Image.fromarray(paper(260, 300).clip(0, 255).astype(np.uint8))
    legs = [(60, 40), (200, 40), (200, 260), (150, 260), (150, 120), (110, 120), (110, 260), (60, 260), (60, 40)]
    ImageDraw.Draw(image).line(legs, (40, 40, 50), 4)
    solid = alpha(as_picture(as_jpeg(image)).cut_out) > 127
    assert solid[60:100, 70:190].all() and solid[140:250, 65:105].all()
    assert not solid[140:255, 116:144].any()


def test_a_gradient_is_a_ground_and_edges_lose_its_colour() -> None:
    y, x = np.mgrid[:240, :320]
    ground = np.stack([60 + x / 2, 90 + y / 3, 250 - x / 3], 2)
    disc = np.clip(70.5 - np.hypot(x - 160, y - 120), 0, 1)[..., None]  # its rim is half transparent
    pixels = (disc * (230, 200, 30) + (1 - disc) * ground + 0.5).astype(np.uint8)
    cut = as_picture(pixels).cut_out
    levels = alpha(cut) / 255
    assert np.abs(levels - disc[..., 0]).mean() < 0.002
    assert cut is not None
    mixed = np.asarray(cut.image)[..., :3][(levels > 0.3) & (levels < 0.9)]
    assert len(mixed) > 50 and np.abs(mixed - (230.0, 200, 30)).mean() < 20


def test_of_several_drawings_the_largest_is_taken_and_said() -> None:
    image = Image.fromarray(paper(520, 300).clip(0, 255).astype(np.uint8))
    sketch(ImageDraw.Draw(image), (60, 70), (40, 40, 50))
    ImageDraw.Draw(image).rectangle((320, 100, 420, 200), outline=(40, 40, 50), width=4)
    cut = as_picture(as_jpeg(image)).cut_out
    assert cut is not None and "--crop" in cut.note
    rows, columns = np.nonzero(alpha(cut) > 127)
    assert (columns.min(), rows.min(), columns.max(), rows.max()) == pytest.approx((58, 68, 162, 232), abs=6)


def a_photo() -> Pixels:
    return np.random.default_rng(0).integers(0, 255, (50, 40, 3)).astype(np.uint8)


def texture() -> Pixels:
    """A body before a textured wall."""
    rng = np.random.default_rng(1)
    tiles = rng.integers(90, 130, (30, 40, 1)).repeat(8, 0).repeat(8, 1)
    pixels = np.broadcast_to(tiles, (240, 320, 3)).astype(np.uint8).copy()
    pixels[60:200, 120:200] = (200, 30, 40)
    return pixels


def framed() -> Pixels:
    """A photo in a white frame."""
    return np.pad(texture(), ((30, 30), (30, 30), (0, 0)), constant_values=255)


def starry() -> Pixels:
    """A ship before stars, as in a game."""
    pixels = np.full((180, 240, 3), (10, 10, 30), np.uint8)
    rows, columns = np.random.default_rng(2).integers(2, 176, (2, 90))
    for row, column in zip(rows, columns, strict=True):
        pixels[row : row + 2, column : column + 2] = 230
    pixels[100:140, 100:130] = (200, 30, 40)
    return pixels


def nothing() -> Pixels:
    return np.full((50, 40, 3), 200, np.uint8)


@pytest.mark.parametrize("pixels", [a_photo(), nothing(), texture(), framed(), starry()])
def test_other_pictures_are_left_alone(pixels: Pixels) -> None:
    assert as_picture(pixels).cut_out is None


def test_a_transparent_picture_is_cut_out_already() -> None:
    picture = as_picture(np.dstack([drawing(), (drawing() != 255).any(2).astype(np.uint8) * 255]))
    assert picture.cut_out is picture


def test_a_large_photo_of_a_drawing_is_shrunk() -> None:
    image = Image.fromarray(paper(1000, 850).clip(0, 255).astype(np.uint8)).resize((3000, 2550))
    ImageDraw.Draw(image).ellipse((900, 600, 2100, 2000), outline=(50, 50, 60), width=24)
    cut = as_picture(image).cut_out
    assert cut is not None and cut.image.size == (1500, 1275)
    assert np.mean(alpha(cut) > 127) == pytest.approx(np.pi * 600 * 700 / (3000 * 2550), rel=0.02)


def test_the_engine_plays_it_before_its_ground(painted_bundle: object) -> None:
    engine = Engine.load(str(painted_bundle))
    start = engine.find_agent(drawing((240, 240, 100)))
    assert start.note == "cut out of its plain ground"
    solid = start.mask > SOLID
    rows, columns = np.nonzero(solid)
    assert (rows.max() - rows.min() + 1) / (columns.max() - columns.min() + 1) == pytest.approx(40 / 12, abs=0.7)
    assert (start.frame[start.mask == 0] == (240, 240, 100)).all()
    assert start.background is not None and (start.background == (240, 240, 100)).all()


@pytest.mark.skipif(not WILD.is_dir(), reason="no pictures of others")
def test_a_child_s_drawing_is_cut_out_as_its_owners_did() -> None:
    cut = load_picture(WILD / "scenes" / "drawing_on_paper.png").cut_out
    with Image.open(WILD / "cutout" / "drawn_girl.png") as image:
        theirs = np.asarray(image.convert("RGBA").getchannel("A")) > 127
    ours = alpha(cut) > 127
    assert overlap(ours, theirs) > 0.75  # theirs has a rim of paper
    assert np.mean(theirs[ours]) > 0.97
