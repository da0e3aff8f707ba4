"""Layout of the mask editor: the picture, and hints of the keys."""

from math import ceil

from pygame import Rect

from playground.ui.toolkit.layout import text_unit
from playground.ui.toolkit.theme import Lettering

_HINTS = (
    ("Space or mouse", "paint"),
    ("right button", "erase"),
    ("E", "brush or eraser"),
    ("[ ]", "size"),
    ("Arrows", "move"),
    ("U", "undo"),
    ("Y", "redo"),
    ("B", "box or brush"),
    ("C", "clear"),
    ("O", "as it was"),
    ("Tab", "agent alone"),
    ("Enter", "play"),
    ("Esc", "go back"),
)
"""Keys, and what they do."""


_LEAST_WIDTH = 160
"""Pixels of the window that a reduced picture must be wide for hints to have room beside it."""


_ART_SIDE = 256
"""Longer side of pictures up to which they are enlarged in whole pixels; larger ones are as large as fits."""


class EditorLayout:
    """The layout of a window of some size."""

    def __init__(
        self, window: tuple[int, int], shape: tuple[int, ...], lettering: Lettering, text_size: float = 1.0
    ) -> None:
        self.window = window
        self.unit = text_unit(window, text_size)
        self.top = round(2.6 * self.unit)
        lines = _wrapped(lettering, self.unit, window[0])
        foot = round((1.6 * len(lines) + 1) * self.unit)
        free = Rect(self.unit, self.top, window[0] - 2 * self.unit, window[1] - self.top - foot)
        self.scale = min(free.width // shape[1], free.height // shape[0])
        factor = min(free.width / shape[1], free.height / shape[0])
        self.hints: tuple[tuple[str, str, tuple[int, int]], ...] = ()
        """Keys, what they do, and the places (x, y) in the window to say so."""
        if self.scale < 1 and factor * shape[1] < _LEAST_WIDTH:  # the picture alone, in the whole window
            free = Rect((0, 0), window)
            self.scale = min(free.width // shape[1], free.height // shape[0])
            factor = min(free.width / shape[1], free.height / shape[0])
        else:
            first = window[1] - foot + self.unit // 2
            self.hints = tuple(
                (key, description, (x, first + round(1.6 * self.unit * row)))
                for row, line in enumerate(lines)
                for x, key, description in line
            )
        self.whole = bool(self.scale) and max(shape[:2]) <= _ART_SIDE
        """Whether each of the picture's pixels is a square of the window's."""
        self.factor = self.scale if self.whole else factor
        """Pixels of the window to one of the picture; a whole number for a small picture, where there is room."""
        factor = self.factor
        self.picture = Rect(0, 0, max(1, round(shape[1] * factor)), max(1, round(shape[0] * factor)))
        self.picture.center = free.center
        self._shape = shape

    def frame_point(self, point: tuple[int, int]) -> tuple[float, float]:
        """Return the place in the frame's pixels of a point of the window; it may lie outside the frame."""
        x = (point[0] - self.picture.left) * self._shape[1] / self.picture.width
        y = (point[1] - self.picture.top) * self._shape[0] / self.picture.height
        return x, y


def _wrapped(lettering: Lettering, unit: int, width: int) -> list[list[tuple[int, str, str]]]:
    """Break the hints into lines of a window `width` pixels wide: x, key and description of each."""
    lines: list[list[tuple[int, str, str]]] = [[]]
    x = unit
    for key, description in _HINTS:
        length = lettering.width(key, unit) + unit // 2 + lettering.width(description, unit)
        if x + length > width - unit and lines[-1]:
            lines.append([])
            x = unit
        lines[-1].append((x, key, description))
        x += length + ceil(1.5 * unit)
    return lines
