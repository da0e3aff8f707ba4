"""Image registration network: finds how a first crop is moved to make a later one, by looking at both.

A deformable registration as in VoxelMorph (Balakrishnan et al., arXiv 1809.05231), learned without labels from how well
the moved crop fits; it is what the local stage's displacement fields are learned from, and is not there at play.
Fields learned from the pictures' differences alone would not find large motions: an action says where a limb goes, and
only seeing the limb there says how it came.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from glass.motion.whole_motion import affine_motion, agent_place, inverse, moved, whole_motion
from glass.networks.layers import conv_block, upsample
from glass.networks.moving.layered_warp import LayeredWarp, TickLayers, move_layers

WIDTHS = (40, 56, 80, 96)
"""Channels at 1/2, 1/4, 1/8 and 1/16 of the window."""


class RegistrationNetwork(nn.Module):
    """A U-Net that sees two crops and gives the layers that make the second out of the first."""

    def __init__(self, fields: int, affine: bool = False, whole: bool = False) -> None:
        """Build it for ``fields`` displacement fields, as `LayeredWarp`; windows' sides must be multiples of 16.

        With ``whole`` the later crop is seen after its whole motion (`glass.motion.whole_motion`) has been undone.
        """
        super().__init__()
        self.whole = whole
        half, quarter, eighth, least = WIDTHS
        self.encode = nn.ModuleList(
            [
                conv_block(32, half),
                nn.Sequential(conv_block(half, quarter, 2), conv_block(quarter, quarter)),
                nn.Sequential(conv_block(quarter, eighth, 2), conv_block(eighth, eighth)),
                nn.Sequential(conv_block(eighth, least, 2), conv_block(least, least), conv_block(least, least)),
            ]
        )
        self.narrow = nn.ModuleList([nn.Conv2d(WIDTHS[i + 1], WIDTHS[i], 1) for i in (2, 1, 0)])
        self.decode = nn.ModuleList(
            [nn.Sequential(conv_block(width, width), conv_block(width, width)) for width in (eighth, quarter, half)]
        )
        self.warp = LayeredWarp((eighth, quarter, half), fields, 0, affine)

    def forward(self, first: Tensor, later: Tensor) -> TickLayers:
        """Register crops ``(N, 4, S, S)``, premultiplied RGBA in [0, 1]: the first are moved to become the later.

        What the network says, limbs that move upon an upright body, comes before the whole motion, if there is one.
        """
        motion = affine_motion(whole_motion(first, later), agent_place(first)) if self.whole else None
        upright = later if motion is None else moved(later, inverse(motion))
        pair = functional.pixel_unshuffle(torch.cat([first, upright], 1), 2)
        features = pair.contiguous(memory_format=torch.channels_last)
        skips = []
        for encode in self.encode:
            features = encode(features)
            skips.append(features)
        found = []
        for narrow, decode, skip in zip(self.narrow, self.decode, skips[-2::-1], strict=True):
            features = decode(skip + upsample(narrow(features)))
            found.append(features)
        layers: TickLayers = self.warp(*found)
        return layers if motion is None else move_layers(layers, motion)
