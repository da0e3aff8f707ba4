"""Figure of local actions by direction of motion, as a table of shares."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from export.figures.clips import ReadClip
from export.figures.figure import LETTERS, Figure, broken
from glass.core.directions import DIRECTIONS, direction_of
from playground import Manifest
from playground.pictures.annotate import FAINT, INK, PAPER, code_colour, draw_arrow, ink_on, write

SHORTEST_MOVE = 0.5
"""A shift of at least so many pixels along an axis is a move."""
SQUARE = 58
"""Side of a square of the table in pixels."""
BARS = 160
ROWS = tuple(DIRECTIONS)


def count_codes(clips: Sequence[ReadClip], codes: int) -> NDArray[np.int64]:
    """Count steps, ``(codes, 5)``, by local action and by direction in the order of `DIRECTIONS`."""
    counts = np.zeros((codes, len(DIRECTIONS)), np.int64)
    for step in (step for read in clips for step in read.analysis.steps):
        counts[step.local_action - 1, ROWS.index(direction_of(step.foreground_shift, SHORTEST_MOVE))] += 1
    return counts


def code_map(manifest: Manifest, clips: Sequence[ReadClip], data: str) -> Figure:
    """Draw the table of local actions by direction of motion."""
    counts = count_codes(clips, manifest.codes)
    steps = int(counts.sum())
    return Figure(
        "code_map",
        "Local actions by direction of motion",
        f"Read from {len(clips)} clips ({steps} steps) of {data}. A square says which share of the "
        "steps that go the row's way, in percent, are of the column's local action; a dot is standing still. Below: "
        "how often each local action is read at all.",
        [_draw(manifest, counts)],
    )


def _draw(manifest: Manifest, counts: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Draw rows of directions and columns of local actions, with a bar for each of these below."""
    labels = [broken(action.label) for action in manifest.local_actions]
    lines = 1 + max(map(len, labels))
    top, left = lines * (LETTERS + 3) + LETTERS, 2 * SQUARE
    size = left + len(labels) * SQUARE + LETTERS, top + len(DIRECTIONS) * SQUARE + BARS
    board = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(board)
    shares = counts / np.maximum(counts.sum(0), 1)
    usual = counts.sum(1) / max(1, counts.sum())
    for row, (name, step) in enumerate(DIRECTIONS.items()):
        middle = top + (row + 0.5) * SQUARE
        write(draw, (8, middle), name, LETTERS, anchor="lm")
        draw_arrow(draw, (left - SQUARE / 2, middle), SQUARE * 0.5, step)
    for column, words in enumerate(labels):
        x = left + column * SQUARE
        for number, word in enumerate((str(column + 1), *words)):
            write(draw, (x + SQUARE / 2, LETTERS + number * (LETTERS + 3)), word, LETTERS - 3, anchor="mm")
        for row in range(len(DIRECTIONS)):
            _square(draw, (x, top + row * SQUARE), float(shares[column, row]), column + 1)
        floor, height = size[1] - LETTERS - 8, (BARS - 3 * LETTERS - 8) * usual[column] / max(usual.max(), 1e-9)
        draw.rectangle((x + 6, floor - height, x + SQUARE - 8, floor), fill=code_colour(column + 1))
        write(draw, (x + SQUARE / 2, floor - height - 8), f"{usual[column]:.0%}", LETTERS - 3, anchor="mm")
    write(draw, (8, size[1] - BARS / 2), "all steps", LETTERS, anchor="lm")
    return np.asarray(board)


def _square(draw: ImageDraw.ImageDraw, corner: tuple[int, int], share: float, code: int) -> None:
    """Draw one entry: the local action's colour, as strong as the square root of its share."""
    strength = np.sqrt(share)
    mixed = [
        round(strength * full + (1 - strength) * white) for full, white in zip(code_colour(code), PAPER, strict=True)
    ]
    colour = (mixed[0], mixed[1], mixed[2])
    x, y = corner
    draw.rectangle((x, y, x + SQUARE - 3, y + SQUARE - 3), fill=colour, outline=FAINT)
    if share >= 0.005:
        ink = ink_on(colour) if strength > 0.6 else INK
        write(draw, (x + SQUARE / 2 - 1, y + SQUARE / 2 - 1), f"{share * 100:.0f}", LETTERS, ink, anchor="mm")
