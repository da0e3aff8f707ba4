"""The gallery screen: a grid of start frames to choose from, with search and a second player."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pygame
from pygame import Rect, Surface
from pygame.event import Event

from playground.gameplay.kept_settings import DEFAULT_KEPT, KeptSettings
from playground.input.controls import MOVES, Command
from playground.input.keymap import DEFAULT_KEYMAP, Keymap
from playground.ui.desktop.dropped_files import DroppedFiles
from playground.ui.gallery.entries import GalleryEntry
from playground.ui.gallery.grid import GalleryGrid
from playground.ui.gallery.live_preview import LivePreview
from playground.ui.toolkit import theme
from playground.ui.toolkit.buttons import Button, ButtonRow
from playground.ui.toolkit.interpolation import enlarged
from playground.ui.toolkit.message_box import MessageBox
from playground.ui.toolkit.surface_cache import SurfaceCache
from playground.ui.toolkit.timed_message import TimedMessage
from playground.ui.toolkit.window import BY_HAND, desktop_size, key_names, open_window, show, toggle_full_screen

_WINDOW = (960, 720)
_DESKTOP_SHARE = 0.8
_LONGEST_FILTER = 40
_IDLE_SECONDS = 15.0
"""Seconds in which nobody does anything, after which a gallery that attracts people chooses by itself."""
_MOUSE = (pygame.MOUSEWHEEL, pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN)
_OPENING = {Command.OPEN: "folder", Command.PASTE: "clipboard"}
"""The commands that have a button, and its icon."""
_THUMBNAILS = 256
"""Enlarged pictures that are cached."""


@dataclass(frozen=True)
class GalleryChoice:
    """What the player chose to play."""

    files: tuple[Path, ...]
    """A picture, or those of two players, or files of the player's own."""
    model: Path | None = None
    """Folder of the model that plays start frames; None where files are the player's own."""
    command: Command | None = None
    """OPEN to choose files from the disk, or PASTE to take them from the clipboard; None: they are `files`."""


