"""Random exploratory pushing: what the arm is told to do, frame by frame, in the terms of the picture.

The hand's tip is led through the frame in pixels, at a height of its own; so moving across the picture, lifting and
gripping are independent of each other.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from glass.data.robot.actions import Grip, Lift, action_of
from glass.data.robot.camera import Floats, PinholeCamera
from glass.data.robot.scene import INSIDE, MIDDLE, WALL_HEIGHT

LOW = 0.012
"""Height of the tip while it pushes, in metres."""

HOVER = 0.09
"""Least height of a tip that touches nothing: the tallest things are 8 centimetres high."""

GRIP_SPEED = 0.2
"""Share of the whole opening a frame."""

SPEED = (3.0, 5.0)
"""Pixels a frame, of a frame 128 pixels high."""

_ARM_REACH = 0.84
"""How far from the robot's base the tip gets with the hand pointing down, in metres."""

_OVER_WALLS = WALL_HEIGHT + 0.015
"""Height at which the tip passes over the walls, in metres."""


@dataclass(frozen=True)
class ArmCommand:
    """What the arm is told for one frame."""

    grip: Grip
    lift: Lift
    shift: tuple[float, float]
    """Pixels (x, y) by which the tip should move."""
    pixel: Floats
    """(2,): where the tip should then be seen."""
    height: float
    """Metres above the bin's floor at which it should then be."""
    opening: float
    """0..1: how far the gripper should then be open."""
    turn: float = 0.0
    """Radians about the vertical by which the hand should then be turned, from how it was in the first frame."""

    @property
    def action(self) -> int:
        """Index into `ACTIONS`."""
        return action_of(self.grip, self.lift)


