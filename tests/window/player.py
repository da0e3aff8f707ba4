"""Somebody before the window of a game, who sees its agent."""

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pygame import Rect, Surface

from playground.gameplay.scene import GameScene
from playground.input.controls import Command
from playground.input.keymap import DEFAULT_KEYMAP
from playground.ui.game.toolbar import Toolbar
from playground.ui.toolkit import theme
from playground.ui.toolkit.layout import Layout, arrange
from playground.world.layers import Layers
from tests.window.desktop import Desktop, Pixels, stays, wait_until

FRAME = (32, 24)
CARDS = 4
SPEED = 2
"""Pixels of the frame that the agent walks a tick."""
START = (15.0, 12.0)
"""Where the agent of the painted bundle's first start frame is, (x, y) in pixels of the frame."""


class Player:
    """Somebody before the window of a game, whose agent is red."""

    def __init__(self, desktop: Desktop, folder: Path, process: "subprocess.Popen[bytes]") -> None:
        self.desktop = desktop
        self.folder = folder
        self.process = process
        self.start = START

    @property
    def layout(self) -> Layout:
        _, _, width, height = self.desktop.place()
        return arrange((width, height), FRAME, CARDS)

    def button(self, command: Command) -> tuple[int, int]:
        """The middle of a button, as a window of that size draws it."""
        toolbar, layout = Toolbar(theme.Lettering(), DEFAULT_KEYMAP), self.layout
        nothing = Layers(*[np.zeros((1, 1, 3), np.uint8)] * 2, (0.0, 0.0), (), (), ())
        toolbar.draw(Surface(self.desktop.place()[2:]), layout.top, layout.unit, GameScene(nothing, ""))
        return toolbar.box(command).center

    def click(self, point: tuple[int, int]) -> None:
        """Click at a point of the window, and point at nothing then."""
        self.desktop.click(*point)
        self.desktop.point(1, self.desktop.place()[3] - 2)

    def _look(self) -> tuple[Pixels, Layout]:
        """What the window shows, and the layout of a window of that size."""
        place = self.desktop.place()
        return self.desktop.look(place), arrange(place[2:], FRAME, CARDS)

    def world(self) -> Pixels:
        shown, layout = self._look()
        return part(shown, layout.world)

    def top(self) -> Pixels:
        shown, layout = self._look()
        return shown[: layout.top.height]

    def agent(self) -> tuple[float, float]:
        """Where the agent is, (x, y) in pixels of the frame; far away when it is not seen."""
        shown, layout = self._look()
        rows, columns = np.nonzero(red(part(shown, layout.world)))
        if not len(rows):
            return (-99.0, -99.0)
        scale = layout.scale
        return round((columns.mean() + 0.5) / scale, 1), round((rows.mean() + 0.5) / scale, 1)

    def is_at(self, place: tuple[float, float]) -> bool:
        """Say whether the agent is at a place of the frame: nearer than any step of its own would take it."""
        return max(abs(a - b) for a, b in zip(self.agent(), place, strict=True)) < 0.4

    def redness(self) -> int:
        """How red the agent is: 255 at the start, 255 / (1 + k / 4) after local action k."""
        world = self.world()
        return int(world[:, :, 0][red(world)].max(initial=0))

    def background(self) -> Pixels:
        """The upper rows of the world, where the agent does not go."""
        return self.world()[: 4 * self.layout.scale]

    def change(self, top: Pixels) -> float:
        """Which share of the line of figures is not as it was."""
        return float((self.top() != top).mean())

    def files(self, pattern: str) -> list[Path]:
        return sorted(self.folder.glob(pattern))

    def home(self) -> None:
        """Be back at the start."""
        self.desktop.tap("Return")
        wait_until(lambda: self.is_at(self.start), "the start")

    def walk(self, key: str, x: float, y: float, ticks: int = 1) -> tuple[float, float]:
        """Tap a key so often, see the agent go so far (x, y) each time and stay there; returns where."""
        there = self.agent()
        for _ in range(ticks):
            there = (there[0] + x, there[1] + y)
            self.desktop.tap(key)
            wait_until(lambda there=there: self.is_at(there), f"a step by {key}")  # type: ignore[misc]
            assert stays(lambda there=there: self.is_at(there), 0.25)  # type: ignore[misc]
        return there

    def at_rest(self) -> bool:
        before = self.agent()
        return stays(lambda: self.agent() == before, 0.25)


def part(shown: Pixels, box: Rect) -> Pixels:
    return shown[box.top : box.bottom, box.left : box.right]


def red(world: Pixels) -> NDArray[np.bool_]:
    """Which pixels are the agent's, (H, W): red, and not the orange of buttons and bars."""
    levels = world.astype(int)
    return (levels[:, :, 0] > levels[:, :, 1:].max(2) + 40) & (levels[:, :, 1] < 60)
