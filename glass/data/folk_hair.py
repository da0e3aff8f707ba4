"""Hair styles of the folk, built from caps, locks and spikes around the head of the drawing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glass.data.folk_draw import HAIR, LINE, SHADOW, SIZE, TRIM, Canvas, Point, ellipse, limb, panel

FRONT_X, SIDE_X = 31.5, 33.0
"""Column of the middle of the skull, seen from the front and from the left."""


@dataclass(frozen=True)
class HairStyle:
    """A style; lengths and places in pixels of the cell."""

    top: float = 13.5
    """Row where the hair begins."""
    width: float = 10.2
    """Half width of the cap of hair."""
    fringe: str = "jagged"
    """Edge on the forehead: jagged, straight, parted, swept, high or open."""
    sides: float = 28.0
    """Row where the hair beside the face ends."""
    back: float = 33.0
    """Row where the hair at the back ends, seen from the side and behind the neck."""
    spikes: int = 0
    """Spikes that stand out of the cap."""
    reach: float = 4.0
    """Length of the spikes."""
    tail: str = "none"
    """ponytail, bun, pigtails, braid, strip or none."""
    strands: float = 0.8
    """Strength of the strands."""


HAIR_STYLES: dict[str, HairStyle] = {
    "short": HairStyle(),
    "crop": HairStyle(top=15.0, width=9.6, fringe="high", sides=26.0, back=31.0, strands=0.5),
    "bowl": HairStyle(fringe="straight", sides=29.0, back=31.0, strands=0.55),
    "bob": HairStyle(width=10.8, fringe="straight", sides=34.5, back=35.0),
    "long": HairStyle(width=10.8, fringe="parted", sides=41.0, back=45.0),
    "straight": HairStyle(width=10.4, fringe="straight", sides=46.0, back=48.0, strands=0.6),
    "wavy": HairStyle(width=11.6, fringe="swept", sides=39.0, back=42.0, spikes=6, reach=2.0),
    "parted": HairStyle(fringe="parted", sides=29.0, back=33.0),
    "swept": HairStyle(fringe="swept", sides=28.0, back=33.0),
    "spiky": HairStyle(top=14.5, spikes=9, reach=5.0),
    "messy": HairStyle(top=14.0, width=10.6, spikes=13, reach=3.2, sides=30.0, back=34.0),
    "ponytail": HairStyle(fringe="swept", sides=28.0, back=29.0, tail="ponytail"),
    "bun": HairStyle(top=14.5, fringe="high", sides=27.0, back=30.0, tail="bun", strands=0.6),
    "pigtails": HairStyle(fringe="parted", sides=28.0, back=30.0, tail="pigtails"),
    "braid": HairStyle(fringe="parted", sides=29.0, back=31.0, tail="braid"),
    "mohawk": HairStyle(top=16.0, width=9.4, fringe="open", sides=25.0, back=27.0, tail="strip"),
    "curly": HairStyle(top=11.5, width=12.6, fringe="high", sides=31.0, back=34.0, strands=1.1),
    "bald": HairStyle(top=99.0, fringe="open"),
}
"""The styles by name."""


def strands(grain: NDArray[np.float64], centre: Point, strength: float) -> NDArray[np.float64]:
    """Streaks of light that run out from the crown, (SIZE, SIZE), from a (SIZE, SIZE) noise."""
    ys, xs = np.mgrid[0:SIZE, 0:SIZE]
    angle = np.arctan2(ys - centre[1], xs - centre[0])
    lock = np.floor((angle + np.pi) / (2 * np.pi) * 46).astype(np.intp) % SIZE
    ring = (np.hypot(xs - centre[0], ys - centre[1]) / 5).astype(np.intp) % SIZE
    return np.asarray(1.5 * strength * (0.75 * grain[lock, ring] + 0.25 * grain), dtype=np.float64)


def _hairline(style: HairStyle, grain: NDArray[np.float64], side: bool) -> NDArray[np.float64]:
    """For each column the lowest row of the cap of hair, (SIZE,)."""
    xs = np.arange(SIZE, dtype=np.float64)
    middle = 26.0 if side else FRONT_X
    away = xs - middle
    jag = np.where(np.arange(SIZE) % 3 == 0, 1.6, 0.0) + 2.0 * grain[5]
    line = {
        "jagged": 23.5 + jag,
        "straight": np.full(SIZE, 24.6),
        "parted": 20.0 + 0.75 * np.abs(away) + 0.4 * jag,
        "swept": 22.5 + 0.42 * (-away if side else away) * (1 if not side else -0.3) + 0.6 * jag,
        "high": 20.5 + 0.3 * jag,
        "open": np.full(SIZE, 19.0),
    }[style.fringe]
    if side:
        ear = np.where(xs >= 34.5, 27.0, 0.0)
        behind = np.where(xs >= 38.0, style.back, 0.0)
        burn = np.where((xs >= 32.5) & (xs < 35.5), min(style.sides, 31.0 if style.sides < 32 else style.sides), 0.0)
        return np.maximum(np.maximum(line, ear), np.maximum(behind, burn))
    return np.where(np.abs(away) >= 7.6, style.sides, line)


def _spike_shapes(style: HairStyle, centre: Point, side: bool) -> list[tuple[Point, Point]]:
    start, end = (-0.95 * np.pi, 0.22 * np.pi) if side else (-1.05 * np.pi, 0.05 * np.pi)
    spikes = []
    for i in range(style.spikes):
        angle = start + (end - start) * (i + 0.5) / style.spikes
        length = style.reach * (1.0 if i % 2 else 0.72)
        inner, outer = style.width - 4.0, style.width - 0.5 + length
        spikes.append(
            (
                (centre[0] + inner * float(np.cos(angle)), centre[1] + inner * float(np.sin(angle))),
                (centre[0] + outer * float(np.cos(angle)), centre[1] + 0.92 * outer * float(np.sin(angle))),
            )
        )
    return spikes


def paint_behind(canvas: Canvas, name: str, grain: NDArray[np.float64], side: bool) -> None:
    """Paint what hangs behind the head: long hair, tails and buns."""
    style = HAIR_STYLES[name]
    x = SIDE_X if side else FRONT_X
    streaks = strands(grain, (x, 17.0), style.strands)
    if style.back > 35.0 and style.top < SIZE:
        low = style.back
        rows = (
            [(22.0, 35.0, 43.0), (32.0, 35.5, 44.0), (low - 3, 36.5, 44.5), (low, 38.0, 43.5)]
            if side
            else [(22.0, x - 10, x + 10), (34.0, x - 11, x + 11), (low - 2, x - 10.5, x + 10.5), (low, x - 8, x + 8)]
        )
        canvas.paint(panel(rows), HAIR, shade=-0.2, grain=streaks)
    if style.tail == "ponytail":
        points = [(41.0, 20.0), (46.0, 25.0), (45.5, 37.0)] if side else [(x + 8, 18.0), (x + 11, 26.0), (x + 10, 36.0)]
        canvas.paint(limb(points, (3.0, 3.6, 1.4)), HAIR, shade=-0.1, grain=streaks)
        canvas.paint(ellipse(points[0] if side else (x + 9.0, 20.0), (1.8, 1.8)), TRIM)
    elif style.tail == "bun":
        centre = (38.0, 13.0) if side else (x, 12.0)
        canvas.paint(ellipse(centre, (4.3, 4.0)), HAIR, grain=0.6 * streaks)
    elif style.tail == "braid":
        for i in range(6):
            centre = (42.0 + 0.3 * i, 29.0 + 3.4 * i) if side else (x + 8.5 - 0.2 * i, 30.0 + 3.0 * i)
            canvas.paint(ellipse(centre, (2.9 - 0.2 * i, 2.4)), HAIR)
    elif style.tail == "pigtails" and not side:
        for sign in (-1, 1):
            points = [(x + sign * 10, 24.0), (x + sign * 13.5, 30.0), (x + sign * 12.5, 39.0)]
            canvas.paint(limb(points, (2.2, 3.3, 1.2)), HAIR, grain=streaks)


def paint_front(canvas: Canvas, name: str, grain: NDArray[np.float64], side: bool, flat: bool) -> None:
    """Paint the hair on the head; `flat` leaves out what would stick through a hat."""
    style = HAIR_STYLES[name]
    if style.top >= SIZE:
        return
    x = SIDE_X + 0.6 if side else FRONT_X
    tall = 24.0 - style.top
    centre = (x, style.top + tall)
    streaks = strands(grain, (x, style.top + 4.0), style.strands)
    if style.tail != "strip":
        if not flat:
            for inner, outer in _spike_shapes(style, (x, 24.5), side):
                canvas.paint(limb([inner, outer], (3.4, 0.5)), HAIR, grain=0.6 * streaks)
        width = style.width - (0.8 if side else 0.0)
        cap = ellipse(centre, (width, tall + 0.4), 2.25).above(_hairline(style, grain, side))
        canvas.paint(cap, HAIR, shade=0.12, grain=streaks)
        _paint_sides(canvas, style, streaks, grain, side)
    elif not flat:
        points = (
            [(26.0, 16.5), (31.0, 12.5), (38.0, 13.5), (42.5, 20.0), (42.0, 27.0)] if side else [(x, 11.0), (x, 19.5)]
        )
        canvas.paint(limb(points, (2.0, 3.2, 3.4, 3.0, 1.8) if side else (2.2, 3.0)), HAIR, grain=streaks)
    if style.tail == "pigtails" and side:
        canvas.paint(limb([(38.0, 24.5), (40.5, 30.0), (40.0, 39.0)], (2.2, 3.3, 1.2)), HAIR, grain=streaks)
        canvas.paint(ellipse((38.0, 24.5), (1.6, 1.6)), TRIM)


def _paint_sides(
    canvas: Canvas, style: HairStyle, streaks: NDArray[np.float64], grain: NDArray[np.float64], side: bool
) -> None:
    """Paint the locks beside the face or at the back of the head."""
    if side:
        rows = [(20.0, 36.0, 42.6), (28.0, 37.0, 42.8), (min(style.back, 34.5), 38.0, 41.5)]
        canvas.paint(panel(rows, drop=0.3), HAIR, grain=streaks, edge=SHADOW)
        if style.sides > 32.0:
            canvas.paint(
                panel([(22.0, 33.0, 40.0), (style.sides - 2, 34.0, 40.0), (style.sides, 35.5, 38.5)]),
                HAIR,
                grain=streaks,
            )
        return
    for sign in (-1, 1):
        outer, inner = FRONT_X + sign * (style.width - 0.3), FRONT_X + sign * 7.6
        left, right = min(outer, inner), max(outer, inner)
        tip = (left + right) / 2 + sign * 0.8
        rows = [(22.0, left, right), (max(style.sides - 3.0, 23.0), left, right), (style.sides, tip - 0.7, tip + 0.7)]
        canvas.paint(panel(rows, drop=0.3), HAIR, grain=streaks, edge=LINE if style.sides > 30 else SHADOW)
