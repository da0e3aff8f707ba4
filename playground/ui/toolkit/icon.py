"""The program's icon, drawn: a figure of square pixels, and the arrow keys it is led by."""

import pygame
from pygame import Rect, Surface

from playground.ui.toolkit import theme

_FIGURE = ("..XX..", "..XX..", ".OOOO.", "O.OO.O", "..OO..", ".O..O.", ".O..O.")
"""Squares of the figure: head X, body O."""
_SHARPER = 4
"""Supersampling: drawn this many times too large and shrunk."""


def draw_icon(side: int) -> Surface:
    """Return the icon as a square surface of `side` pixels with transparent corners."""
    large = side * _SHARPER
    surface = Surface((large, large), pygame.SRCALPHA)
    pygame.draw.rect(surface, theme.PANEL, surface.get_rect(), border_radius=large // 6)
    pixel = large // 12
    left, top = large // 2 - 3 * pixel, large // 8
    for row, line in enumerate(_FIGURE):
        for column, square in enumerate(line):
            if square != ".":
                box = Rect(left + column * pixel, top + row * pixel, pixel, pixel)
                pygame.draw.rect(surface, theme.TEXT if square == "X" else theme.ACTING, box)
    cap = large // 6
    for column, direction in ((-1, (-1, 0)), (0, (0, 1)), (1, (1, 0))):
        box = Rect(0, 0, cap, cap)
        box.center = (large // 2 + column * (cap + cap // 5), large - cap)
        theme.arrow(surface, box.inflate(cap, cap), direction, theme.PRESSED)
    return pygame.transform.smoothscale(surface, (side, side))
