"""The start frames that the gallery shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle
from playground.pictures.picture import fit_picture, load_picture


@dataclass(frozen=True, eq=False)
class GalleryEntry:
    """One start frame to choose."""

    bundle: Bundle
    """The model it belongs to."""
    path: Path
    """The picture's file."""
    frame: NDArray[np.uint8]
    """What the model sees of it, (H, W, 3)."""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.path.stem.replace("_", " ")

    def fits(self, words: str) -> bool:
        """Say whether every one of `words` is found in its name, its model's name or its licence."""
        manifest = self.bundle.manifest
        text = f"{self.name} {manifest.name} {manifest.licence}".casefold()
        return all(word in text for word in words.casefold().split())


def load_starts(bundles: Sequence[Bundle]) -> tuple[GalleryEntry, ...]:
    """Read the start frames of all bundles, in order; a damaged one is left out.

    Raises:
        GlassError: there is none that can be shown.
    """
    starts = []
    problem = "no model has a start frame; give a picture"
    for bundle in bundles:
        for name in bundle.manifest.starts:
            try:
                bundle.read(name)
                picture = load_picture(bundle.folder / name)
                frame, _ = fit_picture(picture, bundle.manifest.frame_size, bundle.manifest.window)
            except GlassError as error:
                problem = str(error)
            else:
                starts.append(GalleryEntry(bundle, bundle.folder / name, frame))
    if not starts:
        raise GlassError(problem)
    return tuple(starts)
