"""Opening files in the window: dropped ones, those on the clipboard, chosen ones, and models learned from clips."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PIL import Image

from glass.core.errors import GlassError
from playground.bundles.library import find_bundle
from playground.clips.reading import is_clip
from playground.gameplay.settings import GameSettings
from playground.input.controls import Command
from playground.learning.begun import begun_from
from playground.pictures.box_cut import Asker
from playground.ui.desktop.clipboard import clipboard_content, clipboard_text
from playground.ui.learning.clip_offer import ClipOffer
from playground.ui.learning.screen import LearningScreen
from playground.ui.meanwhile import Meanwhile
from playground.ui.pickers.file_picker import FilePicker
from playground.ui.preparing import OpenTask
from playground.ui.toolkit.window import show
from playground.world.prepared_game import PreparedGame

Found = tuple[Path, ...] | Image.Image
"""Files, or a picture without one."""


class Opener(Protocol):
    """Makes a game of files or a picture, with a model of that folder or else the one that suits; may ask the player.

    Raises:
        GlassError: they cannot be played.
    """

    def __call__(self, found: Found, ask: Asker, model: Path | None = None) -> PreparedGame:
        """Make a game."""


Opening = tuple[OpenTask | None, bool]
"""How to open something, None where nothing was chosen, and whether the window stays."""


class FileOpening:
    """Opens files, and remembers which."""

    def __init__(self, settings: GameSettings, opener: Opener | None) -> None:
        """Take what makes games of files; None refuses them."""
        self._settings = settings
        self._opener = opener
        self.meanwhile = Meanwhile()
        """What goes on while the player does something else."""

    def files(self, files: tuple[Path, ...]) -> Opening:
        """Return how to open files; of a single clip, the player says what to do with it.

        Raises:
            GlassError: files cannot be opened here, or learning from a clip cannot be started.
        """
        if len(files) == 1 and is_clip(files[0]):
            return self._clip(files[0])
        return self._task(" and ".join(path.name for path in files[:2]), lambda: files), True

    def ask(self, command: Command) -> Opening:
        """Let the player choose a file, take what is on the clipboard, or see how learning goes, as a command says.

        Raises:
            GlassError: as for `files`.
        """
        if command is Command.LEARNING:
            return self._watch()
        if command is Command.PASTE:
            text = clipboard_text()
            return self._task("the clipboard", lambda: clipboard_content(text)), True
        kept = self._settings.kept
        recent = [Path(name) for name in kept.now.recent]
        start = next((path.parent for path in recent if path.is_file()), kept.folder)
        picker = FilePicker(start, recent, kept.folder, self._settings.text_size)
        stays = show(picker)
        if picker.folder is not None:
            kept.change(folder=str(picker.folder))
        return self.files(picker.chosen) if picker.chosen and stays else (None, stays)

    def _clip(self, clip: Path) -> Opening:
        """Ask what to do with a clip, and do it."""
        learning = self.meanwhile.learning
        request = learning.request if learning.busy else None
        if request is not None and request.clip == clip:
            return self._watch()
        busy_with = "" if request is None else request.clip.name
        offer = ClipOffer(clip, begun_from(clip), busy_with, self._settings.text_size)
        stays = show(offer)
        if offer.plays:
            return self._task(clip.name, lambda: (clip,)), stays
        if offer.request is None or not stays:
            return None, stays
        learning.begin(offer.request)
        self._settings.kept.opened((clip,))
        return self._watch()

    def _watch(self) -> Opening:
        """Show how learning goes; it goes on when the player does something else."""
        learning = self.meanwhile.learning
        if learning.request is None:
            raise GlassError("nothing is being learned; drop a clip to learn from it")
        screen = LearningScreen(learning, self._settings.text_size)
        stays = show(screen)
        model = screen.state.model
        learning.seen()
        if model is None or not screen.plays:
            return None, stays
        bundle = find_bundle(Path(model.folder))
        start = bundle.folder / bundle.manifest.starts[0]
        return self._task(model.name, lambda: (start,), bundle.folder), stays

    def _task(self, name: str, find: Callable[[], Found], model: Path | None = None) -> OpenTask:
        opener = self._opener
        if opener is None:
            raise GlassError("files cannot be opened here")

        def prepare(ask: Asker) -> PreparedGame:
            found = find()
            prepared = opener(found, ask, model)
            if model is None and isinstance(found, tuple):
                self._settings.kept.opened(found)
            return prepared

        return OpenTask(name, prepare)
