"""The picture, or the files, on the desktop's clipboard."""

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pygame
from PIL import Image, ImageGrab

from glass.core.errors import GlassError

_EMPTY = "no picture on the clipboard; copy one first, or drop a file onto the window"


def clipboard_content(text: str) -> tuple[Path, ...] | Image.Image:
    """Return the files on the clipboard, whose `text` is given, or the picture that is on it.

    Raises:
        GlassError: there are none, or the clipboard cannot be read.
    """
    named = _named_files(text)
    if named:
        return named
    try:
        found = ImageGrab.grabclipboard()
    except NotImplementedError:
        raise GlassError(
            "pasting needs wl-paste (Wayland) or xclip (X11), which are not installed; or drop a file onto the window"
        ) from None
    except (OSError, ValueError, ChildProcessError) as error:
        raise GlassError(f"the clipboard cannot be read ({' '.join(str(error).split())[:120]})") from None
    if isinstance(found, Image.Image):
        return found
    files = tuple(Path(name) for name in found or ())
    if not files:
        raise GlassError(_EMPTY)
    return files


def clipboard_text() -> str:
    """Return the text on the clipboard; empty where there is none. For the thread that has the window."""
    try:
        if not pygame.scrap.get_init():
            pygame.scrap.init()
        for kind in ("text/uri-list", "text/plain;charset=utf-8", pygame.SCRAP_TEXT):
            content = pygame.scrap.get(kind)
            if content:
                return content.decode("utf-8", "ignore").strip("\0")
    except pygame.error:
        pass
    return ""


def _named_files(text: str) -> tuple[Path, ...]:
    """Return the files that lines of a text name, by path or address; none where not all of them exist."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    paths = [Path(url2pathname(urlsplit(line).path)) if line.startswith("file://") else Path(line) for line in lines]
    try:
        there = all(path.is_absolute() and path.exists() for path in paths)
    except (OSError, ValueError):
        return ()
    return tuple(paths) if there else ()
