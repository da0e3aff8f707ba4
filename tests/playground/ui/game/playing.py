"""What tests do with a game, and see of it."""

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Surface

from playground import Engine
from playground.ui.game.game import Game
from playground.world.world import World
from tests.playground.keys import press, release

PERIOD = 0.08
SPEED = 2
WINDOW = (640, 520)
Pixels = NDArray[np.uint8]


def world_of(engine: Engine, *frames: Pixels) -> World:
    world = World([engine] * len(frames))
    world.open([engine.find_agent(frame) for frame in frames])
    return world


def position(game: Game) -> tuple[float, float]:
    return game.session.world.agents[0].position


def ticks(game: Game, count: int) -> None:
    for _ in range(count):
        game.update(PERIOD)


def held(game: Game, key: int, count: int) -> None:
    """Hold a key for so many ticks."""
    press(game, key)
    ticks(game, count)
    release(game, key)


def drawn(game: Game) -> Pixels:
    surface = Surface(WINDOW)
    game.draw(surface)
    return pygame.surfarray.array3d(surface).transpose(1, 0, 2)
