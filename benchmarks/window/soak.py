"""Plays for a long time as a child would: any key at any moment, while it records, goes back, saves and starts anew.

    python benchmarks/window/soak.py --model sprites --ticks 20000

plays without a display, and faster than in real time, and prints how memory, threads, open files and the time of a tick
change from quarter to quarter. It fails if memory grows or a tick becomes slower, or if anything raises.
"""

import gc
import os
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ["SDL_VIDEODRIVER"] = "dummy"

import pygame
import typer
from pygame.event import Event

from glass.core.console import new_command, run_command
from playground.bundles.library import find_bundle
from playground.core.action import Action
from playground.engine.agent_state import AgentState
from playground.engine.inference import InferenceEngine
from playground.gameplay.session import Session
from playground.pictures.picture import load_picture
from playground.ui.game.game import Game
from playground.world.world import World

app = new_command("Play for a long time as a child would.")

WINDOW = (960, 720)
QUARTERS = 4
MOST_GROWTH = 16.0
"""Megabytes that memory may grow by after the first quarter, which fills what is bounded."""
MOST_SLOWDOWN = 1.5
"""How many times as long a median tick of the last quarter may take as one of the second."""

HELD = (
    *(pygame.K_UP, pygame.K_LEFT, pygame.K_DOWN, pygame.K_RIGHT, pygame.K_w, pygame.K_a, pygame.K_s, pygame.K_d),
    *(pygame.K_1, pygame.K_2, pygame.K_3, pygame.K_4, pygame.K_5, pygame.K_6, pygame.K_7, pygame.K_8, pygame.K_9),
    *(pygame.K_0, pygame.K_BACKSPACE),
)
"""Keys that are held for a while."""
TAPPED = (
    *(pygame.K_RETURN, pygame.K_f, pygame.K_t, pygame.K_p, pygame.K_PERIOD, pygame.K_LEFTBRACKET),
    *(pygame.K_RIGHTBRACKET, pygame.K_h, pygame.K_F1, pygame.K_F5, pygame.K_F9, pygame.K_PLUS, pygame.K_MINUS),
)
"""Keys that are tapped now and then."""


@dataclass
class Quarter:
    """What was measured in a quarter of the run."""

    ticks: int
    """Ticks played so far."""
    megabytes: float
    """Memory in use at its end."""
    files: int
    """Open files at its end."""
    milliseconds: float
    """Median processor time of a tick with its picture."""
    worst: float
    """Longest of them."""


class Child:
    """Somebody who presses keys."""

    def __init__(self, game: Game, seed: int) -> None:
        """Sit down before a game."""
        self._game = game
        self._random = random.Random(seed)
        self._down: set[int] = set()
        self._since_recording = 0
        self._helping = False

    def play(self) -> None:
        """Do something, or nothing, for a picture's time."""
        if self._random.random() < 0.15:
            key = self._random.choice(HELD)
            self._stroke(key, key not in self._down)
        if self._random.random() < 0.02:
            key = self._random.choice(TAPPED)
            self._stroke(key)
            self._stroke(key, False)
        if self._random.random() < 0.002:
            self._game.handle(Event(pygame.WINDOWFOCUSLOST))
            self._down.clear()
        if self._random.random() < 0.003:
            self._stroke(pygame.K_UP, mod=pygame.KMOD_SHIFT)
        self._since_recording += 1
        if self._since_recording > 1500:
            self._since_recording = 0
            self._stroke(pygame.K_r)
            if self._random.random() < 0.3:
                self._stroke(pygame.K_g)
                self._stroke(pygame.K_F12)
        session = self._game.session
        for key, wanted, share in (
            (pygame.K_F1, self._helping, 0.2),
            (pygame.K_p, session.paused, 0.1),
            (pygame.K_t, session.clock.turn, 0.02),
        ):
            if wanted and self._random.random() < share:
                self._stroke(key)

    def _stroke(self, key: int, down: bool = True, mod: int = 0) -> None:
        kind = pygame.KEYDOWN if down else pygame.KEYUP
        (self._down.add if down else self._down.discard)(key)
        self._helping ^= down and key == pygame.K_F1
        self._game.handle(Event(kind, key=key, unicode="", scancode=0, mod=mod))


def soak(model: str, ticks: int, seed: int, folder: Path) -> list[Quarter]:
    """Play so many ticks, with files in `folder`, and return what was measured in each quarter."""
    bundle = find_bundle(model)
    engine = InferenceEngine(bundle)
    act, played = engine.act, 0

    def count(agent: AgentState, action: Action) -> AgentState:
        nonlocal played
        played += 1
        return act(agent, action)

    engine.act = count  # type: ignore[method-assign]
    world = World([engine])
    world.open([engine.find_agent(load_picture(bundle.folder / engine.manifest.starts[0]))])
    game = Game(Session(world, folder=folder))
    child = Child(game, seed)
    pygame.display.init()
    surface = pygame.display.set_mode(WINDOW)
    quarters: list[Quarter] = []
    times: list[float] = []
    while len(quarters) < QUARTERS:
        child.play()
        before, began = played, time.process_time()
        game.update(1 / 60)
        game.draw(surface)
        if played > before:
            times.append(1000 * (time.process_time() - began))
        if played >= ticks * (len(quarters) + 1) / QUARTERS:
            gc.collect()
            files = len(os.listdir("/proc/self/fd"))
            quarters.append(Quarter(played, _megabytes(), files, statistics.median(times), max(times)))
            times.clear()
            for old in folder.glob("glass-*.*"):
                old.unlink()
    game.close()
    pygame.display.quit()
    return quarters


def _megabytes() -> float:
    """Memory of this process that is not shared nor swapped out."""
    words = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(words[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@app.command()
def measure(
    model: Annotated[str, typer.Option(help="Name or path of a model.")] = "sprites", ticks: int = 20_000, seed: int = 0
) -> int:
    """Play for a long time as a child would, and print how memory and the time of a tick change."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_DATA_HOME"] = name
        quarters = soak(model, ticks, seed, Path(name))
    print(f"{'ticks':>8} {'memory, MB':>11} {'open files':>11} {'tick and picture, ms':>21} {'longest':>8}")
    for one in quarters:
        print(f"{one.ticks:8} {one.megabytes:11.1f} {one.files:11} {one.milliseconds:21.2f} {one.worst:8.1f}")
    growth = quarters[-1].megabytes - quarters[0].megabytes
    slowdown = quarters[-1].milliseconds / quarters[1].milliseconds
    print(
        f"memory grew by {growth:.1f} MB after the first quarter; a tick took {slowdown:.2f} times as long in the last"
    )
    return int(growth > MOST_GROWTH or slowdown > MOST_SLOWDOWN)


main = partial(run_command, app, "soak.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
