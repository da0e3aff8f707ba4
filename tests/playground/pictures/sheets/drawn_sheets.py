"""Sheets of sprites drawn by code: walkers in four views, with margins, gaps, missing cells and weapons."""

from dataclasses import dataclass
from math import pi, sin

import numpy as np
from PIL import Image, ImageDraw

FRONT, BACK, LEFT, RIGHT = "front", "back", "left", "right"
LPC = (BACK, LEFT, FRONT, RIGHT)
MAKER = (FRONT, LEFT, RIGHT, BACK)


@dataclass(frozen=True)
class Layout:
    """How a sheet is laid out; `views` go down its rows, or across its columns."""

    columns: int
    rows: int
    cell: tuple[int, int] = (32, 48)
    views: tuple[str, ...] = (RIGHT,)
    across: bool = False
    margin: int = 0
    spacing: int = 0
    ground: tuple[int, int, int] | None = None
    line: tuple[int, int, int] | None = None
    missing: tuple[tuple[int, int], ...] = ()
    weapon: bool = False
    still: int = 0
    spare: tuple[int, int] = (0, 0)
    scale: int = 1
    fill: float = 0.85


def draw_sheet(layout: Layout, seed: int = 0) -> Image.Image:
    """Return an RGBA sheet, or RGB where it has a ground."""
    rng = np.random.default_rng(seed)
    (width, height), gap, margin = layout.cell, layout.spacing, layout.margin
    size = (
        2 * margin + layout.columns * (width + gap) - gap + layout.spare[0],
        2 * margin + layout.rows * (height + gap) - gap + layout.spare[1],
    )
    back = (0, 0, 0, 0) if layout.ground is None else (*layout.ground, 255)
    sheet = Image.new("RGBA", size, back)
    colours = [tuple(int(level) for level in rng.integers(30, 226, 3)) for _ in range(4)]
    for row in range(layout.rows):
        for column in range(layout.columns):
            if (column, row) in layout.missing:
                continue
            line, step = (column, row) if layout.across else (row, column)
            view = layout.views[line % len(layout.views)]
            phase = 2 * pi * (step - layout.still) / max(layout.rows if layout.across else layout.columns, 2)
            cell = draw_walker(
                (width, height), view, phase, colours, layout, wobble=row if len(layout.views) == 1 else 0
            )
            sheet.alpha_composite(cell, (margin + column * (width + gap), margin + row * (height + gap)))
    if layout.line is not None:
        pen = ImageDraw.Draw(sheet)
        for x in range(margin - gap, size[0], width + gap):
            pen.rectangle((x, 0, x + gap - 1, size[1]), (*layout.line, 255))
        for y in range(margin - gap, size[1], height + gap):
            pen.rectangle((0, y, size[0], y + gap - 1), (*layout.line, 255))
    sheet = sheet.resize((size[0] * layout.scale, size[1] * layout.scale), Image.Resampling.NEAREST)
    return sheet if layout.ground is None else sheet.convert("RGB")


def draw_walker(
    size: tuple[int, int], view: str, phase: float, colours: list[tuple[int, ...]], layout: Layout, wobble: int = 0
) -> Image.Image:
    """Return an RGBA walker of a view, at a phase of its step; `wobble` makes it another action of the same agent."""
    image = Image.new("RGBA", size)
    pen = ImageDraw.Draw(image)
    skin, hair, shirt, legs = colours
    tall, middle, foot = layout.fill * size[1], size[0] / 2, size[1] - 1
    wide = min(0.34 * tall, 0.42 * size[0])
    bob = abs(sin(phase)) * 0.04 * tall + (wobble % 3) * 0.02 * tall
    top, hip = foot - tall + bob, foot - 0.3 * tall
    swing = sin(phase) * 0.5 * wide
    side = {LEFT: -1, RIGHT: 1}.get(view, 0)
    for leg in (-1, 1):
        x = middle + (leg * swing if side else leg * 0.25 * wide)
        lift = 0.0 if side else max(0.0, leg * sin(phase)) * 0.1 * tall
        pen.line((middle + leg * 0.15 * wide, hip, x, foot - lift), legs, max(2, round(0.25 * wide)))
    half = wide * (0.35 if side else 0.5)
    pen.rectangle((middle - half, foot - 0.6 * tall, middle + half, hip), shirt)
    head = (middle - wide * 0.55, top, middle + wide * 0.55, foot - 0.58 * tall)
    pen.ellipse(head, hair if view == BACK else skin)
    if view != BACK:
        pen.pieslice(head, 180, 360, hair)
    if side:
        pen.pieslice(head, *((-90, 60) if side < 0 else (120, 270)), hair)
    if view != BACK:
        eye, y = max(1, wide * 0.08), (top + foot - 0.58 * tall) / 2 + 0.1 * wide
        for x in (-0.25, 0.25) if side == 0 else (side * 0.35,):
            pen.ellipse((middle + x * wide - eye, y - eye, middle + x * wide + eye, y + eye), (10, 10, 20))
    if side:
        pen.line((middle, foot - 0.5 * tall, middle + side * 0.3 * wide + swing, hip), skin, max(1, round(0.15 * wide)))
    if layout.weapon:
        reach = (side or 1) * (size[0] / 2 - 1)
        pen.line(
            (middle, foot - 0.45 * tall, middle + reach, foot - (0.5 + 0.3 * sin(phase)) * tall), (200, 200, 210), 2
        )
    return image
