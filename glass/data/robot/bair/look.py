"""Domain randomisation of scenes that look like BAIR's: camera, bin, light, paint, toys and sensor of an episode."""

import colorsys
from dataclasses import dataclass

import numpy as np

from glass.data.robot.bair.sensor import Sensor, draw_sensor
from glass.data.robot.look import CameraLook, SceneLighting, Surface
from glass.data.robot.sawyer import Vector

MOST_TOYS = 22


@dataclass(frozen=True)
class BinLook:
    """A bin with walls that lean outwards, and what is seen around it."""

    floor: Surface
    """Of the bin."""
    back: Surface
    """Wall on the robot's side."""
    sides: Surface
    """Walls at the left and right."""
    front: Surface
    """Wall on the camera's side."""
    corners: Vector
    """Colour of the cloth between the walls, RGB in 0..1."""
    slopes: tuple[float, float, float]
    """Degrees by which back, sides and front rise."""
    front_depth: float
    """From the front wall's lower to its upper edge, in metres."""
    room: Vector
    """Colour of the room behind."""
    below: Vector
    """Colour of what is seen below the front wall."""


@dataclass(frozen=True)
class ArmPaint:
    """Colours of a Sawyer with a thin gripper, RGB in 0..1."""

    links: Vector
    """Of forearm and wrist."""
    upper: Vector
    """Of what is above them."""
    collars: Vector
    """Of the rings between links and of the gripper's body."""
    fingers: Vector
    """Of the fingers."""


@dataclass(frozen=True)
class Toy:
    """Something soft or of plastic."""

    kind: str
    """One of `TOYS`."""
    size: float
    """About half its width, in metres."""
    stretch: tuple[float, float]
    """How long and how thick it is, as multiples of the usual."""
    colours: tuple[Vector, Vector, Vector]
    """RGB in 0..1."""
    cloth: str
    """One of `CLOTHS`: the pattern of its first colour."""
    place: tuple[float, float]
    """Where it falls, -1..1 of the bin's floor along each axis."""
    turns: Vector
    """Radians about each axis."""


@dataclass(frozen=True)
class BairLook:
    """Everything that one of these scenes is made from."""

    camera: CameraLook
    bin: BinLook
    paint: ArmPaint
    light: SceneLighting
    toys: tuple[Toy, ...]
    sensor: Sensor
    hand_turn: float
    """Radians by which the hand is turned about the vertical in the first frame."""
    finger: float
    """Half the breadth of a finger, in metres."""
    texture_seed: int
    """Decides grain and fur."""


TOYS = ("plush", "ball", "tool", "jar", "rattle", "spoon", "brush", "half", "bunch", "cup", "block")
"""Kinds of toys."""

CLOTHS = ("plain", "fur", "stripes", "spots", "print")
"""Patterns of toys."""

_BRIGHT = (
    (0.26, 0.85, 0.85), (0.57, 0.85, 0.75), (0.08, 0.9, 0.95), (0.76, 0.55, 0.40), (0.02, 0.85, 0.65),
    (0.14, 0.85, 0.92), (0.97, 0.65, 0.28), (0.26, 0.2, 0.75), (0.10, 0.08, 0.95), (0.10, 0.04, 0.95),
)  # fmt: skip
"""Hues, saturations and values of plastic."""

_SOFT = (
    (0.07, 0.6, 0.30),
    (0.6, 0.05, 0.68),
    (0.1, 0.03, 0.95),
    (0.09, 0.35, 0.6),
    (0.75, 0.5, 0.4),
    (0.6, 0.03, 0.85),
)
"""Hues, saturations and values of plush."""


def draw_bair_look(rng: np.random.Generator) -> BairLook:
    """Draw a look."""
    return BairLook(
        camera=CameraLook(
            elevation=rng.uniform(43, 58),
            azimuth=rng.uniform(-7, 7),
            distance=rng.uniform(1.1, 1.4),
            field_of_view=rng.uniform(46, 64),
            aim=(rng.uniform(-0.01, 0.06), rng.uniform(-0.03, 0.03)),
        ),
        bin=_bin(rng),
        paint=_paint(rng),
        light=SceneLighting(
            direction=(rng.uniform(-0.5, 0.7), rng.uniform(-0.8, 0.8), -1.0),
            strength=rng.uniform(0.08, 0.32),
            ambient=rng.uniform(0.48, 0.62),
            warmth=rng.uniform(-0.6, 0.8),
            shadow=bool(rng.random() < 0.5),
        ),
        toys=_toys(rng),
        sensor=draw_sensor(rng),
        hand_turn=float(rng.uniform(-np.pi / 2, np.pi / 2)),
        finger=rng.uniform(0.004, 0.0065),
        texture_seed=int(rng.integers(2**31)),
    )


