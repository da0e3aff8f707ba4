"""Control of the arm: inverse kinematics (damped least squares) and position servos."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import mujoco
import numpy as np
import numpy.typing as npt

from glass.data.robot.sawyer import HOME, LINKS, TIP_SITE

JOINTS = len(LINKS)
"""Joints of the arm, which come first among a scene's actuators."""

_DAMPING = 1e-4
_TOLERANCE = 2e-4
_HOMING = 0.02
"""Share of the way to the neutral pose that each iteration goes where the hand does not notice."""

Floats = npt.NDArray[np.float64]


@dataclass
class RobotArm:
    """The arm of a simulation."""

    model: mujoco.MjModel
    """The scene's."""
    data: mujoco.MjData
    """The simulation."""
    turn: float
    """Radians by which the hand is to be turned about the vertical."""
    scratch: mujoco.MjData = field(init=False)
    """Where poses are tried."""

    def __post_init__(self) -> None:
        """Find the arm's joints in the scene, and put it into its neutral pose."""
        self.scratch = mujoco.MjData(self.model)
        joints = [self.model.joint(f"joint{number}") for number in range(JOINTS)]
        self._positions = np.array([joint.qposadr[0] for joint in joints])
        self._speeds = np.array([joint.dofadr[0] for joint in joints])
        self._limits = np.array([joint.range for joint in joints])
        self._fingers = [self.model.joint(name).qposadr[0] for name in ("left", "right")]
        self._hand = [self.model.body(name).id for name in ("hand", "left", "right")]
        self._travel = float(self.model.joint("left").range[1])
        self._tip = self.model.site(TIP_SITE).id
        self.data.qpos[self._positions] = HOME
        self.data.ctrl[:JOINTS] = HOME

    def put(self, place: Floats, opening: float) -> None:
        """Put the hand's tip at a place (3,), opened so far (0..1), at once."""
        pose = self.solve(place, iterations=300)
        self.data.qpos[self._positions] = pose
        self.data.qpos[self._fingers] = opening * self._travel
        self.data.qvel[:] = 0
        self.data.ctrl[:JOINTS] = pose
        self.data.ctrl[JOINTS:] = opening * self._travel

    def move(self, place: Floats, opening: float, steps: int) -> None:
        """Simulate so many steps in which the servos are led to a place (3,) and an opening (0..1)."""
        start = self.data.ctrl.copy()
        fingers = np.full(len(start) - JOINTS, opening * self._travel)
        end = np.concatenate([self.solve(place), fingers])
        for step in range(1, steps + 1):
            self.data.ctrl[:] = start + (end - start) * step / steps
            mujoco.mj_step(self.model, self.data)

    @property
    def tip(self) -> Floats:
        """Where the hand's tip is, (3,) in metres."""
        return np.array(self.data.site_xpos[self._tip])

    @property
    def opening(self) -> float:
        """How far the gripper is open, 0..1."""
        return float(np.mean(self.data.qpos[self._fingers]) / self._travel)

    def touches(self, bodies: Sequence[int]) -> bool:
        """Say whether hand or fingers touch one of these bodies."""
        pairs = self.model.geom_bodyid[self.data.contact.geom]
        return bool((np.isin(pairs, self._hand).any(1) & np.isin(pairs, bodies).any(1)).any())

    def solve(self, place: Floats, iterations: int = 30) -> Floats:
        """Find joint angles (7,) that bring the tip to a place (3,), the hand pointing down, near those asked last."""
        pose = self.data.ctrl[:JOINTS].copy()
        rotation = _pointing_down(self.turn)
        forward, turning = np.zeros((3, self.model.nv)), np.zeros((3, self.model.nv))
        for _ in range(iterations):
            self.scratch.qpos[self._positions] = pose
            mujoco.mj_kinematics(self.model, self.scratch)
            mujoco.mj_comPos(self.model, self.scratch)
            now = self.scratch.site_xmat[self._tip].reshape(3, 3)
            error = np.concatenate([place - self.scratch.site_xpos[self._tip], _rotation_between(now, rotation)])
            if np.abs(error).max() < _TOLERANCE:
                break
            mujoco.mj_jacSite(self.model, self.scratch, forward, turning, self._tip)
            jacobian = np.concatenate([forward, turning])[:, self._speeds]
            inverse = jacobian.T @ np.linalg.inv(jacobian @ jacobian.T + _DAMPING * np.eye(6))
            free = (np.eye(JOINTS) - inverse @ jacobian) @ (np.array(HOME) - pose)
            step = inverse @ error + _HOMING * free
            pose = (pose + step.clip(-0.3, 0.3)).clip(self._limits[:, 0], self._limits[:, 1])
        return np.asarray(pose)


def _pointing_down(turn: float) -> Floats:
    """Rotation (3, 3) of a hand whose z points down and whose y, the way the fingers slide, lies across."""
    across = np.array([-np.sin(turn), np.cos(turn), 0.0])
    down = np.array([0.0, 0.0, -1.0])
    return np.stack([np.cross(across, down), across, down], axis=1)


def _rotation_between(now: Floats, wanted: Floats) -> Floats:
    """Axis times angle (3,) of a small rotation that turns one frame into another."""
    return np.asarray(np.cross(now.T, wanted.T).sum(axis=0) / 2)
