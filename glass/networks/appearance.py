"""Appearance: what ticks are given of the first crop (skips, attention memory, palette), worked out once.

A model of several views works it out for each of its sources, the crops of all views and their mirror images; each tick
takes that of one of them.
"""

from typing import NamedTuple

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional

from glass.networks.layers import conv_block, upsample
from glass.parallel.precision import full_precision

SMALLEST_ALPHA = 1e-4
PRIOR_WIDTH = 0.15
"""Standard deviation, in half windows, of the place an entry of the palette begins with."""
LONGEST_DISPLACEMENT = 12.0
"""Farthest that a warp fetches a pixel from, in pixels."""
DESCRIPTOR = 32
"""Numbers in a source's descriptor."""
WARPED_ALPHA = 0.1
"""Least alpha at which a warped pixel's colour is taken as it is; fainter ones are darkened."""


class Appearance(NamedTuple):
    """What is made of the first crop before the first tick; never updated, which is what stops drift.

    ``N`` counts agents; but for ``dynamics`` and ``descriptors`` it counts the sources of all agents, one agent's in a
    row, where a model takes several views.
    """

    dynamics: Tensor
    """What the dynamics remember of it: ``(N, 3C, S/8, S/8)``, or ``(N, H)`` where pixels are moved."""
    coarse: Tensor
    """``(N, C8, S/8, S/8)``: its part of the decoder's first convolution, then whatever else a decoder keeps."""
    middle: Tensor
    """``(N, C4, S/4, W/4)``: what the decoder's middle features may take over, of the W columns that are painted."""
    fine: Tensor
    """``(N, C2, S/2, W/2)``: what its fine features may."""
    keys: Tensor
    """``(N, heads, D, P)`` of the attention: where each of P patches of the first crop is and what it shows."""
    values: Tensor
    """``(N, heads, V, P)``: what there is to copy from it."""
    palette: Tensor
    """``(N, P, 3)`` in [0, 1]: its colours, each entry for one kind of place: hair in the light, skin, outline."""
    crop: Tensor
    """``(N, 4, S, S)`` premultiplied RGBA in [0, 1]: the first crop itself."""
    descriptors: Tensor | None = None
    """``(N, V, D)`` of an agent's sources: what a tick chooses among them by; None where there is only one."""
    place: Tensor | None = None
    """``(N, 3)``: where the agent is in it and how large, as `glass.motion.whole_motion.agent_place` says; None where
    poses have no whole motion."""

    def of_sources(self, chosen: Tensor) -> "Appearance":
        """Give each of ``N*T`` ticks the appearance of its source ``(N*T,)``, counted through those of all agents."""
        parts = (self.coarse, self.middle, self.fine, self.keys, self.values, self.palette, self.crop)
        return Appearance(self.dynamics, *(part.index_select(0, chosen) for part in parts))


def sources_of(crops: Tensor, views: Tensor | None = None) -> Tensor:
    """Return the sources of appearance, ``(N, V, 4, S, S)``: the first crops, further views, then their mirror images.

    Args:
        crops: ``(N, 4, S, S)`` premultiplied RGBA in [0, 1], the first ones.
        views: ``(N, V/2 - 1, 4, S, S)`` of the same agents.
    """
    shown = crops[:, None] if views is None else torch.cat([crops[:, None], views], 1)
    return torch.cat([shown, shown.flip(-1)], 1)


class SourceChoice(nn.Module):
    """Chooses for each tick the source that is likest the picture to come; at first, and if in doubt, the first."""

    def __init__(self, places: int, state: int, features: int) -> None:
        """Build a choice by states and sources' features of ``state`` and ``features`` channels at ``places``."""
        super().__init__()
        self.describe = nn.Linear(places * features, DESCRIPTOR)
        self.ask = nn.Linear(places * state, DESCRIPTOR)
        nn.init.zeros_(self.ask.weight)
        nn.init.zeros_(self.ask.bias)

    def forward(self, states: Tensor, descriptors: Tensor) -> Tensor:
        """Return logits ``(N*T, V)`` for states ``(N*T, C, h, w)`` and descriptors ``(N, V, D)``."""
        asked = self.ask(states.flatten(1)).unflatten(0, (len(descriptors), -1))
        logits: Tensor = (asked @ descriptors.mT).flatten(0, 1).float()
        return logits


