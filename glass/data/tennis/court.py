"""The court as it lies: a surface with its wear, lines, shadows of buildings, and the net."""

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from glass.data.tennis.camera import BroadcastCamera, Floats
from glass.data.tennis.pitch import BASELINE, DOUBLES, NET_HEIGHT, NET_POST, SERVICE_LINE, SINGLES
from glass.data.tennis.player import Colour

Pixels = npt.NDArray[np.float32]

_LINES = (
    *((side * x, -BASELINE, side * x, BASELINE, 0.05) for x in (SINGLES, DOUBLES) for side in (-1, 1)),
    *((-DOUBLES, side * BASELINE, DOUBLES, side * BASELINE, 0.10) for side in (-1, 1)),
    *((-SINGLES, side * SERVICE_LINE, SINGLES, side * SERVICE_LINE, 0.05) for side in (-1, 1)),
    (0.0, -SERVICE_LINE, 0.0, SERVICE_LINE, 0.05),
    *((0.0, side * BASELINE, 0.0, side * (BASELINE - 0.15), 0.05) for side in (-1, 1)),
)
"""Lines: x and y of both ends, and the width, in metres."""


@dataclass(frozen=True)
class CourtLook:
    """How a court looks."""

    surface: str
    """grass, clay or hard."""
    inner: Colour
    outer: Colour
    line: Colour
    stripes: tuple[float, float, bool]
    """Mowing: width in metres, strength 0..1, and whether they run across the court."""
    wear: float
    """0..1."""
    grain: float
    """0..0.1: how speckled it is."""
    sun: bool
    """Whether shadows are hard."""
    light: tuple[float, float, float]
    """Direction to the light, normalised."""
    net: float
    """0.2..0.6: how much the net hides."""
    post: Colour
    tape: float
    """0.05..0.1 m: height of the net's band."""


def draw_court(rng: np.random.Generator) -> CourtLook:
    """Make up a court."""
    surface = str(rng.choice(["grass", "clay", "hard"], p=[0.45, 0.22, 0.33]))
    if surface == "grass":
        inner = colorsys.hsv_to_rgb(rng.uniform(0.14, 0.28), rng.uniform(0.22, 0.52), rng.uniform(0.46, 0.72))
        outer = inner
    elif surface == "clay":
        inner = colorsys.hsv_to_rgb(rng.uniform(0.0, 0.065), rng.uniform(0.4, 0.72), rng.uniform(0.6, 0.9))
        outer = inner
    else:
        inner, outer = _paint(rng), _paint(rng)
        if rng.random() < 0.15:
            outer = inner
    turn, sun = rng.uniform(0, 2 * np.pi), bool(rng.random() < 0.55)
    high = rng.uniform(0.45, 1.2) if sun else 1.45
    light = (float(np.cos(turn) * np.cos(high)), float(np.sin(turn) * np.cos(high)), float(np.sin(high)))
    white = rng.uniform(0.82, 1.0)
    return CourtLook(
        surface=surface,
        inner=inner,
        outer=outer,
        line=(white, white, white * rng.uniform(0.93, 1.0)),
        stripes=(rng.uniform(0.7, 2.2), rng.uniform(0.03, 0.16), bool(rng.random() < 0.2)),
        wear=rng.uniform(0.0, 1.0),
        grain=rng.uniform(0.2, 1.0) * {"grass": 0.06, "clay": 0.045, "hard": 0.015}[surface],
        sun=sun,
        light=light,
        net=rng.uniform(0.2, 0.55),
        post=(0.75, 0.4, 0.2) if rng.random() < 0.3 else colorsys.hsv_to_rgb(rng.random(), 0.5, rng.uniform(0.1, 0.5)),
        tape=rng.uniform(0.05, 0.1),
    )


def _paint(rng: np.random.Generator) -> Colour:
    if rng.random() < 0.75:
        hue = float(rng.choice([0.36, 0.42, 0.58, 0.62, 0.68, 0.02])) + rng.normal(0, 0.02)
    else:
        hue = float(rng.random())
    return colorsys.hsv_to_rgb(hue % 1, rng.uniform(0.2, 0.6), rng.uniform(0.35, 0.7))


