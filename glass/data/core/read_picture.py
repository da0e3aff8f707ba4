"""Reading pictures, with errors that name the file."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from glass.core.errors import GlassError

_UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


def read_picture(path: Path, mode: str) -> npt.NDArray[np.uint8]:
    """Read a picture as (H, W) for mode L, (H, W, 3) for RGB, (H, W, 4) for RGBA, in 0..255.

    Raises:
        GlassError: the file is missing or cannot be read as a picture.
    """
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert(mode))
    except _UNREADABLE as error:
        raise _error(path, error) from error


def picture_size(path: Path) -> tuple[int, int]:
    """Look up the (W, H) of a picture in pixels, without reading all of it.

    Raises:
        GlassError: the file is missing or is not a picture.
    """
    try:
        with Image.open(path) as image:
            return image.size
    except _UNREADABLE as error:
        raise _error(path, error) from error


def _error(path: Path, error: BaseException) -> GlassError:
    if isinstance(error, FileNotFoundError):
        return GlassError(f"{path}: no such picture")
    return GlassError(f"{path}: not a readable picture; replace it or remove it")
