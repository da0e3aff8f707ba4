"""Atomic writes: files and folders that are whole or not there, made under a temporary name and then renamed."""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from glass.core.errors import GlassError
from glass.core.frame_files import is_numbered

_SHOWN = 20
"""How much of a file's name the name of its unfinished part shows: that must not grow too long for the system."""
_PART = re.compile(r"\.(?:.*\.[0-9a-f]{8}\.)?([0-9]+)\.part")
"""Names of parts of files and of folders, with the process that writes them."""


def part_of(path: Path) -> Path:
    """Return the hidden name beside `path` under which this process writes it."""
    return path.with_name(f".{path.name[:_SHOWN]}.{crc32(os.fsencode(path.name)):08x}.{os.getpid()}.part")


def remove_orphans(folder: Path) -> None:
    """Remove the parts that killed processes left in a folder, where the system tells which processes are alive."""
    for left in folder.glob(".*.part") if os.name == "posix" else ():
        process = _PART.fullmatch(left.name)
        if process is not None:
            try:
                os.kill(int(process[1]), 0)  # asks only
            except ProcessLookupError:
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)
            except (OSError, OverflowError):
                continue


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` to write to; renamed to it at the end, removed on an exception.

    Raises:
        OSError: the file cannot be written.
    """
    part = part_of(path)
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def output_file(path: Path, advice: str = "choose another place") -> Iterator[Path]:
    """Give a temporary path as `atomic_file` does, for a file whose place a person chose.

    Raises:
        GlassError: the file cannot be written; the sentence ends with the `advice`.
    """
    try:
        with atomic_file(path) as part:
            yield part
    except OSError as error:
        raise _closed(path, error, advice) from None


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically.

    Raises:
        OSError: the file cannot be written.
    """
    with atomic_file(path) as part:
        part.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder that takes the place of `path`, and of all in it, at the end; removed on an exception.

    Parent folders are made, and removed with it.

    Raises:
        OSError: the folder cannot be written; what was at `path` stays.
    """
    made = _missing_folders(path.parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_orphans(path.parent)
    part = part_of(path)
    part.mkdir()
    try:
        yield part
        _replace_folder(part, path)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        _remove_empty(made)
        raise


class FolderInProgress:
    """New contents of a folder: written to a temporary folder inside it, moved in together by `finish`."""

    def __init__(self, path: Path) -> None:
        """Prepare for the folder `path`; nothing is written until `file` is called."""
        self.path = path
        self._made: list[Path] = []
        self._part: Path | None = None

    def file(self, name: str) -> Path:
        """Return the temporary path of the file `name` ('/' between folders), with its folders made.

        Raises:
            GlassError: the folder cannot be made.
        """
        try:
            if self._part is None:
                self._made = _missing_folders(self.path)
                remove_orphans(self.path)
                self._part = self.path / f".{os.getpid()}.part"
            place = self._part / name
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _closed(self.path, error) from None
        return place

    def finish(self, numbered_in: str) -> None:
        """Remove the old numbered pictures of the sub-folder `numbered_in` ('.' for none), and move the new files in.

        Raises:
            GlassError: the folder cannot be written.
        """
        if self._part is None:
            return
        try:
            for old in (self.path / numbered_in).glob("*.png"):
                if is_numbered(old):
                    old.unlink(missing_ok=True)  # another run may be at it too
            for new in sorted(self._part.rglob("*")):
                place = self.path / new.relative_to(self._part)
                if new.is_dir():
                    place.mkdir(exist_ok=True)
                else:
                    os.replace(new, place)
            shutil.rmtree(self._part)
        except OSError as error:
            raise _closed(self.path, error) from None
        self._part = None

    def discard(self) -> None:
        """Leave the folder as it was before."""
        if self._part is not None:
            shutil.rmtree(self._part, ignore_errors=True)
            _remove_empty(self._made)
        self._part = None


def _closed(path: Path, error: OSError, advice: str = "choose another place") -> GlassError:
    return GlassError(f"{path}: cannot be written ({error.strerror or error}); {advice}")


def _missing_folders(path: Path) -> list[Path]:
    """Return those of a folder and its parents that are still to be made, the innermost first."""
    return [place for place in (path, *path.parents) if not place.exists()]


def _remove_empty(folders: list[Path]) -> None:
    with contextlib.suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _replace_folder(part: Path, path: Path) -> None:
    """Rename a folder to `path`; an older one there stays if that fails."""
    old = part.with_suffix(".old")
    if path.exists():
        os.replace(path, old)
    try:
        os.replace(part, path)
    except OSError:
        if old.exists():
            os.replace(old, path)
        raise
    shutil.rmtree(old, ignore_errors=True)
