"""Bipeds: people, robots and monsters on two legs, from the front, the side or in between."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from glass.core.limbs import GAITS
from glass.data.puppets.motion import (
    CANVAS,
    Build,
    Vigour,
    cycle,
    draw_vigour,
    held,
    hump,
    move_body,
    swing,
    wobble,
)
from glass.data.puppets.skeleton import ROOT, Bone, Pose, Turn
from glass.data.puppets.texture import Style, draw_face, draw_part


@dataclass(frozen=True)
class _Limbs:
    """How far a biped's limbs swing, in degrees."""

    arm: float
    leg: float
    strike: float
    raised: float
    front: bool


def draw_biped(rng: np.random.Generator, style: Style) -> Build:
    """Draw a biped: a chibi with a large head up to a tall figure, often with hair, hat, robe, cape, tool or shield."""
    view = str(rng.choice(["front", "side", "quarter"]))
    front = view == "front"
    height = rng.uniform(0.5, 0.82) * CANVAS
    head_high = height * rng.uniform(0.2, 0.52)
    leg_high = (height - head_high) * rng.uniform(0.25, 0.55)
    trunk_high = height - head_high - leg_high
    trunk_wide = max(12.0, trunk_high * rng.uniform(0.5, 1.2) * (1 if front else 0.75))
    thick = height * rng.uniform(0.05, 0.13)
    arm_long = (trunk_high + leg_high * 0.4) * rng.uniform(0.6, 1.0)
    reach = trunk_wide * (0.46 if front else 0.08 if view == "side" else 0.3) / trunk_wide
    spread = trunk_wide * (0.26 if front else 0.1)
    robe = rng.random() < 0.2
    leg = draw_part(
        rng, style, str(rng.choice(["box", "box", "trapezium"])), thick * rng.uniform(1, 1.5), leg_high * 1.1
    )
    arm = draw_part(rng, style, str(rng.choice(["box", "ellipse"])), thick, arm_long)
    trunk = draw_part(rng, style, str(rng.choice(["box", "trapezium", "ellipse"])), trunk_wide, trunk_high * 1.12)
    bones = [
        Bone("leg back", leg, (0.5, 0.05), (-spread, -leg_high), depth=1),
        Bone("leg", leg, (0.5, 0.05), (spread, -leg_high), depth=2),
        Bone("trunk", trunk, (0.5, 0.93), (0, -leg_high), depth=3),
        Bone("arm back", arm, (0.5, 0.06), (0.5 - reach, 0.16), "trunk", rng.uniform(2, 14) if front else 0, 0),
        Bone("head", _draw_head(rng, style, head_high, view), (0.5, 0.94), (0.5, 0.06), "trunk", depth=5),
        Bone("arm", arm, (0.5, 0.06), (0.5 + reach, 0.16), "trunk", -rng.uniform(2, 14) if front else 0, 6),
    ]
    bones += _draw_dress(rng, style, trunk_wide, trunk_high, leg_high, robe)
    bones += _draw_gear(rng, style, height, head_high)
    vigour = draw_vigour(rng, height, not front)
    limbs = _Limbs(
        rng.uniform(20, 50),
        rng.uniform(26, 46) * (0.5 if robe else 1),
        rng.uniform(80, 115),
        rng.uniform(130, 170),
        front,
    )
    return Build("biped", tuple(bones), lambda act, time: _pose(act, time, vigour, limbs), mirrored=not front)


def _draw_head(rng: np.random.Generator, style: Style, high: float, view: str) -> Image.Image:
    """Draw a head with a face, and mostly hair."""
    wide = high * rng.uniform(0.7, 1.2)
    head = draw_part(rng, style, str(rng.choice(["ellipse", "ellipse", "box", "stone"])), wide, high)
    head = draw_face(rng, head, style, view)
    if rng.random() < 0.7:
        hair = draw_part(
            rng, style, str(rng.choice(["ellipse", "box", "stone", "spike"])), wide, high * rng.uniform(0.25, 0.5)
        )
        head.alpha_composite(hair.resize((head.width, hair.height)), (0, 0))
        if view != "front" and rng.random() < 0.6:
            back = draw_part(rng, style, "box", wide * 0.3, high * rng.uniform(0.5, 0.95))
            head.alpha_composite(back, (0, 0))
    return head


