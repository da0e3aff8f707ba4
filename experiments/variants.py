"""The model with a part as the paper has it, to be compared with: regressed shifts, or the last painted crop encoded.

Neither can be exported; a trainer makes them by its ``build``.
"""

import torch
from torch import Tensor, nn
from typing_extensions import override

from glass.config import Config
from glass.model import Glass
from glass.networks.decoder import Rendered
from glass.networks.global_motion import GlobalMotionAnalysis, GmaConfig
from glass.networks.layers import LEAK, conv_block
from glass.networks.local_motion import LocalMotionAnalysis

GRID = (3, 4)
"""Rows and columns that the last features are averaged to, whatever the frame's size."""


class ShiftRegressor(nn.Module):
    """The paper's ``P_f`` and ``P_b`` (section 3.1): looks at a layer of two frames and regresses how it moved."""

    def __init__(self, radius: int) -> None:
        """Build a network that says at most ``radius`` pixels along each axis."""
        super().__init__()
        self.radius = radius
        self.network = nn.Sequential(
            nn.PixelUnshuffle(4),
            conv_block(128, 48),
            conv_block(48, 64, 2),
            conv_block(64, 64, 2),
            nn.AdaptiveAvgPool2d(GRID),
            nn.Flatten(),
            nn.Linear(64 * GRID[0] * GRID[1], 128),
            nn.LeakyReLU(LEAK),
            nn.Linear(128, 2),
        )

    def forward(self, layer: Tensor, next_layer: Tensor) -> Tensor:
        """Guess the shifts ``(N, 2)``, pixels, of layers ``(N, 4, H, W)``: weighted frame in [-1, 1], and weight."""
        pair = torch.cat([layer, next_layer], 1)
        guessed: Tensor = torch.tanh(self.network(pair) / self.radius) * self.radius
        return guessed


class RegressingGlobalMotion(GlobalMotionAnalysis):
    """Global motion analysis whose shifts are guessed by networks; gradients pass through them."""

    def __init__(self, config: GmaConfig) -> None:
        """Build the networks of ``config``, and two for shifts."""
        super().__init__(config)
        self.foreground_regressor = ShiftRegressor(config.foreground_radius)
        self.background_regressor = ShiftRegressor(config.background_radius)

    @override
    def register(self, frames: Tensor, masks: Tensor, leading: Tensor | None = None) -> tuple[Tensor, Tensor]:
        pairs, signed = (frames.shape[0], frames.shape[1] - 1), frames * 2 - 1

        def guess(regressor: nn.Module, weights: Tensor) -> Tensor:
            layer = torch.cat([signed * weights, weights], 2)
            shifts: Tensor = regressor(layer[:, :-1].flatten(0, 1), layer[:, 1:].flatten(0, 1))
            return torch.unflatten(shifts, 0, pairs)

        leading = masks if leading is None else leading
        return guess(self.foreground_regressor, leading), guess(self.background_regressor, 1 - masks)


class FeedbackLocalMotion(LocalMotionAnalysis):
    """Local motion analysis whose recurrent network sees the last painted crop encoded, not the first one always."""

    @override
    def _rollout(self, crops: Tensor, codes: Tensor, shifts: Tensor, views: Tensor | None) -> Rendered:
        state, appearance = self.start(crops, views)
        painted = []
        for code, shift in zip(codes.unbind(1), shifts.unbind(1), strict=True):
            remembered = self.dynamics.remember(self.encoder(crops)[2])
            state = self.dynamics(state, self.dynamics.drive(remembered, code, shift))
            crops = self.render(state, appearance).crops
            painted.append(crops)
        return Rendered(torch.stack(painted, 1).flatten(0, 1))


def with_regressed_shifts(config: Config) -> Glass:
    """Build a model with regressed shifts; its other weights begin as they do without."""
    model = Glass(config)
    gma = RegressingGlobalMotion(config.gma)
    gma.load_state_dict(model.gma.state_dict(), strict=False)
    model.gma = gma
    return model


def with_feedback(config: Config) -> Glass:
    """Build a model that sees its last painted crop; its weights begin as they do without."""
    model = Glass(config)
    lma = FeedbackLocalMotion(config.lma)
    lma.load_state_dict(model.lma.state_dict())
    model.lma = lma
    return model
