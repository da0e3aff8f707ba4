"""Backgrounds to put agents on: textures and game floors made from a seed, photos, and a photo from a file."""

import importlib.util
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.errors import GlassError
from glass.data.sprites.background_art import PAINTERS, Painter
from glass.data.sprites.camera import BACKGROUND_SIZE

KINDS = tuple(PAINTERS)
"""The kinds that are made from a seed alone."""

PHOTO = "photo"
"""The kind that cuts out of photos which installed packages ship; see `packaged_photos`."""

_PHOTO_FILES = (
    ("sklearn", "datasets/images/china.jpg"),
    ("sklearn", "datasets/images/flower.jpg"),
    ("skimage", "data/coffee.png"),
    ("skimage", "data/brick.png"),
    ("skimage", "data/grass.png"),
    ("skimage", "data/gravel.png"),
    ("skimage", "data/rocket.jpg"),
)


@lru_cache(maxsize=1)
def packaged_photos() -> tuple[Path, ...]:
    """Files of photos without people that installed packages carry; empty where there are none."""
    found = []
    for package, name in _PHOTO_FILES:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            path = Path(folder) / name
            if path.is_file():
                found.append(path)
    return tuple(found)


def background(rng: np.random.Generator, kind: str | None = None) -> NDArray[np.uint8]:
    """Make a background; the same generator state gives the same bytes.

    Args:
        rng: where every choice comes from.
        kind: one of `KINDS`, or `PHOTO`; None draws one of `KINDS`.

    Returns:
        (281, 281, 3) uint8 RGB.

    Raises:
        GlassError: an unknown kind, or `PHOTO` where no package ships one.
    """
    if kind is None:
        kind = KINDS[int(rng.integers(len(KINDS)))]
    if kind == PHOTO:
        return _photo(rng)
    if kind not in PAINTERS:
        raise GlassError(f"background kind {kind!r} is unknown; use one of {', '.join((*KINDS, PHOTO))}")
    painter = Painter(rng, BACKGROUND_SIZE)
    picture = PAINTERS[kind](painter) + painter.unevenness()
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def load_background(path: str | Path) -> NDArray[np.uint8]:
    """Read a photo and stretch it to the size of a background.

    Returns:
        (281, 281, 3) uint8 RGB.

    Raises:
        GlassError: the file is missing or is not a picture.
    """
    try:
        with Image.open(path) as image:
            return np.array(image.convert("RGB").resize((BACKGROUND_SIZE, BACKGROUND_SIZE), Image.Resampling.LANCZOS))
    except FileNotFoundError:
        raise GlassError(f"{path}: no such background; give the path of a picture") from None
    except (OSError, ValueError, Image.DecompressionBombError):
        raise GlassError(f"{path}: the background cannot be read as a picture; give a PNG or JPEG") from None


@lru_cache(maxsize=8)
def _read(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.array(image.convert("RGB"))


def _photo(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A random square of a random photo, mirrored or not."""
    paths = packaged_photos()
    if not paths:
        raise GlassError("no installed package ships photos; install scikit-learn, or give a background file")
    picture = _read(paths[int(rng.integers(len(paths)))])
    side = int(rng.integers(min(picture.shape[:2]) // 2, min(picture.shape[:2]) + 1))
    top, left = (int(rng.integers(size - side + 1)) for size in picture.shape[:2])
    cut = Image.fromarray(picture[top : top + side, left : left + side])
    out = np.array(cut.resize((BACKGROUND_SIZE, BACKGROUND_SIZE), Image.Resampling.BILINEAR))
    return np.ascontiguousarray(out[:, ::-1]) if rng.random() < 0.5 else out
