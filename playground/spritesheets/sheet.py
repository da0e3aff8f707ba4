"""The sprite sheet: animations aligned by the feet in equal cells, and the picture that holds them all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from glass.core.errors import GlassError
from glass.core.masks import bounding_box
from playground.bundles.credits import Credits
from playground.spritesheets.loops import Pixels

GROUNDED, STRIDING = 0.06, 0.25
"""Feet that leave the ground by at most this share of the agent's height stand on it always: in acts, in gaits."""
_MARGIN = 1
"""Clear pixels around the largest frame of a cell."""
_LARGEST = 16384
"""Longest side of a sheet, which graphics cards can take."""


@dataclass(frozen=True)
class SheetAnimation:
    """The frames of an action."""

    name: str
    """Name of its tag."""
    frames: tuple[Pixels, ...]
    """Straight RGBA, all of one size: (N, N, 4) around the agent's position, or (h, w, 4) in cells."""
    loops: bool
    """Whether it begins again at its end."""
    pingpong: bool = False
    """Whether it is played there and back."""

    @property
    def order(self) -> tuple[int, ...]:
        """Numbers of its frames in the order they are seen, once through."""
        there = tuple(range(len(self.frames)))
        back = there[-2::-1] if self.pingpong else ()
        return there + (back[:-1] if self.loops else back)


@dataclass(frozen=True)
class CellFrame:
    """Where a frame lies in the sheet, and which part of its cell that is; in pixels."""

    x: int
    y: int
    width: int
    height: int
    left: int = 0
    """From the cell's left to what is kept of it."""
    top: int = 0
    """From the cell's top to what is kept of it."""


@dataclass(frozen=True)
class SpriteSheet:
    """A picture of all frames, and what is where."""

    pixels: Pixels
    """Straight RGBA, (H, W, 4)."""
    cell: tuple[int, int]
    """Width and height of a cell, in pixels."""
    pivot: tuple[int, int]
    """Where the agent stands in each cell, (x, y) in pixels from its left top."""
    animations: tuple[SheetAnimation, ...]
    """What is seen, in cells."""
    frames: tuple[CellFrame, ...]
    """All frames, animation after animation."""
    tick_rate: float
    """Frames a second."""
    credits: Credits
    """Who is to be named."""

    @property
    def duration(self) -> int:
        """How long a frame is shown, in milliseconds."""
        return round(1000 / self.tick_rate)

    @property
    def first_frames(self) -> tuple[int, ...]:
        """Number of each animation's first frame."""
        counts = [len(animation.frames) for animation in self.animations]
        return tuple(sum(counts[:index]) for index in range(len(counts)))


def stand_on_ground(frames: Pixels, grounded: float = GROUNDED) -> Pixels:
    """Move frames (T, N, N, 4) of an action down until their feet are at the bottom row.

    All frames of one that stays on the ground stand on it, each to the pixel; one that leaves it by more than the share
    `grounded` of the agent's height, as in a jump, is moved as a whole.
    """
    boxes = [bounding_box(frame[..., 3] > 0) for frame in frames]
    side = len(frames[0])
    feet = [side if box is None else box[3] for box in boxes]
    height = max((box[3] - box[1] for box in boxes if box), default=0)
    if max(feet) - min(feet) > max(1, grounded * height):
        feet = [max(feet)] * len(feet)
    return np.stack([np.roll(frame, side - foot, 0) for frame, foot in zip(frames, feet, strict=True)])


