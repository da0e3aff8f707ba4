"""Side-by-side picture of a motion transfer: driver, driven agent, and a timeline of the actions below."""

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from playground.clips.transfer import Driven
from playground.core.action import Action
from playground.pictures.annotate import (
    FAINT,
    INK,
    PAPER,
    code_colour,
    draw_arrow,
    ink_on,
    shortened,
    width_of,
    write,
)

_UNIT = 14
"""Height of letters in pixels."""
_BLOCK = 24
"""Side of the square that stands for one tick."""


class SideBySide:
    """Draws one tick after another."""

    def __init__(self, frame_size: tuple[int, int], labels: Sequence[str], scale: int) -> None:
        """Prepare for frames of (width, height) pixels, drawn `scale` times as large, of local actions 1..K."""
        self._labels = labels
        self._width, self._height = frame_size[0] * scale, frame_size[1] * scale
        self._shown: deque[Action] = deque(maxlen=(2 * self._width + _UNIT) // _BLOCK)

    def draw(self, driven: Driven) -> NDArray[np.uint8]:
        """Return the picture of the next tick, (H', W', 3)."""
        total = 2 * self._width + _UNIT
        top = 2 * _UNIT
        board = Image.new("RGB", (total, top + self._height + 2 * _UNIT + 2 * _BLOCK + _UNIT), PAPER)
        draw = ImageDraw.Draw(board)
        for left, title, frame in (
            (0, "driver", driven.driver),
            (self._width + _UNIT, "transfer", driven.observation.frame),
        ):
            write(draw, (left + self._width / 2, _UNIT), title, _UNIT, anchor="mm")
            board.paste(_fitted(frame, (self._width, self._height)), (left, top))
        self._draw_actions(draw, driven.action, top + self._height)
        return np.asarray(board)

    def _draw_actions(self, draw: ImageDraw.ImageDraw, action: Action | None, top: int) -> None:
        """Draw what is done now, and a square for each of the last ticks: the newest is framed."""
        if action is not None:
            self._shown.append(action)
            code = action.local_action or 1
            moves = f"shift {action.shift[0]:+.1f} {action.shift[1]:+.1f}"
            right = 2 * self._width + _UNIT / 2
            room = right - _UNIT - width_of(moves, _UNIT)
            name = shortened(f"{code}  {self._labels[code - 1]}", _UNIT, room)
            write(draw, (_UNIT / 2, top + _UNIT), name, _UNIT, anchor="lm")
            write(draw, (right, top + _UNIT), moves, _UNIT, anchor="rm")
        top += 2 * _UNIT
        for number in range(self._shown.maxlen or 0):
            box = (number * _BLOCK, top, (number + 1) * _BLOCK - 2, top + 2 * _BLOCK)
            if number >= len(self._shown):
                draw.rectangle(box, outline=FAINT)
                continue
            done = self._shown[number]
            code = done.local_action or 1
            ground = code_colour(code)
            draw.rectangle(box, fill=ground)
            middle = number * _BLOCK + _BLOCK / 2 - 1
            write(draw, (middle, top + _BLOCK * 0.55), str(code), _UNIT, ink_on(ground), anchor="mm")
            draw_arrow(draw, (middle, top + _BLOCK * 1.5), _BLOCK * 0.7, done.shift, ink_on(ground))
            if number == len(self._shown) - 1:
                draw.rectangle((box[0], box[1] - 3, box[2], box[3] + 3), outline=INK, width=2)


def _fitted(frame: NDArray[np.uint8], size: tuple[int, int]) -> Image.Image:
    """Return a frame (H, W, 3) at a size (width, height): in squares where that is a whole number of times as large."""
    whole = size[0] % frame.shape[1] == 0 and size[1] % frame.shape[0] == 0
    return Image.fromarray(frame).resize(size, Image.Resampling.NEAREST if whole else Image.Resampling.LANCZOS)
