"""Which way agents face in clips, without a network: told by the way they travel, and by their mirror image."""

import torch
from torch import Tensor
from torch.nn import functional

TRAVEL = 0.5
"""A shift of at least this many pixels counts as travel."""
ONE_WAY = 0.5
"""How a side counts that is told by travel alone: who only ever went one way may be seen from the front."""
COARSE = 16
"""Side at which crops are compared: limbs that step count for little."""


def sideways(shifts: Tensor) -> Tensor:
    """Say which way shifts ``(..., 2)`` in pixels travel sideways: ``(...)``, 1 right, -1 left, 0 not."""
    size = shifts.abs()
    return torch.sign(shifts[..., 0]) * ((size[..., 0] >= TRAVEL) & (size[..., 0] >= size[..., 1]))


def last_sideways(shifts: Tensor) -> Tensor:
    """Say for each frame of clips which way its agent last travelled sideways, ``(B, T)``: 1 right, -1 left, 0 not yet.

    Args:
        shifts: ``(B, T-1, 2)`` in pixels.
    """
    way = torch.zeros_like(shifts[:, 0, 0])
    ways = [way]
    for now in sideways(shifts).unbind(1):
        way = torch.where(now == 0, way, now)
        ways.append(way)
    return torch.stack(ways, 1)


def clip_facings(crops: Tensor, shifts: Tensor) -> Tensor:
    """Say which way the agent of a clip faces in each frame, ``(T,)``: 1 right, -1 left; 0 throughout if nothing tells.

    Of who travels one way only it is less than 1, `ONE_WAY`, since who is seen from the front does so, too. Who travels
    both ways and does not look like its mirror image then is seen from the front, and said to face right.
    Before it first travels sideways an agent faces as it fits best what is seen when it does.

    Args:
        crops: ``(T, 4, S, S)`` premultiplied RGBA in [0, 1].
        shifts: ``(T-1, 2)`` in pixels.
    """
    facings = last_sideways(shifts[None])[0]
    if not bool(facings.any()):
        return facings
    seen = functional.adaptive_avg_pool2d(crops, COARSE)
    going = torch.cat([torch.zeros_like(facings[:1]), sideways(shifts)])
    right, left = seen[going > 0], seen[going < 0].flip(-1)
    if len(right) and len(left):
        one, other = right.mean(0), left.mean(0)
        if _distance(one, other) >= _distance(one, other.flip(-1)):
            return torch.ones_like(facings)
    usual = torch.cat([right, left]).mean(0)
    early = seen[facings == 0]
    fits = _distance(early, usual) <= _distance(early.flip(-1), usual)
    facings = torch.where(facings == 0, torch.where(fits, 1.0, -1.0), facings)
    return facings if len(right) and len(left) else ONE_WAY * facings


def _distance(one: Tensor, other: Tensor) -> Tensor:
    return (one - other).abs().sum()
