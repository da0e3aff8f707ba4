"""Bodies of the folk: torso, limbs and clothes of one cell, seen from the front or from the left."""

from __future__ import annotations

import numpy as np

from glass.data.folk_draw import (
    BASE,
    BOTTOM,
    CAPE,
    GLOVES,
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
    Point,
    ellipse,
    limb,
    panel,
)
from glass.data.folk_head import Head
from glass.data.folk_look import Look
from glass.data.folk_pose import Arm, Foot, Pose

Rows = list[tuple[float, float, float]]


def _moved(point: Point, by: Point) -> Point:
    return point[0] + by[0], point[1] + by[1]


def _along(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _paint_arm(canvas: Canvas, look: Look, shoulder: Point, arm: Arm, shade: float) -> None:
    elbow, hand = _moved(shoulder, arm.elbow), _moved(shoulder, arm.hand)
    grown = look.limb
    wrist = _along(elbow, hand, 0.75)
    canvas.paint(limb([shoulder, elbow, wrist], (2.8 + grown, 2.6 + grown, 2.3)), SKIN, shade=shade)
    palm = GLOVES if look.gloves else SKIN
    if arm.palm:
        canvas.paint(limb([_moved(hand, (0, 1.0)), _moved(hand, (0, -2.6))], (2.2, 1.6)), palm, shade=shade)
    else:
        canvas.paint(ellipse(hand, (2.6, 2.7)), palm, shade=shade)
    cloth = TRIM if look.top == "armour" else TOP
    if look.top in ("vest", "apron"):
        cloth = INNER
    if look.sleeves == "long":
        flare = 1.0 if look.top == "robe" else 0.2
        canvas.paint(
            limb([shoulder, elbow, _along(elbow, hand, 0.62)], (3.1 + grown, 2.9 + grown, 2.5 + flare)),
            cloth,
            shade=shade,
        )
    elif look.sleeves == "short":
        canvas.paint(limb([shoulder, _along(shoulder, elbow, 0.75)], (3.2 + grown, 3.1 + grown)), cloth, shade=shade)
    if look.top == "armour":
        canvas.paint(ellipse(_moved(shoulder, (0, -0.4)), (3.6, 3.0)), TRIM, shade=shade + 0.25)


def _leg_material(look: Look) -> tuple[int, int]:
    """Materials of thigh and shin."""
    if look.bottom == "shorts":
        return BOTTOM, SKIN
    if look.bottom in ("skirt", "long skirt"):
        return SKIN, SKIN
    return BOTTOM, BOTTOM


def _paint_leg(canvas: Canvas, look: Look, hip: Point, knee: Point, ankle: Point, shade: float) -> None:
    thigh, shin = _leg_material(look)
    wide = look.limb + (0.6 if look.bottom == "baggy" else 0.0)
    if thigh != shin:
        canvas.paint(limb([knee, ankle], (2.6 + look.limb, 2.2)), shin, shade=shade)
        canvas.paint(limb([hip, knee], (3.4 + wide, 3.2 + wide)), thigh, shade=shade)
    else:
        canvas.paint(limb([hip, knee, ankle], (3.3 + wide, 3.0 + wide, 2.5 + wide * 0.6)), thigh, shade=shade)
    if look.feet == "boots":
        canvas.paint(limb([_along(knee, ankle, 0.35), ankle], (2.9, 2.6)), SHOES, shade=shade)
        canvas.paint(limb([_along(knee, ankle, 0.2), _along(knee, ankle, 0.4)], (3.0, 3.0)), SHOES, shade=shade + 0.3)


def _front_legs(canvas: Canvas, look: Look, pose: Pose) -> None:
    order = ((-1, pose.first_foot), (1, pose.second_foot))
    for sign, foot in sorted(order, key=lambda pair: pair[1].y):
        hip = (31.5 + sign * 4.0 + 0.3 * pose.lean, 48.0 + pose.drop)
        ankle = (31.5 + sign * 5.2 + foot.x, 57.2 + foot.y)
        knee = _moved(_along(hip, ankle, 0.5), (sign * 0.5, 0.0))
        shade = -0.45 if foot.lifted else 0.0
        _paint_leg(canvas, look, hip, knee, ankle, shade)
        _front_shoe(canvas, look, ankle, sign, foot, shade)


def _front_shoe(canvas: Canvas, look: Look, ankle: Point, sign: int, foot: Foot, shade: float) -> None:
    bare = look.feet == "sandals"
    tall = 2.4 if foot.lifted else 3.0
    toe = (ankle[0] + sign * 0.4, ankle[1] + 2.3 - (0.6 if foot.lifted else 0.0))
    canvas.paint(ellipse(toe, (3.5, tall), 2.2), SKIN if bare else SHOES, shade=shade + 0.1)
    if bare:
        for dx in (-2.0, -1.0, 0.0, 1.0, 2.0):
            canvas.dot(toe[0] + dx, toe[1], SHOES, BASE)
    elif not foot.lifted:
        canvas.dot(toe[0], toe[1] - 0.5, SHOES, SHINE)


def _knee(hip: Point, ankle: Point, length: float) -> Point:
    """The knee of a leg of two parts of equal length, bent to the left."""
    dx, dy = ankle[0] - hip[0], ankle[1] - hip[1]
    reach = max(float(np.hypot(dx, dy)), 1e-6)
    bend = float(np.sqrt(max(0.0, length * length - reach * reach / 4)))
    return hip[0] + dx / 2 - bend * dy / reach, hip[1] + dy / 2 + bend * dx / reach


def _side_leg(canvas: Canvas, look: Look, pose: Pose, foot: Foot, near: bool) -> None:
    hip = (31.5 + (0.8 if near else -0.5), 48.0 + pose.drop)
    ankle = (31.5 + (1.5 if near else -1.0) + foot.x, (57.6 if near else 56.8) + foot.y)
    shade = 0.0 if near else -0.55
    _paint_leg(canvas, look, hip, _knee(hip, ankle, 5.6), ankle, shade)
    bare = look.feet == "sandals"
    heel = (ankle[0] + 1.2, ankle[1] + 1.9 - max(0.0, -foot.tip) * 0.7)
    toe = (ankle[0] - 4.4, ankle[1] + 2.5 - foot.tip)
    canvas.paint(
        limb([heel, _along(heel, toe, 0.45), toe], (2.5, 2.2, 1.5)), SKIN if bare else SHOES, shade=shade + 0.1
    )
    if bare:
        canvas.paint(limb([heel, toe], (1.0, 0.7)), SHOES, shade=shade, edge=None)


def _front_torso(look: Look, pose: Pose) -> Rows:
    lean, drop = pose.lean, pose.drop
    chest, waist = 9.3 + look.broad, 7.3 + look.stout
    return [
        (34.0 + drop, 27.0 + lean, 36.0 + lean),
        (36.0 + drop, 31.5 - chest + 1.5 + lean, 31.5 + chest - 1.5 + lean),
        (40.0 + drop, 31.5 - chest + 1 + lean * 0.7, 31.5 + chest - 1 + lean * 0.7),
        (45.5 + drop, 31.5 - waist + lean * 0.3, 31.5 + waist + lean * 0.3),
        (49.0 + drop, 31.5 - waist - 0.7, 31.5 + waist + 0.7),
    ]


def _side_torso(look: Look, pose: Pose) -> Rows:
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


def _paint_hem(canvas: Canvas, look: Look, pose: Pose, rows: Rows, side: bool) -> None:
    """Cloth that hangs below the waist: skirts, tunics and robes, moved by the feet."""
    below = {"skirt": 54.0, "long skirt": 59.0}.get(look.bottom, 0.0)
    hems = [(BOTTOM, below, 1.0)] if below else []
    if look.top in ("tunic", "robe", "apron"):
        hems.append((TOP, {"tunic": 53.5, "robe": 60.0, "apron": 55.0}[look.top], 0.5 if look.top == "apron" else 1.0))
    y = 46.0 + pose.drop
    left, right = _at(rows, y)
    feet = (pose.first_foot.x, pose.second_foot.x)
    for material, low, share in hems:
        swing = (low - y) / 14.0
        flare = 2.6 * swing
        low_left = left - flare + (0.62 * swing * min(0.0, *feet) if side else min(0.0, feet[0]) * 0.6)
        low_right = right + flare + (0.62 * swing * max(0.0, *feet) if side else max(0.0, feet[1]) * 0.6)
        trim = (1.0 - share) * 4.0
        lift = 0.5 * min(pose.first_foot.y, pose.second_foot.y, 0.0) if low > 57 else 0.0
        canvas.paint(
            panel([(y, left + trim, right - trim), (low + lift, low_left + trim, low_right - trim)], drop=0.4), material
        )
        folds = (0.3, 0.55, 0.78)
        for i, fold in enumerate(folds):
            for row in range(int(y) + 4 + i % 2, int(low + lift) - 1):
                part = (row - y) / (low - y)
                column = (
                    left
                    + (low_left - left) * part
                    + (right - left + (low_right - right - low_left + left) * part) * fold
                )
                canvas.dot(column, row, material, SHADOW)


def _paint_top(canvas: Canvas, look: Look, pose: Pose, rows: Rows, side: bool) -> None:
    material = {"vest": INNER, "apron": INNER, "armour": TRIM}.get(look.top, TOP)
    canvas.paint(panel(rows), material, shade=0.2)
    if look.top == "striped":
        for y in (38, 39, 42, 43, 46, 47):
            left, right = _at(rows, y + pose.drop)
            stripe = panel([(y + pose.drop, left + 1, right - 1), (y + pose.drop, left + 1, right - 1)])
            canvas.paint(stripe, INNER, shade=0.0, edge=None)
    elif look.top in ("jacket", "vest"):
        _paint_open_front(canvas, rows, INNER if look.top == "jacket" else TOP, look.top == "vest", side)
    elif look.top == "apron":
        left, right = _at(rows, 40.0 + pose.drop)
        inset = 1.0 if side else 3.5
        bib = [
            (39.0 + pose.drop, left + inset, right - inset - (3 if side else 0)),
            (48.0 + pose.drop, left + inset, right - inset - (3 if side else 0)),
        ]
        canvas.paint(panel(bib, drop=0.3), TOP, shade=0.1)
    elif look.top == "armour":
        for y in (41, 45):
            left, right = _at(rows, y + pose.drop)
            for column in range(int(left) + 2, int(right)):
                canvas.dot(column, y + pose.drop, TRIM, LINE)
                canvas.dot(column, y + 1 + pose.drop, TRIM, SHINE if column % 3 == 0 else LIGHT)


def _paint_open_front(canvas: Canvas, rows: Rows, material: int, outside: bool, side: bool) -> None:
    """A strip down the middle (jacket) or two sides (vest) in another cloth."""
    inner = []
    for y, left, right in rows[1:]:
        middle, half = (left + right) / 2, (right - left) / 2
        if side:
            inner.append((y, left + (3.0 if outside else 0.0), right if outside else left + 2.5))
        elif not outside:
            inner.append((y, middle - 2.0, middle + 2.0))
        else:
            inner.append((y, middle - half, middle + half))
    canvas.paint(panel(inner), material, shade=0.1)
    if outside and not side:
        strip = [(y, (left + right) / 2 - 1.5, (left + right) / 2 + 1.5) for y, left, right in rows]
        canvas.paint(panel(strip), INNER, shade=0.1, edge=SHADOW)


def _paint_waist(canvas: Canvas, look: Look, pose: Pose, rows: Rows, side: bool) -> None:
    y = 46.5 + pose.drop
    left, right = _at(rows, y)
    if look.belt:
        canvas.paint(panel([(y, left, right), (y + 1.6, left, right)], drop=0.0), SHOES, shade=0.2)
        middle = left + 2.5 if side else (left + right) / 2
        for dx in (-0.5, 0.5):
            canvas.dot(middle + dx, y + 0.6, TRIM, SHINE)


def _paint_trousers_seat(canvas: Canvas, look: Look, pose: Pose, rows: Rows) -> None:
    left, right = _at(rows, 48.0 + pose.drop)
    canvas.paint(
        panel([(46.0 + pose.drop, left + 0.3, right - 0.3), (50.0 + pose.drop, left + 0.6, right - 0.6)], drop=0.2),
        BOTTOM,
    )


def _paint_neck(canvas: Canvas, look: Look, pose: Pose, side: bool) -> None:
    x = (32.0 if side else 31.5) + pose.lean
    y = 36.0 + pose.drop
    if look.scarf:
        canvas.paint(ellipse((x, y), (6.5 if side else 7.5, 2.7)), CAPE, shade=0.2)
        end = (x + 5.0, y + 7.5) if side else (x + 3.5, y + 8.0)
        canvas.paint(limb([(x + 3.0, y + 1.0), end], (1.8, 1.6)), CAPE)
    elif look.top in ("shirt", "striped", "vest", "jacket") and not side:
        canvas.paint(panel([(y - 1, x - 3.5, x + 3.5), (y + 1.5, x - 1.0, x + 1.0)]), SKIN, shade=-0.35, edge=SHADOW)


def _paint_cape(canvas: Canvas, pose: Pose, side: bool) -> None:
    top, x = 35.5 + pose.drop, pose.lean
    sway = (pose.second_foot.x if side else pose.second_foot.x + pose.first_foot.x) * 0.25
    if side:
        rows = [(top, 33.0 + x, 37.5 + x), (42.0 + pose.drop, 36.0, 41.5), (57.0, 36.5 + sway, 45.0 + sway)]
    else:
        rows = [(top, 24.0 + x, 39.0 + x), (42.0 + pose.drop, 19.5 + x, 43.5 + x), (57.0, 18.5 + sway, 44.5 + sway)]
    canvas.paint(panel(rows), CAPE, shade=0.0 if side else -0.5)


def draw_front(look: Look, head: Head, pose: Pose) -> Canvas:
    """Draw one cell seen from the front."""
    canvas = Canvas()
    rows = _front_torso(look, pose)
    if look.cape:
        _paint_cape(canvas, pose, side=False)
    canvas.stamp(head.behind, pose.head, pose.drop)
    _front_legs(canvas, look, pose)
    _paint_trousers_seat(canvas, look, pose, rows)
    if look.top in ("tunic", "robe", "apron"):
        _paint_top(canvas, look, pose, rows, side=False)
        _paint_hem(canvas, look, pose, rows, side=False)
    else:
        _paint_top(canvas, look, pose, rows[:-1] + [(47.0 + pose.drop, *rows[-2][1:])], side=False)
        _paint_hem(canvas, look, pose, rows, side=False)
    _paint_waist(canvas, look, pose, rows, side=False)
    _paint_neck(canvas, look, pose, side=False)
    for sign, arm in ((-1, pose.first_arm), (1, pose.second_arm)):
        shoulder = (31.5 + sign * (9.6 + look.broad) + pose.lean, 38.6 + pose.drop)
        _paint_arm(canvas, look, shoulder, arm, 0.0)
    canvas.stamp(head.closed_eyes if pose.blink else head.open_eyes, pose.head, pose.drop)
    return canvas


def draw_left(look: Look, head: Head, pose: Pose) -> Canvas:
    """Draw one cell seen from the left: the character looks to the left."""
    canvas = Canvas()
    rows = _side_torso(look, pose)
    far_shoulder = (29.5 + pose.lean, 38.6 + pose.drop)
    near_shoulder = (34.6 + 0.4 * look.broad + pose.lean, 38.8 + pose.drop)
    if not pose.arms_last:
        _paint_arm(canvas, look, far_shoulder, pose.first_arm, -0.5)
    _side_leg(canvas, look, pose, pose.first_foot, near=False)
    _side_leg(canvas, look, pose, pose.second_foot, near=True)
    _paint_trousers_seat(canvas, look, pose, rows)
    short = rows if look.top in ("tunic", "robe", "apron") else rows[:-1] + [(47.0 + pose.drop, *rows[-2][1:])]
    _paint_top(canvas, look, pose, short, side=True)
    _paint_hem(canvas, look, pose, rows, side=True)
    _paint_waist(canvas, look, pose, rows, side=True)
    if look.cape:
        _paint_cape(canvas, pose, side=True)
    _paint_neck(canvas, look, pose, side=True)
    canvas.stamp(head.behind, pose.head, pose.drop)
    _paint_arm(canvas, look, near_shoulder, pose.second_arm, 0.0)
    canvas.stamp(head.closed_eyes if pose.blink else head.open_eyes, pose.head, pose.drop)
    return canvas
