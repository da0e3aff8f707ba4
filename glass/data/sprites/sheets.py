"""Characters composed from layered sprite sheets of 13x21 cells, in two folder layouts.

W-Sprites: `body/0.png` .. `5.png`, likewise `bottomwear`, `topwear` and `hair`, and `shoes/1.png` which everyone wears.
LPC layers: folders `body`, `feet`, `legs`, `torso` and `hair` with any file names. Sheets are read, never copied.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from glass.core.errors import GlassError
from glass.core.images import read_picture
from glass.data.core.clip import CELL, CYCLE, Character
from glass.data.core.splits import split_range

SHEET_SIZE = (832, 1344)
"""(W, H) of a sheet in pixels."""

_CYCLES = {8: range(1, 9), 0: (0, 1, 2, 3, 4, 5, 6, 4), 12: (0, 1, 2, 3, 4, 5, 4, 0)}
"""Sheet columns of a cycle by the sheet row its group begins at: walk, spellcast, slash."""
_DIRECTION_ROWS = (2, 1, 3)
"""Front, left and right within a group."""


@dataclass(frozen=True)
class _Part:
    """One layer of the characters: a folder and the files to choose from; `recoloured` if it is clothes or hair."""

    folder: str
    choices: tuple[str, ...]
    recoloured: bool


@dataclass(frozen=True)
class _Layer:
    """The visible pixels of one sheet's animation cells."""

    solid_at: npt.NDArray[np.intp]
    solid: npt.NDArray[np.uint8]
    faint_at: npt.NDArray[np.intp]
    faint: npt.NDArray[np.uint8]


class SheetLibrary:
    """The characters that a folder of sheets can be combined to."""

    def __init__(self, root: Path | str) -> None:
        """Look which layout the folder has and check that its files are there; sheets are opened when needed.

        Raises:
            GlassError: the folder or one of its files is missing.
        """
        self.root = Path(root)
        if not self.root.is_dir():
            raise GlassError(f"{self.root}: no such folder of sheets; give one with a 'body' folder in it")
        self.layout = "wsprites" if (self.root / "bottomwear").is_dir() else "lpc"
        self._parts = self._find_wsprites() if self.layout == "wsprites" else self._find_lpc()
        self._layers: dict[tuple[str, str], _Layer] = {}

    def _find_wsprites(self) -> tuple[_Part, ...]:
        choices = tuple(str(number) for number in range(6))
        parts = [_Part(folder, choices, folder != "body") for folder in ("body", "bottomwear", "topwear", "hair")]
        parts.append(_Part("shoes", ("1",), False))
        for part in parts:
            for choice in part.choices:
                path = self._path(part, choice)
                if not path.is_file():
                    raise GlassError(f"{path}: sheet is missing; W-Sprites needs it beside the others")
        return tuple(parts)

    def _find_lpc(self) -> tuple[_Part, ...]:
        parts = []
        for folder in ("body", "feet", "legs", "torso", "hair"):
            choices = tuple(sorted(path.stem for path in (self.root / folder).glob("*.png")))
            if not choices:
                raise GlassError(f"{self.root / folder}/*.png: sheets are missing; characters need this layer")
            parts.append(_Part(folder, choices, folder != "body"))
        return tuple(parts)

    def _path(self, part: _Part, choice: str) -> Path:
        return self.root / part.folder / f"{choice}.png"

    @cached_property
    def _shuffled(self) -> tuple[tuple[int, ...], ...]:
        """All characters, in an order that depends on nothing but the files' names."""
        ids = product(*(range(len(part.choices)) for part in self._parts))
        return tuple(sorted(ids, key=lambda one: hashlib.sha256(self.name(one).encode()).digest()))

    def __len__(self) -> int:
        """Count the characters of all splits."""
        return len(self._shuffled)

    def characters(self, split: str) -> tuple[tuple[int, ...], ...]:
        """List the characters of a split, each as its choice number in every layer; splits share no character.

        Raises:
            GlassError: no split of this name.
        """
        ranks = split_range(len(self), split)
        return self._shuffled[ranks.start : ranks.stop]

    def find(self, names: Sequence[str]) -> tuple[frozenset[int], ...]:
        """Say, for every layer, which of its choice numbers are named; a name is a sheet's, or its first words.

        Raises:
            GlassError: no sheet has this name.
        """
        for name in names:
            if not any(_is_called(choice, name) for part in self._parts for choice in part.choices):
                raise GlassError(f"{self.root}: no sheet is called '{name}' or '{name}_...'")
        return tuple(
            frozenset(
                number for number, choice in enumerate(part.choices) if any(_is_called(choice, name) for name in names)
            )
            for part in self._parts
        )

    def name(self, ids: Sequence[int]) -> str:
        """Give the name of a character: its choices, joined."""
        return "-".join(part.choices[number] for part, number in zip(self._parts, ids, strict=True))

    def character(self, ids: Sequence[int], recolour: np.random.Generator | None = None) -> Character:
        """Compose a character, given its choice number in every layer; `recolour` gives clothes and hair new hues.

        Raises:
            GlassError: a sheet that cannot be read or has another size.
        """
        canvas = np.zeros((len(_CYCLES) * len(_DIRECTION_ROWS) * CYCLE * CELL * CELL, 4), np.uint8)
        for part, number in zip(self._parts, ids, strict=True):
            layer = self._layer(part, part.choices[number])
            solid, faint = layer.solid, layer.faint
            if recolour is not None and part.recoloured:
                matrix = _hue_rotation(recolour.uniform(0, 2 * np.pi)) * recolour.uniform(0.75, 1.15)
                solid, faint = _recoloured(solid, matrix), _recoloured(faint, matrix)
            canvas.view(np.uint32)[layer.solid_at] = solid.view(np.uint32)
            canvas[layer.faint_at] = _over(faint, canvas[layer.faint_at])
        name = self.name(ids) if recolour is None else f"{self.name(ids)}-recoloured"
        return Character(name, canvas.reshape(-1, CYCLE, CELL, CELL, 4))

    def _layer(self, part: _Part, choice: str) -> _Layer:
        key = (part.folder, choice)
        if key not in self._layers:
            self._layers[key] = _read_layer(self._path(part, choice))
        return self._layers[key]


