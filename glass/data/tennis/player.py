"""What players look like, and drawing them: a skeleton clothed in shaded capsules, with a depth buffer."""

import colorsys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glass.data.tennis.camera import BroadcastCamera
from glass.data.tennis.skeleton import RACKET, Floats, Joints
from glass.data.tennis.strokes import PlayingStyle

Colour = tuple[float, float, float]
"""RGB in 0..1."""

_Add = Callable[[Floats, Floats, float, float, Colour], None]

_SKINS: tuple[Colour, ...] = (
    (0.87, 0.68, 0.56), (0.80, 0.58, 0.45), (0.72, 0.50, 0.37), (0.58, 0.38, 0.26),
    (0.40, 0.25, 0.17), (0.28, 0.18, 0.13),
)  # fmt: skip
_HAIRS: tuple[Colour, ...] = (
    (0.06, 0.05, 0.05), (0.13, 0.09, 0.06), (0.28, 0.18, 0.10), (0.55, 0.40, 0.22),
    (0.75, 0.62, 0.38), (0.45, 0.20, 0.10),
)  # fmt: skip


@dataclass(frozen=True)
class PlayerLook:
    """One player."""

    size: float
    """Height as a multiple of 1.8 m."""
    girth: float
    """Thickness of trunk and limbs as a multiple of the usual."""
    woman: bool
    """Whether narrower shoulders and wider hips."""
    left_handed: bool
    """Whether the racket is in the left hand."""
    style: PlayingStyle
    """How the player plays."""
    skin: Colour
    hair: Colour
    shirt: Colour
    panel: Colour
    """Of the shirt's sides."""
    bottom: Colour
    """Of shorts or skirt."""
    shoes: Colour
    socks: Colour
    racket: Colour
    strings: Colour
    headwear: str
    """none, cap or band."""
    cap: Colour
    sleeves: float
    """0..1: how much of the upper arm the shirt covers."""
    skirt: bool
    """A skirt instead of shorts."""
    tail: float
    """0..0.3 m: length of a pony tail."""
    wristbands: bool


def draw_player(rng: np.random.Generator) -> PlayerLook:
    """Make up a player."""
    woman, white = bool(rng.random() < 0.4), bool(rng.random() < 0.4)
    shirt = _white(rng) if white else _cloth(rng)
    bottom = _white(rng) if white else (_cloth(rng) if rng.random() < 0.45 else _dark_or_light(rng))
    return PlayerLook(
        size=float(rng.normal(0.97 if woman else 1.04, 0.035)),
        girth=float(rng.uniform(0.92, 1.15)),
        woman=woman,
        left_handed=bool(rng.random() < 0.2),
        style=PlayingStyle(
            bool(rng.random() < (0.9 if woman else 0.65)),
            rng.uniform(0.88, 1.1),
            rng.uniform(-0.04, 0.05),
            rng.random(),
        ),
        skin=_vary(rng, _SKINS[int(rng.integers(len(_SKINS)))], 0.04),
        hair=_vary(rng, _HAIRS[int(rng.integers(len(_HAIRS)))], 0.03),
        shirt=shirt,
        panel=shirt if rng.random() < 0.6 else _cloth(rng),
        bottom=bottom,
        shoes=_white(rng) if rng.random() < 0.6 else _cloth(rng),
        socks=_white(rng) if rng.random() < 0.75 else _cloth(rng),
        racket=_dark_or_light(rng) if rng.random() < 0.5 else _cloth(rng),
        strings=(0.85, 0.85, 0.55) if rng.random() < 0.6 else (0.15, 0.15, 0.15),
        headwear=str(rng.choice(["none", "cap", "band"], p=[0.5, 0.28, 0.22])),
        cap=_white(rng) if white or rng.random() < 0.4 else _cloth(rng),
        sleeves=0.0 if woman and rng.random() < 0.7 else float(rng.uniform(0.4, 0.95)),
        skirt=woman and rng.random() < 0.75,
        tail=float(rng.uniform(0.15, 0.3)) if woman and rng.random() < 0.8 else 0.0,
        wristbands=bool(rng.random() < 0.4),
    )


def _vary(rng: np.random.Generator, colour: Colour, amount: float) -> Colour:
    red, green, blue = (float(np.clip(part + rng.uniform(-amount, amount), 0.02, 1)) for part in colour)
    return red, green, blue


def _white(rng: np.random.Generator) -> Colour:
    value = rng.uniform(0.86, 1.0)
    return _vary(rng, (value, value, value), 0.03)


def _cloth(rng: np.random.Generator) -> Colour:
    return colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.3, 1.0), rng.uniform(0.25, 1.0))


