"""Pictures of the gallery's cards, made in a thread of its own, so that the window never waits for them."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from glass.core.errors import GlassError
from glass.core.images import flatten, open_image, upright
from playground.bundles.bundle import Bundle
from playground.pictures.frame_fitting import fit_picture
from playground.pictures.own_size import start_at_own_size
from playground.pictures.picture import Picture, load_picture, put_before
from playground.pictures.scenes.catalogue import SCENES, draw_scene, scene_for
from playground.ui.gallery.entries import GalleryEntry

_LARGEST = (512, 384)
"""Most pixels, across and down, of a card's picture."""


@dataclass(frozen=True, eq=False)
class CardPicture:
    """What a card shows."""

    shown: NDArray[np.uint8]
    """Its pixels, (H, W, 3)."""
    smooth: bool
    """Whether it is enlarged smoothly, not in whole pixels."""
    picture: Picture | None = None
    """What its model plays; None for a picture of the player's own, whose model is not known yet."""


class CardPictures:
    """Reads each picture when it is first asked for."""

    def __init__(self) -> None:
        """Begin with none."""
        self._thread = ThreadPoolExecutor(1, "cards")
        self._made: dict[GalleryEntry, Future[CardPicture | None]] = {}

    def get(self, entry: GalleryEntry) -> CardPicture | None:
        """Return what an entry shows; None as long as it is being read, or where it cannot be."""
        if entry.path is None:
            return None
        if entry not in self._made:
            self._made[entry] = self._thread.submit(_make, entry.path, entry.bundle)
        future = self._made[entry]
        return future.result() if future.done() else None

    @property
    def ready(self) -> int:
        """How many were read of those that were asked for."""
        return sum(future.done() for future in self._made.values())

    @property
    def complete(self) -> bool:
        """Whether nothing is being read."""
        return self.ready == len(self._made)


_scene = lru_cache(maxsize=len(SCENES))(partial(draw_scene, width=_LARGEST[0]))
"""Scenes as cards show them, drawn once."""


def background_of(entry: GalleryEntry) -> str | None:
    """Return the scene that a start frame is played in; None where it has a ground of its own."""
    return scene_for(entry.path.stem) if entry.path is not None and entry.bundle is not None and entry.cut_out else None


def _make(path: Path, bundle: Bundle | None) -> CardPicture | None:
    try:
        return _own(path) if bundle is None else _start(path, bundle)
    except GlassError:
        return None


def _own(path: Path) -> CardPicture:
    """Make a small picture of one of the player's own."""
    with open_image(path) as file:
        file.draft("RGB", _LARGEST)
        image = upright(file)
    large = image.width > _LARGEST[0] or image.height > _LARGEST[1]
    image.thumbnail(_LARGEST)
    return CardPicture(np.asarray(flatten(image)), large)


def _start(path: Path, bundle: Bundle) -> CardPicture:
    """Show a start frame as its model sees it, or a cut-out at its own size in the scene that suits it."""
    manifest, picture = bundle.manifest, load_picture(path)
    if picture.image.mode == "RGBA":
        scene = scene_for(path.stem)
        picture = put_before(picture, Picture(scene, _scene(scene)))
        own = start_at_own_size(picture, manifest).own
        if own is not None:
            frame = Image.fromarray(own.frame)
            frame.thumbnail(_LARGEST)
            return CardPicture(np.asarray(frame), not own.pixel_art, picture)
    frame_pixels, _ = fit_picture(picture, manifest.frame_size, manifest.window)
    return CardPicture(frame_pixels, False, picture)
