"""Decoders: from the recurrent state and the first crop's features to the next crop (paper, section 3.2)."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from glass.motion.whole_motion import WHOLE, affine_motion, agent_place
from glass.networks.appearance import Appearance, Palette, PatchAttention, SourceChoice, Warp
from glass.networks.layers import conv_block, convolve_part, convolve_together, each_tick, upsample
from glass.networks.moving.layered_warp import LayeredWarp, TickLayers, compose, move_layers
from glass.parallel.precision import full_precision

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
    margin: int = 0
    """Columns of patches, 4 pixels each, at the left and the right of the window that are neither painted nor attended
    to (``renderer`` is ``paint``): agents are taller than wide."""
    views: int = 1
    """Pictures of one character, at most, that ticks take its looks from (``renderer`` is ``paint``): the first and
    further views. With more than 1, each tick chooses one of them or of their mirror images, the first's, too."""
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
    renderer: Literal["paint", "move"] = "paint"
    """How a crop is made: ``paint`` its pixels, mixed from palette, free colours and near pixels, or ``move`` the first
    crop's own along ``warp_fields`` displacement fields, which can be done at the picture's own size."""
    affine_fields: bool = False
    """Whether each displacement field is an affine motion, bent a little; see `glass.networks.moving.layered_warp`."""
    whole_motion: bool = False
    """Whether a pose begins with how the whole agent is turned, resized and moved (`glass.motion.whole_motion`): limbs
    move upon an upright body, which then falls or leaps. Not for agents that reach in from an edge."""
    pose_scale: float = 1.0
    """By how much poses are multiplied at play (likewise): where learning is not sure of a pose it says the mean of
    those that may be, and hardly moves."""
    pose_size: int = 24
    """Learned numbers in a pose (``renderer`` is ``move``), beside those of its whole motion."""
    pose_state: int = 96
    """Numbers in the state that leads from pose to pose (likewise)."""
    turns: bool = True
    """Whether agents are seen from the side and turn (likewise): clips tell which side that is, and all is learned from
    agents that face right. Who is seen from behind, or reaches in from an edge, never turns."""
    code_swap_rate: float = 0.35
    """How often, while training, a tick takes another tick's code that should mean the same (`code_swap_indices`)."""
    code_smoothing: int = 0
    """Ticks before and after a tick over which its code is averaged in training, within a run of standing or of
    travel (`smooth_codes`); 0 leaves codes as they are."""
    code_noise: float = 0.2
    """Standard deviation of the noise on action vectors that are not quantised yet, whose numbers spread by 1."""
    code_switch_cost: float = 4.0
    """What a change of the code while the agent stands costs in training, so that one code is found for a whole action;
    0 takes the nearest code of every tick. In squared distance of codes, in which numbers spread by 1. Without
    ``locomotion_codes`` it costs that always. See `VectorQuantiser.viterbi_codes`."""
    difference_only: bool = False
    """Whether the action network sees only what changes between two crops, not what they show: a gripper's actions are
    then to open, close and hold, and not to be half open."""
    limbs: bool = False
    """Whether limbs are told by the picture, and moved by themselves in each action; only for the renderer ``move`` and
    agents that turn, whose features they are told by."""
    locomotion_codes: bool = True
    """Whether travel in a direction is a local action of its own, as walking is; an arm does anything on its way."""

    @property
    def pose_numbers(self) -> int:
        """How many numbers a pose has in all."""
        return self.pose_size + (WHOLE if self.whole_motion else 0)

    def __post_init__(self) -> None:
        """Check the values."""
        scales = ("alpha_logit_scale", "colour_logit_scale", "pose_scale")
        moves = self.renderer == "move"
        wrong = {
            f"window is {self.window} pixels; it must be a multiple of 8": self.window % 8,
            f"warp_fields is {self.warp_fields}; it must be 0 or more": self.warp_fields < 0,
            "limbs are for the renderer 'move' and agents that turn; set renderer and turns, too": self.limbs
            and not (moves and self.turns),
            "renderer is 'move'; set warp_fields to 1 or more": moves and not self.warp_fields,
            f"code_switch_cost is {self.code_switch_cost}; it must be 0 or more": self.code_switch_cost < 0,
            "at least two local actions are needed": self.local_actions < 2,
            f"key_size is {self.key_size}; it must be at most value_size, {self.value_size}": self.key_size
            > self.value_size,
            f"margin is {self.margin}; it must be 0 or more, and less than an eighth of window": not 0
            <= 8 * self.margin
            < self.window,
            f"views is {self.views}; it must be 1 or more": self.views < 1,
            "renderer is 'move', which takes one view of whole windows; set views to 1 and margin to 0": moves
            and (self.views > 1 or self.margin),
        }
        wrong |= {
            f"{name} is {getattr(self, name)}; it must be more than 0": getattr(self, name) <= 0 for name in scales
        }
        for problem, found in wrong.items():
            if found:
                raise ValueError(problem)


