"""Layered warping decoder: moves the first crop's own pixels by displacement fields, in place of painting them anew.

A tick is a mixture of RGBA layers: the first crop, or its mirror image, sampled along displacement fields, each pixel
with the alpha that belongs to it; and one painted layer for what the first crop does not show. Which way the agent
faces is one hard decision a tick (`glass.networks.moving.facing`), since a mixture of a picture and its mirror image is
a double exposure. What the fields should be is learned from `glass.networks.moving.registration`, which sees the
picture that they should make.
"""

from typing import NamedTuple

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional

from glass.motion.whole_motion import field_places
from glass.networks.layers import LEAK, each_tick, share_out
from glass.parallel.precision import full_precision

REACH = 26.0
"""Farthest that a field fetches a pixel from, in pixels of the window."""
PAINT_FIRST = -2.0
"""Logit of freely painted colour at first, where a field's is about 0: what can be moved is not painted."""
COARSE_SCALE = 4.0
"""Pixels that a unit of the coarse features' displacement moves: large motions are found there."""
FIELD_STRIDE = 4
"""Pixels of the window to a place of a displacement field."""
BEND = 4.0
"""Farthest that a field leaves its affine motion, in pixels of the window."""
SHIFT_UNIT = 8.0
"""Pixels that a unit of an affine motion's translation moves, at first."""
STRETCH, SHEAR = 0.9, 0.4
"""Farthest that an affine motion stretches (logarithm of the factor) and shears: it turns as far as it likes."""


class TickLayers(NamedTuple):
    """What a tick is composed of, at the window's size S; applied to a source of any size."""

    mirrored: Tensor
    """``(N, 1)``: 1 where the mirror image is fetched from, else 0."""
    fields: Tensor
    """``(N, F, 2, S/4, S/4)``: displacements in pixels of the window, x right, y down, from a pixel to where its
    colour is fetched."""
    weights: Tensor
    """``(N, F, S, S)`` in [0, 1]: shares of what the fields fetch; the painted layer has the rest."""
    paint: Tensor
    """``(N, 4, S, S)``: the painted layer times its share, premultiplied RGBA in [0, 1]."""


class AffineMotions(nn.Module):
    """Says an affine motion of the whole window for each displacement field: stretched, sheared, turned, shifted."""

    def __init__(self, coarse: int, fields: int, pose_size: int) -> None:
        """Build it for features of ``coarse`` channels, and poses of ``pose_size`` numbers if there are any."""
        super().__init__()
        self.fields = fields
        self.hidden = nn.Linear(4 * coarse + pose_size, 96)
        self.motion = nn.Linear(96 + pose_size, 6 * fields)
        nn.init.normal_(self.motion.weight, std=0.01)
        nn.init.zeros_(self.motion.bias)

    def forward(self, coarse: Tensor, side: int, poses: Tensor | None = None) -> Tensor:
        """Return the motions of ``N`` ticks on a grid of ``side`` places, ``(N, 2F, side, side)`` in pixels.

        Args:
            coarse: features ``(N, C8, S/8, S/8)``.
            side: of the displacement fields.
            poses: ``(N, P)``.
        """
        seen = functional.adaptive_avg_pool2d(coarse, 2).flatten(1)
        with full_precision(seen):
            told = [] if poses is None else [poses.float()]
            hidden = functional.leaky_relu(self.hidden(torch.cat([seen.float(), *told], 1)), LEAK)
            motion = self.motion(torch.cat([hidden, *told], 1)).unflatten(1, (self.fields, 6))
            angle, shear = motion[..., 0], torch.tanh(motion[..., 1]) * SHEAR
            wide, high = torch.exp(torch.tanh(motion[..., 2:4]) * STRETCH).unbind(-1)
            shift = torch.tanh(motion[..., 4:] * (SHIFT_UNIT / REACH)) * REACH
            cos, sin = angle.cos(), angle.sin()
            across = torch.stack([wide * cos, shear * cos - high * sin], -1)
            down = torch.stack([wide * sin, shear * sin + high * cos], -1)
            turn = torch.stack([across, down], -2) - torch.eye(2, device=coarse.device)
            places = field_places(side, FIELD_STRIDE * side, coarse.device).flatten(1)
            moves: Tensor = (turn @ places + shift[..., None]).flatten(1, 2).unflatten(2, (side, side))
        return moves


