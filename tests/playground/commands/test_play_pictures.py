"""`glass-play` with pictures of one's own: cut-outs, backgrounds, crops and masks."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground.commands.play import main
from tests.playground.commands.playing import Pixels, frames_of

pytestmark = pytest.mark.usefixtures("place")


def cut_out() -> Image.Image:
    """Return a red agent on a transparent ground, smaller than the frame."""
    pixels = np.zeros((14, 20, 4), np.uint8)
    pixels[3:11, 7:13] = (255, 0, 0, 255)
    return Image.fromarray(pixels)


def test_a_cut_out_agent_before_a_background(place: Path) -> None:
    cut_out().save(place.parent / "sprite.png")
    Image.new("RGB", (64, 48), (10, 20, 200)).save(place.parent / "sea.png")
    for options in ([], ["--background", "../sea.png"]):
        assert main(["../sprite.png", "--headless", "--frames", f"out{len(options)}", *options]) == 0
    plain, sea = (frames_of(place / name)[0] for name in ("out0", "out2"))
    red = (sea == (255, 0, 0)).all(2)
    assert red.sum() == 48
    assert (sea[~red] == (10, 20, 200)).all()
    assert np.array_equal(red, (plain == (255, 0, 0)).all(2))
    white = Image.new("RGBA", cut_out().size, "white")
    white.alpha_composite(cut_out())
    white.convert("RGB").save(place.parent / "drawing.png")
    assert main(["../drawing.png", "--headless", "--frames", "out1", "--background", "../sea.png"]) == 0
    assert np.array_equal(frames_of(place / "out1")[0], sea)


def test_a_known_background_is_used_exactly(place: Path) -> None:
    cut_out().save(place.parent / "sprite.png")
    y, x = np.mgrid[:24, :32]
    sea = np.stack([10 + 3 * x, 20 + 2 * y, 200 - x], 2).astype(np.uint8)
    Image.fromarray(sea).save(place.parent / "sea.png")
    script = "right*2 left*4 pan(3,0)"
    arguments = ["../sprite.png", "--headless", "--background", "../sea.png", "--script", script, "--frames", "out"]
    assert main(arguments) == 0
    *frames, panned = frames_of(place / "out")
    for frame, left in zip(frames, (13, 15, 17, 15, 13, 11, 9), strict=True):
        agent = np.zeros((24, 32), bool)
        agent[8:16, left : left + 6] = True
        np.testing.assert_array_equal(frame[~agent], sea[~agent])
        assert (frame[agent][:, 0] > 120).all()
    np.testing.assert_array_equal(panned[:8, 3:], sea[:8, :-3])


def test_crop_mask_and_whole(place: Path, paint: Callable[..., Pixels], capsys: pytest.CaptureFixture[str]) -> None:
    wide = np.concatenate([paint(None), paint()], 1)
    Image.fromarray(wide).save(place.parent / "wide.png")
    assert main(["../wide.png", "--headless", "--crop", "32,0,32,24", "--frames", "crop"]) == 0
    np.testing.assert_array_equal(frames_of(place / "crop")[0], paint())
    mask = np.zeros((24, 64), np.uint8)
    mask[2:8, 36:44] = 255  # not where the model finds it
    Image.fromarray(mask).save(place.parent / "mask.png")
    masked = ["../wide.png", "--headless", "--mask", "../mask.png", "--crop", "32,0,32,24", "--script", "right"]
    assert main([*masked, "--frames", "mask"]) == 0
    start, frame = frames_of(place / "mask")
    np.testing.assert_array_equal(start, paint())
    changed = np.argwhere((frame != start).any(2))
    assert changed.min(0).tolist() >= [0, 0] and changed.max(0)[0] < 12  # what is told moves, the red one stays
    Image.new("RGB", (32, 24), (10, 20, 200)).save(place.parent / "sea.png")
    assert main([*masked, "--background", "../sea.png", "--frames", "cut"]) == 0
    seen = frames_of(place / "cut")[0]
    assert (seen == (10, 20, 200)).all(2).sum() == 32 * 24 - 48
    capsys.readouterr()
    pixels = np.full((300, 400, 3), (30, 90, 60), np.uint8)
    pixels[::9] += 40
    pixels[200:240, 300:330] = (255, 0, 0)
    Image.fromarray(pixels).save(place.parent / "large.png")
    assert main(["../large.png", "--headless", "--whole", "--frames", "whole"]) == 0
    assert "its part of" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--crop", "1,2,3"], "--crop '1,2,3': give X,Y,W,H in pixels of the picture"),
        (["--crop", "0,0,3,9"], "a.png: a crop of 3x9 pixels; give one of at least 8x8"),
        (["--crop", "20,0,20,20"], "a.png: a crop of 20x20 pixels at (20, 0) reaches beyond its 32x24 pixels"),
        (["--mask", "../small.png"], "small.png: a mask of 8x8 pixels; a.png needs one of 32x24"),
        (["--mask", "../black.png"], "black.png: marks nothing; paint white where the agent is"),
        (["--mask", "../none.png"], "none.png: no such file"),
        (["../b.png", "--mask", "../black.png"], "--mask is for one picture alone"),
    ],
)
def test_bad_crops_and_masks(
    place: Path, options: list[str], said: str, paint: Callable[..., Pixels], capfd: pytest.CaptureFixture[str]
) -> None:
    Image.fromarray(paint()).save(place.parent / "b.png")
    Image.new("L", (8, 8), 255).save(place.parent / "small.png")
    Image.new("L", (32, 24), 0).save(place.parent / "black.png")
    assert main(["../a.png", *options, "--headless", "--frames", "out"]) == 2
    errors = capfd.readouterr().err
    assert said in errors and errors.count("\n") == 1


def test_a_small_agent_in_a_large_picture_is_looked_at_more_closely(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pixels = np.full((300, 400, 3), (30, 90, 60), np.uint8)
    pixels[:, 200:] = (30, 180, 60)
    pixels[200:224, 300:318] = (255, 0, 0)
    Image.fromarray(pixels).save(place.parent / "large.png")
    assert main(["../large.png", "--headless", "--script", "right", "--frames", "out"]) == 0
    said = capsys.readouterr().out
    assert "large.png: its part of" in said
    assert (frames_of(place / "out")[0][:, :, 0] > 140).sum() > 30


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["../a.png", "--background", "../a.png"], "no transparent pixel"),
        (["../a.png", "--background", "../missing.png"], "no such file"),
        (["../a.png", "--background", "../text.png"], "not a picture"),
        (["--background", "../a.png"], "--background is for a picture of your own"),
        (["../plain.png", "--paint"], "--paint needs a window"),
        (["../a.png", "--view", "../a.png"], "takes one picture alone, and views were given"),
        (["../a.png", "--view", "../missing.png"], "no such file"),
        (["--view", "../a.png"], "--view is for one picture alone"),
        (["../a.png", "../a.png", "--view", "../a.png"], "--view is for one picture alone"),
    ],
)
def test_mistakes_with_own_pictures(
    place: Path, arguments: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--headless", "--frames", "out"]) == 2
    out, errors = capfd.readouterr()
    assert out == ""
    assert said in errors
    assert errors.count("\n") == 1
    assert os.listdir(place) == []


def test_recordings_have_the_picture_s_own_size(moving_bundle: Path, tmp_path: Path) -> None:
    picture, record, frames = tmp_path / "big.png", tmp_path / "out.gif", tmp_path / "frames"
    image = Image.new("RGBA", (300, 400))
    image.paste((200, 30, 30, 255), (100, 50, 200, 350))
    image.paste((30, 30, 200, 255), (117, 81, 153, 199))
    image.save(picture)
    arguments = [str(picture), "--headless", "--model", str(moving_bundle), "--script", "1*2", "--record", str(record)]
    assert main([*arguments, "--frames", str(frames)]) == 0
    with Image.open(record) as film, Image.open(frames / "00002.png") as frame:
        assert film.size == frame.size and frame.size[0] > 200
    assert main([*arguments, "--scale", "2"]) == 0
    with Image.open(record) as film:
        assert film.size == (2 * frame.size[0], 2 * frame.size[1])
