"""Random pushing as BAIR's robot does it: a new velocity every frame or two, from slight to a tenth of the frame."""

from dataclasses import replace
from typing import ClassVar

import numpy as np

from glass.data.robot.camera import Floats
from glass.data.robot.explorer import ArmCommand, Explorer

TURN_SPEED = 0.25
"""Most radians a frame by which the hand is turned."""


class Wanderer(Explorer):
    """Makes up commands, jerky ones; low the hand seeks the things near it, and it turns now and then."""

    high: ClassVar[float] = 0.2
    lift_speed: ClassVar[float] = 0.04
    grip_chance: ClassVar[float] = 0.07
    lift_chances: ClassVar[tuple[float, float]] = (0.05, 0.4)
    reach: ClassVar[Floats] = Explorer.reach + np.array([0.02, 0.04])
    frame_margin: ClassVar[tuple[float, float, float, float]] = (0.05, 0.05, 0.04, 0.28)
    lasting: ClassVar[tuple[int, int]] = (1, 4)
    fastest: ClassVar[float] = 14.0
    """Pixels a frame, of a frame 128 pixels high."""
    _turn = 0.0
    _target_turn = 0.0

    def next(self, things: list[Floats]) -> ArmCommand:
        """Make up the command for the next frame, seeing where the things are, (3,) each in metres."""
        command = super().next(things)
        if self._rng.random() < 0.06:
            self._target_turn = self._rng.uniform(-1.2, 1.2)
        self._turn += float(np.clip(self._target_turn - self._turn, -TURN_SPEED, TURN_SPEED))
        return replace(command, turn=self._turn)

    def _draw_velocity(self, things: list[Floats]) -> Floats:
        """Rest, go any way, or on towards and through one of the three nearest things."""
        kind = self._rng.random()
        if kind < 0.2:
            return np.zeros(2)
        if kind < 0.65 and things:
            ways = np.stack([self._camera.project(thing) - self._pixel for thing in things])
            nearest = np.argsort(np.hypot(*ways.T))[:3]
            across, down = ways[int(self._rng.choice(nearest))]
            angle = float(np.arctan2(down, across)) + self._rng.normal(0, 0.3)
        else:
            angle = self._rng.uniform(0, 2 * np.pi)
        speed = min(self._rng.gamma(1.6, 3.2), self.fastest) * self._scale
        return speed * np.array([np.cos(angle), np.sin(angle)])
