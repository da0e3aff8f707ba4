"""Facing: which side the first picture faces, and which side the agent faces in each tick.

An agent seen from the side turns when it travels the other way, and is then the mirror image of itself. Turning is no
pose: it is decided once a tick from the shifts. Poses and local actions are learned from crops that all face right, so
that what leans forward or falls on its back does so on the same side of every picture; a tick that faces left is the
mirror image of the one that faces right.
"""

import math

import torch
from torch import Tensor, nn

from glass.motion.clip_facings import sideways
from glass.motion.whole_motion import agent_place
from glass.networks.layers import LEAK
from glass.networks.moving.lite0 import CHANNELS, Lite0Blocks, equally_large

SURE = 0.82
"""Probability of facing a side from which a picture is turned; one that is seen from the front never is."""
WIDTH = 48
"""Channels of what is made of the features."""


class FacingNetwork(nn.Module):
    """Says which side an agent faces, by features of `glass.networks.moving.lite0`, which know heads in any style.

    Antisymmetric: of the mirror image it says the opposite.
    """

    def __init__(self, window: int) -> None:
        """Build it for windows of ``window`` pixels; before it has learned anything it is never sure.

        Raises:
            GlassError: as of `load_lite0`.
        """
        super().__init__()
        side = -(-window // 16)
        self.features = Lite0Blocks()
        self.network = nn.Sequential(
            nn.Conv2d(CHANNELS, WIDTH, 1),
            nn.LeakyReLU(LEAK),
            nn.Dropout2d(0.2),
            nn.Conv2d(WIDTH, WIDTH, 3, 2, 1),
            nn.LeakyReLU(LEAK),
            nn.Flatten(),
            nn.Dropout(0.3),
            nn.Linear(WIDTH * side * side, 64),
            nn.LeakyReLU(LEAK),
            nn.Linear(64, 1),
        )
        last = self.network[-1]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight)

    def forward(self, crops: Tensor) -> Tensor:
        """Give logits ``(N, 1)`` of facing right, for crops ``(N, 4, S, S)``, premultiplied RGBA in [0, 1]."""
        return self.compare(self.look(crops), self.look(crops.flip(-1)))

    def look(self, crops: Tensor) -> Tensor:
        """Return features ``(N, C, S/8, S/8)`` of crops ``(N, 4, S, S)``, whose agents all become equally large."""
        features: Tensor = self.features(equally_large(crops, agent_place(crops), 2 * crops.shape[-1]))
        return features

    def compare(self, features: Tensor, mirrored: Tensor) -> Tensor:
        """Give logits ``(N, 1)`` for what `look` returns of crops and of their mirror images, ``(N, C, s, s)``."""
        one, other = self.network(torch.cat([features, mirrored])).float().chunk(2)
        logits: Tensor = one - other
        return logits

    def sides(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """Give the sides ``(N, 1)`` that crops face, 1 is right and -1 left, and whether that is sure, in {0, 1}.

        Who is not sure to face a side is seen from the front, and said to face right.
        """
        logits = self(crops)
        sure = logits.abs() >= math.log(SURE / (1 - SURE))
        return torch.where(sure & (logits < 0), -1.0, 1.0), sure.to(logits.dtype)


def told_sides(faces: Tensor, side: Tensor, sure: Tensor) -> tuple[Tensor, Tensor]:
    """Give sides ``(N, 1)``, and whether they are sure, as `FacingNetwork.sides` does, where none are told.

    Args:
        faces: ``(N, 1)`` what is told: 1 right, -1 left, 0 nothing, `glass.data.core.clip.FRONT` that it
            never turns.
        side: ``(N, 1)`` as they were seen.
        sure: ``(N, 1)`` likewise.
    """
    told = (faces.abs() == 1).to(sure.dtype)
    seen = faces == 0
    return torch.where(seen, side, torch.where(told == 1, faces, 1.0)), torch.where(seen, sure, told)


def face(facing: Tensor, sure: Tensor, shifts: Tensor) -> Tensor:
    """Say which side each of ``N`` agents faces after a tick, ``(N, 1)``: 1 is right, -1 left.

    Args:
        facing: ``(N, 1)`` before the tick.
        sure: ``(N, 1)`` in {0, 1}: 0 for those that never turn.
        shifts: ``(N, 2)`` of the tick, in pixels.
    """
    along = sure * sideways(shifts)[:, None]
    return torch.where(along == 0, facing, along)


def facings(side: Tensor, sure: Tensor, shifts: Tensor) -> Tensor:
    """Say which side agents face in the ticks of clips, ``(B, T)``, by `face`.

    Args:
        side: ``(B, 1)`` that the first pictures face.
        sure: ``(B, 1)`` in {0, 1}.
        shifts: ``(B, T, 2)`` of the ticks, in pixels.
    """
    facing, found = side, []
    for now in shifts.unbind(1):
        facing = face(facing, sure, now)
        found.append(facing)
    return torch.cat(found, 1)


def turn_shifts(shifts: Tensor, facing: Tensor) -> Tensor:
    """Give shifts ``(..., 2)`` as if all faced right: sideways the other way where ``facing`` ``(...)`` is left."""
    return shifts * torch.stack([facing, torch.ones_like(facing)], -1)


def turn_pictures(pictures: Tensor, facing: Tensor) -> Tensor:
    """Mirror those of the pictures ``(..., C, H, W)`` that are ``facing`` ``(...)`` left, or back."""
    return torch.where(facing[..., None, None, None] < 0, pictures.flip(-1), pictures)
