"""Textures and shapes of body parts: procedural RGB pictures and alpha masks."""

import colorsys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

MARGIN = 3
"""Clear pixels around a part, so that turning it blends its rim with nothing."""

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Style:
    """How all parts of one puppet are drawn."""

    outline: int
    """Width of the ink line around each part in canvas pixels; 0 for none."""
    ink: Colour
    """Its colour."""
    shaded: bool
    """Whether parts get darker away from the light."""
    flat: bool
    """Whether parts have one colour each, without a pattern."""
    sketched: bool
    """Whether parts are paper within pencil lines."""
    saturation: tuple[float, float]
    """Range of the colours' saturation in 0..1."""
    hues: tuple[float, ...]
    """Hues in 0..1 that colours are taken from, with a little play."""


def draw_style(rng: np.random.Generator) -> Style:
    """Draw the style of a puppet."""
    sketched = rng.random() < 0.08
    low = float(rng.uniform(0, 0.5))
    return Style(
        outline=2 if sketched else int(rng.choice([0, 0, 2, 3, 4])),
        ink=_grey(rng, 20, 90) if sketched else _grey(rng, 0, 70),
        shaded=not sketched and rng.random() < 0.6,
        flat=sketched or rng.random() < 0.4,
        sketched=sketched,
        saturation=(low, float(rng.uniform(low, 1))),
        hues=tuple(rng.random(int(rng.integers(2, 6))).tolist()),
    )


def _grey(rng: np.random.Generator, low: int, high: int) -> Colour:
    value = int(rng.integers(low, high))
    return (value, max(0, value - int(rng.integers(12))), max(0, value - int(rng.integers(12))))


def draw_colour(rng: np.random.Generator, style: Style) -> Colour:
    """Draw a colour: one of the style's hues, or paper where it is sketched."""
    if style.sketched:
        value = int(rng.integers(225, 252))
        return (value, value, max(0, value - int(rng.integers(14))))
    hue = (style.hues[rng.integers(len(style.hues))] + rng.normal(0, 0.03)) % 1
    red, green, blue = colorsys.hsv_to_rgb(hue, rng.uniform(*style.saturation), rng.uniform(0.2, 1))
    return (int(red * 255), int(green * 255), int(blue * 255))


