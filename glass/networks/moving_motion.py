"""Local motion analysis whose decoder moves the first crop's own pixels: poses as short vectors, and their dynamics.

What is learned at once where pixels are painted is learned in turn here, as in world models (Ha & Schmidhuber, arXiv
1803.10122): a pose encoder sees the first crop and a later one and says the pose in a few numbers, from which the
decoder moves the first crop there; then a small recurrent network learns how local actions lead from pose to pose.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from typing_extensions import override

from glass.networks.action_codes import ActionNetwork
from glass.networks.appearance import Appearance
from glass.networks.decoder import LmaConfig, MovingDecoder, Rendered
from glass.networks.dynamics import SHIFT_SCALE
from glass.networks.layers import LEAK, each_tick
from glass.networks.local_motion import LocalMotionAnalysis, ReadActions


class PoseDrive(NamedTuple):
    """What drives a tick and does not depend on the state."""

    gates: Tensor
    """``(N, 3H)``: added to both gates and to the candidate."""


class PoseDynamics(nn.Module):
    """A gated recurrent unit (Cho et al., arXiv 1406.1078) that leads from pose to pose.

    It is driven by a local action, a shift and a summary of the first crop, and says the pose as a vector.
    """

    def __init__(self, config: LmaConfig) -> None:
        """Build the unit of ``config``."""
        super().__init__()
        size, seen = config.pose_state, 4 * config.encoder_widths[2]
        self.look = nn.Sequential(nn.Linear(seen, size), nn.LeakyReLU(LEAK), nn.Linear(size, size))
        self.first_state = nn.Linear(size, size)
        self.command = nn.Sequential(nn.Linear(config.code_size + 2, size), nn.LeakyReLU(LEAK))
        self.given = nn.Linear(2 * size, 3 * size)
        self.gates = nn.Linear(size, 2 * size)
        self.candidate = nn.Linear(size, size)
        self.said = nn.Sequential(nn.Linear(2 * size, size), nn.LeakyReLU(LEAK), nn.Linear(size, config.pose_size))

    def _summary(self, encoded: Tensor) -> Tensor:
        """Summarise encoded crops ``(N, F, h, w)``, each of their quarters by itself: ``(N, H)``."""
        quarters = nn.functional.adaptive_avg_pool2d(encoded, 2).flatten(1)
        summary: Tensor = self.look(quarters)
        return summary

    def start(self, encoded: Tensor) -> Tensor:
        """State ``(N, H)`` before the first tick, from the encoded first crop ``(N, F, h, w)``."""
        return torch.tanh(self.first_state(self._summary(encoded)).float())

    def drive(self, encoded: Tensor, codes: Tensor, shifts: Tensor) -> PoseDrive:
        """Work out what drives ticks of ``N`` agents; one agent's ``T`` ticks lie in a row.

        Args:
            encoded: ``(N, F, h, w)`` encoded first crops, each seen at all of its agent's ticks.
            codes: ``(N*T, D)`` local action codes.
            shifts: ``(N*T, 2)`` foreground shifts in pixels.
        """
        seen = each_tick(self._summary(encoded), len(codes) // len(encoded))
        command = self.command(torch.cat([codes, shifts / SHIFT_SCALE], 1))
        return PoseDrive(self.given(torch.cat([seen, command * (1 + seen)], 1)))

    def forward(self, state: Tensor, drive: PoseDrive) -> Tensor:
        """Take one tick from ``state`` ``(N, H)`` to the next one."""
        size = state.shape[1]
        update, reset = torch.sigmoid(drive.gates[:, : 2 * size] + self.gates(state)).chunk(2, 1)
        candidate = torch.tanh(drive.gates[:, 2 * size :] + self.candidate(reset * state))
        return torch.lerp(state, candidate.float(), update.float())

    def pose(self, states: Tensor, encoded: Tensor) -> Tensor:
        """Say the poses ``(N*T, P)`` of states ``(N*T, H)`` of ``N`` agents, encoded ``(N, F, h, w)``."""
        seen = each_tick(self._summary(encoded), len(states) // len(encoded))
        said: Tensor = self.said(torch.cat([states.to(seen.dtype), seen], 1))
        return said.float()


class MovingMotionAnalysis(LocalMotionAnalysis):
    """Local motion analysis of ``lma.renderer`` ``move``."""

    decoder: MovingDecoder  # type: ignore[assignment]
    dynamics: PoseDynamics  # type: ignore[assignment]

    def __init__(self, config: LmaConfig) -> None:
        """Build the networks of ``config``."""
        super().__init__(config)
        self.pose_encoder = ActionNetwork(config.window, config.action_widths, config.pose_size)

    @override
    @staticmethod
    def build_parts(config: LmaConfig) -> tuple[PoseDynamics, MovingDecoder]:  # type: ignore[override]
        return PoseDynamics(config), MovingDecoder(config)

    @override
    def render(self, states: Tensor, appearance: Appearance) -> Rendered:
        rendered: Rendered = self.decoder(self.dynamics.pose(states, appearance.coarse), appearance)
        return rendered

    def poses(self, crops: Tensor) -> Tensor:
        """Encode how the crops of clips ``(B, T, 4, S, S)`` differ from their first ones: ``(B*(T-1), P)``."""
        features = self.pose_encoder.features(crops.flatten(0, 1)).unflatten(0, crops.shape[:2])
        first = features[:, :1].expand_as(features[:, 1:]).flatten(0, 1)
        poses: Tensor = self.pose_encoder(first, features[:, 1:].flatten(0, 1))
        return poses

    def show_poses(self, first: Tensor, poses: Tensor, mirrored: Tensor) -> Rendered:
        """Move first crops ``(B, 4, S, S)`` into poses ``(B*T, P)``, facing as ``mirrored`` ``(B*T, 1)`` says."""
        rendered: Rendered = self.decoder(poses, self.start(first)[1], mirrored)
        return rendered

    def predict_poses(self, crops: Tensor, shifts: Tensor) -> tuple[ReadActions, Tensor]:
        """Read the local actions of clips and say which poses they lead to, without rendering.

        Args:
            crops: ``(B, T, 4, S, S)`` premultiplied RGBA in [0, 1].
            shifts: ``(B, T-1, 2)`` foreground shifts in pixels.

        Returns:
            What was read, and poses ``(B*(T-1), P)``.
        """
        read = self.read_actions(crops, shifts)
        with torch.no_grad():
            encoded = self.encoder(crops[:, 0])[2]
        states = self.roll(self.dynamics.start(encoded), encoded, read.codes, shifts)
        return read, self.dynamics.pose(states, encoded)


def build_local_motion(config: LmaConfig) -> LocalMotionAnalysis:
    """Build local motion analysis for the renderer of ``config``."""
    return MovingMotionAnalysis(config) if config.renderer == "move" else LocalMotionAnalysis(config)
