"""The agent's smooth path: the numpy twin of the torch path that models learn with.

Registration reads a bobbing walk and a leaning slash as motion of the whole agent. That is bounded and comes back
within a few frames; travel is the path that stays near the measured one and changes its velocity seldom. It is found
exactly by a dynamic programme, one axis at a time, on a grid of half a pixel:
`sum |q_t - p_t| + motion * [q moves] + stiffness * min(1, |change of velocity| / tolerance)`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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


def smooth_shifts(shifts: NDArray[np.float64], config: PathConfig | None = None) -> NDArray[np.float64]:
    """Return the shifts of the smooth path in pixels.

    Args:
        shifts: (T-1, 2), measured between neighbouring frames; fewer than two come back as they are.
        config: how stiff the path is.
    """
    if len(shifts) < 2:
        return shifts
    config = config or PathConfig()
    start = np.zeros((1, 2), np.float32)
    measured = np.concatenate([start, shifts.astype(np.float32).cumsum(0)])
    path = np.stack([_smooth_axis(measured[:, axis], config) for axis in (0, 1)], 1)
    return np.diff(path.astype(np.float64), axis=0)


def _smooth_axis(measured: NDArray[np.float32], config: PathConfig) -> NDArray[np.float32]:
    """Smooth positions (T,) along one axis."""
    steps = round(config.reach / config.grid)
    offsets = np.arange(-steps, steps + 1, dtype=np.float32) * np.float32(config.grid)
    places = (measured / np.float32(config.grid)).round()[:, None] * np.float32(config.grid) + offsets  # (T, O)
    distance = np.abs(places - measured[:, None])
    travel = places[1:, :, None] - places[:-1, None, :]  # (T-1, i, j): from option j to option i of the next tick
    moving = np.where(np.abs(travel) > 0.01, np.float32(config.motion), np.float32(0))
    # cost[i, j]: the cheapest path that is at option i now and was at option j a tick ago.
    cost = distance[1, :, None] + distance[0, None, :] + moving[0]
    chosen = []
    for tick in range(2, len(measured)):
        change = np.abs(travel[tick - 1][:, :, None] - travel[tick - 2][None])  # (i, j, k)
        total = cost[None] + np.float32(config.stiffness) * (change / np.float32(config.tolerance)).clip(max=1)
        chosen.append(total.argmin(2))
        cost = total.min(2) + distance[tick, :, None] + moving[tick - 1]
    now, before = (int(index) for index in np.unravel_index(cost.argmin(), cost.shape))
    options = [now, before]
    for previous in reversed(chosen):
        now, before = before, int(previous[now, before])
        options.append(before)
    return places[np.arange(len(measured)), options[::-1]]