def _dark_or_light(rng: np.random.Generator) -> Colour:
    value = rng.uniform(0.04, 0.2) if rng.random() < 0.6 else rng.uniform(0.75, 1.0)
    return _vary(rng, (value, value, value), 0.03)


@dataclass(frozen=True)
class Capsules:
    """Cones with round ends."""

    starts: Floats
    """(N, 3) in metres of the world."""
    ends: Floats
    """(N, 3)."""
    radii: Floats
    """(N, 2): at the start and at the end, in metres."""
    colours: Floats
    """(N, 3): RGB in 0..1."""


def clothe(look: PlayerLook, joints: Joints) -> Capsules:
    """Give a body its flesh and clothes."""
    parts: list[tuple[Floats, Floats, float, float, Colour]] = []

    def add(start: Floats, end: Floats, first: float, last: float, colour: Colour) -> None:
        parts.append((start, end, first * look.size, last * look.size, colour))

    girth = look.girth * (0.92 if look.woman else 1.0)
    _add_legs(look, joints, girth, add)
    hips, shoulders = joints.hips, joints.shoulders
    waist = joints.pelvis + (joints.neck - joints.pelvis) * 0.35
    for side in (0, 1):
        top = shoulders[side] + (joints.neck - shoulders[side]) * 0.45 - (joints.neck - joints.pelvis) * 0.12
        low = waist + (hips[side] - joints.pelvis) * 0.75
        add(low, top, 0.105 * girth, 0.115 * girth, look.panel)
        add(top, shoulders[side], 0.10 * girth, 0.066 * girth, look.shirt if look.sleeves else look.skin)
    add(waist, joints.neck - (joints.neck - joints.pelvis) * 0.16, 0.122 * girth, 0.135 * girth, look.shirt)
    _add_arms(look, joints, girth, add)
    add(joints.neck, joints.head, 0.058, 0.06, look.skin)
    _add_head(look, joints, add)
    starts, ends, first, last, colours = zip(*parts, strict=True)
    radii = np.stack([np.array(first), np.array(last)], axis=1)
    return Capsules(np.array(starts), np.array(ends), radii, np.array(colours))


def _add_legs(look: PlayerLook, joints: Joints, girth: float, add: _Add) -> None:
    for side in (0, 1):
        hip, knee, ankle, toe = joints.hips[side], joints.knees[side], joints.ankles[side], joints.toes[side]
        hem = hip + (knee - hip) * (0.4 if look.skirt else 0.62)
        calf = knee + (ankle - knee) * 0.35
        sock = knee + (ankle - knee) * 0.72
        add(hip, knee, 0.088 * girth, 0.058 * girth, look.skin)
        if not look.skirt:
            add(hip, hem, 0.102 * girth, 0.094 * girth, look.bottom)
        add(knee, calf, 0.056 * girth, 0.060 * girth, look.skin)
        add(calf, ankle, 0.058 * girth, 0.040 * girth, look.skin)
        add(sock, ankle, 0.049 * girth, 0.046 * girth, look.socks)
        heel = ankle - np.array([0.0, 0.0, 0.045 * look.size])
        add(heel - (toe - ankle) * 0.25, toe, 0.048, 0.042, look.shoes)
    add(joints.hips[0], joints.hips[1], 0.108 * girth, 0.108 * girth, look.bottom)
    if look.skirt:
        middle = (joints.hips[0] + joints.hips[1]) / 2
        knees = (joints.knees[0] + joints.knees[1]) / 2
        add(joints.pelvis, middle + (knees - middle) * 0.32, 0.135 * girth, 0.205 * girth, look.bottom)


def _add_arms(look: PlayerLook, joints: Joints, girth: float, add: _Add) -> None:
    for side in (0, 1):
        shoulder, elbow, hand = joints.shoulders[side], joints.elbows[side], joints.hands[side]
        add(shoulder, elbow, 0.052 * girth, 0.043 * girth, look.skin)
        if look.sleeves:
            add(shoulder, shoulder + (elbow - shoulder) * look.sleeves, 0.066 * girth, 0.062 * girth, look.shirt)
        add(elbow, hand, 0.044 * girth, 0.034 * girth, look.skin)
        if look.wristbands:
            add(elbow + (hand - elbow) * 0.7, elbow + (hand - elbow) * 0.9, 0.042, 0.042, look.cap)
        tip = hand + (hand - elbow) * 0.25
        add(hand, tip, 0.042, 0.038, look.skin)


