"""Whole motion: how an agent moves as a whole from one crop to another, found by trying turns and shapes."""

import math
from collections.abc import Sequence
from itertools import product

import torch
from torch import Tensor
from torch.nn import functional

TURNS = tuple(range(-100, 101, 20))
"""Degrees of a whole agent's turn that are tried."""
SHAPES = ((1.0, 0.7), (1.2, 0.65), (0.93, 1.2))
"""Widths and heights, of the first crop's, that are tried as well, with turns of no more than a step."""
FINER_TURNS, FINER_SHAPES = (-10, 0, 10), ((1.0, 1.0), (1.0, 0.88), (1.0, 1.12), (1.1, 1.0), (0.9, 1.0))
"""What is tried around the best of those."""


@torch.no_grad()
def whole_motion(first: Tensor, later: Tensor) -> Tensor:
    """Find the affine motion that makes later crops of first ones ``(N, 4, S, S)`` best, by trying.

    Turned and resized crops are laid upon each other by the centres of their alpha. Learned from differences alone,
    large turns are not found: halfway they fit worse than none.

    Returns:
        ``(N, 2, 3)`` from a place in the later crop to one in the first, both in [-1, 1], as `functional.affine_grid`.
    """
    small = functional.avg_pool2d(first, 2), functional.avg_pool2d(later, 2)
    centres = _centre(first[:, 3:]), _centre(later[:, 3:])
    plain = first.new_tensor([0.0, 1.0, 1.0]).expand(len(first), 3)
    coarse = [(turn, 1.0, 1.0) for turn in TURNS]
    coarse += [(turn, *shape) for turn, shape in product((-20, 0, 20), SHAPES)]
    found = _best(small, centres, plain, coarse)
    found = _best(small, centres, found, [(turn, *shape) for turn, shape in product(FINER_TURNS, FINER_SHAPES)])
    return affine_motion(found, centres)


def _best(
    crops: tuple[Tensor, Tensor],
    centres: tuple[Tensor, Tensor],
    around: Tensor,
    tries: Sequence[tuple[float, float, float]],
) -> Tensor:
    """Return which of ``tries`` around motions ``(N, 3)``, turn in degrees, width and height, fits best."""
    first, later = crops
    found, least = around, torch.full((len(first),), torch.inf, device=first.device)
    for turn, wide, high in tries:
        tried = torch.stack([around[:, 0] + turn, around[:, 1] * wide, around[:, 2] * high], 1)
        error = misfit(moved(first, affine_motion(tried, centres)), later)
        better = error < least
        found, least = torch.where(better[:, None], tried, found), torch.where(better, error, least)
    return found


def affine_motion(motions: Tensor, centres: tuple[Tensor, Tensor]) -> Tensor:
    """Write motions ``(N, 3)`` as `whole_motion` returns them."""
    turn, wide, high = (motions * motions.new_tensor([math.pi / 180, 1.0, 1.0])).unbind(1)
    across = torch.stack([turn.cos() / wide, turn.sin() / wide], 1)
    down = torch.stack([-turn.sin() / high, turn.cos() / high], 1)
    matrix = torch.stack([across, down], 1)
    return torch.cat([matrix, centres[0][:, :, None] - matrix @ centres[1][:, :, None]], 2)


def moved(crops: Tensor, motion: Tensor) -> Tensor:
    """Move crops ``(N, 4, S, S)`` as a whole by motions ``(N, 2, 3)`` that `whole_motion` returns."""
    grid = functional.affine_grid(motion, list(crops.shape), align_corners=False)
    return functional.grid_sample(crops, grid, align_corners=False)


def _centre(alpha: Tensor) -> Tensor:
    """Return the centres of masks ``(N, 1, S, S)``, ``(N, 2)`` in [-1, 1]."""
    side = alpha.shape[-1]
    line = (torch.arange(side, device=alpha.device) + 0.5) * (2 / side) - 1
    weight = alpha.sum((1, 2, 3)).clamp(min=1e-3)
    return torch.stack([(alpha.sum((1, 2)) * line).sum(1), (alpha.sum((1, 3)) * line).sum(1)], 1) / weight[:, None]


def after_whole_motion(fields: Tensor, whole: Tensor, window: int) -> Tensor:
    """Join displacements ``(N, F, 2, s, s)`` in pixels with the whole motion ``(N, 2, 3)`` that comes before them."""
    places = field_places(fields.shape[-1], window, fields.device)
    near = (places + fields) * (2 / window)
    fetched = torch.einsum("nij,nfjhw->nfihw", whole[:, :, :2], near) + whole[:, None, :, 2, None, None]
    return fetched * (window / 2) - places


def field_places(side: int, window: int, device: torch.device) -> Tensor:
    """Return where a field's displacements are, ``(2, side, side)``: x and y in pixels from the window's middle."""
    line = (torch.arange(side, device=device) + 0.5) * (window / side) - window / 2
    return torch.stack([line.expand(side, side), line[:, None].expand(side, side)])


def misfit(made: Tensor, true: Tensor) -> Tensor:
    """How badly crops ``(N, 4, S, S)`` fit true ones, ``(N,)``: L1 at five scales, and of the gradients.

    The small scales lead pixels over long ways, where the large ones have no gradient.
    """
    error = made - true
    total = (error.abs() * (1 + 4 * true[:, 3:])).mean((1, 2, 3))
    total = total + error.diff(dim=-1).abs().mean((1, 2, 3)) + error.diff(dim=-2).abs().mean((1, 2, 3))
    small = error
    for _ in range(4):
        small = functional.avg_pool2d(small, 2)
        total = total + 1.5 * small.abs().mean((1, 2, 3))
    return total
