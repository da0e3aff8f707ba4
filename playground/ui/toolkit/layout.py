"""Layout of the game's window: rectangles computed from the window's size."""

import math
from dataclasses import dataclass
from functools import lru_cache

from pygame import Rect

_UNITS = (11, 26)
"""Smallest and largest text height in pixels that suit a window."""
_CARD_HEIGHTS = (4.0, 5.2, 8.5)
"""Smallest height of a wide card, of a narrow one, whose label takes two lines, and the largest of any, in units; what
the picture leaves goes to the cards."""
_COMFORTABLE_CARD = 5.2
"""Height of a card in units that a new window has room for."""
_WIDE_CARD = 6.0
"""Width in units from which on most labels fit one line."""
_NARROWEST_CARD = 56
"""Pixels that the longest word of a label needs in the smallest letters."""
_SCALES = (1, 16)
"""Smallest and largest whole number a window's picture is scaled by at start."""
_DESKTOP_SHARE = 0.8
"""Share of the desktop's width and height a new window may take."""


@dataclass(frozen=True)
class Layout:
    """The window's parts, in pixels of the window."""

    unit: int
    """Height of a line of text; everything else is measured in it."""
    scale: int
    """Whole number the picture is scaled by; 0 where even the picture itself is too large and must be shrunk."""
    top: Rect
    """The line of figures; empty in a window without bars."""
    world: Rect
    """The picture."""
    arrows: tuple[Rect, ...]
    """Each player's four direction keys, the first one's lowest; none in a window without bars."""
    cards: tuple[Rect, ...]
    """One card for each local action; none in a window without bars."""


