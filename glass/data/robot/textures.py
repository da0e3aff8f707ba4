"""Procedural textures of surfaces: wood, speckled and plain board."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from glass.data.robot.look import Surface

SIDE = 256
"""Side of a texture, in pixels."""


def paint_surface(surface: Surface, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Paint a surface, (256, 256, 3) RGB."""
    brightness = np.ones((SIDE, SIDE))
    if surface.kind == "wood":
        brightness += _grain(rng)
    elif surface.kind == "birch":
        brightness += _plywood(rng)
    elif surface.kind == "speckled":
        brightness += 0.05 * rng.standard_normal((SIDE, SIDE)) + 0.05 * _clouds(rng, 24, 24)
    brightness += 0.06 * _clouds(rng, 4, 4)
    return np.asarray((brightness[..., None] * surface.colour * 255).clip(0, 255), np.uint8)


def _clouds(rng: np.random.Generator, rows: int, columns: int) -> npt.NDArray[np.float64]:
    """Smooth noise of about -1..1 with so many bumps down and across, (256, 256)."""
    noise = Image.fromarray(rng.uniform(-1, 1, (rows, columns)).astype(np.float32))
    return np.asarray(noise.resize((SIDE, SIDE), Image.Resampling.BICUBIC), np.float64)


def _grain(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Darker and lighter lines along x, bent a little, on planks of which no two are quite alike."""
    y = np.arange(SIDE)[:, None] / SIDE
    rings = 0.09 * np.sin(2 * np.pi * (rng.uniform(5, 11) * y + 0.8 * _clouds(rng, 5, 2)))
    fibres = 0.07 * _clouds(rng, 96, 5) + 0.05 * _clouds(rng, 200, 12)
    planks = int(rng.integers(2, 5))
    tones = np.repeat(rng.uniform(-0.08, 0.08, planks), -(-SIDE // planks))[:SIDE, None]
    seams = np.where(np.arange(SIDE)[:, None] % -(-SIDE // planks) < 2, -0.25, 0.0)
    return rings + fibres + tones + seams


def _plywood(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Faint fibres and spots along y, and at most one seam."""
    fibres = 0.035 * _clouds(rng, 200, 10) + 0.025 * _clouds(rng, 60, 4) + 0.02 * _clouds(rng, 30, 24)
    seam = np.where(np.abs(np.arange(SIDE)[:, None] - rng.integers(SIDE)) < 1, -0.2 * (rng.random() < 0.5), 0.0)
    return np.asarray((rng.uniform(0.3, 1.6) * fibres + seam).T)
