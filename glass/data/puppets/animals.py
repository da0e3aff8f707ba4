"""Animals on the ground: quadrupeds, insects and other many-legged things, snakes."""

import numpy as np

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


def draw_quadruped(rng: np.random.Generator, style: Style) -> Build:
    """Draw a quadruped from the side: trunk, four legs, neck and head, ears or horns, tail."""
    long = rng.uniform(0.42, 0.62) * CANVAS
    deep, leg_high = long * rng.uniform(0.35, 0.65), long * rng.uniform(0.2, 0.65)
    head_high = long * rng.uniform(0.28, 0.5)
    leg = draw_part(rng, style, str(rng.choice(["box", "spike"])), long * rng.uniform(0.08, 0.16), leg_high * 1.15)
    trunk = draw_part(rng, style, str(rng.choice(["ellipse", "box"])), long, deep)
    head_shape = str(rng.choice(["ellipse", "box", "stone"]))
    head = draw_face(
        rng, draw_part(rng, style, head_shape, head_high * rng.uniform(0.8, 1.4), head_high), style, "side"
    )
    ear = draw_part(
        rng, style, str(rng.choice(["spike", "ellipse", "drop"])), head_high * 0.25, head_high * rng.uniform(0.3, 0.6)
    )
    tail = draw_part(
        rng,
        style,
        str(rng.choice(["box", "drop", "ellipse"])),
        long * rng.uniform(0.06, 0.15),
        long * rng.uniform(0.25, 0.6),
    )
    neck = rng.uniform(0.0, 0.45)
    bones = (
        Bone("trunk", trunk, (0.5, 0.8), (0, -leg_high), depth=3),
        Bone("leg 1", leg, (0.5, 0.05), (0.2, 0.75), "trunk", depth=1),
        Bone("leg 2", leg, (0.5, 0.05), (0.86, 0.75), "trunk", depth=1),
        Bone("leg 3", leg, (0.5, 0.05), (0.14, 0.78), "trunk", depth=4),
        Bone("leg 4", leg, (0.5, 0.05), (0.8, 0.78), "trunk", depth=4),
        Bone("tail", tail, (0.5, 0.05), (0.06, 0.35), "trunk", rng.uniform(20, 140), 2),
        Bone("head", head, (0.25, 0.6), (0.92, 0.25 - neck), "trunk", depth=5),
        Bone("ear", ear, (0.5, 0.9), (0.35, 0.15), "head", rng.uniform(-30, 10), 4.5),
    )
    vigour, step = draw_vigour(rng, leg_high + deep + head_high * 0.5, True), rng.uniform(24, 42)
    return Build("quadruped", bones, lambda act, time: _walk_on_four(act, time, vigour, step), mirrored=True)


def _walk_on_four(act: str, time: float, vigour: Vigour, step: float) -> Pose:
    body, wave = move_body(act, time, vigour), cycle(time)
    legs, head, trunk, tail = [0.0] * 4, Turn(), 0.0, 0.0
    if act in GAITS:
        legs, tail = [step * wave, -step * wave, -step * wave, step * wave], 15 * wave
        head = Turn(4 * wave)
    elif act == "jump":
        rise = hump(time)
        legs, trunk = [30 * rise, -40 * rise, 25 * rise, -45 * rise], -14 * rise
    elif act == "strike":
        reach = swing(time)
        head, legs = Turn(18 * reach, x=12 * reach), [0, 0, 0, -60 * max(0.0, reach)]
    elif act == "raise":
        up = held(time)
        trunk, legs, head = -34 * up, [34 * up, -20 * up, 34 * up, -35 * up], Turn(12 * up)
    elif act == "crouch":
        legs = [35 * held(time), -35 * held(time)] * 2
        head = Turn(y=6 * held(time))
    elif act == "shake":
        quick = wobble(time)
        head, tail = Turn(-18 * quick), 40 * quick
    elif act == "fall":
        legs = [-25 * held(time), 25 * held(time)] * 2
    else:
        tail, head = 8 * wave, Turn(y=wave)
    names = {f"leg {number + 1}": Turn(angle) for number, angle in enumerate(legs)}
    return {ROOT: body, "trunk": Turn(trunk), "tail": Turn(tail), "head": head, **names}


