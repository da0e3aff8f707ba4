"""Poses of the folk: where joints are in each cell of each action, seen from the front and from the left."""

from dataclasses import dataclass

import numpy as np

from glass.data.folk.canvas import Point


@dataclass(frozen=True)
class ArmPose:
    """An arm; both points are offsets from its shoulder in pixels."""

    elbow: Point
    """The elbow."""
    hand: Point
    """The middle of the hand."""
    palm: bool = False
    """The hand is open, held upright."""


@dataclass(frozen=True)
class Foot:
    """A foot; offsets in pixels from where it stands."""

    x: float = 0.0
    """Right."""
    y: float = 0.0
    """Down; negative when lifted."""
    lifted: bool = False
    """The foot swings and shows its darker side."""
    tip: float = 0.0
    """How far the toe points up (negative: down), for the side view."""


@dataclass(frozen=True)
class Pose:
    """One cell. `first` is the arm or leg on the viewer's left (front) or the far one (side), `second` the other."""

    first_arm: ArmPose
    second_arm: ArmPose
    first_foot: Foot = Foot()
    second_foot: Foot = Foot()
    drop: int = 0
    """How far head and torso sink, in pixels."""
    lean: float = 0.0
    """How far the shoulders move right, in pixels."""
    head: int = 0
    """How far the head moves right, in pixels."""
    blink: bool = False
    """The eyes are closed."""


def _mirrored(arm: ArmPose) -> ArmPose:
    return ArmPose((-arm.elbow[0], arm.elbow[1]), (-arm.hand[0], arm.hand[1]), arm.palm)


def _both(arm: ArmPose, **rest: bool | int | float) -> Pose:
    """A front pose with the same arm on both sides."""
    return Pose(arm, _mirrored(arm), **rest)  # type: ignore[arg-type]


_REST_FRONT = ArmPose((-3.0, 4.5), (-3.0, 9.3))
_REST_FAR = ArmPose((-0.5, 5.0), (-1.5, 10.0))
_REST_NEAR = ArmPose((1.5, 5.0), (0.5, 10.5))


def _walk_front() -> tuple[Pose, ...]:
    poses = []
    for cell in range(8):
        swing = float(np.sin(2 * np.pi * cell / 8))
        feet = []
        for side, lift in ((-1, swing), (1, -swing)):
            up = max(0.0, lift)
            feet.append(Foot(-side * 0.8 * up, -4.0 * up + (0.9 if lift < -0.6 else 0.0), lift > 0.6))
        arms = []
        for lift in (-swing, swing):
            arms.append(ArmPose((-3.0 - 0.3 * lift, 4.5 - 0.5 * lift), (-3.0 + 1.6 * max(0, lift), 9.3 - 2.0 * lift)))
        drop = 1 if cell in (2, 6) else 0
        poses.append(Pose(arms[0], _mirrored(arms[1]), feet[0], feet[1], drop=drop, lean=0.5 * swing))
    return tuple(poses)


def _walk_left() -> tuple[Pose, ...]:
    poses = []
    for cell in range(8):
        turn = 2 * np.pi * cell / 8
        feet, arms = [], []
        for phase in (turn + np.pi, turn):
            back, up = float(np.cos(phase)), max(0.0, float(np.sin(phase)))
            tip = 1.6 if back < -0.9 else (-1.4 if back > 0.5 and up > 0.3 else 0.0)
            feet.append(Foot(6.8 * back + 0.8 * up, -3.4 * up - (0.8 if abs(back) > 0.9 else 0.0), up > 0.5, tip))
            arms.append(
                ArmPose((0.9 - 1.6 * back, 5.0), (-0.6 - 4.6 * back - (0.5 if back > 0 else 0.0), 9.8 - 1.0 * back**2))
            )
        far, near = arms
        poses.append(Pose(far, near, feet[0], feet[1], drop=1 if cell in (0, 4) else 0))
    return tuple(poses)


def _spell_front() -> tuple[Pose, ...]:
    stand = _both(_REST_FRONT)
    draw_in = _both(ArmPose((-2.5, 4.5), (-0.5, 9.0)))
    pray = _both(ArmPose((-2.5, 5.5), (7.5, 7.0), True), blink=True, drop=1)
    part = _both(ArmPose((-4.5, 4.0), (-4.0, 8.5)), blink=True)
    spread = _both(ArmPose((-6.0, 0.5), (-12.0, -1.5), True))
    raise_up = _both(ArmPose((-6.0, -0.5), (-10.5, -7.0), True))
    lower = _both(ArmPose((-4.0, 3.5), (-5.0, 8.0)))
    return stand, draw_in, pray, part, spread, raise_up, lower, spread


