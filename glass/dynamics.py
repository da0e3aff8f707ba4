"""The recurrent network that carries the agent's pose from tick to tick (paper, section 3.2)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from glass.layers import broadcast_vector, conv_block

__all__ = ["Dynamics"]

SHIFT_SCALE = 8.0
"""Shifts are divided by this many pixels before they enter a network."""


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
        return torch.tanh(self.first_state(encoded))

    def forward(self, state: Tensor, encoded: Tensor, codes: Tensor, shifts: Tensor) -> Tensor:
        """Take one tick.

        Args:
            state: ``(N, C, h, w)``.
            encoded: ``(N, F, h, w)`` encoded crop.
            codes: ``(N, D)`` local action codes.
            shifts: ``(N, 2)`` foreground shifts in pixels.

        Returns:
            The next state ``(N, C, h, w)``.
        """
        command = torch.cat([codes, shifts / SHIFT_SCALE], 1)
        seen = torch.cat([encoded, broadcast_vector(self.control(command), encoded)], 1)
        update, reset = torch.sigmoid(self.gates(torch.cat([seen, state], 1))).chunk(2, 1)
        candidate = self.candidate(torch.cat([seen, reset * state], 1))
        candidate = torch.tanh(candidate * (1 + self.modulate(command)[:, :, None, None]))
        return (1 - update) * state + update * candidate
