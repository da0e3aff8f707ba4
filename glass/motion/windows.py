"""Cropping: windows cut around the agent at whole pixels, and put back into frames."""

import torch
from torch import Tensor

from glass.core.masks import SOLID


def as_pictures(frames: Tensor) -> Tensor:
    """Turn uint8 ``(..., H, W, 3)`` into float ``(..., 3, H, W)`` in [0, 1]."""
    return frames.movedim(-1, -3).float().div(255)


def agent_position(masks: Tensor, window: int) -> Tensor:
    """Centroid ``(N, 2)`` of the agent, x and y in pixels: of the solid part of masks ``(N, 1, H, W)``.

    A second look counts only what lies within a window of the first centroid, so that specks far away do not pull.
    An empty mask gives the middle of the frame.
    """
    height, width = masks.shape[-2:]
    y = torch.arange(height, dtype=masks.dtype, device=masks.device)[:, None]
    x = torch.arange(width, dtype=masks.dtype, device=masks.device)[None, :]
    weight = torch.where(masks > SOLID, masks, torch.zeros_like(masks))[:, 0]
    middle = torch.tensor([(width - 1) / 2, (height - 1) / 2], dtype=masks.dtype, device=masks.device)

    def centroid(mass: Tensor) -> Tensor:
        total = mass.sum((1, 2))
        found = torch.stack([(mass * x).sum((1, 2)), (mass * y).sum((1, 2))], 1) / total.clamp(min=1e-6)[:, None]
        return torch.where(total[:, None] > 0, found, middle)

    first = centroid(weight)
    near_x = (x[None] - first[:, 0, None, None]).abs() <= window / 2
    near_y = (y[None] - first[:, 1, None, None]).abs() <= window / 2
    return centroid(weight * (near_x & near_y))


def window_corner(positions: Tensor, window: int) -> Tensor:
    """Left and top pixel, int64 ``(N, 2)``, of the windows centred at ``positions`` ``(N, 2)``."""
    return torch.floor(positions - window / 2 + 0.5).long()


def cut_windows(pictures: Tensor, positions: Tensor, window: int) -> Tensor:
    """Cut ``(N, C, window, window)`` around ``positions`` out of ``(N, C, H, W)``; beyond the frame is zero."""
    count, _, height, width = pictures.shape
    corner = window_corner(positions, window)
    steps = torch.arange(window, device=pictures.device)
    x, y = corner[:, :1] + steps, corner[:, 1:] + steps
    inside = ((x >= 0) & (x < width))[:, None, :] & ((y >= 0) & (y < height))[:, :, None]
    n = torch.arange(count, device=pictures.device)[:, None, None]
    rows, columns = y.clamp(0, height - 1)[:, :, None], x.clamp(0, width - 1)[:, None, :]
    cut = pictures.permute(0, 2, 3, 1)[n, rows, columns] * inside[..., None]
    return cut.permute(0, 3, 1, 2)


def place_windows(windows: Tensor, positions: Tensor, size: tuple[int, int]) -> Tensor:
    """Paste windows ``(N, C, S, S)`` back around ``positions`` into frames of ``size`` (H, W), zero where none lies."""
    side = max(size)
    # Seen from a window, the frame is a window, too.
    centres = side / 2 - window_corner(positions, windows.shape[-1])
    return cut_windows(windows, centres, side)[..., : size[0], : size[1]]


def foreground_windows(frames: Tensor, masks: Tensor, positions: Tensor, window: int) -> Tensor:
    """Premultiplied RGBA windows ``(N, 4, S, S)`` in [0, 1] of frames ``(N, 3, H, W)`` and masks ``(N, 1, H, W)``."""
    return cut_windows(torch.cat([frames * masks, masks], 1), positions, window)