class LayeredWarp(nn.Module):
    """Gives the layers of a tick from the decoder's features."""

    def __init__(
        self, widths: tuple[int, int, int], fields: int, colours: int, affine: bool = False, pose_size: int = 0
    ) -> None:
        """Build it.

        Args:
            widths: channels of the features at 1/8, 1/4 and 1/2 of the window.
            fields: how many displacement fields there are.
            colours: entries of the palette that is painted with.
            affine: whether each field is an affine motion of the whole window, bent by at most `BEND` pixels, as in
                articulated animation of regions (Siarohin et al., arXiv 2104.11280). What is shown of agents that are
                unlike all that was learned from is then turned, squashed and shifted, and never smeared.
            pose_size: numbers in the pose that affine motions are also told by.
        """
        super().__init__()
        coarse, middle, fine = widths
        self.fields = fields
        self.affine = AffineMotions(coarse, fields, pose_size) if affine else None
        self.displacement = nn.Conv2d(middle, 2 * fields, 3, 1, 1)
        self.coarse_displacement = nn.Conv2d(coarse, 2 * fields, 3, 1, 1)
        self.choice = nn.Conv2d(fine, 4 * (fields + 1 + colours), 3, 1, 1)
        self.paint = nn.Conv2d(fine, 16, 3, 1, 1)
        assert self.displacement.bias is not None and self.choice.bias is not None
        for layer in (self.displacement, self.coarse_displacement):
            nn.init.zeros_(layer.weight)
        nn.init.uniform_(self.displacement.bias, -1.0, 1.0)
        nn.init.constant_(self.choice.bias[4 * fields : 4 * (fields + 1)], PAINT_FIRST)

    def forward(
        self,
        coarse: Tensor,
        middle: Tensor,
        fine: Tensor,
        palette: Tensor | None = None,
        sharpness: float = 1.0,
        poses: Tensor | None = None,
        paints: bool = True,
    ) -> TickLayers:
        """Return the layers of ``N`` ticks, out of the first crop as it is.

        Args:
            coarse: features ``(N, C8, S/8, S/8)``.
            middle: features ``(N, C4, S/4, S/4)``.
            fine: features ``(N, C2, S/2, S/2)``.
            palette: ``(N, P, 3)`` in [0, 1], the colours that are painted with, if there are any.
            sharpness: by which the logits of the layers' shares are multiplied.
            poses: ``(N, P)`` of the ticks, if affine motions are told by them.
            paints: whether what cannot be moved is painted; else all is moved.
        """
        moves = self.displacement(middle).float() + COARSE_SCALE * functional.interpolate(
            self.coarse_displacement(coarse).float(), scale_factor=2, mode="bilinear", align_corners=False
        )
        if self.affine is None:
            moves = REACH * torch.tanh(moves / REACH)
        else:
            moves = self.affine(coarse, moves.shape[-1], poses) + BEND * torch.tanh(moves / BEND)
        choice = functional.pixel_shuffle(self.choice(fine).float(), 2)
        shares = share_out(choice * sharpness)
        weights, free, of_palette = shares.split([self.fields, 1, shares.shape[1] - self.fields - 1], 1)
        painted = torch.sigmoid(functional.pixel_shuffle(self.paint(fine).float(), 2))
        colour = free * painted[:, :3]
        if palette is not None:
            with full_precision(palette):
                colour = colour + torch.einsum("npc,nphw->nchw", palette.float(), of_palette)
        paint = torch.cat([colour, free + of_palette.sum(1, keepdim=True)], 1) * painted[:, 3:]
        if not paints:
            weights, paint = weights / weights.sum(1, keepdim=True).clamp(min=1e-6), torch.zeros_like(paint)
        return TickLayers(moves.new_zeros(len(moves), 1), moves.unflatten(1, (self.fields, 2)), weights, paint)


