"""Agents cut by an edge of the frame, as an arm is: weights of their free end, extension of masks to the edge.

An arm bends: how its hand moves and how its elbow moves are two things, and where the middle of its visible part lies
depends on how much of it the frame shows. So of such an agent only the end away from the edge counts for its motion.
"""

import torch
from torch import Tensor
from torch.nn import functional

from glass.core.directions import EDGE_TURNS
from glass.core.masks import SOLID

SPECK_PIXELS = 6
"""Pixels that reach farthest are left out: they may be specks."""
END_SHARE = 0.25
"""How much of the frame's side, from the farthest pixel back, is the end."""
FADE_SHARE = 0.4
"""Share of the end over which it fades into the rest."""
MIN_WIDTH = 3
"""Pixels across that an arm has at least."""
MIN_ROWS = 4
"""Rows, next to each other, that have to show it: a speck does not."""


def free_end(masks: Tensor, edge: str) -> Tensor:
    """Weigh masks ``(N, 1, H, W)`` in [0, 1] by how much each pixel is part of the end away from ``edge``.

    Without an edge, masks come back as they are.
    """
    return masks * end_weights(masks, edge) if edge else masks


def end_weights(masks: Tensor, edge: str) -> Tensor:
    """Weights of rows or columns: how much each belongs to the end of masks ``(N, 1, H, W)`` away from ``edge``.

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
    tip = (beyond >= SPECK_PIXELS).to(masks.dtype).sum(-1, keepdim=True)
    distance = torch.arange(side, dtype=masks.dtype, device=masks.device)
    weight = ((distance - tip) / (END_SHARE * side) + 1).div(FADE_SHARE).clamp(0, 1)
    if edge in ("bottom", "right"):
        weight = weight.flip(-1)
    return weight.unsqueeze(across)


def extend_to_edge(masks: Tensor, edge: str) -> Tensor:
    """Extend masks ``(N, 1, H, W)`` in [0, 1] to the ``edge`` that their agents reach in from.

    Where the agent's first rows, counted from a top edge, are not at that edge, the part before them was missed: what
    they show is repeated there. Without an edge, masks come back as they are.
    """
    if not edge:
        return masks
    turned = torch.rot90(masks, -EDGE_TURNS[edge], (2, 3))
    wide = ((turned > SOLID).sum(-1) >= MIN_WIDTH).to(masks.dtype)
    shown = -functional.max_pool1d(-wide, MIN_ROWS, 1)
    first = shown.argmax(-1, keepdim=True)
    rows = (first + torch.arange(1, MIN_ROWS, device=masks.device))[..., None].expand(-1, -1, -1, turned.shape[-1])
    before = torch.arange(turned.shape[-2], device=masks.device)[:, None] <= first[..., None]
    missed = before & (first[..., None] > 0) & (shown.amax(-1)[..., None, None] > 0)
    whole = torch.where(missed, turned.gather(2, rows).mean(2, keepdim=True), turned)
    return torch.rot90(whole, EDGE_TURNS[edge], (2, 3))
