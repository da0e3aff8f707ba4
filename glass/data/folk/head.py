"""Heads of the folk: skull, face, ears, beard, hair and hats, as stamps for the front and the side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glass.data.folk.canvas import (
    BASE,
    EMPTY,
    HAIR,
    HAT,
    IRIS,
    LIGHT,
    LINE,
    SHADOW,
    SHINE,
    SIZE,
    SKIN,
    TRIM,
    WHITE,
    Canvas,
    ellipse,
    limb,
    panel,
)
from glass.data.folk.hair import FRONT_X, SIDE_X, paint_behind, paint_front
from glass.data.folk.look import CharacterLook


@dataclass(frozen=True)
class Head:
    """A head seen from one side, to be stamped at whole pixels."""

    behind: Canvas
    """What hangs behind the head."""
    open_eyes: Canvas
    """The head."""
    closed_eyes: Canvas
    """The head with its eyes closed."""


def draw_head(look: CharacterLook, side: bool) -> Head:
    """Draw the head of a look from the left (`side`) or from the front."""
    behind = Canvas()
    paint_behind(behind, look.hair, look.grain, side)
    if look.hat == "hood":
        behind = Canvas()
    heads = []
    for closed in (False, True):
        canvas = Canvas()
        (_side_face if side else _front_face)(canvas, look, closed)
        paint_front(canvas, look.hair, look.grain, side, flat=look.hat in ("cap", "wizard", "hood", "brim", "helmet"))
        _paint_hat(canvas, look, side)
        canvas.cast((HAIR, HAT, TRIM), SKIN)
        heads.append(canvas)
    return Head(behind, heads[0], heads[1])


def _front_face(canvas: Canvas, look: CharacterLook, closed: bool) -> None:
    x = FRONT_X
    for sign in (-1, 1):
        canvas.paint(ellipse((x + sign * 9.2, 28.5), (1.9, 2.7)), SKIN)
        if look.pointed_ears:
            canvas.paint(limb([(x + sign * 9.0, 28.0), (x + sign * 13.0, 24.5)], (1.9, 0.6)), SKIN)
    canvas.paint(ellipse((x, 25.8), (9.0 + look.head, 9.6), 2.4), SKIN, shade=0.32, relief=0.5)
    canvas.darken(panel([(34.0, x - 6, x + 6), (35.0, x - 5, x + 5)]), SKIN)
    for sign in (-1, 1):
        _front_eye(canvas, look, x, sign, closed)
        canvas.dot(x + sign * 5.5, 31, SKIN, LIGHT)
    canvas.dot(x - 0.5, 31, SKIN, SHADOW)
    canvas.dot(x + 0.5, 31, SKIN, SHADOW)
    for dx in (-0.5, 0.5) if look.eyes == 2 else (-1.5, -0.5, 0.5):
        canvas.dot(x + dx, 33, SKIN, LINE if look.eyes == 1 else SHADOW)
    _front_beard(canvas, look, x)


def _front_eye(canvas: Canvas, look: CharacterLook, x: float, sign: int, closed: bool) -> None:
    """An eye of three columns; from the nose outwards: iris, iris, white."""
    near, middle, far = (x + sign * d for d in (2.5, 3.5, 4.5))
    if closed:
        for column in (near, middle, far):
            canvas.dot(column, 29, SKIN, LINE)
        return
    tall = look.eyes != 1
    top = 28 if tall else 29
    for column, tone in ((near, SHADOW), (middle, LINE), (far, LINE)):
        canvas.dot(column, top - 1, SKIN, tone)
    for row in range(top, 31):
        canvas.dot(near, row, IRIS, LINE)
        canvas.dot(middle, row, IRIS, (SHADOW, BASE, LIGHT)[row - 28])
        canvas.dot(far, row, WHITE, SHADOW if row == top else BASE)
    if look.eyes == 2:
        canvas.dot(near, 30, IRIS, BASE)
        canvas.dot(middle, 28, WHITE, SHINE)
    if look.hair != "bald" and look.eyes == 1:
        canvas.dot(middle, top - 3, HAIR, SHADOW)
        canvas.dot(far, top - 3, HAIR, SHADOW)


def _front_beard(canvas: Canvas, look: CharacterLook, x: float) -> None:
    if look.beard == "full":
        canvas.paint(
            panel([(31.0, x - 8.2, x + 8.2), (34.0, x - 7.4, x + 7.4), (37.0, x - 4.5, x + 4.5)]),
            HAIR,
            grain=look.grain,
        )
        for dx in (-1.5, -0.5, 0.5, 1.5):
            canvas.dot(x + dx, 33, SKIN, SHADOW)
    elif look.beard == "stubble":
        canvas.darken(panel([(31.0, x - 8, x + 8), (35.0, x - 6, x + 6)]), SKIN)
    if look.beard == "moustache":
        for dx in (-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5):
            canvas.dot(x + dx, 32, HAIR, BASE if abs(dx) < 3 else SHADOW)
            if abs(dx) > 2:
                canvas.dot(x + dx, 33, HAIR, SHADOW)


def _side_face(canvas: Canvas, look: CharacterLook, closed: bool) -> None:
    x = SIDE_X
    canvas.paint(ellipse((x + 0.2, 25.6), (9.2 + look.head, 9.6), 2.3), SKIN, shade=0.32, relief=0.5)
    jaw = [(26.0, 24.4, 34.0), (31.0, 24.4, 34.0), (33.0, 25.0, 34.0), (35.0, 27.0, 33.0)]
    canvas.paint(panel(jaw, drop=0.0), SKIN, shade=0.1, relief=0.3, edge=BASE)
    for column, row in ((23, 30), (23, 31), (24, 30), (24, 29)):
        canvas.dot(column, row, SKIN, BASE)
    canvas.darken(panel([(34.0, 27, 36), (35.0, 27, 36)]), SKIN)
    tall = look.eyes != 1
    top = 28 if tall else 29
    for column in (27, 28, 29):
        canvas.dot(column, 29 if closed else top - 1, SKIN, LINE)
    for row in () if closed else range(top, 31):
        canvas.dot(27, row, IRIS, LINE)
        canvas.dot(28, row, IRIS, (SHADOW, BASE, LIGHT)[row - 28])
        canvas.dot(29, row, WHITE, SHADOW if row == top else BASE)
    if look.hair != "bald" and look.eyes == 1:
        canvas.dot(27, top - 3, HAIR, SHADOW)
        canvas.dot(28, top - 3, HAIR, SHADOW)
    canvas.dot(26, 33, SKIN, LINE if look.eyes == 1 else SHADOW)
    canvas.dot(27, 33, SKIN, SHADOW)
    canvas.paint(ellipse((36.2, 29.0), (2.0, 2.8)), SKIN, shade=0.1)
    if look.pointed_ears:
        canvas.paint(limb([(36.5, 28.5), (40.5, 24.0)], (2.0, 0.6)), SKIN)
    if look.beard == "full":
        canvas.paint(panel([(31.0, 29.0, 36.5), (33.0, 25.5, 35.5), (37.0, 26.0, 31.0)]), HAIR, grain=look.grain)
        canvas.dot(26, 33, SKIN, SHADOW)
    elif look.beard == "moustache":
        for column in (25, 26, 27, 28):
            canvas.dot(column, 32, HAIR, BASE)
    elif look.beard == "stubble":
        canvas.darken(panel([(31.0, 25, 36), (35.0, 26, 36)]), SKIN)


def _paint_hat(canvas: Canvas, look: CharacterLook, side: bool) -> None:
    x = SIDE_X + 0.5 if side else FRONT_X
    if look.hat == "headband":
        canvas.paint(panel([(21.0, x - 9.6, x + 9.6), (23.0, x - 9.6, x + 9.6)], drop=0.0), HAT)
        if side:
            canvas.paint(limb([(42.0, 22.5), (45.5, 26.0), (46.0, 31.0)], (1.4, 1.3, 0.8)), HAT)
    elif look.hat == "circlet":
        for column in range(int(x - 9), int(x + 10)):
            canvas.dot(column, 21, TRIM, SHINE if column % 4 == 0 else LIGHT)
            canvas.dot(column, 22, TRIM, SHADOW)
        canvas.paint(ellipse((25.5 if side else x, 21.0), (1.4, 1.9)), IRIS)
    elif look.hat == "cap":
        canvas.paint(ellipse((x, 21.5), (10.4, 9.4), 2.3).above(_flat(22.4)), HAT, shade=0.1)
        rim = [(22.0, 20.0, 34.0), (23.5, 20.0, 31.0)] if side else [(22.0, x - 8, x + 8), (24.0, x - 6.5, x + 6.5)]
        canvas.paint(panel(rim, drop=0.2), HAT, shade=-0.25)
    elif look.hat == "wizard":
        lean = 4.0 if side else 3.0
        canvas.paint(
            panel(
                [(4.0, x + lean, x + lean + 1.5), (9.0, x - 2, x + 5), (15.0, x - 6, x + 7), (21.0, x - 8.5, x + 8.5)]
            ),
            HAT,
        )
        canvas.paint(panel([(18.5, x - 8.5, x + 8.5), (20.0, x - 8.8, x + 8.8)], drop=0.0), TRIM)
        canvas.paint(ellipse((x, 22.0), (14.0, 2.8)), HAT, shade=-0.05)
    elif look.hat == "brim":
        canvas.paint(panel([(12.5, x - 6, x + 6), (15.0, x - 7.6, x + 7.6), (20.0, x - 8.4, x + 8.4)], drop=0.3), HAT)
        canvas.paint(panel([(17.5, x - 8.2, x + 8.2), (19.0, x - 8.4, x + 8.4)], drop=0.0), TRIM)
        canvas.paint(ellipse((x, 21.3), (13.0, 2.4)), HAT, shade=0.05)
    elif look.hat == "helmet":
        canvas.paint(ellipse((x, 23.0), (10.6, 10.4), 2.3).above(_flat(23.4)), TRIM, shade=0.1)
        canvas.paint(panel([(22.0, x - 10, x + 10), (24.0, x - 10, x + 10)], drop=0.0), TRIM, shade=0.3)
        guard = (
            [(24.0, 35.0, 43.0), (33.0, 36.5, 42.0)] if side else [(22.0, x - 0.5, x + 0.5), (28.0, x - 0.5, x + 0.5)]
        )
        canvas.paint(panel(guard), TRIM, edge=LINE if side else LIGHT)
    elif look.hat == "hood":
        _paint_hood(canvas, x, side)


def _flat(row: float) -> NDArray[np.float64]:
    return np.full(SIZE, row)


def _paint_hood(canvas: Canvas, x: float, side: bool) -> None:
    """A hood: a cloth cap with the face cut out of it."""
    face = Canvas()
    face.stamp(canvas, 0, 0)
    hole = ellipse((29.0, 28.0), (5.8, 7.4)) if side else ellipse((x, 28.5), (7.3, 7.0), 2.4)
    canvas.paint(ellipse((x + (0.8 if side else 0.0), 25.0), (11.4, 12.0), 2.3), HAT)
    if side:
        canvas.paint(limb([(40.0, 17.0), (46.0, 21.0)], (4.0, 0.8)), HAT)
    rim = ellipse((29.0, 28.0), (6.8, 8.6)) if side else ellipse((x, 28.5), (8.5, 8.2), 2.4)
    canvas.paint(rim.above(_flat(35.0)), HAT, shade=-0.5)
    height, width = hole.inside.shape
    box = (slice(hole.top, hole.top + height), slice(hole.left, hole.left + width))
    seen = hole.inside & (face.material[box] != EMPTY)
    canvas.material[box][seen] = face.material[box][seen]
    canvas.tone[box][seen] = face.tone[box][seen]
