"""Path smoothing by dynamic programming: the agent's velocities, from shifts measured between neighbouring frames.

A walking body bobs and a slashing one leans; measured shifts show that as motion of the whole agent. But an agent
travels at few velocities: it stands, or walks one way at its speed. So a path is a sequence of common velocities,
changed seldom, and of others where the shifts leave no doubt. The cheapest one is found exactly by dynamic programming:
each frame costs its distance to the measured shift, each change of velocity its stiffness, each uncommon velocity its
rarity. The bobbing that is left over is local motion.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

TURNS = np.array([[[1, 0], [0, 1]], [[0, -1], [1, 0]], [[-1, 0], [0, -1]], [[0, 1], [-1, 0]]], dtype=np.float64)
"""Quarter turns, (4, 2, 2)."""
SAME = 1e-6
"""Velocities closer than this, in pixels a frame, are equal."""
CANDIDATES = 100
"""About so many measured shifts are tried as common velocities."""
QUIET = 0.12
"""Error of the measured positions, along an axis in pixels, up to which a path costs what `PathConfig` says."""
NOISIEST = 3.0
"""How many times as much changes may cost where positions are less certain."""


@dataclass(frozen=True)
class PathConfig:
    """What a path costs, in pixels of distance to the measured shifts."""

    grid: float = 0.1
    """Velocities are multiples of this many pixels a frame."""
    stiffness: float = 0.3
    """Cost of a change to another common velocity."""
    rarity: float = 0.3
    """Cost, on top, of a velocity that is not common."""
    slowing: float = 0.1
    """Cost of going slower in the same direction for once, as before a wall."""
    motion: float = 0.1
    """Cost of a frame in which the agent travels at all: what can be explained by standing still, is."""
    tolerance: float = 0.5
    """Velocities closer than this many pixels a frame are the same."""
    least: int = 3
    """A common velocity is kept in at least so many frames,"""
    share: float = 0.0
    """and in at least this share of the frames that travel."""


def config_for(shifts: NDArray[np.float64]) -> PathConfig:
    """Return what the path through measured shifts (T-1, 2) is to cost: changes cost the more, the noisier they are.

    An agent that goes steadily shows how far its measured positions are off by how much neighbouring shifts differ.
    """
    config = PathConfig()
    if len(shifts) < 4:
        return config
    noise = float(np.median(np.abs(np.diff(shifts, axis=0)))) / (0.6745 * np.sqrt(6))
    times = min(max(1.0, noise / QUIET), NOISIEST)
    return replace(config, stiffness=config.stiffness * times, rarity=config.rarity * times)


def common_velocities(shifts: NDArray[np.float64], config: PathConfig) -> NDArray[np.float64]:
    """Find the velocities that agents keep to, among the shifts (N, T-1, 2) of clips: (M, 2) pixels a frame.

    Only what lasts for two frames counts, which bobbing does not. Velocities that are quarter turns of each other count
    as one: an agent mostly walks as fast one way as another.
    """
    left = _lasting(shifts, config)
    least = max(config.least, config.share * len(left))
    found: list[NDArray[np.float64]] = []
    while len(left):
        turned = np.einsum("kij,nj->nki", TURNS, left)  # (L, 4, 2)
        centres = left[:: 1 + len(left) // CANDIDATES]
        near = np.linalg.norm(turned[None] - centres[:, None, None], axis=-1) < config.tolerance  # (C, L, 4)
        support = near.any(2).sum(1)
        best = int(support.argmax())
        if support[best] < least:
            break
        found.append(np.median(turned[near[best]], axis=0))
        left = left[~near[best].any(1)]
    return np.array(found).reshape(-1, 2)


def _lasting(shifts: NDArray[np.float64], config: PathConfig) -> NDArray[np.float64]:
    """Return those of the shifts (N, T-1, 2) that travel and go on for a frame before or after: (L, 2)."""
    alike = np.linalg.norm(np.diff(shifts, axis=1), axis=2) < config.tolerance
    edge = np.zeros((len(shifts), 1), bool)
    travel = np.linalg.norm(shifts, axis=2) > config.tolerance
    found: NDArray[np.float64] = shifts[travel & (np.hstack([alike, edge]) | np.hstack([edge, alike]))]
    return found


def smooth_shifts(
    shifts: NDArray[np.float64], config: PathConfig | None = None, velocities: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return the shifts of the smooth path in pixels.

    Args:
        shifts: (T-1, 2), measured between neighbouring frames; fewer than two come back as they are.
        config: what a path costs.
        velocities: (M, 2) velocities known to be common; None: those of `shifts`.
    """
    if len(shifts) < 2:
        return shifts
    config = config or PathConfig()
    velocities = common_velocities(shifts[None], config) if velocities is None else velocities
    common = _candidates(velocities, config)
    lasting = _lasting(shifts[None], config)
    distance = np.linalg.norm(lasting[:, None] - common[None], axis=-1).min(1)
    # An agent of any speed has no common ones: then the measured shifts are all there is to go by.
    price = float((distance < config.tolerance).mean()) if len(lasting) else 1.0
    return _cheapest(shifts, common, config, price)


def _candidates(velocities: NDArray[np.float64], config: PathConfig) -> NDArray[np.float64]:
    """Return (M, 2): standing still, and every velocity in four directions, on the grid, each once."""
    turned = np.einsum("kij,nj->nki", TURNS, velocities).reshape(-1, 2)
    steps = (np.concatenate([np.zeros((1, 2)), turned]) / config.grid).round().astype(np.int64)
    _, first = np.unique(steps, axis=0, return_index=True)
    candidates: NDArray[np.float64] = steps[np.sort(first)].astype(np.float64) * config.grid
    return candidates


def _cheapest(
    shifts: NDArray[np.float64], common: NDArray[np.float64], config: PathConfig, price: float
) -> NDArray[np.float64]:
    """Find the cheapest sequence of velocities by dynamic programming."""
    own = (shifts / config.grid).round() * config.grid  # (T-1, 2)
    alone = np.stack([own, own * [1, 0], own * [0, 1]], 1)  # what was measured, and along one axis only
    options = np.concatenate([np.broadcast_to(common, (len(shifts), *common.shape)), alone], 1)  # (T-1, O, 2)
    rare = np.arange(options.shape[1]) >= len(common)
    length = np.linalg.norm(options, axis=2)
    cost = np.linalg.norm(options - shifts[:, None], axis=2) + price * config.motion * (length > 0)  # (T-1, O)
    total = cost[0] + price * config.rarity * rare
    chosen = []
    for tick in range(1, len(shifts)):
        before, after = options[tick - 1][:, None], options[tick][None]  # (O, 1, 2), (1, O, 2)
        same = np.abs(before - after).sum(2) < SAME
        parallel = np.abs(before[..., 0] * after[..., 1] - before[..., 1] * after[..., 0]) < SAME
        slower = parallel & ((before * after).sum(2) > 0) & (length[tick][None] < length[tick - 1][:, None])
        change = np.where(rare[None], config.stiffness + config.rarity, config.stiffness)
        change = np.where(rare[None] & slower & ~rare[:, None], config.slowing, change)
        through = total[:, None] + price * np.where(same, 0.0, change)
        chosen.append(through.argmin(0))
        total = through.min(0) + cost[tick]
    index = int(total.argmin())
    path = [options[-1, index]]
    for tick in range(len(shifts) - 1, 0, -1):
        index = int(chosen[tick - 1][index])
        path.append(options[tick - 1, index])
    smooth: NDArray[np.float64] = np.array(path[::-1]) + 0.0
    return smooth
