"""Opening files in the window: dropped ones, what is on the clipboard, and what is chosen from the disk."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from glass.core.errors import GlassError
from playground.gameplay.settings import GameSettings
from playground.input.controls import Command
from playground.pictures.box_cut import Asker
from playground.ui.desktop.clipboard import clipboard_files, clipboard_text
from playground.ui.pickers.file_picker import FilePicker
from playground.ui.toolkit.window import show
from playground.world.prepared_game import PreparedGame

Opener = Callable[[tuple[Path, ...], Asker], PreparedGame]
"""Makes a game of files, and asks the player where the agent is if need be; raises GlassError."""


@dataclass(frozen=True)
class OpenTask:
    """A game to be prepared, in a thread of its own."""

    name: str
    """What it is called meanwhile."""
    prepare: Callable[[Asker], PreparedGame]
    """Prepares it; raises GlassError."""


class FileOpening:
    """Opens files, and remembers which."""

    def __init__(self, settings: GameSettings, opener: Opener | None) -> None:
        """Take what makes games of files; None refuses them."""
        self._settings = settings
        self._opener = opener

    def files(self, files: tuple[Path, ...]) -> OpenTask:
        """Return how to open files.

        Raises:
            GlassError: files cannot be opened here.
        """
        return self._task(" and ".join(path.name for path in files[:2]), lambda: files)

    def ask(self, command: Command) -> tuple[OpenTask | None, bool]:
        """Let the player choose a file, or take what is on the clipboard, as a command says.

        Returns how to open that, None where nothing was chosen, and whether the window stays.

        Raises:
            GlassError: files cannot be opened here.
        """
        if command is Command.PASTE:
            text = clipboard_text()
            return self._task("the clipboard", lambda: clipboard_files(text)), True
        kept = self._settings.kept
        recent = [Path(name) for name in kept.now.recent]
        start = next((path.parent for path in recent if path.is_file()), kept.folder)
        picker = FilePicker(start, recent, kept.folder, self._settings.text_size)
        stays = show(picker)
        if picker.folder is not None:
            kept.change(folder=str(picker.folder))
        return (self.files(picker.chosen) if picker.chosen and stays else None), stays

    def _task(self, name: str, find: Callable[[], tuple[Path, ...]]) -> OpenTask:
        opener = self._opener
        if opener is None:
            raise GlassError("files cannot be opened here")

        def prepare(ask: Asker) -> PreparedGame:
            files = find()
            prepared = opener(files, ask)
            self._settings.kept.opened(files)
            return prepared

        return OpenTask(name, prepare)
