"""Head-up display: the status line above the world."""

import pygame
from pygame import Rect, Surface

from playground.gameplay.scene import GameScene, StatusMark
from playground.ui.toolkit import theme


class Hud:
    """Draws the status line."""

    def __init__(self, lettering: theme.Lettering) -> None:
        """Use these letters."""
        self._lettering = lettering

    def draw(self, surface: Surface, bar: Rect, unit: int, scene: GameScene) -> None:
        """Draw into a bar, from the left the model, the indicators and the picture, from the right the figures.

        In a narrow bar the figures go first, then the picture's name is shortened, and indicators become shapes alone.
        """
        write, middle = self._lettering.write, bar.centery
        words = [scene.model, *(mark.words for mark in scene.marks)]
        needed = sum(self._lettering.width(word, unit) + round(2.8 * unit) for word in words)
        left = write(surface, scene.model, unit, theme.TEXT, bar.width - unit, midleft=(bar.left + unit, middle)).right
        left += unit
        for mark in scene.marks:
            left = self._draw_mark(surface, mark, left, middle, unit, needed <= bar.width) + unit // 2
        right = bar.right - unit // 2
        figures, name = (self._lettering.width(words, unit) for words in (scene.figures, scene.picture))
        if right - figures - unit - name > left:
            write(surface, scene.figures, unit, theme.MUTED, figures, midleft=(right - figures, middle))
            right -= figures + unit
        write(surface, scene.picture, unit, theme.MUTED, right - left, midleft=(left, middle))

    def _draw_mark(self, surface: Surface, mark: StatusMark, left: int, middle: int, unit: int, words: bool) -> int:
        """Draw a mark from `left` on, around the height `middle`, with its words or without; returns where it ends."""
        text = self._lettering.render(mark.words, unit, theme.TEXT)
        box = Rect(left, 0, 2 * unit + (text.get_width() + round(0.3 * unit) if words else 0), round(1.5 * unit))
        box.centery = middle
        colour = theme.RECORDING if mark.recording else theme.ACTING
        theme.panel(surface, box, edge=colour)
        _draw_shape(surface, Rect(box.left + unit // 2, box.centery - unit // 2, unit, unit), mark.shape, colour)
        if words:
            surface.blit(text, text.get_rect(midleft=(box.left + round(1.8 * unit), middle)))
        return box.right


def _draw_shape(surface: Surface, box: Rect, shape: str, colour: theme.Colour) -> None:
    """Draw a mark's shape inside `box`."""
    if shape == "disc":
        theme.circle(surface, box.inflate(-box.width // 5, -box.height // 5), colour)
    elif shape == "bars":
        width = max(2, box.width // 4)
        for x in (box.left + width // 2, box.right - width - width // 2):
            pygame.draw.rect(surface, colour, Rect(x, box.top + 1, width, box.height - 2))
    elif shape == "wait":
        pygame.draw.circle(surface, colour, box.center, box.width * 0.45, width=max(2, box.width // 8))
        pygame.draw.line(surface, colour, box.center, (box.centerx, box.top + box.height // 4), max(2, box.width // 8))
        pygame.draw.line(surface, colour, box.center, (box.right - box.width // 4, box.centery), max(2, box.width // 8))
    else:
        direction = (-1, 0) if shape == "back" else (1, 0)
        theme.arrow(surface, box.inflate(box.width // 2, box.height // 2), direction, colour)
