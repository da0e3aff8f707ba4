"""The bundle that windows are tried with, and a window for somebody to play in."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.playground.conftest import write_painted_bundle
from tests.window.desktop import PATIENCE, Desktop, desktop, wait_until
from tests.window.player import START, Player


@pytest.fixture(scope="session")
def painted_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the bundle written by hand; not to be changed."""
    return write_painted_bundle(tmp_path_factory.mktemp("models") / "painted")


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    with desktop(tmp_path_factory.mktemp("screen")) as one:
        yield one


@pytest.fixture(scope="module")
def sit_down(
    screen: Desktop, painted_bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Player]]:
    """A function that opens a window and returns the player before it; called again, the same while it is there."""
    seated: list[Player] = []
    processes: list[subprocess.Popen[bytes]] = []

    def sit() -> Player:
        if seated and seated[-1].process.poll() is None:
            return seated[-1]
        folder = tmp_path_factory.mktemp("play")
        picture = str(painted_bundle / "starts" / "0.png")
        line = [sys.executable, "-m", "playground.commands.play", picture, "--model", str(painted_bundle)]
        environment = screen.environment | {
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_PICTURES_DIR": str(folder),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "OMP_NUM_THREADS": "1",
        }
        process = subprocess.Popen(line, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        processes.append(process)
        screen.find_window()
        player = Player(screen, folder, process)
        wait_until(lambda: player.is_at(START), "the game, after it looked for the agent")
        seated.append(player)
        return seated[-1]

    yield sit
    for process in processes:
        process.terminate()
        process.wait(timeout=PATIENCE)


@pytest.fixture
def player(sit_down: Callable[[], Player]) -> Player:
    one = sit_down()
    one.home()
    return one
