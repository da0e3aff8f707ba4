"""A desktop of its own for a test: a screen without a monitor, a hand that types and points, and eyes."""

import os
import shutil
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.window.drag_and_drop import drop_files

SCREEN = (1280, 800)
PATIENCE = 60.0
"""Seconds that anything may take to show, on a machine however busy."""
NEEDED = ("Xvfb", "xdotool")

Pixels = NDArray[np.uint8]


def missing() -> str:
    """What this machine lacks for such a desktop, as a reason to skip; empty where it has everything."""
    lacking = [program for program in NEEDED if shutil.which(program) is None]
    if not lacking:
        return ""
    return f"no {' and no '.join(lacking)}: apt-get install xvfb xdotool"


class Desktop:
    """An X display in memory."""

    def __init__(self, number: int, folder: Path) -> None:
        self.number = number
        self._screen = folder / "Xvfb_screen0"
        self._window = ""

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to know to show itself here."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SDL_", "WAYLAND_"))}
        return {**kept, "DISPLAY": f":{self.number}"}

    def do(self, *arguments: object) -> str:
        """Run xdotool."""
        line = ["xdotool", *map(str, arguments)]
        done = subprocess.run(line, env=self.environment, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout.strip()

    def find_window(self) -> None:
        """Wait for the one window of a program, and give it the keyboard."""

        def there() -> bool:
            try:
                self._window = self.do("search", "--onlyvisible", "--class", ".").partition("\n")[0]
                self.do("windowfocus", "--sync", self._window)
            except subprocess.CalledProcessError:  # none yet, or the last program's, which is about to go
                return False
            return True

        wait_until(there, "a window")

    def type(self, *arguments: object) -> None:
        """Run xdotool with the keyboard given to the window at once before, whoever else has taken it meanwhile."""
        try:
            self.do("windowfocus", "--sync", self._window, *arguments)
        except subprocess.CalledProcessError:  # it came back as another one, as from the whole screen
            self.find_window()
            self.do(*arguments)

    def tap(self, *keys: str) -> None:
        """Press and let go of keys, one after the other; none is held for as long as a tick."""
        for key in keys:
            self.type("key", "--delay", 0, key)

    @contextmanager
    def holding(self, *keys: str) -> Iterator[None]:
        """Hold keys down."""
        for key in keys:
            self.type("keydown", key)
        try:
            yield
        finally:
            for key in reversed(keys):
                self.do("keyup", key)

    def place(self) -> tuple[int, int, int, int]:
        """Left, top, width and height of the window on the screen."""
        try:
            said = self.do("getwindowgeometry", "--shell", self._window)
        except subprocess.CalledProcessError:  # it came back as another one, as from the whole screen
            self.find_window()
            said = self.do("getwindowgeometry", "--shell", self._window)
        words = dict(line.split("=") for line in said.splitlines() if "=" in line)
        left, top, width, height = (int(words[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))
        return left, top, width, height

    def place_at_rest(self) -> tuple[int, int, int, int]:
        """Wait until the window stays where it is, and return its place."""
        places = [self.place()]

        def rests() -> bool:
            places[0] = self.place()
            return stays(lambda: self.place() == places[0], 1.0)

        wait_until(rests, "a window that stays")
        return places[0]

    def move(self, left: int, top: int, width: int, height: int) -> None:
        """Move the window to a place on the screen, and give it another size."""
        self.do("windowsize", "--sync", self._window, width, height)
        self.do("windowmove", "--sync", self._window, left, top)

    def drop(self, *files: Path) -> None:
        """Drop files on the middle of the window."""
        left, top, width, height = self.place()
        drop_files(f":{self.number}", int(self._window), (left + width // 2, top + height // 2), *files)

    def point(self, x: int, y: int) -> None:
        """Move the pointer to a point of the window."""
        left, top, _, _ = self.place()
        self.do("mousemove", "--sync", left + x, top + y)

    def click(self, x: int, y: int, times: int = 1) -> None:
        """Click at a point of the window; the button is not held for as long as a tick."""
        self.point(x, y)
        self.do(*("mousedown", 1, "mouseup", 1) * times)

    def look(self, place: tuple[int, int, int, int] | None = None) -> Pixels:
        """What the window, which is at that place, shows, (H, W, 3): as much of it as is on the screen."""
        left, top, width, height = place or self.place()
        return self._look_at_screen()[top : top + height, left : left + width]

    def change(self, shown: Pixels) -> float:
        """Which share of the window's pixels is not as it was; 1 where its size is not."""
        seen = self.look()
        return float((seen != shown).any(2).mean()) if seen.shape == shown.shape else 1.0

    def _look_at_screen(self) -> Pixels:
        content = self._screen.read_bytes()  # an XWD file: a head of 32-bit numbers, colours, pixels
        head = struct.unpack(">25I", content[:100])
        size, width, height, row, colours = head[0], head[4], head[5], head[12], head[19]
        start = size + 12 * colours
        rows = np.frombuffer(content, np.uint8, row * height, start).reshape(height, row)
        return rows[:, : 4 * width].reshape(height, width, 4)[:, :, 2::-1].copy()


@contextmanager
def desktop(folder: Path) -> Iterator[Desktop]:
    """Start a desktop that keeps its screen in a folder, and end it."""
    reader, writer = os.pipe()
    size = f"{SCREEN[0]}x{SCREEN[1]}x24"
    line = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-fbdir", str(folder), "-nolisten", "tcp"]
    line.append("-noreset")  # it would start anew when the last window goes, and refuse one that comes meanwhile
    server = subprocess.Popen(line, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as said:
            number = int(said.readline())
        yield Desktop(number, folder)
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something to become true; fails when it does not."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.03)


def stays(condition: Callable[[], bool], seconds: float = 0.4) -> bool:
    """Say whether something is true all of the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not condition():
            return False
        time.sleep(0.03)
    return True
