"""Folders of frames: which files are frames, and their natural order, 9.png before 10.png."""

import re
from collections.abc import Iterable
from pathlib import Path

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".ppm"})
"""Endings of the files that are frames of a folder."""


def frame_files(folder: Path, suffixes: Iterable[str] = PICTURES) -> list[Path]:
    """List the pictures directly inside a folder in natural order; hidden files are left out."""
    endings = frozenset(suffixes)
    pictures = (path for path in folder.iterdir() if path.suffix.lower() in endings and path.is_file())
    return sorted((path for path in pictures if not path.name.startswith(".")), key=natural_order)


def natural_order(path: Path) -> tuple[list[tuple[int, str]], str]:
    """Return what to sort files by: the name's numbers and other parts in turn; then, for 1 and 01, the name."""
    parts = re.findall(r"([0-9]+)|([^0-9]+)", path.name)
    return [(int(digits) if digits else -1, text) for digits, text in parts], path.name


def is_numbered(path: Path) -> bool:
    """Say whether a file is called as the pictures of a folder of frames are: 00000.png."""
    return path.suffix == ".png" and re.fullmatch(r"[0-9]{5,}", path.stem) is not None