def _add_head(look: PlayerLook, joints: Joints, add: _Add) -> None:
    head, face = joints.head, joints.face
    up = np.array([0.0, 0.0, 1.0])
    add(head - up * 0.03, head + up * 0.035, 0.085, 0.092, look.skin)
    add(head - face * 0.028 - up * 0.015, head - face * 0.014 + up * 0.05, 0.09, 0.094, look.hair)
    if look.headwear == "cap":
        add(head + up * 0.055, head + up * 0.06, 0.098, 0.096, look.cap)
        add(head + up * 0.06 + face * 0.06, head + up * 0.05 + face * 0.17, 0.05, 0.035, look.cap)
    elif look.headwear == "band":
        add(head + up * 0.035 - face * 0.012, head + up * 0.045 - face * 0.012, 0.097, 0.097, look.cap)
    if look.tail:
        add(head - face * 0.09 + up * 0.05, head - face * 0.13 + up * (0.05 - look.tail), 0.045, 0.022, look.hair)


def racket_outline(look: PlayerLook, joints: Joints) -> tuple[Floats, Floats]:
    """Give the racket's shaft (2, 3) from the hand, and the rim of its head (14, 3), in metres of the world."""
    hand = joints.hands[0 if look.left_handed else 1]
    along, across = joints.racket
    start = hand - along * 0.06
    middle = start + along * (RACKET - 0.17)
    turns = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    rim = middle + np.outer(np.cos(turns), along) * 0.17 + np.outer(np.sin(turns), across) * 0.13
    return np.stack([start, start + along * (RACKET - 0.34)]), rim


def raster(
    capsules: Capsules,
    camera: BroadcastCamera,
    to_pixels: tuple[float, float, float],
    light: Floats,
    shape: tuple[int, int],
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Draw capsules with Lambert shading.

    Args:
        capsules: what to draw.
        camera: how it is seen.
        to_pixels: scale, and x and y to subtract after it, that lead from the canvas to the picture.
        light: (4,): direction to the light in the world, and the share of light that comes from everywhere.
        shape: (H, W) of the picture.

    Returns:
        RGBA (H, W, 4) in 0..1, alpha 0 or 1, and distances from the camera in metres (H, W), infinite where nothing is.
    """
    scale, left, top = to_pixels
    ends = [camera.project(points) for points in (capsules.starts, capsules.ends)]
    places = [seen[:, :2] * scale - (left, top) for seen in ends]
    focal = scale * np.sqrt(camera.focal[0] * camera.focal[1])
    stretch = camera.focal[1] / camera.focal[0]
    radii = [capsules.radii[:, i] * scale * camera.focal[0] / ends[i][:, 2] for i in range(2)]
    to_light = camera.axes @ light[:3]
    picture = np.zeros((*shape, 4), np.float32)
    depths = np.full(shape, np.inf, np.float32)
    for index in range(len(capsules.starts)):
        a, b = places[0][index], places[1][index]
        first, last = float(radii[0][index]), float(radii[1][index])
        tall = max(first, last) * max(stretch, 1.0)
        x0, x1 = max(int(min(a[0], b[0]) - tall), 0), min(int(max(a[0], b[0]) + tall) + 2, shape[1])
        y0, y1 = max(int(min(a[1], b[1]) - tall), 0), min(int(max(a[1], b[1]) + tall) + 2, shape[0])
        if x0 >= x1 or y0 >= y1:
            continue
        dx = np.arange(x0 + 0.5 - a[0], x1 - a[0], dtype=np.float32)
        dy = (np.arange(y0 + 0.5 - a[1], y1 - a[1], dtype=np.float32) / stretch)[:, None]
        ux, uy = b[0] - a[0], (b[1] - a[1]) / stretch
        share = ((dx * ux + dy * uy) / max(ux * ux + uy * uy, 1e-6)).clip(0, 1)
        ex, ey = dx - share * ux, dy - share * uy
        radius = first + (last - first) * share
        inside = 1 - (ex * ex + ey * ey) / (radius * radius)
        depth = ends[0][index, 2] + (ends[1][index, 2] - ends[0][index, 2]) * share
        rise = np.sqrt(np.maximum(inside, 0))
        depth = depth - rise * radius * (ends[0][index, 2] / focal)
        window = depths[y0:y1, x0:x1]
        nearer = (inside > 0) & (depth < window)
        if not nearer.any():
            continue
        window[nearer] = depth[nearer]
        lit = (ex * to_light[0] + ey * to_light[1]) / radius - rise * to_light[2]
        shade = (light[3] + (1 - light[3]) * np.maximum(lit, 0))[nearer]
        part = picture[y0:y1, x0:x1]
        colours = np.ones((len(shade), 4), np.float32)
        colours[:, :3] = shade[:, None] * capsules.colours[index]
        part[nearer] = colours
    return picture, depths
