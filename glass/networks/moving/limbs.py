"""Limbs of any picture's agent: part segmentation of its crop, and how each limb turns in every action.

Learned from drawn puppets, whose bones say both (`glass.data.puppets.limbs`). What is seen of a limb is told by
features of `glass.networks.moving.lite0`, through a decoder with skips (U-Net; Ronneberger et al., arXiv 1505.04597).
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from glass.core.limbs import ACTIONS, BODY, LIMBS
from glass.data.core.clip import CYCLE
from glass.motion.whole_motion import agent_place
from glass.networks.layers import LEAK
from glass.networks.moving.facing import turn_pictures
from glass.networks.moving.lite0 import PYRAMID, SIZE, Lite0Blocks, equally_large

SIDE = 128
"""Side of what the network sees, in pixels."""
WIDTHS = (40, 56, 72, 96)
"""Channels of the decoder at 1/2, 1/4, 1/8 and 1/16 of `SIDE`."""
SEEN_WHOLE = 128
"""Numbers that sum up the whole picture, from which motions are told."""
DEGREES = 30.0
"""A unit of a motion's turn."""
JOINT = 8.0
"""A unit of the way to a joint, in pixels of the maps."""
AWAY = 0.1
"""A unit of the shift of a motion's joint, as a share of the agent's longer side."""
GROWTH = 0.2
"""A unit of a motion's growth."""
UNITS = (DEGREES, AWAY, AWAY, GROWTH, GROWTH)
"""Units of `glass.data.puppets.limbs.Limbs.motions`."""
_MIRRORED = (True, True, False, False, False)
"""Which of them are the other way round in the mirror."""


class LimbMaps(NamedTuple):
    """What is told of agents' limbs, with L of `LIMBS` and A of `ACTIONS`."""

    seen: Tensor
    """``(N, L, s, s)`` logits: which limb is seen at a pixel."""
    covered: Tensor
    """``(N, L, s, s)`` logits: whether a limb covers a pixel, seen or behind others."""
    joints: Tensor
    """``(N, 2, s, s)`` where the seen limb's joint lies from a pixel, right and down, in units of `JOINT`."""
    motions: Tensor
    """``(N, A, 8, L, 5)`` in `UNITS`; see `glass.data.puppets.limbs.Limbs.motions`."""


class LimbNetwork(nn.Module):
    """Tells limbs of agents that face right, and how they move, by features that others look at, too."""

    def __init__(self) -> None:
        """Build it."""
        super().__init__()
        self.motion_shape = (len(ACTIONS), CYCLE, 3 * len(LIMBS) + 2)  # The body alone grows.
        widths = (*WIDTHS, 0)
        self.joins = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(PYRAMID[level] + widths[level + 1] + (4 if level == 0 else 0), width, 3, 1, 1),
                nn.BatchNorm2d(width),
                nn.LeakyReLU(LEAK),
                nn.Dropout2d(0.1 if level else 0.0),
            )
            for level, width in enumerate(WIDTHS)
        )
        self.whole = nn.Sequential(
            nn.Conv2d(WIDTHS[3], 64, 3, 2, 1),
            nn.LeakyReLU(LEAK),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(64 * (SIDE // 32) ** 2, SEEN_WHOLE),
            nn.LeakyReLU(LEAK),
        )
        self.tell = nn.Linear(SEEN_WHOLE, WIDTHS[3])
        self.maps = nn.Conv2d(WIDTHS[0], 2 * len(LIMBS) + 2, 1)
        self.motions = nn.Linear(SEEN_WHOLE, torch.Size(self.motion_shape).numel())

    def forward(self, pictures: Tensor, features: Lite0Blocks) -> LimbMaps:
        """Tell limbs in what `equally_large` returns with `SIDE`; maps have half its side."""
        levels = features.pyramid(pictures)
        levels[0] = torch.cat([levels[0], functional.avg_pool2d(pictures, 2)], 1)
        joined = self.joins[3](levels[3])
        whole = self.whole(joined)
        joined = joined + self.tell(whole)[:, :, None, None]
        for level in (2, 1, 0):
            larger = functional.interpolate(joined, scale_factor=2, mode="bilinear", align_corners=False)
            joined = self.joins[level](torch.cat([levels[level], larger], 1))
        seen, covered, joints = self.maps(joined).float().split([len(LIMBS), len(LIMBS), 2], 1)
        *moved, growth = self.motions(whole).float().unflatten(1, self.motion_shape).split([3 * len(LIMBS), 2], 3)
        growths = functional.pad(growth[:, :, :, None], (0, 0, BODY, len(LIMBS) - 1 - BODY))
        motions = torch.cat([moved[0].unflatten(3, (len(LIMBS), 3)), growths], 4)
        return LimbMaps(seen, covered, joints, motions)

    def find(self, crops: Tensor, side: Tensor, features: Lite0Blocks) -> LimbMaps:
        """Tell limbs of crops ``(N, 4, S, S)`` that face a ``side`` ``(N, 1)``: -1 left, 1 right, 0 none.

        Maps are of the crops as they are, and hold probabilities in place of logits; joints are in pixels, turns in
        degrees, and shifts and growth as they are said in `glass.data.puppets.limbs.Limbs.motions`.
        """
        crops = turn_pictures(crops, side[:, 0])
        place = agent_place(crops)
        told = self(equally_large(crops, place, SIDE), features)
        maps = torch.cat([torch.softmax(told.seen, 1), torch.sigmoid(told.covered), told.joints], 1)
        # Back from equally large agents to the crops.
        scale, zero = SIZE / place[:, 2], torch.zeros_like(place[:, 2])
        motion = torch.stack([scale, zero, -place[:, 0] * scale, zero, scale, -place[:, 1] * scale], 1).unflatten(
            1, (2, 3)
        )
        grid = functional.affine_grid(motion, [*maps.shape[:2], *crops.shape[2:]], align_corners=False)
        maps = turn_pictures(functional.grid_sample(maps, grid, align_corners=False), side[:, 0])
        seen, covered, joints = maps.split([len(LIMBS), len(LIMBS), 2], 1)
        turned = torch.where(side < 0, -1.0, 1.0)
        across = torch.cat([turned, torch.ones_like(turned)], 1)
        pixels = JOINT * crops.shape[-1] / maps_side(SIDE) / scale
        joints = joints * (across * pixels[:, None])[:, :, None, None]
        return LimbMaps(seen, covered, joints, in_mirror(told.motions * told.motions.new_tensor(UNITS), turned[:, 0]))


def in_mirror(motions: Tensor, turned: Tensor) -> Tensor:
    """Return motions ``(N, A, 8, L, 5)`` of those agents' mirror images where ``turned`` ``(N,)`` is -1, and not 1."""
    across = torch.tensor(_MIRRORED, device=motions.device)
    return torch.where(across, motions * turned[:, None, None, None, None], motions)


def maps_side(side: int) -> int:
    """Return the side of the maps that are told of pictures of a ``side``."""
    return side // 2
