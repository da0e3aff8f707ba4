"""Agents that reach into the frame from an edge, as an arm does: what leads is their free end.

An arm bends: how its hand moves and how its elbow moves are two things, and where the middle of its visible part lies
depends on how much of it the frame shows. So of such an agent only the end away from the edge counts for its motion.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["EDGES", "end_weights", "free_end"]

EDGES = ("", "left", "right", "top", "bottom")
"""Edges that an agent may reach in from; from none for the empty word."""

SOLID = 0.5
LEAST = 6
"""Pixels that reach farthest are left out: they may be specks."""
SPAN = 0.25
"""How much of the frame's side, from the farthest pixel back, is the end."""
FADE = 0.4
"""Share of the end over which it fades into the rest."""


def free_end(masks: Tensor, edge: str) -> Tensor:
    """Weigh masks ``(N, 1, H, W)`` in [0, 1] by how much each pixel is part of the end away from ``edge``.

    Without an edge, masks come back as they are.
    """
    return masks * end_weights(masks, edge) if edge else masks


def end_weights(masks: Tensor, edge: str) -> Tensor:
    """Say how much each row or column belongs to the end of masks ``(N, 1, H, W)`` away from ``edge``.

    Returns:
        ``(N, 1, H, 1)`` for top and bottom, ``(N, 1, 1, W)`` for left and right, in [0, 1]; what lies beyond the end
        counts as much as the end itself.
    """
    across = -1 if edge in ("top", "bottom") else -2
    side = masks.shape[-2 if across == -1 else -1]
    # Solid pixels at each distance from the edge, (N, 1, side), and those at it and beyond.
    solid = (masks > SOLID).to(masks.dtype).sum(across)
    if edge in ("bottom", "right"):
        solid = solid.flip(-1)
    beyond = solid.sum(-1, keepdim=True) - solid.cumsum(-1) + solid
    tip = (beyond >= LEAST).to(masks.dtype).sum(-1, keepdim=True)
    distance = torch.arange(side, dtype=masks.dtype, device=masks.device)
    weight = ((distance - tip) / (SPAN * side) + 1).div(FADE).clamp(0, 1)
    if edge in ("bottom", "right"):
        weight = weight.flip(-1)
    return weight.unsqueeze(across)
