"""From the gallery into a game and back, in a real window."""

import subprocess
import sys
from pathlib import Path

import pytest

from playground import theme
from tests.window.desktop import desktop, missing, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "has all it needs")]


def test_a_picture_is_found_played_and_left(painted_bundle: Path, tmp_path: Path) -> None:
    with desktop(tmp_path) as screen:
        environment = screen.environment | {
            "GLASS_MODELS": str(painted_bundle.parent),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "OMP_NUM_THREADS": "1",
        }
        line = [sys.executable, "-m", "playground.commands.play"]
        with subprocess.Popen(line, cwd=tmp_path, env=environment, stdout=subprocess.PIPE) as process:
            try:
                screen.find_window()
                wait_until(lambda: screen.look().std() > 5, "the gallery")
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
                assert process.wait(timeout=30) == 0
            finally:
                process.kill()


def shows(pixels: object, colour: theme.Colour) -> bool:
    """Say whether some pixel has a colour."""
    return bool((pixels == colour).all(axis=2).any())  # type: ignore[attr-defined]
