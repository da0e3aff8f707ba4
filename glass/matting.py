"""Masks to the pixel: what differs from the background that other frames show behind the agent.

A mask that is learned by moving layers is free where the background is smooth: between the legs, along the hair. But
over a clip the agent uncovers what was behind it. With the background's motion known, all frames are laid over each
other; their median, where no mask is near, is the background without the agent, and what differs from it is the agent.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from glass.registration import translate

__all__ = ["AGENT", "BACKGROUND", "UNKNOWN", "MattingConfig", "agent_pixels", "still_background"]

BACKGROUND, AGENT, UNKNOWN = 0, 1, 255
NEAR = 4
"""Pixels around a mask in which the agent may still be."""
SOLID = 0.5
FAINTEST = 0.04
"""Difference from the background, largest of the three colours in [0, 1], below which a pixel is background."""
NOISE = 3.0
"""How far a difference must stand out from the usual one elsewhere in the clip."""
NOISIEST = 0.06
"""Usual difference elsewhere from which on a clip says nothing: its background is not found again."""
SEEN = 3
"""Frames that must show a piece of background before it is believed."""


DIM, BRIGHT = 0.4, 0.98
"""What shadow leaves of the light, between nearly all of it and"""
TINT = 0.15
"""by how much this may differ between the three colours, as a share of it."""
DARKEST = 0.02


@dataclass(frozen=True)
class MattingConfig:
    """What is believed of pixels that differ from the background behind them."""

    sure: int = NEAR
    """Pixels around the rough mask in which what differs is the agent; farther out nothing is said of it, for it may be
    something that the agent has pushed."""
    shadows: bool = False
    """Whether the agent casts shadows, which are no part of it: nothing is said of what is merely darker."""

    def __post_init__(self) -> None:
        """Check the values."""
        if not 0 <= self.sure <= NEAR:
            raise ValueError(f"sure is {self.sure} pixels; it must be 0 to {NEAR}")


def _grown(masks: Tensor, pixels: int) -> Tensor:
    """Grow the solid part of masks ``(L, 1, H, W)``: {0, 1}."""
    return functional.max_pool2d((masks > SOLID).to(masks.dtype), 2 * pixels + 1, 1, pixels)


def still_background(frames: Tensor, masks: Tensor, shifts: Tensor) -> tuple[Tensor, Tensor]:
    """Find what is behind the agent in a clip.

    Args:
        frames: ``(L, 3, H, W)`` in [0, 1].
        masks: ``(L, 1, H, W)`` in [0, 1], roughly where the agent is.
        shifts: ``(L-1, 2)`` background shifts in pixels.

    Returns:
        Backgrounds ``(L, 3, H, W)`` in [0, 1], and where they are known, ``(L, 1, H, W)`` in {0, 1}.
    """
    path = torch.cat([shifts.new_zeros(1, 2), shifts.cumsum(0)])
    border = int(path.abs().max().ceil()) + 1
    padding = [border] * 4
    free = 1 - _grown(masks, NEAR)
    layers = translate(functional.pad(torch.cat([frames, free], 1), padding), -path, "zeros", "bicubic")
    # Only pixels all of whose sources are free; a cubic reaches two pixels far, its overshoot is not above one.
    shown = layers[:, 3:] > 0.99
    laid = layers[:, :3].masked_fill(~shown, torch.nan)
    background = laid.nanmedian(0).values[None]
    known = (shown.sum(0, keepdim=True) >= SEEN).to(frames.dtype)
    both = torch.cat([background.nan_to_num(0.0), known], 1).expand(len(frames), -1, -1, -1)
    back = translate(both, path, "zeros", "bicubic")[:, :, border:-border, border:-border]
    return back[:, :3].clamp(0, 1), (back[:, 3:] > 0.99).to(frames.dtype)


def agent_pixels(
    frames: Tensor, masks: Tensor, shifts: Tensor, config: MattingConfig | None = None, enters: str = ""
) -> Tensor:
    """Say of each pixel of a clip whether it is the agent's.

    Args:
        frames: ``(L, 3, H, W)`` in [0, 1].
        masks: ``(L, 1, H, W)`` in [0, 1], roughly where the agent is.
        shifts: ``(L-1, 2)`` background shifts in pixels.
        config: what is believed.
        enters: edge of the frame that the agent reaches in from, if any: what is always covered looks like background,
            so between the agent and that edge only what is seen to be uncovered is believed to be.

    Returns:
        uint8 ``(L, H, W)``: `BACKGROUND`, `AGENT` or `UNKNOWN`.
    """
    config = config or MattingConfig()
    backgrounds, known = still_background(frames, masks, shifts)
    difference = (frames - backgrounds).abs().amax(1, keepdim=True)
    near = _grown(masks, NEAR) > 0
    elsewhere = difference[(known > 0) & ~near]
    usual = float(elsewhere.median()) if len(elsewhere) else NOISIEST
    labels = torch.full_like(frames[:, :1], UNKNOWN, dtype=torch.uint8)
    labels[~near] = BACKGROUND
    if usual < NOISIEST:
        inside = near & (known > 0)
        differs = difference > max(FAINTEST, NOISE * usual)
        sure = inside & differs & (_grown(masks, config.sure) > 0)
        if config.shadows:
            sure &= ~_in_shadow(frames, backgrounds)
        labels[sure] = AGENT
        labels[inside & ~differs] = BACKGROUND
    if enters:
        agent = labels == AGENT
        between = _towards(agent, enters) & ~agent.any(0, keepdim=True)
        labels[between & (labels == BACKGROUND)] = UNKNOWN
    return labels[:, 0]


def _towards(agent: Tensor, edge: str) -> Tensor:
    """Say of ``(L, 1, H, W)`` which pixels lie between one of the agent and an edge, in the same row or column."""
    along = 2 if edge in ("top", "bottom") else 3
    if edge in ("bottom", "right"):
        return agent.int().cumsum(along) > 0
    return agent.int().flip(along).cumsum(along).flip(along) > 0


def _in_shadow(frames: Tensor, backgrounds: Tensor) -> Tensor:
    """Say where ``(L, 3, H, W)`` in [0, 1] show the background with less light on it, alike in all colours."""
    left = (frames + DARKEST) / (backgrounds + DARKEST)
    light = left.mean(1, keepdim=True)
    alike = (left - light).abs().amax(1, keepdim=True) < TINT * light
    shadow: Tensor = alike & (light > DIM) & (light < BRIGHT)
    return shadow
