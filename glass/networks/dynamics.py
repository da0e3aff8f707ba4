"""Convolutional gated recurrent unit (ConvGRU) that carries the agent's pose from tick to tick (paper, section 3.2)."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from glass.networks.layers import broadcast_vector, conv_block, convolve_part, each_tick

SHIFT_SCALE = 8.0
"""Shifts are divided by this many pixels before they enter a network."""


class Drive(NamedTuple):
    """What drives a tick and does not depend on the state; so it can be worked out for many ticks at once."""

    gates: Tensor
    """``(N, 2C, h, w)`` added to both gates."""
    candidate: Tensor
    """``(N, C, h, w)`` added to the candidate."""
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

    def drive(self, encoded: Tensor, codes: Tensor, shifts: Tensor) -> Drive:
        """Work out what drives ticks of ``N`` agents; one agent's ``T`` ticks lie in a row.

        Args:
            encoded: ``(N, F, h, w)`` encoded crops, each seen at all of its agent's ticks.
            codes: ``(N*T, D)`` local action codes.
            shifts: ``(N*T, 2)`` foreground shifts in pixels.
        """
        ticks, features = len(codes) // len(encoded), encoded.shape[1]
        command = torch.cat([codes, shifts / SHIFT_SCALE], 1)
        control = broadcast_vector(self.control(command), encoded)

        def given(convolution: nn.Conv2d) -> Tensor:
            constant = each_tick(convolve_part(convolution, encoded, 0), ticks)
            return constant + convolve_part(convolution, control, features, bias=True)

        return Drive(given(self.gates), given(self.candidate), 1 + self.modulate(command)[:, :, None, None])

    def forward(self, state: Tensor, drive: Drive) -> Tensor:
        """Take one tick from ``state`` ``(N, C, h, w)`` to the next one."""
        given = self.gates.in_channels - state.shape[1]
        update, reset = torch.sigmoid(drive.gates + convolve_part(self.gates, state, given)).chunk(2, 1)
        candidate = drive.candidate + convolve_part(self.candidate, reset * state, given)
        return torch.lerp(state, torch.tanh(candidate * drive.gain).float(), update.float())