def _noise(rng: np.random.Generator, x: Pixels, y: Pixels, octaves: Sequence[tuple[float, float]]) -> Pixels:
    """Value noise of mean 0 at ground places; octaves are (metres of a grain, strength)."""
    total = np.zeros(x.shape, np.float32)
    for metres, strength in octaves:
        tile = rng.standard_normal((64, 64)).astype(np.float32)
        large = np.asarray(Image.fromarray(np.tile(tile, (2, 2))).resize((512, 512), Image.Resampling.BILINEAR))
        columns = (x * (4 / metres)).astype(np.int64) & 255
        rows = (y * (4 / metres)).astype(np.int64) & 255
        total += strength * large[rows, columns]
    return total


def paint_ground(rng: np.random.Generator, look: CourtLook, camera: BroadcastCamera) -> Image.Image:
    """Paint the ground with its lines onto a canvas (RGB), without anything that stands on it."""
    x, y = camera.ground()
    inside = (np.abs(x) < DOUBLES) & (np.abs(y) < BASELINE)
    picture = np.where(inside[..., None], np.array(look.inner, np.float32), np.array(look.outer, np.float32))
    tone = look.grain * _noise(rng, x, y, ((0.15, 0.7), (0.5, 0.5), (2.5, 0.5)))
    if look.surface == "grass":
        width, strength, across = look.stripes
        wave = np.sin(np.pi * (y if across else x) / width + rng.uniform(0, 6))
        tone += strength * np.tanh(3 * wave) * (np.abs(x) < DOUBLES + 2.5)
    elif look.surface == "clay":
        tone += 0.05 * look.wear * _noise(rng, x * 0.4, y, ((0.8, 1.0),))
    picture *= 1 + tone[..., None]
    _wear(rng, look, picture, x, y)
    _buildings_shadow(rng, look, picture, x, y)
    canvas = Image.fromarray((picture.clip(0, 1) * 255).astype(np.uint8))
    _draw_lines(rng, look, camera, canvas)
    return canvas


def _wear(rng: np.random.Generator, look: CourtLook, picture: Pixels, x: Pixels, y: Pixels) -> None:
    """Blend in trampled ground behind the baselines and in the middle."""
    if look.surface == "hard":
        return
    spread = np.exp(-(((np.abs(y) - BASELINE - 0.7) / 1.1) ** 2) - (x / rng.uniform(3, 5.5)) ** 2)
    share = (spread * 1.4 + 0.35 * _noise(rng, x, y, ((0.4, 0.6), (1.6, 0.8))) - 0.45) * look.wear * 1.6
    share = share.clip(0, 0.8)[..., None]
    if look.surface == "grass":
        worn = colorsys.hsv_to_rgb(rng.uniform(0.04, 0.13), rng.uniform(0.08, 0.35), rng.uniform(0.5, 0.72))
    else:
        worn = colorsys.hsv_to_rgb(rng.uniform(0.02, 0.08), rng.uniform(0.3, 0.6), rng.uniform(0.6, 0.9))
    picture += (np.array(worn, np.float32) - picture) * share


def _buildings_shadow(rng: np.random.Generator, look: CourtLook, picture: Pixels, x: Pixels, y: Pixels) -> None:
    """Darken one side of a line across the ground, on some sunny days."""
    if not look.sun or rng.random() > 0.3:
        return
    turn = rng.uniform(0, 2 * np.pi)
    distance = np.cos(turn) * x + np.sin(turn) * y - rng.uniform(1, 12)
    picture *= 1 - rng.uniform(0.25, 0.5) * (distance / 0.2).clip(0, 1)[..., None]


