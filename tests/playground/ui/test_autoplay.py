"""`glass-play --autoplay`: the agent plays by itself until somebody else does."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from playground import Engine
from playground.commands.play import main
from playground.gameplay.session import Session
from playground.gameplay.settings import GameSettings
from playground.pictures.picture import load_picture
from playground.scripts.random_walk import PATIENCE, Autopilot
from playground.ui import app as window_module
from playground.ui.game.game import Game
from playground.world.world import World


@pytest.fixture(autouse=True)
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)
    pygame.display.quit()


@pytest.fixture
def game(painted_bundle: Path) -> Game:
    engine = Engine.load(painted_bundle)
    world = World([engine])
    world.open([engine.find_agent(load_picture(painted_bundle / "starts" / "0.png"))])
    game = Game(Session(world))
    game.session.players.autopilot = Autopilot(engine.manifest, 0)
    return game


def play(game: Game, ticks: int) -> list[tuple[object, ...]]:
    """Let so many ticks pass; returns the local action and a picture of each."""
    seen: list[tuple[object, ...]] = []
    for _ in range(ticks):
        game.update(1 / 12.5)
        seen.append((game.session.acting[0], game.session.now.frame.tobytes()))
    return seen


def test_the_agent_plays_by_itself(game: Game) -> None:
    seen = play(game, 60)
    assert len({action for action, _ in seen}) > 1
    assert len({frame for _, frame in seen}) > 20


def test_the_player_comes_first(game: Game) -> None:
    play(game, 5)
    game.handle(pygame.event.Event(pygame.KEYDOWN, key=pygame.K_2, unicode="2", mod=0, scancode=31))
    assert {action for action, _ in play(game, 10)} == {2}
    game.handle(pygame.event.Event(pygame.KEYUP, key=pygame.K_2, unicode="2", mod=0, scancode=31))
    ticks = round(PATIENCE * 12.5)
    play(game, 4)  # the tap's end
    still = {frame for _, frame in play(game, ticks - 8)}
    assert len(still) == 1
    assert len({frame for _, frame in play(game, 60)}) > 10


def test_option(painted_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[GameSettings] = []
    monkeypatch.setattr(window_module, "run", lambda performance, settings, opener: asked.append(settings))
    picture = str(painted_bundle / "starts" / "0.png")
    for options in ([], ["--autoplay"], ["--autoplay", "--seed", "7"]):
        assert main([picture, "--model", str(painted_bundle), *options]) == 0
    assert [settings.autoplay for settings in asked] == [None, 0, 7]


def test_it_needs_a_window(painted_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--headless", "--autoplay", "--frames", str(tmp_path / "out"), "--model", str(painted_bundle)]
    assert main(arguments) == 2
    assert "needs a window" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
