"""The layout of the Liberated Pixel Cup: 13 x 21 cells of 64 x 64, with those rows filled that a model can do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from glass.core.errors import GlassError
from playground.pictures.sheets.standing_cell import CELL, COLUMNS, ROWS
from playground.spritesheets.loops import Pixels
from playground.spritesheets.sheet import CellFrame, SheetAnimation

STANDING = 56
"""Height of a character in a cell, in pixels: a larger one is made smaller."""
_WALK_ROW, _WALK_CELLS = 8, 9
_SPELLS: Mapping[str, tuple[int, int]] = {"spellcast": (0, 7), "thrust": (4, 8), "slash": (12, 6), "shoot": (16, 13)}
"""First row and cells of each act that is drawn from four sides."""
_SIDES: Mapping[str, int] = {"back": 0, "up": 0, "left": 1, "front": 2, "down": 2, "right": 3}
"""Row of each side in a group of four; an act that names none is seen from the front."""
_HURT_ROW, _HURT_CELLS = 20, 6


@dataclass(frozen=True)
class LpcRow:
    """A row of the sheet."""

    row: int
    """Its number from the top."""
    animations: tuple[SheetAnimation, ...]
    """What its cells show, from the left."""


def lpc_rows(animations: Sequence[SheetAnimation]) -> tuple[LpcRow, ...]:
    """Return the rows that animations in cells can fill: walks, and acts that are called after one of the layout's.

    Of several for one row the first that names its side counts. A walk's row begins with a standing cell, that of its
    cycle in which the legs are closest together.

    Raises:
        GlassError: they fill none.
    """
    rows: dict[int, LpcRow] = {}
    for animation in sorted(animations, key=lambda one: _SIDES.keys().isdisjoint(one.name.split("_"))):
        words = animation.name.split("_")
        side = next((_SIDES[word] for word in words if word in _SIDES), _SIDES["front"])
        group = next((word for word in words if word in ("walk", "hurt", *_SPELLS)), "")
        if group == "walk" and animation.loops:
            rows.setdefault(_WALK_ROW + side, LpcRow(_WALK_ROW + side, _walk(animation)))
        elif group in _SPELLS:
            first, cells = _SPELLS[group]
            turned = side in (_SIDES["left"], _SIDES["right"])
            rows.setdefault(first + side, LpcRow(first + side, (_with_cells(animation, cells, turned),)))
        elif group == "hurt":
            rows.setdefault(_HURT_ROW, LpcRow(_HURT_ROW, (_with_cells(animation, _HURT_CELLS),)))
    if not rows:
        raise GlassError(
            "--layout lpc: no action is a walk, spellcast, thrust, slash, shoot or hurt; use --layout rows"
        )
    return tuple(rows[row] for row in sorted(rows))


def lpc_cells(rows: Sequence[LpcRow]) -> tuple[Pixels, tuple[CellFrame, ...]]:
    """Lay rows out; returns the sheet, (1344, 832, 4), and where each frame is in it."""
    pixels = np.zeros((ROWS * CELL, COLUMNS * CELL, 4), np.uint8)
    places = []
    for row in rows:
        frames = [frame for animation in row.animations for frame in animation.frames]
        for column, frame in enumerate(frames):
            x, y = column * CELL, row.row * CELL
            pixels[y : y + CELL, x : x + CELL] = frame
            places.append(CellFrame(x, y, CELL, CELL))
    return pixels, tuple(places)


def _walk(animation: SheetAnimation) -> tuple[SheetAnimation, SheetAnimation]:
    """Return a standing cell and a walk of eight."""
    widths = [np.count_nonzero(frame[CELL * 3 // 4 :, :, 3].any(0)) for frame in animation.frames]
    standing = animation.frames[int(np.argmin(widths))]
    name = animation.name.replace("walk", "stand", 1)
    seen = [animation.frames[at] for at in animation.order]
    steps = [seen[number * len(seen) // (_WALK_CELLS - 1)] for number in range(_WALK_CELLS - 1)]
    return SheetAnimation(name, (standing,), True), SheetAnimation(animation.name, tuple(steps), True)


def _with_cells(animation: SheetAnimation, cells: int, turned: bool = False) -> SheetAnimation:
    """Return an act with so many frames, spread over what is seen once through.

    One that is played `turned` to a side begins and ends there, without the rest before and after it.
    """
    order = animation.order[1:-1] if turned and len(animation.order) > cells // 2 + 2 else animation.order
    at = np.linspace(0, len(order) - 1, cells).round().astype(int)
    return SheetAnimation(animation.name, tuple(animation.frames[order[index]] for index in at), False)
