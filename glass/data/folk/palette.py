"""Colours of the folk: ramps of tones for skin, hair and cloth."""

import colorsys

import numpy as np
from numpy.typing import NDArray

from glass.data.folk import canvas as draw

Hsv = tuple[float, float, float]
"""Hue, saturation and value, each 0 to 1."""

SKINS: tuple[Hsv, ...] = (
    (0.07, 0.25, 0.99),
    (0.065, 0.33, 0.96),
    (0.07, 0.40, 0.90),
    (0.075, 0.46, 0.82),
    (0.065, 0.52, 0.70),
    (0.055, 0.55, 0.58),
    (0.05, 0.52, 0.46),
    (0.04, 0.48, 0.37),
    (0.05, 0.30, 0.93),
    (0.09, 0.36, 0.86),
)
"""Skin tones of people."""

STRANGE_SKINS: tuple[Hsv, ...] = ((0.28, 0.42, 0.62), (0.62, 0.16, 0.86), (0.72, 0.22, 0.62), (0.52, 0.3, 0.74))
"""Skin tones of other folk: green, pale blue, violet, teal."""

HAIRS: tuple[Hsv, ...] = (
    (0.08, 0.55, 0.22),
    (0.07, 0.62, 0.38),
    (0.06, 0.65, 0.52),
    (0.09, 0.60, 0.68),
    (0.125, 0.58, 0.92),
    (0.12, 0.35, 0.95),
    (0.04, 0.80, 0.72),
    (0.02, 0.75, 0.55),
    (0.65, 0.25, 0.24),
    (0.60, 0.06, 0.82),
    (0.0, 0.0, 0.55),
)
"""Hair colours that grow."""

LEATHERS: tuple[Hsv, ...] = (
    (0.07, 0.60, 0.45),
    (0.06, 0.55, 0.30),
    (0.09, 0.50, 0.62),
    (0.0, 0.05, 0.24),
    (0.02, 0.65, 0.42),
    (0.11, 0.62, 0.86),
    (0.60, 0.10, 0.58),
    (0.1, 0.12, 0.85),
)
"""Colours of shoes, belts and gloves."""

_STEPS: tuple[tuple[float, float, float], ...] = (
    (0.16, 1.05, 0.55),
    (0.40, 1.14, 0.35),
    (0.72, 1.10, 0.16),
    (1.00, 1.00, 0.00),
    (1.22, 0.84, -0.10),
    (1.42, 0.60, -0.16),
)
"""For each tone: factor of the value, factor of the saturation, pull of the hue towards violet."""


def ramp(colour: Hsv) -> NDArray[np.uint8]:
    """Tones of a colour, dark ones cooler and bright ones paler.

    Returns:
        (TONES, 3) uint8, from outline to shine.
    """
    hue, saturation, value = colour
    tones = []
    for factor, fade, pull in _STEPS:
        away = (0.72 - hue + 0.5) % 1.0 - 0.5
        turned = (hue + pull * 0.35 * away) % 1.0
        level = value * factor
        over = max(0.0, level - 1.0)
        saturated = min(1.0, saturation * fade + (0.06 if factor < 0.5 else 0.0)) * max(0.0, 1.0 - 1.2 * over)
        tones.append(colorsys.hsv_to_rgb(turned, saturated, min(1.0, max(0.07, level))))
    return np.asarray(np.rint(np.asarray(tones) * 255), dtype=np.uint8)


def cloth(rng: np.random.Generator) -> Hsv:
    """A colour for clothes: bright, muted, pale or dark."""
    hue = float(rng.random())
    kind = int(rng.integers(5))
    saturation, value = (
        (rng.uniform(0.65, 0.95), rng.uniform(0.55, 0.9)),
        (rng.uniform(0.3, 0.55), rng.uniform(0.5, 0.8)),
        (rng.uniform(0.02, 0.2), rng.uniform(0.75, 0.97)),
        (rng.uniform(0.3, 0.8), rng.uniform(0.22, 0.42)),
        (rng.uniform(0.5, 0.8), rng.uniform(0.6, 0.85)),
    )[kind]
    return hue, float(saturation), float(value)


def pick(rng: np.random.Generator, colours: tuple[Hsv, ...]) -> Hsv:
    """One of the colours, slightly changed."""
    hue, saturation, value = colours[int(rng.integers(len(colours)))]
    return (
        (hue + float(rng.uniform(-0.012, 0.012))) % 1.0,
        float(np.clip(saturation * rng.uniform(0.88, 1.12), 0, 1)),
        float(np.clip(value * rng.uniform(0.93, 1.07), 0, 1)),
    )


def draw_palette(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Colours of one character.

    Returns:
        (MATERIALS, TONES, 3) uint8.
    """
    palette = np.zeros((draw.MATERIALS, draw.TONES, 3), dtype=np.uint8)
    palette[draw.SKIN] = ramp(pick(rng, STRANGE_SKINS if rng.random() < 0.15 else SKINS))
    palette[draw.HAIR] = ramp(cloth(rng) if rng.random() < 0.35 else pick(rng, HAIRS))
    for material in (draw.TOP, draw.INNER, draw.BOTTOM, draw.CAPE, draw.HAT):
        palette[material] = ramp(cloth(rng))
    for material in (draw.SHOES, draw.TRIM, draw.GLOVES):
        palette[material] = ramp(pick(rng, LEATHERS))
    palette[draw.IRIS] = ramp((float(rng.random()), 0.7, 0.6))
    palette[draw.WHITE] = ramp((0.6, 0.04, 0.96))
    return palette
