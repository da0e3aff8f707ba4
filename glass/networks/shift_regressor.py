"""Shifts guessed by a network instead of found: the paper's ``P_f`` and ``P_b`` (section 3.1), to compare with."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from glass.networks.layers import LEAK, conv_block

__all__ = ["ShiftRegressor"]

GRID = (3, 4)
"""Rows and columns that the last features are averaged to, whatever the frame's size."""


class ShiftRegressor(nn.Module):
    """Looks at a layer of two neighbouring frames and says how it moved; gradients pass through what it says."""

    def __init__(self, radius: int) -> None:
        """Build a network that says at most ``radius`` pixels along each axis."""
        super().__init__()
        self.radius = radius
        self.network = nn.Sequential(
            nn.PixelUnshuffle(4),
            conv_block(128, 48),
            conv_block(48, 64, 2),
            conv_block(64, 64, 2),
            nn.AdaptiveAvgPool2d(GRID),
            nn.Flatten(),
            nn.Linear(64 * GRID[0] * GRID[1], 128),
            nn.LeakyReLU(LEAK),
            nn.Linear(128, 2),
        )

    def forward(self, layer: Tensor, next_layer: Tensor) -> Tensor:
        """Guess the shifts ``(N, 2)``, pixels, of layers ``(N, 4, H, W)``: weighted frame in [-1, 1], and weight."""
        pair = torch.cat([layer, next_layer], 1)
        guessed: Tensor = torch.tanh(self.network(pair) / self.radius) * self.radius
        return guessed
