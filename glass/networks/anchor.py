"""Anchor: a keypoint of the agent, regressed in every frame by itself, at which its path is measured.

The centroid of a mask moves with every swing of an arm, and shifts between neighbouring frames add up to a drift. A
small network learns instead one keypoint of the body, whatever the pose and the look: it has to move as the smooth path
does. What is uncertain in one clip is averaged over all of them, so windows cut around the anchor show every agent at
the same place, to the pixel.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from glass.core.directions import EDGES
from glass.motion.edge_agents import free_end
from glass.motion.windows import agent_position, foreground_windows, window_corner
from glass.networks.layers import LEAK, conv_block

REACH = 0.25
"""Farthest the anchor may lie from the mask's centre, as a share of the window."""
FRAMED = 0.9995
"""Windows that show this share of what the best one shows are as good."""


@dataclass(frozen=True)
class AnchorConfig:
    """Sizes of the anchor network."""

    widths: tuple[int, int, int, int] = (24, 32, 48, 64)
    """Channels at 1/2, 1/4, twice, and 1/8 of the window; a last layer at 1/16 has as many as that at 1/8."""
    enters_from_edge: str = ""
    """Edge of the frame (left, right, top or bottom) that the agent reaches in from, as an arm does; it is then
    followed by its free end."""
    measures_shifts: bool = True
    """Whether shifts are measured at the anchor; else they stay those of the path that it learned from, which is surer
    where agents are built so differently that they have no spot in common."""

    def __post_init__(self) -> None:
        """Check the values."""
        if self.enters_from_edge not in ("", *EDGES):
            raise ValueError(
                f"enters_from_edge is '{self.enters_from_edge}'; it must be left, right, top, bottom or empty"
            )


class Anchor(nn.Module):
    """Keypoint regression: finds the same spot of the agent in every frame."""

    origin: Tensor

    def __init__(self, config: AnchorConfig, window: int) -> None:
        """Build the network for windows of ``window`` pixels."""
        super().__init__()
        self.window = window
        self.reach = REACH * window
        self.enters_from_edge, self.measures_shifts = config.enters_from_edge, config.measures_shifts
        fine, middle, wide, coarse = config.widths
        side = -(-window // 16)
        self.network = nn.Sequential(
            nn.PixelUnshuffle(2),
            conv_block(16, fine),
            conv_block(fine, middle, 2),
            conv_block(middle, wide),
            conv_block(wide, coarse, 2),
            conv_block(coarse, coarse, 2),
            nn.Flatten(),
            nn.Linear(coarse * side * side, 128),
            nn.LeakyReLU(LEAK),
            nn.Linear(128, 2),
        )
        self.register_buffer("origin", torch.zeros(2))

    def offsets(self, crops: Tensor) -> Tensor:
        """Offsets ``(N, 2)`` of the anchor from the centre of crops ``(N, 4, S, S)``, premultiplied RGBA, in pixels."""
        offsets: Tensor = torch.tanh(self.network(crops).float() / 4) * self.reach
        return offsets - self.origin

    def weighted_mask(self, masks: Tensor) -> Tensor:
        """Masks ``(N, 1, H, W)`` weighted by how much each pixel counts for where the agent is; see `free_end`."""
        return free_end(masks, self.enters_from_edge)

    def window_centres(self, masks: Tensor) -> Tensor:
        """Centres ``(N, 2)`` of the windows, on the pixel grid, around the centroids of masks ``(N, 1, H, W)``."""
        return window_corner(agent_position(self.weighted_mask(masks), self.window), self.window) + self.window / 2

    def forward(self, frames: Tensor, masks: Tensor) -> Tensor:
        """Find the anchor ``(N, 2)``, pixels of the frame, of frames ``(N, 3, H, W)`` and masks ``(N, 1, H, W)``."""
        centres = self.window_centres(masks)
        return centres + self.offsets(foreground_windows(frames, masks, centres, self.window))

    @torch.no_grad()
    def centre_window_on_mass(self, masks: Tensor, positions: Tensor) -> None:
        """Move the anchor by whole pixels, so that windows around it hold as much of the masks' mass as they can.

        Args:
            masks: uint8 ``(N, H, W)``, 255 is certain.
            positions: ``(N, 2)`` where the anchor finds the agent now.
        """
        number, y, x = (masks > 127).nonzero(as_tuple=True)
        around = torch.stack([y, x], 1) - positions[number].flip(1).round().long()
        reach = max(masks.shape[-2:])
        counts = torch.zeros(2 * reach, 2 * reach)
        inside = (around.abs() < reach).all(1)
        row, column = (around[inside] + reach).unbind(1)
        counts.index_put_((row, column), torch.ones(len(row)), accumulate=True)
        seen = functional.avg_pool2d(counts[None, None], self.window, 1, divisor_override=1)[0, 0]
        # Of windows that show all but the same, the middle one.
        best = (seen >= seen.max() * FRAMED).nonzero().double().mean(0).round()
        offset = best + self.window / 2 - reach
        self.origin -= offset.flip(0).to(self.origin)

    @torch.no_grad()
    def snap_to_pixels(self, positions: Tensor) -> None:
        """Move the anchor by part of a pixel, the circular mean of those of ``positions`` ``(..., 2)``.

        Where an agent moves by whole pixels, as sprites do, its windows are then cut alike in all frames.
        """
        angles = positions.flatten(0, -2) * (2 * math.pi)
        part = torch.atan2(angles.sin().mean(0), angles.cos().mean(0)) / (2 * math.pi)
        self.origin += part.to(self.origin)
