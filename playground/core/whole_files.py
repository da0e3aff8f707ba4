"""Files written whole: under a temporary name in the same folder, then renamed."""

import contextlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from zlib import crc32

from glass.core.errors import GlassError

_SHOWN = 20
"""How much of a file's name the name of its unfinished part shows: that must not grow too long for the system."""
_PART = re.compile(r"\.(?:.*\.[0-9a-f]{8}\.)?([0-9]+)\.part")
"""Names of parts of files and of folders, with the process that writes them."""


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


def is_numbered(path: Path) -> bool:
    """Say whether a file is called as the pictures of a folder of frames are: 00000.png."""
    return path.suffix == ".png" and re.fullmatch(r"[0-9]{5,}", path.stem) is not None


def part_of(path: Path) -> Path:
    """Return the hidden name beside `path` under which this process writes it."""
    return path.with_name(f".{path.name[:_SHOWN]}.{crc32(os.fsencode(path.name)):08x}.{os.getpid()}.part")


@contextlib.contextmanager
def whole_file(path: Path, advice: str = "choose another place") -> Iterator[Path]:
    """Give a temporary path beside `path` to write to; renamed to it at the end, removed on an exception.

    Raises:
        GlassError: the file cannot be written; the sentence ends with the `advice`.
    """
    part = part_of(path)
    try:
        yield part
        os.replace(part, path)
    except OSError as error:
        raise GlassError(f"{path}: cannot be written ({error.strerror or error}); {advice}") from None
    finally:
        part.unlink(missing_ok=True)


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
                self._made = [place for place in (self.path, *self.path.parents) if not place.exists()]
                remove_orphans(self.path)
                self._part = self.path / f".{os.getpid()}.part"
            place = self._part / name
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._closed(error) from None
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
            raise self._closed(error) from None
        self._part = None

    def discard(self) -> None:
        """Leave the folder as it was before."""
        if self._part is not None:
            shutil.rmtree(self._part, ignore_errors=True)
            with contextlib.suppress(OSError):
                for place in self._made:
                    place.rmdir()
        self._part = None

    def _closed(self, error: OSError) -> GlassError:
        return GlassError(f"{self.path}: cannot be written ({error.strerror or error}); choose another place")


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
