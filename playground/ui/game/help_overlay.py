"""The help overlay: the table of keys over the darkened window; a row does what its key does."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pygame
from pygame import Rect, Surface

from playground.input.controls import Command
from playground.input.keymap import KeyBinding, Keymap, KeyTableRow
from playground.ui.toolkit import theme

_SMALLEST = 6


@dataclass(frozen=True)
class _Column:
    """A column of rows."""

    rows: Sequence[KeyTableRow]
    keys_width: int
    width: int


class HelpOverlay:
    """Draws the table of keys."""

    def __init__(self, lettering: theme.Lettering, keymap: Keymap, closing: str) -> None:
        """Use these letters and keys, and a line that says how to close the table."""
        self._lettering = lettering
        self._rows = [*keymap.rows(), *POINTED, *GAMEPAD]
        self._closing = closing
        self._table = lru_cache(1)(self._draw_table)
        self._boxes: dict[KeyBinding, Rect] = {}

    def draw(self, surface: Surface, unit: int, pointed: KeyBinding | None = None) -> None:
        """Draw the table over the darkened surface, in letters of height `unit`, or the largest that fit.

        The row that is pointed at has a frame.
        """
        window = surface.get_rect()
        theme.veil(surface, window, 215)
        table, boxes = self._table(window.size, unit)
        place = table.get_rect(center=window.center)
        surface.blit(table, place)
        self._boxes = {binding: box.move(place.topleft) for binding, box in boxes.items()}
        if pointed in self._boxes:
            pygame.draw.rect(surface, theme.PRESSED, self._boxes[pointed], width=1, border_radius=3)

    def binding_at(self, point: tuple[int, int]) -> KeyBinding | None:
        """What the row at a point of the window last drawn asks for, else None."""
        return next((binding for binding, box in self._boxes.items() if box.collidepoint(point)), None)

    def box(self, command: Command, player: int = 0) -> Rect:
        """Return where the row of a command was drawn last."""
        return self._boxes[KeyBinding(command, player)]

    def _draw_table(self, window: tuple[int, int], unit: int) -> tuple[Surface, dict[KeyBinding, Rect]]:
        """The table for a window, in letters of height `unit` or the largest that fit, and where its commands stand."""
        while True:
            columns = self._columns(unit)
            width, height = self._size(columns, unit)
            if unit <= _SMALLEST or (width <= window[0] and height <= window[1]):
                break
            unit -= 1
        box = Rect(0, 0, min(width, window[0]), min(height, window[1]))
        surface = Surface(box.size, pygame.SRCALPHA)
        theme.panel(surface, box)
        x, y = box.left + 2 * unit, box.top + 2 * unit
        self._lettering.write(surface, "Keys", round(1.3 * unit), theme.PRESSED, midleft=(x, y))
        self._lettering.write(surface, self._closing, unit, theme.TEXT, midright=(box.right - 2 * unit, y))
        boxes: dict[KeyBinding, Rect] = {}
        for column in columns:
            boxes |= self._draw_column(surface, column, (x, y + 2 * unit), unit)
            x += column.width + 3 * unit
        return surface, boxes

    def _draw_column(
        self, surface: Surface, column: _Column, corner: tuple[int, int], unit: int
    ) -> dict[KeyBinding, Rect]:
        x, y = corner
        group = ""
        boxes: dict[KeyBinding, Rect] = {}
        for row in column.rows:
            if row.group != group:
                group = row.group
                self._lettering.write(surface, group, unit, theme.ACTING, midleft=(x, y + unit // 2))
                y += _line(unit)
            self._lettering.write(surface, row.text, unit, theme.TEXT, midleft=(x, y + unit // 2))
            place = (x + column.keys_width + unit, y + unit // 2)
            self._lettering.write(surface, row.description, unit, theme.MUTED, midleft=place)
            if row.binding is not None:
                boxes[row.binding] = Rect(x, y + (unit - _line(unit)) // 2, column.width, _line(unit))
            y += _line(unit)
        return boxes

    def _columns(self, unit: int) -> list[_Column]:
        """The table in two columns of about the same height, whole groups each."""
        groups = list(dict.fromkeys(row.group for row in self._rows))
        heights = [1 + sum(row.group == group for row in self._rows) for group in groups]
        cut = min(range(1, len(groups)), key=lambda at: abs(sum(heights[:at]) - sum(heights[at:])))
        columns = []
        for half in (groups[:cut], groups[cut:]):
            rows = [row for row in self._rows if row.group in half]
            keys_width = max(self._lettering.width(row.text, unit) for row in rows)
            descriptions_width = max(self._lettering.width(row.description, unit) for row in rows)
            columns.append(_Column(rows, keys_width, keys_width + unit + descriptions_width))
        return columns

    def _size(self, columns: Sequence[_Column], unit: int) -> tuple[int, int]:
        width = sum(column.width for column in columns) + 3 * unit * (len(columns) - 1) + 4 * unit
        lines = max(len(column.rows) + len({row.group for row in column.rows}) for column in columns)
        return width, lines * _line(unit) + 5 * unit


POINTED = (
    KeyTableRow("Mouse", ("drag",), "the agent comes to the pointer"),
    KeyTableRow("Mouse", ("click",), "a card acts, a drawn arrow moves"),
    KeyTableRow("Mouse", ("click here",), "a row of this table does what its key does"),
    KeyTableRow("Mouse", ("double click",), "a card gets another name"),
    KeyTableRow("Mouse", ("drop",), "pictures, clips or a saved game are opened"),
)
"""What can be done with a mouse."""
GAMEPAD = (
    KeyTableRow("Gamepad", ("stick", "or", "cross"), "move"),
    KeyTableRow("Gamepad", ("A", "B", "X", "Y"), "act 1 to 4; right shoulder 5 to 8, left 9 to 12"),
    KeyTableRow("Gamepad", ("right stick",), "look around"),
    KeyTableRow("Gamepad", ("triggers",), "left: hold to go back; right: record"),
    KeyTableRow("Gamepad", ("Start", "Back"), "pause; back to the first picture"),
)
"""What can be done with a gamepad; a second one is the second player's."""


def _line(unit: int) -> int:
    """Height of a row."""
    return round(1.55 * unit)
