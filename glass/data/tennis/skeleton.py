"""A player's skeleton: a pose as a vector of numbers, and its joints by two-bone inverse kinematics."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FIELDS = {
    "hips": 1,  # height of the pelvis above the ground
    "lean": 1,  # of the trunk, forwards, radians
    "tilt": 1,  # of the trunk, to the right, radians
    "yaw": 1,  # of the stance, to the left of the way to the net, radians
    "pelvis": 1,  # turn of the pelvis from the stance
    "twist": 1,  # turn of the shoulders from the pelvis
    "left_foot": 3,  # from the point below the pelvis, in the stance's frame
    "right_foot": 3,
    "left_hand": 3,  # from between the shoulders, in the chest's frame
    "right_hand": 3,
    "racket": 3,  # direction of the racket in the chest's frame
    "grip": 1,  # 1 where the left hand holds the racket, too
}
"""Fields of a pose and how many numbers each has: metres of a person 1.8 m tall, x right, y forwards, z up."""

_ENDS = np.cumsum(list(FIELDS.values()))
PLACES = {name: slice(end - FIELDS[name], end) for name, end in zip(FIELDS, _ENDS, strict=True)}
"""Where each field stands in the vector of a pose."""

POSE_SIZE = int(_ENDS[-1])
"""Numbers in a pose."""

_THIGH, _SHIN, _ANKLE = 0.44, 0.43, 0.08
_TRUNK, _HIP, _SHOULDER = 0.50, 0.10, 0.185
_UPPER_ARM, _FOREARM = 0.29, 0.28
_NECK, _HEAD = 0.10, 0.20
RACKET = 0.68
"""Length of a racket in metres, from the grip's end."""


def pose(base: Floats | None = None, **fields: float | tuple[float, ...]) -> Floats:
    """Make the vector of a pose, by changing fields of another one (or of one that is all 0)."""
    made = np.zeros(POSE_SIZE) if base is None else base.copy()
    for name, value in fields.items():
        made[PLACES[name]] = value
    return made


@dataclass(frozen=True)
class Joints:
    """Where a body's joints are, (3,) each, in metres of the world; pairs are (left, right)."""

    pelvis: Floats
    hips: tuple[Floats, Floats]
    knees: tuple[Floats, Floats]
    ankles: tuple[Floats, Floats]
    toes: tuple[Floats, Floats]
    neck: Floats
    shoulders: tuple[Floats, Floats]
    elbows: tuple[Floats, Floats]
    hands: tuple[Floats, Floats]
    head: Floats
    """Its middle."""
    face: Floats
    """Direction in which it looks."""
    racket: tuple[Floats, Floats]
    """Direction of the racket from the hand, and the one across its head."""


def _turn(yaw: float) -> Floats:
    """Rotation matrix about the vertical; positive turns to the left."""
    cosine, sine = np.cos(yaw), np.sin(yaw)
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])


def _incline(lean: float, tilt: float) -> Floats:
    """Rotation matrix that leans forwards and then to the right."""
    cosine, sine = np.cos(lean), np.sin(lean)
    forwards = np.array([[1.0, 0.0, 0.0], [0.0, cosine, sine], [0.0, -sine, cosine]])
    cosine, sine = np.cos(tilt), np.sin(tilt)
    return np.asarray(np.array([[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]]) @ forwards)


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / max(float(np.sqrt(vector @ vector)), 1e-6), np.float64)


def bend(start: Floats, end: Floats, first: float, second: float, towards: Floats) -> tuple[Floats, Floats]:
    """Two-bone inverse kinematics: give the middle joint, and the end as near as the bones let it come.

    Args:
        start: (3,) the fixed joint.
        end: (3,) where the last joint should be.
        first: length of the bone at the start.
        second: length of the other.
        towards: (3,) direction in which the middle joint bends.
    """
    way = end - start
    length = float(np.clip(np.sqrt(way @ way), abs(first - second) + 1e-3, (first + second) * 0.999))
    along = _unit(way)
    share = (first**2 - second**2 + length**2) / (2 * length)
    side = _unit(towards - along * float(towards @ along))
    middle = start + along * share + side * np.sqrt(max(first**2 - share**2, 0.0))
    return middle, start + along * length


