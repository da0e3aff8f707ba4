"""Making a sprite sheet in the background, while play goes on."""

import threading
from pathlib import Path

from glass.core.errors import GlassError
from playground.engine.inference import InferenceEngine
from playground.pictures.start import Start
from playground.spritesheets.export import DEFAULT_FORMATS, SheetOptions, make_sheet, write_sheet

_FILMED = 0.8
"""Share of the time that filming takes; the rest is for writing."""


class BackgroundExport:
    """Makes one sheet at a time, in a thread; `next_message` tells when it is written, or why it could not be."""

    def __init__(self) -> None:
        """Prepare; nothing is started yet."""
        self._thread: threading.Thread | None = None
        self._done: list[tuple[Path, str]] = []
        self._problems: list[str] = []
        self._share = 0.0
        self.saved: Path | None = None
        """The sheet written last."""

    def begin(self, engine: InferenceEngine, start: Start, path: Path) -> str:
        """Begin to make the sheet of a start's agent, to be written as `path` in a folder that is made for it.

        Returns what to tell the player.
        """
        if self._thread is not None and self._thread.is_alive():
            return "a sprite sheet is being made already"
        self._thread = threading.Thread(target=self._work, args=(engine, start, path), name="makes a sprite sheet")
        self._share = 0.0
        self._thread.start()
        return "making a sprite sheet; play on"

    @property
    def words(self) -> str:
        """How far the sheet is that is being made, in a few words; empty where none is."""
        busy = self._thread is not None and self._thread.is_alive()
        return f"sheet {self._share:.0%}" if busy else ""

    def next_message(self) -> str:
        """Return what to tell of what has been written since; empty where there is nothing.

        Raises:
            GlassError: a sheet could not be made or written.
        """
        if self._problems:
            raise GlassError(self._problems.pop(0))
        if not self._done:
            return ""
        self.saved, message = self._done.pop(0)
        return message

    def close(self) -> None:
        """Wait until what was begun is written."""
        if self._thread is not None:
            self._thread.join()

    def _told(self, share: float) -> None:
        self._share = _FILMED * share

    def _work(self, engine: InferenceEngine, start: Start, path: Path) -> None:
        try:
            sheet = make_sheet(engine, start, SheetOptions(), self._told)
            path.parent.mkdir(parents=True, exist_ok=True)
            files = write_sheet(sheet, path, DEFAULT_FORMATS)
        except (GlassError, OSError) as error:
            self._problems.append(f"no sprite sheet: {error}")
        else:
            text = f"sprite sheet of {len(sheet.animations)} actions: {path} and {len(files) - 1} files beside it"
            self._done.append((path, text))