def _draw_dress(
    rng: np.random.Generator, style: Style, wide: float, high: float, leg_high: float, robe: bool
) -> list[Bone]:
    """Draw a robe or skirt over the legs, and a cape behind the trunk."""
    bones = []
    if robe:
        skirt = draw_part(rng, style, "trapezium", wide * rng.uniform(1.1, 1.5), leg_high * rng.uniform(0.6, 1.0))
        bones.append(Bone("skirt", skirt, (0.5, 0.08), (0.5, 0.9), "trunk", depth=4))
    if rng.random() < 0.2:
        cape = draw_part(rng, style, "trapezium", wide * rng.uniform(1.2, 1.6), high * rng.uniform(1.1, 1.6))
        bones.append(Bone("cape", cape, (0.5, 0.04), (0.5, 0.1), "trunk", depth=-1))
    return bones


def _draw_gear(rng: np.random.Generator, style: Style, height: float, head_high: float) -> list[Bone]:
    """Draw a hat, a tool in the hand and a shield on the other arm, each now and then."""
    bones = []
    if rng.random() < 0.35:
        shape = str(rng.choice(["trapezium", "drop", "box", "ellipse"]))
        hat = draw_part(rng, style, shape, head_high * rng.uniform(0.7, 1.2), head_high * rng.uniform(0.2, 0.5))
        bones.append(Bone("hat", hat, (0.5, 0.9), (0.5, 0.12), "head", depth=7))
    if rng.random() < 0.35:
        tool = draw_part(
            rng, style, str(rng.choice(["box", "spike", "ellipse"])), rng.uniform(5, 14), height * rng.uniform(0.2, 0.5)
        )
        bones.append(Bone("tool", tool, (0.5, 0.88), (0.5, 0.92), "arm", rng.uniform(40, 110), 5.5))
    if rng.random() < 0.15:
        shield = draw_part(rng, style, str(rng.choice(["ellipse", "box", "drop"])), height * 0.2, height * 0.25)
        bones.append(Bone("shield", shield, (0.5, 0.5), (0.5, 0.75), "arm back", 0, 6.5))
    return bones


def _pose(act: str, time: float, vigour: Vigour, limbs: _Limbs) -> Pose:
    """Return the pose of a biped; arms hang down, so a positive angle of the right arm swings it to the left."""
    body, wave = move_body(act, time, vigour), cycle(time)
    arm = back = leg = leg_back = head = 0.0
    lift = lift_back = 0.0
    if act in GAITS:
        share = 0.4 if limbs.front or act != "go" else 1.0
        arm, back = -limbs.arm * wave * share, limbs.arm * wave * share
        if limbs.front or act != "go":
            lift, lift_back = -14 * max(0.0, wave), -14 * max(0.0, -wave)
        if act == "go":
            leg, leg_back = (
                limbs.leg * wave * (0.5 if limbs.front else 1),
                -limbs.leg * wave * (0.5 if limbs.front else 1),
            )
    elif act == "jump":
        rise = hump(time)
        arm, back = -110 * rise, 110 * rise if limbs.front else -110 * rise
        leg, leg_back = -25 * rise, 25 * rise
    elif act == "strike":
        arm, back = -limbs.strike * swing(time), 25 * swing(time)
        leg, leg_back = -14 * max(0.0, swing(time)), 18 * max(0.0, swing(time))
    elif act == "raise":
        arm, back = -limbs.raised * held(time), limbs.raised * held(time) * (1 if limbs.front else -0.9)
    elif act == "crouch":
        arm, back, head = -20 * held(time), 20 * held(time), 12 * held(time) * (0 if limbs.front else 1)
    elif act == "shake":
        quick = wobble(time)
        arm, back, head = 35 * quick - 30, 35 * quick + 30, -14 * quick
    elif act == "fall":
        arm, back, head = -50 * held(time), 60 * held(time), -10 * held(time)
    else:
        arm, back = -3 * wave, 3 * wave
    return {
        ROOT: body,
        "arm": Turn(arm),
        "arm back": Turn(back),
        "leg": Turn(leg, y=lift),
        "leg back": Turn(leg_back, y=lift_back),
        "head": Turn(head),
        "cape": Turn(6 * wave if act in GAITS else 0.0),
        "tool": Turn(30 * swing(time) if act == "strike" else 0.0),
    }
