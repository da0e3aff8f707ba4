"""Frames that recordings are tested with, and what animations show."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence

Pixels = NDArray[np.uint8]


def moving(count: int, colours: int) -> list[Pixels]:
    """Frames of a square that moves over a still background of a number of colours."""
    background = np.zeros((24, 32, 3), np.uint8)
    background.reshape(-1, 3)[:] = np.arange(24 * 32)[:, None] % colours * [1, 3, 7] % 256
    frames = []
    for index in range(count):
        frame = background.copy()
        frame[5:11, index % 26 : index % 26 + 6] = (255, 0, 10)
        frames.append(frame)
    return frames


def photo_like(count: int, size: tuple[int, int] = (128, 96)) -> list[Pixels]:
    """Frames of thousands of colours, of (width, height) pixels, over which a square of colours of its own moves."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[: size[1], : size[0]]
    background = np.stack([x * 2, y * 2, 255 - x], 2) % 256 + rng.integers(-6, 6, (size[1], size[0], 1))
    frames = []
    for index in range(count):
        frame = background.clip(0, 255).astype(np.uint8)
        frame[4:12, 2 * index : 2 * index + 8] = (255, 0, 5 * index)
        frames.append(frame)
    return frames


def noise(count: int, size: tuple[int, int] = (32, 24)) -> list[Pixels]:
    """Frames of (width, height) pixels that no format makes small."""
    return list(np.random.default_rng(0).integers(0, 256, (count, size[1], size[0], 3), np.uint8))


def read_animation(path: Path) -> tuple[list[Pixels], list[int]]:
    """The pictures of an endless animation, and their durations in milliseconds."""
    with Image.open(path) as image:
        shown = [(np.array(frame.convert("RGB")), frame.info["duration"]) for frame in ImageSequence.Iterator(image)]
        assert image.info["loop"] == 0
    return [frame for frame, _ in shown], [duration for _, duration in shown]
