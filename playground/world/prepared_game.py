"""A prepared game: a world at its first moment, and a script for each player until they take over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.core.action import Action
from playground.world.save_file import open_engines, open_world, read_save
from playground.world.world import World


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

    def frames(self) -> Iterator[NDArray[np.uint8]]:
        """Play it, and yield the first frame and the one after every tick, each (H, W, 3)."""
        yield self.world.snapshot().observations[0].frame
        for actions in self.turns:
            yield self.world.step(actions)[0].frame


def zip_scripts(scripts: Sequence[Sequence[Action]]) -> tuple[tuple[Action, ...], ...]:
    """Return what several players do tick by tick; who has done all of a script stands still until the others have."""
    return tuple(zip_longest(*scripts, fillvalue=Action(hold=True)))


def load_game(path: Path, model: str | None = None) -> PreparedGame:
    """Return a saved game from its start on, as it was played.

    Args:
        path: the saved game.
        model: name or path of the bundle that played it; found by the name in the file when None.

    Raises:
        GlassError: as for `read_save`, `open_engines` and `open_world`.
    """
    save = read_save(path)
    return PreparedGame(path.name, open_world(save, open_engines(save, model)), save.actions)
