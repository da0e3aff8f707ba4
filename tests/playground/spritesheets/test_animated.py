"""Animated files read back by Pillow, and by FFmpeg and SDL, which had no part in writing them."""

from pathlib import Path

import av
import numpy as np
import pygame
import pytest
from PIL import Image

from playground.spritesheets.animated import SUFFIXES, save_animated
from playground.spritesheets.sheet import SheetAnimation
from tests.playground.spritesheets.conftest import JUMP, STRIKE


def seen(path: Path) -> list[np.ndarray]:
    """The frames of a file, RGBA, each as often as it is shown for a tick of 80 ms."""
    found = []
    with Image.open(path) as image:
        for index in range(image.n_frames):
            image.seek(index)
            image.load()
            shown = round(image.info["duration"] / 80)
            found += [np.asarray(image.convert("RGBA"))] * shown
    return found


def premultiplied(frame: np.ndarray) -> np.ndarray:
    return np.where(frame[..., 3:] == 0, 0, frame)


@pytest.mark.parametrize("kind", SUFFIXES)
@pytest.mark.parametrize("animation", [STRIKE, JUMP], ids=lambda one: one.name)
def test_each_frame_is_shown_as_it_is(tmp_path: Path, kind: str, animation: SheetAnimation) -> None:
    path = tmp_path / f"a{SUFFIXES[kind]}"
    save_animated(kind, animation, 80, path)
    frames = seen(path)
    assert len(frames) == len(animation.order)
    for frame, at in zip(frames, animation.order, strict=True):
        np.testing.assert_array_equal(premultiplied(frame), animation.frames[at])


@pytest.mark.parametrize("kind", ["gif", "apng"])
def test_ffmpeg_and_sdl_see_the_same(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a{SUFFIXES[kind]}"
    save_animated(kind, JUMP, 80, path)
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]
    assert len(frames) == 3
    for frame, drawn in zip(frames, JUMP.frames, strict=True):
        np.testing.assert_array_equal(premultiplied(frame), drawn)
    if kind == "gif":
        surface = pygame.image.load(path)
        assert surface.get_size() == (40, 40)


def test_soft_edges_are_kept_by_all_but_gif(tmp_path: Path) -> None:
    soft = JUMP.frames[0].copy()
    soft[12, 15:25, 3] = (0, 20, 60, 120, 127, 128, 140, 200, 250, 255)
    animation = SheetAnimation("soft", (soft, JUMP.frames[1]), True)
    for kind in SUFFIXES:
        save_animated(kind, animation, 80, tmp_path / f"a{SUFFIXES[kind]}")
    for kind in ("apng", "webp"):
        np.testing.assert_array_equal(seen(tmp_path / f"a{SUFFIXES[kind]}")[0][..., 3], soft[..., 3])
    assert set(np.unique(seen(tmp_path / "a.gif")[0][12, :, 3])) == {0, 255}


def test_many_colours_become_those_of_a_gif(tmp_path: Path) -> None:
    y, x = np.mgrid[:40, :40]
    frame = np.stack([x * 6, y * 6, (x + y) * 3, np.full_like(x, 255)], 2).astype(np.uint8)
    frame[:5] = 0
    save_animated("gif", SheetAnimation("many", (frame, frame[:, ::-1]), True), 80, tmp_path / "a.gif")
    first = seen(tmp_path / "a.gif")[0]
    assert (first[:5, :, 3] == 0).all() and (first[5:, :, 3] == 255).all()
    assert np.abs(first[5:, :, :3].astype(int) - frame[5:, :, :3]).mean() < 12


def test_what_shows_nothing_is_written_all_the_same(tmp_path: Path) -> None:
    empty = np.zeros((8, 8, 4), np.uint8)
    for kind in SUFFIXES:
        save_animated(kind, SheetAnimation("none", (empty,), True), 80, tmp_path / f"a{SUFFIXES[kind]}")
        with Image.open(tmp_path / f"a{SUFFIXES[kind]}") as image:
            assert not np.asarray(image.convert("RGBA"))[..., 3].any()
