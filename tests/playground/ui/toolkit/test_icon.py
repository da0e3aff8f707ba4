"""The icon is drawn, and what a desktop is given is that drawing."""

import configparser
from pathlib import Path

import numpy as np
import pygame
import pytest

from playground.ui.toolkit import window
from playground.ui.toolkit.icon import draw_icon
from playground.ui.toolkit.window import WindowPlace, close_window, open_window
from tests.scripts import ROOT

DESKTOP = ROOT / "playground" / "ui" / "toolkit" / "desktop"
ICON = "icons/hicolor/256x256/apps/glass-playground.png"


def pixels(surface: pygame.Surface) -> np.ndarray:
    return np.frombuffer(pygame.image.tobytes(surface, "RGBA"), np.uint8).astype(int)


def test_the_file_for_desktops_is_the_drawing() -> None:
    shown, drawn = pixels(pygame.image.load(DESKTOP / ICON)), pixels(draw_icon(256))
    assert shown.shape == drawn.shape and np.abs(shown - drawn).max() <= 2
    assert len(np.unique(drawn.reshape(-1, 4), axis=0)) > 4


def test_the_desktop_entry_names_the_program_and_the_icon() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(DESKTOP / "applications" / "glass-playground.desktop")
    entry = parser["Desktop Entry"]
    assert entry["Exec"] == "glass-play %F"
    assert entry["Icon"] == Path(ICON).stem == entry["StartupWMClass"]
    assert entry["Name"] == window.PROGRAM


def test_the_window_has_the_icon_and_a_title(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    icons: list[pygame.Surface] = []
    monkeypatch.setattr(pygame.display, "set_icon", icons.append)
    try:
        open_window(WindowPlace((64, 48)), "a.png - sprites")
        assert pygame.display.get_caption()[0] == "a.png - sprites - GLASS Playground"
        open_window(WindowPlace((64, 48)), "")
        assert pygame.display.get_caption()[0] == "GLASS Playground"
    finally:
        close_window()
    assert icons and icons[0].get_at((32, 16))[:3] != icons[0].get_at((4, 32))[:3]
