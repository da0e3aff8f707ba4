"""Bodies of the folk: torso, limbs, clothes and head drawn into one cell, from the front or from the left."""

from glass.data.folk.canvas import Canvas
from glass.data.folk.clothes import (
    front_torso,
    paint_cape,
    paint_hem,
    paint_neck,
    paint_seat,
    paint_top,
    paint_waist,
    side_torso,
)
from glass.data.folk.head import Head
from glass.data.folk.limbs import paint_arm, paint_front_legs, paint_side_leg
from glass.data.folk.look import CharacterLook
from glass.data.folk.pose import Pose


def draw_front(look: CharacterLook, head: Head, pose: Pose) -> Canvas:
    """Draw one cell seen from the front."""
    canvas = Canvas()
    rows = front_torso(look, pose)
    if look.cape:
        paint_cape(canvas, pose, side=False)
    canvas.stamp(head.behind, pose.head, pose.drop)
    paint_front_legs(canvas, look, pose)
    paint_seat(canvas, look, pose, rows)
    paint_top(canvas, look, pose, rows, side=False)
    paint_hem(canvas, look, pose, rows, side=False)
    paint_waist(canvas, look, pose, rows, side=False)
    paint_neck(canvas, look, pose, side=False)
    for sign, arm in ((-1, pose.first_arm), (1, pose.second_arm)):
        shoulder = (31.5 + sign * (8.4 + look.broad) + pose.lean, 38.9 + pose.drop)
        paint_arm(canvas, look, shoulder, arm, 0.0)
    canvas.stamp(head.closed_eyes if pose.blink else head.open_eyes, pose.head, pose.drop)
    return canvas


def draw_left(look: CharacterLook, head: Head, pose: Pose) -> Canvas:
    """Draw one cell seen from the left: the character looks to the left."""
    canvas = Canvas()
    rows = side_torso(look, pose)
    far_shoulder = (29.5 + pose.lean, 38.6 + pose.drop)
    near_shoulder = (34.6 + 0.4 * look.broad + pose.lean, 38.8 + pose.drop)
    paint_arm(canvas, look, far_shoulder, pose.first_arm, -0.5)
    paint_side_leg(canvas, look, pose, pose.first_foot, near=False)
    paint_side_leg(canvas, look, pose, pose.second_foot, near=True)
    paint_seat(canvas, look, pose, rows)
    paint_top(canvas, look, pose, rows, side=True)
    paint_hem(canvas, look, pose, rows, side=True)
    paint_waist(canvas, look, pose, rows, side=True)
    if look.cape:
        paint_cape(canvas, pose, side=True)
    paint_neck(canvas, look, pose, side=True)
    canvas.stamp(head.behind, pose.head, pose.drop)
    paint_arm(canvas, look, near_shoulder, pose.second_arm, 0.0)
    canvas.stamp(head.closed_eyes if pose.blink else head.open_eyes, pose.head, pose.drop)
    return canvas
