"""Torsos of the folk and what they wear on them."""

import numpy as np

from glass.data.folk.canvas import (
    BOTTOM,
    CAPE,
    INNER,
    LIGHT,
    LINE,
    SHADOW,
    SHINE,
    SHOES,
    SKIN,
    TOP,
    TRIM,
    Canvas,
    ellipse,
    limb,
    panel,
)
from glass.data.folk.look import CharacterLook
from glass.data.folk.pose import Pose

Rows = list[tuple[float, float, float]]
"""Rows (y, left, right) of a piece of cloth, from top to bottom."""

_SKIRT_ENDS = {"skirt": 54.0, "long skirt": 59.0}
_TOP_ENDS = {"tunic": 53.5, "robe": 60.0, "apron": 55.0}


def front_torso(look: CharacterLook, pose: Pose) -> Rows:
    """Outline of the torso seen from the front."""
    lean, drop = pose.lean, pose.drop
    chest, waist = 9.3 + look.broad, 7.3 + look.stout
    return [
        (34.0 + drop, 27.5 + lean, 35.5 + lean),
        (35.5 + drop, 31.5 - chest + 4.0 + lean, 31.5 + chest - 4.0 + lean),
        (37.5 + drop, 31.5 - chest + 1.5 + lean, 31.5 + chest - 1.5 + lean),
        (40.0 + drop, 31.5 - chest + 1 + lean * 0.7, 31.5 + chest - 1 + lean * 0.7),
        (45.5 + drop, 31.5 - waist + lean * 0.3, 31.5 + waist + lean * 0.3),
        (49.0 + drop, 31.5 - waist - 0.7, 31.5 + waist + 0.7),
    ]


def side_torso(look: CharacterLook, pose: Pose) -> Rows:
    """Outline of the torso seen from the left."""
    lean, drop = pose.lean, pose.drop
    front, back = 25.6 - 0.5 * look.broad, 37.6 + 0.5 * look.broad
    return [
        (34.0 + drop, 29.0 + lean, 36.0 + lean),
        (36.5 + drop, front + 0.8 + lean, back - 0.4 + lean),
        (40.0 + drop, front + lean * 0.7, back + lean * 0.7),
        (45.5 + drop, front + 0.8 - 0.5 * look.stout + lean * 0.3, back - 1.2 + 0.5 * look.stout + lean * 0.3),
        (49.0 + drop, front + 0.8 - 0.5 * look.stout, back - 0.6 + 0.5 * look.stout),
    ]


def _at(rows: Rows, y: float) -> tuple[float, float]:
    table = np.asarray(rows)
    return float(np.interp(y, table[:, 0], table[:, 1])), float(np.interp(y, table[:, 0], table[:, 2]))


def paint_hem(canvas: Canvas, look: CharacterLook, pose: Pose, rows: Rows, side: bool) -> None:
    """Paint cloth that hangs below the waist: skirts, tunics and robes, moved by the feet."""
    if look.bottom in _SKIRT_ENDS:
        _paint_hanging(canvas, BOTTOM, _hanging(pose, rows, _SKIRT_ENDS[look.bottom], 0.0, side))
    if look.top in _TOP_ENDS:
        inset = 2.0 if look.top == "apron" else 0.0
        _paint_hanging(canvas, TOP, _hanging(pose, rows, _TOP_ENDS[look.top], inset, side))


def _hanging(pose: Pose, rows: Rows, low: float, inset: float, side: bool) -> Rows:
    """Two rows of cloth from the waist to `low`; the feet push its end outwards and lift it."""
    y = 46.0 + pose.drop
    left, right = _at(rows, y)
    long = (low - y) / 14.0
    first, second = pose.first_foot.x, pose.second_foot.x
    pushed_left = 0.62 * long * min(0.0, first, second) if side else 0.6 * min(0.0, first)
    pushed_right = 0.62 * long * max(0.0, first, second) if side else 0.6 * max(0.0, second)
    flare = 2.6 * long - inset
    lift = 0.5 * min(pose.first_foot.y, pose.second_foot.y, 0.0) if low > 57 else 0.0
    return [(y, left + inset, right - inset), (low + lift, left - flare + pushed_left, right + flare + pushed_right)]


def _paint_hanging(canvas: Canvas, material: int, rows: Rows) -> None:
    """Paint hanging cloth with three folds."""
    canvas.paint(panel(rows, drop=0.4), material)
    top, low = rows[0][0], rows[1][0]
    for i, fold in enumerate((0.3, 0.55, 0.78)):
        for row in range(int(top) + 4 + i % 2, int(low) - 1):
            left, right = _at(rows, row)
            canvas.dot(left + (right - left) * fold, row, material, SHADOW)


