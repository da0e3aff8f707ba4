"""Nothing is left behind: a run in an empty home writes what it was asked for, and no more."""

import os
import subprocess
import sys
from pathlib import Path

from tests.scripts import ROOT

FOLDERS = ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "STATE_HOME", "RUNTIME_DIR")
PLACES = ("CUDA_CACHE_PATH", "DISPLAY", "ORT_DISABLE_TELEMETRY", "WAYLAND_DISPLAY")


def test_a_run_in_an_empty_home_leaves_what_it_was_asked_for(painted_bundle: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if name not in PLACES}
    folders = {f"XDG_{name}": str(home / name) for name in FOLDERS}
    environment = {**kept, **folders, "HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "playground.commands.play", "--headless", "--model", str(painted_bundle)]
    line += ["--script", "right*2", "--record", "play.gif"]
    subprocess.run(line, cwd=home, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert [path.relative_to(home).as_posix() for path in home.rglob("*")] == ["play.gif"]
