"""Cell picker: the player chooses a cell of a sheet of sprites by mouse or keyboard."""

import math
from collections.abc import Hashable

import numpy as np
import pygame
from pygame import Rect, Surface
from pygame.event import Event

from glass.core.directions import DIRECTIONS
from glass.core.images import flatten
from playground.pictures.sheets.sprite_sheet import CellSheet
from playground.pictures.sheets.standing_cell import Cell
from playground.ui.toolkit import theme
from playground.ui.toolkit.buttons import Button, ButtonRow
from playground.ui.toolkit.interpolation import enlarged
from playground.ui.toolkit.layout import text_unit
from playground.ui.toolkit.window import key_names

_BACK = Button("back", "back", "go back", "Esc")


class CellPicker:
    """The screen that shows a sheet; one cell is marked, and becomes `chosen`.

    Like a game it has `handle`, `update` and `draw`, and `running` turns false when the player has chosen or gone back.
    """

    def __init__(self, sheet: CellSheet, cell: Cell, text_size: float = 1.0) -> None:
        """Show a sheet, with a cell marked to begin with, in letters larger than usual by `text_size`."""
        self.running = True
        self.chosen: Cell | None = None
        self.marked = cell
        """The cell that Enter chooses."""
        self._sheet = sheet
        columns, rows = sheet.size
        left, top, *_ = sheet.grid.box(0, 0)
        *_, right, bottom = sheet.grid.box(columns - 1, rows - 1)
        self._pixels = np.asarray(flatten(sheet.image.crop((left, top, right, bottom))))
        self._drawn = {(x, y) for y, row in enumerate(sheet.cells()) for x, cell in enumerate(row) if cell is not None}
        self._lettering = theme.Lettering()
        self._buttons = ButtonRow(self._lettering)
        self._pointed: Hashable = None
        self._text_size = text_size
        self._picture = Rect(0, 0, columns, rows)
        self._shown: Surface | None = None

    def handle(self, event: Event) -> None:
        """Handle one pygame event."""
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type == pygame.KEYDOWN:
            direction = next((DIRECTIONS[name] for name in key_names(event) if name in DIRECTIONS), None)
            if event.key == pygame.K_ESCAPE:
                self.running = False
            elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE):
                self._choose()
            elif direction is not None:
                columns, rows = self._sheet.size
                self.marked = (self.marked[0] + direction[0]) % columns, (self.marked[1] + direction[1]) % rows
        elif event.type == pygame.MOUSEMOTION:
            self._pointed = self._buttons.at(event.pos)
            self._mark_at(event.pos)
        elif event.type == pygame.MOUSEBUTTONDOWN and self._buttons.at(event.pos) is not None:
            self.running = False
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT and self._mark_at(event.pos):
            self._choose()

    def update(self, dt: float) -> float:
        """Let `dt` seconds pass; nothing moves here."""
        return math.inf

    def seen(self) -> object:
        """Return what it shows."""
        return self.marked, self._pointed

    def draw(self, surface: Surface) -> None:
        """Draw over the whole of `surface`."""
        unit = text_unit(surface.get_size(), self._text_size)
        room = surface.get_rect().inflate(-2 * unit, -6 * unit)
        height, width = self._pixels.shape[:2]
        scale = min(max(1, room.width) / width, max(1, room.height) / height)
        scale = float(int(scale)) if scale >= 1 else scale
        self._picture = Rect(0, 0, max(1, round(width * scale)), max(1, round(height * scale)))
        self._picture.center = room.center
        if self._shown is None or self._shown.get_size() != self._picture.size:
            self._shown = enlarged(self._pixels, self._picture.size)
        surface.fill(theme.BACKGROUND)
        surface.blit(self._shown, self._picture)
        for cell in sorted(self._drawn - {self.marked}):
            pygame.draw.rect(surface, theme.EDGE, self.box(cell), width=1)
        pygame.draw.rect(surface, theme.PRESSED, self.box(self.marked), width=3)
        column, row = self.marked
        what = f"column {column}, row {row}" if self.marked in self._drawn else "nothing in this cell"
        middle, foot = surface.get_rect().centerx, surface.get_height() - round(1.5 * unit)
        most = surface.get_width() - 2 * unit
        heading = "Which cell shall move?"
        self._lettering.write(surface, heading, unit, theme.TEXT, most, center=(middle, round(1.5 * unit)))
        keys = f"{what}   Arrows or mouse choose   Enter plays   Esc goes back"
        self._lettering.write(surface, keys, unit, theme.MUTED, most, center=(middle, foot))

        bar = Rect(0, unit // 2, surface.get_width(), 2 * unit + 2)
        self._buttons.draw(surface, bar, unit, (_BACK,), self._pointed)
        self._buttons.draw_tip(surface, unit, (_BACK,), self._pointed)

    def box(self, cell: Cell) -> Rect:
        """Return where a cell is in the window, as drawn last."""
        columns, rows = self._sheet.size
        place, (column, row) = self._picture, cell
        left, right = (place.left + place.width * x // columns for x in (column, column + 1))
        top, bottom = (place.top + place.height * y // rows for y in (row, row + 1))
        return Rect(left, top, right - left, bottom - top)

    def _mark_at(self, point: tuple[int, int]) -> bool:
        """Mark the cell at a point of the window; returns whether there is one."""
        if not self._picture.collidepoint(point):
            return False
        columns, rows = self._sheet.size
        self.marked = (
            (point[0] - self._picture.left) * columns // self._picture.width,
            (point[1] - self._picture.top) * rows // self._picture.height,
        )
        return True

    def _choose(self) -> None:
        if self.marked in self._drawn:
            self.chosen, self.running = self.marked, False
