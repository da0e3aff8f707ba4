"""Nearest-frame classification: a character's true animation frames, and which of them a played agent is nearest to."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from export.evaluate.sample import Sample
from glass.core.errors import GlassError
from glass.data.core.clip import ACTIONS, CELL, CYCLE, Character
from playground import Engine
from playground.engine.compositing import cut_window, window_corner

GREY = 0.5
"""What agents are seen before: a colour in [0, 1]."""

_SOLID = 127
"""Alpha of a character's cell above which a pixel is drawn."""


class TrueAnimation:
    """Every frame of a character's animation, before grey."""

    def __init__(self, character: Character) -> None:
        """Draw the frames."""
        solid = character.cells[..., 3:] > _SOLID
        self._pictures = np.where(solid, character.cells[..., :3].astype(np.float32) / 255, np.float32(GREY))
        self._frames = self._pictures.reshape(len(ACTIONS) * CYCLE, -1)

    def cycle(self, action: int) -> NDArray[np.float32]:
        """Return the frames of an action, an index into `ACTIONS`: (8, 64, 64, 3) in [0, 1]."""
        frames: NDArray[np.float32] = self._pictures[action]
        return frames

    def errors(self, cells: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the mean squared error, (N, actions), of cells (N, 64, 64, 3) in [0, 1] from each action's best frame.

        It is of values in 0..255, as `decibels` takes it.
        """
        played = cells.reshape(len(cells), -1)
        squares = (played**2).sum(1)[:, None] + (self._frames**2).sum(1) - 2 * played @ self._frames.T
        errors = squares.clip(0).astype(np.float64) / played.shape[1] * 255**2
        best: NDArray[np.float64] = errors.reshape(len(cells), len(ACTIONS), CYCLE).min(2)
        return best


def cell_before_grey(layer: NDArray[np.float32], centre: Sequence[float]) -> NDArray[np.float32]:
    """Cut the cell around a place (x, y) out of premultiplied RGBA, (H, W, 4): before grey, (64, 64, 3) in [0, 1]."""
    cut = cut_window(layer, (float(centre[0]), float(centre[1])), CELL)
    cell: NDArray[np.float32] = cut[..., :3] + (1 - cut[..., 3:]) * np.float32(GREY)
    return cell.clip(0, 1)


class StartedGame:
    """An engine set to a start frame, seen through the agent's cell."""

    def __init__(self, engine: Engine, frame: NDArray[np.uint8], position: tuple[float, float]) -> None:
        """Reset the engine to a frame, (H, W, 3), in which the centre of the agent's true cell is at `position` (x, y).

        Raises:
            GlassError: the model finds no agent in the frame.
        """
        engine.reset(frame)
        self.engine = engine
        """The engine."""
        self.start = engine.snapshot()
        """The moment before the first tick."""
        cell = window_corner(position, CELL)
        window = window_corner(self.start.observations[0].position, engine.manifest.window)
        self._centre = (cell[0] - window[0] + CELL / 2, cell[1] - window[1] + CELL / 2)

    def cell(self) -> NDArray[np.float32]:
        """Return the agent as it is now before grey: (64, 64, 3) in [0, 1], its true cell moved as it was told to."""
        return cell_before_grey(self.engine.snapshot().agents[0].cut_out, self._centre)


def start_at_first_frame(engine: Engine, sample: Sample) -> StartedGame:
    """Start a game at the first frame of a sample whose agent's place is known.

    Raises:
        GlassError: the model finds no agent in it.
    """
    assert sample.clip.positions is not None
    x, y = sample.clip.positions[0].tolist()
    return StartedGame(engine, sample.clip.frames[0], (x, y))


def start_from_cut_out(engine: Engine, cell: NDArray[np.uint8]) -> StartedGame:
    """Start a game from a character's cell, (64, 64, 4), with nothing around it: a picture cut out by its alpha.

    Raises:
        GlassError: the model does not take the cell as it is.
    """
    shown = np.argwhere(engine.reset(cell).mask)
    drawn = np.argwhere(cell[..., 3] > _SOLID)
    if not len(shown) or (np.ptp(shown, 0) != np.ptp(drawn, 0)).any():
        raise GlassError("the sprite was scaled or lost: its true animation cannot be compared")
    top, left = (shown.min(0) - drawn.min(0)).tolist()
    return StartedGame(engine, cell, (left + CELL / 2, top + CELL / 2))


def started_games(
    samples: Sequence[Sample], start: Callable[[Sample], StartedGame]
) -> Iterator[tuple[int, StartedGame, TrueAnimation]]:
    """Give the number, the game and the true animation of each sample; those without an agent are passed over.

    Args:
        samples: what to start from, all of known characters.
        start: starts a game at a sample's first frame.
    """
    for number, sample in enumerate(samples):
        try:
            game = start(sample)
        except GlassError:
            continue
        assert sample.character is not None
        yield number, game, TrueAnimation(sample.character)
