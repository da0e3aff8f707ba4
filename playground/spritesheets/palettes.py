"""Palettes of pixel art: read from .gpl and .hex files, taken from a picture, and kept to exactly."""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError

Colours = NDArray[np.uint8]
"""Different colours, (n, 3)."""

MOST_COLOURS = 256
"""A palette holds at most so many; a picture with more is no pixel art."""
_LONGEST = 1_000_000
_HEX = re.compile(r"#?([0-9a-fA-F]{6})(?:[0-9a-fA-F]{2})?")
_GPL_HEAD = "GIMP Palette"
_GPL_ROW = re.compile(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s.*)?")


def read_palette(path: Path) -> Colours:
    """Read a palette of GIMP (.gpl) or a list of hexadecimal colours (.hex), one a line.

    Raises:
        GlassError: there is no such file, it is neither, a line is no colour, or it has none or more than 256 colours.
    """
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST).decode("utf-8-sig", errors="replace")
    except FileNotFoundError:
        raise GlassError(f"--palette {path}: no such file; give 'own', 'any' or a .gpl or .hex file") from None
    except OSError as error:
        raise GlassError(f"--palette {path}: cannot be read ({error.strerror or error})") from None
    lines = text.splitlines()
    if path.suffix.lower() == ".gpl":
        if not lines or lines[0].strip() != _GPL_HEAD:
            raise GlassError(f"--palette {path}: does not begin with {_GPL_HEAD!r}; give a .gpl file as GIMP writes it")
        rows = [_gpl_colour(path, at, line) for at, line in enumerate(lines[1:], start=2) if _is_gpl_colour(line)]
    elif path.suffix.lower() == ".hex":
        rows = [_hex_colour(path, at, line) for at, line in enumerate(lines, start=1) if line.strip()]
    else:
        raise GlassError(f"--palette {path}: unknown kind of palette; give 'own', 'any' or a .gpl or .hex file")
    colours = different_colours(np.array(rows, np.uint8).reshape(-1, 3))
    if not 1 <= len(colours) <= MOST_COLOURS:
        raise GlassError(f"--palette {path}: {len(colours)} colours; give 1 to {MOST_COLOURS}")
    return colours


def different_colours(pixels: NDArray[np.uint8]) -> Colours:
    """Return the different colours of pixels (n, 3), in order."""
    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    found = np.unique(packed)
    return np.stack([found >> 16, found >> 8 & 255, found & 255], 1).astype(np.uint8)


def nearest_colours(pixels: NDArray[np.uint8], palette: Colours) -> NDArray[np.intp]:
    """Return the number of the palette's colour that each pixel (n, 3) is nearest to, in Oklab (Ottosson, 2020)."""
    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    found, where = np.unique(packed, return_inverse=True)
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], 1).astype(np.uint8)
    wanted, there = oklab(colours), oklab(palette)
    nearest = np.concatenate(
        [((wanted[at : at + 4096, None] - there) ** 2).sum(2).argmin(1) for at in range(0, len(wanted), 4096)]
        or [np.empty(0, np.intp)]
    )
    return np.asarray(nearest[where.reshape(-1)])


def oklab(colours: Colours) -> NDArray[np.float64]:
    """Return sRGB colours (n, 3) in Oklab, where distances are as people see them."""
    share = colours / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    to_cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    to_lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.asarray(np.cbrt(linear @ np.array(to_cones).T) @ np.array(to_lab).T)


def _is_gpl_colour(line: str) -> bool:
    """Say whether a line of a .gpl file is to be a colour: no remark, no setting, not empty."""
    return bool(line.strip()) and not line.lstrip().startswith("#") and not re.match(r"\s*[A-Za-z]+\s*:", line)


def _gpl_colour(path: Path, at: int, line: str) -> tuple[int, ...]:
    found = _GPL_ROW.fullmatch(line)
    levels = tuple(map(int, found.groups())) if found else ()
    if not levels or max(levels) > 255:
        raise GlassError(f"--palette {path}: line {at} is no colour; give red, green and blue of 0 to 255")
    return levels


def _hex_colour(path: Path, at: int, line: str) -> tuple[int, ...]:
    found = _HEX.fullmatch(line.strip())
    if found is None:
        raise GlassError(f"--palette {path}: line {at} is no colour; give six hexadecimal digits, as in ff8800")
    return tuple(bytes.fromhex(found[1]))
