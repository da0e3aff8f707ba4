"""Convolutional gated recurrent unit (ConvGRU) that carries the agent's pose from tick to tick (paper, section 3.2)."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from glass.networks.layers import conv_block, convolve_constant, convolve_part, each_tick

SHIFT_SCALE = 8.0
"""Shifts are divided by this many pixels before they enter a network."""


class Drive(NamedTuple):
    """What drives a tick and does not depend on the state; so it can be worked out for many ticks at once."""

    given: Tensor
    """``(N, 3C, h, w)`` added to both gates and to the candidate."""
    gain: Tensor
    """``(N, C, 1, 1)`` by which the candidate is multiplied."""


class Dynamics(nn.Module):
    """A convolutional gated recurrent unit driven by a local action and a shift.

    It sees the encoded crop (of the first frame, or of the last one painted), its own state, the local action's code
    and the shift; state in, state out, nothing is kept inside.
    """

    def __init__(self, features: int, state: int, code_size: int, control: int) -> None:
        """Build a unit for ``features`` encoded channels and ``state`` state channels."""
        super().__init__()
        self.first_state = nn.Sequential(conv_block(features, state), nn.Conv2d(state, state, 3, 1, 1))
        self.control = nn.Linear(code_size + 2, control)
        self.modulate = nn.Linear(code_size + 2, state)
        inputs = features + control + state
        self.gates = nn.Conv2d(inputs, 2 * state, 3, 1, 1)
        self.candidate = nn.Conv2d(inputs, state, 3, 1, 1)

    def start(self, encoded: Tensor) -> Tensor:
        """State ``(N, C, h, w)`` before the first tick, from the encoded first crop."""
        return torch.tanh(self.first_state(encoded).float())

    def remember(self, encoded: Tensor) -> Tensor:
        """Work out what all ticks are given of encoded crops ``(N, F, h, w)``: ``(N, 3C, h, w)``."""
        return torch.cat([convolve_part(one, encoded, 0, bias=True) for one in (self.gates, self.candidate)], 1)

    def drive(self, remembered: Tensor, codes: Tensor, shifts: Tensor) -> Drive:
        """Work out what drives ticks of ``N`` agents; one agent's ``T`` ticks lie in a row.

        Args:
            remembered: ``(N, 3C, h, w)`` of first crops, each seen at all of its agent's ticks.
            codes: ``(N*T, D)`` local action codes.
            shifts: ``(N*T, 2)`` foreground shifts in pixels.
        """
        command = torch.cat([codes, shifts / SHIFT_SCALE], 1)
        control = self.control(command)
        first = self.gates.in_channels - self.candidate.out_channels - control.shape[1]
        weight = torch.cat([self.gates.weight, self.candidate.weight])[:, first : first + control.shape[1]]
        spread = convolve_constant(control, weight, remembered.shape[-2:])
        given = each_tick(remembered, len(codes) // len(remembered)) + spread
        return Drive(given, 1 + self.modulate(command)[:, :, None, None])

    def forward(self, state: Tensor, drive: Drive) -> Tensor:
        """Take one tick from ``state`` ``(N, C, h, w)`` to the next one."""
        size = state.shape[1]
        first = self.gates.in_channels - size
        gates, candidate = drive.given.split([2 * size, size], 1)
        update, reset = torch.sigmoid(gates + convolve_part(self.gates, state, first)).chunk(2, 1)
        candidate = candidate + convolve_part(self.candidate, reset * state, first)
        return state + update.float() * (torch.tanh(candidate * drive.gain).float() - state)
