"""Toys put together from simple shapes: stuffed animals, balls, tools, jars, rattles and others."""

from collections.abc import Callable
from dataclasses import dataclass

import mujoco
import numpy as np

from glass.data.robot.bair.look import Toy
from glass.data.robot.sawyer import GRIP_BIT, Vector

_BIN_BIT = 1
_DENSITY = 150.0
"""Of hollow plastic and stuffing, in kg per cubic metre."""
_DRAG = 0.002
"""Damping of all motion, in N s per m and N m s: soft things do not roll on."""

_BOX = mujoco.mjtGeom.mjGEOM_BOX
_BALL = mujoco.mjtGeom.mjGEOM_ELLIPSOID
_CAPSULE = mujoco.mjtGeom.mjGEOM_CAPSULE
_CYLINDER = mujoco.mjtGeom.mjGEOM_CYLINDER
_FLAT: Vector = (0, 0, 0)
_LYING: Vector = (0, np.pi / 2, 0)


@dataclass(frozen=True)
class ToyPart:
    """A shape of a toy."""

    shape: mujoco.mjtGeom
    """Box, ellipsoid, capsule or cylinder."""
    size: Vector
    """Half sizes in metres; a cylinder's and capsule's are radius and half length."""
    place: Vector = _FLAT
    """Of its middle, in metres."""
    angles: Vector = _FLAT
    """Euler angles in radians."""
    colour: int = 0
    """Index into the toy's colours."""
    solid: bool = True
    """Whether it is felt; small parts are only seen."""


def add_toy(spec: mujoco.MjSpec, name: str, toy: Toy, position: Vector) -> None:
    """Add a toy that can move freely."""
    quaternion = np.zeros(4)
    mujoco.mju_euler2Quat(quaternion, np.array(toy.turns, float), "xyz")
    body = spec.worldbody.add_body(name=name, pos=position, quat=quaternion)
    body.add_joint(type=mujoco.mjtJoint.mjJNT_FREE, damping=_DRAG)
    for part in _PARTS[toy.kind](toy):
        turn = np.zeros(4)
        mujoco.mju_euler2Quat(turn, np.array(part.angles, float), "xyz")
        bits = _BIN_BIT | GRIP_BIT if part.solid else 0
        body.add_geom(
            type=part.shape, size=part.size, pos=part.place, quat=turn, rgba=(*toy.colours[part.colour], 1),
            material="plain" if part.colour == 2 else toy.cloth, group=0, contype=bits, conaffinity=bits,
            density=_DENSITY, friction=(0.9, 0.01, 0.001), condim=3,
        )  # fmt: skip


def _plush(toy: Toy) -> list[ToyPart]:
    """A stuffed animal on its belly: body, head, legs, ears, snout."""
    size, (long, thick) = toy.size, toy.stretch
    body, head = size * 1.5 * long, size * 0.85
    parts = [
        ToyPart(_BALL, (body, size * thick, size * 0.85 * thick)),
        ToyPart(_BALL, (head, head * 0.9, head * 0.9), (body + head * 0.6, 0, head * 0.4)),
        ToyPart(
            _BALL, (head * 0.4, head * 0.45, head * 0.35), (body + head * 1.4, 0, head * 0.3), colour=2, solid=False
        ),
    ]
    for side in (-1, 1):
        ear = (body + head * 0.4, side * head * 0.75, head * 0.9)
        parts.append(ToyPart(_BALL, (head * 0.2, head * 0.35, head * 0.4), ear, solid=False, colour=1))
        for end in (-1, 1):
            leg = (end * body * 0.65, side * size * 0.95, -size * 0.2)
            angles = (side * 1.2, 0, -end * side * 0.5)
            parts.append(ToyPart(_CAPSULE, (size * 0.36, size * 0.6, 0), leg, angles, 1, solid=False))
    return parts


def _ball(toy: Toy) -> list[ToyPart]:
    size = toy.size
    return [
        ToyPart(_BALL, (size, size, size)),
        ToyPart(_CYLINDER, (size * 1.01, size * 0.05, 0), _FLAT, (0.7, 0.4, 0), 2, solid=False),
    ]


def _tool(toy: Toy) -> list[ToyPart]:
    """A toy drill: barrel, handle, tip."""
    size, (long, thick) = toy.size * 0.62, toy.stretch
    body = size * 2.4 * long
    return [
        ToyPart(_CAPSULE, (size * thick, body * 0.8, 0), _FLAT, _LYING),
        ToyPart(_BOX, (size * 0.8, size * 1.7, size * 0.7 * thick), (-body * 0.6, size * 1.7, 0), (0, 0, 0.25)),
        ToyPart(
            _BOX, (size * 0.5, size * 1.2, size * 0.8 * thick), (-body * 0.6, size * 1.6, 0), (0, 0, 0.25), 1, False
        ),
        ToyPart(_BALL, (size * 0.6, size * 0.6, size * 0.6), (body * 1.2, 0, 0), _FLAT, 2, False),
    ]


