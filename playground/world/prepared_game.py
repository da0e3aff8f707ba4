"""A prepared game: a world at its first moment, and a script for each player until they take over."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.core.action import Action
from playground.pictures.box_cut import Asker
from playground.pictures.faces import Faces
from playground.pictures.sheets.sprite_sheet import CellSheet
from playground.pictures.sheets.standing_cell import Cell
from playground.world.world import World

Sides = tuple[Faces | None, ...]
"""Which side each player's picture was told to face, if any."""


@dataclass(frozen=True)
class CellChoice:
    """A sheet of sprites, and which of its cells is played."""

    sheet: CellSheet
    """The sheet."""
    cell: Cell
    """The cell that is played."""
    play: Callable[[Cell, Sides], "PreparedGame"]
    """Prepares the same game with another cell; raises GlassError.

    The side that the first player's picture was told to face is kept where the other cell is of the same view as far as
    the sheet tells, see `CellSheet.same_view`; else the model looks.
    """


@dataclass(frozen=True)
class PreparedGame:
    """A world at its first moment, and a script for all players."""

    name: str
    """What it shows, for people."""
    world: World
    """Where it is played."""
    turns: Sequence[Sequence[Action]] = ()
    """An action for each player, tick by tick."""
    notes: tuple[str, ...] = ()
    """What was made of the pictures, for people."""
    warnings: tuple[str, ...] = ()
    """What the models that were asked for do to the pictures, for people."""
    with_model: Callable[[Path, Sides, Asker], "PreparedGame"] | None = None
    """Prepares the same with the model in another folder; raises GlassError. None where that cannot be.

    Pictures face the sides that were told.
    """
    cells: CellChoice | None = None
    """Other cells that could be played, where the first player's picture is one of a sheet."""
    brief: tuple[str, ...] = ()
    """What a window says of the notes."""
    unsure_of_side: bool = False
    """Whether the first player's agent never turns since its model is not sure which side the picture faces."""

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        """Play it, and yield the first frame and the one after every tick, each (H, W, 3)."""
        yield self.world.snapshot().observations[0].frame
        for actions in self.turns:
            yield self.world.step(actions)[0].frame
