"""MuJoCo model of a scene that looks like BAIR's: a bin with leaning walls, toys, a Sawyer with a thin gripper."""

import mujoco
import numpy as np
import numpy.typing as npt

from glass.data.robot.bair.cloth import add_cloths
from glass.data.robot.bair.look import ArmPaint, BairLook, BinLook
from glass.data.robot.bair.toys import add_toy
from glass.data.robot.camera import PinholeCamera
from glass.data.robot.sawyer import (
    ARM_GROUP,
    HIDDEN_GROUP,
    LINKS,
    MATERIAL,
    FingerPart,
    Vector,
    add_fingers,
    add_links,
)
from glass.data.robot.scene import (
    INSIDE,
    MIDDLE,
    THING,
    RobotScene,
    add_lamp,
    add_surface,
    compile_scene,
    new_scene,
)

_TRAVEL = 0.018
"""How far a finger slides, in metres."""

_BACK_DEPTH, _SIDE_DEPTH = 0.13, 0.3
"""Of back and side walls, from their lower to their upper edge, in metres."""

_FACETS, _FINE_FACETS = (10, 6), (16, 10)
"""Of a round shape, around and along it: few, since toys are many and small; the second where frames are large."""

_FINE_SHADOW_MAP = 1024

_LARGE = 192
"""Pixels of a frame's side from which on it is large."""

_THICK = 0.006
_BOX = mujoco.mjtGeom.mjGEOM_BOX
_CYLINDER = mujoco.mjtGeom.mjGEOM_CYLINDER
_CAPSULE = mujoco.mjtGeom.mjGEOM_CAPSULE


def build_bair_scene(
    look: BairLook, frame_size: tuple[int, int], drawn_size: tuple[int, int], smooth: bool = True
) -> RobotScene:
    """Build a scene with a camera of one frame size (W, H) that is drawn at another, with `smooth` edges or not.

    Raises:
        GlassError: the arm's meshes are missing.
    """
    spec = new_scene(drawn_size)
    quality, large = spec.visual.quality, max(drawn_size) >= _LARGE
    quality.numslices, quality.numstacks = _FINE_FACETS if large else _FACETS
    quality.shadowsize = _FINE_SHADOW_MAP if large else quality.shadowsize
    quality.offsamples = quality.offsamples if smooth else 0
    spec.visual.map.shadowclip = 0.6
    rng = np.random.default_rng(look.texture_seed)
    add_lamp(spec, look.light)
    _add_bin(spec, look.bin, rng)
    _add_room(spec, look.bin, look.paint, rng)
    add_cloths(spec, rng)
    for number, toy in enumerate(look.toys):
        x, y = MIDDLE[:2] + np.array(INSIDE) * toy.place
        add_toy(spec, f"{THING}{number}", toy, (x, y, 0.05 + 0.05 * (number % 4)))
    _add_arm(spec, look)
    return compile_scene(spec, PinholeCamera.place(look.camera, MIDDLE, frame_size))


