"""Image registration network: finds how a first crop is moved to make a later one, by looking at both.

A deformable registration as in VoxelMorph (Balakrishnan et al., arXiv 1809.05231), learned without labels from how well
the moved crop fits; it is what the local stage's displacement fields are learned from, and is not there at play.
Fields learned from the pictures' differences alone would not find large motions: an action says where a limb goes, and
only seeing the limb there says how it came.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from glass.motion.whole_motion import after_whole_motion, moved, whole_motion
from glass.networks.layered_warp import LayeredWarp, TickLayers
from glass.networks.layers import conv_block, upsample

WIDTHS = (40, 56, 80, 96)
"""Channels at 1/2, 1/4, 1/8 and 1/16 of the window."""


class RegistrationNetwork(nn.Module):
    """A U-Net that sees two crops and gives the layers that make the second out of the first."""

    def __init__(self, fields: int, affine: bool = False) -> None:
        """Build it for ``fields`` displacement fields, as `LayeredWarp`; windows' sides must be multiples of 16."""
        super().__init__()
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

        The whole is moved as `whole_motion` finds it, and what is left is what the network says.
        """
        whole = whole_motion(first, later)
        pair = functional.pixel_unshuffle(torch.cat([moved(first, whole), later], 1), 2)
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
        return layers._replace(fields=after_whole_motion(layers.fields, whole, first.shape[-1]))
