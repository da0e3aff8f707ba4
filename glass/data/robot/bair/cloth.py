"""Patterns of toys, as textures that wrap around a shape: fur, stripes, spots, print."""

import mujoco
import numpy as np
import numpy.typing as npt
from PIL import Image

_SIDE = 32
"""Side of each of a cube texture's six faces, in pixels."""

Levels = npt.NDArray[np.float64]


def add_cloths(spec: mujoco.MjSpec, rng: np.random.Generator) -> None:
    """Add a material for every pattern; the colour of what wears it multiplies it."""
    spec.add_material(name="plain", specular=0.5, shininess=0.5)
    for name, paint in (("fur", _fur), ("stripes", _stripes), ("spots", _spots), ("print", _print)):
        texture = spec.add_texture(
            name=name, type=mujoco.mjtTexture.mjTEXTURE_CUBE, width=_SIDE, height=6 * _SIDE, nchannel=3
        )
        faces = np.concatenate([paint(rng) for _ in range(6)])
        texture.data = np.asarray(faces.clip(0, 1) * 255, np.uint8).tobytes()
        material = spec.add_material(name=name, specular=0.05, shininess=0.1)
        material.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = name


def _noise(rng: np.random.Generator, side: int) -> Levels:
    """Noise of -1..1 whose bumps number so many a side, (32, 32)."""
    levels = Image.fromarray(rng.uniform(-1, 1, (side, side)).astype(np.float32))
    return np.asarray(levels.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC), np.float64)


def _grey(levels: Levels) -> Levels:
    return np.repeat(levels[..., None], 3, axis=2)


def _fur(rng: np.random.Generator) -> Levels:
    return _grey(0.78 + 0.2 * _noise(rng, 24) + 0.16 * _noise(rng, 10) + 0.15 * _noise(rng, 4))


def _stripes(rng: np.random.Generator) -> Levels:
    """A zebra's: bands that bend and break."""
    y = np.arange(_SIDE)[:, None] / _SIDE
    phase = rng.uniform(3, 5) * y + 0.35 * _noise(rng, 4) + 0.12 * _noise(rng, 9)
    return _grey(np.where(np.sin(2 * np.pi * phase) > rng.uniform(0.0, 0.35), 0.08, 0.95) + 0.04 * _noise(rng, 24))


def _spots(rng: np.random.Generator) -> Levels:
    return _grey(np.where(_noise(rng, 9) > 0.25, 0.3, 0.95) + 0.05 * _noise(rng, 24))


def _print(rng: np.random.Generator) -> Levels:
    """A label: a band of another colour with marks on it."""
    face = np.ones((_SIDE, _SIDE, 3))
    top, height = int(rng.integers(4, 14)), int(rng.integers(6, 16))
    face[top : top + height] = rng.uniform(0.15, 1, 3)
    for _ in range(5):
        row, column = rng.integers(top, top + height), rng.integers(0, _SIDE - 6)
        face[row : row + 2, column : column + int(rng.integers(2, 8))] = rng.uniform(0.05, 1, 3)
    return face
