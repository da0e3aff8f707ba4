"""Somebody who uses the window by mouse, screen by screen."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pygame
import pytest
from pygame.event import Event

from playground.ui import app, opening, preparing
from playground.ui.gallery import gallery as gallery_module
from playground.ui.game.game import Game
from playground.ui.mask_editor.editor import MaskEditor
from playground.ui.toolkit import window
from playground.ui.toolkit.layout import arrange, key_caps
from playground.ui.toolkit.waiting import Waiting
from playground.ui.toolkit.window import Screen

PATIENCE = 30.0
Hand = Iterator[None]
"""What somebody does with the mouse; waits for the next picture at each yield."""


def send(*events: Event) -> None:
    for event in events:
        pygame.event.post(event)


def click(place: tuple[int, int], let_go: bool = True) -> None:
    send(
        Event(pygame.MOUSEMOTION, pos=place, rel=(0, 0), buttons=(0, 0, 0)),
        Event(pygame.MOUSEBUTTONDOWN, button=pygame.BUTTON_LEFT, pos=place),
        *([Event(pygame.MOUSEBUTTONUP, button=pygame.BUTTON_LEFT, pos=place)] if let_go else ()),
    )


def drop(*paths: Path) -> None:
    files = [Event(pygame.DROPFILE, file=str(path)) for path in paths]
    send(Event(pygame.DROPBEGIN), *files, Event(pygame.DROPCOMPLETE))


class User:
    """Somebody with a way of using each screen in turn, who waits where one says so and takes any agent it proposes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *ways: Callable[[Screen], Hand]) -> None:
        self.ways = list(ways)
        self.screens: list[type] = []
        for module in (app, opening, preparing, gallery_module):
            monkeypatch.setattr(module, "show", self.show)

    def show(self, screen: Screen) -> bool:
        if isinstance(screen, Waiting):
            return window.show(screen)
        if isinstance(screen, MaskEditor):
            return window.show(_Used(screen, accepting(screen)))
        self.screens.append(type(screen))
        return window.show(_Used(screen, self.ways.pop(0)(screen)))


class _Used:
    """A screen, and somebody who acts between its pictures."""

    def __init__(self, screen: Screen, hand: Hand) -> None:
        self._screen, self._hand = screen, hand
        self._end = time.monotonic() + PATIENCE

    @property
    def running(self) -> bool:
        return self._screen.running

    def handle(self, event: Event) -> None:
        self._screen.handle(event)

    def update(self, dt: float) -> float:
        assert time.monotonic() < self._end, f"waited in vain before {type(self._screen)}"
        self._screen.update(dt)
        self._screen.draw(pygame.display.get_surface())
        next(self._hand, None)
        return 0.0

    def seen(self) -> object:
        return self._screen.seen()

    def draw(self, surface: pygame.Surface) -> None:
        self._screen.draw(surface)


def accepting(screen: MaskEditor) -> Hand:
    click(screen._buttons.box("return").center)
    yield


def leaving(screen: Screen) -> Hand:
    send(Event(pygame.QUIT))
    yield


def walks(game: Game) -> Hand:
    """Hold the drawn arrow that points to the right."""
    start = game.session.world.agents[0].position
    size = pygame.display.get_surface().get_size()
    click(key_caps(arrange(size, (32, 24), 4).arrows[0])["right"].center, let_go=False)
    while game.session.world.agents[0].position[0] <= start[0]:
        yield
    send(Event(pygame.MOUSEBUTTONUP, button=pygame.BUTTON_LEFT, pos=(0, 0)))
    yield
