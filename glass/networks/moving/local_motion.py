"""Local motion analysis whose decoder moves the first crop's own pixels: poses as short vectors, and their dynamics.

What is learned at once where pixels are painted is learned in turn here, as in world models (Ha & Schmidhuber, arXiv
1803.10122): a pose encoder sees the first crop and a later one and says the pose in a few numbers, from which the
decoder moves the first crop there; then a small recurrent network learns how local actions lead from pose to pose.
Local actions are codes of how poses follow each other; a network that sees pairs of crops learns to read them, too.
All of them know the agent as it faces right; see `glass.networks.moving.facing`.
"""

from typing import NamedTuple, Self

import torch
from torch import Tensor, nn
from typing_extensions import override

from glass.motion.whole_motion import WHOLE, affine_motion, agent_place, inverse, moved, whole_motion
from glass.networks.action_codes import ActionNetwork
from glass.networks.appearance import Appearance
from glass.networks.decoder import LmaConfig, MovingDecoder, Rendered
from glass.networks.dynamics import SHIFT_SCALE
from glass.networks.layers import LEAK, each_tick
from glass.networks.local_motion import LocalMotionAnalysis, ReadActions
from glass.networks.moving.facing import FacingNetwork, face, facings, told_sides, turn_pictures, turn_shifts
from glass.networks.moving.layered_warp import turn_layers
from glass.networks.moving.limbs import LimbMaps, LimbNetwork
from glass.parallel.precision import full_precision


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
        self.said = nn.Sequential(nn.Linear(2 * size, size), nn.LeakyReLU(LEAK), nn.Linear(size, config.pose_numbers))

    def remember(self, encoded: Tensor) -> Tensor:
        """Summarise encoded crops ``(N, F, h, w)``, each of their quarters by itself: ``(N, H)``."""
        quarters = nn.functional.adaptive_avg_pool2d(encoded, 2).flatten(1)
        summary: Tensor = self.look(quarters)
        return summary

    def start(self, encoded: Tensor) -> Tensor:
        """State ``(N, H)`` before the first tick, from the encoded first crop ``(N, F, h, w)``."""
        return torch.tanh(self.first_state(self.remember(encoded)).float())

    def drive(self, summary: Tensor, codes: Tensor, shifts: Tensor) -> PoseDrive:
        """Work out what drives ticks of ``N`` agents; one agent's ``T`` ticks lie in a row.

        Args:
            summary: ``(N, H)`` of the first crops, each seen at all of its agent's ticks.
            codes: ``(N*T, D)`` local action codes.
            shifts: ``(N*T, 2)`` foreground shifts in pixels.
        """
        seen = each_tick(summary, len(codes) // len(summary))
        command = self.command(torch.cat([codes, shifts / SHIFT_SCALE], 1))
        return PoseDrive(self.given(torch.cat([seen, command * (1 + seen)], 1)))

    def forward(self, state: Tensor, drive: PoseDrive) -> Tensor:
        """Take one tick from ``state`` ``(N, H)`` to the next one."""
        size = state.shape[1]
        update, reset = torch.sigmoid(drive.gates[:, : 2 * size] + self.gates(state)).chunk(2, 1)
        candidate = torch.tanh(drive.gates[:, 2 * size :] + self.candidate(reset * state))
        return torch.lerp(state, candidate.float(), update.float())

    def pose(self, states: Tensor, summary: Tensor) -> Tensor:
        """Say the poses ``(N*T, P)`` of states ``(N*T, H)`` of ``N`` agents with that ``summary`` ``(N, H)``."""
        seen = each_tick(summary, len(states) // len(summary))
        said: Tensor = self.said(torch.cat([states.to(seen.dtype), seen], 1))
        return said.float()


class PoseContext(nn.Module):
    """Says action vectors from the poses of a whole clip, before and after each tick (bidirectional GRU).

    What an agent begins to do is told by what follows; agents of any build are alike in their poses.
    """

    def __init__(self, config: LmaConfig) -> None:
        """Build it for ``config``."""
        super().__init__()
        size = config.pose_state // 2
        self.read = nn.GRU(2 * config.pose_numbers + 2, size, bidirectional=True, batch_first=True)
        self.say = nn.Sequential(
            nn.Linear(2 * size, size),
            nn.LeakyReLU(LEAK),
            nn.Linear(size, config.code_size),
            nn.BatchNorm1d(config.code_size, affine=False),  # As in `ActionNetwork`.
        )

    def forward(self, poses: Tensor, shifts: Tensor) -> Tensor:
        """Give vectors ``(B*T, D)`` for poses ``(B, T, P)`` of ticks with shifts ``(B, T, 2)`` in pixels."""
        with full_precision(poses):
            before = torch.cat([torch.zeros_like(poses[:, :1]), poses[:, :-1]], 1)
            seen = torch.cat([poses, poses - before, shifts / SHIFT_SCALE], 2).float()
            vectors: Tensor = self.say(self.read(seen)[0].flatten(0, 1))
        return vectors


class MovingMotionAnalysis(LocalMotionAnalysis):
    """Local motion analysis of ``lma.renderer`` ``move``.

    Its state ``(N, H+3)`` is that of `PoseDynamics`, the side that the first crop faces, whether that is sure, and the
    side that the agent faces now.
    """

    decoder: MovingDecoder  # type: ignore[assignment]
    dynamics: PoseDynamics  # type: ignore[assignment]

    def __init__(self, config: LmaConfig) -> None:
        """Build the networks of ``config``."""
        super().__init__(config)
        self.pose_encoder = ActionNetwork(config.window, config.action_widths, config.pose_size)
        self.context = PoseContext(config)
        self.facing = FacingNetwork(config.window) if config.turns else None
        self.limbs = LimbNetwork() if config.limbs else None

    @override
    @staticmethod
    def build_parts(config: LmaConfig) -> tuple[PoseDynamics, MovingDecoder]:  # type: ignore[override]
        return PoseDynamics(config), MovingDecoder(config)

    @override
    def keep_actions(self) -> None:
        self.context.requires_grad_(False)
        super().keep_actions()

    @override
    def train(self, mode: bool = True) -> Self:
        super().train(mode)
        if self.actions_kept:
            self.context.eval()
        return self

    @override
    def start(
        self, crops: Tensor, views: Tensor | None = None, faces: Tensor | None = None
    ) -> tuple[Tensor, Appearance]:
        """State and appearance of first crops; which side they face may be told, ``(N, 1)`` as for `told_sides`."""
        side, sure = self._sides(crops)
        if faces is not None and self.config.turns:
            side, sure = told_sides(faces, side, sure)
        state, appearance = super().start(turn_pictures(crops, side[:, 0]))
        return torch.cat([state, side, sure, side], 1), appearance

    @override
    def advance(self, state: Tensor, appearance: Appearance, local_actions: Tensor, shifts: Tensor) -> Tensor:
        state, side, sure, facing = _parts(state)
        facing = face(facing, sure, shifts)
        following = super().advance(state, appearance, local_actions, turn_shifts(shifts, facing[:, 0]))
        return torch.cat([following, side, sure, facing], 1)

    @staticmethod
    def known_side(state: Tensor) -> Tensor:
        """Say which side the first crops face, ``(N, 1)``: 1 right, -1 left, 0 where that is not sure: never turned."""
        _, side, sure, _ = _parts(state)
        return side * sure

    def find_limbs(self, crops: Tensor, side: Tensor) -> LimbMaps:
        """Tell the limbs of first crops ``(N, 4, S, S)`` whose `known_side` is ``side``, as `LimbNetwork.find` does.

        Only of ``lma.limbs``.
        """
        assert self.limbs is not None and self.facing is not None
        return self.limbs.find(crops, side, self.facing.features)

    @override
    def render(self, states: Tensor, appearance: Appearance) -> Rendered:
        states, side, _, facing = _parts(states)
        poses = self.config.pose_scale * self.dynamics.pose(states, appearance.dynamics)
        made: Rendered = self.decoder(poses, appearance)
        assert made.layers is not None
        # The decoder's source is the first crop as it faces right.
        layers = turn_layers(made.layers._replace(mirrored=(side < 0).to(side.dtype)), facing)
        return Rendered(turn_pictures(made.crops, facing[:, 0]), layers)

    @override
    def _rollout(self, crops: Tensor, codes: Tensor, shifts: Tensor, views: Tensor | None) -> Rendered:
        start, appearance = self.start(crops)
        state, side, sure, _ = _parts(start)
        facing = facings(side, sure, shifts)
        states = self.roll(state, appearance.dynamics, codes, turn_shifts(shifts, facing))
        ticks = shifts.shape[1]
        states = torch.cat([states, each_tick(side, ticks), each_tick(sure, ticks), facing.reshape(-1, 1)], 1)
        return self.render(states, appearance)

    @torch.no_grad()
    def face_right(self, crops: Tensor, shifts: Tensor, known: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Mirror the crops of clips that show the agent facing left.

        Args:
            crops: ``(B, T, 4, S, S)`` premultiplied RGBA in [0, 1].
            shifts: ``(B, T-1, 2)`` foreground shifts in pixels.
            known: ``(B, T)`` sides faced as far as clips tell, as of `clip_facings`. First crops tell those that are
                0, and who of those that travel one way is seen from the front, and faces right at first.

        Returns:
            Crops, shifts as if all faced right, and the sides that crops faced, ``(B, T)``.
        """
        side, sure = self._sides(crops[:, 0])
        facing = torch.cat([side, facings(side, sure, shifts)], 1)
        if known is not None:
            front = (known[:, :1].abs() < 1) & (sure == 0)
            told = torch.sign(torch.where(front, known * known[:, :1], known))
            facing = torch.where(known == 0, facing, told)
        return turn_pictures(crops, facing), turn_shifts(shifts, facing[:, 1:]), facing

    def _sides(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """Give what `FacingNetwork.sides` does; agents that never turn are all said to face right."""
        if self.facing is not None:
            return self.facing.eval().sides(crops)
        right = torch.ones_like(crops[:, 0, 0, :1])
        return right, torch.zeros_like(right)

    def poses(self, crops: Tensor) -> Tensor:
        """Encode how the crops of clips ``(B, T, 4, S, S)`` differ from their first ones: ``(B*(T-1), P)``.

        Those of a whole motion come first, and what is encoded is what they leave.
        """
        ticks, later = crops.shape[1] - 1, crops[:, 1:].flatten(0, 1)
        whole = later[:, :0, 0, 0]
        if self.config.whole_motion:
            first = each_tick(crops[:, 0], ticks)
            whole = whole_motion(first, later)
            later = moved(later, inverse(affine_motion(whole, agent_place(first))))
        start, after = self.pose_encoder.features(torch.cat([crops[:, 0], later])).split([len(crops), len(later)])
        return torch.cat([whole, self.pose_encoder(each_tick(start, ticks), after)], 1)

    def move_whole(self, first: Tensor, poses: Tensor) -> Tensor:
        """Move first crops ``(N, 4, S, S)`` by the whole motions of their poses ``(N, P)``; without any, not at all."""
        if not self.config.whole_motion:
            return first
        return moved(first, affine_motion(poses[:, :WHOLE], agent_place(first)))

    def show_poses(self, first: Tensor, poses: Tensor) -> Rendered:
        """Move first crops ``(B, 4, S, S)``, which face right, into poses ``(B*T, P)``."""
        rendered: Rendered = self.decoder(poses, super().start(first)[1])
        return rendered

    @override
    def read_actions(self, crops: Tensor, shifts: Tensor) -> ReadActions:
        crops, shifts, _ = self.face_right(crops, shifts)
        with torch.no_grad():
            poses = self.poses(crops)
        return self.read_poses(poses, shifts)

    def read_poses(self, poses: Tensor, shifts: Tensor) -> ReadActions:
        """Read local actions from the poses ``(B*T, P)`` of clips with shifts ``(B, T, 2)`` in pixels."""
        return self.quantise(self.context(poses.unflatten(0, shifts.shape[:2]), shifts), shifts)

    def predict_poses(self, encoded: Tensor, codes: Tensor, shifts: Tensor) -> Tensor:
        """Say which poses ``(B*T, P)`` local actions lead to, without rendering.

        Args:
            encoded: ``(B, F, h, w)`` what the encoder makes of first crops.
            codes: ``(B, T, D)`` of the local actions.
            shifts: ``(B, T, 2)`` foreground shifts in pixels, as if all faced right.
        """
        summary = self.dynamics.remember(encoded)
        states = self.roll(self.dynamics.start(encoded), summary, codes, shifts)
        return self.dynamics.pose(states, summary)


def _parts(state: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Take a state apart: that of `PoseDynamics` ``(N, H)``; first side, whether it is sure, side now, ``(N, 1)``."""
    return state[:, :-3], state[:, -3:-2], state[:, -2:-1], state[:, -1:]


def build_local_motion(config: LmaConfig) -> LocalMotionAnalysis:
    """Build local motion analysis for the renderer of ``config``."""
    return MovingMotionAnalysis(config) if config.renderer == "move" else LocalMotionAnalysis(config)
