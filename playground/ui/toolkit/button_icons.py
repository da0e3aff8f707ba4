"""Icons of buttons, drawn by code in the colour of the text."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

import pygame
from pygame import Rect, Surface

from playground.ui.toolkit import theme

_GRID = 24
"""Icons are drawn in a square of so many parts."""
_SHARPER = 4
"""Supersampling: drawn this many times too large and shrunk."""
_LINE = 2.2
"""Width of lines in parts."""

Point = tuple[float, float]


class _Pen:
    """Draws in parts of the grid."""

    def __init__(self, side: int, colour: theme.Colour) -> None:
        self.surface = Surface((side, side), pygame.SRCALPHA)
        self.colour = colour
        self._part = side / _GRID

    def path(self, *points: Point) -> None:
        """Draw a line along points, with round ends and corners."""
        for start, end in pairwise(points):
            pygame.draw.line(self.surface, self.colour, self._at(start), self._at(end), self._width)
        for point in points:
            pygame.draw.circle(self.surface, self.colour, self._at(point), self._width / 2)

    def shape(self, *points: Point) -> None:
        """Fill the polygon of points."""
        pygame.draw.polygon(self.surface, self.colour, [self._at(point) for point in points])

    def disc(self, middle: Point, radius: float) -> None:
        """Fill a circle."""
        pygame.draw.circle(self.surface, self.colour, self._at(middle), radius * self._part)

    def box(self, left: float, top: float, width: float, height: float, filled: bool = False) -> None:
        """Draw a rectangle."""
        place = Rect(*self._at((left, top)), round(width * self._part), round(height * self._part))
        line = 0 if filled else self._width
        pygame.draw.rect(self.surface, self.colour, place, line, border_radius=round(self._part))

    @property
    def _width(self) -> int:
        return max(1, round(_LINE * self._part))

    def _at(self, point: Point) -> tuple[int, int]:
        return round(point[0] * self._part), round(point[1] * self._part)


def _pictures(pen: _Pen) -> None:
    for left, top in ((3, 3), (13.5, 3), (3, 13.5), (13.5, 13.5)):
        pen.box(left, top, 7.5, 7.5, filled=True)


def _folder(pen: _Pen) -> None:
    pen.path((3, 19), (3, 5), (9, 5), (11, 8), (21, 8), (21, 19), (3, 19))


def _clipboard(pen: _Pen) -> None:
    pen.box(4, 4, 16, 18)
    pen.box(8.5, 1.5, 7, 5, filled=True)
    for y in (11, 15.5):
        pen.path((8.5, y), (15.5, y))


def _pause(pen: _Pen) -> None:
    for left in (5.5, 14):
        pen.box(left, 4, 4.5, 16, filled=True)


def _play(pen: _Pen) -> None:
    pen.shape((6, 3.5), (20, 12), (6, 20.5))


def _rewind(pen: _Pen) -> None:
    for tip in (2, 11):
        pen.shape((tip, 12), (tip + 10, 4.5), (tip + 10, 19.5))


def _record(pen: _Pen) -> None:
    pen.disc((12, 12), 8)


def _stop(pen: _Pen) -> None:
    pen.box(5, 5, 14, 14, filled=True)


def _save(pen: _Pen) -> None:
    pen.path((3.5, 3.5), (17, 3.5), (20.5, 7), (20.5, 20.5), (3.5, 20.5), (3.5, 3.5))
    pen.box(7.5, 3.5, 8, 5.5, filled=True)
    pen.box(7, 13, 10, 7, filled=True)


def _sheet(pen: _Pen) -> None:
    pen.box(2, 3, 13, 18)
    pen.path((8.5, 4), (8.5, 20))
    for y in (9, 15):
        pen.path((3, y), (14, y))
    pen.path((14, 12), (22, 12))
    pen.path((18.5, 8), (22, 12), (18.5, 16))


def _model(pen: _Pen) -> None:
    ends: Sequence[Point] = ((4.5, 5), (4.5, 19), (19.5, 12))
    for left in ends[:2]:
        pen.path(left, (12, 12))
    pen.path((12, 12), ends[2])
    for end in (*ends, (12, 12)):
        pen.disc(end, 3.2)


def _unfold(pen: _Pen) -> None:
    for x in (11, 19):
        pen.path((x, 5), (x - 7, 12), (x, 19))


def _fold(pen: _Pen) -> None:
    for x in (5, 13):
        pen.path((x, 5), (x + 7, 12), (x, 19))


def _dashed_box(pen: _Pen) -> None:
    for x, y in ((3, 4), (21, 4), (3, 20), (21, 20)):
        pen.path((x + (5 if x < 12 else -5), y), (x, y), (x, y + (5 if y < 12 else -5)))
    pen.disc((12, 12), 3.5)


def _brush(pen: _Pen) -> None:
    pen.path((20.5, 3.5), (11, 13))
    pen.shape((12.5, 13), (10, 18), (3, 21), (5.5, 14), (10, 11))


def _done(pen: _Pen) -> None:
    pen.path((3.5, 13), (9.5, 19), (20.5, 5.5))


def _back(pen: _Pen) -> None:
    pen.path((20, 12), (4, 12))
    pen.path((10.5, 5), (4, 12), (10.5, 19))


def _help(pen: _Pen) -> None:
    pen.path((7, 8), (8, 5), (12, 3.5), (16, 5), (17, 8), (15.5, 11), (12, 13), (12, 15.5))
    pen.disc((12, 20), 1.7)


def _cells(pen: _Pen) -> None:
    pen.box(2.5, 2.5, 19, 19)
    for at in (8.8, 15.2):
        pen.path((at, 3), (at, 21))
        pen.path((3, at), (21, at))


def _sides(pen: _Pen) -> None:
    pen.path((12, 2.5), (12, 21.5))
    pen.shape((8.5, 5), (8.5, 19), (1, 19))
    pen.path((15.5, 6), (15.5, 18.5), (21.5, 18.5), (15.5, 6))


def _plus(pen: _Pen) -> None:
    pen.path((12, 3.5), (12, 20.5))
    pen.path((3.5, 12), (20.5, 12))


def _pair(pen: _Pen) -> None:
    for x in (7, 17):
        pen.disc((x, 7), 3.6)
        pen.shape((x - 5, 21), (x - 4, 14.5), (x, 12), (x + 4, 14.5), (x + 5, 21))


def _learn(pen: _Pen) -> None:
    pen.shape((12, 4), (23, 9.5), (12, 15), (1, 9.5))
    pen.path((6, 13), (6, 18), (12, 20.5), (18, 18), (18, 13))
    pen.path((21.5, 10.5), (21.5, 17))


def _full_screen(pen: _Pen) -> None:
    for x, y in ((3, 4), (21, 4), (3, 20), (21, 20)):
        pen.path((x + (6 if x < 12 else -6), y), (x, y), (x, y + (5.5 if y < 12 else -5.5)))


_ICONS: dict[str, Callable[[_Pen], None]] = {
    "pictures": _pictures,
    "folder": _folder,
    "clipboard": _clipboard,
    "pause": _pause,
    "play": _play,
    "rewind": _rewind,
    "record": _record,
    "stop": _stop,
    "save": _save,
    "sheet": _sheet,
    "model": _model,
    "learn": _learn,
    "help": _help,
    "fold": _fold,
    "unfold": _unfold,
    "box": _dashed_box,
    "brush": _brush,
    "done": _done,
    "back": _back,
    "cells": _cells,
    "sides": _sides,
    "plus": _plus,
    "pair": _pair,
    "full screen": _full_screen,
}
ICONS = tuple(_ICONS)
"""Names of the icons there are."""


@lru_cache(maxsize=64)
def button_icon(name: str, side: int, colour: theme.Colour) -> Surface:
    """Return an icon as a square surface of `side` pixels with a transparent ground."""
    pen = _Pen(side * _SHARPER, colour)
    _ICONS[name](pen)
    return pygame.transform.smoothscale(pen.surface, (side, side))
