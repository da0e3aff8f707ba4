"""The window: opening it, names of its keys, and the main loop of a screen."""

import os
import sys
import time
from dataclasses import dataclass, replace
from typing import Any, Protocol

import pygame
from pygame import Surface
from pygame._sdl2.video import Window
from pygame.event import Event

from glass.core.errors import GlassError
from playground.ui.toolkit.frame_pacer import FramePacer
from playground.ui.toolkit.icon import draw_icon

PROGRAM = "GLASS Playground"
"""What the title of the window ends with."""
_CLASS = "glass-playground"
"""By which a desktop knows the program's windows, as the .desktop file says."""
_ICON_SIDE = 64
PICTURES_A_SECOND = 60
"""How often a screen is drawn while something moves; the loop sleeps in between."""
REST_SECONDS = 6.0
"""What a screen moves of its own accord, such as previews, rests when nobody has done anything for so long."""
BY_HAND = frozenset(
    {
        pygame.KEYDOWN,
        pygame.MOUSEBUTTONDOWN,
        pygame.MOUSEMOTION,
        pygame.MOUSEWHEEL,
        pygame.DROPFILE,
        pygame.CONTROLLERBUTTONDOWN,
    }
)
"""Events that only a person causes."""
_LOOK_SECONDS, _HIDDEN_LOOK_SECONDS = 0.01, 0.05
"""How long the loop sleeps before it looks for events again while nothing changes, and while nobody sees the window."""
_LONGEST_WAIT, _HIDDEN_WAIT = 0.5, 0.1
"""Most seconds that the loop waits for an event, and least that it does while nobody can see the window."""


_LEAST_SEEN = 64
"""Pixels of a window, across and down, that are on the screen at least."""

_windows: list[Window] = []
"""The objects of the one window of this process, which is another one after SDL made it anew."""


@dataclass(frozen=True)
class WindowPlace:
    """Where a window is."""

    size: tuple[int, int]
    """Width and height in pixels, without the whole screen."""
    corner: tuple[int, int] | None = None
    """Its left top on the screen; None leaves that to the desktop."""
    full_screen: bool = False
    """Whether it has the whole screen."""


_former_place: list[WindowPlace] = []
"""Where the one window of this process was before it took the whole screen."""


class Screen(Protocol):
    """What fills the window: a game, the gallery or the mask editor."""

    @property
    def running(self) -> bool:
        """Whether it wants to go on."""

    def handle(self, event: Event) -> None:
        """Handle one event."""

    def update(self, dt: float) -> float:
        """Let `dt` seconds pass; returns for how many seconds nothing changes unless an event comes."""

    def seen(self) -> object:
        """What it shows; a screen that shows what is equal to what it showed need not be drawn again."""

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


def open_window(place: WindowPlace, title: str, *, keep: bool = True) -> Surface:
    """Open a resizable window, or give the open one that title.

    An open window has that size afterwards only if it need not `keep` its own, and does not have the whole screen.
    A new one takes the whole screen, if asked to, and has that size and corner without it.

    Raises:
        GlassError: there is no display.
    """
    _start_video()
    pygame.display.set_caption(f"{title} - {PROGRAM}" if title else PROGRAM)
    if pygame.display.get_active():
        surface = pygame.display.get_surface()
        if keep or surface.get_flags() & pygame.FULLSCREEN:
            return surface
    is_new = not pygame.display.get_active()
    try:
        pygame.display.set_icon(draw_icon(_ICON_SIDE))
        surface = pygame.display.set_mode(place.size, pygame.RESIZABLE)
    except pygame.error as error:
        raise GlassError(f"no window can be opened ({error}); use --headless") from None
    if is_new and place.corner is not None and _on_screen(place.corner):
        _window().position = place.corner
    if is_new and place.full_screen:
        toggle_full_screen()
        return pygame.display.get_surface()
    return surface


def toggle_full_screen() -> None:
    """Let the open window have the whole screen, or its former size and place again.

    Left to itself it would come back lower by the height of its frame each time.
    """
    if not pygame.display.get_active():
        return
    surface = pygame.display.get_surface()
    if surface.get_flags() & pygame.FULLSCREEN:
        former = _former_place.pop()
        pygame.display.set_mode(former.size, pygame.RESIZABLE)
        window = _window()
        window.size = former.size  # once more: it may have come before the window had left the screen
        if former.corner is not None:
            window.position = former.corner
    elif (place := window_place()) is not None:
        _former_place[:] = [place]
        pygame.display.set_mode((0, 0), pygame.FULLSCREEN)