def find_joints(vector: Floats, place: Floats, size: float, look: float, mirror: bool, turned: bool) -> Joints:
    """Find the joints of a pose.

    Args:
        vector: (`POSE_SIZE`,) a pose of somebody right-handed who faces the far side.
        place: (3,) the point of the ground below the pelvis, in the world.
        size: height of the person as a multiple of 1.8 m.
        look: turn of the head to the left, radians.
        mirror: whether the person is left-handed.
        turned: whether the person plays on the far side.
    """
    get = {name: vector[where] for name, where in PLACES.items()}
    hips, lean, tilt, yaw, turn, twist = (float(get[name][0]) for name in list(FIELDS)[:6])
    stance, pelvis_turn = _turn(yaw), _turn(yaw + turn)
    chest = _turn(yaw + turn + twist) @ _incline(lean, tilt)
    pelvis = np.array([0.0, 0.0, hips])
    trunk = _turn(yaw + turn + twist * 0.5) @ _incline(lean, tilt)
    neck = pelvis + trunk @ np.array([0.0, 0.0, _TRUNK])
    feet, hands = (get["left_foot"], get["right_foot"]), (get["left_hand"], get["right_hand"])
    racket = _unit(chest @ get["racket"])
    legs, arms = [], []
    for side, foot, hand in zip((-1, 1), feet, hands, strict=True):
        hip = pelvis + pelvis_turn @ np.array([side * _HIP, 0.0, -0.03])
        knee_way = pelvis_turn @ np.array([side * 0.35, 1.0, 0.1])
        knee, ankle = bend(hip, stance @ foot + np.array([0.0, 0.0, _ANKLE]), _THIGH, _SHIN, knee_way)
        toe_way = (0.5 * pelvis_turn + 0.5 * stance) @ np.array([side * 0.3, 1.0, 0.0])
        toe = ankle + toe_way * 0.17 - np.array([0.0, 0.0, 0.055 + 0.25 * max(float(foot[2]) - 0.05, 0.0)])
        legs.append((hip, knee, ankle, toe))
        shoulder = neck + chest @ np.array([side * _SHOULDER, 0.0, -0.02])
        reach = neck + chest @ hand
        if side < 0 and get["grip"][0] > 0:
            other = neck + chest @ hands[1] + racket * 0.12
            reach = reach + float(get["grip"][0]) * (other - reach)
        elbow, wrist = bend(shoulder, reach, _UPPER_ARM, _FOREARM, chest @ np.array([side * 0.8, -0.5, -0.8]))
        arms.append((shoulder, elbow, wrist))
    facing = _turn(look)
    head = neck + 0.5 * (chest + facing) @ np.array([0.0, 0.03, _NECK + 0.5 * _HEAD])
    across = _unit(np.cross(racket, chest @ np.array([0.25, 0.9, 0.2])))
    places = np.array([pelvis, neck, head, *legs[0], *legs[1], *arms[0], *arms[1], racket, across, facing[:, 1]])
    places *= np.array([-1.0 if mirror else 1.0, 1.0, 1.0])
    if turned:
        places[:, :2] *= -1
    directions = places[-3:].copy()
    at = places * size + place
    limbs = [at[3:7], at[7:11], at[11:14], at[14:17]]
    if mirror:
        limbs = [limbs[1], limbs[0], limbs[3], limbs[2]]
    left, right, left_arm, right_arm = limbs
    return Joints(
        pelvis=at[0],
        neck=at[1],
        head=at[2],
        hips=(left[0], right[0]),
        knees=(left[1], right[1]),
        ankles=(left[2], right[2]),
        toes=(left[3], right[3]),
        shoulders=(left_arm[0], right_arm[0]),
        elbows=(left_arm[1], right_arm[1]),
        hands=(left_arm[2], right_arm[2]),
        racket=(directions[0], directions[1]),
        face=directions[2],
    )
