"""Hair styles of the folk, built from caps, locks and spikes around the head of the drawing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glass.data.folk.canvas import HAIR, LINE, SHADOW, SIZE, TRIM, Canvas, Point, ellipse, limb, panel

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
    "long": HairStyle(width=10.8, fringe="parted", sides=38.0, back=45.0),
    "straight": HairStyle(width=10.4, fringe="straight", sides=41.0, back=48.0, strands=0.6),
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


def strands(grain: NDArray[np.float64], crown: Point, strength: float) -> NDArray[np.float64]:
    """Light on hair: streaks that run out from the crown and a band of shine, (SIZE, SIZE).

    Args:
        grain: (SIZE, SIZE) noise, about -0.5 to 0.5.
        crown: where the streaks begin.
        strength: how strong the streaks are.
    """
    ys, xs = np.mgrid[0:SIZE, 0:SIZE]
    down, across = ys - crown[1] + 4.0, xs - crown[0]
    away = np.hypot(down, across)
    fan = np.where(away < 16.0, np.arctan2(across, np.abs(down) + 2.0) * 9.0, across * 0.9)
    lock = np.floor(fan + 32.0).astype(np.intp) % SIZE
    length = ((away + 9.0 * grain[lock, 1]) / 6.0).astype(np.intp) % SIZE
    shine = 0.55 * np.exp(-(((away - 8.5) / 2.2) ** 2)) - 0.25 * np.exp(-(((away - 4.0) / 1.6) ** 2))
    return np.asarray(1.7 * strength * grain[lock, length] + shine, dtype=np.float64)


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
        "swept": 22.5 + (0.13 if side else 0.42) * away + 0.6 * jag,
        "high": 20.5 + 0.3 * jag,
        "open": np.full(SIZE, 19.0),
    }[style.fringe]
    if side:
        burn = np.where((xs >= 32.5) & (xs < 35.5), np.minimum(25.0 + 2.0 * (xs - 32.0), style.sides), 0.0)
        over_ear = np.where(xs >= 35.5, 26.0, 0.0)
        nape = np.where(xs >= 38.5, style.back, 0.0)
        return np.asarray(np.max([line, burn, over_ear, nape], axis=0), dtype=np.float64)
    return np.asarray(np.where(np.abs(away) >= 7.6, style.sides, line), dtype=np.float64)


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
        _paint_fall(canvas, style, streaks, side)
    if style.tail == "ponytail":
        points = [(41.0, 19.0), (46.5, 23.0), (46.0, 30.0), (44.0, 38.0)]
        if not side:
            points = [(x + 8, 18.0), (x + 11.5, 24.0), (x + 11.5, 30.0), (x + 9.5, 37.0)]
        canvas.paint(limb(points, (2.4, 3.6, 3.4, 0.9)), HAIR, shade=-0.1, grain=streaks)
        canvas.paint(ellipse(points[0] if side else (x + 9.0, 20.0), (1.8, 1.8)), TRIM)
    elif style.tail == "bun":
        centre = (39.5, 13.5) if side else (x, 12.5)
        canvas.paint(ellipse(centre, (4.6, 4.3)), HAIR, grain=0.5 * streaks)
    elif style.tail == "braid":
        for i in range(6):
            centre = (42.5 + 0.3 * i, 29.0 + 3.2 * i) if side else (x + 8.5 - 0.2 * i, 30.0 + 3.0 * i)
            canvas.paint(ellipse(centre, (2.9 - 0.2 * i, 2.4)), HAIR)
    elif style.tail == "pigtails" and not side:
        for sign in (-1, 1):
            points = [(x + sign * 10, 23.0), (x + sign * 14, 28.0), (x + sign * 12.0, 39.0)]
            canvas.paint(limb(points, (2.2, 3.6, 0.9)), HAIR, grain=streaks)


def _paint_fall(canvas: Canvas, style: HairStyle, streaks: NDArray[np.float64], side: bool) -> None:
    """Paint hair that falls down the back, its end in points."""
    low, x = style.back, FRONT_X
    rows = [
        (22.0, x - 9.5, x + 9.5),
        (33.0, x - 10.8, x + 10.8),
        (low - 4, x - 10.3, x + 10.3),
        (low - 2, x - 9, x + 9),
    ]
    if side:
        rows = [(20.0, 36.0, 42.5), (31.0, 36.5, 44.0), (low - 5, 38.0, 45.0), (low - 2, 38.8, 44.6)]
    canvas.paint(panel(rows, drop=0.4), HAIR, shade=-0.15, grain=streaks)
    left, right = rows[-1][1:]
    for i in range(3):
        at = left + (right - left) * (i + 0.5) / 3
        canvas.paint(
            limb([(at, low - 4.0), (at + 0.6, low + 0.8 * (i % 2))], ((right - left) / 6 + 0.6, 0.6)), HAIR, shade=-0.3
        )


def paint_front(canvas: Canvas, name: str, grain: NDArray[np.float64], side: bool, flat: bool) -> None:
    """Paint the hair on the head; `flat` leaves out what would stick through a hat."""
    style = HAIR_STYLES[name]
    if style.top >= SIZE:
        return
    x = SIDE_X + 1.0 if side else FRONT_X
    streaks = strands(grain, (x, style.top + 2.0), style.strands)
    if style.tail != "strip":
        for inner, outer in [] if flat else _spike_shapes(style, (x, 24.5), side):
            canvas.paint(limb([inner, outer], (4.4, 0.9)), HAIR, grain=0.5 * streaks)
        tall = 24.5 - style.top
        cap = ellipse((x, 24.5), (style.width - (0.7 if side else 0.0), tall), 2.2)
        canvas.paint(cap.above(_hairline(style, grain, side)), HAIR, shade=0.05, grain=streaks)
        (_paint_side_lock if side else _paint_front_locks)(canvas, style, streaks)
    elif not flat:
        crest = [(x, 11.0), (x, 19.5)]
        if side:
            crest = [(26.5, 16.5), (31.0, 12.5), (38.0, 13.5), (42.5, 20.0), (42.0, 27.0)]
        canvas.paint(limb(crest, (2.0, 3.2, 3.6, 3.2, 1.8) if side else (2.2, 3.0)), HAIR, grain=streaks)
    if style.tail == "pigtails" and side:
        canvas.paint(limb([(38.5, 23.0), (42.0, 28.0), (41.0, 39.0)], (2.2, 3.6, 0.9)), HAIR, grain=streaks)
        canvas.paint(ellipse((38.0, 23.0), (1.7, 1.7)), TRIM)


def _paint_side_lock(canvas: Canvas, style: HairStyle, streaks: NDArray[np.float64]) -> None:
    """Paint the hair over the ear and the back of the neck of a style that covers them."""
    if style.sides <= 32.0:
        return
    low = style.sides
    rows = [(23.0, 33.5, 42.6), (30.0, 33.0, 43.2), (low - 3, 35.0, 43.0), (low, 37.5, 41.5)]
    canvas.paint(panel(rows, drop=0.3), HAIR, grain=streaks, edge=SHADOW)


def _paint_front_locks(canvas: Canvas, style: HairStyle, streaks: NDArray[np.float64]) -> None:
    """Paint the locks on both sides of the face, running into a point."""
    low = style.sides
    for sign in (-1, 1):
        outer, inner = FRONT_X + sign * (style.width - 0.2), FRONT_X + sign * 6.8
        bulge, tip = outer + sign * (0.8 if low > 32 else 0.0), FRONT_X + sign * (style.width - 1.8)
        waist = (21.0 + low) / 2
        rows = [
            (21.0, inner, outer),
            (waist, inner + sign, bulge),
            (low - 2, inner + sign * 1.6, outer),
            (low, tip, tip),
        ]
        ordered = [(y, min(a, b), max(a, b)) for y, a, b in rows]
        canvas.paint(panel(ordered, drop=0.3), HAIR, grain=streaks, edge=LINE if low > 32 else SHADOW)