class Gallery:
    """A grid of start frames; one is marked, and becomes `chosen`. What is typed leaves only those that it fits.

    The marked one is animated. Like a game it has `handle`, `update` and `draw`, and `running` turns false when the
    player has chosen or left.
    """

    def __init__(
        self,
        starts: Sequence[GalleryEntry],
        keymap: Keymap = DEFAULT_KEYMAP,
        text_size: float = 1.0,
        attract: Random | None = None,
    ) -> None:
        """Show start frames, at least one, in letters of a size as for `layout.arrange`.

        While nobody chooses, `attract` does: at once at first, later after a while; None leaves it to people.
        """
        self.running = True
        self.chosen: GalleryChoice | None = None
        self.typed = ""
        """What the player has typed to find a picture."""
        self._message = TimedMessage()
        self._all = self._starts = tuple(starts)
        self._picture = (max(start.frame.shape[1] for start in starts), max(start.frame.shape[0] for start in starts))
        self._keymap = keymap
        self._text_size = text_size
        self._lettering = theme.Lettering()
        self._marked = 0
        self._first: GalleryEntry | None = None
        self._attract = attract
        self._idle = _IDLE_SECONDS
        self._grid = self._grid_of(_WINDOW)
        self._scroll = 0
        self._thumbnails = SurfaceCache(enlarged, _THUMBNAILS)
        self._live_preview = LivePreview()
        self._drops = DroppedFiles()
        self._buttons = ButtonRow(self._lettering)
        self._pointed: Hashable = None
        self._box = MessageBox(self._lettering)

    @property
    def marked(self) -> GalleryEntry | None:
        """The start frame that Enter opens, if there is any to see."""
        return self._starts[self._marked] if self._starts else None

    def tell(self, message: str) -> None:
        """Show what could not be done, for a while or until they do something."""
        self._message.tell(message, error=True)

    def again(self) -> None:
        """Let the player choose once more."""
        self.running, self.chosen, self._first = True, None, None

    def handle(self, event: Event) -> None:
        """Handle one pygame event."""
        if event.type in BY_HAND:
            self._idle = 0.0
            self._live_preview.wake()
        if event.type in (pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN):
            self._message.tell("")
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type == pygame.KEYDOWN:
            self._handle_key(event)
        elif event.type in _MOUSE:
            self._handle_mouse(event)
        elif dropped := self._drops.handle(event):
            self._leave_for(GalleryChoice(dropped))
        elif event.type == pygame.WINDOWFOCUSLOST:
            self._live_preview.rest()

    def _handle_mouse(self, event: Event) -> None:
        if event.type == pygame.MOUSEWHEEL:
            self._scroll = self._grid.bounded(self._scroll - event.y * self._grid.cell[1] // 2)
        elif event.type == pygame.MOUSEMOTION:
            self._pointed = self._buttons.at(event.pos)
            self._point_at(event.pos)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT:
            if (command := self._buttons.at(event.pos)) in _OPENING:
                self._leave_for(GalleryChoice((), command=command))
            elif self._point_at(event.pos):
                self._choose()

    def update(self, dt: float) -> float:
        """Let `dt` seconds pass; the marked picture is animated, for a while after somebody did something.

        Returns for how many seconds nothing changes unless an event comes.
        """
        self._idle += dt
        self._message.advance(dt)
        if self._attract and self._starts and self.running and self._idle >= _IDLE_SECONDS:
            self._idle, self._first = 0.0, None
            self._mark(self._attract.randrange(len(self._starts)))
            self._choose()
        still = min(self._message.left, _IDLE_SECONDS - self._idle if self._attract else math.inf)
        if self.marked is not None and self.running:
            still = min(still, self._live_preview.update(self.marked, self.marked.bundle, self.marked.frame, dt))
        return still

    def seen(self) -> object:
        """Return what it shows."""
        marks = (self._starts, self._marked, self._scroll, self._first, self.typed, self.chosen)
        return *marks, self._message.notice, self._pointed, self._live_preview.seen()

    def draw(self, surface: Surface) -> None:
        """Draw over the whole of `surface`."""
        grid = self._grid_of(surface.get_size())
        if grid != self._grid:
            self._grid = grid
            self._scroll = grid.revealing(self._marked, self._scroll)
        surface.fill(theme.BACKGROUND)
        surface.set_clip(grid.room)
        for index, start in enumerate(self._starts):
            box = grid.box(index, self._scroll)
            if box.colliderect(grid.room):
                self._draw_start(surface, start, box, index == self._marked)
        surface.set_clip(None)
        if not self._starts:
            self._draw_nothing_found(surface, grid)
        self._draw_text(surface, grid)
        foot = (grid.room.centerx, grid.room.bottom - grid.unit)
        self._box.draw(surface, foot, grid.unit, self._message.notice)
        self._buttons.draw_tip(surface, grid.unit, self._shown_buttons(), self._pointed)

    def _handle_key(self, event: Event) -> None:
        typed = getattr(event, "unicode", "")
        names = key_names(event)
        writes = bool(typed) and typed.isprintable() and not names[0].startswith("ctrl+")
        intent = None if writes else self._keymap.intent((names[0], pygame.key.name(event.key)))
        if intent is Command.LEAVE:
            self._go_back()
        elif intent in _OPENING:
            self._leave_for(GalleryChoice((), command=intent))
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self._choose()
        elif event.key in (pygame.K_HOME, pygame.K_END):
            self._mark(0 if event.key == pygame.K_HOME else len(self._starts) - 1)
        elif event.key == pygame.K_TAB:
            self._invite()
        elif event.key == pygame.K_BACKSPACE:
            self._filter(self.typed[:-1])
        elif intent is Command.FULL_SCREEN:
            toggle_full_screen()
        elif intent is not None and intent in MOVES:
            x, y = MOVES[intent]
            self._mark(self._marked + x + y * self._grid.columns)
        elif writes:
            self._filter((self.typed + typed)[:_LONGEST_FILTER].lstrip())

    def _go_back(self) -> None:
        """Take back what was typed, or else the invitation, or else leave."""
        if self.typed:
            self._filter("")
        elif self._first is not None:
            self._first = None
        else:
            self.running = False

    def _filter(self, typed: str) -> None:
        """Show what fits the words that were typed, and keep the mark where it is, if that is among it."""
        marked, self.typed = self.marked, typed
        self._starts = tuple(start for start in self._all if start.fits(typed))
        self._marked = next((index for index, start in enumerate(self._starts) if start is marked), 0)
        self._grid = self._grid_of(self._grid.window)
        self._scroll = self._grid.revealing(self._marked, 0)

    def _mark(self, index: int) -> None:
        if 0 <= index < len(self._starts):
            self._marked = index
            self._scroll = self._grid.revealing(index, self._scroll)

    def _invite(self) -> None:
        """Let the marked picture be the first player's, so that the next one chosen is the second's; or no longer."""
        self._first = None if self.marked is self._first else self.marked

    def _choose(self) -> None:
        if self.marked is None:
            return
        first = self._first or self.marked
        if first.bundle.folder != self.marked.bundle.folder:
            self.tell(f"{first.name} needs somebody of model {first.bundle.manifest.name}")
            return
        pictures = (first.path,) if self._first is None else (first.path, self.marked.path)
        self._leave_for(GalleryChoice(pictures, first.bundle.folder))

    def _leave_for(self, choice: GalleryChoice) -> None:
        """Let the player have what they chose."""
        self.chosen, self.running = choice, False
        self._live_preview.forget()

    def _shown_buttons(self) -> list[Button]:
        keymap = self._keymap
        return [
            Button(command, icon, keymap.description(command), keymap.shown(command))
            for command, icon in _OPENING.items()
        ]

    def _point_at(self, point: tuple[int, int]) -> bool:
        """Mark the card at a point of the window; returns whether there is one."""
        if (index := self._grid.index_at(point, self._scroll)) is None:
            return False
        self._marked = index
        return True

    def _grid_of(self, window: tuple[int, int]) -> GalleryGrid:
        return GalleryGrid(window, len(self._starts), self._picture, self._text_size)

    def _draw_start(self, surface: Surface, start: GalleryEntry, box: Rect, marked: bool) -> None:
        """One picture with its name, model and licence; a frame and a lighter card show the marked one."""
        unit, manifest = self._grid.unit, start.bundle.manifest
        edge = theme.PRESSED if marked else theme.ACTING if start is self._first else None
        theme.panel(surface, box, theme.PANEL if edge else theme.BACKGROUND, edge, 3)
        room = Rect(box.left, box.top + unit // 2, box.width, self._grid.picture[1] * self._grid.scale)
        side = start.frame.shape[1::-1]
        scale = min(most * self._grid.scale // length for most, length in zip(self._grid.picture, side, strict=True))
        image = self._thumbnails.get(start.frame, (side[0] * scale, side[1] * scale))
        place = image.get_rect(center=room.center)
        if not (marked and self._live_preview.draw(surface, start, place)):
            surface.blit(image, place)
        small = max(10, round(0.8 * unit))
        licence = manifest.licence.partition(" (")[0].partition(";")[0]
        name = f"{start.name}: player 1" if start is self._first else start.name
        lines = ((name, unit, theme.TEXT), (f"{manifest.name}, {licence}", small, theme.MUTED))
        y = room.bottom + round(0.9 * unit)
        for text, height, colour in lines:
            self._lettering.write(surface, text, height, colour, box.width - unit, center=(box.centerx, y))
            y += round(1.15 * unit)

    def _draw_nothing_found(self, surface: Surface, grid: GalleryGrid) -> None:
        """Say in the middle that nothing fits what was typed, and what to do."""
        write, unit, (x, y) = self._lettering.write, grid.unit, grid.room.center
        room = grid.room.width - 2 * unit
        write(surface, f"No picture fits “{self.typed}”", round(1.5 * unit), theme.TEXT, room, midbottom=(x, y))
        advice = "Backspace takes back a letter, Esc all of them"
        write(surface, advice, unit, theme.MUTED, room, midtop=(x, y + unit // 2))

    def _draw_text(self, surface: Surface, grid: GalleryGrid) -> None:
        unit, (width, height) = grid.unit, surface.get_size()
        place = (unit, grid.room.top // 2)
        heading = self._lettering.write(surface, "Who shall move?", round(1.5 * unit), theme.TEXT, midleft=place)
        bar = Rect(0, grid.room.top // 2 - unit - 1, width, 2 * unit + 2)
        row = self._buttons.draw(surface, bar, unit, self._shown_buttons(), self._pointed)
        self._draw_filter(surface, grid, heading.right + unit, row.left)
        keys = "Arrows choose   Tab for two   Enter plays   Esc leaves" if self.chosen is None else "opening..."
        foot = (grid.room.bottom + height) // 2
        hint = self._lettering.write(surface, keys, unit, theme.TEXT, midright=(width - unit, foot))
        about = ""
        if self._first is not None:
            about = f"{self._first.name} and who else?"
        elif self.marked is not None:
            manifest = self.marked.bundle.manifest
            about = f"{manifest.name}: {manifest.licence}"
        room = width - hint.width - 3 * unit
        self._lettering.write(surface, about, unit, theme.MUTED, room, topleft=(unit, foot - unit // 2))

    def _draw_filter(self, surface: Surface, grid: GalleryGrid, left: int, right: int) -> None:
        """Write what was typed into a box that ends at the right, as far as there is room beside the heading."""
        unit, width = grid.unit, right
        invitation = "or drop a picture of your own"
        if width - left - 12 * unit > self._lettering.render(invitation, unit, theme.MUTED).get_width():
            place = (left, grid.room.top // 2)
            left = self._lettering.write(surface, invitation, unit, theme.MUTED, midleft=place).right + unit
        box = Rect(0, 0, min(18 * unit, width - left - unit), 2 * unit)
        if box.width < 6 * unit:
            return
        box.midright = (width - unit, grid.room.top // 2)
        theme.panel(surface, box, edge=theme.PRESSED if self.typed else theme.EDGE)
        text, colour = (self.typed, theme.TEXT) if self.typed else ("type to find", theme.MUTED)
        place = (box.left + unit // 2, box.centery)
        self._lettering.write(surface, text, unit, colour, box.width - unit, midleft=place)


def choose(gallery: Gallery, kept: KeptSettings = DEFAULT_KEPT) -> GalleryChoice | None:
    """Show a gallery in the window, as that was last, and return what the player chose, or None. The window stays.

    Raises:
        GlassError: there is no display.
    """
    desktop = desktop_size()
    width, height = (min(side, round(room * _DESKTOP_SHARE)) for side, room in zip(_WINDOW, desktop, strict=True))
    gallery.again()
    open_window(kept.window or (width, height), "", full_screen=kept.full_screen)
    show(gallery)
    return gallery.chosen
