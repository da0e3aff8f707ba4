"""Somebody before the window of a game, who sees its agent."""

import subprocess
from pathlib import Path

import numpy as np
from pygame import Surface

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


class Player:
    """Somebody before the window of a game, whose agent is red."""

    def __init__(self, desktop: Desktop, folder: Path, process: "subprocess.Popen[bytes]") -> None:
        self.desktop = desktop
        self.folder = folder
        self.process = process
        self.start = (0.0, 0.0)

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
        self.desktop.point(*point)
        self.desktop.do("click", 1)
        self.desktop.point(1, self.desktop.place()[3] - 2)

    def world(self) -> Pixels:
        box = self.layout.world
        return self.desktop.look()[box.top : box.bottom, box.left : box.right]

    def top(self) -> Pixels:
        return self.desktop.look()[: self.layout.top.height]

    def agent(self) -> tuple[float, float]:
        """Where the agent is, (x, y) in pixels of the frame; far away when it is not seen."""
        world = self.world().astype(int)
        rows, columns = np.nonzero(world[:, :, 0] > world[:, :, 1:].max(2) + 40)
        if not len(rows):
            return (-99.0, -99.0)
        scale = self.layout.scale
        return round(columns.mean() / scale, 1), round(rows.mean() / scale, 1)

    def redness(self) -> int:
        """How red the agent is: 255 at the start, 255 / (1 + k / 4) after local action k."""
        world = self.world().astype(int)
        return int(world[:, :, 0][world[:, :, 0] > world[:, :, 1:].max(2) + 40].max(initial=0))

    def background(self) -> Pixels:
        """The upper rows of the world, where the agent does not go."""
        return self.world()[: 4 * self.layout.scale]

    def files(self, pattern: str) -> list[Path]:
        return sorted(self.folder.glob(pattern))

    def home(self) -> None:
        """Be back at the start."""
        self.desktop.tap("Return")
        wait_until(lambda: self.agent() == self.start, "the start")

    def walk(self, key: str, ticks: int = 1) -> tuple[float, float]:
        """Tap a key so often, and return how far the agent has come."""
        x, y = self.agent()
        for _ in range(ticks):
            before = self.agent()
            self.desktop.tap(key)
            wait_until(lambda before=before: self.agent() != before, f"a step by {key}")  # type: ignore[misc]
            wait_until(self.at_rest, "the end of a step")
        there = self.agent()
        return round(there[0] - x, 1), round(there[1] - y, 1)

    def at_rest(self) -> bool:
        before = self.agent()
        return stays(lambda: self.agent() == before, 0.25)
