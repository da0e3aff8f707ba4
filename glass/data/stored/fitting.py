"""Resizing and mirroring of clips together with their ground truth."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from glass.data.core.clip import Clip


def resized(clip: Clip, size: tuple[int, int]) -> Clip:
    """Give the clip with frames of `size` (W, H) pixels, each of the mean colour of what it covers."""
    if size == clip.frame_size:
        return clip
    scale = np.array(size) / clip.frame_size
    masks = None if clip.masks is None else _resize(clip.masks.astype(np.uint8) * 255, size) > 127
    return replace(
        clip, frames=_resize(clip.frames, size), masks=masks, **_moved(clip, scale), measures=_measured(clip, scale)
    )


def mirrored(clip: Clip) -> Clip:
    """Give the clip with left and right exchanged."""
    turn = np.array([-1.0, 1.0])
    moved = _moved(clip, turn)
    if clip.positions is not None:
        moved["positions"] = moved["positions"] + (clip.frame_size[0], 0)
    masks = None if clip.masks is None else np.ascontiguousarray(clip.masks[:, :, ::-1])
    frames = np.ascontiguousarray(clip.frames[:, :, ::-1])
    return replace(clip, frames=frames, masks=masks, **moved, measures=_measured(clip, turn))


def _resize(pictures: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    return np.stack([np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX)) for picture in pictures])


def _moved(clip: Clip, factor: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Multiply what the truth says in pixels."""
    values = {key: getattr(clip, key) for key in ("foreground_shifts", "background_shifts", "positions")}
    return {key: None if value is None else value * factor for key, value in values.items()}


def _measured(clip: Clip, factor: npt.NDArray[np.float64]) -> Mapping[str, npt.NDArray[np.float64]]:
    """Multiply the measures that are lengths in pixels, known by the ends of their names."""
    factors = {"_x": factor[0], "_y": factor[1]}
    return {name: values * factors.get(name[-2:], 1.0) for name, values in clip.measures.items()}
