"""The gallery screen: who shall move is chosen from cards, with search and a second player."""

import math
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from random import Random

import pygame
from pygame import Surface
from pygame.event import Event

from glass.core.errors import GlassError
from playground.gameplay.kept_settings import DEFAULT_KEPT, KeptSettings
from playground.input.controls import MOVES, Command
from playground.input.keymap import DEFAULT_KEYMAP, Keymap
from playground.ui.desktop.dropped_files import DroppedFiles
from playground.ui.desktop.file_manager import show_in_folder
from playground.ui.gallery.card_pictures import CardPictures
from playground.ui.gallery.entries import GalleryEntry, gallery_sections, own_entries
from playground.ui.gallery.grid import GalleryGrid
from playground.ui.gallery.live_preview import LivePreview
from playground.ui.gallery.selection import GalleryChoice, GallerySelection
from playground.ui.gallery.view import GalleryScene, GalleryView
from playground.ui.meanwhile import Meanwhile
from playground.ui.toolkit.buttons import Button
from playground.ui.toolkit.timed_message import TimedMessage
from playground.ui.toolkit.window import (
    BY_HAND,
    WindowPlace,
    desktop_size,
    key_names,
    open_window,
    show,
    toggle_full_screen,
)

_WINDOW = (1160, 840)
_DESKTOP_SHARE = 0.8
_LONGEST_FILTER = 40
_IDLE_SECONDS = 15.0
"""Seconds in which nobody does anything, after which a gallery that attracts people chooses by itself."""
_READING_SECONDS = 0.05
"""Seconds after which to look again whether pictures were read."""
_MOUSE = (pygame.MOUSEWHEEL, pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN)
_BUTTONS = {
    Command.OPEN: "folder",
    Command.PASTE: "clipboard",
    Command.PAIR: "pair",
    Command.FULL_SCREEN: "full screen",
}
"""The commands that have a button, and its icon."""
_OPENING = (Command.OPEN, Command.PASTE, Command.LEARNING)


