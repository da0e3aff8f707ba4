"""Simulation of an episode: a random scene, an exploring arm, frames and masks."""

from contextlib import closing
from dataclasses import dataclass

import mujoco
import numpy as np

from glass.data.core.clip import Clip
from glass.data.robot.actions import ACTIONS, TICK_RATE
from glass.data.robot.arm import RobotArm
from glass.data.robot.bair.look import draw_bair_look
from glass.data.robot.bair.scene import build_bair_scene
from glass.data.robot.bair.sensor import Sensor, expose
from glass.data.robot.bair.wandering import Wanderer
from glass.data.robot.camera import Floats
from glass.data.robot.explorer import ArmCommand, Explorer
from glass.data.robot.film import Film
from glass.data.robot.look import draw_look
from glass.data.robot.scene import TIMESTEP, RobotScene, build_scene

STEPS = round(1 / TICK_RATE / TIMESTEP)
"""Steps of the simulation a frame."""

_SMALL = 96
"""Pixels of a frame's side up to which pictures look made smaller after they were taken, with jagged edges or not."""

_DRAWN_FINER = 0.6
"""Share of small frames that are drawn at twice their size first."""

_OUT_OF_THE_WAY = 0.2
_APPROACH_FRAMES = 8
_SETTLE_STEPS = 160
"""Steps in which the things fall into the bin before the first frame."""


@dataclass(frozen=True)
class Setting:
    """What an episode is played in."""

    scene: RobotScene
    hand_turn: float
    """Radians by which the hand is turned about the vertical in the first frame."""
    explorer: Explorer
    sensor: Sensor | None = None
    """What spoils the pictures; nothing where None."""


def film_episode(
    rng: np.random.Generator,
    length: int,
    frame_size: tuple[int, int],
    name: str,
    hover: float = 0.0,
    bair: float = 0.0,
) -> Clip:
    """Simulate and film an episode of `length` frames in a scene of its own.

    With probability `hover` the hand stays above the things and touches none; with probability `bair` everything looks,
    and the hand moves, as in BAIR robot pushing.

    Raises:
        GlassError: the arm's meshes are missing.
    """
    setting = (_set_bair if bair and rng.random() < bair else _set_box)(rng, frame_size, hover)
    scene, explorer = setting.scene, setting.explorer
    data = mujoco.MjData(scene.model)
    arm = RobotArm(scene.model, data, setting.hand_turn)
    commands = [explorer.start]
    _settle(scene, arm, explorer.start)
    seen = []
    with closing(Film(scene, data)) as film:
        for tick in range(length):
            if tick:
                command = explorer.next([data.xpos[body] for body in scene.thing_bodies])
                arm.turn = setting.hand_turn + command.turn
                arm.move(scene.camera.place_at(command.pixel, command.height), command.opening, STEPS)
                commands.append(command)
            mujoco.mj_forward(scene.model, data)
            picture, mask = film.shoot(frame_size)
            touching = float(arm.touches(scene.thing_bodies))
            seen.append((picture, mask, scene.camera.project(arm.tip), arm.opening, arm.tip[2], touching))
    frames, masks, positions, openings, heights, touches = (np.stack(part) for part in zip(*seen, strict=True))
    if setting.sensor:
        frames = expose(frames, setting.sensor, rng)
    shifts = np.array([command.shift for command in commands])
    return Clip(
        name=name,
        character=name,
        frames=frames,
        masks=masks,
        actions=np.array([command.action for command in commands]),
        action_names=ACTIONS,
        foreground_shifts=np.diff(positions, axis=0),
        background_shifts=np.zeros((length - 1, 2)),
        positions=positions,
        measures={
            "opening": openings,
            "height": heights,
            "touching": touches,
            "commanded_x": shifts[:, 0],
            "commanded_y": shifts[:, 1],
        },
    )


def _set_box(rng: np.random.Generator, frame_size: tuple[int, int], hover: float) -> Setting:
    look = draw_look(rng)
    scene = build_scene(look, frame_size)
    return Setting(scene, look.hand_turn, Explorer(rng, scene.camera, bool(hover) and rng.random() < hover))


def _set_bair(rng: np.random.Generator, frame_size: tuple[int, int], hover: float) -> Setting:
    look = draw_bair_look(rng)
    small = max(frame_size) <= _SMALL
    finer = 2 if small and rng.random() < _DRAWN_FINER else 1
    scene = build_bair_scene(look, frame_size, (finer * frame_size[0], finer * frame_size[1]), smooth=not small)
    explorer = Wanderer(rng, scene.camera, bool(hover) and rng.random() < hover)
    return Setting(scene, look.hand_turn, explorer, look.sensor)


def _settle(scene: RobotScene, arm: RobotArm, start: ArmCommand) -> None:
    """Let the things fall while the hand is out of the way, then put it where the first frame shows it."""
    place: Floats = scene.camera.place_at(start.pixel, start.height)
    arm.put(place + np.array([0.0, 0.0, _OUT_OF_THE_WAY]), start.opening)
    for _ in range(_SETTLE_STEPS):
        mujoco.mj_step(scene.model, arm.data)
    for part in (*np.linspace(1, 0, _APPROACH_FRAMES), 0, 0):
        arm.move(place + np.array([0.0, 0.0, part * _OUT_OF_THE_WAY]), start.opening, STEPS)
