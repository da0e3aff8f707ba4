"""Synthetic strokes of the keyboard and the mouse, for tests of screens."""

import pygame
from pygame.event import Event

from playground.ui.toolkit.waiting import Waiting
from playground.ui.toolkit.window import Screen


def press(screen: Screen, *keys: int, unicode: str = "") -> None:
    for key in keys:
        screen.handle(Event(pygame.KEYDOWN, key=key, unicode=unicode, scancode=0, mod=0))


def release(screen: Screen, *keys: int) -> None:
    for key in keys:
        screen.handle(Event(pygame.KEYUP, key=key, unicode="", scancode=0, mod=0))


def tap(screen: Screen, *keys: int) -> None:
    for key in keys:
        press(screen, key)
        release(screen, key)


def mouse_down(screen: Screen, point: tuple[int, int]) -> None:
    screen.handle(Event(pygame.MOUSEBUTTONDOWN, button=pygame.BUTTON_LEFT, pos=point))


def mouse_up(screen: Screen, point: tuple[int, int]) -> None:
    screen.handle(Event(pygame.MOUSEBUTTONUP, button=pygame.BUTTON_LEFT, pos=point))


def wait_for(screen: object) -> bool:
    """Let a waiting screen wait until it is done or asks; says whether it is one."""
    if not isinstance(screen, Waiting):
        return False
    while screen.running:
        screen.update(0.01)
        pygame.time.wait(10)
    return True
