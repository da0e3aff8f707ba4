"""Choosing a file: a picture, a clip or a saved game."""

from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray
from platformdirs import user_desktop_path, user_downloads_path, user_pictures_path
from pygame import Rect, Surface
from pygame.event import Event

from glass.core.errors import GlassError
from glass.core.frame_files import natural_order
from glass.core.images import flatten, open_image, upright
from playground.clips.reading import VIDEOS
from playground.ui.desktop.dropped_files import DroppedFiles
from playground.ui.pickers.choice_screen import ChoiceRow, ChoiceScreen
from playground.ui.toolkit import theme
from playground.ui.toolkit.buttons import Button
from playground.ui.toolkit.interpolation import enlarged

SAVES = frozenset({".glass"})
"""Endings of saved games."""
PICTURES = frozenset(
    {
        ".png",
        ".jpg",
        ".jpeg",
        ".webp",
        ".gif",
        ".bmp",
        ".tif",
        ".tiff",
        ".avif",
        ".heic",
        ".heif",
        ".svg",
        ".tga",
        ".ppm",
    }
)
"""Endings of the files that may be pictures."""
_LARGEST = 30_000_000
"""Bytes of the largest file that is shown before it is opened."""
_PREVIEW = 256
_RECENT = "what was opened last"
_UP = Button("up", "folder", "the folder above", "Backspace")
_KEEP = Button("keep", "record", "keep recordings and sheets in this folder", warm=True)


class FilePicker(ChoiceScreen):
    """The screen that lists folders and the files that can be opened.

    What was chosen is in `chosen`. Where the player wants recordings in another folder, that is `folder`.
    """

    def __init__(self, start: Path, recent: Sequence[Path], keeps: Path, text_size: float = 1.0) -> None:
        """Begin in a folder; list what was opened last, and say where recordings go so far."""
        super().__init__("Open a picture, a clip or a saved game", (), text_size)
        self.chosen: tuple[Path, ...] = ()
        self.folder: Path | None = None
        self._recent = tuple(path for path in recent if path.is_file())
        self._keeps = keeps
        self._at: Path | None = None
        self._drops = DroppedFiles()
        self._thumbnail = lru_cache(16)(_thumbnail)
        self._beside = Rect(0, 0, 0, 0)
        self.enter(start if start.is_dir() else Path.home())

    def enter(self, folder: Path | None) -> None:
        """Show a folder; None shows what was opened last."""
        try:
            rows = list(self._rows(folder))
        except OSError as error:
            self.message.tell(f"{folder}: cannot be read ({error.strerror})", error=True)
            return
        came_from = self._at
        self._at = folder
        self.about = _RECENT if folder is None else str(folder)
        names = [row.name for row in rows]
        self.show(rows, names.index(came_from) if came_from in names else 0)

    def choose(self, name: Hashable) -> None:
        """Go into a folder, or take a file."""
        if not isinstance(name, Path):
            self.enter(None)
        elif name.is_dir():
            self.enter(name)
        else:
            self.chosen, self.running = (name,), False

    def press(self, name: Hashable) -> None:
        """Do what a button says."""
        if name == "up":
            self.enter(Path.home() if self._at is None else self._at.parent)
        elif name == "keep" and self._at is not None:
            self.folder = self._keeps = self._at
            self.message.tell(f"recordings, pictures and sheets go to {self._at}")
        elif name == "back":
            self.running = False

    def buttons(self) -> Sequence[Button]:
        """Return the buttons at the top."""
        back, *_ = super().buttons()
        return (back, _UP) if self._at in (None, self._keeps) else (back, _UP, _KEEP)

    def handle(self, event: Event) -> None:
        """Handle one pygame event."""
        if dropped := self._drops.handle(event):
            self.chosen, self.running = dropped, False
        elif event.type == pygame.KEYDOWN and event.key == pygame.K_BACKSPACE:
            self.press("up")
        else:
            super().handle(event)

    def margins(self, room: Rect, unit: int) -> Rect:
        """Leave a third of a wide window for the picture that is marked."""
        if room.width < 40 * unit:
            self._beside = Rect(0, 0, 0, 0)
            return room
        width = room.width * 2 // 3
        self._beside = Rect(room.left + width + unit, room.top, room.width - width - unit, room.height)
        return Rect(room.left, room.top, width, room.height)

    def draw_more(self, surface: Surface, unit: int) -> None:
        """Draw the picture that is marked."""
        path = self.rows[self.marked].name if self.rows else None
        if not self._beside.width or not isinstance(path, Path) or path.suffix.lower() not in PICTURES:
            return
        pixels = self._thumbnail(path)
        if pixels is None:
            words = "this cannot be shown"
            self._lettering.write(surface, words, unit, theme.MUTED, self._beside.width, center=self._beside.center)
            return
        height, width = pixels.shape[:2]
        scale = min(self._beside.width / width, self._beside.height / height)
        scale = float(int(scale)) if scale >= 1 else scale
        place = Rect(0, 0, max(1, round(width * scale)), max(1, round(height * scale)))
        place.center = self._beside.center
        surface.blit(enlarged(pixels, place.size), place)
        pygame.draw.rect(surface, theme.EDGE, place.inflate(2, 2), width=1)

    def _rows(self, folder: Path | None) -> Iterator[ChoiceRow]:
        """Give the rows of a folder: other places at first, then folders, then files."""
        if folder is None:
            yield from (ChoiceRow(path, path.name, str(path.parent), _icon(path)) for path in self._recent)
            return
        if self._recent:
            yield ChoiceRow(_RECENT, _RECENT, icon="rewind")
        places = (user_pictures_path(), user_desktop_path(), user_downloads_path(), Path.home(), self._keeps)
        for place in dict.fromkeys(places):
            if place != folder and place.is_dir():
                yield ChoiceRow(place, place.name or str(place), str(place.parent), "pictures")
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
        inside = sorted(entries, key=lambda entry: natural_order(Path(entry.name.casefold())))
        yield from (ChoiceRow(entry, entry.name, icon="folder") for entry in inside if _is_folder(entry))
        for entry in inside:
            if entry.suffix.lower() in PICTURES | SAVES | VIDEOS and not _is_folder(entry):
                yield ChoiceRow(entry, entry.name, icon=_icon(entry))


def _icon(path: Path) -> str:
    if path.suffix.lower() in SAVES:
        return "save"
    return "play" if path.suffix.lower() in VIDEOS else "sheet"


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _thumbnail(path: Path) -> NDArray[np.uint8] | None:
    """Return a small picture of a file, (h, w, 3); None where it cannot be read."""
    try:
        if path.stat().st_size > _LARGEST:
            return None
        with open_image(path) as image:
            image.draft("RGB", (_PREVIEW, _PREVIEW))
            flat = flatten(upright(image)).copy()
    except (GlassError, OSError):
        return None
    flat.thumbnail((_PREVIEW, _PREVIEW))
    return np.asarray(flat)
