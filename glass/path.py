"""The agent's smooth path, from shifts measured between neighbouring frames.

A walking body bobs and a slashing one leans; registration reads that as motion of the whole agent. It is bounded and
comes back within a few frames, so it can be told from travel over many: travel is the path that stays near the
measured one and changes its velocity seldom. What is left over is local motion, and the local stage learns it.

The path is found exactly by a dynamic programme, one axis at a time, on a grid of half a pixel:
``sum |q_t - p_t| + motion * [q moves] + stiffness * min(1, |change of velocity| / tolerance)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["PathConfig", "smooth_shifts"]


@dataclass(frozen=True)
class PathConfig:
    """How stiff the path is."""

    reach: float = 3.0
    """Farthest the smooth path may lie from the measured one, in pixels."""
    grid: float = 0.5
    """Spacing of the positions tried, in pixels."""
    stiffness: float = 1.0
    """Cost of a full change of velocity, in pixels of distance to the measured path."""
    tolerance: float = 0.5
    """Change of velocity, in pixels a frame, that costs the full stiffness; smaller ones cost in proportion."""
    motion: float = 0.5
    """Cost of a frame in which the agent travels at all: what can be explained by standing still, is."""


def _smooth_axis(measured: Tensor, config: PathConfig) -> Tensor:
    """Smooth positions ``(N, T)`` along one axis."""
    count, ticks = measured.shape
    steps = round(config.reach / config.grid)
    offsets = torch.arange(-steps, steps + 1, dtype=measured.dtype) * config.grid
    options = len(offsets)
    places = (measured / config.grid).round()[..., None] * config.grid + offsets  # (N, T, O)
    distance = (places - measured[..., None]).abs()
    # cost[n, i, j]: cheapest path that is at option i now and was at option j a tick ago.
    moving = config.motion * ((places[:, 1:, :, None] - places[:, :-1, None, :]).abs() > 0.01)  # (N, T-1, i, j)
    cost = distance[:, 1, :, None] + distance[:, 0, None, :] + moving[:, 0]
    chosen = []
    for tick in range(2, ticks):
        velocity = places[:, tick - 1, :, None] - places[:, tick - 2, None, :]  # (N, j, k)
        following = places[:, tick, :, None] - places[:, tick - 1, None, :]  # (N, i, j)
        change = (following[:, :, :, None] - velocity[:, None]).abs()  # (N, i, j, k)
        penalty = config.stiffness * (change / config.tolerance).clamp(max=1.0)
        best, previous = (cost[:, None] + penalty).min(3)
        cost = best + distance[:, tick, :, None] + moving[:, tick - 1]
        chosen.append(previous)
    index = cost.flatten(1).argmin(1)
    now, before = index // options, index % options
    n = torch.arange(count)
    path = [places[n, ticks - 1, now], places[n, ticks - 2, before]]
    for tick in range(ticks - 1, 1, -1):
        now, before = before, chosen[tick - 2][n, now, before]
        path.append(places[n, tick - 2, before])
    return torch.stack(path[::-1], 1)


@torch.no_grad()
def smooth_shifts(shifts: Tensor, config: PathConfig | None = None, batch: int = 256) -> Tensor:
    """Return shifts of the smooth path.

    Args:
        shifts: ``(N, T-1, 2)`` pixels, measured between neighbouring frames.
        config: how stiff the path is.
        batch: how many clips are worked on at a time.

    Returns:
        ``(N, T-1, 2)`` pixels. Clips of fewer than three frames come back as they are.
    """
    config = config or PathConfig()
    if shifts.shape[1] < 2:
        return shifts
    start = shifts.new_zeros(shifts.shape[0], 1, 2)
    measured = torch.cat([start, shifts.cumsum(1)], 1)
    lines = measured.transpose(1, 2).flatten(0, 1)
    lines = torch.cat([_smooth_axis(part, config) for part in lines.split(batch)])
    path = lines.unflatten(0, (shifts.shape[0], 2)).transpose(1, 2)
    smooth: Tensor = path[:, 1:] - path[:, :-1]
    return smooth
