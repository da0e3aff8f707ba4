import math
import os
import subprocess
import sys
import threading
import time

import pygame
import pytest
from pygame import Surface
from pygame.event import Event

from playground.ui.toolkit.window import WindowPlace, close_window, key_names, open_window, show

ASK = "from playground.ui.toolkit.window import has_display; print(has_display())"


def has_display(**environment: str) -> tuple[str, str]:
    """What a program of its own says, and what it writes to stderr."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    }
    result = subprocess.run(
        [sys.executable, "-c", ASK],
        env={**kept, "PYGAME_HIDE_SUPPORT_PROMPT": "1", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.strip(), result.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
@pytest.mark.parametrize("environment", [{}, {"DISPLAY": ":987"}])
def test_without_a_display_the_answer_is_no_and_nothing_is_printed(environment: dict[str, str]) -> None:
    assert has_display(**environment) == ("False", "")


def test_a_driver_that_was_asked_for_counts() -> None:
    assert has_display(SDL_VIDEODRIVER="dummy") == ("True", "")


@pytest.mark.parametrize(
    ("event", "names"),
    [
        ({"key": pygame.K_LEFT}, ("left",)),
        ({"key": pygame.K_r, "unicode": "R", "scancode": pygame.KSCAN_R}, ("R", "r", "r")),
        ({"key": pygame.K_SLASH, "unicode": "?", "scancode": pygame.KSCAN_SLASH}, ("?", "/")),
        ({"key": pygame.K_AMPERSAND, "unicode": "&", "scancode": pygame.KSCAN_1}, ("&", "&", "1")),
        ({"key": pygame.K_0, "unicode": "0", "scancode": pygame.KSCAN_0}, ("0", "0", "0")),
    ],
)
def test_a_stroke_goes_by_its_character_its_key_and_its_place(
    event: dict[str, object], names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.display.init()
    try:
        assert key_names(Event(pygame.KEYDOWN, event)) == names
    finally:
        pygame.display.quit()


class OneStroke:
    """A screen that is left with the first key, or when none comes."""

    def __init__(self) -> None:
        self.running = True
        self.keys: list[int] = []
        self.updates = self.drawn = 0
        self.still = 0.0
        self.look: object = ""
        self._patience = 1.0

    def handle(self, event: Event) -> None:
        """Keep the keys."""
        if event.type == pygame.KEYDOWN:
            self.keys.append(event.key)
            self.running = False

    def update(self, dt: float) -> float:
        """Lose patience."""
        self.updates += 1
        self._patience -= dt
        self.running = self.running and self._patience > 0
        return self.still

    def seen(self) -> object:
        """It looks as it was told to."""
        return self.look

    def draw(self, surface: Surface) -> None:
        """Count."""
        self.drawn += 1


def test_keys_struck_at_once_are_left_to_the_screen_that_comes_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    first, second = OneStroke(), OneStroke()
    try:
        open_window(WindowPlace((64, 48)), "two screens")
        for key in (pygame.K_ESCAPE, pygame.K_RETURN):
            pygame.event.post(Event(pygame.KEYDOWN, key=key, unicode="", scancode=0))
        assert show(first)
        assert show(second)
    finally:
        close_window()
    assert (first.keys, second.keys) == ([pygame.K_ESCAPE], [pygame.K_RETURN])


@pytest.mark.parametrize(
    ("still", "minimised", "updates", "drawn"),
    [(0.0, False, (20, 62), 1), (0.25, False, (3, 12), 1), (math.inf, False, (2, 10), 1), (0.0, True, (5, 14), 0)],
)
def test_what_stays_the_same_is_not_drawn_again_and_what_stands_is_waited_for(
    still: float, minimised: bool, updates: tuple[int, int], drawn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    screen = OneStroke()
    screen.still = still
    try:
        open_window(WindowPlace((64, 48)), "a screen")
        pygame.event.clear()
        if minimised:
            monkeypatch.setattr(pygame.display, "get_active", lambda: False)
        assert show(screen)
    finally:
        monkeypatch.undo()
        close_window()
    assert updates[0] <= screen.updates <= updates[1]
    assert screen.drawn == drawn


def test_an_event_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    screen = OneStroke()
    screen.still = math.inf
    try:
        open_window(WindowPlace((64, 48)), "a screen")
        began = time.monotonic()
        timer = threading.Timer(0.1, lambda: pygame.event.post(Event(pygame.KEYDOWN, key=pygame.K_a, unicode="a")))
        timer.start()
        assert show(screen)
        assert 0.1 <= time.monotonic() - began < 0.45
    finally:
        close_window()
    assert screen.keys == [pygame.K_a]