def _jar(toy: Toy) -> list[ToyPart]:
    size, high = toy.size * 0.9, toy.size * 1.3 * toy.stretch[0]
    return [
        ToyPart(_CYLINDER, (size, high, 0), _FLAT, _LYING),
        ToyPart(_CYLINDER, (size * 1.02, high * 0.25, 0), (high * 0.85, 0, 0), _LYING, 2, False),
        ToyPart(_CYLINDER, (size * 1.01, high * 0.2, 0), (-high * 0.2, 0, 0), _LYING, 1, False),
    ]


def _rattle(toy: Toy) -> list[ToyPart]:
    """Discs and balls on a stick."""
    size, long = toy.size * 0.65, toy.size * 1.9 * toy.stretch[0]
    rng = np.random.default_rng(round(toy.size * 1e6))
    parts = [ToyPart(_CAPSULE, (size * 0.45, long, 0), _FLAT, _LYING, 2)]
    for number, at in enumerate(np.linspace(-1, 1, 5)):
        disc = rng.uniform(0.6, 1.1) * size
        shape, turn = ((_BALL, _FLAT), (_CYLINDER, _LYING))[number % 2]
        sizes = (disc, disc, disc) if shape == _BALL else (disc, size * 0.3, 0)
        parts.append(ToyPart(shape, sizes, (float(at) * long, 0, 0), turn, number % 3, number in (0, 4)))
    return parts


def _spoon(toy: Toy) -> list[ToyPart]:
    size, long = toy.size, toy.size * 1.2 * toy.stretch[0]
    return [
        ToyPart(_BALL, (size, size * 0.75, size * 0.35)),
        ToyPart(_CAPSULE, (size * 0.18, long, 0), (size + long * 0.8, 0, size * 0.1), _LYING),
    ]


def _brush(toy: Toy) -> list[ToyPart]:
    size, (long, _) = toy.size * 0.8, toy.stretch
    return [
        ToyPart(_BALL, (size * 2.2 * long, size, size * 0.5), colour=1),
        ToyPart(_BALL, (size * 1.7 * long, size * 0.75, size * 0.55), (size * 0.3, 0, size * 0.1), solid=False),
        ToyPart(_CAPSULE, (size * 0.3, size * 0.7, 0), (-size * 2.5 * long, 0, 0), _LYING, 1),
    ]


def _half(toy: Toy) -> list[ToyPart]:
    """Half a fruit, its cut up."""
    size = toy.size * 0.75
    return [
        ToyPart(_BALL, (size, size, size * 0.8)),
        ToyPart(_CYLINDER, (size * 0.98, size * 0.1, 0), (0, 0, size * 0.4), _FLAT, 2, False),
        ToyPart(_CYLINDER, (size * 0.4, size * 0.1, 0), (0, 0, size * 0.46), _FLAT, 1, False),
    ]


def _bunch(toy: Toy) -> list[ToyPart]:
    size = toy.size * 0.55
    spots = ((0, 0, 0), (1.4, 0, 0), (0.7, 1.3, 0), (-0.7, 1.2, 0.1), (0.1, -1.3, 0), (0.5, 0.2, 1.1))
    return [
        ToyPart(_BALL, (size, size, size), (x * size, y * size, z * size), _FLAT, 0, number in (1, 3, 4))
        for number, (x, y, z) in enumerate(spots)
    ]


def _cup(toy: Toy) -> list[ToyPart]:
    size, high = toy.size * 0.9, toy.size * 0.9 * toy.stretch[1]
    return [
        ToyPart(_CYLINDER, (size, high, 0)),
        ToyPart(_CYLINDER, (size * 0.85, size * 0.05, 0), (0, 0, high), _FLAT, 2, False),
        ToyPart(_BOX, (size * 0.45, size * 0.12, high * 0.5), (size * 1.3, 0, 0), _FLAT, 1, False),
    ]


def _block(toy: Toy) -> list[ToyPart]:
    size, (wide, high) = toy.size * 0.75, toy.stretch
    return [ToyPart(_BOX, (size, size * wide, size * high * 0.7))]


_PARTS: dict[str, Callable[[Toy], list[ToyPart]]] = {
    "plush": _plush,
    "ball": _ball,
    "tool": _tool,
    "jar": _jar,
    "rattle": _rattle,
    "spoon": _spoon,
    "brush": _brush,
    "half": _half,
    "bunch": _bunch,
    "cup": _cup,
    "block": _block,
}
