"""Illumination of frames: augmentation by other light, and shadow detection."""

import numpy as np
import torch
from torch import Tensor

DIM, BRIGHT = 0.4, 0.98
"""What shadow leaves of the light, between nearly all of it and"""
TINT = 0.15
"""by how much this may differ between the three colours, as a share of it."""
DARKEST = 0.02
STEADY_LIGHT = 0.06
"""Share by which the light on a clip may change and still counts as steady; a background that pans changes a little."""


def sample_illumination(rng: np.random.Generator, count: int, light: float) -> Tensor:
    """Draw lights ``(count, 3)``, up to the share ``light`` stronger or weaker; their colours vary by half of it."""
    strength, colour = rng.uniform(-light, light, (count, 1)), rng.uniform(-light / 2, light / 2, (count, 3))
    return torch.from_numpy((1 + strength) * (1 + colour)).float()


def apply_illumination(frames: Tensor, light: Tensor) -> Tensor:
    """Return frames ``(N, 3, H, W)`` in [0, 1], each in its own light ``(N, 3)``."""
    return (frames * light[:, :, None, None]).clamp(0, 1)


def even_light(frames: Tensor, masks: Tensor) -> Tensor:
    """Return the frames of a clip ``(L, 3, H, W)`` in [0, 1] all in its usual light, if that changes in the clip.

    It is told by the mean of each colour where masks ``(L, 1, H, W)`` in [0, 1] show no agent.
    """
    free = 1 - masks
    colours = ((frames + DARKEST) * free).sum((2, 3)) / free.sum((2, 3)).clamp(min=1)
    light = colours / colours.median(0).values.clamp(min=DARKEST)
    if float((light - 1).abs().max()) < STEADY_LIGHT:
        return frames
    return (frames / light[:, :, None, None].clamp(min=DARKEST)).clamp(0, 1)


def in_shadow(frames: Tensor, backgrounds: Tensor) -> Tensor:
    """Say where ``(L, 3, H, W)`` in [0, 1] show the background with less light on it, alike in all colours."""
    left = (frames + DARKEST) / (backgrounds + DARKEST)
    light = left.mean(1, keepdim=True)
    alike = (left - light).abs().amax(1, keepdim=True) < TINT * light
    shadow: Tensor = alike & (light > DIM) & (light < BRIGHT)
    return shadow