def _window() -> Window:
    """Return the open window. SDL's window remembers the object and asks it again: it must not be let go of."""
    window = Window.from_display_module()
    if window not in _windows:
        _windows.append(window)
    return window


def window_place() -> WindowPlace | None:
    """Return where the window is, None where there is none."""
    if not pygame.display.get_init() or pygame.display.get_surface() is None:
        return None
    surface = pygame.display.get_surface()
    if surface.get_flags() & pygame.FULLSCREEN:
        return replace(_former_place[0], full_screen=True) if _former_place else None
    corner: Any = _window().position
    return WindowPlace(surface.get_size(), (int(corner[0]), int(corner[1])))


def _on_screen(corner: tuple[int, int]) -> bool:
    """Say whether a window at a corner could be seen, on any of the screens beside each other."""
    screens = pygame.display.get_desktop_sizes()
    width, height = sum(width for width, _ in screens), max(height for _, height in screens)
    return 0 <= corner[0] < width - _LEAST_SEEN and 0 <= corner[1] < height - _LEAST_SEEN


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
    still = 0.0
    drawn: object = None
    try:
        while screen.running:
            event = _next_event(still)
            while event.type != pygame.NOEVENT:
                screen.handle(event)
                stays = stays and event.type != pygame.QUIT
                drawn = drawn if event.type == pygame.MOUSEMOTION else None
                event = pygame.event.poll() if screen.running else Event(pygame.NOEVENT)
            still = screen.update(pace.elapsed())
            seen = screen.seen()
            if not pygame.display.get_active():
                still, drawn = max(still, _HIDDEN_WAIT), None
            elif drawn is None or seen != drawn:
                screen.draw(pygame.display.get_surface())
                pygame.display.flip()
                drawn = seen
            pace.wait()
    except KeyboardInterrupt:  # Ctrl+C in the terminal leaves as Esc does
        return False
    return stays


def _next_event(still: float) -> Event:
    """Return the next event, or NOEVENT; where nothing changes for some time, wait that long for one to come.

    pygame's own waiting looks a thousand times a second, which takes 3 % of a core.
    """
    end = time.monotonic() + min(still, _LONGEST_WAIT)
    look = _LOOK_SECONDS if pygame.display.get_active() else _HIDDEN_LOOK_SECONDS
    while (event := pygame.event.poll()).type == pygame.NOEVENT and (left := end - time.monotonic()) > _LOOK_SECONDS:
        time.sleep(min(left, look))
    return event


def key_names(event: Event) -> tuple[str, ...]:
    """Return the names a key stroke may go by: the character typed, the key's own, and its place on a US keyboard.

    The last lets the digit row act on keyboards where digits need shift, and W A S D move where they lie elsewhere.
    With shift held, the names with shift come before them; with Ctrl, or the Mac's Cmd, there are none but these.
    AltGr, which Windows gives as Ctrl and Alt, types characters.
    """
    key, place = pygame.key.name(event.key), _place_name(getattr(event, "scancode", 0))
    names = tuple(name for name in (getattr(event, "unicode", ""), key, place) if name)
    held = getattr(event, "mod", 0)
    if held & (pygame.KMOD_CTRL | pygame.KMOD_META) and not held & (pygame.KMOD_RALT | pygame.KMOD_MODE):
        return (f"ctrl+{key if key.isascii() or not place else place}",)
    if held & pygame.KMOD_SHIFT:
        return (*(f"shift+{name}" for name in dict.fromkeys((place, key)) if name), *names)
    return names


def is_key(name: str) -> bool:
    """Say whether some key goes by that name, such as "a", "f1" or "shift+left"; a window must have been opened."""
    plain = name.removeprefix("shift+").removeprefix("ctrl+")
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
    os.environ.setdefault("SDL_MOUSE_FOCUS_CLICKTHROUGH", "1")  # a click on a window behind others does what it says
    missing = "no display to open a window on; use --headless with --record or --frames"
    chosen = os.environ.get("SDL_VIDEODRIVER")
    if sys.platform.startswith("linux"):
        # Pictures are copied to the window: OpenGL is no faster at it, and keeps a cache of shaders in the home folder.
        os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
        os.environ["SDL_VIDEO_X11_WMCLASS"] = _CLASS  # pygame has set it to the name of the script
        os.environ["SDL_VIDEO_WAYLAND_WMCLASS"] = _CLASS
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
