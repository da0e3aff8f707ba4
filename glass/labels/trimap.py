"""Trimaps by background subtraction: what differs from the clip's median background is the agent.

A mask that is learned by moving layers is free where the background is smooth: between the legs, along the hair. But
over a clip the agent uncovers what was behind it. With the background's motion known, all frames are laid over each
other; their median, where no mask is near, is the background without the agent, and what differs from it is the agent.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from glass.core.masks import SOLID
from glass.labels.illumination import in_shadow
from glass.motion.registration import translate

BACKGROUND, AGENT, UNKNOWN = 0, 1, 255
SEARCH_RADIUS = 4
"""Pixels around a mask in which the agent may still be."""
MIN_DIFFERENCE = 0.04
"""Difference from the background, largest of the three colours in [0, 1], below which a pixel is background."""
NOISE_FACTOR = 3.0
"""How far a difference must stand out from the usual one elsewhere in the clip."""
MAX_NOISE = 0.06
"""Usual difference elsewhere from which on a clip says nothing: its background is not found again."""
BACKGROUND_MIN_FRAMES = 3
"""Frames that must show a piece of background before it is believed."""

CO_MOTION_FRAMES = (-4, -3, -2, -1, 1, 2, 3, 4)
"""Frames, counted from this one, from which the agent is carried along, to see what travels with it."""
CO_MOTION_MIN_TRAVEL = 2.0
"""Pixels that the agent must have travelled before its background since such a frame."""
CO_MOTION_SHARE = 0.75
"""Share of the difference from the background up to which what differs from such a frame travels with the agent."""
OUTLINE_WIDTH = 2
"""Pixels along the outline of a rough mask in which it is not believed: it would grow from one time to the next."""
SHADOW_GAP = 2
"""Pixels that a shadow lies away from the agent at least: nearer, it may be a part that moves by itself."""


@dataclass(frozen=True)
class MattingConfig:
    """How trimaps are made, and how frames are varied while masks are learned from them."""

    trusted_radius: int = SEARCH_RADIUS
    """Pixels around the rough mask in which what differs is the agent; farther out nothing is said of it, for it may be
    something that the agent has pushed."""
    shadows: bool = False
    """Whether the agent casts shadows, which are no part of it: nothing is said of what is merely darker than its
    background; nor of what is merely lighter, for the background may have been seen in shadow."""
    light: float = 0.0
    """By how much light and its colour are varied while masks are learned, as a share: so that others' scenes look less
    strange."""
    agent_weight: float = 1.0
    """How many times as much the agent's pixels count as the background's while masks are learned: of agents of a few
    pixels, whose limbs are hardly told from the ground, less is missed."""
    require_co_motion: bool = False
    """Whether only what travels with the agent is believed to be part of it: a finger does, what is seen between two
    of them does not. With ``shadows``, what is merely darker or lighter and stays behind is background then."""

    def __post_init__(self) -> None:
        """Check the values."""
        if not 0 <= self.trusted_radius <= SEARCH_RADIUS:
            raise ValueError(f"trusted_radius is {self.trusted_radius} pixels; it must be 0 to {SEARCH_RADIUS}")
        if self.agent_weight <= 0:
            raise ValueError(f"agent_weight is {self.agent_weight}; it must be more than 0")
        if not 0 <= self.light < 1:
            raise ValueError(f"light is {self.light}; it must be at least 0 and below 1")


def dilated(masks: Tensor, pixels: int) -> Tensor:
    """Dilate masks ``(L, 1, H, W)``, thresholded at one half, by a square of ``pixels`` each way: {0, 1}."""
    return functional.max_pool2d((masks > SOLID).to(masks.dtype), 2 * pixels + 1, 1, pixels)


def median_background(frames: Tensor, masks: Tensor, shifts: Tensor) -> tuple[Tensor, Tensor]:
    """Median background of a clip: the frames without the agent, laid over each other by the background's motion.

    Args:
        frames: ``(L, 3, H, W)`` in [0, 1].
        masks: ``(L, 1, H, W)`` in [0, 1], roughly where the agent is.
        shifts: ``(L-1, 2)`` background shifts in pixels.

    Returns:
        Backgrounds ``(L, 3, H, W)`` in [0, 1], and where they are known, ``(L, 1, H, W)`` in {0, 1}: nowhere in a clip
        whose background is not found again.
    """
    path = torch.cat([shifts.new_zeros(1, 2), shifts.cumsum(0)])
    border = int(path.abs().max().ceil()) + 1
    padding = [border] * 4
    free = 1 - dilated(masks, SEARCH_RADIUS)
    layers = translate(functional.pad(torch.cat([frames, free], 1), padding), -path, "zeros", "bicubic")
    # Only pixels all of whose sources are free; a cubic reaches two pixels far, its overshoot is not above one.
    shown = layers[:, 3:] > 0.99
    laid = layers[:, :3].masked_fill(~shown, torch.nan)
    background = laid.nanmedian(0).values[None]
    known = (shown.sum(0, keepdim=True) >= BACKGROUND_MIN_FRAMES).to(frames.dtype)
    both = torch.cat([background.nan_to_num(0.0), known], 1).expand(len(frames), -1, -1, -1)
    back = translate(both, path, "zeros", "bicubic")[:, :, border:-border, border:-border]
    backgrounds, sure = back[:, :3].clamp(0, 1), (back[:, 3:] > 0.99).to(frames.dtype)
    found = _usual_difference(frames, backgrounds, sure, masks) < MAX_NOISE
    return backgrounds, sure if found else torch.zeros_like(sure)


def _usual_difference(frames: Tensor, backgrounds: Tensor, known: Tensor, masks: Tensor) -> float:
    """Median difference, largest of the three colours in [0, 1], of frames from their backgrounds far from masks."""
    elsewhere = (frames - backgrounds).abs().amax(1, keepdim=True)[(known > 0) & (dilated(masks, SEARCH_RADIUS) == 0)]
    return float(elsewhere.median()) if len(elsewhere) else MAX_NOISE


def trimap(
    frames: Tensor,
    masks: Tensor,
    shifts: Tensor,
    config: MattingConfig | None = None,
    enters_from_edge: str = "",
    agent_shifts: Tensor | None = None,
) -> Tensor:
    """Make trimaps of a clip: each pixel is the agent's, the background's, or unknown.

    Args:
        frames: ``(L, 3, H, W)`` in [0, 1].
        masks: ``(L, 1, H, W)`` in [0, 1], roughly where the agent is.
        shifts: ``(L-1, 2)`` background shifts in pixels.
        config: what is believed.
        enters_from_edge: edge of the frame that the agent reaches in from, if any: what is always covered looks like
            background, so between the agent and that edge only what is seen to be uncovered is believed to be; and what
            never is remains the agent well within the rough masks.
        agent_shifts: ``(L-1, 2)`` foreground shifts in pixels; needed for ``config.require_co_motion``.

    Returns:
        uint8 ``(L, H, W)``: `BACKGROUND`, `AGENT` or `UNKNOWN`.

    Raises:
        ValueError: ``config.require_co_motion`` without ``agent_shifts``.
    """
    config = config or MattingConfig()
    backgrounds, known = median_background(frames, masks, shifts)
    difference = (frames - backgrounds).abs().amax(1, keepdim=True)
    near = dilated(masks, SEARCH_RADIUS) > 0
    inside = near & (known > 0)
    differs = difference > max(MIN_DIFFERENCE, NOISE_FACTOR * _usual_difference(frames, backgrounds, known, masks))
    sure = inside & differs & (dilated(masks, config.trusted_radius) > 0)
    behind = inside & ~differs
    shaded = torch.zeros_like(sure)
    if config.shadows:
        shaded = in_shadow(frames, backgrounds) | in_shadow(backgrounds, frames)
        sure &= ~shaded
    agent = sure
    if config.require_co_motion:
        if agent_shifts is None:
            raise ValueError("what travels with the agent is told by agent_shifts; they are missing")
        carried = _carried_difference(frames, shifts, agent_shifts)
        stayed = _around((frames - backgrounds) * known) / _around(known).clamp(min=1 / 9)
        agent = sure & (carried < CO_MOTION_SHARE * stayed)
        left = inside & differs & shaded & (carried > stayed) & carried.isfinite()
        behind |= left & (dilated(sure.to(frames.dtype), SHADOW_GAP) == 0)
    labels = torch.full_like(frames[:, :1], UNKNOWN, dtype=torch.uint8)
    labels[~near | behind] = BACKGROUND
    labels[agent] = AGENT
    if enters_from_edge:
        # What may be the agent protects what is between it and the edge, also where it rests and nothing travels.
        towards, seen = _towards(sure, enters_from_edge), (labels == AGENT).any(0, keepdim=True)
        labels[towards & ~seen & (labels == BACKGROUND)] = UNKNOWN
        within = dilated(1 - masks, OUTLINE_WIDTH) == 0
        labels[towards & (labels == UNKNOWN) & (known == 0) & within] = AGENT
    return labels[:, 0]


def _towards(agent: Tensor, edge: str) -> Tensor:
    """Say of ``(L, 1, H, W)`` which pixels lie between one of the agent and an edge, in the same row or column."""
    along = 2 if edge in ("top", "bottom") else 3
    if edge in ("bottom", "right"):
        return agent.int().cumsum(along) > 0
    return agent.int().flip(along).cumsum(along).flip(along) > 0


def _around(differences: Tensor) -> Tensor:
    """Mean absolute value of ``(L, 3, H, W)`` in 3x3 pixels, the largest of the three colours': ``(L, 1, H, W)``."""
    return functional.avg_pool2d(differences.abs(), 3, 1, 1, count_include_pad=False).amax(1, keepdim=True)


def _carried_difference(frames: Tensor, shifts: Tensor, agent_shifts: Tensor) -> Tensor:
    """Least difference of frames from their neighbours, those moved along with the agent.

    Args:
        frames: ``(L, 3, H, W)`` in [0, 1].
        shifts: ``(L-1, 2)`` background shifts in pixels.
        agent_shifts: ``(L-1, 2)`` foreground shifts in pixels.

    Returns:
        ``(L, 1, H, W)`` in [0, 1], or infinite where no neighbour is far enough.
    """
    start = shifts.new_zeros(1, 2)
    agent = torch.cat([start, agent_shifts.cumsum(0)])
    background = torch.cat([start, shifts.cumsum(0)])
    here, found = torch.arange(len(frames), device=frames.device), []
    for gap in CO_MOTION_FRAMES:
        there = here + gap
        within = (there >= 0) & (there < len(frames))
        there = there.clamp(0, len(frames) - 1)
        travelled = agent - agent[there]
        useful = within & ((travelled - background + background[there]).norm(dim=1) > CO_MOTION_MIN_TRAVEL)
        difference = _around(frames - translate(frames[there], travelled))
        found.append(difference.masked_fill(~useful[:, None, None, None], torch.inf))
    return torch.stack(found).amin(0)
