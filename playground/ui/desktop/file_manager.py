"""Showing a file in the desktop's file manager."""

import threading
from pathlib import Path

import typer

from glass.core.errors import GlassError


def show_in_folder(path: Path) -> None:
    """Open the folder of a file, or a folder itself, with the file marked where the file manager can do that.

    Raises:
        GlassError: there is no such file, or no file manager.
    """
    if not path.exists():
        raise GlassError(f"{path}: there is nothing any more" if path.suffix else f"{path}: nothing was saved yet")
    failures: list[int] = []
    place, locate = str(path), path.is_file()
    opening = threading.Thread(
        target=lambda: failures.append(typer.launch(place, locate=locate)), name="opens a folder", daemon=True
    )
    opening.start()
    opening.join(_PATIENCE)  # some systems wait for their file manager
    if failures and failures[0] != 0:
        raise GlassError(f"no file manager was found (xdg-open); open {path.parent if locate else path} yourself")


_PATIENCE = 0.5