class Features(NamedTuple):
    """What the trunk says of ``N*T`` ticks."""

    coarse: Tensor
    """``(N*T, C8, S/8, S/8)``."""
    middle: Tensor
    """``(N*T, C4, S/4, W/4)`` of the W columns between margins."""
    fine: Tensor
    """``(N*T, C2, S/2, W/2)``."""


class Rendered(NamedTuple):
    """What a decoder makes of ``N*T`` ticks."""

    crops: Tensor
    """``(N*T, 4, S, S)`` premultiplied RGBA in [0, 1]."""
    layers: TickLayers | None = None
    """What they are composed of; None where pixels are painted."""
    choice: Tensor | None = None
    """``(N*T, V)`` logits of the sources that ticks chose among; None where there is only one."""


class DecoderTrunk(nn.Module):
    """Features of a tick at three sizes, from the state and the first crop.

    Coarse features are given as they are; middle and fine ones come through gates the state opens where the pose
    has not changed; attention over patches fetches what has moved elsewhere. Where features are enlarged by repeating
    them, what is made of each by itself is made before.
    """

    palette: Palette

    def __init__(self, config: LmaConfig) -> None:
        """Build the trunk of ``config``."""
        super().__init__()
        self.margin = config.margin
        fine_source, middle_source, coarse_source = config.encoder_widths
        coarse, middle, fine = config.decoder_widths
        self.coarse = nn.Sequential(
            conv_block(config.state_channels + coarse_source, coarse), conv_block(coarse, coarse)
        )
        self.to_middle = nn.Conv2d(coarse, middle, 1)
        self.middle_gate = nn.Conv2d(middle, middle, 1)
        self.middle_skip = nn.Conv2d(middle_source, middle, 1)
        self.attention = PatchAttention(
            config.window,
            middle_source,
            middle,
            config.attention_heads,
            config.key_size,
            config.value_size,
            config.margin,
        )
        self.middle = nn.Sequential(conv_block(middle, middle), conv_block(middle, middle))
        self.to_fine = nn.Conv2d(middle, fine, 1)
        self.fine_gate = nn.Conv2d(fine, fine, 1)
        self.fine_skip = nn.Conv2d(fine_source, fine, 1)
        self.fine = nn.Sequential(conv_block(fine, fine), conv_block(fine, fine))

    def remember(self, crops: Tensor, encoded: tuple[Tensor, Tensor, Tensor], dynamics: Tensor) -> Appearance:
        """Work out what every tick is given of first crops ``(N, 4, S, S)``, premultiplied RGBA in [0, 1].

        Args:
            crops: the first crops.
            encoded: what `CropEncoder` makes of them.
            dynamics: what the dynamics remember of them.
        """
        fine, middle, coarse = encoded
        convolution = self._first_convolution
        joined = convolve_part(convolution, coarse, convolution.in_channels - coarse.shape[1])
        keys, values = self.attention.remember(middle, crops)
        skips = self._inside(self.middle_skip(middle), 4), self._inside(self.fine_skip(fine), 2)
        return Appearance(dynamics, joined, *skips, keys, values, self.palette(fine, crops), crops)

    def features(self, states: Tensor, appearance: Appearance) -> Features:
        """Return features for states ``(N*T, C, S/8, S/8)`` and ``N`` appearances, the ticks of each in a row."""
        ticks = states.shape[0] // appearance.coarse.shape[0]
        joined = convolve_part(self._first_convolution, states, 0) + each_tick(appearance.coarse, ticks)
        coarse = self.coarse[1](self.coarse[0][1:](joined))  # type: ignore[index]
        low = self.to_middle(coarse)
        skip = self._inside(upsample(torch.sigmoid(self.middle_gate(low))), 4) * each_tick(appearance.middle, ticks)
        found = self.attention(low, appearance.keys, appearance.values)
        middle = self.middle(self._inside(upsample(low), 4) + skip + found)
        low = self.to_fine(middle)
        skip = upsample(torch.sigmoid(self.fine_gate(low))) * each_tick(appearance.fine, ticks)
        return Features(coarse, middle, self.fine(upsample(low) + skip))

    def _inside(self, features: Tensor, place: int) -> Tensor:
        """Return the columns between the margins of features with a place for so many pixels."""
        left = self.margin * 4 // place
        return features[..., left : features.shape[-1] - left]

    @property
    def _first_convolution(self) -> nn.Conv2d:
        """What joins states and coarse features."""
        convolution = self.coarse[0][0]  # type: ignore[index]
        assert isinstance(convolution, nn.Conv2d)
        return convolution


