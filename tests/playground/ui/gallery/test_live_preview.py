"""The marked picture of the gallery comes to life."""

import time
from pathlib import Path

import numpy as np
import pygame
import pytest
from pygame import Surface
from pygame.event import Event

from playground.bundles.bundle import open_bundle
from playground.ui.gallery.entries import load_starts
from playground.ui.gallery.gallery import Gallery
from tests.playground.keys import press

pytestmark = pytest.mark.usefixtures("dummy_display")


def draw(gallery: Gallery) -> np.ndarray:
    surface = Surface((640, 480))
    gallery.draw(surface)
    return pygame.surfarray.array3d(surface)


def gallery_of(bundle: Path) -> Gallery:
    gallery = Gallery(load_starts([open_bundle(bundle)]))
    draw(gallery)
    while gallery.reading:  # Its pictures appear one after the other.
        gallery.update(0.0)
        time.sleep(0.002)
    return gallery


def changes(gallery: Gallery, side: slice, seconds: float = 20.0) -> bool:
    """Whether what the gallery shows on one side changes while time passes."""
    before, end = draw(gallery)[side], time.monotonic() + seconds
    while time.monotonic() < end:
        gallery.update(0.05)
        if (draw(gallery)[side] != before).any():
            return True
        time.sleep(0.002)
    return False


LEFT, RIGHT = slice(0, 310), slice(330, 640)


def test_the_marked_picture_moves_and_no_other(painted_bundle: Path) -> None:
    gallery = gallery_of(painted_bundle)
    right = draw(gallery)[RIGHT]
    assert changes(gallery, LEFT)
    assert (draw(gallery)[RIGHT] == right).all()
    press(gallery, pygame.K_RIGHT)
    still = draw(gallery)[LEFT]
    assert changes(gallery, RIGHT)
    assert (draw(gallery)[LEFT] == still).all()


def test_it_stands_still_at_first(painted_bundle: Path) -> None:
    gallery = gallery_of(painted_bundle)
    before = draw(gallery)
    for _ in range(7):
        gallery.update(0.05)
    assert (draw(gallery) == before).all()


def test_what_cannot_be_played_stands_still(own_bundle: Path) -> None:
    gallery = gallery_of(own_bundle)
    (own_bundle / "step.onnx").write_bytes(b"broken")
    assert not changes(gallery, LEFT, seconds=1.0)


def test_a_game_begins_with_the_demonstration_over(painted_bundle: Path) -> None:
    gallery = gallery_of(painted_bundle)
    before = draw(gallery)[RIGHT]
    assert changes(gallery, LEFT)
    press(gallery, pygame.K_RETURN)
    assert gallery.chosen is not None
    gallery.again()
    shown = draw(gallery)[LEFT]
    for _ in range(7):
        gallery.update(0.05)
    assert (draw(gallery)[LEFT] == shown).all()
    assert (draw(gallery)[RIGHT] == before).all()


def test_it_rests_when_nobody_is_there(painted_bundle: Path) -> None:
    gallery = gallery_of(painted_bundle)
    assert changes(gallery, LEFT)
    assert gallery.update(0.01) == 0
    for _ in range(200):
        still = gallery.update(0.05)
    seen, shown = gallery.seen(), draw(gallery)
    assert still > 60
    gallery.update(0.05)
    assert gallery.seen() == seen
    assert (draw(gallery) == shown).all()
    gallery.handle(Event(pygame.MOUSEMOTION, pos=(2, 2), rel=(1, 1), buttons=(0, 0, 0)))
    assert changes(gallery, LEFT)
    assert gallery.seen() != seen
    gallery.handle(Event(pygame.WINDOWFOCUSLOST))
    gallery.update(0.2)
    assert gallery.update(0.2) > 60