def paint_top(canvas: Canvas, look: CharacterLook, pose: Pose, rows: Rows, side: bool) -> None:
    """Paint the upper clothes on the torso, down to the seat or, below a hem, to the hips."""
    if look.top not in _TOP_ENDS:
        rows = [*rows[:-1], (47.0 + pose.drop, *rows[-2][1:])]
    material = {"vest": INNER, "apron": INNER, "armour": TRIM}.get(look.top, TOP)
    canvas.paint(panel(rows, drop=0.8), material, shade=0.12)
    if look.top == "striped":
        for y in (38, 39, 42, 43, 46):
            left, right = _at(rows, y + pose.drop)
            canvas.paint(panel([(y + pose.drop, left + 1, right - 1)] * 2), INNER, edge=None)
    elif look.top == "jacket":
        _paint_jacket(canvas, rows, side)
    elif look.top == "vest":
        _paint_vest(canvas, rows, side)
    elif look.top == "apron":
        left, right = _at(rows, 40.0 + pose.drop)
        ends = (left + 1.0, right - 4.0) if side else (left + 3.5, right - 3.5)
        canvas.paint(panel([(39.0 + pose.drop, *ends), (48.0 + pose.drop, *ends)], drop=0.3), TOP, shade=0.1)
    elif look.top == "armour":
        for y in (41, 45):
            left, right = _at(rows, y + pose.drop)
            for column in range(int(left) + 2, int(right)):
                canvas.dot(column, y + pose.drop, TRIM, LINE)
                canvas.dot(column, y + 1 + pose.drop, TRIM, SHINE if column % 3 == 0 else LIGHT)


def _paint_jacket(canvas: Canvas, rows: Rows, side: bool) -> None:
    """Paint what an open jacket shows: a strip of the cloth below it."""
    strip = []
    for y, left, right in rows[1:]:
        middle = (left + right) / 2
        strip.append((y, left, left + 2.5) if side else (y, middle - 2.0, middle + 2.0))
    canvas.paint(panel(strip), INNER, shade=0.1)


def _paint_vest(canvas: Canvas, rows: Rows, side: bool) -> None:
    """Paint a vest over the shirt, open at the front."""
    canvas.paint(panel([(y, left + (3.0 if side else 0.0), right) for y, left, right in rows[1:]]), TOP, shade=0.1)
    if not side:
        strip = [(y, (left + right) / 2 - 1.5, (left + right) / 2 + 1.5) for y, left, right in rows]
        canvas.paint(panel(strip), INNER, shade=0.1, edge=SHADOW)


def paint_waist(canvas: Canvas, look: CharacterLook, pose: Pose, rows: Rows, side: bool) -> None:
    """Paint the belt, if one is worn."""
    y = 46.5 + pose.drop
    left, right = _at(rows, y)
    if look.belt:
        canvas.paint(panel([(y, left, right), (y + 1.6, left, right)], drop=0.0), SHOES, shade=0.2)
        middle = left + 2.5 if side else (left + right) / 2
        for dx in (-0.5, 0.5):
            canvas.dot(middle + dx, y + 0.6, TRIM, SHINE)


def paint_seat(canvas: Canvas, look: CharacterLook, pose: Pose, rows: Rows) -> None:
    """Paint the hips, which join the legs."""
    left, right = _at(rows, 48.0 + pose.drop)
    canvas.paint(
        panel([(46.0 + pose.drop, left + 0.3, right - 0.3), (50.0 + pose.drop, left + 0.6, right - 0.6)], drop=0.2),
        BOTTOM,
    )


def paint_neck(canvas: Canvas, look: CharacterLook, pose: Pose, side: bool) -> None:
    """Paint the scarf, or the skin above the collar."""
    x = (32.0 if side else 31.5) + pose.lean
    y = 36.0 + pose.drop
    if look.scarf:
        canvas.paint(ellipse((x, y), (6.5 if side else 7.5, 2.7)), CAPE, shade=0.2)
        end = (x + 5.0, y + 7.5) if side else (x + 3.5, y + 8.0)
        canvas.paint(limb([(x + 3.0, y + 1.0), end], (1.8, 1.6)), CAPE)
    elif look.top in ("shirt", "striped", "vest", "jacket") and not side:
        canvas.paint(panel([(y - 1, x - 3.5, x + 3.5), (y + 1.5, x - 1.0, x + 1.0)]), SKIN, shade=-0.35, edge=SHADOW)


def paint_cape(canvas: Canvas, pose: Pose, side: bool) -> None:
    """Paint the cape behind the body (front) or down the back (side)."""
    top, x = 35.5 + pose.drop, pose.lean
    sway = (pose.second_foot.x if side else pose.second_foot.x + pose.first_foot.x) * 0.25
    if side:
        rows = [(top, 33.0 + x, 37.5 + x), (42.0 + pose.drop, 36.0, 41.5), (57.0, 36.5 + sway, 45.0 + sway)]
    else:
        rows = [(top, 24.0 + x, 39.0 + x), (42.0 + pose.drop, 19.5 + x, 43.5 + x), (57.0, 18.5 + sway, 44.5 + sway)]
    canvas.paint(panel(rows), CAPE, shade=0.0 if side else -0.5)
