"""Local motion analysis: encoder, action codes, recurrent state and decoder, in the agent's own frame (paper, 3.2).

Everything happens in windows cut around the agent's tracked position. There "the foreground, shifted" is the
foreground itself, so the decoder never has to learn translation, and at play the shift is exact because it moves the
paste position.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional

from glass.networks.action_codes import (
    ActionNetwork,
    VectorQuantiser,
    code_swap_indices,
    travel_direction,
    travel_weights,
)
from glass.networks.appearance import Appearance, CropEncoder, Palette, PatchAttention, Warp
from glass.networks.dynamics import Drive, Dynamics
from glass.networks.layers import conv_block, convolve_part, each_tick, upsample
from glass.parallel.distributed import all_gather_with_grad
from glass.parallel.precision import full_precision

__all__ = ["LmaConfig", "LocalMotion", "LocalMotionAnalysis"]


FREE_FIRST = 2.0
"""Logit by which a pixel's freely painted colour is preferred at first."""


@dataclass(frozen=True)
class LmaConfig:
    """Sizes of the local stage."""

    window: int = 64
    """Side of the square window around the agent, in pixels; a multiple of 8."""
    local_actions: int = 10
    """How many local actions are learned."""
    code_size: int = 16
    """Numbers in a local action's code."""
    encoder_widths: tuple[int, int, int] = (32, 48, 64)
    """Channels of the crop encoder at 1/2, 1/4 and 1/8 of the window."""
    action_widths: tuple[int, int] = (48, 64)
    """Channels of the action network at 1/4 and 1/8 of the window."""
    state_channels: int = 64
    """Channels of the recurrent state."""
    control_channels: int = 32
    """Channels through which local action and shift enter the recurrent network."""
    decoder_widths: tuple[int, int, int] = (128, 64, 32)
    """Channels of the decoder at 1/8, 1/4 and 1/2 of the window."""
    attention_heads: int = 4
    """Heads of the attention over the first crop's patches."""
    key_size: int = 16
    """Numbers in a key of that attention."""
    value_size: int = 24
    """Numbers in a value of that attention."""
    colours: int = 16
    """Entries of the palette taken from the first crop."""
    warp_fields: int = 0
    """Fields of displacements by which pixels are fetched from the first crop; see `glass.networks.appearance.Warp`."""
    alpha_logit_scale: float = 1.0
    """By how much logits of painted alpha are multiplied at play: what learning is not sure of is half transparent, and
    a character never is. Where alpha is one half it stays so."""
    colour_logit_scale: float = 1.0
    """By how much the logits of which colour a pixel takes are multiplied at play: what learning is not sure of is a
    mixture of colours, and looks blurred. Which colour is the likeliest stays so."""
    code_swap_rate: float = 0.35
    """How often, while training, a tick takes another tick's code that should mean the same (`code_swap_indices`)."""
    code_switch_cost: float = 4.0
    """What a change of the code while the agent stands costs in training, so that one code is found for a whole action;
    0 takes the nearest code of every tick. In squared distance of codes, in which numbers spread by 1. Without
    ``locomotion_codes`` it costs that always. See `VectorQuantiser.viterbi_codes`."""
    difference_only: bool = False
    """Whether the action network sees only what changes between two crops, not what they show: a gripper's actions are
    then to open, close and hold, and not to be half open."""
    locomotion_codes: bool = True
    """Whether travel in a direction is a local action of its own, as walking is; an arm does anything on its way."""

    def __post_init__(self) -> None:
        """Check the values."""
        if self.window % 8:
            raise ValueError(f"window is {self.window} pixels; it must be a multiple of 8")
        if self.warp_fields < 0:
            raise ValueError(f"warp_fields is {self.warp_fields}; it must be 0 or more")
        for name in ("alpha_logit_scale", "colour_logit_scale"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be more than 0")
        if self.code_switch_cost < 0:
            raise ValueError(f"code_switch_cost is {self.code_switch_cost}; it must be 0 or more")
        if self.local_actions < 2:
            raise ValueError("at least two local actions are needed")
        if self.key_size > self.value_size:
            raise ValueError(f"key_size is {self.key_size}; it must be at most value_size, {self.value_size}")


@dataclass(frozen=True)
class LocalMotion:
    """What the local stage makes of clips of ``T`` crops."""

    crops: Tensor
    """``(B, T-1, 4, S, S)`` premultiplied RGBA in [0, 1] painted for ticks 1 to T-1 from the first crop alone."""
    local_actions: Tensor
    """``(B, T-1)`` 1..K."""
    vectors: Tensor
    """``(B, T-1, D)`` what the action network said, before quantisation."""
    commitment: Tensor
    """Scalar, mean squared distance of the vectors to their codes."""
    entropy_gap: Tensor
    """Scalar, how unevenly the codes are used, travelling ticks counting less (`travel_weights`): 0 is evenly."""


class Decoder(nn.Module):
    """Paints a crop from the state, with four kinds of help from the first crop.

    Coarse features are given as they are; middle and fine ones come through gates the state opens where the pose
    has not changed; attention over patches fetches what has moved elsewhere; and each pixel mixes its colour from
    the first crop's palette, one painted freely and, where asked for, pixels fetched from near its place.
    """

    def __init__(self, config: LmaConfig) -> None:
        """Build the decoder of ``config``."""
        super().__init__()
        fine_source, middle_source, coarse_source = config.encoder_widths
        coarse, middle, fine = config.decoder_widths
        self.coarse = nn.Sequential(
            conv_block(config.state_channels + coarse_source, coarse), conv_block(coarse, coarse)
        )
        self.to_middle = nn.Conv2d(coarse, middle, 1)
        self.middle_gate = nn.Conv2d(middle, middle, 1)
        self.middle_skip = nn.Conv2d(middle_source, middle, 1)
        self.attention = PatchAttention(
            config.window, middle_source, middle, config.attention_heads, config.key_size, config.value_size
        )
        self.middle = nn.Sequential(conv_block(middle, middle), conv_block(middle, middle))
        self.to_fine = nn.Conv2d(middle, fine, 1)
        self.fine_gate = nn.Conv2d(fine, fine, 1)
        self.fine_skip = nn.Conv2d(fine_source, fine, 1)
        self.fine = nn.Sequential(conv_block(fine, fine), conv_block(fine, fine))
        self.output = nn.Conv2d(fine, 16, 3, 1, 1)
        self.palette = Palette(fine_source, config.colours, config.window)
        self.warp = Warp(fine, config.warp_fields) if config.warp_fields else None
        self.alpha_logit_scale, self.colour_logit_scale = config.alpha_logit_scale, config.colour_logit_scale
        self.choice = nn.Conv2d(fine, 4 * (1 + config.colours + config.warp_fields), 1)
        assert self.choice.bias is not None
        nn.init.constant_(self.choice.bias[:4], FREE_FIRST)

    def forward(self, states: Tensor, appearance: Appearance) -> Tensor:
        """Paint ``(N*T, 4, S, S)`` for states ``(N*T, C, S/8, S/8)`` of ``N`` agents, one agent's ticks in a row."""
        ticks = states.shape[0] // appearance.coarse.shape[0]
        features = self._join(states, appearance.coarse, ticks)
        features = upsample(self.to_middle(features))
        skip = torch.sigmoid(self.middle_gate(features)) * each_tick(self.middle_skip(appearance.middle), ticks)
        features = self.middle(features + skip + self.attention(features, appearance.keys, appearance.values))
        features = upsample(self.to_fine(features))
        skip = torch.sigmoid(self.fine_gate(features)) * each_tick(self.fine_skip(appearance.fine), ticks)
        features = self.fine(features + skip)
        return functional.pixel_shuffle(self._paint(features, appearance, ticks), 2)

    def _join(self, states: Tensor, coarse: Tensor, ticks: int) -> Tensor:
        """Coarse features of all ticks, from their states and those of the first crop."""
        block = self.coarse[0]
        assert isinstance(block, nn.Sequential)
        convolution = block[0]
        assert isinstance(convolution, nn.Conv2d)
        constant = each_tick(convolve_part(convolution, coarse, states.shape[1]), ticks)
        joined: Tensor = self.coarse[1](block[1:](constant + convolve_part(convolution, states, 0)))
        return joined

    def _paint(self, features: Tensor, appearance: Appearance, ticks: int) -> Tensor:
        """Premultiplied RGBA of the four pixels of each place: ``(N*T, 16, S/2, S/2)``, as pixel shuffling wants them.

        A pixel's colour is a mixture of one painted freely, the palette's, and those fetched from near its place.
        """
        alpha_scale, colour_scale = (1.0, 1.0) if self.training else (self.alpha_logit_scale, self.colour_logit_scale)
        output = rearrange(self.output(features).float(), "n (rgba place) h w -> n rgba place h w", place=4)
        choice = rearrange(self.choice(features).float(), "n (source place) h w -> n source place h w", place=4)
        choice = torch.softmax(choice * colour_scale, 1)
        colours = appearance.palette.shape[1]
        free, of_palette, of_warps = choice.split([1, colours, choice.shape[1] - 1 - colours], 1)
        palette = each_tick(appearance.palette, ticks).transpose(1, 2)
        colour, alpha = torch.sigmoid(output[:, :3]), torch.sigmoid(output[:, 3:] * alpha_scale)
        with full_precision(palette):
            colour = free * colour + torch.bmm(palette, of_palette.flatten(2)).view_as(colour)
        if self.warp is not None:
            fetched = self.warp(features, each_tick(appearance.crop, ticks))
            fetched = rearrange(fetched, "n field rgb (h y) (w x) -> n field rgb (y x) h w", y=2, x=2)
            colour = colour + (of_warps[:, :, None] * fetched).sum(1)
        return torch.cat([colour * alpha, alpha], 1).flatten(1, 2)


class LocalMotionAnalysis(nn.Module):
    """Encoder, action network with its codes, recurrent network and decoder."""

    def __init__(self, config: LmaConfig) -> None:
        """Build the networks of ``config``."""
        super().__init__()
        self.config = config
        self.encoder = CropEncoder(config.encoder_widths)
        self.action_network = ActionNetwork(
            config.window, config.action_widths, config.code_size, config.difference_only
        )
        self.quantiser = VectorQuantiser(config.local_actions, config.code_size)
        self.dynamics = Dynamics(
            config.encoder_widths[2], config.state_channels, config.code_size, config.control_channels
        )
        self.decoder = Decoder(config)
        self.actions_kept = False

    def keep_actions(self) -> None:
        """Leave action network and codes as they are while the rest learns: local actions go on meaning the same."""
        self.actions_kept = True
        self.action_network.requires_grad_(False)
        self.train(self.training)

    def train(self, mode: bool = True) -> Self:
        """Set the mode of all parts, but for actions that are kept: those are only read."""
        super().train(mode)
        if self.actions_kept:
            self.action_network.eval()
            self.quantiser.eval()
        return self

    def start(self, crops: Tensor) -> tuple[Tensor, Appearance]:
        """State and appearance of first crops ``(N, 4, S, S)``, premultiplied RGBA in [0, 1]."""
        fine, middle, coarse = self.encoder(crops)
        keys, values = self.decoder.attention.remember(middle, crops)
        palette = self.decoder.palette(fine, crops)
        return self.dynamics.start(coarse), Appearance(coarse, middle, fine, keys, values, palette, crops)

    def step(
        self, state: Tensor, appearance: Appearance, local_actions: Tensor, shifts: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Play one tick.

        Args:
            state: ``(N, C, S/8, S/8)``.
            appearance: of the first crops.
            local_actions: int64 ``(N,)``, 1..K.
            shifts: ``(N, 2)`` pixels.

        Returns:
            Painted crops ``(N, 4, S, S)`` premultiplied RGBA in [0, 1], and the next state.
        """
        codes = self.quantiser.codes[local_actions - 1]
        state = self.dynamics(state, self.dynamics.drive(appearance.coarse, codes, shifts))
        painted: Tensor = self.decoder(state, appearance)
        return painted, state

    def travel(self, shifts: Tensor) -> Tensor:
        """Return shifts ``(..., 2)`` as far as they say what is done: none where travel has no action of its own."""
        return shifts if self.config.locomotion_codes else torch.zeros_like(shifts)

    def observe(self, crops: Tensor, next_crops: Tensor) -> Tensor:
        """Read local actions, int64 ``(N,)`` 1..K, from pairs of crops ``(N, 4, S, S)``."""
        network = self.action_network
        return self.quantiser.nearest(network(network.features(crops), network.features(next_crops))) + 1

    def _rollout(self, crops: Tensor, codes: Tensor, shifts: Tensor) -> Tensor:
        """Paint ``(B, T-1, 4, S, S)`` from first crops ``(B, 4, S, S)``, codes ``(B, T-1, D)`` and shifts."""
        state, appearance = self.start(crops)
        batch, ticks = codes.shape[:2]
        # Nothing painted is fed back, so all ticks are driven and painted as one batch.
        drive = self.dynamics.drive(appearance.coarse, codes.flatten(0, 1), shifts.flatten(0, 1))
        states = []
        for now in zip(*(part.unflatten(0, (batch, ticks)).unbind(1) for part in drive), strict=True):
            state = self.dynamics(state, Drive(*now))
            states.append(state)
        painted: Tensor = self.decoder(torch.stack(states, 1).flatten(0, 1), appearance)
        return torch.unflatten(painted, 0, (batch, ticks))

    def _decode(self, vectors: Tensor, travel: Tensor) -> Tensor:
        """Viterbi-decoded indices ``(B*T,)`` of codes: vectors ``(B*T, D)``, travel ``(B, T, 2)``."""
        stands = travel_direction(travel) < 0
        change = self.config.code_switch_cost * (stands[:, 1:] & stands[:, :-1])
        return self.quantiser.viterbi_codes(vectors.unflatten(0, travel.shape[:2]), change).flatten()

    def forward(self, crops: Tensor, shifts: Tensor) -> LocalMotion:
        """Read the local actions of clips and replay them from the first crop.

        Args:
            crops: ``(B, T, 4, S, S)`` premultiplied RGBA in [0, 1].
            shifts: ``(B, T-1, 2)`` foreground shifts in pixels.
        """
        pairs = crops.shape[0], crops.shape[1] - 1
        features = self.action_network.features(crops.flatten(0, 1)).unflatten(0, crops.shape[:2])
        vectors = self.action_network(features[:, :-1].flatten(0, 1), features[:, 1:].flatten(0, 1))
        # Codes are learned from what all processes see, and may be swapped between them.
        everyone, own = all_gather_with_grad(vectors) if self.training else (vectors, slice(None))
        travel = all_gather_with_grad(self.travel(shifts))[0] if self.training else self.travel(shifts)
        with full_precision(everyone):
            smooth = self.training and self.config.code_switch_cost and self.quantiser.initialised
            chosen = self._decode(everyone, travel) if smooth else None
            codes, index, commitment = self.quantiser(everyone, chosen)
            entropy_gap = self.quantiser.entropy_gap(everyone, travel_weights(travel).flatten())
        if self.training and self.config.code_swap_rate:
            codes = codes[code_swap_indices(travel, self.config.code_swap_rate)]
        painted = self._rollout(crops[:, 0], codes[own].unflatten(0, pairs), shifts)
        actions = index[own].unflatten(0, pairs) + 1
        return LocalMotion(painted, actions, vectors.unflatten(0, pairs), commitment, entropy_gap)
