"""The box in which a local action gets another name, and the typing in it."""

from collections.abc import Callable
from dataclasses import replace

import pygame
from pygame import Rect, Surface
from pygame.event import Event

from glass.core.errors import GlassError
from playground.bundles.action_names import LONGEST
from playground.gameplay.scene import Naming
from playground.ui.toolkit import theme


class NameEntry:
    """Takes the key strokes of a name while one is typed."""

    def __init__(self, rename: Callable[[int, str], None]) -> None:
        """Begin with none; `rename` gives the card at a place a name, or raises GlassError."""
        self._rename = rename
        self.naming: Naming | None = None
        """What is typed; None while nothing is."""

    def begin(self, card: int, label: str) -> None:
        """Let the card at a place get another name."""
        self.naming = Naming(card, label, "")

    def leave(self) -> None:
        """Leave the name as it was."""
        self.naming = None

    def handle_key(self, event: Event) -> None:
        """Handle a key stroke: Enter keeps the name, Esc leaves it as it was."""
        naming = self.naming
        text = getattr(event, "unicode", "")
        if naming is None or event.key == pygame.K_ESCAPE:
            self.leave()
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self._keep(naming)
        elif event.key == pygame.K_BACKSPACE:
            self.naming = replace(naming, typed=naming.typed[:-1], problem="")
        elif text and text.isprintable() and len(naming.typed) < LONGEST:
            self.naming = replace(naming, typed=naming.typed + text, problem="")

    def _keep(self, naming: Naming) -> None:
        """Give the name that was typed; none leaves it as it was."""
        try:
            if naming.typed.strip():
                self._rename(naming.card, naming.typed)
        except GlassError as error:
            self.naming = replace(naming, problem=str(error))
        else:
            self.leave()


def draw_name_box(surface: Surface, lettering: theme.Lettering, card: Rect, unit: int, naming: Naming) -> None:
    """Draw the box above a card, inside the window."""
    write = lettering.write
    foot = naming.problem or "Enter keeps it, Esc leaves it as it was"
    lines = lettering.wrap(foot, unit, min(surface.get_width() - 3 * unit, 30 * unit))
    width = max(20 * unit, *(lettering.width(line, unit) for line in lines)) + 2 * unit
    box = Rect(0, 0, min(width, surface.get_width()), round((4.6 + 1.3 * len(lines)) * unit))
    box.midbottom = (card.centerx, card.top - unit // 2)
    box.clamp_ip(surface.get_rect())
    theme.panel(surface, box, edge=theme.RECORDING if naming.problem else theme.PRESSED, thickness=2)
    left, room = box.left + unit, box.width - 2 * unit
    write(surface, f"“{naming.old}” shall be called", unit, theme.MUTED, room, midleft=(left, box.top + unit))
    field = Rect(left, box.top + 2 * unit, room, 2 * unit)
    theme.panel(surface, field, theme.BACKGROUND, theme.PRESSED)
    end = write(surface, naming.typed, unit, theme.TEXT, room, midleft=(left + unit // 2, field.centery)).right
    caret = Rect(end if naming.typed else left + unit // 2, field.top + unit // 2, max(2, unit // 8), unit)
    pygame.draw.rect(surface, theme.PRESSED, caret)
    for index, line in enumerate(lines):
        place = (left, field.bottom + round((0.8 + 1.3 * index) * unit))
        write(surface, line, unit, theme.TEXT if naming.problem else theme.MUTED, midleft=place)
