"""Illumination of frames: augmentation by other light, and shadow detection."""

import numpy as np
import torch
from torch import Tensor

DIM, BRIGHT = 0.4, 0.98
"""What shadow leaves of the light, between nearly all of it and"""
TINT = 0.15
"""by how much this may differ between the three colours, as a share of it."""
DARKEST = 0.02


def sample_illumination(rng: np.random.Generator, count: int, light: float) -> Tensor:
    """Draw lights ``(count, 3)``, up to the share ``light`` stronger or weaker; their colours vary by half of it."""
    strength, colour = rng.uniform(-light, light, (count, 1)), rng.uniform(-light / 2, light / 2, (count, 3))
    return torch.from_numpy((1 + strength) * (1 + colour)).float()


def apply_illumination(frames: Tensor, light: Tensor) -> Tensor:
    """Return frames ``(N, 3, H, W)`` in [0, 1], each in its own light ``(N, 3)``."""
    return (frames * light[:, :, None, None]).clamp(0, 1)


def in_shadow(frames: Tensor, backgrounds: Tensor) -> Tensor:
    """Say where ``(L, 3, H, W)`` in [0, 1] show the background with less light on it, alike in all colours."""
    left = (frames + DARKEST) / (backgrounds + DARKEST)
    light = left.mean(1, keepdim=True)
    alike = (left - light).abs().amax(1, keepdim=True) < TINT * light
    shadow: Tensor = alike & (light > DIM) & (light < BRIGHT)
    return shadow
