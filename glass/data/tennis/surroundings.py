"""What stands around a court: walls with lettering, stands with a crowd, judges and ball kids, an umpire's chair."""

import colorsys
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from glass.data.tennis.camera import SUPERSAMPLING, BroadcastCamera, Floats
from glass.data.tennis.court import fill, to_bytes
from glass.data.tennis.pitch import BASELINE
from glass.data.tennis.player import Colour

_SYLLABLES = ("LO", "RA", "TEK", "NO", "VI", "BAN", "KA", "MER", "SO", "PAL", "QUI", "DOR", "ZEN", "FI", "TUS", "AIR")


def _any_colour(rng: np.random.Generator) -> Colour:
    return colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.1, 0.9), rng.uniform(0.15, 0.95))


def _dress(rng: np.random.Generator) -> Colour:
    """Colour of what spectators wear: mostly white, grey and blue."""
    if rng.random() < 0.25:
        return _any_colour(rng)
    return colorsys.hsv_to_rgb(
        rng.uniform(0.5, 0.72) if rng.random() < 0.6 else 0.07, rng.uniform(0, 0.45), rng.uniform(0.1, 0.9)
    )


def word(rng: np.random.Generator, longest: int = 4) -> str:
    """Make up a name."""
    return "".join(str(rng.choice(_SYLLABLES)) for _ in range(int(rng.integers(1, longest))))


def lettering(rng: np.random.Generator, height: int, colour: Colour, text: str = "") -> Image.Image:
    """Draw a name, RGBA, on nothing."""
    font = ImageFont.load_default(height)
    text = text or word(rng)
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("RGBA", (int(right - left) + 2, int(bottom - top) + 2))
    ImageDraw.Draw(picture).text((1 - left, 1 - top), text, font=font, fill=to_bytes(colour))
    return picture


@dataclass(frozen=True)
class Bystander:
    """Somebody who stays where they are and fidgets, as seen on a canvas."""

    points: Floats
    """(4, 2): feet, hips, shoulders and the middle of the head, in pixels."""
    scale: float
    """Pixels of a metre."""
    clothes: Colour
    skin: Colour
    fidget: float
    """0..1: how often they move."""

    def draw(self, draw: ImageDraw.ImageDraw, sway: Floats) -> None:
        """Draw them, body and head moved sideways by `sway` (2,) of a metre."""
        body, head = sway * self.scale
        feet, hips, shoulders, (u, v) = self.points.tolist()
        hips[0], shoulders[0], u = hips[0] + body / 2, shoulders[0] + body, u + body + head
        dark = to_bytes(self.clothes, 0.7)
        draw.line([*feet, *hips], fill=dark, width=max(1, round(0.28 * self.scale)))
        draw.line([*hips, *shoulders], fill=to_bytes(self.clothes), width=max(1, round(0.42 * self.scale)))
        radius = 0.12 * self.scale
        draw.ellipse((u - radius, v - radius, u + radius, v + radius), fill=to_bytes(self.skin))


@dataclass(frozen=True)
class Surroundings:
    """What was drawn around a court."""

    fidgets: tuple[Bystander, ...]
    """Who is drawn anew for every frame."""
    front: Image.Image | None
    """RGBA of the frame's size and its margins: heads and boxes before the camera, which hide even the players."""


def draw_surroundings(rng: np.random.Generator, camera: BroadcastCamera, canvas: Image.Image) -> Surroundings:
    """Draw them onto the canvas, but for those who fidget."""
    end, side, high = BASELINE + rng.uniform(4.5, 8), rng.uniform(9.3, 11.5), rng.uniform(0.9, 3.0)
    wall = colorsys.hsv_to_rgb(float(rng.choice([0.38, 0.42, 0.6, 0.65, rng.random()])), 0.65, rng.uniform(0.15, 0.5))
    low, near = min(1.0, high), -BASELINE - rng.uniform(2, 9)
    dark = colorsys.hsv_to_rgb(rng.random(), rng.uniform(0, 0.5), rng.uniform(0.1, 0.45))
    fill(camera, canvas, [(-60, end, high), (60, end, high), (60, end + 30, 40), (-60, end + 30, 40)], dark)
    _crowd(rng, camera, canvas, [(-side - 8, end, high), (2 * side + 16, 0, 0), (0, 14, 9)])
    for sign in (-1, 1):
        x = sign * side
        fill(camera, canvas, [(x, near, low), (x, end, low), (sign * 60, end, 30), (sign * 60, near, 30)], dark)
        _crowd(rng, camera, canvas, [(x, near, low), (0, end - near, 0), (sign * 12, 0, 7)])
        fill(camera, canvas, [(x, near, 0), (x, end, 0), (x, end, low), (x, near, low)], wall)
    fill(camera, canvas, [(-side, end, 0), (side, end, 0), (side, end, high), (-side, end, high)], wall)
    _signs(rng, camera, canvas, end, side, high)
    _furniture(rng, camera, canvas)
    return Surroundings(_officials(rng, camera, end, side), _front(rng, camera))


