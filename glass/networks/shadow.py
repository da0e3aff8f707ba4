"""Shadow network: attenuation of the light by an agent, taken off the background where it was and cast where it is.

An agent that moves takes its shadow along, but a background that is painted once keeps it. Where a shadow lies depends
on the light, which the first frame shows, and on the agent's outline as it is now: so a network that sees both says how
much of the light is left. What it says of the first frame's own outline is what has to be taken off that frame.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from glass.core.directions import EDGES
from glass.motion.windows import cut_windows
from glass.networks.layers import broadcast_vector, conv_block

DARKEST = 0.7
"""Most of the light that a shadow takes."""
FAINT = -3.0
"""Logit that every shadow starts from."""


@dataclass(frozen=True)
class ShadowConfig:
    """Size of the shadow network, and whether there is one."""

    cast: bool = False
    """Whether it moves along with the agent; else it is part of the background. For a camera that stands still."""
    window: int = 128
    """Side of the square in which shadows are looked for, in pixels; a multiple of 16. It lies around the agent, or, of
    one that reaches in from an edge, around its free end."""
    widths: tuple[int, int, int, int] = (16, 24, 32, 48)
    """Channels of the network at 1/2, 1/4, 1/8 and 1/16 of the window."""

    def __post_init__(self) -> None:
        """Check the values."""
        if self.window < 16 or self.window % 16:
            raise ValueError(f"window is {self.window} pixels; it must be a multiple of 16")


class ShadowNetwork(nn.Module):
    """U-Net of the light that an agent takes, from the first frame around it and its masks then and now."""

    def __init__(self, config: ShadowConfig) -> None:
        """Build the network of ``config``."""
        super().__init__()
        finest, coarsest, levels = config.widths[0], config.widths[-1], list(pairwise(config.widths))
        self.stem = nn.Sequential(conv_block(24, finest), conv_block(finest, finest))
        self.down = nn.ModuleList(nn.Sequential(conv_block(a, b, 2), conv_block(b, b)) for a, b in levels)
        self.light = nn.Linear(coarsest, coarsest)
        self.up = nn.ModuleList(conv_block(a + b, a) for a, b in reversed(levels))
        self.output = nn.Conv2d(finest, 4, 1)
        assert self.output.bias is not None
        nn.init.constant_(self.output.bias, FAINT)

    def forward(self, views: Tensor, first: Tensor, now: Tensor) -> Tensor:
        """Predict the attenuation: the share of the light that is taken.

        Args:
            views: ``(N, 4, S, S)`` in [0, 1], what the first frame shows around the agent, its shadow with it, and
                where it shows anything; see `view_windows`.
            first: ``(N, 1, S, S)`` in [0, 1], the agent's mask in that window.
            now: ``(N, 1, S, S)`` in [0, 1], its mask in the window around where it is now.

        Returns:
            ``(N, 1, S, S)`` in [0, 0.7], in the window around where the agent is now.
        """
        features = self.stem(functional.pixel_unshuffle(torch.cat([views, first, now], 1), 2))
        kept = []
        for down in self.down:
            kept.append(features)
            features = down(features)
        # How the light falls is the same everywhere.
        features = features + broadcast_vector(self.light(features.mean((2, 3))), features)
        for up in self.up:
            wide = functional.interpolate(features, scale_factor=2, mode="bilinear", align_corners=False)
            features = up(torch.cat([kept.pop(), wide], 1))
        taken: Tensor = torch.sigmoid(functional.pixel_shuffle(self.output(features), 2).float()) * DARKEST
        return taken


def shadow_centres(positions: Tensor, window: int, enters_from_edge: str) -> Tensor:
    """Centres of the squares in which shadows are looked for: ``(N, 2)`` pixels.

    Args:
        positions: ``(N, 2)`` of the agents.
        window: side of the window around an agent. One that reaches in from an edge has its free end at the far side.
        enters_from_edge: that edge, if any.
    """
    x, y = EDGES.get(enters_from_edge, (0, 0))
    return positions + positions.new_tensor([x * window // 2, y * window // 2])


def view_windows(frames: Tensor, positions: Tensor, window: int) -> Tensor:
    """Cut what frames ``(N, 3, H, W)`` show around ``positions``, and where they show anything: ``(N, 4, S, S)``."""
    return cut_windows(torch.cat([frames, torch.ones_like(frames[:, :1])], 1), positions, window)


def replace_shadow(frames: Tensor, before: Tensor, after: Tensor) -> Tensor:
    """Relight frames ``(N, 3, H, W)`` in [0, 1]: take one shadow off and cast another.

    ``before`` and ``after`` are the shares of the light that they take, ``(N, 1, H, W)``.
    """
    return (frames * (1 - after) / (1 - before)).clamp(max=1)
