"""The Sawyer arm: its joints, and its meshes out of metaworld's wheel, made coarse enough to be drawn fast."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import mujoco
import numpy as np
import numpy.typing as npt

from glass.core.errors import GlassError

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]

HOME = (0.0, -1.18, 0.0, 2.18, 0.0, 0.57, 0.1745)
"""Joint angles in radians of Sawyer's neutral pose: elbow up, hand down."""

FINGER_TRAVEL = 0.04
"""How far a finger slides, in metres; the gripper opens twice as wide."""

TIP_SITE = "tip"
"""Site midway between the finger tips; z points out of the hand, y along the way the fingers slide."""

SCENERY_GROUP = 0
"""Group of the geoms that are seen and are not the arm."""

ARM_GROUP = 1
"""Group of the geoms that belong to the arm and are seen."""

HIDDEN_GROUP = 4
"""Group of geoms that are only felt."""

MATERIAL = "arm"
"""Name of the arm's material, which whoever adds the arm provides."""

GRIP_BIT = 2
"""Collision bit of the hand; things that can be pushed have it too, the bin has not."""


@dataclass(frozen=True)
class Link:
    """A part of the arm and the joint it turns about, in the frame of the part before it."""

    mesh: str
    """Name of its mesh."""
    position: Vector
    """Of the joint, in metres."""
    rotation: Quaternion
    """Of the joint; not normalised."""
    mass: float
    """In kg."""
    limits: tuple[float, float]
    """Of the joint, in radians."""
    detail: float
    """Finest detail of its mesh to keep, in metres."""


COARSE = 0.012
"""Detail of what the camera hardly sees, in metres."""

FINE = 0.005
"""Detail of what it sees, in metres."""

LINKS = (
    Link("l0", (0, 0, 0.08), (1, 0, 0, 0), 5.3, (-3.05, 3.05), COARSE),
    Link("l1", (0.081, 0.05, 0.237), (0.5, -0.5, 0.5, 0.5), 4.5, (-3.8, -0.5), COARSE),
    Link("l2", (0, -0.14, 0.1425), (1, 1, 0, 0), 1.7, (-3.04, 3.04), COARSE),
    Link("l3", (0, -0.042, 0.26), (1, -1, 0, 0), 2.5, (-3.04, 3.04), COARSE),
    Link("l4", (0, -0.125, -0.1265), (1, 1, 0, 0), 1.1, (-2.97, 2.97), FINE),
    Link("l5", (0, 0.031, 0.275), (1, -1, 0, 0), 1.6, (-2.97, 2.97), FINE),
    Link("l6", (0, -0.11, 0.1053), (0.0616248, 0.06163, -0.704416, 0.704416), 0.33, (-4.71, 4.71), FINE),
)
"""From the shoulder to the wrist, after the robot's own description."""

_HAND_MESH = "eGripperBase"
_SERVO_STIFFNESS = (20000, 20000, 12000, 12000, 5000, 5000, 2000)
_SERVO_LAG = 0.03
_FINGER_FORCE = 12.0


@dataclass(frozen=True)
class Paint:
    """Colours of an arm, RGB in 0..1."""

    links: Vector
    """Of the arm."""
    joints: Vector
    """Of every other link."""
    hand: Vector
    """Of the gripper's body."""
    fingers: Vector
    """Of the fingers."""
    tips: Vector
    """Of the pads at their ends."""


def add_sawyer(spec: mujoco.MjSpec, paint: Paint) -> None:
    """Add the arm, its base at the origin, with servos `joint0` .. `joint6`, `left` and `right` in this order.

    Raises:
        GlassError: the meshes are missing.
    """
    hand = add_links(spec, [paint.joints if number % 2 else paint.links for number in range(len(LINKS))])[-1]
    _load_mesh(spec, _HAND_MESH, FINE)
    _add_mesh(hand, _HAND_MESH, paint.hand, 0.3, position=(0, 0, 0.03))
    hand.add_geom(
        type=mujoco.mjtGeom.mjGEOM_CYLINDER, size=(0.035, 0.014, 0), pos=(0, 0, 0.015), rgba=(*paint.joints, 1),
        group=ARM_GROUP, contype=0, conaffinity=0, mass=0.05,
    )  # fmt: skip
    parts = (
        FingerPart((0.011, 0.005, 0.0325), (0.008, 0.1075), paint.fingers),
        FingerPart((0.010, 0.004, 0.0125), (0.002, 0.1525), paint.tips),
        FingerPart((0.011, 0.006, 0.0055), (0.002, 0.0805), paint.hand),
    )
    add_fingers(spec, hand, parts, (0.03, 0.05, 0.04), FINGER_TRAVEL)


def add_links(spec: mujoco.MjSpec, colours: Sequence[Vector]) -> list[mujoco.MjsBody]:
    """Add the seven links in these colours, RGB in 0..1, with their servos; return them and a bare hand at their end.

    Raises:
        GlassError: the meshes are missing.
    """
    bodies = [spec.worldbody]
    for number, (link, colour) in enumerate(zip(LINKS, colours, strict=True)):
        _load_mesh(spec, link.mesh, link.detail)
        body = bodies[-1].add_body(name=link.mesh, pos=link.position, quat=link.rotation, gravcomp=1)
        name = f"joint{number}"
        body.add_joint(name=name, axis=(0, 0, 1), range=link.limits, limited=True, damping=10, armature=0.1)
        # The shoulder only turns in its place: scenery, like a table.
        _add_mesh(body, link.mesh, colour, link.mass, group=ARM_GROUP if number else SCENERY_GROUP)
        stiffness = _SERVO_STIFFNESS[number]
        _add_servo(spec, name, stiffness, damping=_SERVO_LAG * stiffness, force=400)
        bodies.append(body)
    hand = bodies[-1].add_body(name="hand", pos=(0, 0, 0.0245), quat=(1, 0, 0, 1), gravcomp=1)
    return [*bodies[1:], hand]