class PaintingDecoder(DecoderTrunk):
    """Paints a crop.

    Each pixel mixes its colour from the first crop's palette, one painted freely and, where asked for, pixels fetched
    from near its place.
    """

    def __init__(self, config: LmaConfig) -> None:
        """Build the decoder of ``config``."""
        super().__init__(config)
        fine = config.decoder_widths[2]
        self.output = nn.Conv2d(fine, 16, 3, 1, 1)
        self.palette = Palette(config.encoder_widths[0], config.colours, config.window)
        self.warp = Warp(fine, config.warp_fields) if config.warp_fields else None
        self.alpha_logit_scale, self.colour_logit_scale = config.alpha_logit_scale, config.colour_logit_scale
        self.choice = nn.Conv2d(fine, 4 * (1 + config.colours + config.warp_fields), 1)
        assert self.choice.bias is not None
        nn.init.constant_(self.choice.bias[:4], FREE_FIRST)
        places = (config.window // 8) ** 2
        state, source = config.state_channels, config.encoder_widths[2]
        self.source_choice = SourceChoice(places, state, source) if config.views > 1 else None

    @override
    def remember(self, crops: Tensor, encoded: tuple[Tensor, Tensor, Tensor], dynamics: Tensor) -> Appearance:
        appearance = super().remember(crops, encoded, dynamics)
        if self.source_choice is None:
            return appearance
        described = self.source_choice.describe(encoded[2].flatten(1))
        return appearance._replace(descriptors=described.unflatten(0, (len(dynamics), -1)))

    def forward(self, states: Tensor, appearance: Appearance) -> Rendered:
        """Paint ticks for states ``(N*T, C, S/8, S/8)`` of ``N`` agents, one agent's ticks in a row."""
        logits = None
        if self.source_choice is not None:
            assert appearance.descriptors is not None
            agents, sources = appearance.descriptors.shape[:2]
            logits = self.source_choice(states, appearance.descriptors)
            first = torch.arange(agents, device=states.device) * sources
            appearance = appearance.of_sources(logits.argmax(1) + each_tick(first, states.shape[0] // agents))
        ticks = states.shape[0] // appearance.coarse.shape[0]
        painted = self._paint(self.features(states, appearance).fine, appearance, ticks)
        sides = (4 * self.margin, 4 * self.margin)
        return Rendered(functional.pad(functional.pixel_shuffle(painted, 2), sides), choice=logits)

    def _paint(self, features: Tensor, appearance: Appearance, ticks: int) -> Tensor:
        """Premultiplied RGBA of the four pixels of each place: ``(N*T, 16, S/2, W/2)``, as pixel shuffling wants them.

        A pixel's colour is a mixture of one painted freely, the palette's, and those fetched from near its place.
        """
        alpha_scale, colour_scale = (1.0, 1.0) if self.training else (self.alpha_logit_scale, self.colour_logit_scale)
        # Pixels lie in a row, those of a place apart: (place h w).
        painters = [self.output] if self.warp is None else [self.output, self.warp.displacement]
        raw, *displacement = convolve_together(painters, features)
        output = rearrange(raw.float(), "n (rgba place) h w -> n rgba (place h w)", place=4)
        choice = rearrange(self.choice(features).float(), "n (source place) h w -> n source (place h w)", place=4)
        choice = choice * colour_scale
        # A softmax in parts: the mixture is divided by the sum of all odds, not each share.
        odds = torch.exp(choice - choice.amax(1, keepdim=True))
        colours = appearance.palette.shape[1]
        free, of_palette, of_warps = odds.split([1, colours, odds.shape[1] - 1 - colours], 1)
        palette = each_tick(appearance.palette, ticks).transpose(1, 2)
        with full_precision(palette):
            mixture = free * torch.sigmoid(output[:, :3]) + torch.bmm(palette, of_palette)
        if self.warp is not None:
            fetched = self.warp(displacement[0], each_tick(appearance.crop, ticks))
            mixture = mixture + (of_warps[:, None] * fetched).sum(2)
        alpha = torch.sigmoid(output[:, 3:] * alpha_scale)
        painted = torch.cat([mixture * (alpha / odds.sum(1, keepdim=True)), alpha], 1)
        return rearrange(painted, "n rgba (place h w) -> n (rgba place) h w", place=4, w=features.shape[-1])


class MovingDecoder(DecoderTrunk):
    """Moves the first crop's own pixels; see `glass.networks.moving.layered_warp`."""

    def __init__(self, config: LmaConfig) -> None:
        """Build the decoder of ``config``."""
        super().__init__(config)
        self.whole_motion = config.whole_motion
        self.palette = Palette(config.encoder_widths[0], config.colours, config.window)
        self.warp = LayeredWarp(
            config.decoder_widths, config.warp_fields, config.colours, config.affine_fields, config.pose_size
        )
        self.colour_logit_scale = config.colour_logit_scale
        source, state = config.encoder_widths[2], config.state_channels
        self.modulate = nn.Linear(config.pose_size, 2 * state)
        self.before, self.after = conv_block(source, state), conv_block(state, state)

    @override
    def remember(self, crops: Tensor, encoded: tuple[Tensor, Tensor, Tensor], dynamics: Tensor) -> Appearance:
        appearance = super().remember(crops, encoded, dynamics)
        place = agent_place(crops) if self.whole_motion else None
        return appearance._replace(coarse=torch.cat([appearance.coarse, self.before(encoded[2])], 1), place=place)

    def forward(self, poses: Tensor, appearance: Appearance) -> Rendered:
        """Compose ticks for poses of ``N`` agents, one agent's in a row; they face as the first crops.

        Poses are ``(N*T, P)``, with ``config.whole_motion`` ``(N*T, WHOLE+P)``.
        """
        ticks = poses.shape[0] // appearance.coarse.shape[0]
        whole, poses = poses.split([poses.shape[1] - self.modulate.in_features, self.modulate.in_features], 1)
        # Feature-wise linear modulation (FiLM; Perez et al., arXiv 1709.07871) of the first crop by the pose.
        gain, offset = self.modulate(poses)[:, :, None, None].chunk(2, 1)
        size = gain.shape[1]
        joined, first = appearance.coarse.split([appearance.coarse.shape[1] - size, size], 1)
        states = self.after(each_tick(first, ticks) * (1 + gain) + offset)
        features = self.features(states, appearance._replace(coarse=joined))
        palette = each_tick(appearance.palette, ticks)
        sharpness = 1.0 if self.training else self.colour_logit_scale
        # Affine motions are learned from a registration that hardly paints, and strangers are not painted.
        paints = self.training or self.warp.affine is None
        layers: TickLayers = self.warp(*features, palette, sharpness, poses, paints)
        if appearance.place is not None:
            layers = move_layers(layers, affine_motion(whole, each_tick(appearance.place, ticks)))
        return Rendered(compose(layers, appearance.crop, ticks), layers)
