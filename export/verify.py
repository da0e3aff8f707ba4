"""Does the bundle play as the model does? A long rollout through the engine, held against torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from glass.crops import as_pictures, foreground_windows
from glass.model import Glass
from glass.shadow import view_windows
from playground import Action, Engine
from playground.compose import carry_on, paste, widened, without_shadow

__all__ = ["TICKS", "TOLERANCE", "Rollout", "VerificationError", "play_both", "verify"]

TICKS = 100
TOLERANCE = 2
"""Largest difference allowed between a pixel of the two rollouts, in steps of 1/255."""
APART = 0.01
"""Largest distance allowed between the starting positions, in pixels."""
ACTIONS_TOLERANCE = 0.02
"""Share of local actions that may be read differently: a pair of crops may lie just between two codes."""


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


@dataclass(frozen=True)
class Rollout:
    """A game played by both."""

    difference: int
    """Largest difference of a pixel, in steps of 1/255."""
    apart: float
    """Pixels between where both find the agent at the start."""
    crops: torch.Tensor
    """``(TICKS + 1, 4, S, S)`` what torch painted, the first crop before it."""


@torch.no_grad()
def play_both(model: Glass, engine: Engine, picture: Image.Image, mask: np.ndarray) -> Rollout:
    """Play `TICKS` random ticks with torch and with the bundle."""
    frame = _as_tensor(picture)
    solid = torch.from_numpy(mask)[None, None].float()
    position = model.anchor(frame, solid)
    crop = foreground_windows(frame, solid, position, model.lma.config.window)
    state, appearance = model.lma.start(crop)
    outline, view = crop[:, 3:], view_windows(frame, position, model.lma.config.window)

    def shade_of(now: torch.Tensor) -> np.ndarray | None:
        return None if model.shadow is None else _layer(model.shadow(view, outline, now[:, 3:]))

    background, shade = _layer(model.gma.empty_background(frame, solid)), shade_of(crop)
    if shade is not None:
        background = without_shadow(background, shade, (float(position[0, 0]), float(position[0, 1])))
    opening = engine.open(engine.find_agent(picture, mask))
    worst, crops = round(float(abs(opening.background - background).max()) * 255), [crop]
    found = engine.reset(picture, mask).position
    backdrop = engine.snapshot().backdrop
    x, y = (float(v) for v in position[0])
    apart = float(np.hypot(found[0] - x, found[1] - y))
    for command in _commands(model, engine.manifest.max_shift):
        local_action, shift = torch.tensor([command.local_action]), torch.tensor([command.shift], dtype=torch.float32)
        crop, state = model.lma.step(state, appearance, local_action, shift, crop)
        x, y = x + command.shift[0], y + command.shift[1]
        layer, shade = carry_on(_layer(crop), engine.manifest.enters), shade_of(crop)
        expected, _ = paste(backdrop, layer, (x, y), None if shade is None else widened(shade, len(layer)))
        played = engine.step(command).frame
        worst = max(worst, int(abs(played.astype(int) - expected.astype(int)).max()))
        crops.append(crop)
    return Rollout(worst, apart, torch.cat(crops))


@torch.no_grad()
def _reading_difference(model: Glass, engine: Engine, picture: Image.Image, crops: torch.Tensor) -> tuple[int, float]:
    """How differently both read: masks in steps of 1/255, and the share of local actions that are not the same."""
    found = engine.segment(np.array(picture.convert("RGB"))[None])
    masks = abs(found - model.gma.segment(_as_tensor(picture))[:, 0].numpy()).max() * 255
    pictures = crops.permute(0, 2, 3, 1).numpy()
    actions = engine.observe(pictures[:-1], pictures[1:]) != model.lma.observe(crops[:-1], crops[1:]).numpy()
    return round(float(masks)), float(actions.mean())


def _layer(picture: torch.Tensor) -> np.ndarray:
    """``(1, C, H, W)`` as ``(H, W, C)``."""
    return picture[0].permute(1, 2, 0).contiguous().numpy()


def _as_tensor(picture: Image.Image) -> torch.Tensor:
    """``(1, 3, H, W)`` in [0, 1]."""
    return as_pictures(torch.from_numpy(np.array(picture.convert("RGB"))))[None]


def verify(model: Glass, engine: Engine, picture: Image.Image, mask: np.ndarray) -> int:
    """Return the largest difference over a rollout, in steps of 1/255.

    Raises:
        VerificationError: it is more than `TOLERANCE`, or the bundle reads other masks or local actions than the model.
    """
    rollout = play_both(model, engine, picture, mask)
    if rollout.apart > APART:
        raise VerificationError(f"the agent starts {rollout.apart:.2g} pixels from where torch finds it")
    if rollout.difference > TOLERANCE:
        raise VerificationError(
            f"after {TICKS} ticks a pixel differs from torch by {rollout.difference}/255 (allowed: {TOLERANCE}/255)"
        )
    masks, actions = _reading_difference(model, engine, picture, rollout.crops)
    if masks > TOLERANCE or actions > ACTIONS_TOLERANCE:
        raise VerificationError(
            f"masks differ from torch by {masks}/255 (allowed: {TOLERANCE}/255), "
            f"and {actions:.0%} of the local actions read (allowed: {ACTIONS_TOLERANCE:.0%})"
        )
    return rollout.difference
