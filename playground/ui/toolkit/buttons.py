"""Buttons with icons: a row at the right of a bar, and the tooltip of the one that is pointed at."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import pygame
from pygame import Rect, Surface

from playground.ui.toolkit import theme
from playground.ui.toolkit.button_icons import button_icon

_SHARE = 0.62
"""Share of a bar's width that a row takes at most."""
_LEAST_SIDE = 8


@dataclass(frozen=True)
class Button:
    """A button."""

    name: Hashable
    """What it does, for those who handle it."""
    icon: str
    """One of `button_icons.ICONS`."""
    tip: str
    """What it does, for people."""
    key: str = ""
    """The key that does the same, for people; empty where there is none."""
    lit: bool = False
    """Whether what it stands for goes on."""
    warm: bool = False
    """Whether its icon has the colour of recording."""


class ButtonRow:
    """Draws buttons, and says which one stands where."""

    def __init__(self, lettering: theme.Lettering) -> None:
        """Use these letters."""
        self._lettering = lettering
        self._boxes: dict[Hashable, Rect] = {}

    def draw(self, surface: Surface, bar: Rect, unit: int, buttons: Sequence[Button], pointed: Hashable = None) -> Rect:
        """Draw buttons at the right of a bar, of its height or as wide as there is room; returns their place."""
        gap = max(2, unit // 5)
        most = int(_SHARE * bar.width) // max(1, len(buttons)) - gap
        side = max(_LEAST_SIDE, min(bar.height - 4, 2 * unit, most))
        left = bar.right - gap - len(buttons) * (side + gap)
        place = Rect(left, bar.centery - side // 2, bar.right - gap - left, side)
        self._boxes = {
            button.name: Rect(left + index * (side + gap), place.top, side, side)
            for index, button in enumerate(buttons)
        }
        for button in buttons:
            self._draw_button(surface, button, self._boxes[button.name], button.name == pointed)
        return place

    def draw_tip(self, surface: Surface, unit: int, buttons: Sequence[Button], pointed: Hashable) -> None:
        """Draw the tooltip of the button that is pointed at, below it or else above, inside the window."""
        button = next((one for one in buttons if one.name == pointed), None)
        if button is None or pointed not in self._boxes:
            return
        text = self._lettering.render(button.tip, unit, theme.TEXT)
        key = self._lettering.render(button.key, unit, theme.PRESSED)
        width = text.get_width() + (key.get_width() + unit if button.key else 0)
        window, at = surface.get_rect(), self._boxes[pointed]
        box = Rect(0, 0, width + unit, round(1.9 * unit))
        box.midtop = (at.centerx, at.bottom + unit // 3)
        if box.bottom > window.bottom:
            box.bottom = at.top - unit // 3
        box.clamp_ip(window)
        theme.panel(surface, box, theme.BACKGROUND, theme.PRESSED)
        surface.blit(text, text.get_rect(midleft=(box.left + unit // 2, box.centery)))
        if button.key:
            surface.blit(key, key.get_rect(midright=(box.right - unit // 2, box.centery)))

    def at(self, point: tuple[int, int]) -> Hashable:
        """Name of the button at a point of the window last drawn, else None."""
        return next((name for name, box in self._boxes.items() if box.collidepoint(point)), None)

    def box(self, name: Hashable) -> Rect:
        """Return where a button of the row last drawn stands."""
        return self._boxes[name]

    def hide(self) -> None:
        """Forget where buttons stood, as when none is drawn."""
        self._boxes = {}

    def _draw_button(self, surface: Surface, button: Button, box: Rect, pointed: bool) -> None:
        colour = theme.key_cap(surface, box, button.lit)
        if pointed:
            pygame.draw.rect(surface, theme.PRESSED, box, width=max(1, box.width // 16), border_radius=box.width // 8)
        if button.warm and not button.lit:
            colour = theme.RECORDING
        icon = button_icon(button.icon, max(4, round(0.66 * box.width)), colour)
        surface.blit(icon, icon.get_rect(center=box.center))
