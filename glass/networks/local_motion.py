"""Local motion analysis: encoder, action codes, recurrent state and decoder, in the agent's own frame (paper, 3.2).

Everything happens in windows cut around the agent's tracked position. There "the foreground, shifted" is the
foreground itself, so the decoder never has to learn translation, and at play the shift is exact because it moves the
paste position.
"""

from dataclasses import dataclass
from typing import NamedTuple, Self

import torch
from torch import Tensor, nn

from glass.networks.action_codes import (
    ActionNetwork,
    VectorQuantiser,
    code_swap_indices,
    smooth_codes,
    travel_direction,
    travel_weights,
)
from glass.networks.appearance import Appearance, CropEncoder, sources_of
from glass.networks.decoder import LmaConfig, PaintingDecoder, Rendered
from glass.networks.dynamics import Dynamics
from glass.parallel.distributed import all_gather_with_grad
from glass.parallel.precision import full_precision


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
    choice: Tensor | None = None
    """``(B, T-1, V)`` logits of the sources that ticks chose among; None where there is only one."""


class ReadActions(NamedTuple):
    """What is read from clips of ``T`` crops."""

    codes: Tensor
    """``(B, T-1, D)`` of the local actions; in training some are swapped, and gradients reach the vectors."""
    local_actions: Tensor
    """``(B, T-1)`` 1..K."""
    vectors: Tensor
    """``(B, T-1, D)``, see `LocalMotion`."""
    commitment: Tensor
    """Scalar, see `LocalMotion`."""
    entropy_gap: Tensor
    """Scalar, see `LocalMotion`."""


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
        self.quantiser = VectorQuantiser(config.local_actions, config.code_size, config.code_noise)
        self.dynamics, self.decoder = self.build_parts(config)
        self.actions_kept = False

    @staticmethod
    def build_parts(config: LmaConfig) -> tuple[Dynamics, PaintingDecoder]:
        """Build dynamics and decoder."""
        dynamics = Dynamics(config.encoder_widths[2], config.state_channels, config.code_size, config.control_channels)
        return dynamics, PaintingDecoder(config)

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

    def start(self, crops: Tensor, views: Tensor | None = None) -> tuple[Tensor, Appearance]:
        """State and appearance of first crops ``(N, 4, S, S)``, premultiplied RGBA in [0, 1].

        Args:
            crops: the first crops.
            views: ``(N, V, 4, S, S)`` further ones of the same agents, as they look from other sides; V is at most
                ``views`` - 1 of the config.
        """
        sources = sources_of(crops, views) if self.config.views > 1 else crops[:, None]
        encoded = self.encoder(sources.flatten(0, 1))
        first = encoded[2].unflatten(0, sources.shape[:2])[:, 0]
        remembered = self.dynamics.remember(first)
        appearance: Appearance = self.decoder.remember(sources.flatten(0, 1), encoded, remembered)
        return self.dynamics.start(first), appearance

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
        state = self.advance(state, appearance, local_actions, shifts)
        return self.render(state, appearance).crops, state

    def render(self, states: Tensor, appearance: Appearance) -> Rendered:
        """Render ticks for the states of ``N*T`` ticks of ``N`` agents, one agent's in a row."""
        rendered: Rendered = self.decoder(states, appearance)
        return rendered

    def advance(self, state: Tensor, appearance: Appearance, local_actions: Tensor, shifts: Tensor) -> Tensor:
        """Return the next state ``(N, C, S/8, S/8)``; the arguments are those of `step`."""
        codes = self.quantiser.codes[local_actions - 1]
        following: Tensor = self.dynamics(state, self.dynamics.drive(appearance.dynamics, codes, shifts))
        return following

    def travel(self, shifts: Tensor) -> Tensor:
        """Return shifts ``(..., 2)`` as far as they say what is done: none where travel has no action of its own."""
        return shifts if self.config.locomotion_codes else torch.zeros_like(shifts)

    def observe(self, crops: Tensor, next_crops: Tensor) -> Tensor:
        """Read local actions, int64 ``(N,)`` 1..K, from pairs of crops ``(N, 4, S, S)``."""
        network = self.action_network
        return self.quantiser.nearest(network(network.features(crops), network.features(next_crops))) + 1

    def roll(self, state: Tensor, remembered: Tensor, codes: Tensor, shifts: Tensor) -> Tensor:
        """Give the states of ``B*T`` ticks, one agent's in a row, from first states.

        Args:
            state: of ``B`` agents before the first tick.
            remembered: what the dynamics remember of their first crops.
            codes: ``(B, T, D)``.
            shifts: ``(B, T, 2)`` pixels.
        """
        shape = codes.shape[:2]
        # Nothing painted is fed back, so all ticks are driven and painted as one batch.
        drive = self.dynamics.drive(remembered, codes.flatten(0, 1), shifts.flatten(0, 1))
        states = []
        for now in zip(*(part.unflatten(0, shape).unbind(1) for part in drive), strict=True):
            state = self.dynamics(state, type(drive)(*now))
            states.append(state)
        return torch.stack(states, 1).flatten(0, 1)

    def _rollout(self, crops: Tensor, codes: Tensor, shifts: Tensor, views: Tensor | None) -> Rendered:
        """Paint ``B*(T-1)`` ticks from first crops ``(B, 4, S, S)``, codes ``(B, T-1, D)``, shifts and views."""
        state, appearance = self.start(crops, views)
        return self.render(self.roll(state, appearance.dynamics, codes, shifts), appearance)

    def _decode(self, vectors: Tensor, travel: Tensor) -> Tensor:
        """Viterbi-decoded indices ``(B*T,)`` of codes: vectors ``(B*T, D)``, travel ``(B, T, 2)``."""
        stands = travel_direction(travel) < 0
        change = self.config.code_switch_cost * (stands[:, 1:] & stands[:, :-1])
        return self.quantiser.viterbi_codes(vectors.unflatten(0, travel.shape[:2]), change).flatten()

    def read_actions(self, crops: Tensor, shifts: Tensor) -> ReadActions:
        """Read the local actions of clips ``(B, T, 4, S, S)`` with shifts ``(B, T-1, 2)`` in pixels."""
        return self.quantise(self.pair_vectors(crops), shifts)

    def pair_vectors(self, crops: Tensor) -> Tensor:
        """Action vectors ``(B*(T-1), D)`` that pairs of neighbouring crops ``(B, T, 4, S, S)`` tell by themselves."""
        features = self.action_network.features(crops.flatten(0, 1)).unflatten(0, crops.shape[:2])
        vectors: Tensor = self.action_network(features[:, :-1].flatten(0, 1), features[:, 1:].flatten(0, 1))
        return vectors

    def quantise(self, vectors: Tensor, shifts: Tensor) -> ReadActions:
        """Quantise the vectors ``(B*(T-1), D)`` of clips with shifts ``(B, T-1, 2)`` in pixels."""
        pairs = shifts.shape[:2]
        # Codes are learned from what all processes see, and may be swapped between them.
        everyone, own = all_gather_with_grad(vectors) if self.training else (vectors, slice(None))
        travel = all_gather_with_grad(self.travel(shifts))[0] if self.training else self.travel(shifts)
        with full_precision(everyone):
            smooth = self.training and self.config.code_switch_cost and self.quantiser.initialised
            chosen = self._decode(everyone, travel) if smooth else None
            codes, index, commitment = self.quantiser(everyone, chosen)
            entropy_gap = self.quantiser.entropy_gap(everyone, travel_weights(travel).flatten())
        if self.training and self.config.code_smoothing:
            codes = smooth_codes(codes, travel, self.config.code_smoothing)
        if self.training and self.config.code_swap_rate:
            codes = codes[code_swap_indices(travel, self.config.code_swap_rate)]
        return ReadActions(
            codes[own].unflatten(0, pairs),
            index[own].unflatten(0, pairs) + 1,
            vectors.unflatten(0, pairs),
            commitment,
            entropy_gap,
        )

    def forward(self, crops: Tensor, shifts: Tensor, views: Tensor | None = None) -> LocalMotion:
        """Read the local actions of clips and replay them from the first crop.

        Args:
            crops: ``(B, T, 4, S, S)`` premultiplied RGBA in [0, 1].
            shifts: ``(B, T-1, 2)`` foreground shifts in pixels.
            views: ``(B, V, 4, S, S)`` of the same agents, see `start`.
        """
        read = self.read_actions(crops, shifts)
        made = self._rollout(crops[:, 0], read.codes, shifts, views)
        ticks = shifts.shape[:2]
        choice = None if made.choice is None else made.choice.unflatten(0, ticks)
        painted = made.crops.unflatten(0, ticks)
        return LocalMotion(painted, read.local_actions, read.vectors, read.commitment, read.entropy_gap, choice)
