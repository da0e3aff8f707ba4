"""Estimate of camera motion, by registration of whole frames and of blocks of them."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from glass.motion.registration import register_background, translate

CAMERA_RADIUS = 12
"""Largest shift looked for between neighbouring frames, in pixels."""

BLOCKS = (3, 4)
"""Rows and columns of the blocks that are registered one by one."""

BLOCK_RADIUS = 4
CHANGED_PIXEL = 0.15
"""Difference, of 2, that is not background."""

LEAST_TEXTURE = 0.001
"""Mean squared difference of neighbouring pixels below which a block shows too little to be registered."""

FEWEST_BLOCKS = 5
FIT_ROUNDS, FIT_ERROR, FIT_QUANTILE = 4, 0.2, 0.7
"""Rounds of the fit to the blocks; pixels that it may well be off by; share of the blocks that count as most."""

STATIC_SPEED, ZOOM_GROWTH, PARALLAX_PIXELS = 0.15, 0.004, 0.6
"""Pixels a frame of a camera that stands; growth a frame of one that zooms; pixels by which blocks may disagree."""


@dataclass(frozen=True)
class CameraMotion:
    """How the camera moves, as seen from the background."""

    motion: Literal["static", "panning", "zooming", "parallax"]
    """In a word; ``parallax`` is a background whose parts move differently."""
    speed: float
    """Pixels a frame, as most of the moving frames have it."""
    zoom: float
    """Growth a frame, median of its size."""
    disagreement: float
    """Pixels by which parts of the background move differently from the whole, median."""


def _grey(frames: Tensor) -> Tensor:
    """Brightness ``(N, 1, H, W)`` in [-1, 1] of frames ``(N, 3, H, W)`` in [0, 1]."""
    return frames.mean(1, keepdim=True) * 2 - 1


def _register(first: Tensor, second: Tensor, radius: int) -> tuple[Tensor, Tensor]:
    """Find shifts ``(N, 2)`` of pictures ``(N, 1, H, W)``, and where they hold, ``(N, 1, H, W)`` in {0, 1}.

    A second look leaves out what the first one leaves different: the agent.
    """
    radius = max(1, min(radius, min(first.shape[-2:]) // 2 - 1))
    everywhere = torch.ones_like(first)
    shifts = register_background(first, everywhere, second, everywhere, radius)
    same = _same(first, second, shifts)
    shifts = register_background(first, translate(same, -shifts), second, same, radius)
    return shifts, _same(first, second, shifts)


def _same(first: Tensor, second: Tensor, shifts: Tensor) -> Tensor:
    """Say where ``first`` moved by ``shifts`` is as ``second``: ``(N, 1, H, W)`` in {0, 1}."""
    apart = functional.avg_pool2d((translate(first, shifts) - second).abs(), 3, 1, 1)
    return (apart < CHANGED_PIXEL).to(first.dtype)


def align(frames: Tensor, references: Tensor, radius: int) -> Tensor:
    """Find how frames ``(N, 3, H, W)`` in [0, 1] moved since their references: ``(N, 2)`` pixels.

    They are matched at half their size, which is enough to lay them over each other.
    """
    first, second = (functional.avg_pool2d(_grey(part), 2) for part in (references, frames))
    return 2 * _register(first, second, radius // 2)[0]


def _blocks(pictures: Tensor) -> Tensor:
    """Cut ``(N, 1, H, W)`` into blocks ``(N * rows * columns, 1, h, w)``."""
    rows, columns = BLOCKS
    height, width = pictures.shape[-2] // rows, pictures.shape[-1] // columns
    cut = pictures[..., : rows * height, : columns * width].unfold(2, height, height).unfold(3, width, width)
    return cut.permute(0, 2, 3, 1, 4, 5).flatten(0, 2)


def _fit(moved: Tensor, textured: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
    """Fit shift, growth and turn to the shifts of blocks by reweighted least squares, robust to a few outliers.

    Args:
        moved: ``(N, B, 2)`` pixels.
        textured: ``(N, B)`` in {0, 1}, blocks that count.
        places: ``(B, 2)`` pixels from the frame's middle.

    Returns:
        ``(N,)`` growth, and ``(N,)`` pixels by which most blocks differ from the fit at most.
    """
    x, y = places[:, 0], places[:, 1]
    zero, one = torch.zeros_like(x), torch.ones_like(x)
    across = torch.stack([one, zero, x, -y], 1)
    down = torch.stack([zero, one, y, x], 1)
    system = torch.stack([across, down], 1)[None]  # (1, B, 2, 4): shift, growth, turn
    trust = textured
    for _ in range(FIT_ROUNDS):
        weight = trust[:, :, None, None].sqrt()
        rows = (system * weight).flatten(1, 2)
        values = (moved[..., None] * weight).flatten(1, 2)
        found = torch.linalg.solve(rows.mT @ rows + 1e-3 * torch.eye(4), rows.mT @ values)
        left = (moved - (system @ found[:, None]).squeeze(-1)).norm(dim=-1)
        trust = textured / (1 + (left / FIT_ERROR).square())
    return found[:, 2, 0], left.masked_fill(textured == 0, torch.nan).nanquantile(FIT_QUANTILE, dim=1)


def estimate_camera(first: Tensor, second: Tensor) -> CameraMotion:
    """Say how the background moves between frames ``first`` and ``second``, ``(N, 3, H, W)`` in [0, 1]."""
    one, other = _grey(first), _grey(second)
    shifts, same = _register(one, other, CAMERA_RADIUS)
    height, width = one.shape[-2:]
    rows, columns = BLOCKS
    parts = [_blocks(part) for part in (translate(one, shifts), translate(same, shifts), other, same)]
    shape = (len(first), rows * columns)
    moved = register_background(parts[0], parts[1], parts[2], parts[3], BLOCK_RADIUS).unflatten(0, shape)
    texture = (parts[2][..., 1:] - parts[2][..., :-1]).square().mean((1, 2, 3))
    textured = ((texture > LEAST_TEXTURE) & (parts[3].mean((1, 2, 3)) > 0.9)).float().unflatten(0, shape)
    y, x = torch.meshgrid(torch.arange(rows) + 0.5, torch.arange(columns) + 0.5, indexing="ij")
    places = torch.stack([(x / columns - 0.5) * width, (y / rows - 0.5) * height], -1).flatten(0, 1)
    growth, left = _fit(moved, textured, places)
    known = textured.sum(1) >= FEWEST_BLOCKS
    zoom = float(growth[known].abs().median()) if known.any() else 0.0
    disagreement = float(left[known].median()) if known.any() else 0.0
    lengths = shifts.norm(dim=1)
    moving = lengths[lengths > STATIC_SPEED]
    speed = float(moving.median()) if len(moving) > 0.1 * len(lengths) else 0.0
    motion: Literal["static", "panning", "zooming", "parallax"] = "panning" if speed else "static"
    if disagreement > PARALLAX_PIXELS:
        motion = "parallax"
    elif zoom > ZOOM_GROWTH:
        motion = "zooming"
    return CameraMotion(motion, speed, zoom, disagreement)
