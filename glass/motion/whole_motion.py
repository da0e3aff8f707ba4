"""Whole motion: how an agent moves as a whole from one crop to another, found by trying turns, shapes and places."""

import math
from collections.abc import Sequence
from itertools import product

import torch
from torch import Tensor
from torch.nn import functional

WHOLE = 5
"""Numbers of a whole motion: turn, logarithms of the factors of width and height, and how far the middle moves right
and down in sizes of the agent; in units of `SPREADS`."""
SPREADS = (0.5, 0.2, 0.2, 0.4, 0.4)
"""About what those numbers spread by; the turn's is in radians."""
SMALLEST = 0.05
"""Least size of an agent, in half windows."""

TURNS = tuple(range(-100, 101, 20))
"""Degrees of a whole agent's turn that are tried."""
SHAPES = ((1.0, 0.7), (1.2, 0.65), (0.93, 1.2))
"""Widths and heights, of the first crop's, that are tried as well, with turns of no more than a step."""
FINER_TURNS, FINER_SHAPES = (-10, 0, 10), ((1.0, 1.0), (1.0, 0.88), (1.0, 1.12), (1.1, 1.0), (0.9, 1.0))
"""What is tried around the best of those."""
FINER_MOVES = (-0.12, 0.0, 0.12)
"""Moves right and down, in sizes of the agent, that are tried at last: a raised arm moves the middle, not the body."""


def agent_place(crops: Tensor) -> Tensor:
    """Say where the agents of crops ``(N, 4, S, S)`` are and how large, by their alpha.

    Returns:
        ``(N, 3)``: middle, right and down from the window's, and size (root mean square distance from the middle), in
        half windows.
    """
    alpha, side = crops[:, 3], crops.shape[-1]
    line = (torch.arange(side, device=crops.device) + 0.5) * (2 / side) - 1
    columns, rows = alpha.sum(1), alpha.sum(2)
    weight = columns.sum(1, keepdim=True).clamp(min=1e-3)
    middle = torch.stack([(columns * line).sum(1), (rows * line).sum(1)], 1) / weight
    squares = ((columns + rows) * line.square()).sum(1, keepdim=True) / weight
    size = (squares - middle.square().sum(1, keepdim=True)).clamp(min=SMALLEST**2).sqrt()
    return torch.cat([middle, size], 1)


@torch.no_grad()
def whole_motion(first: Tensor, later: Tensor) -> Tensor:
    """Find the whole motion ``(N, WHOLE)`` that makes later crops of first ones ``(N, 4, S, S)`` best, by trying.

    Turned and resized crops are laid upon each other by the middles of their alpha. Learned from differences alone,
    large turns are not found: halfway they fit worse than none.
    """
    place = agent_place(first)
    moves = (agent_place(later)[:, :2] - place[:, :2]) / place[:, 2:]
    found = torch.cat([torch.zeros_like(place), moves], 1) / moves.new_tensor(SPREADS)
    small = functional.avg_pool2d(first, 2), functional.avg_pool2d(later, 2)
    smaller = functional.avg_pool2d(small[0], 2), functional.avg_pool2d(small[1], 2)
    coarse = [(turn, 1.0, 1.0, 0.0, 0.0) for turn in TURNS]
    coarse += [(turn, *shape, 0.0, 0.0) for turn, shape in product((-20, 0, 20), SHAPES)]
    found = _best(smaller, place, found, coarse)
    finer = [(turn, *shape, 0.0, 0.0) for turn, shape in product(FINER_TURNS, FINER_SHAPES)]
    found = _best(small, place, found, finer)
    return _best(small, place, found, [(0, 1.0, 1.0, *move) for move in product(FINER_MOVES, FINER_MOVES)])


def _best(
    crops: tuple[Tensor, Tensor],
    place: Tensor,
    around: Tensor,
    tries: Sequence[tuple[float, float, float, float, float]],
) -> Tensor:
    """Return which of ``tries`` around motions fits best: turn in degrees, width, height, move right and down."""
    first, later = crops
    found, least = around, torch.full((len(first),), torch.inf, device=first.device)
    for turn, wide, high, right, down in tries:
        change = around.new_tensor([math.radians(turn), math.log(wide), math.log(high), right, down])
        tried = around + change / around.new_tensor(SPREADS)
        error = misfit(moved(first, affine_motion(tried, place)), later)
        better = error < least
        found, least = torch.where(better[:, None], tried, found), torch.where(better, error, least)
    return found


def affine_motion(whole: Tensor, place: Tensor) -> Tensor:
    """Write whole motions ``(N, WHOLE)`` of agents at a ``place`` ``(N, 3)``, as `agent_place` says it, as matrices.

    Returns:
        ``(N, 2, 3)`` from a place in the later crop to one in the first, both in [-1, 1], as `functional.affine_grid`.
    """
    turn, wide, high, right, down = (whole * whole.new_tensor(SPREADS)).unbind(1)
    across = torch.stack([turn.cos() / wide.exp(), turn.sin() / wide.exp()], 1)
    along = torch.stack([-turn.sin() / high.exp(), turn.cos() / high.exp()], 1)
    matrix = torch.stack([across, along], 1)
    after = place[:, :2] + place[:, 2:] * torch.stack([right, down], 1)
    return torch.cat([matrix, (place[:, :2] - (matrix * after[:, None]).sum(2))[:, :, None]], 2)


def inverse(motion: Tensor) -> Tensor:
    """Return the motions ``(N, 2, 3)`` that undo such motions."""
    (wide, right), (down, high) = motion[:, 0, :2].unbind(1), motion[:, 1, :2].unbind(1)
    across, along = torch.stack([high, -right], 1), torch.stack([-down, wide], 1)
    back = torch.stack([across, along], 1) / (wide * high - right * down)[:, None, None]
    return torch.cat([back, -(back * motion[:, None, :, 2]).sum(2, keepdim=True)], 2)


def moved(crops: Tensor, motion: Tensor) -> Tensor:
    """Move crops ``(N, 4, S, S)`` as a whole by motions ``(N, 2, 3)`` that `affine_motion` returns."""
    grid = functional.affine_grid(motion, list(crops.shape), align_corners=False)
    return functional.grid_sample(crops, grid, align_corners=False)


def field_places(side: int, window: int, device: torch.device) -> Tensor:
    """Return where a field's displacements are, ``(2, side, side)``: x and y in pixels from the window's middle."""
    line = (torch.arange(side, device=device) + 0.5) * (window / side) - window / 2
    return torch.stack([line.expand(side, side), line[:, None].expand(side, side)])


def misfit(made: Tensor, true: Tensor) -> Tensor:
    """How badly crops ``(N, 4, S, S)`` fit true ones, ``(N,)``: L1 at up to five scales, and of the gradients.

    The small scales lead pixels over long ways, where the large ones have no gradient.
    """
    error = made - true
    total = (error.abs() * (1 + 4 * true[:, 3:])).mean((1, 2, 3))
    total = total + error.diff(dim=-1).abs().mean((1, 2, 3)) + error.diff(dim=-2).abs().mean((1, 2, 3))
    small = error
    for _ in range(min(4, error.shape[-1].bit_length() - 1)):
        small = functional.avg_pool2d(small, 2)
        total = total + 1.5 * small.abs().mean((1, 2, 3))
    return total
