"""PNG files, written in the background."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.recording.stream_file import UnfinishedFile


class PngEncoder:
    """Writes the first frame that it is given as a PNG."""

    def __init__(self, stream: UnfinishedFile, scale: int) -> None:
        """Write to `stream`; the picture is drawn `scale` times as large."""
        self._stream = stream
        self._scale = scale
        self._written = False

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Write `frame`, (H, W, 3), unless one has been.

        Raises:
            OSError: it cannot be written.
        """
        if not self._written:
            buffer = io.BytesIO()
            Image.fromarray(frame.repeat(self._scale, 0).repeat(self._scale, 1)).save(buffer, "PNG")
            self._stream.write(buffer.getvalue())
            self._written = True

    def seal(self) -> None:
        """Nothing is left to be written."""

    def salvage(self) -> None:
        """Keep nothing: half a picture is none.

        Raises:
            OSError: always.
        """
        raise OSError("no whole picture")