def _crowd(
    rng: np.random.Generator, camera: BroadcastCamera, canvas: Image.Image, plane: list[tuple[float, float, float]]
) -> None:
    """People on a sloping plane, given by a corner and two sides."""
    corner, along, up = (np.array(part, float) for part in plane)
    count = int(rng.integers(150, 700))
    at = rng.random((count, 2))
    places = corner + at[:, :1] * along + at[:, 1:] * up
    seen = camera.project(places[np.argsort(-places[:, 1])])
    draw = ImageDraw.Draw(canvas)
    light = rng.uniform(0.4, 1.0)
    width, height = canvas.size
    for u, v, distance in seen:
        if not (0 < u < width and 0 < v < height):
            continue
        size = camera.focal[0] / distance * 0.25
        clothes = to_bytes(_dress(rng), light)
        draw.ellipse((u - size, v - size, u + size, v + 1.6 * size), fill=clothes)
        skin = rng.uniform(0.3, 0.9)
        draw.ellipse(
            (u - size / 2, v - 2 * size, u + size / 2, v - size), fill=to_bytes((skin, 0.78 * skin, 0.65 * skin), light)
        )


def _signs(
    rng: np.random.Generator, camera: BroadcastCamera, canvas: Image.Image, end: float, side: float, high: float
) -> None:
    """Lettering on the wall behind the far baseline, and on the ground."""
    colour = (0.9, 0.9, 0.9) if rng.random() < 0.7 else _any_colour(rng)
    if rng.random() < 0.7:
        for x in np.arange(-side + 1, side - 2, rng.uniform(3, 6)):
            _paste(camera, canvas, lettering(rng, 24, colour), (float(x), end, high * 0.5), 0.35 * high, upright=True)
    if rng.random() < 0.4:
        for sign in (-1, 1):
            place = (sign * 7.3 - 1.2, float(rng.uniform(-5, -2)), 0.0)
            _paste(camera, canvas, lettering(rng, 24, (0.9, 0.9, 0.9)), place, 0.7, upright=False)
    if rng.random() < 0.25:
        place = (-rng.uniform(2, 4), -BASELINE - rng.uniform(1.8, 3.5), 0.0)
        _paste(camera, canvas, lettering(rng, 32, (0.9, 0.9, 0.9)), place, 0.8, upright=False)


def _paste(
    camera: BroadcastCamera,
    canvas: Image.Image,
    text: Image.Image,
    place: tuple[float, float, float],
    tall: float,
    upright: bool,
) -> None:
    """Paste lettering so many metres tall, with its lower left at a place, onto a wall or the ground."""
    x, y, z = place
    wide = tall * text.width / text.height * (1.0 if upright else 0.7)
    top = (0.0, tall) if upright else (tall, 0.0)
    corners = np.array([(x, y + top[0], z + top[1]), (x, y, z), (x + wide, y, z), (x + wide, y + top[0], z + top[1])])
    seen = camera.project(corners)[:, :2]
    left, upper = np.floor(seen.min(axis=0)).astype(int)
    right, lower = np.ceil(seen.max(axis=0)).astype(int) + 1
    if (
        right - left < 3
        or lower - upper < 3
        or right <= 0
        or lower <= 0
        or left >= canvas.width
        or upper >= canvas.height
    ):
        return
    target = seen - (left, upper)
    source = [(0, 0), (0, text.height), (text.width, text.height), (text.width, 0)]
    rows, values = [], []
    for (u, v), (a, b) in zip(target, source, strict=True):
        rows += [[u, v, 1, 0, 0, 0, -u * a, -v * a], [0, 0, 0, u, v, 1, -u * b, -v * b]]
        values += [a, b]
    size = (int(min(right - left, 2 * canvas.width)), int(min(lower - upper, 2 * canvas.height)))
    data = np.linalg.solve(np.array(rows, float), np.array(values, float)).tolist()
    shown = text.transform(size, Image.Transform.PERSPECTIVE, data, Image.Resampling.BICUBIC)
    canvas.paste(shown.convert("RGB"), (int(left), int(upper)), shown.getchannel("A"))


def _furniture(rng: np.random.Generator, camera: BroadcastCamera, canvas: Image.Image) -> None:
    """Umpire's chair, benches, boxes and parasols beside the court."""
    sign = float(rng.choice([-1, 1]))
    paint = colorsys.hsv_to_rgb(
        float(rng.choice([0.38, 0.62, rng.random()])), rng.uniform(0.4, 0.8), rng.uniform(0.15, 0.4)
    )
    x = sign * rng.uniform(7.2, 7.9)
    _box(camera, canvas, (x, 0.0), (0.8, 0.8), 1.7, paint)
    _box(camera, canvas, (x + sign * 0.3, 0.1), (0.5, 0.6), 2.7, to_dark(paint))
    for _ in range(int(rng.integers(1, 7))):
        place = (rng.choice([-1, 1]) * rng.uniform(7.8, 9.2), rng.uniform(-6, 6))
        size = (rng.uniform(0.4, 1.6), rng.uniform(0.4, 1.6))
        _box(camera, canvas, place, size, rng.uniform(0.4, 1.1), paint if rng.random() < 0.5 else _any_colour(rng))