def _draw_lines(rng: np.random.Generator, look: CourtLook, camera: BroadcastCamera, canvas: Image.Image) -> None:
    """Draw the lines, twice as fine as the canvas."""
    mask = Image.new("L", (canvas.width * 2, canvas.height * 2))
    draw = ImageDraw.Draw(mask)
    strength = int(255 * rng.uniform(0.7, 1.0))
    for ax, ay, bx, by, wide in _LINES:
        side = (wide / 2, 0.0) if ax == bx else (0.0, wide / 2)
        corners = [(ax - side[0], ay - side[1]), (ax + side[0], ay + side[1])]
        corners += [(bx + side[0], by + side[1]), (bx - side[0], by - side[1])]
        seen = camera.project(np.array([(*corner, 0.0) for corner in corners]))[:, :2] * 2
        draw.polygon([(float(u), float(v)) for u, v in seen], fill=strength)
    mask = mask.resize(canvas.size, Image.Resampling.BOX)
    canvas.paste(Image.new("RGB", canvas.size, to_bytes(look.line)), mask=mask)


def to_bytes(colour: Colour, light: float = 1.0) -> tuple[int, int, int]:
    """Give a colour of 0..1 as bytes, lit so much."""
    red, green, blue = (int(min(max(part * light, 0), 1) * 255) for part in colour)
    return red, green, blue


def _on_canvas(camera: BroadcastCamera, places: Sequence[tuple[float, float, float]]) -> list[tuple[float, float]]:
    return [(float(u), float(v)) for u, v, _ in camera.project(np.array(places))]


def fill(
    camera: BroadcastCamera, canvas: Image.Image, places: Sequence[tuple[float, float, float]], colour: Colour
) -> None:
    """Fill a polygon of places in the world."""
    ImageDraw.Draw(canvas).polygon(_on_canvas(camera, places), fill=to_bytes(colour))


def draw_net(rng: np.random.Generator, look: CourtLook, camera: BroadcastCamera, canvas: Image.Image) -> None:
    """Draw net, band and posts, and the net's shadow."""
    low, high = NET_HEIGHT
    along = np.linspace(-NET_POST, NET_POST, 17)
    tops = low + (high - low) * np.abs(along) / NET_POST
    mask = Image.new("L", canvas.size)
    draw = ImageDraw.Draw(mask)
    if look.sun:
        fall = np.array(look.light[:2]) / look.light[2]
        shadow = [(float(x), 0.0, 0.0) for x in along]
        shadow += [
            (float(x - fall[0] * z), float(-fall[1] * z), 0.0) for x, z in zip(along[::-1], tops[::-1], strict=True)
        ]
        draw.polygon(_on_canvas(camera, shadow), fill=int(90 * look.net))
    mesh = [(float(x), 0.0, 0.0) for x in along]
    mesh += [(float(x), 0.0, float(z)) for x, z in zip(along[::-1], tops[::-1], strict=True)]
    draw.polygon(_on_canvas(camera, mesh), fill=int(255 * look.net))
    canvas.paste(Image.new("RGB", canvas.size, to_bytes((0.08, 0.09, 0.08))), mask=mask)
    band = [(float(x), 0.0, float(z)) for x, z in zip(along, tops, strict=True)]
    band += [(float(x), 0.0, float(z) - look.tape) for x, z in zip(along[::-1], tops[::-1], strict=True)]
    fill(camera, canvas, band, look.line)
    fill(camera, canvas, [(-0.03, 0, low), (0.03, 0, low), (0.03, 0, 0), (-0.03, 0, 0)], look.line)
    if rng.random() < 0.45:
        panel = colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.3, 0.9), rng.uniform(0.2, 0.8))
        for side in (-1, 1):
            near, far = side * (NET_POST - 0.1), side * (NET_POST - rng.uniform(1.0, 1.5))
            fill(camera, canvas, [(near, 0, 0.85), (far, 0, 0.8), (far, 0, 0.15), (near, 0, 0.15)], panel)
    for side in (-1, 1):
        x = side * NET_POST
        fill(camera, canvas, [(x - 0.05, 0, high), (x + 0.05, 0, high), (x + 0.05, 0, 0), (x - 0.05, 0, 0)], look.post)


def shadow_of(places: Floats, light: tuple[float, float, float]) -> Floats:
    """Give where the shadows (N, 3) of places (N, 3) fall on the ground."""
    direction = np.array(light)
    fallen = places - direction * (places[:, 2:] / direction[2])
    fallen[:, 2] = 0.0
    return np.asarray(fallen)
