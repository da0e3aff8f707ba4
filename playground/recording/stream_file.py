"""A file that grows for a long time and appears whole, or cut short at a good place, or not at all."""

import contextlib
import errno
import os
from pathlib import Path

from playground.core.whole_files import check_file_place, part_of

_NO_NAMELESS = frozenset({errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT})
"""What a system says that cannot make a file without a name."""


class UnfinishedFile:
    """A binary stream to a file that has no name yet, so that even a killed process leaves nothing.

    Where the system cannot make nameless files, the file has a hidden name beside its own until it is finished.
    """

    def __init__(self, path: Path) -> None:
        """Begin a file that will be `path`.

        Raises:
            GlassError: its folder is missing or closed to writing, or a folder has its name.
            OSError: it cannot be begun.
        """
        check_file_place(path, "recording")
        self._path = path
        self._part = part_of(path)
        with contextlib.suppress(FileNotFoundError):
            path.lstat()  # a name that is too long is told now, not at the end
        self._named = False
        self._file = self._nameless()
        if self._file is None:
            flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
            self._file, self._named = os.open(self._part, flags, 0o666), True

    def write(self, content: bytes | bytearray | memoryview) -> int:
        """Write all of `content` where the stream stands, and return its length.

        Raises:
            OSError: it cannot be written, or not all of it.
        """
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._open, rest) :]
        return len(content)

    def read(self, count: int) -> bytes:
        """Read up to `count` bytes from where the stream stands."""
        return os.read(self._open, count)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, and return how far from the start it is."""
        return os.lseek(self._open, offset, whence)

    def tell(self) -> int:
        """Return how far from the start the stream stands."""
        return self.seek(0, os.SEEK_CUR)

    def patch(self, offset: int, content: bytes) -> None:
        """Write over what stands at `offset`, and go to the end.

        Raises:
            OSError: it cannot be written.
        """
        self.seek(offset)
        self.write(content)
        self.seek(0, os.SEEK_END)

    def cut(self, length: int) -> None:
        """Keep the first `length` bytes only, and go to the end of them."""
        os.ftruncate(self._open, length)
        self.seek(0, os.SEEK_END)

    def finish(self, replace: bool = True) -> bool:
        """Give the file its name, and close it.

        Args:
            replace: whether it may replace an older file of that name.

        Returns:
            Whether the file is in its place; not so if an older one stays.

        Raises:
            OSError: it cannot be written.
        """
        try:
            if not replace and os.path.lexists(self._path):
                return False
            os.fsync(self._open)
            if not self._named:
                self._part.unlink(missing_ok=True)
                folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
                try:  # with a folder given, the link behind the number is followed
                    os.link(f"/proc/self/fd/{self._open}", self._part.name, dst_dir_fd=folder, follow_symlinks=True)
                finally:
                    os.close(folder)
                self._named = True
            self._close()
            os.replace(self._part, self._path)
            self._named = False
            return True
        finally:
            self.discard()

    def discard(self) -> None:
        """Close the file, if it is open, and leave nothing of it."""
        self._close()
        if self._named:
            self._part.unlink(missing_ok=True)
        self._named = False

    @property
    def closed(self) -> bool:
        """Whether nothing can be written any more."""
        return self._file is None

    @property
    def _open(self) -> int:
        if self._file is None:
            raise ValueError(f"{self._path} is closed")
        return self._file

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _nameless(self) -> int | None:
        """Return a new file without a name; None where there is no such thing."""
        if not hasattr(os, "O_TMPFILE") or not os.path.isdir("/proc/self/fd"):
            return None
        try:
            return os.open(self._path.parent, os.O_RDWR | os.O_TMPFILE, 0o666)
        except OSError as error:
            if error.errno in _NO_NAMELESS:
                return None
            raise
