"""Facing: which way the first picture faces, and in which ticks the agent has turned round.

An agent seen from the side turns when it travels the other way, and is then the mirror image of itself. Turning is no
pose: it is decided once a tick from the shifts, poses and local actions are learned from crops that are turned back,
and a tick that is turned is the mirror image of the one that is not.
"""

import math

import torch
from torch import Tensor, nn

from glass.networks.action_codes import TRAVEL
from glass.networks.layers import LEAK, conv_block

SURE = 0.75
"""Probability from which a picture is said to face a side; one that is seen from the front is never turned."""
WIDTHS = (24, 32, 48, 64)
"""Channels at 1/2, 1/4, 1/8 and 1/16 of the window."""


class FacingNetwork(nn.Module):
    """Says which side an agent faces. Antisymmetric: of the mirror image it says the opposite."""

    def __init__(self, window: int) -> None:
        """Build it for windows of ``window`` pixels; before it has learned anything it is never sure."""
        super().__init__()
        half, quarter, eighth, least = WIDTHS
        side = -(-window // 16)
        self.network = nn.Sequential(
            nn.PixelUnshuffle(2),
            conv_block(16, half),
            conv_block(half, quarter, 2),
            conv_block(quarter, eighth, 2),
            conv_block(eighth, least, 2),
            nn.Flatten(),
            nn.Linear(least * side * side, 64),
            nn.LeakyReLU(LEAK),
            nn.Linear(64, 1),
        )
        last = self.network[-1]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight)

    def forward(self, crops: Tensor) -> Tensor:
        """Give logits ``(N, 1)`` of facing right, for crops ``(N, 4, S, S)``, premultiplied RGBA in [0, 1]."""
        one, other = self.network(torch.cat([crops, crops.flip(-1)])).float().chunk(2)
        logits: Tensor = one - other
        return logits

    def sides(self, crops: Tensor) -> Tensor:
        """Give the sides ``(N, 1)`` that crops face: 1 is right, -1 left, 0 neither for sure."""
        logits = self(crops)
        sure: Tensor = logits.abs() >= math.log(SURE / (1 - SURE))
        return torch.sign(logits) * sure


def sideways(shifts: Tensor) -> Tensor:
    """Say which way shifts ``(..., 2)`` in pixels travel sideways: ``(...)``, 1 right, -1 left, 0 not."""
    size = shifts.abs()
    return torch.sign(shifts[..., 0]) * ((size[..., 0] >= TRAVEL) & (size[..., 0] >= size[..., 1]))


def turn(side: Tensor, turned: Tensor, shifts: Tensor) -> Tensor:
    """Say which of ``N`` agents are turned after a tick, ``(N, 1)`` in {0, 1}.

    Args:
        side: ``(N, 1)`` that their first pictures face, as `FacingNetwork.sides` gives them.
        turned: ``(N, 1)`` in {0, 1} before the tick.
        shifts: ``(N, 2)`` of the tick, in pixels.
    """
    along = side * sideways(shifts)[:, None]
    return torch.where(along == 0, turned, (along < 0).to(turned.dtype))


def turns(side: Tensor, shifts: Tensor) -> Tensor:
    """Say in which ticks of clips agents are turned, ``(B, T)`` in {0, 1}, by `turn`.

    Args:
        side: ``(B, 1)`` that the first pictures face.
        shifts: ``(B, T, 2)`` of the ticks, in pixels.
    """
    turned, found = torch.zeros_like(side), []
    for now in shifts.unbind(1):
        turned = turn(side, turned, now)
        found.append(turned)
    return torch.cat(found, 1)


def turn_shifts(shifts: Tensor, turned: Tensor) -> Tensor:
    """Give shifts ``(..., 2)`` as they are seen by who is ``turned`` ``(...)``: sideways ones the other way."""
    return shifts * torch.stack([1 - 2 * turned, torch.ones_like(turned)], -1)


def turn_pictures(pictures: Tensor, turned: Tensor) -> Tensor:
    """Mirror those of the pictures ``(..., C, H, W)`` that are ``turned`` ``(...)``."""
    return torch.where(turned[..., None, None, None] > 0, pictures.flip(-1), pictures)