def _is_called(choice: str, name: str) -> bool:
    return choice == name or choice.startswith(f"{name}_")


def _read_layer(path: Path) -> _Layer:
    sheet = read_picture(path, "RGBA")
    if sheet.shape[1::-1] != SHEET_SIZE:
        raise GlassError(f"{path}: size (W, H) is {sheet.shape[1::-1]}; a sheet has {SHEET_SIZE}")
    grid = sheet.reshape(21, CELL, 13, CELL, 4).swapaxes(1, 2)
    cells = [grid[row + direction, list(columns)] for row, columns in _CYCLES.items() for direction in _DIRECTION_ROWS]
    pixels = np.stack(cells).reshape(-1, 4)
    solid_at = np.flatnonzero(pixels[:, 3] == 255)
    faint_at = np.flatnonzero((pixels[:, 3] > 0) & (pixels[:, 3] < 255))
    return _Layer(solid_at, pixels[solid_at], faint_at, pixels[faint_at])


def _over(pixels: npt.NDArray[np.uint8], below: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Composite (N, 4) straight RGBA pixels over others."""
    if not len(pixels):
        return below
    images = [Image.fromarray(np.ascontiguousarray(layer)[None]) for layer in (below, pixels)]
    return np.asarray(Image.alpha_composite(*images)).reshape(-1, 4)


def _hue_rotation(angle: float) -> npt.NDArray[np.float64]:
    """Give the 3x3 matrix that turns RGB colours about the grey axis by `angle` radians."""
    cosine, sine = np.cos(angle), np.sin(angle)
    third, cross = (1 - cosine) / 3, sine / np.sqrt(3)
    return np.array(
        [
            [cosine + third, third - cross, third + cross],
            [third + cross, cosine + third, third - cross],
            [third - cross, third + cross, cosine + third],
        ]
    )


def _recoloured(pixels: npt.NDArray[np.uint8], matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Apply a 3x3 colour matrix to (N, 4) RGBA pixels, keeping alpha."""
    colours = pixels[:, :3].astype(np.float32) @ matrix.T.astype(np.float32)
    return np.concatenate([np.clip(colours + 0.5, 0, 255).astype(np.uint8), pixels[:, 3:]], axis=1)