def draw_texture(rng: np.random.Generator, style: Style, width: int, height: int) -> NDArray[np.float32]:
    """Draw an RGB picture (height, width, 3) in 0..255: flat, striped, checked, spotted, noisy or in parts."""
    base, other = (np.array(draw_colour(rng, style), np.float32) for _ in range(2))
    picture = np.broadcast_to(base, (height, width, 3)).copy()
    y, x = np.mgrid[0:height, 0:width]
    period = int(rng.integers(5, 16))
    kind = "flat" if style.flat else str(rng.choice(["flat", "rows", "columns", "checks", "spots", "noise", "halves"]))
    if kind == "rows":
        picture[(y // period) % 2 == 0] = other
    elif kind == "columns":
        picture[(x // period) % 2 == 0] = other
    elif kind == "checks":
        picture[(x // period + y // period) % 2 == 0] = other
    elif kind == "spots":
        for _ in range(int(rng.integers(3, 14))):
            radius = rng.uniform(2, 7)
            picture[(x - rng.integers(width)) ** 2 + (y - rng.integers(height)) ** 2 < radius**2] = other
    elif kind == "noise":
        share = _fractal_noise(rng, width, height)[..., None]
        picture = base * (1 - share) + other * share
    elif kind == "halves":
        picture[y > height * rng.uniform(0.3, 0.7)] = other
    if style.shaded:
        light = 1.12 - 0.5 * np.hypot(x / width - 0.35, y / height - 0.3)
        picture = picture * light[..., None].astype(np.float32)
    return picture.clip(0, 255).astype(np.float32)


def _fractal_noise(rng: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
    """Value noise of three octaves, (height, width) in 0..1, as photographed cloth, fur or stone has."""
    total = np.zeros((height, width), np.float32)
    for octave in range(3):
        cells = rng.random((3 * 2**octave, 3 * 2**octave)).astype(np.float32)
        total += np.asarray(Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)) / 2**octave
    low, high = float(total.min()), float(total.max())
    return (total - low) / max(high - low, 1e-6)


def draw_mask(rng: np.random.Generator, shape: str, width: int, height: int) -> Image.Image:
    """Draw the alpha of a part, 8 bit, with a margin around it.

    Args:
        rng: decides corners and slants.
        shape: `ellipse`, `box`, `trapezium` (wider below), `spike` (its point below), `drop` or `stone`.
        width: of the part in pixels, without the margin.
        height: likewise.
    """
    mask = Image.new("L", (width + 2 * MARGIN, height + 2 * MARGIN))
    draw = ImageDraw.Draw(mask)
    left, top, right, bottom = MARGIN, MARGIN, MARGIN + width - 1, MARGIN + height - 1
    if shape == "ellipse":
        draw.ellipse([left, top, right, bottom], fill=255)
    elif shape == "box":
        draw.rounded_rectangle([left, top, right, bottom], radius=min(width, height) * rng.uniform(0.05, 0.5), fill=255)
    elif shape == "trapezium":
        inset = rng.uniform(0.05, 0.4) * width
        draw.polygon([(left + inset, top), (right - inset, top), (right, bottom), (left, bottom)], fill=255)
    elif shape == "spike":
        draw.polygon(
            [(left, top), (right, top), ((left + right) / 2 + rng.uniform(-0.2, 0.2) * width, bottom)], fill=255
        )
    elif shape == "drop":
        draw.ellipse([left, top + height * 0.35, right, bottom], fill=255)
        draw.polygon([(left, top + height * 0.65), ((left + right) / 2, top), (right, top + height * 0.65)], fill=255)
    else:
        angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(6, 12))))
        radii = rng.uniform(0.75, 1, len(angles))
        x = (left + right) / 2 + width / 2 * radii * np.cos(angles)
        y = (top + bottom) / 2 + height / 2 * radii * np.sin(angles)
        draw.polygon(list(zip(x.tolist(), y.tolist(), strict=True)), fill=255)
    return mask


def draw_part(rng: np.random.Generator, style: Style, shape: str, width: float, height: float) -> Image.Image:
    """Draw one part, RGBA, of about `width` x `height` canvas pixels with a clear margin."""
    wide, high = max(3, round(width)), max(3, round(height))
    mask = draw_mask(rng, shape, wide, high)
    return ink_rim(Image.fromarray(draw_texture(rng, style, *mask.size).astype(np.uint8)), mask, style)


def ink_rim(picture: Image.Image, mask: Image.Image, style: Style) -> Image.Image:
    """Give an RGB picture a mask as its alpha, and the style's ink along the mask's rim."""
    if style.outline:
        inner = mask.filter(ImageFilter.MinFilter(2 * (style.outline // 2) + 1))
        picture = Image.composite(picture, Image.new("RGB", picture.size, style.ink), inner)
    picture = picture.convert("RGBA")
    picture.putalpha(mask)
    return picture


def draw_face(rng: np.random.Generator, part: Image.Image, style: Style, view: str) -> Image.Image:
    """Return a part with eyes, and often a mouth, on it.

    Args:
        rng: decides sizes and places.
        part: RGBA; only what is solid is drawn on.
        style: gives the ink.
        view: `front`, `side` (facing right) or `quarter` (both eyes, towards the right).
    """
    face = part.copy()
    draw = ImageDraw.Draw(face)
    width, height = face.size
    y, radius = height * rng.uniform(0.35, 0.55), max(1.5, width * rng.uniform(0.05, 0.14))
    places = {"front": (0.32, 0.68), "quarter": (0.48, 0.8), "side": (float(rng.uniform(0.62, 0.8)),)}[view]
    white = not style.sketched and rng.random() < 0.5
    dark = (*style.ink, 255)
    for place in places:
        x = width * place
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=(250, 250, 250, 255) if white else dark)
        if white:
            draw.ellipse([x - radius / 3, y - radius / 2, x + radius * 0.7, y + radius / 2], fill=dark)
    if rng.random() < 0.6:
        low, span = height * rng.uniform(0.68, 0.8), width * rng.uniform(0.08, 0.2)
        middle = width * {"front": 0.5, "quarter": 0.64, "side": 0.76}[view]
        draw.line([middle - span, low, middle + span, low], fill=dark, width=max(1, round(width / 30)))
    face.putalpha(part.getchannel("A"))
    return face