def draw_insect(rng: np.random.Generator, style: Style) -> Build:
    """Draw an insect, spider or crab: a low trunk on six or eight legs, feelers, often claws."""
    long = rng.uniform(0.4, 0.62) * CANVAS
    deep, leg_high = long * rng.uniform(0.3, 0.55), long * rng.uniform(0.15, 0.4)
    pairs = int(rng.integers(3, 5))
    leg = draw_part(rng, style, str(rng.choice(["box", "spike"])), max(4.0, long * 0.06), leg_high * 1.3)
    trunk = draw_part(rng, style, str(rng.choice(["ellipse", "drop", "stone"])), long, deep)
    side = rng.random() < 0.6
    head = draw_part(rng, style, "ellipse", long * 0.3, long * 0.28)
    head = draw_face(rng, head, style, "side" if side else "front")
    feeler = draw_part(
        rng, style, str(rng.choice(["box", "spike"])), max(3.0, long * 0.04), long * rng.uniform(0.2, 0.35)
    )
    claw = draw_part(
        rng, style, str(rng.choice(["stone", "drop", "spike"])), long * 0.14, long * rng.uniform(0.25, 0.4)
    )
    bones = [Bone("trunk", trunk, (0.5, 0.75), (0, -leg_high), depth=3)]
    for number in range(pairs):
        place = 0.15 + 0.7 * number / (pairs - 1)
        slant = (0.5 - place) * 60
        bones.append(Bone(f"leg {2 * number}", leg, (0.5, 0.05), (place, 0.7), "trunk", slant, 4))
        bones.append(Bone(f"leg {2 * number + 1}", leg, (0.5, 0.05), (place + 0.05, 0.65), "trunk", slant, 1))
    bones.append(
        Bone(
            "head", head, (0.3 if side else 0.5, 0.6), (0.94 if side else 0.5, 0.4 if side else 0.25), "trunk", depth=5
        )
    )
    bones.append(Bone("feeler", feeler, (0.5, 0.95), (0.6, 0.2), "head", rng.uniform(10, 50), 4.5))
    if rng.random() < 0.5:
        bones.append(Bone("claw", claw, (0.5, 0.05), (0.9, 0.6), "trunk", -100, 6))
    vigour, step = draw_vigour(rng, leg_high + deep, side), rng.uniform(15, 32)

    def pose(act: str, time: float) -> Pose:
        body, wave, legs = move_body(act, time, vigour), cycle(time), {}
        for number in range(2 * pairs):
            turn = step * wave * (-1) ** number if act in GAITS else 0.0
            turn += (
                {"crouch": 40, "raise": -25, "fall": -60, "jump": 30}.get(act, 0) * held(time) * (-1) ** (number // 2)
            )
            legs[f"leg {number}"] = Turn(turn)
        quick = wobble(time) if act == "shake" else 0.0
        trunk = -22 * held(time) if act == "raise" and side else 0.0
        claw_turn = {"strike": -60 * swing(time), "raise": -50 * held(time)}.get(act, 5 * wave)
        feel = 10 * wave + 30 * quick
        head = Turn(12 * quick, x=10 * swing(time) if act == "strike" else 0.0)
        return {ROOT: body, "trunk": Turn(trunk), "head": head, "feeler": Turn(feel), "claw": Turn(claw_turn), **legs}

    return Build("insect", tuple(bones), pose, mirrored=side)


def draw_snake(rng: np.random.Generator, style: Style) -> Build:
    """Draw a snake, worm or caterpillar: a chain of segments along the ground with a raised head."""
    count = int(rng.integers(4, 7))
    length = rng.uniform(0.6, 0.85) * CANVAS / count
    thick = length * rng.uniform(0.5, 1.1)
    segment = draw_part(rng, style, str(rng.choice(["ellipse", "box"])), length * 1.35, thick)
    head = draw_part(
        rng, style, str(rng.choice(["ellipse", "drop", "box"])), length * 1.5, thick * rng.uniform(1.1, 1.7)
    )
    head = draw_face(rng, head, style, "side")
    first = (-length * count / 2, -thick / 2)
    bones = [Bone("part 0", segment, (0.12, 0.5), first, depth=0)]
    for number in range(1, count):
        bones.append(Bone(f"part {number}", segment, (0.12, 0.5), (0.86, 0.5), f"part {number - 1}", depth=number))
    bones.append(Bone("head", head, (0.2, 0.6), (0.88, 0.45), f"part {count - 1}", depth=count))
    vigour, curl = draw_vigour(rng, thick * 2, True), rng.uniform(12, 26)

    def pose(act: str, time: float) -> Pose:
        body, turns = move_body(act, time, vigour), {}
        for number in range(count):
            front = number / (count - 1)
            turn = curl * float(np.sin(2 * np.pi * (time - 0.3 * number))) if act in GAITS else 2 * cycle(time)
            turn += {"raise": -38 * front * held(time), "strike": -30 * front * max(0.0, -swing(time))}.get(act, 0.0)
            turn += {"crouch": (-1) ** number * 28 * held(time), "jump": (-1) ** number * 20 * hump(time)}.get(act, 0.0)
            turn += 24 * wobble(time, number) if act == "shake" else 0.0
            turns[f"part {number}"] = Turn(turn)
        head = Turn(30 * held(time) if act == "raise" else 0.0, x=14 * swing(time) if act == "strike" else 0.0)
        return {ROOT: body, "head": head, **turns}

    return Build("snake", tuple(bones), pose, mirrored=True)
