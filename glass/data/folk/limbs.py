"""Arms, legs, hands and feet of the folk."""

import numpy as np

from glass.data.folk.canvas import (
    BASE,
    BOTTOM,
    GLOVES,
    INNER,
    SHINE,
    SHOES,
    SKIN,
    TOP,
    TRIM,
    Canvas,
    Point,
    ellipse,
    limb,
)
from glass.data.folk.look import CharacterLook
from glass.data.folk.pose import ArmPose, Foot, Pose


def _moved(point: Point, by: Point) -> Point:
    return point[0] + by[0], point[1] + by[1]


def _along(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def paint_arm(canvas: Canvas, look: CharacterLook, shoulder: Point, arm: ArmPose, shade: float) -> None:
    """Paint an arm with its sleeve and hand from a shoulder; `shade` is negative for the far one."""
    elbow, hand = _moved(shoulder, arm.elbow), _moved(shoulder, arm.hand)
    grown = look.limb
    wrist = _along(elbow, hand, 0.75)
    if look.sleeves == "long":
        canvas.paint(limb([elbow, wrist], (3.0 + grown, 2.6)), SKIN, shade=shade)
    else:
        canvas.paint(limb([shoulder, elbow, wrist], (3.1 + grown, 3.0 + grown, 2.6)), SKIN, shade=shade)
    cloth = {"vest": INNER, "apron": INNER, "armour": TRIM}.get(look.top, TOP)
    if look.sleeves == "long":
        flare = 1.0 if look.top == "robe" else 0.2
        canvas.paint(
            limb([shoulder, elbow, _along(elbow, hand, 0.6)], (3.4 + grown, 3.3 + grown, 2.9 + flare)),
            cloth,
            shade=shade,
        )
    elif look.sleeves == "short":
        canvas.paint(limb([shoulder, _along(shoulder, elbow, 0.75)], (3.5 + grown, 3.5 + grown)), cloth, shade=shade)
    palm = GLOVES if look.gloves else SKIN
    if arm.palm:
        canvas.paint(limb([_moved(hand, (0, 1.2)), _moved(hand, (0, -2.4))], (2.7, 2.1)), palm, shade=shade)
    else:
        canvas.paint(ellipse(hand, (3.0, 3.0)), palm, shade=shade)
    if look.top == "armour":
        canvas.paint(ellipse(_moved(shoulder, (0, -0.4)), (3.6, 3.0)), TRIM, shade=shade + 0.25)


def _paint_leg(canvas: Canvas, look: CharacterLook, hip: Point, knee: Point, ankle: Point, shade: float) -> None:
    bare = {"shorts": (BOTTOM, SKIN), "skirt": (SKIN, SKIN), "long skirt": (SKIN, SKIN)}
    thigh, shin = bare.get(look.bottom, (BOTTOM, BOTTOM))
    wide = look.limb + (0.6 if look.bottom == "baggy" else 0.0)
    if thigh != shin:
        canvas.paint(limb([knee, ankle], (2.6 + look.limb, 2.2)), shin, shade=shade)
        canvas.paint(limb([hip, knee], (3.4 + wide, 3.2 + wide)), thigh, shade=shade)
    else:
        canvas.paint(limb([hip, knee, ankle], (3.3 + wide, 3.0 + wide, 2.5 + wide * 0.6)), thigh, shade=shade)
    if look.feet == "boots":
        canvas.paint(limb([_along(knee, ankle, 0.35), ankle], (2.9, 2.6)), SHOES, shade=shade)
        canvas.paint(limb([_along(knee, ankle, 0.2), _along(knee, ankle, 0.4)], (3.0, 3.0)), SHOES, shade=shade + 0.3)


def paint_front_legs(canvas: Canvas, look: CharacterLook, pose: Pose) -> None:
    """Paint both legs seen from the front, the lifted one first."""
    order = ((-1, pose.first_foot), (1, pose.second_foot))
    for sign, foot in sorted(order, key=lambda pair: pair[1].y):
        hip = (31.5 + sign * 4.0 + 0.3 * pose.lean, 48.0 + pose.drop)
        ankle = (31.5 + sign * 5.2 + foot.x, 57.2 + foot.y)
        knee = _moved(_along(hip, ankle, 0.5), (sign * 0.5, 0.0))
        shade = -0.45 if foot.lifted else 0.0
        _paint_leg(canvas, look, hip, knee, ankle, shade)
        _front_shoe(canvas, look, ankle, sign, foot, shade)


def _front_shoe(canvas: Canvas, look: CharacterLook, ankle: Point, sign: int, foot: Foot, shade: float) -> None:
    bare = look.feet == "sandals"
    tall = 2.5 if foot.lifted else 3.2
    toe = (ankle[0] + sign * 0.4, ankle[1] + 2.3 - (0.6 if foot.lifted else 0.0))
    canvas.paint(ellipse(toe, (3.8, tall), 2.2), SKIN if bare else SHOES, shade=shade + 0.1)
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


def paint_side_leg(canvas: Canvas, look: CharacterLook, pose: Pose, foot: Foot, near: bool) -> None:
    """Paint the near or far leg seen from the left."""
    hip = (31.5 + (0.8 if near else -0.5), 48.0 + pose.drop)
    ankle = (31.5 + (1.5 if near else -1.0) + foot.x, (57.6 if near else 56.8) + foot.y)
    shade = 0.0 if near else -0.55
    _paint_leg(canvas, look, hip, _knee(hip, ankle, 5.05), ankle, shade)
    bare = look.feet == "sandals"
    heel = (ankle[0] + 1.2, ankle[1] + 1.9 - max(0.0, -foot.tip) * 0.7)
    toe = (ankle[0] - 4.4, ankle[1] + 2.5 - foot.tip)
    canvas.paint(
        limb([heel, _along(heel, toe, 0.45), toe], (2.8, 2.5, 1.8)), SKIN if bare else SHOES, shade=shade + 0.1
    )
    if bare:
        canvas.paint(limb([heel, toe], (1.0, 0.7)), SHOES, shade=shade, edge=None)
