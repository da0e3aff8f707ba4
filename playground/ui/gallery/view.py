"""Drawing the gallery: headings, cards, the line above with buttons and filter, the line below."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from pygame import Rect, Surface

from playground.gameplay.scene import Notice
from playground.ui.gallery.card_pictures import CardPicture, CardPictures
from playground.ui.gallery.entries import GalleryEntry
from playground.ui.gallery.grid import GalleryGrid
from playground.ui.gallery.live_preview import LivePreview
from playground.ui.gallery.selection import GallerySelection
from playground.ui.toolkit import theme
from playground.ui.toolkit.button_icons import button_icon
from playground.ui.toolkit.buttons import Button, ButtonRow
from playground.ui.toolkit.interpolation import enlarged, smoothly_resized
from playground.ui.toolkit.message_box import MessageBox
from playground.ui.toolkit.surface_cache import SurfaceCache

_THUMBNAILS = 256
"""Enlarged pictures that are cached."""


@dataclass(frozen=True)
class GalleryScene:
    """What the gallery shows beside its cards."""

    grid: GalleryGrid
    scroll: int
    """How far the grid is moved up, in pixels."""
    buttons: Sequence[Button]
    pointed: Hashable
    """Name of the button that is pointed at."""
    notice: Notice
    """Message to the player."""
    opening: bool
    """Whether something was chosen, and is being opened."""
    meanwhile: str = ""
    """How far what goes on meanwhile is; empty where nothing does."""


class GalleryView:
    """Draws a selection of entries."""

    def __init__(self, selection: GallerySelection, cards: CardPictures, live_preview: LivePreview) -> None:
        """Draw these, with what the cards show by now."""
        self._selection, self._cards, self._live_preview = selection, cards, live_preview
        self._lettering = theme.Lettering()
        self._squares = SurfaceCache(enlarged, _THUMBNAILS)
        self._smooth = SurfaceCache(smoothly_resized, _THUMBNAILS)
        self._row = ButtonRow(self._lettering)
        self._box = MessageBox(self._lettering)

    def draw(self, surface: Surface, scene: GalleryScene) -> None:
        """Draw over the whole of `surface`."""
        grid = scene.grid
        surface.fill(theme.BACKGROUND)
        surface.set_clip(grid.room)
        for number, section in enumerate(self._selection.sections):
            self._draw_heading(surface, grid, grid.heading_box(number, scene.scroll), section.title, section.about)
        for index, entry in enumerate(self._selection.entries):
            box = grid.box(index, scene.scroll)
            if box.colliderect(grid.room):
                self._draw_card(surface, grid, entry, box)
        surface.set_clip(None)
        if not self._selection.sections:
            self._draw_nothing_found(surface, grid)
        self._draw_head(surface, scene)
        self._draw_foot(surface, scene)
        self._box.draw(surface, (grid.room.centerx, grid.room.bottom - grid.unit), grid.unit, scene.notice)
        self._row.draw_tip(surface, grid.unit, scene.buttons, scene.pointed)

    def button_at(self, point: tuple[int, int]) -> Hashable:
        """Name of the button at a point of the window last drawn, else None."""
        return self._box.command_at(point) or self._row.at(point)

    def button(self, name: Hashable) -> Rect:
        """Return where a button was drawn last."""
        return self._row.box(name)

    def _draw_heading(self, surface: Surface, grid: GalleryGrid, box: Rect, title: str, about: str) -> None:
        unit, foot = grid.unit, box.bottom - grid.unit // 3
        line = self._lettering.write(surface, title, round(1.2 * unit), theme.TEXT, bottomleft=(box.left, foot))
        place = (line.right + unit, foot - unit // 8)
        small = max(10, round(0.8 * unit))
        self._lettering.write(surface, about, small, theme.MUTED, box.right - place[0], bottomleft=place)

    def _draw_card(self, surface: Surface, grid: GalleryGrid, entry: GalleryEntry, box: Rect) -> None:
        """One picture with its name; a frame and a lighter card show the marked one."""
        unit, selection = grid.unit, self._selection
        marked = entry is selection.marked
        edge = theme.PRESSED if marked else theme.ACTING if entry is selection.first else None
        theme.panel(surface, box, theme.PANEL if edge else theme.BACKGROUND, edge, 3)
        room = Rect(0, 0, grid.picture[0] * grid.scale, grid.picture[1] * grid.scale)
        room.midtop = (box.centerx, box.top + unit // 4)
        if entry.path is None:
            theme.panel(surface, room)
            icon = button_icon("plus", max(8, min(room.size) // 3), theme.TEXT if marked else theme.MUTED)
            surface.blit(icon, icon.get_rect(center=room.center))
        elif (card := self._cards.get(entry)) is not None:
            place = _place(card, room)
            if not (marked and self._live_preview.draw(surface, entry, place)):
                pictures = self._smooth if card.smooth else self._squares
                surface.blit(pictures.get(card.shown, place.size), place)
        else:
            theme.panel(surface, room, edge=None)
        name = f"{entry.name}: player 1" if entry is selection.first else entry.name
        foot = (box.centerx, (room.bottom + box.bottom) // 2)
        self._lettering.write(surface, name, unit, theme.TEXT, box.width - unit, center=foot)

    def _draw_nothing_found(self, surface: Surface, grid: GalleryGrid) -> None:
        """Say in the middle that nothing fits what was typed, and what to do."""
        write, unit, (x, y) = self._lettering.write, grid.unit, grid.room.center
        room = grid.room.width - 2 * unit
        words = f"No picture fits “{self._selection.typed}”"
        write(surface, words, round(1.5 * unit), theme.TEXT, room, midbottom=(x, y))
        advice = "Backspace takes back a letter, Esc all of them"
        write(surface, advice, unit, theme.MUTED, room, midtop=(x, y + unit // 2))

    def _draw_head(self, surface: Surface, scene: GalleryScene) -> None:
        grid, unit = scene.grid, scene.grid.unit
        place = (unit, grid.room.top // 2)
        heading = self._lettering.write(surface, "Who shall move?", round(1.5 * unit), theme.TEXT, midleft=place)
        bar = Rect(0, grid.room.top // 2 - unit - 1, surface.get_width(), 2 * unit + 2)
        row = self._row.draw(surface, bar, unit, scene.buttons, scene.pointed)
        self._draw_filter(surface, grid, heading.right + unit, row.left)

    def _draw_foot(self, surface: Surface, scene: GalleryScene) -> None:
        grid, unit, (width, height) = scene.grid, scene.grid.unit, surface.get_size()
        keys = "opening..." if scene.opening else "Arrows choose   Tab for two   Enter plays   Esc leaves"
        foot = (grid.room.bottom + height) // 2
        hint = self._lettering.write(surface, keys, unit, theme.TEXT, midright=(width - unit, foot))
        about, marked = "", self._selection.marked
        if self._selection.first is not None:
            about = f"{self._selection.first.name} and who else?"
        elif marked is not None and marked.bundle is not None:
            about = f"{marked.bundle.manifest.name}: {marked.bundle.manifest.licence}"
        left = unit
        if scene.meanwhile:
            place = (left, foot)
            left = self._lettering.write(surface, scene.meanwhile, unit, theme.ACTING, midleft=place).right + unit
        room = width - hint.width - 2 * unit - left
        self._lettering.write(surface, about, unit, theme.MUTED, room, topleft=(left, foot - unit // 2))

    def _draw_filter(self, surface: Surface, grid: GalleryGrid, left: int, right: int) -> None:
        """Write what was typed into a box that ends at the right, as far as there is room beside the heading."""
        unit, typed = grid.unit, self._selection.typed
        invitation = "or drop a picture of your own"
        if right - left - 12 * unit > self._lettering.width(invitation, unit):
            place = (left, grid.room.top // 2)
            left = self._lettering.write(surface, invitation, unit, theme.MUTED, midleft=place).right + unit
        box = Rect(0, 0, min(18 * unit, right - left - unit), 2 * unit)
        if box.width < 6 * unit:
            return
        box.midright = (right - unit, grid.room.top // 2)
        theme.panel(surface, box, edge=theme.PRESSED if typed else theme.EDGE)
        text, colour = (typed, theme.TEXT) if typed else ("type to find", theme.MUTED)
        place = (box.left + unit // 2, box.centery)
        self._lettering.write(surface, text, unit, colour, box.width - unit, midleft=place)


def _place(card: CardPicture, room: Rect) -> Rect:
    """Return where a card's picture stands in its room, as large as fits."""
    height, width = card.shown.shape[:2]
    scale = min(room.width / width, room.height / height)
    place = Rect(0, 0, max(1, round(width * scale)), max(1, round(height * scale)))
    place.center = room.center
    return place
