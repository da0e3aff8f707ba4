"""Files dropped onto the window together."""

from pathlib import Path

import pygame
from pygame.event import Event


class DroppedFiles:
    """Gathers the events of one drop."""

    def __init__(self) -> None:
        """Wait for a drop."""
        self._gathered: list[Path] | None = None

    def handle(self, event: Event) -> tuple[Path, ...]:
        """Take an event; returns all files of a drop with its last one, else none."""
        if event.type == pygame.DROPBEGIN:
            self._gathered = []
        elif event.type == pygame.DROPFILE:
            if self._gathered is None:  # a file that comes alone
                return (Path(event.file),)
            self._gathered.append(Path(event.file))
        elif event.type == pygame.DROPCOMPLETE:
            files, self._gathered = tuple(self._gathered or ()), None
            return files
        return ()
