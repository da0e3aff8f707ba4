"""What the window takes of the machine: of the processor while nobody touches it, of memory after many pictures.

    python benchmarks/window/at_rest.py idle            # on a display with a window manager
    python benchmarks/window/at_rest.py memory

`idle` opens the gallery, a game, and a game that is minimised, each in a process of its own, leaves it alone until what
moves by itself rests, and measures the processor's time that the process takes, as a share of the clock's: other
programs on the same cores change nothing in that. It fails above 3 %.

`memory` chooses start frames of all models in the gallery, one after the other, without a display, and walks and acts
with each; it prints the memory in use after every tenth. It fails if the second half of the way added more than a
megabyte a picture.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks._harness import JsonPlace, publish
from glass.core.console import new_command, run_command
from glass.core.errors import GlassError

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame
from pygame.event import Event

MOST_IDLE, MOST_GROWTH = 0.03, 1.0
"""Largest share of a core that a window at rest may take, and megabytes that a picture may add."""
ROOT = Path(__file__).parents[2]
STEP = 1 / 60
PLAYED = (pygame.K_RIGHT, pygame.K_1, pygame.K_LEFT, pygame.K_3, pygame.K_DOWN)
"""What is done with each picture, half a second each."""
REPORTED = 10

CHILD = """
import json, os, sys, time
import pygame
from playground.commands import play
from playground.ui.toolkit import window
settle, seconds, minimise = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3] == "minimised"
poll, began, marks = pygame.event.poll, [], []
def watched():
    now = time.monotonic()
    if not began and pygame.display.get_init() and pygame.display.get_surface() is not None:
        began.append(now)
    if began and minimise and pygame.display.get_active() and now > began[0] + 2:
        pygame.display.iconify()
    if began and len(marks) < 2 and now > began[0] + settle + seconds * len(marks):
        marks.append((now, time.process_time()))
        if len(marks) == 2:
            (t, p), (u, q) = marks
            print(json.dumps([(q - p) / (u - t), bool(pygame.display.get_active())]), file=sys.stderr, flush=True)
            os._exit(0)
    return poll()
pygame.event.poll = watched
play.main(sys.argv[4:])
"""


@dataclass(frozen=True)
class IdleReport:
    """Shares of a core, in 0..1."""

    gallery: float
    game: float
    minimised: float


@dataclass(frozen=True)
class MemoryReport:
    """Megabytes in use."""

    pictures: list[int]
    """How many had been played."""
    megabytes: list[float]
    growth: float
    """Megabytes a picture over the second half."""


def idle_share(settle: float, seconds: float, minimised: bool, *arguments: str) -> float:
    """Return the share of a core that a window takes which was left alone for `settle` seconds, over some seconds.

    Raises:
        GlassError: the window could not be opened, or not minimised.
    """
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_DATA_HOME": home}
        how = "minimised" if minimised else "shown"
        line = [sys.executable, "-c", CHILD, str(settle), str(seconds), how, *arguments]
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    told = done.stderr.splitlines()[-1:] or [""]
    if done.returncode or not told[0].startswith("["):
        raise GlassError(f"the window could not be measured ({told[0] or 'it was closed'}); run this on a display")
    share, active = json.loads(told[0])
    if minimised and active:
        raise GlassError("the window could not be minimised; a window manager has to run on the display")
    return float(share)


class Visitor:
    """Somebody who plays one start frame of the gallery after the other, instead of the window's loop."""

    def __init__(self, pictures: int, tell: Callable[[int], None]) -> None:
        """Play so many, and tell of each."""
        self._left, self._played, self._tell = pictures, 0, tell

    def show(self, screen: Any) -> bool:
        """Do what somebody does on a screen; returns whether the window stays."""
        from playground.ui.gallery.gallery import Gallery
        from playground.ui.game.game import Game

        surface = pygame.display.get_surface()
        if isinstance(screen, Gallery):
            return self._choose(screen, surface)
        if isinstance(screen, Game):
            for key in PLAYED:
                _strike(screen, key)
                for _ in range(30):
                    screen.update(STEP)
                    screen.draw(surface)
                screen.handle(Event(pygame.KEYUP, key=key, unicode="", scancode=0, mod=0))
            _strike(screen, pygame.K_ESCAPE)
            self._played += 1
        while screen.running:
            screen.update(STEP)
            screen.draw(surface)
            time.sleep(0.01)
        return True

    def _choose(self, gallery: Any, surface: pygame.Surface) -> bool:
        """Mark the next start frame, look at what it does, and take it; with none left, leave."""
        if self._played:
            self._tell(self._played)
        if not self._left:
            return False
        entries = gallery.selection.entries
        at = [place for place, entry in enumerate(entries) if entry.bundle is not None]
        gallery.selection.mark(at[self._played % len(at)])
        end = time.monotonic() + 1.0
        while time.monotonic() < end:
            gallery.update(STEP)
            gallery.draw(surface)
            time.sleep(STEP)
        _strike(gallery, pygame.K_RETURN)
        self._left -= 1
        return True


def _strike(screen: Any, key: int) -> None:
    screen.handle(Event(pygame.KEYDOWN, key=key, unicode="", scancode=0, mod=0))


def megabytes() -> float:
    """Memory of this process that is not swapped out."""
    words = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(words[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def memory_after(pictures: int) -> Iterator[tuple[int, float]]:
    """Play so many pictures from the gallery, and return how many had been played with what memory."""
    from playground.commands import play
    from playground.ui import app, preparing
    from playground.ui.gallery import gallery

    found: list[tuple[int, float]] = []
    visitor = Visitor(pictures, lambda played: found.append((played, megabytes())))
    for module in (app, preparing, gallery):
        module.show = visitor.show  # type: ignore[attr-defined]
    play.main([])
    return iter(found)


app = new_command("Measure what the window takes of processor and memory.")


@app.command()
def idle(
    seconds: Annotated[float, typer.Option(help="For how long to measure.")] = 20.0,
    settle: Annotated[float, typer.Option(help="Seconds after which what moves by itself rests.")] = 12.0,
    json_place: JsonPlace = None,
) -> int:
    """Measure the share of a core that a window takes which nobody touches."""
    picture = str(min((ROOT / "models" / "sprites" / "starts").glob("*.png")))
    gallery, game, minimised = (
        idle_share(settle, seconds, hidden, *arguments)
        for hidden, arguments in ((False, ()), (False, (picture,)), (True, (picture,)))
    )
    publish(IdleReport(gallery, game, minimised), json_place)
    return int(max(gallery, game, minimised) > MOST_IDLE)


@app.command()
def memory(pictures: int = 50, json_place: JsonPlace = None) -> int:
    """Measure the memory in use after so many pictures."""
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_DATA_HOME"] = home
        found = list(memory_after(pictures))
    half, last = found[len(found) // 2], found[-1]
    growth = (last[1] - half[1]) / max(1, last[0] - half[0])
    kept = [one for one in found if one[0] in (1, last[0]) or one[0] % REPORTED == 0]
    publish(MemoryReport([one[0] for one in kept], [round(one[1], 1) for one in kept], round(growth, 2)), json_place)
    return int(growth > MOST_GROWTH)


main = partial(run_command, app, "at_rest.py")

if __name__ == "__main__":
    sys.exit(main())
