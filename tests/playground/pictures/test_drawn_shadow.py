"""Shadows that are drawn below an agent are no part of it."""

import numpy as np
from PIL import Image, ImageDraw

from playground.pictures.drawn_shadow import without_drawn_shadow


def figure(shadow: tuple[int, int, int, int] | None) -> Image.Image:
    image = Image.new("RGBA", (16, 16))
    draw = ImageDraw.Draw(image)
    if shadow:
        draw.rectangle((3, 12, 13, 14), fill=shadow)
    draw.rectangle((5, 1, 10, 13), fill=(200, 80, 40, 255))
    draw.rectangle((6, 3, 7, 4), fill=(0, 0, 0, 255))
    return image


def test_a_half_transparent_black_shadow_is_left_out() -> None:
    found = without_drawn_shadow(figure((0, 0, 0, 128)))
    assert np.array_equal(np.asarray(found), np.asarray(figure(None)))


def test_what_is_no_shadow_stays() -> None:
    solid, blue, faint = figure((0, 0, 0, 255)), figure((40, 60, 200, 128)), figure((0, 0, 0, 10))
    upside_down = figure((0, 0, 0, 128)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    for image in (figure(None), solid, blue, faint, upside_down):
        assert without_drawn_shadow(image) is image


def test_ghosts_and_smooth_outlines_stay() -> None:
    ghost = figure((0, 0, 0, 128))
    pale = np.asarray(ghost).copy()
    pale[..., 3] = np.minimum(pale[..., 3], 128)
    smooth = Image.new("RGBA", (256, 256))
    draw = ImageDraw.Draw(smooth)
    draw.ellipse((20, 20, 236, 236), fill=(250, 200, 60, 255), outline=(0, 0, 0, 255), width=12)
    for image in (Image.fromarray(pale), smooth.resize((64, 64), Image.Resampling.LANCZOS)):
        assert without_drawn_shadow(image) is image
