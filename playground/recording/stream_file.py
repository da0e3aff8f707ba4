"""A binary file that an encoder writes from front to back, correcting what stands before."""

import io
import os


class StreamFile(io.FileIO):
    """An unbuffered file; its errors come up where something is written, not when it is closed."""

    def write(self, content: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        """Write all of `content` at the current position, and return its length.

        Raises:
            OSError: it cannot be written, or not all of it.
        """
        rest = memoryview(content)
        while rest:
            rest = rest[super().write(rest) :]
        return len(content)

    def patch(self, offset: int, content: bytes) -> None:
        """Overwrite the bytes at `offset`, and go to the end.

        Raises:
            OSError: it cannot be written.
        """
        self.seek(offset)
        self.write(content)
        self.seek(0, os.SEEK_END)