def _add_bin(spec: mujoco.MjSpec, look: BinLook, rng: np.random.Generator) -> None:
    """Add the floor, its top at height 0, four walls that lean outwards, and cloth between them."""
    world = spec.worldbody
    deep, wide = INSIDE
    for name, surface in (("floor", look.floor), ("back", look.back), ("sides", look.sides), ("front", look.front)):
        add_surface(spec, name, surface, rng)
    world.add_geom(type=_BOX, size=(deep, wide, 0.01), pos=MIDDLE - (0, 0, 0.01), material="floor")
    back, sides, front = look.slopes
    walls = (
        ("back", np.pi, deep, wide, _BACK_DEPTH, back),
        ("front", 0.0, deep, wide * 1.5, look.front_depth, front),
        ("sides", np.pi / 2, wide, deep * 1.02, _SIDE_DEPTH, sides),
        ("sides", -np.pi / 2, wide, deep * 1.02, _SIDE_DEPTH, sides),
    )
    for material, way, near, half, depth, slope in walls:
        _add_panel(spec, way, near, half, depth, slope, material=material)
        # Felt, not seen: nothing leaves the bin.
        fence = MIDDLE + near * 1.28 * _outwards(way) + np.array([0, 0, 0.2])
        size = (_THICK, half * 1.6, 0.3)
        world.add_geom(type=_BOX, size=size, pos=fence, quat=_turn(way, 0), group=HIDDEN_GROUP)
    for side in (-1, 1):
        away = np.arctan2(side * wide, -deep)
        _add_panel(
            spec, away, np.hypot(deep, wide) - 0.03, 0.2, 0.25, (back + sides) / 2, colour=look.corners, low=0.012
        )
        dark: Vector = (0.15, 0.16, 0.18)
        _add_panel(
            spec, np.arctan2(side * wide, deep), np.hypot(deep, wide) - 0.03, 0.1, 0.2, 15, colour=dark, low=0.03
        )
    rise = np.radians(front)
    edge = MIDDLE + np.array([deep + look.front_depth * np.cos(rise), 0, look.front_depth * np.sin(rise)])
    lip = (0.5 * np.array(look.front.colour)).tolist()
    world.add_geom(type=_BOX, size=(0.004, wide * 1.6, 0.012), pos=edge - (0, 0, 0.006), rgba=(*lip, 1))
    for place in np.arange(-3, 4) * 0.13 + rng.uniform(-0.06, 0.06):
        post = edge + np.array([0.01, place, -0.15])
        world.add_geom(type=_BOX, size=(0.01, 0.009, 0.14), pos=post, rgba=(0.6, 0.58, 0.5, 1))


def _add_panel(
    spec: mujoco.MjSpec,
    way: float,
    near: float,
    half: float,
    depth: float,
    slope: float,
    material: str = "",
    colour: Vector | None = None,
    low: float = 0.0,
) -> None:
    """Add a board that begins so far from the bin's middle, goes `way` (radians) and rises by `slope` (degrees)."""
    rise = np.radians(slope)
    along = _outwards(way) * np.cos(rise) + np.array([0, 0, np.sin(rise)])
    under = np.array([0, 0, 1]) * np.cos(rise) - _outwards(way) * np.sin(rise)
    middle = MIDDLE + near * _outwards(way) + along * depth / 2 - under * (_THICK + low)
    spec.worldbody.add_geom(
        type=_BOX, size=(depth / 2, half, _THICK), pos=middle, quat=_turn(way, rise),
        **({"material": material} if colour is None else {"rgba": (*colour, 1)}),
    )  # fmt: skip


def _outwards(way: float) -> npt.NDArray[np.float64]:
    return np.array([np.cos(way), np.sin(way), 0.0])


def _turn(way: float, rise: float) -> npt.NDArray[np.float64]:
    """Quaternion that turns x to a direction about the vertical and then upwards."""
    about, up, both = np.zeros(4), np.zeros(4), np.zeros(4)
    mujoco.mju_axisAngle2Quat(about, np.array([0.0, 0, 1]), way)
    mujoco.mju_axisAngle2Quat(up, np.array([0.0, 1, 0]), -rise)
    mujoco.mju_mulQuat(both, about, up)
    return both


