"""What the window takes: shares of a core that add up, and memory that is counted after each picture."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.window.at_rest import idle_share, megabytes
from glass.core.errors import GlassError
from tests.scripts import ROOT

pytestmark = pytest.mark.slow


def test_idle_share_is_that_of_the_process(painted_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    picture = str(painted_bundle / "starts" / "0.png")
    assert 0 <= idle_share(8.0, 2.0, False, picture, "--model", str(painted_bundle)) < 0.2
    for name in ("SDL_VIDEODRIVER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(GlassError, match="could not be measured"):
        idle_share(0.1, 0.1, False, picture)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_after_pictures(tmp_path: Path) -> None:
    line = [sys.executable, str(ROOT / "benchmarks" / "window" / "at_rest.py"), "memory", "--pictures", "3"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*line, "--json", str(tmp_path / "memory.json")], env=environment, capture_output=True, text=True, check=False
    )
    found = json.loads((tmp_path / "memory.json").read_text())
    assert found["pictures"] == [1, 3] and all(50 < each < 2000 for each in found["megabytes"]), done.stderr
    assert megabytes() > 10
