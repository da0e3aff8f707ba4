"""Figure of unseen characters doing every local action, beside the true animation of what it stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from export.evaluate.animation import StartedGame, TrueAnimation, start_at_first_frame, started_games
from export.evaluate.code_usage import CodeAccumulator, Meaning
from export.evaluate.reading import ReadingAccumulator
from export.evaluate.sample import Sample, draw_samples
from export.figures.clips import ReadClip
from export.figures.figure import GAP, LETTERS, Figure
from glass.data.core.clip import ACTIONS, CYCLE
from glass.data.sources import ClipSource, WorldSource
from playground import Action, Engine
from playground.pictures.annotate import PAPER, write

CHARACTERS = 6
"""Rows of each block."""
CLIPS_TRIED = 30
"""Clips that are drawn to find so many characters."""
BLOCK_COLUMNS = 2
"""Blocks side by side."""
CUT_MARGIN = 2
"""Pixels left around the agents."""
GROUND_TOLERANCE = 0.02
"""How far from the ground a colour has to be, in [0, 1], to be of an agent."""

Cells = NDArray[np.float32]


@dataclass(frozen=True)
class PanelRow:
    """One character doing one local action."""

    start: Cells
    """(1, 64, 64, 3) in [0, 1], before grey: the agent in the first frame."""
    played: Cells
    """(8, 64, 64, 3): the ticks of holding the local action."""
    true: Cells
    """The true animation of the action that it stands for, from the frame on from which it is most alike."""


def panel(engine: Engine, clips: Sequence[ReadClip], source: ClipSource, data: str, seed: int) -> Figure | None:
    """Draw every local action held for 8 ticks by unseen characters, and the truth; None where that is unknown.

    Args:
        engine: plays the model.
        clips: say what each local action stands for.
        source: where the characters come from.
        data: what the source was called.
        seed: decides which characters.
    """
    if not isinstance(source, WorldSource) or source.frame_size != engine.frame_size:
        return None
    meanings = _meanings(engine, clips)
    started_games = _games(engine, draw_samples(source, engine.frame_size, CLIPS_TRIED, 2, seed))
    if not meanings or not started_games:
        return None
    blocks = [[_row(game, animation, meaning) for game, animation in started_games] for meaning in meanings]
    return Figure(
        "panel",
        "Local actions and the truth",
        f"{len(started_games)} characters of {data}. Each block is a local action: the start, 8 ticks of "
        "holding the local action, moving as it usually does (the picture moves along), and the character's true "
        "animation of what it stands for, which is the true action most often seen with it.",
        [_draw(engine, meanings, blocks)],
    )


def _meanings(engine: Engine, clips: Sequence[ReadClip]) -> tuple[Meaning, ...]:
    readings = ReadingAccumulator(CodeAccumulator(engine.manifest.codes))
    for read in clips:
        readings.add(read.clip, read.analysis)
    return readings.codes.meanings()


def _games(engine: Engine, samples: Sequence[Sample]) -> list[tuple[StartedGame, TrueAnimation]]:
    """Set the game for the first characters that differ and that the model finds."""
    known = [(sample, sample.character.name) for sample in samples if sample.character is not None]
    found: dict[str, tuple[StartedGame, TrueAnimation]] = {}
    for number, game, animation in started_games(
        [sample for sample, _ in known], partial(start_at_first_frame, engine)
    ):
        found.setdefault(known[number][1], (game, animation))
        if len(found) == CHARACTERS:
            break
    return list(found.values())


def _row(game: StartedGame, animation: TrueAnimation, meaning: Meaning) -> PanelRow:
    game.engine.restore(game.start)
    start, played = game.cell(), []
    for _ in range(CYCLE):
        game.engine.step(Action(meaning.shift, local_action=meaning.local_action))
        played.append(game.cell())
    cycle = animation.cycle(meaning.action)
    turns = [np.roll(cycle, turn, 0) for turn in range(CYCLE)]
    nearest = min(turns, key=lambda turn: float(((turn - np.stack(played)) ** 2).sum()))
    return PanelRow(start[None], np.stack(played), nearest)


def _draw(engine: Engine, meanings: Sequence[Meaning], blocks: Sequence[Sequence[PanelRow]]) -> NDArray[np.uint8]:
    """Lay the blocks out, all cells cut to the one box that shows all of all agents."""
    everything = np.concatenate([part for block in blocks for row in block for part in vars(row).values()])
    ground = everything[0, 0, 0]
    drawn = np.argwhere((np.abs(everything - ground) > GROUND_TOLERANCE).any((0, 3)))
    (top, left), (bottom, right) = np.maximum(drawn.min(0) - CUT_MARGIN, 0), drawn.max(0) + CUT_MARGIN + 1

    def strip(cells: Cells) -> NDArray[np.uint8]:
        shown = np.concatenate(list(cells[:, top:bottom, left:right]), 1)
        shown = np.where(np.abs(shown - ground).max(2, keepdims=True) > GROUND_TOLERANCE, shown, ground)
        return (shown * 255).round().astype(np.uint8)

    strips = [[[strip(part) for part in vars(row).values()] for row in block] for block in blocks]
    height, side = strips[0][0][0].shape[:2]
    places = (0, side + GAP, (1 + CYCLE) * side + 2 * GAP)
    block_size = (1 + 2 * CYCLE) * side + 4 * GAP, LETTERS + 2 * GAP + len(strips[0]) * height
    rows = -(-len(blocks) // BLOCK_COLUMNS)
    board = Image.new("RGB", (BLOCK_COLUMNS * block_size[0] + GAP, rows * block_size[1] + GAP), PAPER)
    draw = ImageDraw.Draw(board)
    labels = [action.label for action in engine.manifest.local_actions]
    for number, (meaning, block) in enumerate(zip(meanings, strips, strict=True)):
        x = GAP + number % BLOCK_COLUMNS * block_size[0]
        y = GAP + number // BLOCK_COLUMNS * block_size[1]
        titles = (
            "start",
            f"{meaning.local_action}: {labels[meaning.local_action - 1]}",
            f"true: {ACTIONS[meaning.action]}",
        )
        for title, place in zip(titles, places, strict=True):
            write(draw, (x + place, y + LETTERS / 2), title, LETTERS, anchor="lm")
        for row, parts in enumerate(block):
            for pixels, place in zip(parts, places, strict=True):
                board.paste(Image.fromarray(pixels), (x + place, y + LETTERS + GAP + row * height))
    return np.asarray(board)
