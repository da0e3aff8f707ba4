"""Does the bundle play as the model does? A long rollout through the engine, held against torch."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from glass.crops import agent_position, foreground_windows
from glass.model import Glass
from playground import Action, Engine
from playground.compose import Backdrop, paste

__all__ = ["TICKS", "TOLERANCE", "VerificationError", "rollout_difference", "verify"]

TICKS = 100
TOLERANCE = 2
"""Largest difference allowed between a pixel of the two rollouts, in steps of 1/255."""


class VerificationError(Exception):
    """The bundle does not play as the model does."""


def _commands(model: Glass, max_shift: tuple[float, float]) -> list[Action]:
    rng = np.random.default_rng(0)
    count = model.lma.config.local_actions
    commands = []
    for tick in range(TICKS):
        if tick % 5 == 0:
            shift = (rng.uniform(-1, 1) * max_shift[0], rng.uniform(-1, 1) * max_shift[1])
            action = int(rng.integers(1, count + 1))
        # Back and forth, so that the agent stays in sight.
        sign = 1 if tick % 10 < 5 else -1
        commands.append(Action(shift=(sign * shift[0], sign * shift[1]), local_action=action))
    return commands


@torch.no_grad()
def rollout_difference(model: Glass, engine: Engine, picture: Image.Image, mask: np.ndarray) -> int:
    """Play `TICKS` random ticks with both and return the largest difference of a pixel, in steps of 1/255."""
    commands = _commands(model, engine.manifest.max_shift)
    frame = torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1)[None].float() / 255
    solid = torch.from_numpy(mask)[None, None].float()
    position = agent_position(solid, model.lma.config.window)
    state, appearance = model.lma.start(foreground_windows(frame, solid, position, model.lma.config.window))
    crop = foreground_windows(frame, solid, position, model.lma.config.window)
    background = model.gma.empty_background(frame, solid)[0].permute(1, 2, 0).contiguous().numpy()
    backdrop = Backdrop.of(background)
    engine.reset(picture, mask)
    x, y = (float(v) for v in position[0])
    worst = 0
    for command in commands:
        local_action, shift = torch.tensor([command.local_action]), torch.tensor([command.shift], dtype=torch.float32)
        crop, state = model.lma.step(state, appearance, local_action, shift, crop)
        x, y = x + command.shift[0], y + command.shift[1]
        expected, _ = paste(backdrop, crop[0].permute(1, 2, 0).numpy(), (x, y))
        played = engine.step(command).frame
        worst = max(worst, int(abs(played.astype(int) - expected.astype(int)).max()))
    return worst


def verify(model: Glass, engine: Engine, picture: Image.Image, mask: np.ndarray) -> int:
    """Return the largest difference over a rollout.

    Raises:
        VerificationError: it is more than `TOLERANCE`.
    """
    difference = rollout_difference(model, engine, picture, mask)
    if difference > TOLERANCE:
        raise VerificationError(
            f"after {TICKS} ticks a pixel differs from torch by {difference}/255 (allowed: {TOLERANCE}/255)"
        )
    return difference
