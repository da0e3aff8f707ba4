"""What goes on in a window while the player does something else: a sprite sheet is made, a model is learned."""

import re
from pathlib import Path

from glass.core.errors import GlassError
from playground.engine.inference import InferenceEngine
from playground.gameplay.scene import Notice
from playground.input.controls import Command
from playground.learning.background import BackgroundLearning
from playground.pictures.start import Start
from playground.spritesheets.background_export import BackgroundExport


class Meanwhile:
    """Work of a window that no game has to wait for; whichever screen is shown tells what becomes of it."""

    def __init__(self, learning: BackgroundLearning | None = None) -> None:
        """Begin with nothing to do."""
        self.learning = learning or BackgroundLearning()
        self._sheets = BackgroundExport()

    def export_sheet(self, engine: InferenceEngine, start: Start, folder: Path, picture: str) -> str:
        """Begin to make a sheet of a start's agent in a folder, called after its picture; returns what to tell."""
        name = re.sub(r"[^\w-]+", "-", Path(picture).stem).strip("-") or "agent"
        return self._sheets.begin(engine, start, folder / f"{name}.png")

    def next_notice(self) -> Notice | None:
        """Return what to tell of what is done since, with the way to it; None where there is nothing."""
        try:
            if message := self._sheets.next_message():
                return written(message, self._sheets.saved)
            if message := self.learning.next_message():
                return Notice(message, link="see what was learned", command=Command.LEARNING)
        except GlassError as error:
            return Notice(str(error), error=True)
        return None

    @property
    def words(self) -> tuple[str, ...]:
        """How far each thing is, in a few words."""
        return tuple(filter(None, (self.learning.words, self._sheets.words)))

    def close(self) -> None:
        """End what is learned, which can be gone on with, and wait until a sheet that was begun is written."""
        self.learning.forget()
        self._sheets.close()


def written(message: str, file: Path | None) -> Notice:
    """Return a message; where it names a file that was written, with the way to it."""
    if file is None or str(file) not in message:
        return Notice(message)
    return Notice(message, link="show in folder", command=Command.FOLDER, file=file)