class CropEncoder(nn.Module):
    """Three levels of features of an RGBA crop, at 1/2, 1/4 and 1/8 of its size."""

    def __init__(self, widths: tuple[int, int, int]) -> None:
        """Build an encoder with ``widths`` channels, fine to coarse."""
        super().__init__()
        fine, middle, coarse = widths
        self.fine = conv_block(16, fine)
        self.middle = nn.Sequential(conv_block(fine, middle, 2), conv_block(middle, middle))
        self.coarse = nn.Sequential(conv_block(middle, coarse, 2), conv_block(coarse, coarse))

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Encode ``(N, 4, S, S)``: fine, middle, coarse."""
        fine = self.fine(functional.pixel_unshuffle(crops, 2))
        middle = self.middle(fine)
        return fine, middle, self.coarse(middle)


class Palette(nn.Module):
    """Colours of the first crop by attention pooling: every entry learns which places it stands for.

    A painter that says for each pixel which entry it takes, paints characters of colours it has never seen.
    """

    def __init__(self, features: int, colours: int, window: int) -> None:
        """Build a palette of ``colours`` entries, found by features of ``features`` channels at 1/2 of the window."""
        super().__init__()
        self.places = nn.Conv2d(features, 4 * colours, 1)
        # At first an entry is the colour around a place of its own, spread over the middle of the window.
        reach = torch.linspace(-1, 1, window)
        rows, columns = reach[:, None, None], reach[None, :, None]
        spots = torch.rand(2, colours) * 2 - 1
        distance = (rows - 0.8 * spots[0]).square() + (columns - 0.4 * spots[1]).square()
        self.prior = nn.Parameter(-distance.flatten(0, 1).T[None] / (2 * PRIOR_WIDTH**2))

    def forward(self, fine: Tensor, crops: Tensor) -> Tensor:
        """Give colours ``(N, P, 3)`` in [0, 1] of crops ``(N, 4, S, S)`` with features ``(N, C, S/2, S/2)``."""
        places = functional.pixel_shuffle(self.places(fine), 2).flatten(2) + self.prior
        alpha = crops[:, 3:].flatten(2)
        straight = crops[:, :3].flatten(2) / alpha.clamp(min=SMALLEST_ALPHA)
        weights = torch.softmax(places + torch.log(alpha.clamp(min=SMALLEST_ALPHA)), 2)
        with full_precision(weights):
            colours: Tensor = weights.float() @ straight.transpose(1, 2)
        return colours


class Warp(nn.Module):
    """Displacement fields: every pixel painted is sampled, bilinearly, from near its place in the first crop.

    What turns, bobs or swings without showing another side keeps its detail so.
    """

    def __init__(self, features: int, fields: int) -> None:
        """Build ``fields`` displacement fields, zero at first, from ``features`` channels at 1/2 of the window."""
        super().__init__()
        self.fields = fields
        self.displacement = nn.Conv2d(features, 2 * fields, 3, 1, 1)
        assert self.displacement.bias is not None
        nn.init.zeros_(self.displacement.weight)
        nn.init.zeros_(self.displacement.bias)

    def forward(self, displacement: Tensor, crops: Tensor) -> Tensor:
        """Give straight colours of crops ``(N, 4, S, S)``; `displacement` made ``(N, 2*fields, S/2, W/2)`` of features.

        Returns:
            ``(N, 3, fields, S*W)`` of the W columns in the middle, of each 2x2 pixels the first ones before all second
            ones: ``(y x) h w``.
        """
        side, margin = crops.shape[-1], crops.shape[-1] // 2 - displacement.shape[-1]
        # Half the window is 1, as sampling wants it.
        moves = (2 * LONGEST_DISPLACEMENT / side) * torch.tanh(displacement.float() / LONGEST_DISPLACEMENT)
        moves = functional.interpolate(moves, scale_factor=2, mode="bilinear", align_corners=False)
        line = (torch.arange(side, device=crops.device) + 0.5) * (2 / side) - 1
        rest = torch.stack([line.expand(side, side), line[:, None].expand(side, side)])[..., margin : side - margin]
        # The fields of one picture lie below each other, so that all are sampled at once.
        places = rearrange(
            moves.unflatten(1, (self.fields, 2)) + rest, "n field xy (h y) (w x) -> n (field y x h) w xy", y=2, x=2
        )
        fetched = functional.grid_sample(crops, places, padding_mode="zeros", align_corners=False)
        fetched = rearrange(fetched, "n rgba (field rows) w -> n rgba field (rows w)", field=self.fields)
        straight: Tensor = fetched[:, :3] / fetched[:, 3:].clamp(min=WARPED_ALPHA)
        return straight


class PatchAttention(nn.Module):
    """Cross-attention from the 4x4 patches of the picture being painted to those of the first crop."""

    def __init__(
        self, window: int, source: int, query: int, heads: int, key_size: int, value_size: int, margin: int = 0
    ) -> None:
        """Build attention over ``(window / 4)**2`` patches with ``source`` and ``query`` channels.

        ``margin`` columns of patches at the left and at the right neither ask nor are attended to.
        """
        super().__init__()
        side = window // 4
        self.inside = slice(margin, side - margin)
        self.heads = heads
        self.scale = key_size**-0.5
        self.place = nn.Parameter(0.1 * torch.randn(1, source, side, side))
        self.query_place = nn.Parameter(0.1 * torch.randn(1, query, side, side))
        self.to_keys = nn.Conv2d(source, heads * key_size, 1)
        self.to_values = nn.Conv2d(source + 64, heads * value_size, 1)
        self.to_queries = nn.Conv2d(query, heads * key_size, 1)
        self.output = nn.Conv2d(heads * value_size, query, 1)

    def remember(self, middle: Tensor, crops: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values ``(N, heads, D, P)`` of first crops ``(N, 4, S, S)`` with features ``(N, C, S/4, S/4)``."""
        patches = functional.pixel_unshuffle(crops, 4)
        placed, shown = (part[..., self.inside] for part in (middle + self.place, torch.cat([middle, patches], 1)))
        maps = self.scale * self.to_keys(placed), self.to_values(shown)
        keys, values = (rearrange(each, "n (head d) h w -> n head d (h w)", head=self.heads) for each in maps)
        return keys, values

    def forward(self, features: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Attend to the keys and values of ``N`` pictures: ``(N*T, C, S/4, S/4)``, without margins.

        Each of ``features`` ``(N*T, C, S/8, S/8)`` stands for four patches, which differ in their place.
        """
        # What does not depend on the place is worked out before it is repeated.
        asked = functional.conv2d(features, self.to_queries.weight)
        asked = upsample(asked)[..., self.inside] + self.to_queries(self.query_place[..., self.inside])
        height, width = asked.shape[-2:]
        # All ticks of one picture look into the same memory, so they are one long list of queries.
        queries = rearrange(asked, "(n t) (head d) h w -> n head d (t h w)", n=keys.shape[0], head=self.heads)
        attend = self._attend_in_blocks if self.training else self._attend
        found = rearrange(attend(queries, keys, values), "n head d (t h w) -> (n t) (head d) h w", h=height, w=width)
        fetched: Tensor = self.output(found)
        return fetched

    @staticmethod
    def _attend(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Attend by two products, which need no transposition; all are ``(N, heads, size, length)``."""
        return values @ torch.softmax(queries.mT @ keys, -1).mT

    @staticmethod
    def _attend_in_blocks(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
        """Do what `_attend` does in one pass, without the matrix of all products of many ticks."""
        spare = (0, values.shape[2] - keys.shape[2])  # it wants all of one size
        found = functional.scaled_dot_product_attention(
            functional.pad(queries.mT, spare), functional.pad(keys.mT, spare), values.mT.contiguous(), scale=1.0
        )
        return found.mT
