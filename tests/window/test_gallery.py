"""From the gallery into a game and back, in a real window."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from pygame import Surface

from playground.bundles.bundle import open_bundle
from playground.input.controls import Command
from playground.ui.gallery.entries import load_starts
from playground.ui.gallery.gallery import Gallery
from playground.ui.toolkit import theme
from playground.ui.toolkit.layout import arrange
from tests.window.desktop import PATIENCE, SCREEN, Desktop, Pixels, desktop, missing, stays, wait_until
from tests.window.player import part, red

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "has all it needs")]

FRAME = (32, 24)
CARDS = 4


@contextmanager
def gallery_on(screen: Desktop, bundle: Path, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Start the program on a desktop, and wait until it shows its gallery."""
    environment = screen.environment | {
        "GLASS_MODELS": str(bundle.parent),
        "XDG_DATA_HOME": str(folder / "data"),  # Nobody's pictures and settings but this test's.
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "OMP_NUM_THREADS": "1",
    }
    line = [sys.executable, "-m", "playground.commands.play", "--model", "painted"]
    with subprocess.Popen(line, cwd=folder, env=environment, stdout=subprocess.PIPE) as process:
        try:
            screen.find_window()
            wait_until(lambda: screen.look().std() > 5, "the gallery")
            yield process
        finally:
            process.kill()


def test_a_picture_is_found_played_and_left(painted_bundle: Path, tmp_path: Path) -> None:
    with desktop(tmp_path) as screen, gallery_on(screen, painted_bundle, tmp_path) as process:
        calm = screen.look()
        wait_until(lambda: stirs(screen, calm), "life in the marked picture")
        screen.tap(*"painted")
        wait_until(lambda: shows(screen.look()[:40], theme.PRESSED), "what was typed")
        screen.tap("Right", "Return")
        wait_until(lambda: not shows(screen.look()[:40], theme.PRESSED), "the game")
        assert process.stdout is not None
        assert b"1.png: model painted" in process.stdout.readline()
        screen.tap("Escape")
        wait_until(lambda: shows(screen.look()[:40], theme.PRESSED), "the gallery again")
        screen.tap("Escape")
        wait_until(lambda: not shows(screen.look()[:40], theme.PRESSED), "all pictures")
        screen.tap("Escape")
        assert process.wait(timeout=PATIENCE) == 0


def test_two_who_are_invited_play_together(painted_bundle: Path, tmp_path: Path) -> None:
    with desktop(tmp_path) as screen, gallery_on(screen, painted_bundle, tmp_path) as process:
        screen.tap("Tab", "Right", "Return")
        assert process.stdout is not None
        assert b"0.png and 1.png: model painted" in process.stdout.readline()
        wait_until(lambda: reach(screen) == (4, 17), "both agents")
        screen.tap("Right")
        wait_until(lambda: reach(screen) == (4, 19), "a step of the first player")
        screen.tap("d")
        wait_until(lambda: reach(screen) == (6, 19), "a step of the second player")
        screen.tap("Escape", "Escape")
        assert process.wait(timeout=PATIENCE) == 0


def test_buttons_and_cards_are_clicked(painted_bundle: Path, tmp_path: Path) -> None:
    with desktop(tmp_path) as screen, gallery_on(screen, painted_bundle, tmp_path) as process:
        place = screen.place()
        gallery = Gallery(load_starts([open_bundle(painted_bundle)]))
        gallery.draw(Surface(place[2:]))

        pair = gallery._view.button(Command.PAIR)
        for lit, what in ((True, "the first of two"), (False, "nobody invited")):
            screen.click(*pair.center)
            wait_until(
                lambda lit=lit: (tuple(screen.look()[pair.bottom - 5, pair.centerx]) == theme.PRESSED) is lit, what
            )  # type: ignore[misc]
        wait_until(lambda: _is_at_rest(screen), "all of the gallery")
        look = screen.look()
        screen.click(*gallery._view.button(Command.FULL_SCREEN).center)
        wait_until(lambda: screen.place()[2:] == SCREEN, "the whole screen")
        screen.find_window()
        screen.tap("F11")
        wait_until(lambda: screen.place() == place, "the window again")
        screen.find_window()
        wait_until(lambda: screen.change(look) < 0.1, "the gallery in it")
        last = len(gallery.selection.entries) - 1
        screen.click(*gallery._grid.box(last, 0).center)
        wait_until(lambda: screen.change(look) > 0.1, "the list of files")
        screen.tap("Escape")
        screen.click(*gallery._grid.box(1, 0).center)
        assert process.stdout is not None
        assert b"1.png: model painted" in process.stdout.readline()


def stirs(screen: Desktop, calm: Pixels) -> bool:
    """Move the pointer where it points at nothing, so that pictures do not rest, and say whether something changed."""
    _, _, width, height = screen.place()
    for left in (1, 2):
        screen.point(width - left, height - 2)
    return screen.change(calm) > 0


def reach(screen: Desktop) -> tuple[int, int]:
    """The first and the last column of the frame that shows something red."""
    _, _, width, height = screen.place()
    layout = arrange((width, height), FRAME, 2 * CARDS, players=2)
    columns = np.flatnonzero(red(part(screen.look(), layout.world)).any(0)) // layout.scale
    return (int(columns[0]), int(columns[-1])) if len(columns) else (0, 0)


def shows(pixels: object, colour: theme.Colour) -> bool:
    """Say whether some pixel has a colour."""
    return bool((pixels == colour).all(axis=2).any())  # type: ignore[attr-defined]


def _is_at_rest(screen: Desktop) -> bool:
    """Say whether next to nothing changes for a while: all pictures are there, and marks have faded."""
    before = screen.look()
    return stays(lambda: screen.change(before) < 0.1, 0.5)
