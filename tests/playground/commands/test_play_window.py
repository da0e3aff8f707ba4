"""`glass-play` in a window: what the window gets, and when it asks for the agent."""

from collections.abc import Callable
from pathlib import Path

import pygame
import pytest
from PIL import Image
from pygame.event import Event

from playground.commands.play import main
from playground.gameplay.settings import GameSettings
from playground.ui import app as window_module
from playground.ui.game.game import Game
from playground.ui.mask_editor.editor import MaskEditor
from playground.ui.toolkit.window import Screen
from tests.playground.commands.playing import Pixels, frames_of
from tests.playground.keys import wait_for

pytestmark = pytest.mark.usefixtures("place")


def test_the_window_gets_what_was_asked_for(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    asked: list[GameSettings] = []
    monkeypatch.setattr(window_module, "run", lambda performance, settings, opener: asked.append(settings))
    assert main(["../a.png", "--script", "right*2", "--record", "o.gif", "--frames", "f", "--scale", "3"]) == 0
    (settings,) = asked
    wanted = GameSettings(scale=3, record=Path("o.gif"), frames=Path("f"), kept=settings.kept)
    assert settings == wanted


def test_the_window_performs(place: Path, paint: Callable[..., Pixels], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setattr(window_module, "show", lambda screen: wait_for(screen) or games.append(screen))
    games: list[Game] = []
    Image.fromarray(paint((22, 8), red=200)).save("b.png")
    assert main(["../a.png", "b.png", "--script", "up", "--script2", "left*3", "--frames", "f"]) == 0
    (game,) = games
    assert game.title == "a.png and b.png - painted"
    assert game.session.scripted == "script 0 of 3"
    assert len(game.session.controls) == 2
    assert len(frames_of(place / "f")) == 1


class Player:
    """Plays the part of the window: waits, and marks the agent, or goes back, where it is asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, marks: bool) -> None:
        self.marks = marks
        self.screens: list[str] = []
        for module in ("app", "preparing"):
            monkeypatch.setattr(f"playground.ui.{module}.show", self.show)

    def show(self, screen: Screen) -> bool:
        self.screens.append(type(screen).__name__)
        wait_for(screen)
        if isinstance(screen, MaskEditor):
            for key in (pygame.K_RETURN,) if self.marks else (pygame.K_ESCAPE,):
                screen.handle(Event(pygame.KEYDOWN, key=key, unicode="", scancode=0, mod=0))
        return True


def test_a_window_asks_for_an_agent_that_no_model_finds(
    place: Path, dummy_display: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    player = Player(monkeypatch, marks=True)
    assert main(["../plain.png"]) == 0
    assert player.screens == ["Waiting", "MaskEditor", "Waiting", "Game"]
    assert "its agent was marked by hand" in capfd.readouterr().out
    player.marks = False
    assert main(["../plain.png"]) == 2
    assert capfd.readouterr().err.endswith("plain.png: no agent was marked\n")


def test_a_window_does_not_ask_where_the_agent_is_found_or_a_script_plays(
    place: Path, dummy_display: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = Player(monkeypatch, marks=True)
    assert main(["../a.png"]) == 0
    assert main(["../plain.png", "--script", "right"]) == 2
    assert main(["../a.png", "--paint"]) == 0
    assert player.screens == ["Waiting", "Game", "Waiting", "Waiting", "MaskEditor", "Waiting", "Game"]