def to_dark(colour: Colour) -> Colour:
    """Give a darker one."""
    return colour[0] * 0.6, colour[1] * 0.6, colour[2] * 0.6


def _box(
    camera: BroadcastCamera,
    canvas: Image.Image,
    place: tuple[float, float],
    size: tuple[float, float],
    high: float,
    colour: Colour,
) -> None:
    (x, y), (w, d) = place, (size[0] / 2, size[1] / 2)
    inner = x - w if x > 0 else x + w
    fill(
        camera,
        canvas,
        [(inner, y - d, 0), (inner, y + d, 0), (inner, y + d, high), (inner, y - d, high)],
        to_dark(colour),
    )
    fill(camera, canvas, [(x - w, y - d, 0), (x + w, y - d, 0), (x + w, y - d, high), (x - w, y - d, high)], colour)
    bright = (min(colour[0] * 1.3, 1), min(colour[1] * 1.3, 1), min(colour[2] * 1.3, 1))
    fill(
        camera, canvas, [(x - w, y - d, high), (x + w, y - d, high), (x + w, y + d, high), (x - w, y + d, high)], bright
    )


def _officials(rng: np.random.Generator, camera: BroadcastCamera, end: float, side: float) -> tuple[Bystander, ...]:
    """Judges along the lines, ball kids at the net, and some of the crowd; the farthest first."""
    judge, kid = _any_colour(rng), _any_colour(rng)
    spots: list[tuple[float, float, float, Colour, bool]] = []
    for _ in range(int(rng.integers(2, 6))):
        spots.append((rng.uniform(-side, side), end - 0.6, 0.0, judge, bool(rng.random() < 0.5)))
    for _ in range(int(rng.integers(1, 5))):
        beside = float(rng.choice([-1, 1])) * (side - 0.7)
        spots.append((beside, rng.uniform(-9, 10), 0.0, judge, bool(rng.random() < 0.4)))
    for sign in (-1, 1):
        if rng.random() < 0.7:
            spots.append((sign * rng.uniform(6.9, 7.4), rng.uniform(-0.7, 0.7), 0.0, kid, True))
    for _ in range(int(rng.integers(5, 25))):
        up = rng.random()
        spots.append(
            (float(rng.choice([-1, 1])) * (side + 5 * up), rng.uniform(-9, end), 0.6 + 2.9 * up, _dress(rng), True)
        )
    spots.sort(key=lambda spot: -spot[1])
    people = []
    for x, y, z, clothes, crouching in spots:
        tall = rng.uniform(1.55, 1.85) * (0.6 if crouching else 1.0)
        seen = camera.project(np.array([(x, y, z + part * tall) for part in (0, 0.5, 0.8, 0.93)]))
        skin = rng.uniform(0.35, 0.85)
        look = (skin, 0.78 * skin, 0.64 * skin)
        if (seen[0, :2] > -20).all() and (seen[0, :2] < np.array(camera.canvas_size) + 20).all():
            scale = float(camera.focal[0] / seen[0, 2])
            people.append(Bystander(seen[:, :2], scale, clothes, look, rng.random()))
    return tuple(people)


def _front(rng: np.random.Generator, camera: BroadcastCamera) -> Image.Image | None:
    """Heads of spectators and cameras at the lower edge of the picture."""
    if rng.random() > 0.4:
        return None
    width, height = camera.canvas_size
    picture = Image.new("RGBA", camera.canvas_size)
    draw = ImageDraw.Draw(picture)
    bottom = height - camera.margins[1] * SUPERSAMPLING
    for _ in range(int(rng.integers(1, 7))):
        u, size = rng.uniform(0, width), height * rng.uniform(0.02, 0.05)
        top = bottom - size * rng.uniform(0.2, 2.2)
        shade = rng.uniform(0.05, 0.3)
        colour = (shade, shade * rng.uniform(0.8, 1.1), shade * rng.uniform(0.7, 1.1))
        if rng.random() < 0.6:
            draw.ellipse((u - size, top, u + size, top + 2.4 * size), fill=to_bytes(colour))
            draw.ellipse(
                (u - 2 * size, top + 2 * size, u + 2 * size, top + 9 * size), fill=to_bytes(_any_colour(rng), 0.5)
            )
        else:
            wide = float(size * rng.uniform(1, 3))
            draw.rectangle((u - wide, top, u + wide, height), fill=to_bytes(colour))
            draw.rectangle((u - wide, top, u + wide, top + size / 2), fill=to_bytes((0.1, 0.35, 0.3)))
    if rng.random() < 0.4:
        draw.rectangle((0, bottom - height * 0.01, width, height), fill=to_bytes((0.1, 0.1, 0.15)))
    return picture.resize((width // SUPERSAMPLING, height // SUPERSAMPLING), Image.Resampling.BOX)
