"""Things that come alive: blobs and ghosts, objects with and without faces, vehicles and ships."""

import numpy as np
from PIL import Image, ImageDraw

from glass.core.limbs import GAITS
from glass.data.puppets.motion import CANVAS, Build, cycle, draw_vigour, held, hump, move_body, swing, wobble
from glass.data.puppets.skeleton import ROOT, Bone, Pose, Turn
from glass.data.puppets.texture import Style, draw_colour, draw_face, draw_part

SHAPES = ("ellipse", "box", "trapezium", "stone", "drop")


def draw_blob(rng: np.random.Generator, style: Style) -> Build:
    """Draw a blob, ghost or object in one piece that hops, squashes and stretches; often with a face, arms or a top."""
    wide = rng.uniform(0.35, 0.75) * CANVAS
    high = min(wide * rng.uniform(0.5, 1.5), 0.78 * CANVAS)
    view = str(rng.choice(["front", "front", "side", "quarter", "none"]))
    trunk = draw_part(rng, style, str(rng.choice(SHAPES)), wide, high)
    if view != "none":
        trunk = draw_face(rng, trunk, style, view)
    bones = [Bone("trunk", trunk, (0.5, 0.96), (0, 0), depth=2)]
    if rng.random() < 0.35:
        arm = draw_part(
            rng, style, str(rng.choice(["ellipse", "box", "drop"])), wide * 0.16, high * rng.uniform(0.3, 0.5)
        )
        bones.append(Bone("arm back", arm, (0.5, 0.06), (0.08, 0.5), "trunk", 50, 1))
        bones.append(Bone("arm", arm, (0.5, 0.06), (0.92, 0.5), "trunk", -50, 3))
    if rng.random() < 0.35:
        top = draw_part(
            rng, style, str(rng.choice(SHAPES)), wide * rng.uniform(0.15, 0.5), high * rng.uniform(0.15, 0.3)
        )
        bones.append(Bone("top", top, (0.5, 0.9), (0.5, 0.08), "trunk", depth=3))
    side = view in ("side", "quarter")
    vigour, hop = draw_vigour(rng, high, side), rng.uniform(6, 20)

    def pose(act: str, time: float) -> Pose:
        body, wave = move_body(act, time, vigour), cycle(time)
        arm = {
            "raise": 110 * held(time),
            "jump": 80 * hump(time),
            "strike": 70 * swing(time),
            "shake": 40 * wobble(time),
        }.get(act, 8 * wave)
        if act in GAITS:
            tilt = {"go": 7, "go up": 0, "go down": 0}[act]
            body = Turn(tilt * wave, y=-hop * max(0.0, wave), wide=1 - 0.1 * wave, high=1 + 0.16 * wave)
        elif act == "raise":
            body = Turn(wide=1 - 0.16 * held(time), high=1 + 0.28 * held(time) * 1.0)
        elif act == "strike":
            push = swing(time)
            body = Turn(24 * push * (1 if side else 0.6), x=14 * push, wide=1 + 0.12 * push, high=1 - 0.1 * push)
        return {ROOT: body, "arm": Turn(-arm), "arm back": Turn(arm), "top": Turn(-6 * wave)}

    return Build("blob", tuple(bones), pose, mirrored=side)


def _draw_wheel(rng: np.random.Generator, style: Style, size: float) -> Image.Image:
    wheel = draw_part(rng, style, "ellipse", size, size)
    alpha, draw = wheel.getchannel("A"), ImageDraw.Draw(wheel)
    middle, radius, colour = wheel.width / 2, size / 2 - 2, (*draw_colour(rng, style), 255)
    hub = radius * rng.uniform(0.3, 0.6)
    draw.ellipse([middle - hub, middle - hub, middle + hub, middle + hub], fill=colour)
    for angle in np.arange(int(rng.integers(2, 6))) * np.pi / int(rng.integers(2, 6)):
        x, y = np.cos(angle) * radius * 0.8, np.sin(angle) * radius * 0.8
        draw.line([middle - x, middle - y, middle + x, middle + y], fill=colour, width=max(2, round(size / 12)))
    wheel.putalpha(alpha)
    return wheel