class Explorer:
    """Makes up commands."""

    high: ClassVar[float] = 0.13
    """Largest height of the tip, in metres."""
    lift_speed: ClassVar[float] = 0.02
    """Metres a frame."""
    grip_chance: ClassVar[float] = 0.15
    """Of beginning to open or close, each frame."""
    lift_chances: ClassVar[tuple[float, float]] = (0.07, 0.2)
    """Of being lifted where the tip is low, and of being lowered where it is not, each frame."""
    reach: ClassVar[Floats] = np.array(INSIDE) - (0.03, 0.06)
    """How far from the bin's middle the tip may be, in metres."""
    frame_margin: ClassVar[tuple[float, float, float, float]] = (0.06, 0.06, 0.2, 0.06)
    """Parts of the frame's width and height that the tip keeps from its left, right, top and bottom edge."""
    lasting: ClassVar[tuple[int, int]] = (3, 10)
    """Fewest frames for which a velocity is kept, and the number below which they stay."""

    def __init__(self, rng: np.random.Generator, camera: PinholeCamera, hovers: bool = False) -> None:
        """Begin anywhere inside the bin, at rest; one that ``hovers`` stays above things and walls."""
        self._rng = rng
        self._camera = camera
        self._low = HOVER if hovers else LOW
        self._lifted = max(_OVER_WALLS, self._low)
        self._height = self._low if rng.random() < 0.7 else rng.uniform(self._lifted, self.high)
        self._opening = float(rng.choice([0.0, 1.0, rng.random()]))
        places = MIDDLE[:2] + self.reach * rng.uniform(-0.9, 0.9, (20, 2))
        pixels = [camera.project(np.append(place, LOW)) for place in places]
        fitting = (pixel for pixel in pixels if self._fits(pixel, self._height))
        self._pixel = next(fitting, camera.project(MIDDLE))
        self._velocity = np.zeros(2)
        self._ticks = 0
        self._target_height = self._height
        self._target_opening = self._opening

    @property
    def start(self) -> ArmCommand:
        """What the first frame shows."""
        return ArmCommand(Grip.HOLD, Lift.LEVEL, (0.0, 0.0), self._pixel, self._height, self._opening)

    def next(self, things: list[Floats]) -> ArmCommand:
        """Make up the command for the next frame, seeing where the things are, (3,) each in metres."""
        grip, lift = self._next_grip(), self._next_lift()
        shift = self._next_shift(things)
        self._pixel = self._pixel + shift
        return ArmCommand(grip, lift, (float(shift[0]), float(shift[1])), self._pixel, self._height, self._opening)

    def _next_grip(self) -> Grip:
        """Keep opening or closing up to what was decided, or hold, and decide anew now and then."""
        if self._opening == self._target_opening and self._rng.random() < self.grip_chance:
            end = 0.0 if self._opening > self._rng.random() else 1.0
            part = self._rng.uniform(0.3, 0.7) if self._rng.random() < 0.15 else 1.0
            self._target_opening = self._opening + part * (end - self._opening)
        change = self._target_opening - self._opening
        self._opening += float(np.clip(change, -GRIP_SPEED, GRIP_SPEED))
        return Grip.HOLD if change == 0 else Grip.OPEN if change > 0 else Grip.CLOSE

    def _next_lift(self) -> Lift:
        """The same for the height; low is where it mostly is."""
        if self._height == self._target_height:
            low = self._height == self._low
            target = self._rng.uniform(self._lifted, self.high) if low else self._low
            passing = (target, _OVER_WALLS - self.lift_speed)
            if self._rng.random() < self.lift_chances[0 if low else 1] and all(
                self._fits(self._pixel, each) for each in passing
            ):
                self._target_height = target
        change = self._target_height - self._height
        self._height += float(np.clip(change, -self.lift_speed, self.lift_speed))
        return Lift.LEVEL if change == 0 else Lift.LIFT if change > 0 else Lift.LOWER

    def _next_shift(self, things: list[Floats]) -> Floats:
        """Go on as before for some frames, then elsewhere; never to where the hand would touch a wall."""
        if self._ticks == 0:
            self._ticks = int(self._rng.integers(*self.lasting))
            self._velocity = self._draw_velocity(things)
        self._ticks -= 1
        for _ in range(20):
            if all(self._fits(self._pixel + self._velocity, each) for each in (self._height, self._target_height)):
                return self._velocity
            self._velocity = self._draw_velocity([])
        middle = self._camera.project(np.append(MIDDLE[:2], self._height))
        away = middle - self._pixel
        return np.asarray(away / max(1.0, float(np.linalg.norm(away)) / (SPEED[0] * self._scale)))

    @property
    def _scale(self) -> float:
        return self._camera.frame_size[1] / 128

    def _draw_velocity(self, things: list[Floats]) -> Floats:
        """Rest, go along an axis of the frame, any way, or towards a thing."""
        kind = self._rng.random()
        if kind < 0.15:
            return np.zeros(2)
        if kind < 0.5:
            angle = np.pi / 2 * float(self._rng.integers(4))
        elif kind < 0.75 and things:
            thing = things[int(self._rng.integers(len(things)))]
            towards = self._camera.project(thing) - self._pixel
            angle = float(np.arctan2(towards[1], towards[0]))
        else:
            angle = self._rng.uniform(0, 2 * np.pi)
        speed = self._rng.uniform(*SPEED) * self._scale
        return speed * np.array([np.cos(angle), np.sin(angle)])

    def _fits(self, pixel: Floats, height: float) -> bool:
        """Say whether the tip may be seen there at this height: in the frame, before the bin's floor, not in a wall."""
        left, right, top, bottom = self.frame_margin
        share = pixel / self._camera.frame_size
        heights = (LOW,) if height >= _OVER_WALLS else (LOW, height)
        places = [self._camera.place_at(pixel, each) - MIDDLE for each in heights]
        near = np.linalg.norm(self._camera.place_at(pixel, height)[:2]) <= _ARM_REACH
        inside = all((np.abs(place[:2]) <= self.reach).all() for place in places)
        return bool(near and inside and left <= share[0] <= 1 - right and top <= share[1] <= 1 - bottom)
