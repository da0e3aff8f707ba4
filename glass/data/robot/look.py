"""Domain randomisation: camera, paint, floor, light and things of a scene, drawn at random for every episode."""

import colorsys
from dataclasses import dataclass

import numpy as np

from glass.data.robot.sawyer import Paint, Vector

DARK_RED = (0.33, 0.05, 0.06)
BLACK = (0.06, 0.06, 0.07)


@dataclass(frozen=True)
class CameraLook:
    """Where the bin is filmed from."""

    elevation: float
    """Degrees above the horizon, 35 to 60."""
    azimuth: float
    """Degrees about the vertical, -10 to 10; 0 faces the robot."""
    distance: float
    """As a multiple of the usual one, 0.85 to 1.15."""
    field_of_view: float
    """Degrees from the frame's top to its bottom."""
    aim: tuple[float, float]
    """Where the frame's middle lies on the bin's floor, in metres from its middle: away from the robot, and left."""


@dataclass(frozen=True)
class Surface:
    """Something flat."""

    kind: str
    """wood, plain, speckled or birch."""
    colour: Vector
    """RGB in 0..1."""


@dataclass(frozen=True)
class SceneLighting:
    """How the scene is lit."""

    direction: Vector
    """Where the light goes, not normalised."""
    strength: float
    """0..1: of the lamp."""
    ambient: float
    """0..1: of the light from everywhere."""
    warmth: float
    """-1..1: blue to yellow."""
    shadow: bool
    """Whether things cast shadows."""


@dataclass(frozen=True)
class ThingLook:
    """Something to push."""

    kind: str
    """One of `THINGS`."""
    size: float
    """About half its width, in metres."""
    stretch: tuple[float, float]
    """How its second and third side compare with the first."""
    colours: tuple[Vector, Vector]
    """RGB in 0..1."""
    place: tuple[float, float]
    """Where it falls, -1..1 of the bin's inside along each axis."""
    turn: float
    """Radians about the vertical."""


THINGS = ("box", "cylinder", "capsule", "ball", "cup", "dumbbell", "cross", "corner")
"""Kinds of things."""


@dataclass(frozen=True)
class SceneLook:
    """Everything about a scene that episodes differ in."""

    camera: CameraLook
    paint: Paint
    floor: Surface
    wall: Surface
    ground: Surface
    light: SceneLighting
    things: tuple[ThingLook, ...]
    hand_turn: float
    """Radians by which the hand is turned about the vertical; at 0 the fingers slide across the frame."""
    texture_seed: int
    """Decides the grain of surfaces."""


def draw_look(rng: np.random.Generator) -> SceneLook:
    """Draw a look."""
    camera = CameraLook(
        elevation=rng.uniform(35, 60),
        azimuth=rng.uniform(-10, 10),
        distance=rng.uniform(0.85, 1.15),
        field_of_view=rng.uniform(28, 38),
        aim=(rng.uniform(-0.02, 0.03), rng.uniform(-0.02, 0.02)),
    )
    floor = _floor(rng)
    wall = Surface("wood", _wood(rng)) if rng.random() < 0.75 else Surface("plain", _grey(rng, 0.3, 0.75))
    return SceneLook(
        camera=camera,
        paint=_paint(rng),
        floor=floor,
        wall=wall,
        ground=Surface(str(rng.choice(["plain", "speckled", "wood"], p=[0.4, 0.4, 0.2])), _grey(rng, 0.15, 0.7)),
        light=SceneLighting(
            direction=(rng.uniform(-0.6, 0.6), rng.uniform(-0.8, 0.8), -1.0),
            strength=rng.uniform(0.35, 0.65),
            ambient=rng.uniform(0.3, 0.5),
            warmth=rng.uniform(-1, 1),
            shadow=bool(rng.random() < 0.8),
        ),
        things=tuple(_thing(rng) for _ in range(int(rng.integers(7, 12)))),
        hand_turn=float(np.radians(rng.uniform(-20, 20))),
        texture_seed=int(rng.integers(2**31)),
    )


def _vary(rng: np.random.Generator, colour: Vector, amount: float) -> Vector:
    red, green, blue = (float(np.clip(value + rng.uniform(-amount, amount), 0.01, 1)) for value in colour)
    return red, green, blue


def _grey(rng: np.random.Generator, low: float, high: float) -> Vector:
    value = rng.uniform(low, high)
    return _vary(rng, (value, value, value), 0.03)


def _wood(rng: np.random.Generator) -> Vector:
    return colorsys.hsv_to_rgb(rng.uniform(0.06, 0.11), rng.uniform(0.25, 0.6), rng.uniform(0.45, 0.9))


def _floor(rng: np.random.Generator) -> Surface:
    if rng.random() < 0.5:
        return Surface("wood", _wood(rng))
    return Surface(str(rng.choice(["plain", "speckled"])), _grey(rng, 0.35, 0.8))


def _paint(rng: np.random.Generator) -> Paint:
    kind = rng.choice(["black and red", "dark", "grey"], p=[0.55, 0.25, 0.2])
    links = joints = _grey(rng, 0.03, 0.14)
    if kind == "black and red":
        links = _vary(rng, DARK_RED, 0.05)
    elif kind == "grey":
        links, joints = _grey(rng, 0.4, 0.7), _grey(rng, 0.15, 0.6)
    hand = _vary(rng, BLACK, 0.04)
    fingers = _grey(rng, 0.04, 0.3) if rng.random() < 0.6 else _grey(rng, 0.5, 0.75)
    tips = _grey(rng, 0.05, 0.8) if rng.random() < 0.7 else _vary(rng, DARK_RED, 0.1)
    return Paint(links, joints, hand, fingers, tips)


def _thing(rng: np.random.Generator) -> ThingLook:
    colours = []
    for _ in range(2):
        saturation = rng.uniform(0.55, 1) if rng.random() < 0.85 else 0.05
        colours.append(colorsys.hsv_to_rgb(rng.random(), saturation, rng.uniform(0.35, 0.95)))
    return ThingLook(
        kind=str(rng.choice(THINGS)),
        size=rng.uniform(0.017, 0.030),
        stretch=(rng.uniform(0.6, 1.3), rng.uniform(0.6, 1.3)),
        colours=(colours[0], colours[1]),
        place=(rng.uniform(-0.8, 0.8), rng.uniform(-0.8, 0.8)),
        turn=rng.uniform(0, 2 * np.pi),
    )