class Gallery:
    """Cards to choose from; one is marked, and becomes `chosen`. What is typed leaves only those that it fits.

    The marked one is animated. Like a game it has `handle`, `update` and `draw`, and `running` turns false when the
    player has chosen or left.
    """

    def __init__(
        self,
        starts: Sequence[GalleryEntry],
        keymap: Keymap = DEFAULT_KEYMAP,
        text_size: float = 1.0,
        attract: Random | None = None,
        meanwhile: Meanwhile | None = None,
        restock: Callable[[], Sequence[GalleryEntry]] | None = None,
    ) -> None:
        """Show start frames, at least one, in letters of a size as for `layout.arrange`.

        While nobody chooses, `attract` does: at once at first, later after a while; None leaves it to people.
        `meanwhile` is what goes on beside it; `restock` finds the start frames anew, after a model was learned.
        """
        self.running = True
        self.chosen: GalleryChoice | None = None
        self.selection = GallerySelection(gallery_sections(starts, ()))
        self._starts = tuple(starts)
        self._message = TimedMessage()
        self._meanwhile = meanwhile or Meanwhile()
        self._restock, self._recent = restock, tuple[str, ...]()
        self._saved: Path | None = None
        self._keymap = keymap
        self._text_size = text_size
        self._attract = attract
        self._idle = _IDLE_SECONDS
        self._grid = self._grid_of(_WINDOW)
        self._scroll = 0
        self._cards = CardPictures()
        self._live_preview = LivePreview()
        self._view = GalleryView(self.selection, self._cards, self._live_preview)
        self._drops = DroppedFiles()
        self._pointed: Hashable = None

    @property
    def marked(self) -> GalleryEntry | None:
        """The entry that Enter opens, if there is any to see."""
        return self.selection.marked

    @property
    def reading(self) -> bool:
        """Whether pictures of its cards are being read."""
        return not self._cards.complete

    def tell(self, message: str) -> None:
        """Show what could not be done, for a while or until they do something."""
        self._message.tell(message, error=True)

    def renew(self) -> None:
        """Find the start frames anew, as after a model was learned."""
        if self._restock is not None:
            self._starts = tuple(self._restock())
            self._refill()

    def again(self, recent: Sequence[str] = ()) -> None:
        """Let the player choose once more, also among the pictures of their own that were opened last."""
        self.running, self.chosen, self._recent = True, None, tuple(recent)
        self._refill()

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
            self._pointed = self._view.button_at(event.pos)
            self._point_at(event.pos)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT:
            if isinstance(command := self._view.button_at(event.pos), Command):
                self._execute(command)
            elif self._point_at(event.pos):
                self._choose()

    def update(self, dt: float) -> float:
        """Let `dt` seconds pass; the marked picture is animated, for a while after somebody did something.

        Returns for how many seconds nothing changes unless an event comes.
        """
        self._idle += dt
        self._message.advance(dt)
        if (notice := self._meanwhile.next_notice()) is not None:
            self._saved = notice.file or self._saved
            self._message.show(notice)
            if notice.command is Command.LEARNING:
                self.renew()
        if self._attract and self.marked is not None and self.running and self._idle >= _IDLE_SECONDS:
            self._idle, self.selection.first = 0.0, None
            starts = [index for index, entry in enumerate(self.selection.entries) if entry.bundle is not None]
            self._mark(self._attract.choice(starts or [0]))
            self._choose()
        still = min(self._message.left, _IDLE_SECONDS - self._idle if self._attract else math.inf)
        if self.reading:
            still = min(still, _READING_SECONDS)
        marked = self.marked
        card = None if marked is None or not self.running else self._cards.get(marked)
        if marked is not None and marked.bundle is not None and card is not None and card.picture is not None:
            still = min(still, self._live_preview.update(marked, marked.bundle, card.picture, dt))
        return still

    def seen(self) -> object:
        """Return what it shows."""
        selection = self.selection
        marks = (selection.sections, selection.index, self._scroll, selection.first, selection.typed, self.chosen)
        told = self._message.notice, self._pointed, self._meanwhile.words
        return *marks, *told, self._cards.ready, self._live_preview.seen()

    def draw(self, surface: Surface) -> None:
        """Draw over the whole of `surface`."""
        grid = self._grid_of(surface.get_size())
        if grid != self._grid:
            self._grid = grid
            self._scroll = grid.revealing(self.selection.index, self._scroll)
        opening, meanwhile = self.chosen is not None, "   ".join(self._meanwhile.words)
        notice = self._message.notice
        self._view.draw(
            surface, GalleryScene(grid, self._scroll, self._buttons(), self._pointed, notice, opening, meanwhile)
        )

    def _handle_key(self, event: Event) -> None:
        typed = getattr(event, "unicode", "")
        names = key_names(event)
        writes = bool(typed) and typed.isprintable() and not names[0].startswith("ctrl+")
        intent = None if writes else self._keymap.intent((names[0], pygame.key.name(event.key)))
        if intent is Command.LEAVE:
            self._go_back()
        elif intent in _BUTTONS or intent is Command.LEARNING:
            self._execute(Command(intent))
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self._choose()
        elif event.key in (pygame.K_HOME, pygame.K_END):
            self._mark(0 if event.key == pygame.K_HOME else len(self.selection.entries) - 1)
        elif event.key == pygame.K_BACKSPACE:
            self._filter(self.selection.typed[:-1])
        elif intent is not None and intent in MOVES:
            self._mark(self._grid.beside(self.selection.index, *MOVES[intent]))
        elif writes:
            self._filter((self.selection.typed + typed)[:_LONGEST_FILTER].lstrip())

    def _execute(self, command: Command) -> None:
        """Do what a button says."""
        if command in _OPENING:
            self._leave_for(GalleryChoice((), command=command))
        elif command is Command.PAIR:
            self.selection.invite()
        elif command is Command.FOLDER:
            self._show_folder()
        else:
            toggle_full_screen()

    def _show_folder(self) -> None:
        """Show the file that was told of in its folder."""
        try:
            if self._saved is not None:
                show_in_folder(self._saved)
        except GlassError as error:
            self.tell(str(error))

    def _go_back(self) -> None:
        """Take back what was typed, or else the invitation, or else leave."""
        if self.selection.typed:
            self._filter("")
        elif self.selection.first is not None:
            self.selection.first = None
        else:
            self.running = False

    def _filter(self, typed: str) -> None:
        self.selection.filter(typed)
        self._scroll = 0
        self._rearrange()

    def _refill(self) -> None:
        """Show all that there is now."""
        self.selection.refill(gallery_sections(self._starts, own_entries(self._recent)))
        self._rearrange()

    def _rearrange(self) -> None:
        """Lay out what is left."""
        self._grid = self._grid_of(self._grid.window)
        self._scroll = self._grid.revealing(self.selection.index, self._scroll)

    def _mark(self, index: int) -> None:
        if self.selection.mark(index):
            self._scroll = self._grid.revealing(index, self._scroll)

    def _choose(self) -> None:
        try:
            choice = self.selection.choice()
        except GlassError as error:
            self.tell(str(error))
            return
        if choice is not None:
            self._leave_for(choice)

    def _leave_for(self, choice: GalleryChoice) -> None:
        """Let the player have what they chose."""
        self.chosen, self.running = choice, False
        self._live_preview.forget()

    def _buttons(self) -> list[Button]:
        icons, lit = dict(_BUTTONS), {Command.PAIR: self.selection.first is not None}
        tips = {command: self._keymap.description(command) for command in icons}
        if words := self._meanwhile.learning.words:
            icons, tips = {Command.LEARNING: "learn"} | icons, tips | {Command.LEARNING: words}
            lit[Command.LEARNING] = True
        return [
            Button(command, icon, tips[command], self._keymap.shown(command), lit.get(command, False))
            for command, icon in icons.items()
        ]

    def _point_at(self, point: tuple[int, int]) -> bool:
        """Mark the card at a point of the window; returns whether there is one."""
        index = self._grid.index_at(point, self._scroll)
        return index is not None and self.selection.mark(index)

    def _grid_of(self, window: tuple[int, int]) -> GalleryGrid:
        counts = tuple(len(section.entries) for section in self.selection.sections)
        frames = [start.bundle.manifest.frame_size for start in self._starts if start.bundle is not None]
        picture = (max(width for width, _ in frames), max(height for _, height in frames))
        return GalleryGrid(window, counts, picture, self._text_size)


def choose(gallery: Gallery, kept: KeptSettings = DEFAULT_KEPT) -> GalleryChoice | None:
    """Show a gallery in the window, as that was last, and return what the player chose, or None. The window stays.

    Raises:
        GlassError: there is no display.
    """
    desktop = desktop_size()
    width, height = (min(side, round(room * _DESKTOP_SHARE)) for side, room in zip(_WINDOW, desktop, strict=True))
    gallery.again(kept.recent)
    open_window(WindowPlace(kept.window or (width, height), kept.corner, kept.full_screen), "")
    show(gallery)
    return gallery.chosen