def fit_cells(
    animations: Sequence[SheetAnimation], pivot: str, size: tuple[int, int] | None
) -> tuple[tuple[SheetAnimation, ...], tuple[int, int], tuple[int, int]]:
    """Cut the frames (N, N, 4) of animations to equal cells in which the agent stands at one spot.

    The spot is below the feet in the middle, for frames that `stand_on_ground`, where `pivot` is `feet`, else the
    cell's centre. Cells are as small as they can be, or of `size`, (width, height) in pixels. Returns the animations in
    cells, the cell's size and the spot (x, y) in it.

    Raises:
        GlassError: a frame does not fit into cells of that size.
    """
    side = len(animations[0].frames[0])
    boxes = [bounding_box(frame[..., 3] > 0) for animation in animations for frame in animation.frames]
    left, top, right, bottom = (
        function((box[edge] for box in boxes if box), default=side // 2)
        for edge, function in enumerate((min, min, max, max))
    )
    half = max(side // 2 - left, right - side // 2, 1)
    above, below = (side - top, 0) if pivot == "feet" else (max(side // 2 - top, bottom - side // 2, 1),) * 2
    need = (2 * half, max(1, above + below))
    width, height = size or (need[0] + 2 * _MARGIN, need[1] + 2 * _MARGIN)
    if width < need[0] or height < need[1]:
        raise GlassError(
            f"--cell {width}x{height}: the largest frame takes {need[0]}x{need[1]}; give --cell {need[0]}x{need[1]} "
            "or larger, or a smaller --scale"
        )
    ground = height - min(max(_MARGIN, height // 32), height - need[1]) if pivot == "feet" else height // 2
    spot = (width // 2, ground)
    centre = (side // 2, side if pivot == "feet" else side // 2)
    placed = tuple(
        SheetAnimation(
            one.name, tuple(_placed(f, centre, spot, (width, height)) for f in one.frames), one.loops, one.pingpong
        )
        for one in animations
    )
    return placed, (width, height), spot


def rows_of_cells(animations: Sequence[SheetAnimation]) -> tuple[Pixels, tuple[CellFrame, ...]]:
    """Lay each animation out in a row; returns the sheet, (H, W, 4), and where each frame is in it."""
    height, width = animations[0].frames[0].shape[:2]
    columns = max(len(animation.frames) for animation in animations)
    pixels = _sheet(columns * width, len(animations) * height)
    places = []
    for row, animation in enumerate(animations):
        for column, frame in enumerate(animation.frames):
            places.append(CellFrame(column * width, row * height, width, height))
            pixels[row * height : (row + 1) * height, column * width : (column + 1) * width] = frame
    return pixels, tuple(places)


def packed_cells(animations: Sequence[SheetAnimation]) -> tuple[Pixels, tuple[CellFrame, ...]]:
    """Lay out what is drawn of each frame, equal ones once, on shelves, a clear pixel between them.

    Returns the sheet, (H, W, 4), and where each frame is in it.
    """
    frames = [frame for animation in animations for frame in animation.frames]
    boxes = [bounding_box(frame[..., 3] > 0) or (0, 0, 1, 1) for frame in frames]
    parts = [frame[box[1] : box[3], box[0] : box[2]] for frame, box in zip(frames, boxes, strict=True)]
    different = {(part.shape, part.tobytes()): part for part in parts}
    order = sorted(different, key=lambda key: (-key[0][0], -key[0][1]))
    area = sum((part.shape[0] + 1) * (part.shape[1] + 1) for part in different.values())
    wide = max(round(area**0.5 * 1.05), *(part.shape[1] for part in different.values()))
    corners: dict[tuple[tuple[int, ...], bytes], tuple[int, int]] = {}
    x = y = shelf = width = 0
    for key in order:
        rows, columns, _ = key[0]
        if x and x + columns > wide:
            x, y = 0, y + shelf + 1
            shelf = 0
        corners[key] = (x, y)
        shelf, width = max(shelf, rows), max(width, x + columns)
        x += columns + 1
    pixels = _sheet(width, y + shelf)
    for key, (x, y) in corners.items():
        pixels[y : y + key[0][0], x : x + key[0][1]] = different[key]
    places = []
    for part, box in zip(parts, boxes, strict=True):
        x, y = corners[part.shape, part.tobytes()]
        places.append(CellFrame(x, y, part.shape[1], part.shape[0], box[0], box[1]))
    return pixels, tuple(places)


def _sheet(width: int, height: int) -> Pixels:
    """Return a clear sheet.

    Raises:
        GlassError: it would be larger than graphics cards can take.
    """
    if max(width, height) > _LARGEST:
        raise GlassError(
            f"the sheet would be {width}x{height} pixels; give a smaller --scale, fewer --actions or --layout packed"
        )
    return np.zeros((height, width, 4), np.uint8)


def _placed(frame: Pixels, centre: tuple[int, int], spot: tuple[int, int], size: tuple[int, int]) -> Pixels:
    """Return a cell of `size` in which what is at `centre` of a frame is at `spot`, all (x, y)."""
    cell = np.zeros((size[1], size[0], 4), np.uint8)
    box = bounding_box(frame[..., 3] > 0)
    if box is not None:
        x, y = box[0] - centre[0] + spot[0], box[1] - centre[1] + spot[1]
        cell[y : y + box[3] - box[1], x : x + box[2] - box[0]] = frame[box[1] : box[3], box[0] : box[2]]
    return cell
