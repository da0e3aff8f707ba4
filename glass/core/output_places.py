"""Checks of the places that output is to go to, before any work is done."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from glass.core.errors import GlassError
from glass.core.frame_files import is_numbered


def check_file_place(path: Path, what: str) -> None:
    """See that a file can be written at `path`, without writing it; `what` names the option in errors.

    Raises:
        GlassError: its folder is missing or closed to writing, or a folder has its name.
    """
    if path.is_dir():
        raise GlassError(f"{what} {path}: is a folder; give the name of a file")
    if not path.parent.is_dir():
        raise GlassError(f"{what} {path}: no folder {path.parent}; make it first")
    if not os.access(path.parent, os.W_OK):
        raise GlassError(f"{what} {path}: no permission to write in {path.parent}")


def check_folder_place(path: Path, what: str) -> None:
    """See that a folder can be filled, and made if need be, at `path`, without making it.

    Raises:
        GlassError: a file has its name or stands in its way, or the place is closed to writing.
    """
    place = path
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise GlassError(f"{what} {path}: {place} is a file; give the name of a folder")
    if not os.access(place, os.W_OK):
        raise GlassError(f"{what} {path}: no permission to write in {place}")


def check_named(options: Mapping[str, str | None]) -> None:
    """See that none of the names given to options is empty; None is for one that was not given.

    Raises:
        GlassError: naming the option.
    """
    for option, name in options.items():
        if name == "":
            raise GlassError(f"{option}: empty; give a name")


def check_spares(place: Path, what: str, read: Iterable[str | Path | None]) -> None:
    """See that a file, or a folder of numbered pictures, written at `place` replaces nothing of what is `read`.

    Args:
        place: the file or folder that is written.
        what: names the option in errors.
        read: files, and folders of frames, that are read; None is passed over.

    Raises:
        GlassError: it would.
    """
    for name in read:
        path = None if name is None else Path(name)
        if path is None or not path.exists() or not place.exists():
            continue
        is_old_picture = place.is_dir() and path.is_file() and is_numbered(path) and place.samefile(path.parent)
        is_old_frame = place.is_file() and path.is_dir() and place.parent.samefile(path)
        if place.samefile(path) or is_old_picture or is_old_frame:
            raise GlassError(f"{what} {place}: would replace {path}, which is read; give another name")
