"""Backgrounds: shape, repeatability, variety, photos and bad files."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from glass.core.errors import GlassError
from glass.data.sprites import backgrounds
from glass.data.sprites.backgrounds import KINDS, PHOTO, background, load_background, packaged_photos
from glass.data.sprites.camera import BACKGROUND_SIZE


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_picture_and_repeats(kind: str) -> None:
    first = background(np.random.default_rng(5), kind)
    assert first.shape == (BACKGROUND_SIZE, BACKGROUND_SIZE, 3) and first.dtype == np.uint8
    np.testing.assert_array_equal(first, background(np.random.default_rng(5), kind))
    assert (first != background(np.random.default_rng(6), kind)).mean() > 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_shows_a_move_of_one_pixel_both_ways(kind: str) -> None:
    picture = background(np.random.default_rng(7), kind).astype(int)
    for axis in (0, 1):
        assert np.abs(np.diff(picture, axis=axis)).mean() > 0.1


def test_there_are_dark_and_light_calm_and_busy_ones() -> None:
    rng = np.random.default_rng(1)
    pictures = [background(rng).astype(float) for _ in range(60)]
    brightness = [p.mean() for p in pictures]
    detail = [np.abs(np.diff(p, axis=1)).mean() for p in pictures]
    assert min(brightness) < 70 and max(brightness) > 180
    assert min(detail) < 3 and max(detail) > 15


def test_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(GlassError, match=r"lava.*bricks"):
        background(np.random.default_rng(0), "lava")


def test_photos_come_from_installed_packages_or_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(path.is_file() for path in packaged_photos())
    monkeypatch.setattr(backgrounds, "packaged_photos", tuple)
    with pytest.raises(GlassError, match="photos"):
        background(np.random.default_rng(0), PHOTO)
    path = tmp_path / "photo.png"
    Image.fromarray(background(np.random.default_rng(3), "grass")).resize((300, 200)).save(path)
    monkeypatch.setattr(backgrounds, "packaged_photos", lambda: (path,))
    assert background(np.random.default_rng(0), PHOTO).shape == (BACKGROUND_SIZE, BACKGROUND_SIZE, 3)


def test_a_file_is_stretched_to_the_size_of_a_background(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    Image.new("L", (40, 20), 90).save(path)
    assert (load_background(path) == 90).all() and load_background(path).shape == (BACKGROUND_SIZE, BACKGROUND_SIZE, 3)


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(GlassError, match=r"nowhere\.png"):
        load_background(tmp_path / "nowhere.png")
    text = tmp_path / "text.png"
    text.write_text("no picture")
    with pytest.raises(GlassError, match=r"text\.png"):
        load_background(text)
