"""Annotations drawn with Pillow: text, arrows, and a colour for each local action."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]

PAPER: Colour = (255, 255, 255)
INK: Colour = (24, 26, 32)
FAINT: Colour = (205, 209, 217)

_CODES: tuple[Colour, ...] = (
    (86, 180, 233),
    (230, 159, 0),
    (0, 158, 115),
    (240, 228, 66),
    (204, 121, 167),
    (0, 114, 178),
    (213, 94, 0),
    (153, 153, 153),
    (148, 103, 189),
    (140, 86, 75),
)
_STILL = 0.25


def code_colour(code: int) -> Colour:
    """Return the colour that stands for a local action 1..K; the tenth is followed by the first."""
    return _CODES[(code - 1) % len(_CODES)]


def ink_on(colour: Colour) -> Colour:
    """Return the colour to write with on a ground: dark or light."""
    return INK if colour[0] * 0.3 + colour[1] * 0.59 + colour[2] * 0.11 > 120 else PAPER


@lru_cache(maxsize=16)
def letters(height: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the letters, of about `height` pixels, that are the same on every machine."""
    return ImageFont.load_default(height)


def write(
    draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, height: int, ink: Colour = INK, anchor: str = "la"
) -> None:
    """Write a line of text at `place` (x, y); `anchor` says which point of the text that is, in Pillow's letters."""
    draw.text(place, text, fill=ink, font=letters(height), anchor=anchor)


def width_of(text: str, height: int) -> float:
    """Return how many pixels wide `write` writes a line of text."""
    return letters(height).getlength(text)


def shortened(text: str, height: int, room: float) -> str:
    """Return a line of text, or what of its beginning fits into `room` pixels with dots behind it."""
    if width_of(text, height) <= room:
        return text
    kept = len(text)
    while kept and width_of(f"{text[:kept]}...", height) > room:
        kept -= 1
    return f"{text[:kept]}..."


def draw_arrow(
    draw: ImageDraw.ImageDraw,
    middle: tuple[float, float],
    side: float,
    shift: tuple[float, float],
    ink: Colour = INK,
) -> None:
    """Draw an arrow that points along a shift (x, y) into a square of `side` pixels; a dot where nothing moves."""
    length = float(np.hypot(*shift))
    x, y = middle
    if length < _STILL:
        reach = max(1.0, side * 0.08)
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=ink)
        return
    along, across = np.array(shift) / length, np.array((-shift[1], shift[0])) / length
    reach, head = side * 0.42, side * 0.3
    tip, tail = np.array(middle) + along * reach, np.array(middle) - along * reach
    neck = tip - along * head
    draw.line([tuple(tail), tuple(neck)], fill=ink, width=max(1, round(side * 0.13)))
    draw.polygon([tuple(tip), tuple(neck + across * head * 0.7), tuple(neck - across * head * 0.7)], fill=ink)


def enlarge(frame: np.ndarray, scale: int) -> Image.Image:
    """Return a frame, uint8 (H, W, 3), `scale` times as large, without smoothing."""
    return Image.fromarray(frame.repeat(scale, 0).repeat(scale, 1))