def move_layers(layers: TickLayers, motion: Tensor) -> TickLayers:
    """Let ``N`` ticks be moved as a whole by motions ``(N, 2, 3)``, as `glass.motion.whole_motion.affine_motion`'s.

    What fields, shares and paint say of a place is then said of the one that it comes to.
    """
    (count, _, _, side), window = layers.fields.shape[1:], layers.weights.shape[-1]
    coarse, near = _moved_places(motion, side, window)
    fine, _ = _moved_places(motion, window, window)
    fields = functional.grid_sample(layers.fields.flatten(1, 2), coarse, padding_mode="border", align_corners=False)
    return TickLayers(
        layers.mirrored,
        fields.unflatten(1, (count, 2)) + near[:, None],
        functional.grid_sample(layers.weights, fine, padding_mode="border", align_corners=False),
        functional.grid_sample(layers.paint, fine, align_corners=False),
    )


def _moved_places(motion: Tensor, side: int, window: int) -> tuple[Tensor, Tensor]:
    """Return where motions lead from a grid: ``(N, side, side, 2)`` in [-1, 1], and how far ``(N, 2, side, side)``."""
    rest = field_places(side, window, motion.device)
    places = (motion[:, :, :2, None, None] * rest).sum(2) + motion[:, :, 2, None, None] * (window / 2)
    return (places * (2 / window)).movedim(1, -1), places - rest


def compose(layers: TickLayers, source: Tensor, ticks: int = 1) -> Tensor:
    """Compose ticks of premultiplied RGBA at the window's size: ``(N*ticks, 4, S, S)``.

    Args:
        layers: of ``N*ticks`` ticks, one agent's in a row.
        source: ``(N, 4, S, S)`` the first crops.
        ticks: of each agent.
    """
    turned = layers.mirrored[:, :, None, None]
    seen = each_tick(source, ticks)
    fetched = _fetch(seen * (1 - turned) + seen.flip(-1) * turned, layers.fields)
    composed: Tensor = (layers.weights[:, :, None] * fetched).sum(1) + layers.paint
    return composed


def fields_at_pixels(fields: Tensor, side: int) -> Tensor:
    """Enlarge displacement fields ``(N, F, 2, h, w)`` to those of each pixel, ``(N, F, 2, side, side)``."""
    enlarged = functional.interpolate(fields.flatten(1, 2), size=(side, side), mode="bilinear", align_corners=False)
    displacements: Tensor = enlarged.unflatten(1, fields.shape[1:3])
    return displacements


def _fetch(source: Tensor, fields: Tensor) -> Tensor:
    """Sample ``(N, 4, S, S)`` along fields of `TickLayers`: ``(N, F, 4, S, S)``."""
    side, count = source.shape[-1], fields.shape[1]
    moves = rearrange(fields_at_pixels(fields, side), "n field xy h w -> n field h w xy")
    line = (torch.arange(side, device=source.device) + 0.5) * (2 / side) - 1
    rest = torch.stack([line.expand(side, side), line[:, None].expand(side, side)], -1)
    # The fields of one picture lie below each other, so that all are sampled at once.
    places = (rest + moves * (2 / side)).flatten(1, 2)
    fetched = functional.grid_sample(source, places, padding_mode="zeros", align_corners=False)
    return rearrange(fetched, "n rgba (field h) w -> n field rgba h w", field=count)


def turn_layers(layers: TickLayers, facing: Tensor) -> TickLayers:
    """Mirror what those of ``N`` ticks show that are ``facing`` ``(N, 1)`` left, out of the same source."""
    fields = layers.fields.flip(-1) * layers.fields.new_tensor([-1.0, 1.0])[:, None, None]
    mirrored = TickLayers(1 - layers.mirrored, fields, layers.weights.flip(-1), layers.paint.flip(-1))
    left = facing[:, 0] < 0
    return TickLayers(
        *(
            torch.where(left.reshape(-1, *[1] * (one.dim() - 1)), other, one)
            for one, other in zip(layers, mirrored, strict=True)
        )
    )


def roughness(fields: Tensor) -> Tensor:
    """Return how far displacement fields ``(N, F, 2, h, w)`` are from affine motion, in pixels.

    The mean absolute second difference (second-order total variation), which turning and scaling leave at 0, and a
    tenth of the first difference.
    """
    total = fields.new_zeros(())
    for axis in (-1, -2):
        first = fields.diff(dim=axis)
        total = total + first.diff(dim=axis).abs().mean() + 0.1 * first.abs().mean()
    return total