def draw_vehicle(rng: np.random.Generator, style: Style) -> Build:
    """Draw a car, cart, train or tank from the side: wheels that roll, a hull, a cabin, something on top."""
    long = rng.uniform(0.5, 0.72) * CANVAS
    deep, size = long * rng.uniform(0.2, 0.4), long * rng.uniform(0.18, 0.34)
    hull = draw_part(rng, style, str(rng.choice(["box", "box", "trapezium", "ellipse"])), long, deep)
    cabin = draw_part(
        rng,
        style,
        str(rng.choice(["trapezium", "box", "ellipse"])),
        long * rng.uniform(0.3, 0.65),
        deep * rng.uniform(0.6, 1.2),
    )
    window = draw_part(rng, style, "box", long * rng.uniform(0.12, 0.25), deep * 0.4)
    wheel = _draw_wheel(rng, style, size)
    top = draw_part(
        rng,
        style,
        str(rng.choice(["box", "spike", "ellipse"])),
        long * rng.uniform(0.05, 0.15),
        deep * rng.uniform(0.4, 1.0),
    )
    count = int(rng.choice([2, 2, 2, 3, 4]))
    bones = [
        Bone("hull", hull, (0.5, 0.9), (0, -size * 0.45), depth=2),
        Bone("cabin", cabin, (0.5, 0.92), (rng.uniform(0.3, 0.7), 0.15), "hull", depth=1),
        Bone("window", window, (0.5, 0.5), (rng.uniform(0.35, 0.65), 0.45), "cabin", depth=1.5),
    ]
    if rng.random() < 0.4:
        bones.append(Bone("top", top, (0.5, 0.9), (0.5, 0.1), "cabin", rng.uniform(-20, 70), 0.5))
    for number in range(count):
        place = -long * 0.34 + number * long * 0.68 / (count - 1)
        bones.append(Bone(f"wheel {number}", wheel, (0.5, 0.5), (place, -size / 2), angle=40.0 * number, depth=3))
    vigour = draw_vigour(rng, size + 2 * deep, True)

    def pose(act: str, time: float) -> Pose:
        body, wave = move_body(act, time, vigour), cycle(time)
        roll = 0.0
        hull_turn = Turn(y=1.5 * float(np.sin(4 * np.pi * time))) if act in GAITS else Turn()
        if act in GAITS:
            roll, body = 360 * time, Turn({"go up": -9, "go down": 9}.get(act, 0))
        elif act == "strike":
            roll, body = 120 * swing(time), Turn(0.5 * vigour.lean * swing(time), x=14 * swing(time))
            hull_turn = Turn(9 * swing(time))
        elif act == "raise":
            body = Turn(-24 * held(time))
        elif act == "crouch":
            body, hull_turn = Turn(), Turn(y=size * 0.3 * held(time), high=1 - 0.3 * held(time))
        elif act == "rest":
            body, hull_turn = Turn(), Turn(y=wave)
        wheels = {f"wheel {number}": Turn(roll) for number in range(count)}
        return {
            ROOT: body,
            "hull": hull_turn,
            "top": Turn(-30 * swing(time) if act == "strike" else 3 * wave),
            **wheels,
        }

    return Build("vehicle", tuple(bones), pose, mirrored=True)


def draw_ship(rng: np.random.Generator, style: Style) -> Build:
    """Draw a ship, rocket or flying saucer: a hull that sways, with mast and sail, or fins and flame."""
    upright = rng.random() < 0.4
    long = rng.uniform(0.4, 0.65) * CANVAS
    wide, high = (long * rng.uniform(0.3, 0.5), long) if upright else (long, long * rng.uniform(0.22, 0.45))
    hull = draw_part(rng, style, "drop" if upright else str(rng.choice(["ellipse", "spike", "box"])), wide, high)
    sail = draw_part(
        rng,
        style,
        str(rng.choice(["trapezium", "drop", "box", "ellipse"])),
        long * rng.uniform(0.25, 0.5),
        long * rng.uniform(0.3, 0.6),
    )
    fin = draw_part(
        rng, style, str(rng.choice(["spike", "trapezium", "drop"])), wide * 0.3, high * rng.uniform(0.25, 0.5)
    )
    pane = draw_part(rng, style, "ellipse", wide * 0.25, wide * 0.25)
    lift = CANVAS * 0.12
    bones = [
        Bone("hull", hull, (0.5, 0.9), (0, -lift), depth=2),
        Bone("pane", pane, (0.5, 0.5), (0.5, 0.4), "hull", depth=3),
    ]
    if upright:
        bones.append(Bone("fin back", fin, (0.5, 0.1), (0.12, 0.7), "hull", 25, 1))
        bones.append(Bone("fin", fin, (0.5, 0.1), (0.88, 0.7), "hull", -25, 1))
    else:
        bones.append(Bone("sail", sail, (0.5, 0.95), (rng.uniform(0.35, 0.65), 0.15), "hull", depth=1))
        bones.append(Bone("fin", fin, (0.5, 0.1), (0.1, 0.5), "hull", 70, 1))
    vigour = draw_vigour(rng, high + lift + (0 if upright else long * 0.4), not upright)

    def pose(act: str, time: float) -> Pose:
        body, wave = move_body(act, time, vigour), cycle(time)
        if act in GAITS:
            lean = {"go": 10.0, "go up": -6.0, "go down": 6.0}[act]
            body = Turn(lean + 5 * wave if not upright or act == "go" else 0.0, y=-4 * wave, high=1 + 0.04 * wave)
        sail_turn = {"raise": -14 * held(time), "strike": 22 * swing(time)}.get(act, 5 * wave)
        fin_turn = {"raise": 50 * held(time), "jump": 35 * hump(time), "crouch": -25 * held(time)}.get(act, 8 * wave)
        return {ROOT: body, "sail": Turn(sail_turn), "fin": Turn(-fin_turn), "fin back": Turn(fin_turn)}

    return Build("ship", tuple(bones), pose, mirrored=not upright)
