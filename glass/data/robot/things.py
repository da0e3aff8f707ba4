"""Things to push: simple shapes and a few put together from them."""

from collections.abc import Callable

import mujoco
import numpy as np

from glass.data.robot.look import ThingLook
from glass.data.robot.sawyer import GRIP_BIT, Vector

_BIN_BIT = 1
_DENSITY = 250.0
"""Of light wood and plastic, in kg per cubic metre."""

_SHAPES = {
    "box": mujoco.mjtGeom.mjGEOM_BOX,
    "cylinder": mujoco.mjtGeom.mjGEOM_CYLINDER,
    "capsule": mujoco.mjtGeom.mjGEOM_CAPSULE,
    "ball": mujoco.mjtGeom.mjGEOM_ELLIPSOID,
}

Part = tuple[str, Vector, Vector, Vector, int]
"""Shape, half sizes (a cylinder's and capsule's are radius and half length), position, euler angles, colour."""

_FLAT: Vector = (0, 0, 0)
_LYING: Vector = (0, np.pi / 2, 0)


def add_thing(spec: mujoco.MjSpec, name: str, look: ThingLook, position: Vector) -> None:
    """Add a thing that can move freely."""
    turn = look.turn / 2
    body = spec.worldbody.add_body(name=name, pos=position, quat=(np.cos(turn), 0, 0, np.sin(turn)))
    body.add_freejoint()
    for shape, size, place, angles, colour in _PARTS[look.kind](look):
        quaternion = np.zeros(4)
        mujoco.mju_euler2Quat(quaternion, np.array(angles, float), "xyz")
        body.add_geom(
            type=_SHAPES[shape], size=size, pos=place, quat=quaternion, rgba=(*look.colours[colour], 1),
            material="thing", group=0, contype=_BIN_BIT | GRIP_BIT, conaffinity=_BIN_BIT | GRIP_BIT,
            density=_DENSITY, friction=(0.8, 0.01, 0.001), condim=4,
        )  # fmt: skip


def _box(look: ThingLook) -> list[Part]:
    size, (wide, high) = look.size, look.stretch
    return [("box", (size, size * wide, size * high * 0.8), _FLAT, _FLAT, 0)]


def _cylinder(look: ThingLook) -> list[Part]:
    size, high = look.size, look.stretch[1]
    return [
        ("cylinder", (size, size * high, 0), _FLAT, _FLAT, 0),
        ("cylinder", (size * 1.03, size * high * 0.3, 0), _FLAT, _FLAT, 1),
    ]


def _capsule(look: ThingLook) -> list[Part]:
    size, long = look.size, look.stretch[0]
    return [("capsule", (size * 0.6, size * long * 1.2, 0), _FLAT, _LYING, 0)]


def _ball(look: ThingLook) -> list[Part]:
    size, (wide, high) = look.size, look.stretch
    return [("ball", (size, size * wide, size * high), _FLAT, _FLAT, 0)]


def _cup(look: ThingLook) -> list[Part]:
    size, high = look.size, look.stretch[1]
    handle = (size * 0.45, size * 0.12, size * high * 0.6)
    return [
        ("cylinder", (size, size * high, 0), _FLAT, _FLAT, 0),
        ("cylinder", (size * 0.8, 0.001, 0), (0, 0, size * high), _FLAT, 1),
        ("box", handle, (size * 1.3, 0, 0), _FLAT, 0),
    ]


def _dumbbell(look: ThingLook) -> list[Part]:
    size, (long, thick) = look.size, look.stretch
    ends: list[Part] = [
        ("ball", (size * 0.75, size * 0.75, size * 0.75), (side * size * long * 1.4, 0, 0), _FLAT, 1)
        for side in (-1, 1)
    ]
    return [("capsule", (size * 0.4 * thick, size * long * 1.4, 0), _FLAT, _LYING, 0), *ends]


def _cross(look: ThingLook) -> list[Part]:
    size, (long, high) = look.size, look.stretch
    return [
        ("box", (size * 1.5, size * 0.4, size * 0.5 * high), _FLAT, _FLAT, 0),
        ("box", (size * 0.4, size * 1.5 * long, size * 0.47 * high), _FLAT, _FLAT, 1),
    ]


def _corner(look: ThingLook) -> list[Part]:
    size, (long, high) = look.size, look.stretch
    return [
        ("box", (size * 1.3, size * 0.45, size * 0.6 * high), _FLAT, _FLAT, 0),
        ("box", (size * 0.45, size * long, size * 0.57 * high), (size * 0.85, size * long * 0.8, 0), _FLAT, 0),
    ]


_PARTS: dict[str, Callable[[ThingLook], list[Part]]] = {
    "box": _box,
    "cylinder": _cylinder,
    "capsule": _capsule,
    "ball": _ball,
    "cup": _cup,
    "dumbbell": _dumbbell,
    "cross": _cross,
    "corner": _corner,
}