def _load_mesh(spec: mujoco.MjSpec, name: str, detail: float) -> None:
    vertices, triangles = load_mesh(name, detail)
    mesh = spec.add_mesh(name=name, uservert=vertices.ravel(), userface=triangles.ravel())
    mesh.inertia = mujoco.mjtMeshInertia.mjMESH_INERTIA_CONVEX


def _add_mesh(
    body: mujoco.MjsBody,
    mesh: str,
    colour: Vector,
    mass: float,
    position: Vector = (0, 0, 0),
    group: int = ARM_GROUP,
) -> None:
    body.add_geom(
        type=mujoco.mjtGeom.mjGEOM_MESH, meshname=mesh, pos=position, rgba=(*colour, 1), material=MATERIAL,
        group=group, contype=0, conaffinity=0, mass=mass,
    )  # fmt: skip


@dataclass(frozen=True)
class FingerPart:
    """A box of a finger."""

    size: Vector
    """Half its sides, in metres: across the way the fingers slide, along it, along the finger."""
    place: tuple[float, float]
    """Of its middle, in metres: outwards from the middle between the fingers, and out of the hand."""
    colour: Vector
    """RGB in 0..1."""


def add_fingers(
    spec: mujoco.MjSpec, hand: mujoco.MjsBody, parts: Sequence[FingerPart], palm: Vector, travel: float
) -> None:
    """Add two fingers that slide so far (metres each), the tip between them, and a box that lets the hand be felt.

    `palm` is half the box's sides, in metres.
    """
    box = mujoco.mjtGeom.mjGEOM_BOX
    hand.add_geom(
        type=box, size=palm, pos=(0, 0, 0.045), group=HIDDEN_GROUP, mass=0.01,
        contype=GRIP_BIT, conaffinity=GRIP_BIT,
    )  # fmt: skip
    for name, side in (("left", 1.0), ("right", -1.0)):
        finger = hand.add_body(name=name, pos=(0, side * 0.006, 0), gravcomp=1)
        finger.add_joint(
            name=name, type=mujoco.mjtJoint.mjJNT_SLIDE, axis=(0, side, 0), range=(0, travel), limited=True,
            damping=20, armature=0.2,
        )  # fmt: skip
        for part in parts:
            outwards, along = part.place
            finger.add_geom(
                type=box, size=part.size, pos=(0, side * outwards, along), rgba=(*part.colour, 1), material=MATERIAL,
                group=ARM_GROUP, contype=GRIP_BIT, conaffinity=GRIP_BIT, mass=0.03, friction=(1.5, 0.05, 0.001),
                condim=4,
            )  # fmt: skip
        _add_servo(spec, name, stiffness=2000, damping=80, force=_FINGER_FORCE)
    hand.add_site(name=TIP_SITE, pos=(0, 0, 0.165), group=HIDDEN_GROUP)


def _add_servo(spec: mujoco.MjSpec, joint: str, stiffness: float, damping: float, force: float) -> None:
    gains, biases = np.zeros(10), np.zeros(10)
    gains[0], biases[:3] = stiffness, (0, -stiffness, -damping)
    spec.add_actuator(
        name=joint, target=joint, trntype=mujoco.mjtTrn.mjTRN_JOINT, gaintype=mujoco.mjtGain.mjGAIN_FIXED,
        biastype=mujoco.mjtBias.mjBIAS_AFFINE, gainprm=gains, biasprm=biases, forcelimited=True,
        forcerange=(-force, force),
    )  # fmt: skip


@cache
def load_mesh(name: str, detail: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
    """Load one of the arm's meshes, vertices (N, 3) in metres and triangles (M, 3), without details finer than asked.

    The meshes are loose triangles with gaps, which removing edges would tear open; so vertices are merged that share a
    cell of a grid.

    Raises:
        GlassError: it is missing.
    """
    path = _mesh_folder() / f"{name}.stl"
    if not path.is_file():
        raise GlassError(f"{path}: this mesh of the arm is missing; pip install 'glass-playground[robot]'")
    triangle = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    corners = np.frombuffer(path.read_bytes(), triangle, offset=84)["corners"].reshape(-1, 3).astype(np.float64)
    _, cell, count = np.unique(np.floor(corners / detail), axis=0, return_inverse=True, return_counts=True)
    cell = cell.ravel()
    vertices = np.stack([np.bincount(cell, corners[:, axis]) / count for axis in range(3)], axis=1)
    triangles = cell.reshape(-1, 3)
    kept = (triangles != np.roll(triangles, 1, axis=1)).all(axis=1)
    return vertices, triangles[kept].astype(np.int32)


def _mesh_folder() -> Path:
    """Find the meshes without importing metaworld, which would import much else."""
    found = find_spec("metaworld")
    places = found.submodule_search_locations if found else None
    if not places:
        raise GlassError("robot: the arm's meshes are missing; pip install 'glass-playground[robot]'")
    return Path(places[0]) / "assets" / "objects" / "meshes" / "xyz_base"
