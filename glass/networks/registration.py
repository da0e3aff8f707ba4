"""Image registration network: finds how a first crop is moved to make a later one, by looking at both.

A deformable registration as in VoxelMorph (Balakrishnan et al., arXiv 1809.05231), learned without labels from how well
the moved crop fits; it is what the local stage's displacement fields are learned from, and is not there at play.
Fields learned from the pictures' differences alone would not find large motions: an action says where a limb goes, and
only seeing the limb there says how it came.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from glass.networks.layered_warp import LayeredWarp, TickLayers, compose
from glass.networks.layers import conv_block, upsample

WIDTHS = (40, 56, 80, 96)
"""Channels at 1/2, 1/4, 1/8 and 1/16 of the window."""
MIRROR_MARGIN = 0.02
"""By how much the mirror image has to fit better to be taken; symmetric agents are not mirrored."""


class RegistrationNetwork(nn.Module):
    """A U-Net that sees two crops and gives the layers that make the second out of the first."""

    def __init__(self, fields: int) -> None:
        """Build it for ``fields`` displacement fields; windows' sides must be multiples of 16."""
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
        self.warp = LayeredWarp((eighth, quarter, half), fields, 0)

    def forward(self, first: Tensor, later: Tensor, mirrored: Tensor) -> TickLayers:
        """Register crops ``(N, 4, S, S)``, premultiplied RGBA in [0, 1].

        Args:
            first: the crops that are moved.
            later: the crops they are to become.
            mirrored: ``(N, 1)`` in {0, 1}, whether it is the mirror image that is moved.
        """
        source = torch.where(mirrored[:, :, None, None] > 0, first.flip(-1), first)
        pair = functional.pixel_unshuffle(torch.cat([source, later], 1), 2)
        features = pair.contiguous(memory_format=torch.channels_last)
        skips = []
        for encode in self.encode:
            features = encode(features)
            skips.append(features)
        found = []
        for narrow, decode, skip in zip(self.narrow, self.decode, skips[-2::-1], strict=True):
            features = decode(skip + upsample(narrow(features)))
            found.append(features)
        layers: TickLayers = self.warp(*found, mirrored)
        return layers

    def both_ways(self, first: Tensor, later: Tensor) -> tuple[TickLayers, Tensor]:
        """Register crops ``(N, 4, S, S)`` as they are and mirrored.

        Returns:
            Layers of ``2N`` pairs, those of the mirror images last, and how badly each fits, ``(2, N)``.
        """
        count = len(first)
        mirrored = torch.arange(2, device=first.device).repeat_interleave(count)[:, None].float()
        first, later = torch.cat([first, first]), torch.cat([later, later])
        layers = self(first, later, mirrored)
        return layers, misfit(compose(layers, first), later).unflatten(0, (2, count))

    @torch.no_grad()
    def best(self, first: Tensor, later: Tensor) -> TickLayers:
        """Register crops ``(N, 4, S, S)`` the way that fits better, `MIRROR_MARGIN` in favour of not mirrored."""
        layers, errors = self.both_ways(first, later)
        turned = mirror_fits(errors)
        count = len(first)
        return TickLayers(*(torch.where(_like(turned, part), part[count:], part[:count]) for part in layers))


def mirror_fits(errors: Tensor) -> Tensor:
    """Say from the misfits ``(2, N)``, as they are and mirrored, where the mirror image is taken: bool ``(N,)``."""
    return errors[1] + MIRROR_MARGIN < errors[0]


def _like(one: Tensor, other: Tensor) -> Tensor:
    """Give ``(N,)`` as many dimensions as another tensor has."""
    return one.reshape(-1, *[1] * (other.dim() - 1))


def misfit(made: Tensor, true: Tensor) -> Tensor:
    """How badly crops ``(N, 4, S, S)`` fit true ones, ``(N,)``: L1 at five scales, and of the gradients.

    The small scales lead pixels over long ways, where the large ones have no gradient.
    """
    error = made - true
    total = (error.abs() * (1 + 4 * true[:, 3:])).mean((1, 2, 3))
    total = total + error.diff(dim=-1).abs().mean((1, 2, 3)) + error.diff(dim=-2).abs().mean((1, 2, 3))
    small = error
    for _ in range(4):
        small = functional.avg_pool2d(small, 2)
        total = total + 1.5 * small.abs().mean((1, 2, 3))
    return total
