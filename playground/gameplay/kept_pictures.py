"""Pictures that came out of a clip, without a file of their own: a few are kept."""

from datetime import datetime
from pathlib import Path

from PIL import Image
from platformdirs import user_data_path

from glass.core.atomic_files import output_file
from glass.core.errors import GlassError

_MOST = 8
"""Pictures that are kept; older ones go."""


def keep_picture(image: Image.Image, name: str) -> Path:
    """Write a picture into the user's data folder, under a name and the time; returns its file.

    Raises:
        GlassError: it cannot be written.
    """
    folder = user_data_path("glass-playground") / "pictures"
    path = folder / f"{name}-{datetime.now():%Y%m%d-%H%M%S-%f}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GlassError(f"{folder}: cannot be written ({error.strerror})") from None
    with output_file(path, "make room or allow writing there") as part:
        image.save(part, "PNG")
    for old in sorted(folder.glob("*.png"), key=lambda one: one.stat().st_mtime)[:-_MOST]:
        old.unlink(missing_ok=True)
    return path
