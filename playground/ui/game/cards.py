"""The panel below the world: the direction keys, and a card with an animated preview for each local action."""

from collections.abc import Collection

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Rect, Surface

from playground.gameplay.scene import Card, GameScene
from playground.input.controls import MOVES, Intent
from playground.input.keymap import Keymap
from playground.ui.toolkit import theme
from playground.ui.toolkit.interpolation import sprite_surface
from playground.ui.toolkit.layout import Layout, key_caps
from playground.ui.toolkit.surface_cache import SurfaceCache

_LEAST_PREVIEW = 12
"""Smallest height of a preview in pixels."""
_LARGEST_SCALE = 4
_KEPT = 400
"""Enlarged previews that are cached: all ticks of all local actions of a model."""


class CardPanel:
    """Draws the direction keys and the cards."""

    def __init__(self, lettering: theme.Lettering, keymap: Keymap) -> None:
        """Use these letters and keys."""
        self._lettering = lettering
        self._keymap = keymap
        self._previews = SurfaceCache(sprite_surface, _KEPT)

    def draw(self, surface: Surface, layout: Layout, scene: GameScene) -> None:
        """Draw the keys, and a card in each of the layout's boxes."""
        for player, (arrows, pressed) in enumerate(zip(layout.arrows, scene.pressed, strict=True)):
            self._draw_arrows(surface, arrows, pressed, player)
        height = _small(layout.unit)
        width = layout.cards[0].width - 6
        lines = 1 if all(self._lettering.width(card.label, height) <= width for card in scene.cards) else 2
        for card, box in zip(scene.cards, layout.cards, strict=True):
            self._draw_card(surface, layout.unit, card, box, lines)

    def _draw_arrows(self, surface: Surface, arrows: Rect, pressed: Collection[Intent], player: int) -> None:
        """Draw a player's direction keys: arrows for the first, the keys' letters for the second."""
        caps = key_caps(arrows)
        for move, direction in MOVES.items():
            box = caps[str(move)]
            colour = theme.key_cap(surface, box, move in pressed)
            letter = self._keymap.shown(move, player) if player else ""
            if len(letter) == 1:
                ink = colour if move in pressed else theme.ACTING
                self._lettering.write(surface, letter, box.height // 2, ink, center=box.center)
            else:
                theme.arrow(surface, box, direction, colour)

    def _draw_card(self, surface: Surface, unit: int, card: Card, box: Rect, lines: int) -> None:
        """Draw its key above, its label below, its preview between; filled while pressed, outlined while acting.

        The keys of a second player have a colour of their own.
        """
        colour = theme.key_cap(surface, box, card.pressed)
        letters = theme.ACTING if card.player and not card.pressed else colour
        if card.acting:
            theme.panel(surface, box, theme.PRESSED if card.pressed else theme.PANEL, theme.ACTING, thickness=3)
        top = self._write_label(surface, unit, card.label, box, lines, colour)
        room = Rect(box.left + 3, box.top + 4, box.width - 6, top - box.top - 6)
        if card.preview is not None and room.height >= _LEAST_PREVIEW:
            long = len(card.key) > 2
            key = self._lettering.render(card.key, _small(unit) if long else unit, letters)
            if long and box.width > 2 * key.get_width():
                room = Rect(box.left + key.get_width(), room.top, box.width - key.get_width() - 3, room.height)
            self._draw_preview(surface, card.preview, room)
            place = key.get_rect(topleft=(box.left + round(0.4 * unit), box.top + round(0.3 * unit)))
            ground = theme.PRESSED if card.pressed else theme.PANEL
            pygame.draw.rect(surface, ground, place.inflate(4, 0), border_radius=3)  # no preview hides the key
            surface.blit(key, place)
        else:
            middle = (box.centerx, box.top + round(0.95 * unit))
            self._lettering.write(surface, card.key, round(1.2 * unit), letters, center=middle)

    def _write_label(self, surface: Surface, unit: int, label: str, box: Rect, lines: int, colour: theme.Colour) -> int:
        """Write a label at the foot of its card, in room for so many lines; returns where that begins."""
        height = _small(unit)
        words = [label] if lines == 1 else self._lettering.halve(label, height, box.width - 6)
        step = round(1.12 * height)
        top = box.bottom - round(0.4 * unit) - lines * step
        for index, word in enumerate(words):
            middle = top + index * step + step // 2 + (lines - len(words)) * step // 2
            self._lettering.write(surface, word, height, colour, center=(box.centerx, middle))
        return top

    def _draw_preview(self, surface: Surface, preview: NDArray[np.uint8], room: Rect) -> None:
        """Draw a preview in the middle of `room`, as large as fits."""
        height, width = preview.shape[:2]
        scale = min(room.width / width, room.height / height, _LARGEST_SCALE)
        large = self._previews.get(preview, (max(1, round(width * scale)), max(1, round(height * scale))))
        surface.blit(large, large.get_rect(center=room.center), special_flags=pygame.BLEND_PREMULTIPLIED)


def _small(unit: int) -> int:
    """Height of the letters of labels and of long keys."""
    return max(10, round(0.76 * unit))
