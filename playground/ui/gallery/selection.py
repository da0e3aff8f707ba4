"""What is chosen in the gallery: the filter that was typed, the marked entry, a second player who is invited."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from glass.core.errors import GlassError
from playground.input.controls import Command
from playground.ui.gallery.card_pictures import background_of
from playground.ui.gallery.entries import GalleryEntry, GallerySection


@dataclass(frozen=True)
class GalleryChoice:
    """What the player chose to play."""

    files: tuple[Path, ...]
    """A picture, or those of two players, or files of the player's own."""
    model: Path | None = None
    """Folder of the model that plays start frames; None where files are the player's own."""
    command: Command | None = None
    """OPEN to choose files from the disk, or PASTE to take them from the clipboard; None: they are `files`."""
    background: str | None = None
    """The scene that a cut-out start frame is played in."""


class GallerySelection:
    """Entries in sections, of which one is marked. What is typed leaves only those that it fits."""

    def __init__(self, sections: Sequence[GallerySection]) -> None:
        """Mark the first of all entries."""
        self._all = tuple(sections)
        self.typed = ""
        """What was typed to find somebody."""
        self.first: GalleryEntry | None = None
        """Who plays first, as soon as a second one is invited."""
        self.sections = self._all
        """The sections that something is left of."""
        self.index = 0
        """Place of the marked entry among all that are left."""

    @property
    def entries(self) -> tuple[GalleryEntry, ...]:
        """All that are left, in order."""
        return tuple(entry for section in self.sections for entry in section.entries)

    @property
    def marked(self) -> GalleryEntry | None:
        """The entry that Enter opens, if there is any to see."""
        entries = self.entries
        return entries[self.index] if entries else None

    def refill(self, sections: Sequence[GallerySection]) -> None:
        """Take other entries; nobody is invited any longer."""
        self._all, self.first = tuple(sections), None
        self.filter(self.typed)

    def filter(self, typed: str) -> None:
        """Show what fits the words that were typed, and keep the mark where it is, if that is among it."""
        marked, self.typed = self.marked, typed
        left = [section.filtered(lambda entry: entry.fits(typed)) for section in self._all]
        self.sections = tuple(section for section in left if section.entries)
        same = (index for index, entry in enumerate(self.entries) if marked and entry.path == marked.path)
        self.index = next(same, 0)

    def mark(self, index: int) -> bool:
        """Mark another entry; returns whether there is one."""
        if not 0 <= index < len(self.entries):
            return False
        self.index = index
        return True

    def invite(self) -> None:
        """Let the marked one be the first player, so that the next one chosen is the second; or no longer."""
        marked = self.marked
        self.first = None if marked is self.first or marked is None or marked.path is None else marked

    def choice(self) -> GalleryChoice | None:
        """Return what the marked entry stands for; None where nothing is marked.

        Raises:
            GlassError: two who were chosen cannot play together.
        """
        marked = self.marked
        if marked is None:
            return None
        if marked.path is None:
            return GalleryChoice((), command=Command.OPEN)
        first = self.first or marked
        home, guest = first.bundle, marked.bundle
        if (home and home.folder) != (guest and guest.folder):
            whom = "another picture of your own" if home is None else f"somebody of model {home.manifest.name}"
            raise GlassError(f"{first.name} needs {whom}")
        assert first.path is not None
        pictures = (first.path,) if self.first is None else (first.path, marked.path)
        folder = None if home is None else home.folder
        return GalleryChoice(pictures, folder, background=background_of(first))