def _spell_left() -> tuple[Pose, ...]:
    stand = Pose(_REST_FAR, _REST_NEAR)
    draw_in = Pose(ArmPose((-2.5, 4.0), (-4.0, 8.5)), ArmPose((3.0, 4.5), (2.0, 9.0)))
    pray = Pose(ArmPose((-3.0, 5.0), (-6.0, 6.5), True), ArmPose((0.0, 5.5), (-7.5, 8.0), True), blink=True, drop=1)
    part = Pose(ArmPose((-3.5, 3.5), (-6.0, 4.5)), ArmPose((4.0, 4.0), (5.5, 6.5)), blink=True)
    spread = Pose(ArmPose((-4.5, 2.5), (-8.5, 0.0), True), ArmPose((5.5, 2.5), (11.0, -0.5), True))
    raise_up = Pose(ArmPose((-4.5, 0.5), (-8.0, -5.5), True), ArmPose((5.5, 0.0), (10.5, -6.0), True))
    lower = Pose(ArmPose((-3.5, 3.5), (-6.5, 6.5)), ArmPose((4.0, 3.5), (6.5, 7.0)))
    return stand, draw_in, pray, part, spread, raise_up, lower, spread


def _slash_front() -> tuple[Pose, ...]:
    wide = Foot(-1.0), Foot(1.5)
    stand = _both(_REST_FRONT)
    draw_in = Pose(_REST_FRONT, ArmPose((2.0, 5.0), (-3.0, 9.5)), Foot(-0.5), Foot(1.0), head=0)
    wind_up = Pose(
        ArmPose((-1.5, 5.0), (-1.0, 9.5)), ArmPose((0.0, 5.0), (-13.0, 5.0)), *wide, drop=2, lean=-1.5, head=-1
    )
    swing = Pose(ArmPose((-2.5, 4.5), (-1.5, 9.0)), ArmPose((1.0, 5.5), (-2.5, 10.5)), *wide, drop=1, lean=1.0, head=1)
    strike = Pose(ArmPose((-2.0, 5.0), (-1.0, 9.5)), ArmPose((5.0, 3.5), (10.5, 6.5)), *wide, lean=2.0, head=2)
    follow = Pose(ArmPose((-2.0, 5.0), (-1.0, 9.5)), ArmPose((6.0, 1.5), (12.5, 2.0)), *wide, lean=2.0, head=2)
    return stand, draw_in, wind_up, swing, strike, follow, strike, stand


def _slash_left() -> tuple[Pose, ...]:
    wide = Foot(-2.5), Foot(2.5)
    stand = Pose(_REST_FAR, _REST_NEAR)
    crouch = Pose(
        ArmPose((-3.5, 5.0), (-8.5, 9.0)), ArmPose((2.0, 5.0), (1.0, 10.0)), *wide, drop=2, lean=-1.5, head=-2
    )
    wind_up = Pose(ArmPose((0.5, 5.0), (-1.5, 8.0)), ArmPose((2.5, 4.5), (3.0, 9.5)), Foot(-1.5), Foot(2.0), drop=1)
    swing = Pose(ArmPose((-6.0, 4.5), (-13.0, 8.0)), ArmPose((3.5, 4.5), (5.0, 9.0)), *wide, lean=-1.0, head=-1)
    strike = Pose(ArmPose((-7.0, 1.0), (-15.0, -3.5)), ArmPose((4.0, 4.5), (6.0, 8.5)), *wide, lean=-1.5, head=-1)
    follow = Pose(ArmPose((-6.0, 0.0), (-12.5, -6.0)), ArmPose((4.0, 4.5), (5.5, 9.0)), *wide, lean=-1.0, head=-1)
    return stand, crouch, wind_up, swing, strike, follow, strike, stand


FRONT_POSES = (_walk_front(), _spell_front(), _slash_front())
"""Eight poses each of walk, spellcast and slash seen from the front."""

LEFT_POSES = (_walk_left(), _spell_left(), _slash_left())
"""Eight poses each of walk, spellcast and slash seen from the left."""
