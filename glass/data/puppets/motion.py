"""What a puppet can do, and how its whole body moves in each act: curves over one cycle."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from glass.core.limbs import GAITS
from glass.data.puppets.skeleton import Bone, Pose, Turn

CANVAS = 192
"""Side of the canvas on which a puppet is drawn, in canvas pixels: three to a pixel of its cell."""


@dataclass(frozen=True)
class Build:
    """A puppet: its bones, and how they move."""

    kind: str
    """What it is, such as `biped` or `vehicle`."""
    bones: tuple[Bone, ...]
    """Its skeleton, parents first."""
    pose: Callable[[str, float], Pose]
    """Gives the pose of a gait or act at a time of its cycle, 0 up to 1."""
    mirrored: bool
    """Whether it is seen from the side, facing right, so that it faces left in the mirror."""


@dataclass(frozen=True)
class Vigour:
    """How strongly one puppet moves; drawn once for each."""

    bob: float
    """Canvas pixels that travelling lifts it."""
    rock: float
    """Degrees that travelling rocks it."""
    lean: float
    """Degrees that it leans into a strike; to its right hand, if it is seen from the front."""
    reach: float
    """Canvas pixels that a strike carries it forward."""
    leap: float
    """Canvas pixels that it jumps."""
    squash: float
    """Share of its height that a crouch takes."""
    shiver: float
    """Degrees that shaking turns it."""
    tumble: float
    """Degrees that a fall turns it; negative, since who faces right falls on its back."""
    height: float
    """Its own, in canvas pixels."""


def draw_vigour(rng: np.random.Generator, height: float, side: bool) -> Vigour:
    """Draw a puppet's vigour; `height` is its own in canvas pixels, `side` whether it is seen from the side."""
    return Vigour(
        bob=rng.uniform(4, 10),
        rock=rng.uniform(3, 9),
        lean=rng.uniform(14, 30) if side else rng.uniform(8, 18),
        reach=rng.uniform(0.06, 0.14) * height if side else rng.uniform(0.03, 0.08) * height,
        leap=rng.uniform(0.15, 0.32) * height,
        squash=rng.uniform(0.25, 0.42),
        shiver=rng.uniform(10, 20),
        tumble=-rng.uniform(70, 90),
        height=height,
    )


def cycle(time: float) -> float:
    """Return a sine that goes round once."""
    return float(np.sin(2 * np.pi * time))


def hump(time: float) -> float:
    """Return a rise to 1 and back."""
    return float(np.sin(np.pi * time))


def held(time: float) -> float:
    """Return a quick rise to 1 that is held nearly to the end."""
    return float(np.interp(time, [0, 0.3, 0.8, 1], [0, 1, 1, 0.2]))


def swing(time: float) -> float:
    """Return a strike: drawn back to -0.8, then forward to 1, where it is held, then let go."""
    return float(np.interp(time, [0, 0.12, 0.3, 0.75, 0.9, 1], [-0.3, -0.8, 1, 1, 0.3, 0]))


def wobble(time: float, phase: float = 0.0) -> float:
    """Return how far to a side shaking is: a sine that goes round once and a half; `phase` in radians."""
    return float(np.sin(3 * np.pi * time + phase))


def flight(time: float) -> float:
    """Return the height of a jump as a share: on the ground at first and at the end."""
    return float(np.interp(time, [0, 0.2, 0.35, 0.5, 0.65, 0.8, 1], [0, 0, 0.75, 1, 0.75, 0, 0]))


def move_body(act: str, time: float, vigour: Vigour) -> Turn:
    """Return how the whole puppet moves about its root in a gait or act."""
    wave = cycle(time)
    if act in GAITS:
        return Turn(angle=vigour.rock * wave, y=-abs(wave) * vigour.bob)
    if act == "jump":
        low = float(np.interp(time, [0, 0.15, 0.3, 0.75, 0.9, 1], [0, 1, -0.4, -0.2, 1, 0])) * vigour.squash * 0.6
        return Turn(y=-vigour.leap * flight(time), high=1 - low, wide=1 + 0.4 * low)
    if act == "strike":
        return Turn(angle=vigour.lean * swing(time), x=vigour.reach * swing(time))
    if act == "raise":
        return Turn(high=1 + 0.16 * held(time), wide=1 - 0.07 * held(time))
    if act == "crouch":
        low = vigour.squash * held(time)
        return Turn(high=1 - low, wide=1 + 0.35 * low)
    if act == "shake":
        return Turn(angle=vigour.shiver * wobble(time))
    if act == "fall":
        # Turned about the feet, and carried back so that the middle stays where it was.
        angle = vigour.tumble * float(np.interp(time, [0, 0.45, 1], [0.06, 1, 1]))
        lying = float(np.sin(np.radians(angle)))
        return Turn(angle, x=-lying * vigour.height / 2, y=-abs(lying) * vigour.height * 0.15)
    return Turn(high=1 + 0.025 * wave, wide=1 - 0.012 * wave)
