"""What flies or swims: birds, bats and bees, fish and whales."""

import numpy as np

from glass.core.limbs import GAITS
from glass.data.puppets.motion import CANVAS, Build, cycle, draw_vigour, held, hump, move_body, swing, wobble
from glass.data.puppets.skeleton import ROOT, Bone, Pose, Turn
from glass.data.puppets.texture import Style, draw_face, draw_part


def draw_flyer(rng: np.random.Generator, style: Style) -> Build:
    """Draw a flyer from the side or the front: trunk, wings that flap, tail, beak or feelers."""
    side = rng.random() < 0.7
    long = rng.uniform(0.3, 0.5) * CANVAS
    deep = long * rng.uniform(0.5, 1.1)
    trunk = draw_part(rng, style, str(rng.choice(["ellipse", "ellipse", "stone", "box", "drop"])), long, deep)
    trunk = draw_face(rng, trunk, style, "side" if side else "front")
    shape = str(rng.choice(["ellipse", "spike", "trapezium", "drop"]))
    wing = draw_part(rng, style, shape, long * rng.uniform(0.3, 0.6), long * rng.uniform(0.5, 1.0))
    tail = draw_part(
        rng, style, str(rng.choice(["spike", "trapezium", "ellipse"])), deep * 0.35, long * rng.uniform(0.3, 0.6)
    )
    beak = draw_part(rng, style, "spike", deep * 0.25, long * rng.uniform(0.15, 0.35))
    bones = [Bone("trunk", trunk, (0.5, 0.5), (0, -CANVAS * 0.45), depth=2)]
    if side:
        bones.append(Bone("wing back", wing, (0.5, 0.06), (0.5, 0.25), "trunk", 0, 1))
        bones.append(Bone("wing", wing, (0.5, 0.06), (0.45, 0.3), "trunk", 0, 5))
        bones.append(Bone("tail", tail, (0.5, 0.05), (0.06, 0.5), "trunk", 90, 1))
        bones.append(Bone("beak", beak, (0.5, 0.08), (0.95, 0.5), "trunk", -90, 1))
    else:
        bones.append(Bone("wing back", wing, (0.5, 0.06), (0.12, 0.35), "trunk", 0, 1))
        bones.append(Bone("wing", wing, (0.5, 0.06), (0.88, 0.35), "trunk", 0, 1))
    vigour, flap, rest = draw_vigour(rng, CANVAS * 0.7, side), rng.uniform(30, 65), rng.uniform(95, 150)

    def pose(act: str, time: float) -> Pose:
        body, wave = move_body(act, time, vigour), cycle(time)
        if act in GAITS:
            body = Turn(y=-8 * wave, angle={"go up": -14, "go down": 14}.get(act, 0) * side)
        open_wide = rest + flap * wave
        trunk = Turn()
        if act == "jump":
            open_wide, body = (
                rest + flap * float(np.sin(4 * np.pi * time)),
                Turn(y=-30 * hump(time), angle=-20 * hump(time) * side),
            )
        elif act == "strike":
            trunk, open_wide = (
                Turn((34 if side else 16) * swing(time), y=16 * max(0.0, swing(time))),
                rest + 30 * swing(time),
            )
        elif act == "raise":
            open_wide, trunk = rest + (170 - rest) * held(time), Turn(-14 * held(time) * side)
        elif act == "crouch":
            open_wide = rest * (1 - 0.8 * held(time))
        elif act == "fall":
            open_wide, body = rest - 60 * held(time), Turn(vigour.tumble * held(time), y=20 * held(time))
        elif act == "rest":
            body, open_wide = Turn(y=-3 * wave), rest + 0.5 * flap * wave
        # From the side both wings rise together; from the front each on its own side.
        return {
            ROOT: Turn(0, body.x, body.y, body.wide, body.high),
            "trunk": Turn(body.angle + trunk.angle, trunk.x, trunk.y),
            "wing": Turn(open_wide if side else -open_wide),
            "wing back": Turn(open_wide - 18 if side else open_wide),
            "tail": Turn(10 * wave),
        }

    return Build("flyer", tuple(bones), pose, mirrored=side)


def draw_fish(rng: np.random.Generator, style: Style) -> Build:
    """Draw a fish or whale from the side: trunk, tail, fins."""
    long = rng.uniform(0.45, 0.68) * CANVAS
    deep = long * rng.uniform(0.3, 0.75)
    trunk = draw_part(rng, style, str(rng.choice(["ellipse", "ellipse", "stone"])), long, deep)
    trunk = draw_face(rng, trunk, style, "side")
    tail = draw_part(
        rng,
        style,
        str(rng.choice(["trapezium", "spike", "drop"])),
        deep * rng.uniform(0.5, 0.9),
        long * rng.uniform(0.2, 0.4),
    )
    fin = draw_part(
        rng, style, str(rng.choice(["spike", "trapezium", "ellipse"])), long * 0.2, deep * rng.uniform(0.4, 0.7)
    )
    bones = (
        Bone("trunk", trunk, (0.6, 0.5), (0, -CANVAS * 0.42), depth=2),
        Bone("tail", tail, (0.5, 0.04), (0.05, 0.5), "trunk", 90, 1),
        Bone("fin", fin, (0.5, 0.06), (0.5, 0.62), "trunk", 30, 4),
        Bone("back fin", fin, (0.5, 0.9), (0.45, 0.14), "trunk", -20, 1),
    )
    vigour, beat = draw_vigour(rng, CANVAS * 0.7, True), rng.uniform(18, 40)

    def pose(act: str, time: float) -> Pose:
        body, wave = move_body(act, time, vigour), cycle(time)
        angle, tail_turn, fin_turn, y, x = 0.0, 0.3 * beat * wave, 8 * wave, 0.0, 0.0
        if act in GAITS:
            tail_turn, angle, y = beat * wave, {"go up": -22, "go down": 22}.get(act, 0) + 4 * wave, 2 * wave
        elif act == "jump":
            angle, y, tail_turn = 40 * (2 * time - 1), -34 * hump(time), beat * float(np.sin(4 * np.pi * time))
        elif act == "strike":
            x, angle, tail_turn = 14 * swing(time), 0.6 * vigour.lean * swing(time), -beat * 1.4 * swing(time)
        elif act == "raise":
            angle, fin_turn = -55 * held(time), -70 * held(time)
        elif act == "shake":
            angle, tail_turn = vigour.shiver * wobble(time), -2 * beat * wobble(time)
        elif act == "fall":
            angle, y = 2 * vigour.tumble * held(time), 18 * held(time)
        root = body if act in ("crouch", "rest") else Turn()
        return {ROOT: root, "trunk": Turn(angle, x, y), "tail": Turn(tail_turn), "fin": Turn(fin_turn)}

    return Build("fish", bones, pose, mirrored=True)