def _add_room(spec: mujoco.MjSpec, look: BinLook, paint: ArmPaint, rng: np.random.Generator) -> None:
    """Add what is seen beyond the bin: the ground, a wall, a rail, the robot's stand, odds and ends."""
    world, free = spec.worldbody, {"contype": 0, "conaffinity": 0}
    plane = mujoco.mjtGeom.mjGEOM_PLANE
    world.add_geom(type=plane, size=(3, 3, 1), pos=(0.6, 0, -0.35), rgba=(*look.below, 1), **free)
    room = (*look.room, 1)
    world.add_geom(type=_BOX, size=(0.02, 2, 0.6), pos=(-0.35, 0, 0), rgba=room, **free)
    world.add_geom(type=_BOX, size=(0.35, 2, 0.01), pos=(-0.05, 0, -0.2), rgba=room, **free)
    rail = rng.uniform(0.06, 0.12)
    metal = rng.uniform(0.5, 0.8)
    back = 0.62 - INSIDE[0] - rng.uniform(0.12, 0.2)
    half = rng.uniform(0.26, 0.36)
    world.add_geom(
        type=_CAPSULE, size=(0.007, half, 0), pos=(back, 0, rail), quat=(0.7071, 0.7071, 0, 0),
        rgba=(metal, metal, metal, 1), **free,
    )  # fmt: skip
    for side in (-1, 1):
        world.add_geom(
            type=_BOX, size=(0.014, 0.014, 0.012), pos=(back, side * half, rail), rgba=(0.1, 0.1, 0.1, 1), **free
        )
    world.add_geom(type=_CYLINDER, size=(0.075, 0.09, 0), pos=(0, 0, 0.0), rgba=(*paint.collars, 1), **free)
    world.add_geom(type=_CYLINDER, size=(0.077, 0.012, 0), pos=(0, 0, 0.02), rgba=(*paint.links, 1), **free)
    for _ in range(int(rng.integers(0, 4))):
        place = (rng.uniform(-0.1, 0.2), rng.uniform(-0.7, 0.7), rng.uniform(-0.15, 0.1))
        size = (0.02, rng.uniform(0.02, 0.1), rng.uniform(0.01, 0.05))
        shade = rng.uniform(0.03, 0.25)
        world.add_geom(type=_BOX, size=size, pos=place, rgba=(shade, shade, shade, 1), **free)


def _add_arm(spec: mujoco.MjSpec, look: BairLook) -> None:
    paint, looks = look.paint, {"group": ARM_GROUP, "contype": 0, "conaffinity": 0, "mass": 0.01}
    spec.add_material(name=MATERIAL, specular=0.3, shininess=0.5)
    colours = [paint.upper if number < len(LINKS) - 3 else paint.links for number in range(len(LINKS))]
    *_, forearm, wrist, hand = add_links(spec, colours)
    collar = (*paint.collars, 1)
    forearm.add_geom(
        type=_CYLINDER, size=(0.051, 0.012, 0), pos=(0, -0.075, 0.0), quat=(1, 1, 0, 0), rgba=collar, **looks
    )
    wrist.add_geom(type=_CYLINDER, size=(0.046, 0.01, 0), pos=(0, 0, -0.07), rgba=collar, **looks)
    wrist.add_geom(type=_BOX, size=(0.006, 0.004, 0.003), pos=(0.05, 0.0, -0.02), rgba=(0.8, 0.8, 0.8, 1), **looks)
    # Behind the gaps of the meshes.
    inner = (*paint.links, 1)
    forearm.add_geom(type=_CAPSULE, size=(0.042, 0.06, 0), pos=(0, -0.02, 0.02), quat=(1, 1, 0, 0), rgba=inner, **looks)
    wrist.add_geom(type=_CYLINDER, size=(0.036, 0.05, 0), pos=(0, 0, -0.04), rgba=inner, **looks)
    hand.add_geom(type=_CYLINDER, size=(0.026, 0.016, 0), pos=(0, 0, 0.012), rgba=(0.3, 0.3, 0.3, 1), **looks)
    hand.add_geom(
        type=mujoco.mjtGeom.mjGEOM_ELLIPSOID, size=(0.022, 0.03, 0.026), pos=(0, 0, 0.048), rgba=collar, **looks
    )
    thin = look.finger
    parts = (
        FingerPart((0.009, thin, 0.048), (thin - 0.006, 0.117), paint.fingers),
        FingerPart((0.009, thin * 1.3, 0.008), (thin - 0.006, 0.075), paint.collars),
    )
    add_fingers(spec, hand, parts, (0.02, 0.026, 0.03), _TRAVEL)
