"""The cell picker: cells are marked by mouse and keys, and empty ones cannot be chosen."""

import pygame
from pygame import Surface
from pygame.event import Event

from playground.pictures.sheets.sprite_sheet import find_sheet
from playground.ui.cell_picker.picker import CellPicker
from tests.playground.pictures.sheets.drawn_sheets import Layout, draw_sheet


def picker() -> CellPicker:
    """A picker of a sheet of six columns and three rows, the last cell of which is empty, drawn once."""
    sheet = find_sheet(draw_sheet(Layout(6, 3, missing=((5, 2),))))
    assert sheet is not None
    screen = CellPicker(sheet, (0, 0))
    screen.draw(Surface((640, 480)))
    return screen


def click(screen: CellPicker, cell: tuple[int, int]) -> None:
    screen.handle(Event(pygame.MOUSEBUTTONDOWN, button=pygame.BUTTON_LEFT, pos=screen.box(cell).center))


def test_a_click_chooses_a_cell() -> None:
    screen = picker()
    click(screen, (3, 1))
    assert (screen.chosen, screen.running) == ((3, 1), False)


def test_an_empty_cell_is_not_chosen() -> None:
    screen = picker()
    click(screen, (5, 2))
    assert (screen.chosen, screen.running, screen.marked) == (None, True, (5, 2))
    screen.handle(Event(pygame.MOUSEBUTTONDOWN, button=pygame.BUTTON_LEFT, pos=(0, 0)))
    assert screen.running


def test_keys_mark_and_choose() -> None:
    screen = picker()
    for key in (pygame.K_RIGHT, pygame.K_UP):
        screen.handle(Event(pygame.KEYDOWN, key=key, mod=0, unicode="", scancode=0))
    assert screen.marked == (1, 2)
    screen.handle(Event(pygame.KEYDOWN, key=pygame.K_RETURN, mod=0, unicode="", scancode=0))
    assert screen.chosen == (1, 2)


def test_escape_goes_back() -> None:
    screen = picker()
    screen.handle(Event(pygame.KEYDOWN, key=pygame.K_ESCAPE, mod=0, unicode="", scancode=0))
    assert (screen.chosen, screen.running) == (None, False)
