"""The window: opening it, names of its keys, and the main loop of a screen."""

import os
import sys
from typing import Protocol

import pygame
from pygame import Surface
from pygame.event import Event

from glass.core.errors import GlassError
from playground.ui.toolkit.frame_pacer import FramePacer

PICTURES_A_SECOND = 60
"""How often a screen is drawn; the loop sleeps in between."""

_former_size: list[tuple[int, int]] = []
"""What the one window of this process measured before it took the whole screen."""


class Screen(Protocol):
    """What fills the window: a game, the gallery or the mask editor."""

    @property
    def running(self) -> bool:
        """Whether it wants to go on."""

    def handle(self, event: Event) -> None:
        """Handle one event."""

    def update(self, dt: float) -> None:
        """Let `dt` seconds pass."""

    def draw(self, surface: Surface) -> None:
        """Draw over the whole of `surface`."""


def has_display() -> bool:
    """Whether a window can be opened here; quiet where it cannot."""
    try:
        _start_video()
    except GlassError:
        return False
    return True


def desktop_size() -> tuple[int, int]:
    """Return width and height in pixels of the desktop.

    Raises:
        GlassError: there is no display.
    """
    _start_video()
    width, height = pygame.display.get_desktop_sizes()[0]
    return width, height


def open_window(size: tuple[int, int], title: str, *, keep: bool = True) -> Surface:
    """Open a resizable window of `size` (width, height), or give the open one that title.

    An open window has that size afterwards only if it need not `keep` its own, and does not have the whole screen.

    Raises:
        GlassError: there is no display.
    """
    _start_video()
    pygame.display.set_caption(title)
    if pygame.display.get_active():
        surface = pygame.display.get_surface()
        if keep or surface.get_flags() & pygame.FULLSCREEN:
            return surface
    try:
        surface = pygame.display.set_mode(size, pygame.RESIZABLE)
    except pygame.error as error:
        raise GlassError(f"no window can be opened ({error}); use --headless") from None
    return surface


def toggle_full_screen() -> None:
    """Let the open window have the whole screen, or its former size again."""
    if not pygame.display.get_active():
        return
    surface = pygame.display.get_surface()
    if surface.get_flags() & pygame.FULLSCREEN:
        pygame.display.set_mode(_former_size.pop(), pygame.RESIZABLE)
    else:
        _former_size[:] = [surface.get_size()]
        pygame.display.set_mode((0, 0), pygame.FULLSCREEN)


def close_window() -> None:
    """Close the window, if there is one."""
    pygame.display.quit()


def show(screen: Screen) -> bool:
    """Run `screen` in the open window until it no longer wants to go on; later events are left to the next screen.

    Returns:
        Whether the window stays: not so if the person closed it, or interrupted the program.
    """
    stays = True
    pace = FramePacer(PICTURES_A_SECOND)
    dt = 0.0
    try:
        while screen.running:
            while screen.running and (event := pygame.event.poll()).type != pygame.NOEVENT:
                screen.handle(event)
                stays = stays and event.type != pygame.QUIT
            screen.update(dt)
            screen.draw(pygame.display.get_surface())
            pygame.display.flip()
            dt = pace.wait()
    except KeyboardInterrupt:  # Ctrl+C in the terminal leaves as Esc does
        return False
    return stays


def key_names(event: Event) -> tuple[str, ...]:
    """Return the names a key stroke may go by: the character typed, the key's own, and its place on a US keyboard.

    The last lets the digit row act on keyboards where digits need shift, and W A S D move where they lie elsewhere.
    With shift held, the names with shift come before them.
    """
    key, place = pygame.key.name(event.key), _place_name(getattr(event, "scancode", 0))
    names = tuple(name for name in (getattr(event, "unicode", ""), key, place) if name)
    if getattr(event, "mod", 0) & pygame.KMOD_SHIFT:
        return (*(f"shift+{name}" for name in dict.fromkeys((place, key)) if name), *names)
    return names


def is_key(name: str) -> bool:
    """Say whether some key goes by that name, such as "a", "f1" or "shift+left"; a window must have been opened."""
    plain = name.removeprefix("shift+")
    if len(plain) == 1:
        return plain.isprintable() and plain != " "
    try:
        pygame.key.key_code(plain)
    except ValueError:
        return False
    return True


def _place_name(scancode: int) -> str:
    """Return the letter or digit that a US keyboard has at a USB scancode, else an empty name."""
    if pygame.KSCAN_A <= scancode <= pygame.KSCAN_Z:
        return chr(ord("a") + scancode - pygame.KSCAN_A)
    if pygame.KSCAN_1 <= scancode <= pygame.KSCAN_0:
        return str((scancode - pygame.KSCAN_1 + 1) % 10)
    return ""


def _start_video() -> None:
    """Start pygame's display; raise GlassError where there is none.

    Left to itself on Linux, SDL tries every driver it has, complains about some on stderr and ends with one that
    draws to nowhere; so it is told which ones the environment speaks of.
    """
    if pygame.display.get_init():
        return
    missing = "no display to open a window on; use --headless with --record or --frames"
    chosen = os.environ.get("SDL_VIDEODRIVER")
    if chosen is None and sys.platform.startswith("linux"):
        drivers = {"x11": "DISPLAY", "wayland": "WAYLAND_DISPLAY"}
        offered = [driver for driver, variable in drivers.items() if os.environ.get(variable)]
        if not offered:
            raise GlassError(missing)
        os.environ["SDL_VIDEODRIVER"] = ",".join(offered)
    try:
        pygame.display.init()
    except pygame.error:
        raise GlassError(missing) from None
    finally:
        if chosen is None:
            os.environ.pop("SDL_VIDEODRIVER", None)
