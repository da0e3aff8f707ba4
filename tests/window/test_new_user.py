"""A new user's way without a keyboard: open the program, drop a picture, walk, export a sheet, find the file."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground.input.controls import Command
from playground.ui.toolkit import theme
from playground.ui.toolkit.layout import key_caps
from tests.window.desktop import desktop, missing, wait_until
from tests.window.player import FRAME, Player

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "has all it needs")]


def hero() -> Image.Image:
    """Somebody red, cut out."""
    image = Image.new("RGBA", FRAME)
    image.paste((250, 20, 20, 255), (12, 6, 18, 14))
    return image


def file_manager(folder: Path) -> Path:
    """A program that notes which folder it is asked to show; returns where."""
    noted, program = folder / "shown.txt", folder / "xdg-open"
    program.write_text(f'#!/bin/sh\nprintf "%s" "$1" > "{noted}"\n')
    program.chmod(0o755)
    return noted


def link_of_the_message(player: Player) -> tuple[int, int] | None:
    """The middle of the line below what can be clicked, if there is one."""
    pixels = player.desktop.look()
    below = (pixels == theme.ACTING).all(2)
    below[: player.layout.world.centery] = False
    row = int(below.sum(1).argmax())
    columns = np.flatnonzero(below[row])
    return (int(columns.mean()), row - 3) if len(columns) > 3 * player.layout.unit else None


def test_open_the_program_drop_a_picture_walk_export_a_sheet_find_the_file(
    painted_bundle: Path, tmp_path: Path
) -> None:
    hero().save(tmp_path / "my hero.png")
    (tmp_path / "bin").mkdir()
    shown = file_manager(tmp_path / "bin")
    with desktop(tmp_path) as screen:
        environment = screen.environment | {
            "GLASS_MODELS": str(painted_bundle.parent),
            "HOME": str(tmp_path),
            "OMP_NUM_THREADS": "1",
            "PATH": f"{tmp_path / 'bin'}:{screen.environment['PATH']}",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "XDG_PICTURES_DIR": str(tmp_path / "Pictures"),
        }
        line = [sys.executable, "-m", "playground.commands.play", "--model", "painted"]
        with subprocess.Popen(line, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL) as process:
            try:
                screen.find_window()
                player = Player(screen, tmp_path, process)
                wait_until(lambda: screen.look().std() > 5, "the gallery")
                screen.drop(tmp_path / "my hero.png")
                wait_until(lambda: player.agent()[0] > 0, "the game")
                wait_until(player.at_rest, "the first frame")
                walk(player)
                player.click(player.button(Command.SHEET))
                wait_until(lambda: len(player.files("Pictures/glass-*/my-hero.png")) == 1, "the sheet")
                wait_until(lambda: link_of_the_message(player) is not None, "the way to it")
                player.click(link_of_the_message(player) or (0, 0))
                wait_until(shown.is_file, "the folder")
                (sheet,) = player.files("Pictures/glass-*/my-hero.png")
                wait_until(lambda: shown.read_text() == str(sheet.parent), "the sheet's folder")
                with Image.open(sheet) as image:
                    assert image.has_transparency_data
            finally:
                process.kill()


def walk(player: Player) -> None:
    """Hold the drawn arrow that points to the right."""
    start = player.agent()
    player.desktop.point(*key_caps(player.layout.arrows[0])["right"].center)
    player.desktop.do("mousedown", 1)
    wait_until(lambda: player.agent()[0] > start[0] + 2, "some steps")
    player.desktop.do("mouseup", 1)