def text_unit(size: tuple[int, int], text_size: float = 1.0) -> int:
    """Height of a line of text in pixels for a window of `size` (width, height)."""
    low, high = _UNITS
    return max(low, round(text_size * max(low, min(high, min(size[0] // 44, size[1] // 36)))))


@lru_cache(maxsize=8)
def arrange(
    size: tuple[int, int], frame_size: tuple[int, int], cards: int, text_size: float = 1.0, players: int = 1
) -> Layout:
    """Lay out a window of `size` around a picture of `frame_size` (both width, height), with `cards` local actions.

    The picture takes the largest whole scale that leaves room for the bars, and stands in the middle of what they
    leave; where not even the unscaled picture fits between them, or with no cards at all, the bars go and the picture
    has the window to itself. Text is as large as asked for, or less where it would cost cards or half the picture.
    """
    usual = text_unit(size)
    plain = _arrange(size, frame_size, cards, usual, players)
    for unit in range(text_unit(size, text_size), usual, -1):
        layout = _arrange(size, frame_size, cards, unit, players)
        if (layout.cards and 2 * layout.scale >= plain.scale) or not plain.cards:
            return layout
    unit = min(usual, text_unit(size, text_size))
    return plain if unit == usual else _arrange(size, frame_size, cards, unit, players)


def _arrange(size: tuple[int, int], frame_size: tuple[int, int], cards: int, unit: int, players: int) -> Layout:
    """Lay out a window whose lines of text have a height of `unit`."""
    margin = unit
    top = Rect(0, 0, size[0], 2 * unit + 2)
    gap = max(2, unit // 4)
    arrows_width = 3 * _cap(unit) + 2 * gap
    per_row, rows = _card_grid(size[0] - arrows_width - 3 * margin, unit, gap, cards)
    width = min(9 * unit, (size[0] - arrows_width - 3 * margin + gap) // max(per_row, 1) - gap)
    card_height = round(_CARD_HEIGHTS[width < _WIDE_CARD * unit] * unit)
    bottom_height = max(rows * (card_height + gap) - gap, 2 * _cap(unit) + gap) + 3 * margin // 2
    room = Rect(margin, top.bottom, size[0] - 2 * margin, size[1] - top.height - bottom_height)
    scale = min(room.width // frame_size[0], room.height // frame_size[1])
    if scale < 1 or per_row == 0:
        window = Rect((0, 0), size)
        scale = min(size[0] // frame_size[0], size[1] // frame_size[1])
        return Layout(unit, scale, Rect(0, 0, 0, 0), _centred(window, frame_size, scale), (), ())

    more = min((room.height - scale * frame_size[1] - 2) // rows, round(_CARD_HEIGHTS[-1] * unit) - card_height)
    if more > 0:
        card_height, bottom_height = card_height + more, bottom_height + rows * more
        room.height -= rows * more
    bottom = Rect(0, room.bottom, size[0], bottom_height)
    arrows = _arrows(Rect(margin, bottom.top, arrows_width, bottom_height), 2 * _cap(unit) + gap, players)
    left = 2 * margin + arrows_width
    first_top = bottom.centery - (rows * (card_height + gap) - gap) // 2
    boxes = tuple(
        Rect(
            left + (index % per_row) * (width + gap),
            first_top + (index // per_row) * (card_height + gap),
            width,
            card_height,
        )
        for index in range(cards)
    )
    return Layout(unit, scale, top, _centred(room, frame_size, scale), arrows, boxes)


def window_size(frame_size: tuple[int, int], cards: int, scale: int) -> tuple[int, int]:
    """Smallest comfortable window (width, height) whose picture of `frame_size` is scaled by `scale`."""
    width, height = max(frame_size[0] * scale, 480), frame_size[1] * scale + 120
    width += text_unit((width, height))
    while not _comfortable(layout := arrange((width, height), frame_size, cards), scale):
        height += 4
        width += 0 if width >= frame_size[0] * scale + 2 * layout.unit else 4
    return width, height


def _comfortable(layout: Layout, scale: int) -> bool:
    """Whether the picture is large enough, and the cards below it."""
    return bool(layout.cards) and layout.scale >= scale and layout.cards[0].height >= _COMFORTABLE_CARD * layout.unit


def default_scale(frame_size: tuple[int, int], cards: int, desktop: tuple[int, int]) -> int:
    """Largest whole scale whose window takes at most four fifths of a `desktop` (width, height)."""
    low, high = _SCALES
    for scale in range(high, low, -1):
        width, height = window_size(frame_size, cards, scale)
        if width <= desktop[0] * _DESKTOP_SHARE and height <= desktop[1] * _DESKTOP_SHARE:
            return scale
    return low


def key_caps(arrows: Rect) -> dict[str, Rect]:
    """The four caps inside `arrows`, as on a keyboard: up above left, down and right."""
    gap = max(2, arrows.height // 14)
    side = (arrows.height - gap) // 2
    middle = arrows.centerx - side // 2
    lower = arrows.bottom - side
    return {
        "up": Rect(middle, arrows.top, side, side),
        "left": Rect(middle - side - gap, lower, side, side),
        "down": Rect(middle, lower, side, side),
        "right": Rect(middle + side + gap, lower, side, side),
    }


def _cap(unit: int) -> int:
    """Side of a direction key's cap."""
    return round(1.7 * unit)


def _arrows(room: Rect, height: int, players: int) -> tuple[Rect, ...]:
    """The direction keys of players above each other in `room`, of `height` each, or as high as there is room for."""
    height = min(height, room.height * 10 // (11 * players))
    gap = height // 4
    first = room.centery + (players * (height + gap) - gap) // 2 - height
    return tuple(Rect(room.left, first - index * (height + gap), room.width, height) for index in range(players))


def _card_grid(width: int, unit: int, gap: int, cards: int) -> tuple[int, int]:
    """Cards in a row and rows, filled evenly; (0, 0) where not one card fits into `width`."""
    fitting = (width + gap) // (max(round(3.7 * unit), _NARROWEST_CARD) + gap)
    if fitting < 1 or cards < 1:
        return 0, 0
    rows = math.ceil(cards / fitting)
    return math.ceil(cards / rows), rows


def _centred(room: Rect, frame_size: tuple[int, int], scale: int) -> Rect:
    """The picture's place in the middle of `room`; scale 0 shrinks it to fit."""
    width, height = frame_size
    if scale >= 1:
        box = Rect(0, 0, width * scale, height * scale)
    else:
        factor = min(room.width / width, room.height / height)
        box = Rect(0, 0, max(1, round(width * factor)), max(1, round(height * factor)))
    box.center = room.center
    return box
