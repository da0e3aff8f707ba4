"""Sceneries: the backgrounds of a world, a photo, generated ones, or both."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from glass.data.core.splits import SPLITS
from glass.data.sprites.backgrounds import background, load_background
from glass.data.sprites.camera import Background

POOL_SIZE = 256
"""Generated backgrounds of a split; few enough to stay in memory once made."""


class Scenery(Protocol):
    """A choice of backgrounds."""

    def pick(self, rng: np.random.Generator) -> Background:
        """Give a background."""


@dataclass(frozen=True)
class PhotoScenery:
    """Always the same background."""

    photo: Background
    """The background."""

    @classmethod
    def load(cls, path: Path | str, frame_size: tuple[int, int]) -> "PhotoScenery":
        """Read a picture, for views of `frame_size` (W, H).

        Raises:
            GlassError: the file is missing or not a picture.
        """
        return cls(Background.of(load_background(path), frame_size))

    def pick(self, rng: np.random.Generator) -> Background:
        """Give the photo."""
        return self.photo


@dataclass(frozen=True)
class GeneratedScenery:
    """Backgrounds drawn by our own code; splits share none."""

    split: str
    """Which part of the backgrounds, by name."""
    frame_size: tuple[int, int]
    """(W, H) of the views in pixels."""
    kind: str | None = None
    """One kind of `glass.data.sprites.backgrounds`; None for any that needs no photos."""

    def pick(self, rng: np.random.Generator) -> Background:
        """Give any of the split's backgrounds."""
        return _generated(SPLITS.index(self.split), int(rng.integers(POOL_SIZE)), self.frame_size, self.kind)


@lru_cache(maxsize=POOL_SIZE)
def _generated(split: int, number: int, frame_size: tuple[int, int], kind: str | None) -> Background:
    return Background.of(background(np.random.default_rng((split, number)), kind), frame_size)


@dataclass(frozen=True)
class MixedScenery:
    """Any of several sceneries, each as often as the others."""

    sceneries: Sequence[Scenery]
    """What to choose from."""

    def pick(self, rng: np.random.Generator) -> Background:
        """Give a background of any of them."""
        return self.sceneries[int(rng.integers(len(self.sceneries)))].pick(rng)
