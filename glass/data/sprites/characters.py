"""Casts: the characters that may appear in a world, of sprite sheets or folk."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from glass.core.errors import GlassError
from glass.data.core.clip import CELL, CYCLE, Character
from glass.data.core.splits import split_range
from glass.data.folk.character import folk_character
from glass.data.sprites.sheets import SheetLibrary

FOLK_COUNT = 1000
"""Folk that are divided into splits: seeds 0..799 train, 800..899 validation, 900..999 test."""


class Cast(Protocol):
    """A numbered choice of characters."""

    def __len__(self) -> int:
        """Count the characters."""

    def character(self, number: int, rng: np.random.Generator) -> Character:
        """Give a character by its number from 0; `rng` decides what may vary about it."""


@dataclass(frozen=True)
class SheetCast:
    """Characters composed from sheets."""

    library: SheetLibrary
    """Where the sheets are."""
    members: tuple[tuple[int, ...], ...]
    """The characters that may appear."""
    recolour: float = 0.0
    """Probability that clothes and hair get hues of their own."""

    def __len__(self) -> int:
        """Count the characters."""
        return len(self.members)

    def character(self, number: int, rng: np.random.Generator) -> Character:
        """Compose a character, sometimes recoloured."""
        recoloured = bool(self.recolour) and rng.random() < self.recolour
        return self.library.character(self.members[number], recolour=rng if recoloured else None)


@dataclass(frozen=True)
class FolkCast:
    """Characters drawn by our own code."""

    seeds: range
    """The characters that may appear."""

    def __len__(self) -> int:
        """Count the characters."""
        return len(self.seeds)

    def character(self, number: int, rng: np.random.Generator) -> Character:
        """Draw a character; nothing varies about it."""
        name, cells = _packed_folk(self.seeds[number])
        return Character(name, np.frombuffer(zlib.decompress(cells), np.uint8).reshape(-1, CYCLE, CELL, CELL, 4))


@lru_cache(maxsize=FOLK_COUNT)
def _packed_folk(seed: int) -> tuple[str, bytes]:
    """Draw folk once, name and cells in a twentieth of the memory: drawing takes fifty times as long as unpacking."""
    character = folk_character(seed)
    return character.name, zlib.compress(character.cells.tobytes(), 1)


def sheet_cast(
    library: SheetLibrary,
    split: str,
    recolour: float = 0.0,
    count: int | None = None,
    only: Sequence[str] = (),
    without: Sequence[str] = (),
) -> SheetCast:
    """Give the characters of a split, or the first `count` of them.

    `only` keeps those that wear one of the named sheets in each layer that has any of them, `without` those that wear
    none; a name is a sheet's or begins it (`long` stands for `long_red` and `long_white`).

    Raises:
        GlassError: no such split, none or too few characters in it, a name that no sheet has, or recolouring out of
            range or of the test split.
    """
    wanted, unwanted = library.find(only), library.find(without)
    members = tuple(
        ids
        for ids in library.characters(split)
        if all(number in chosen for number, chosen in zip(ids, wanted, strict=True) if chosen)
        and not any(number in chosen for number, chosen in zip(ids, unwanted, strict=True))
    )
    if not 0 <= recolour <= 1:
        raise GlassError(f"recolour={recolour}: must be a probability, from 0 to 1")
    if recolour and split == "test":
        raise GlassError(f"recolour={recolour}: characters of the test split keep their colours; leave recolour out")
    return SheetCast(library, members[: _checked(count, len(members), split)], recolour)


def folk_cast(split: str, count: int | None = None) -> FolkCast:
    """Give the folk of a split, or the first `count` of them.

    Raises:
        GlassError: no such split or too few characters in it.
    """
    seeds = split_range(FOLK_COUNT, split)
    return FolkCast(seeds[: _checked(count, len(seeds), split)])


def _checked(count: int | None, available: int, split: str) -> int:
    if not available:
        raise GlassError(f"split '{split}': has no characters; add sheets, or take another split")
    if count is not None and not 1 <= count <= available:
        raise GlassError(f"characters={count}: split '{split}' has 1 to {available} of them")
    return available if count is None else count
