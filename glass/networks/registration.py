"""Image registration network: finds how a first crop is moved to make a later one, by looking at both.

A deformable registration as in VoxelMorph (Balakrishnan et al., arXiv 1809.05231), learned without labels from how well
the moved crop fits; it is what the local stage's displacement fields are learned from, and is not there at play.
Fields learned from the pictures' differences alone would not find large motions: an action says where a limb goes, and
only seeing the limb there says how it came.
"""

import math
from collections.abc import Sequence
from itertools import product

import torch
from torch import Tensor, nn
from torch.nn import functional

from glass.networks.layered_warp import LayeredWarp, TickLayers
from glass.networks.layers import conv_block, upsample

TURNS = tuple(range(-100, 101, 20))
"""Degrees of a whole agent's turn that are tried."""
SHAPES = ((1.0, 0.7), (1.2, 0.65), (0.93, 1.2))
"""Widths and heights, of the first crop's, that are tried as well, with turns of no more than a step."""
FINER_TURNS, FINER_SHAPES = (-10, 0, 10), ((1.0, 1.0), (1.0, 0.88), (1.0, 1.12), (1.1, 1.0), (0.9, 1.0))
"""What is tried around the best of those."""
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
        pair = functional.pixel_unshuffle(torch.cat([_moved(first, whole), later], 1), 2)
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


@torch.no_grad()
def whole_motion(first: Tensor, later: Tensor) -> Tensor:
    """Find the affine motion that makes later crops of first ones ``(N, 4, S, S)`` best, by trying.

    Turned and resized crops are laid upon each other by the centres of their alpha. Learned from differences alone,
    large turns are not found: halfway they fit worse than none.

    Returns:
        ``(N, 2, 3)`` from a place in the later crop to one in the first, both in [-1, 1], as `functional.affine_grid`.
    """
    small = functional.avg_pool2d(first, 2), functional.avg_pool2d(later, 2)
    centres = _centre(first[:, 3:]), _centre(later[:, 3:])
    plain = first.new_tensor([0.0, 1.0, 1.0]).expand(len(first), 3)
    coarse = [(turn, 1.0, 1.0) for turn in TURNS]
    coarse += [(turn, *shape) for turn, shape in product((-20, 0, 20), SHAPES)]
    found = _best(small, centres, plain, coarse)
    found = _best(small, centres, found, [(turn, *shape) for turn, shape in product(FINER_TURNS, FINER_SHAPES)])
    return _affine(found, centres)


def _best(
    crops: tuple[Tensor, Tensor],
    centres: tuple[Tensor, Tensor],
    around: Tensor,
    tries: Sequence[tuple[float, float, float]],
) -> Tensor:
    """Return which of ``tries`` around motions ``(N, 3)``, turn in degrees, width and height, fits best."""
    first, later = crops
    found, least = around, torch.full((len(first),), torch.inf, device=first.device)
    for turn, wide, high in tries:
        tried = torch.stack([around[:, 0] + turn, around[:, 1] * wide, around[:, 2] * high], 1)
        error = misfit(_moved(first, _affine(tried, centres)), later)
        better = error < least
        found, least = torch.where(better[:, None], tried, found), torch.where(better, error, least)
    return found


def _affine(motions: Tensor, centres: tuple[Tensor, Tensor]) -> Tensor:
    """Write motions ``(N, 3)`` as `whole_motion` returns them."""
    turn, wide, high = (motions * motions.new_tensor([math.pi / 180, 1.0, 1.0])).unbind(1)
    across = torch.stack([turn.cos() / wide, turn.sin() / wide], 1)
    down = torch.stack([-turn.sin() / high, turn.cos() / high], 1)
    matrix = torch.stack([across, down], 1)
    return torch.cat([matrix, centres[0][:, :, None] - matrix @ centres[1][:, :, None]], 2)


def _moved(crops: Tensor, motion: Tensor) -> Tensor:
    grid = functional.affine_grid(motion, list(crops.shape), align_corners=False)
    return functional.grid_sample(crops, grid, align_corners=False)


def _centre(alpha: Tensor) -> Tensor:
    """Return the centres of masks ``(N, 1, S, S)``, ``(N, 2)`` in [-1, 1]."""
    side = alpha.shape[-1]
    line = (torch.arange(side, device=alpha.device) + 0.5) * (2 / side) - 1
    weight = alpha.sum((1, 2, 3)).clamp(min=1e-3)
    return torch.stack([(alpha.sum((1, 2)) * line).sum(1), (alpha.sum((1, 3)) * line).sum(1)], 1) / weight[:, None]


def after_whole_motion(fields: Tensor, whole: Tensor, window: int) -> Tensor:
    """Join displacements ``(N, F, 2, s, s)`` in pixels with the whole motion ``(N, 2, 3)`` that comes before them."""
    side = fields.shape[-1]
    line = (torch.arange(side, device=fields.device) + 0.5) * (window / side) - window / 2
    places = torch.stack([line.expand(side, side), line[:, None].expand(side, side)])
    near = (places + fields) * (2 / window)
    fetched = torch.einsum("nij,nfjhw->nfihw", whole[:, :, :2], near) + whole[:, None, :, 2, None, None]
    return fetched * (window / 2) - places


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
