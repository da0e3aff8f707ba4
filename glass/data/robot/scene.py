"""MuJoCo model of a scene: bin, things, arm, lamp and camera."""

from dataclasses import dataclass

import mujoco
import numpy as np
import numpy.typing as npt

from glass.data.robot.camera import PinholeCamera
from glass.data.robot.look import SceneLighting, SceneLook, Surface
from glass.data.robot.sawyer import ARM_GROUP, HIDDEN_GROUP, MATERIAL, Vector, add_sawyer
from glass.data.robot.textures import SIDE, paint_surface
from glass.data.robot.things import add_thing

MIDDLE = np.array([0.62, 0.0, 0.0])
"""Middle of the bin's floor, in metres; the robot's base is at the origin."""

INSIDE = (0.17, 0.23)
"""Half the bin's inside, away from the robot and across, in metres."""

WALL_HEIGHT = 0.05
"""Of the bin's walls, in metres."""

CAMERA = "camera"
"""Name of the scene's camera."""

THING = "thing"
"""How the names of the bodies of things begin."""

TIMESTEP = 0.005
"""Of the simulation, in seconds."""

_WALL = 0.012
_FENCE = 0.3
_SHADOW_MAP = 512
_SAMPLES = 4


@dataclass(frozen=True)
class RobotScene:
    """A scene ready to be simulated."""

    model: mujoco.MjModel
    """What is in it."""
    camera: PinholeCamera
    """Where it is seen from."""
    arm_geoms: npt.NDArray[np.int64]
    """Numbers of the geoms of the arm."""
    thing_bodies: tuple[int, ...]
    """Numbers of the bodies of the things."""


def build_scene(look: SceneLook, frame_size: tuple[int, int]) -> RobotScene:
    """Build a scene.

    Raises:
        GlassError: the arm's meshes are missing.
    """
    spec = new_scene(frame_size)
    rng = np.random.default_rng(look.texture_seed)
    for name, surface, repeat in (("floor", look.floor, 1.0), ("wall", look.wall, 1.0), ("ground", look.ground, 3.0)):
        add_surface(spec, name, surface, rng, repeat)
    spec.add_material(name="thing", specular=0.4, shininess=0.4)
    spec.add_material(name=MATERIAL, specular=0.35, shininess=0.4)
    add_lamp(spec, look.light)
    _add_bin(spec)
    for number, thing in enumerate(look.things):
        x, y = MIDDLE[:2] + (np.array(INSIDE) - 0.03) * thing.place
        add_thing(spec, f"{THING}{number}", thing, (x, y, 0.04 + 0.05 * (number % 3)))
    add_sawyer(spec, look.paint)
    return compile_scene(spec, PinholeCamera.place(look.camera, MIDDLE, frame_size))


def new_scene(frame_size: tuple[int, int]) -> mujoco.MjSpec:
    """Begin a scene that will be drawn in frames of (W, H) pixels."""
    spec = mujoco.MjSpec()
    spec.compiler.degree = False
    spec.option.timestep = TIMESTEP
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    spec.option.iterations = 20
    spec.visual.quality.shadowsize = _SHADOW_MAP
    spec.visual.quality.offsamples = _SAMPLES
    spec.visual.global_.offwidth, spec.visual.global_.offheight = frame_size
    spec.visual.map.znear, spec.visual.map.zfar = 0.05, 5.0
    spec.stat.extent = 1.0
    spec.stat.center = MIDDLE
    spec.visual.map.shadowclip = 1.0
    return spec


def compile_scene(spec: mujoco.MjSpec, camera: PinholeCamera) -> RobotScene:
    """Add the camera to a scene that is otherwise complete, and make it ready to be simulated."""
    quaternion = np.zeros(4)
    mujoco.mju_mat2Quat(quaternion, camera.axes.ravel())
    spec.worldbody.add_camera(name=CAMERA, pos=camera.position, quat=quaternion, fovy=camera.field_of_view)
    model = spec.compile()
    return RobotScene(
        model=model,
        camera=camera,
        arm_geoms=np.flatnonzero(model.geom_group == ARM_GROUP),
        thing_bodies=tuple(body for body in range(model.nbody) if model.body(body).name.startswith(THING)),
    )


def add_surface(
    spec: mujoco.MjSpec, name: str, surface: Surface, rng: np.random.Generator, repeat: float = 1.0
) -> None:
    """Add a material that shows a surface, its texture repeated so often."""
    texture = spec.add_texture(name=name, type=mujoco.mjtTexture.mjTEXTURE_2D, width=SIDE, height=SIDE, nchannel=3)
    texture.data = paint_surface(surface, rng).tobytes()
    material = spec.add_material(name=name, texrepeat=(repeat, repeat), specular=0.1, shininess=0.1)
    material.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = name


def add_lamp(spec: mujoco.MjSpec, light: SceneLighting) -> None:
    """Add a lamp, and light from everywhere."""
    tint: Vector = (1 + 0.08 * light.warmth, 1.0, 1 - 0.08 * light.warmth)
    spec.visual.headlight.ambient = np.multiply(light.ambient, tint)
    spec.visual.headlight.diffuse = np.multiply(0.25, tint)
    spec.visual.headlight.specular = (0.05, 0.05, 0.05)
    spec.worldbody.add_light(
        pos=MIDDLE - np.array(light.direction), dir=light.direction, directional=True, castshadow=light.shadow,
        diffuse=np.multiply(light.strength, tint), specular=(0.3, 0.3, 0.3),
    )  # fmt: skip


def _add_bin(spec: mujoco.MjSpec) -> None:
    """Add the ground, the bin's floor (its top at height 0) and walls."""
    world, plane, box = spec.worldbody, mujoco.mjtGeom.mjGEOM_PLANE, mujoco.mjtGeom.mjGEOM_BOX
    world.add_geom(type=plane, size=(2, 2, 1), pos=(0.6, 0, -0.02), material="ground", contype=0, conaffinity=0)
    deep, wide = INSIDE
    world.add_geom(type=box, size=(deep, wide, 0.01), pos=MIDDLE - _up(0.01), material="floor")
    middle = MIDDLE + _up(WALL_HEIGHT / 2 - 0.01)
    high = WALL_HEIGHT / 2 + 0.01
    for side in (-1, 1):
        across = middle + np.array([side * (deep + _WALL), 0, 0])
        along = middle + np.array([0, side * (wide + _WALL), 0])
        for place, half_depth, half_width in ((across, _WALL, wide + 2 * _WALL), (along, deep + 2 * _WALL, _WALL)):
            world.add_geom(type=box, size=(half_depth, half_width, high), pos=place, material="wall")
            # Felt, not seen: nothing leaves the bin.
            world.add_geom(type=box, size=(half_depth, half_width, _FENCE), pos=place + _up(_FENCE), group=HIDDEN_GROUP)


def _up(height: float) -> npt.NDArray[np.float64]:
    return np.array([0.0, 0.0, height])
