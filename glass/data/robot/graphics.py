"""Choice of the way MuJoCo renders without a display: EGL, or else OSMesa."""

import os
import subprocess
import sys
from importlib.util import find_spec

from glass.core.errors import GlassError

VARIABLE = "MUJOCO_GL"
"""Environment variable that MuJoCo reads when it is imported."""

THREADS = "LP_NUM_THREADS"
"""Environment variable that tells Mesa's software renderer how many threads to start; 0 is to draw without any."""

HEADLESS = ("egl", "osmesa")
"""Ways to draw without a display, the preferred one first."""

_PROBE = "import mujoco; context = mujoco.GLContext(8, 8); context.make_current(); context.free()"


def choose_graphics() -> None:
    """Set the environment variables that say how MuJoCo draws, for this process and those it starts.

    What the user has set is kept. On Linux EGL is tried first, then OSMesa; elsewhere MuJoCo knows by itself. Where
    software draws, it does so in the calling thread: small frames gain by more processes, not by threads.

    Raises:
        GlassError: MuJoCo or the arm's meshes are not installed, or neither way of drawing works here.
    """
    if any(find_spec(name) is None for name in ("mujoco", "metaworld")):
        raise GlassError("robot: MuJoCo and the arm's meshes are missing; pip install 'glass-playground[robot]'")
    os.environ.setdefault(THREADS, "0")
    if os.environ.get(VARIABLE) or not sys.platform.startswith("linux"):
        return
    for way in HEADLESS:
        if _works(way):
            os.environ[VARIABLE] = way
            return
    raise GlassError(
        "robot: neither EGL nor OSMesa can draw here; install one of them "
        "(Debian: apt install libegl1 libgl1-mesa-dri, or libosmesa6)"
    )


def _works(way: str) -> bool:
    """Try to draw in a process of its own: a failed try cannot be taken back."""
    environment = {key: value for key, value in os.environ.items() if key != "PYOPENGL_PLATFORM"} | {VARIABLE: way}
    command = [sys.executable, "-c", _PROBE]
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0