def near(rng: np.random.Generator, hsv: Vector, amount: float) -> Vector:
    """Give a colour near hue, saturation and value, as RGB in 0..1."""
    hue, saturation, value = hsv
    return colorsys.hsv_to_rgb(
        (hue + rng.uniform(-0.15, 0.15) * amount) % 1,
        float(np.clip(saturation + rng.uniform(-amount, amount) * (0.5 if saturation > 0.15 else 0.1), 0, 1)),
        float(np.clip(value + rng.uniform(-amount, amount) * 0.6, 0.02, 1)),
    )


def _bin(rng: np.random.Generator) -> BinLook:
    birch = (rng.uniform(0.085, 0.115), rng.uniform(0.08, 0.32), rng.uniform(0.8, 1.0))
    pale = (0.58, rng.uniform(0.02, 0.12), rng.uniform(0.82, 1.0))

    def panel(share: float) -> Surface:
        return Surface("birch", near(rng, pale if rng.random() < share else birch, 0.08))

    cloth = (rng.uniform(0.54, 0.64), rng.uniform(0.03, 0.3), rng.uniform(0.35, 0.75))
    return BinLook(
        floor=Surface("birch", near(rng, birch, 0.03)),
        back=panel(0.25),
        sides=panel(0.4),
        front=panel(0.45),
        corners=near(rng, cloth, 0.05),
        slopes=(rng.uniform(30, 75), rng.uniform(12, 40), rng.uniform(4, 28)),
        front_depth=rng.uniform(0.1, 0.24),
        room=near(rng, (rng.uniform(0.5, 0.62), 0.06, rng.uniform(0.55, 1.0)), 0.08),
        below=near(rng, (0.08, 0.5, rng.uniform(0.12, 0.5)), 0.08),
    )


def _paint(rng: np.random.Generator) -> ArmPaint:
    black = (rng.uniform(0, 0.1), 0.2, rng.uniform(0.03, 0.12))
    red = (rng.uniform(0.97, 1.01) % 1, rng.uniform(0.7, 0.95), rng.uniform(0.3, 0.6))
    return ArmPaint(
        links=near(rng, black, 0.02),
        upper=near(rng, red if rng.random() < 0.45 else black, 0.03),
        collars=near(rng, red if rng.random() < 0.93 else black, 0.05),
        fingers=near(rng, (0.1, 0.1, rng.uniform(0.03, 0.14) if rng.random() < 0.9 else 0.4), 0.02),
    )


def _toys(rng: np.random.Generator) -> tuple[Toy, ...]:
    """Some lie about, the others in heaps."""
    heaps = rng.uniform(-0.85, 0.85, (3, 2))
    toys = []
    for _ in range(int(rng.integers(11, MOST_TOYS + 1))):
        place = rng.uniform(-1, 1, 2) if rng.random() < 0.5 else heaps[rng.integers(3)] + rng.normal(0, 0.22, 2)
        toys.append(_toy(rng, (float(place[0].clip(-1, 1)), float(place[1].clip(-1, 1)))))
    return tuple(toys)


def _toy(rng: np.random.Generator, place: tuple[float, float]) -> Toy:
    kind = "plush" if rng.random() < 0.3 else str(rng.choice(TOYS[1:]))
    soft = kind == "plush"
    cloth = str(rng.choice(CLOTHS, p=(0.05, 0.5, 0.35, 0.1, 0) if soft else (0.6, 0.05, 0.08, 0.05, 0.22)))
    palette = _SOFT if soft else _BRIGHT
    first, second, third = (near(rng, palette[int(rng.integers(len(palette)))], 0.12) for _ in range(3))
    if soft and cloth == "stripes":
        first = near(rng, _SOFT[2], 0.05)
    if soft:
        second = first
    return Toy(
        kind=kind,
        size=rng.uniform(0.020, 0.031) if soft else rng.uniform(0.020, 0.037),
        stretch=(rng.uniform(0.75, 1.3), rng.uniform(0.7, 1.25)),
        colours=(first, second, third),
        cloth=cloth,
        place=place,
        turns=(rng.uniform(-0.6, 0.6), rng.uniform(-0.6, 0.6), rng.uniform(0, 2 * np.pi)),
    )
