"""A window in which nothing moves takes next to nothing of the processor, and keeps its place."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.window.desktop import PATIENCE, SCREEN, Desktop, desktop, missing, stays, wait_until
from tests.window.player import Player

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "has all it needs")]

MANAGER = "openbox"


@contextmanager
def program_on(screen: Desktop, bundle: Path, folder: Path, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start the program on a desktop in an empty home, and wait until it shows something."""
    folders = {f"XDG_{name}": str(folder / name) for name in ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "STATE_HOME")}
    environment = screen.environment | folders | {"HOME": str(folder), "PYTHONPATH": str(Path(__file__).parents[2])}
    line = [sys.executable, "-m", "playground.commands.play", *arguments, "--model", str(bundle)]
    with subprocess.Popen(line, cwd=folder, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            screen.find_window()
            wait_until(lambda: screen.look().std() > 5, "a picture")
            yield process
        finally:
            process.kill()


def processor_seconds(process: "subprocess.Popen[bytes]") -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rest(processes: "list[subprocess.Popen[bytes]]") -> bool:
    """Say whether none of some processes takes more than 3 % of a core for eight seconds."""
    before = [processor_seconds(process) for process in processes]
    time.sleep(8)
    return all(processor_seconds(one) - seconds < 0.24 for one, seconds in zip(processes, before, strict=True))


def test_windows_at_rest(painted_bundle: Path, tmp_path: Path) -> None:
    with ExitStack() as opened:
        programs = []
        for name, arguments in (("gallery", []), ("game", [str(painted_bundle / "starts" / "0.png")])):
            screen_folder, home = tmp_path / name / "screen", tmp_path / name / "home"
            screen_folder.mkdir(parents=True)
            home.mkdir()
            screen = opened.enter_context(desktop(screen_folder))
            programs.append((screen, home, opened.enter_context(program_on(screen, painted_bundle, home, *arguments))))
        wait_until(lambda: rest([process for _, _, process in programs]), "rest")
        for screen, home, _ in programs:
            shown = screen.look()
            screen.tap("Right")
            wait_until(lambda screen=screen, shown=shown: screen.change(shown) > 0, "an answer to a key")  # type: ignore[misc]
            left = {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
            assert left <= {"DATA_HOME/glass-playground/settings.json"}  # docs/privacy.md


managed = pytest.mark.skipif(shutil.which(MANAGER) is None, reason=f"no {MANAGER}: apt-get install {MANAGER}")


@managed
def test_a_window_is_the_next_time_where_it_was_left(painted_bundle: Path, tmp_path: Path) -> None:
    with desktop(tmp_path) as screen, subprocess.Popen([MANAGER], env=screen.environment) as manager:
        try:
            with program_on(screen, painted_bundle, tmp_path) as process:
                screen.place_at_rest()
                screen.move(130, 90, 700, 560)
                wait_until(lambda: screen.place()[2:] == (700, 560), "the size that was asked for")
                place = screen.place_at_rest()
                screen.tap("Escape")
                assert process.wait(timeout=PATIENCE) == 0
            for _ in range(2):
                with program_on(screen, painted_bundle, tmp_path) as process:
                    wait_until(lambda: screen.place() == place, "the window where it was")
                    assert stays(lambda: screen.place() == place, 1.0)
                    screen.tap("F11")
                    wait_until(lambda: screen.place() == (0, 0, *SCREEN), "the whole screen")
                    screen.find_window()
                    screen.tap("F11", "Escape")
                    assert process.wait(timeout=PATIENCE) == 0
        finally:
            manager.kill()


@managed
def test_a_window_comes_back_from_the_whole_screen_to_its_place(painted_bundle: Path, tmp_path: Path) -> None:
    picture = str(painted_bundle / "starts" / "0.png")
    with desktop(tmp_path) as screen, subprocess.Popen([MANAGER], env=screen.environment) as manager:
        try:
            with program_on(screen, painted_bundle, tmp_path, picture) as process:
                player = Player(screen, tmp_path, process)
                wait_until(lambda: player.agent()[0] > 0, "the game, which has that key")
                place = screen.place_at_rest()  # with its frame around it
                for _ in range(3):
                    screen.tap("F11")
                    wait_until(lambda: screen.place() == (0, 0, *SCREEN), "the whole screen")
                    screen.find_window()
                    screen.tap("F11")
                    wait_until(lambda: screen.place() == place, "the window in its place")
                    assert stays(lambda: screen.place() == place, 0.5)
                    screen.find_window()
        finally:
            manager.kill()
