"""A screen with a list of things, one of which is chosen by mouse or keyboard."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import pygame
from pygame import Rect, Surface
from pygame.event import Event

from playground.ui.toolkit import theme
from playground.ui.toolkit.button_icons import button_icon
from playground.ui.toolkit.buttons import Button, ButtonRow
from playground.ui.toolkit.layout import text_unit
from playground.ui.toolkit.message_box import MessageBox
from playground.ui.toolkit.timed_message import TimedMessage

_BACK = Button("back", "back", "go back", "Esc")


@dataclass(frozen=True)
class ChoiceRow:
    """A row of the list."""

    name: Hashable
    """What it is, for those who handle it."""
    text: str
    detail: str = ""
    """What stands at its right, less bright."""
    icon: str = ""
    """One of `button_icons.ICONS`; empty for none."""


class ChoiceScreen:
    """Shows a list; `running` turns false when the player has chosen or gone back. `choose` says what choosing is."""

    def __init__(self, heading: str, rows: Sequence[ChoiceRow], text_size: float = 1.0) -> None:
        """Show rows under a heading, in letters larger than usual by `text_size`."""
        self.running = True
        self.heading = heading
        self.about = ""
        """A line below the heading."""
        self.rows = tuple(rows)
        self.marked = 0
        """Place of the row that Enter chooses."""
        self.message = TimedMessage()
        self._scroll = 0
        self._pointed: Hashable = None
        self._text_size = text_size
        self._lettering = theme.Lettering()
        self._row = ButtonRow(self._lettering)
        self._box = MessageBox(self._lettering)
        self._room, self._line = Rect(0, 0, 1, 1), 1

    def choose(self, name: Hashable) -> None:
        """Take a row."""
        raise NotImplementedError

    def press(self, name: Hashable) -> None:
        """Do what a button says."""
        self.running = False

    def buttons(self) -> Sequence[Button]:
        """Return the buttons at the top."""
        return (_BACK,)

    def margins(self, room: Rect, unit: int) -> Rect:
        """Return what of a room the list has; the rest is for others."""
        return room

    def draw_more(self, surface: Surface, unit: int) -> None:
        """Draw what stands beside the list."""

    def show(self, rows: Sequence[ChoiceRow], marked: int = 0) -> None:
        """Show other rows instead."""
        self.rows, self.marked, self._scroll = tuple(rows), marked, 0

    def handle(self, event: Event) -> None:
        """Handle one pygame event."""
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type == pygame.KEYDOWN:
            self._handle_key(event)
        elif event.type == pygame.MOUSEWHEEL:
            self._scroll = self._bounded(self._scroll - 2 * event.y)
        elif event.type == pygame.MOUSEMOTION:
            self._pointed = self._row.at(event.pos)
            self._mark(self._index_at(event.pos))
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT:
            index, button = self._index_at(event.pos), self._row.at(event.pos)
            if button is not None:
                self.press(button)
            elif index is not None:
                self._mark(index)
                self.choose(self.rows[index].name)

    def update(self, dt: float) -> float:
        """Let `dt` seconds pass; returns for how many seconds nothing changes unless an event comes."""
        self.message.advance(dt)
        return self.message.left

    def seen(self) -> object:
        """Return what it shows."""
        return self.rows, self.marked, self._scroll, self._pointed, self.about, self.message.notice

    def draw(self, surface: Surface) -> None:
        """Draw over the whole of `surface`."""
        window = surface.get_rect()
        unit = text_unit(window.size, self._text_size)
        self._line = round(2.1 * unit)
        surface.fill(theme.BACKGROUND)
        bar = Rect(0, unit // 2, window.width, 2 * unit + 2)
        left = self._row.draw(surface, bar, unit, self.buttons(), self._pointed).left
        write = self._lettering.write
        write(surface, self.heading, round(1.3 * unit), theme.TEXT, left - 2 * unit, midleft=(unit, bar.centery))
        about = self._lettering.shorten(self.about[::-1], unit, window.width - 2 * unit)[::-1]  # the end tells more
        write(surface, about, unit, theme.MUTED, midleft=(unit, bar.bottom + unit))
        room = Rect(unit, bar.bottom + 2 * unit, window.width - 2 * unit, max(1, window.height - bar.bottom - 3 * unit))
        self._room = self.margins(room, unit)
        self._scroll = self._bounded(self._scroll)
        surface.set_clip(self._room)
        for index in range(self._scroll, min(len(self.rows), self._scroll + self._visible + 1)):
            self._draw_row(surface, index, unit)
        surface.set_clip(None)
        self._draw_bar(surface, unit)
        self.draw_more(surface, unit)
        self._box.draw(surface, (window.centerx, window.bottom - unit), unit, self.message.notice)
        self._row.draw_tip(surface, unit, self.buttons(), self._pointed)

    def box(self, index: int) -> Rect:
        """Return where a row is in the window, as drawn last."""
        top = self._room.top + (index - self._scroll) * self._line
        return Rect(self._room.left, top, self._room.width, self._line)

    def button(self, name: Hashable) -> Rect:
        """Return where a button is in the window, as drawn last."""
        return self._row.box(name)

    def _handle_key(self, event: Event) -> None:
        steps = {
            pygame.K_UP: -1,
            pygame.K_DOWN: 1,
            pygame.K_PAGEUP: -self._visible,
            pygame.K_PAGEDOWN: self._visible,
            pygame.K_HOME: -len(self.rows),
            pygame.K_END: len(self.rows),
        }
        if event.key == pygame.K_ESCAPE:
            self.press("back")
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            if self.rows:
                self.choose(self.rows[self.marked].name)
        elif event.key in steps and self.rows:
            self._mark(max(0, min(self.marked + steps[event.key], len(self.rows) - 1)))
            self._scroll = self._bounded(min(self.marked, max(self._scroll, self.marked - self._visible + 1)))

    @property
    def _visible(self) -> int:
        """Rows that are seen whole."""
        return max(1, self._room.height // self._line)

    def _bounded(self, scroll: int) -> int:
        return max(0, min(scroll, len(self.rows) - self._visible))

    def _mark(self, index: int | None) -> None:
        if index is not None:
            self.marked = index

    def _index_at(self, point: tuple[int, int]) -> int | None:
        index = (point[1] - self._room.top) // self._line + self._scroll
        return index if self._room.collidepoint(point) and index < len(self.rows) else None

    def _draw_row(self, surface: Surface, index: int, unit: int) -> None:
        row, box = self.rows[index], self.box(index)
        if index == self.marked:
            theme.panel(surface, box, edge=theme.PRESSED)
        left = box.left + unit // 2
        if row.icon:
            side = round(1.3 * unit)
            surface.blit(button_icon(row.icon, side, theme.MUTED), (left, box.centery - side // 2))
        left += 2 * unit
        room = box.right - left - unit // 2
        detail = min(self._lettering.width(row.detail, unit), room // 2)
        place = (box.right - unit // 2 - detail, box.centery)
        self._lettering.write(surface, row.detail, unit, theme.MUTED, detail, midleft=place)
        room -= detail + unit if row.detail else 0
        self._lettering.write(surface, row.text, unit, theme.TEXT, room, midleft=(left, box.centery))

    def _draw_bar(self, surface: Surface, unit: int) -> None:
        """Show at the right how much of the list is seen, where it is not all."""
        if len(self.rows) <= self._visible:
            return
        way = Rect(self._room.right + unit // 4, self._room.top, max(3, unit // 3), self._room.height)
        shown = Rect(way.left, 0, way.width, max(unit, way.height * self._visible // len(self.rows)))
        shown.top = way.top + (way.height - shown.height) * self._scroll // (len(self.rows) - self._visible)
        theme.panel(surface, way)
        theme.panel(surface, shown, theme.EDGE, None)
