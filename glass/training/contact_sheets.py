"""Contact sheets: pictures of what a model has learned so far, to be judged by eye."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from glass.core.atomic_files import atomic_file
from glass.model import Glass
from glass.stages.tracks import CropBatch

GREY = 0.5


def _strip(pictures: Tensor) -> Tensor:
    """Lay pictures ``(N, 3, H, W)`` side by side: ``(3, H, N*W)``."""
    return torch.cat(list(pictures), 2)


def _over_grey(crops: Tensor) -> Tensor:
    return crops[:, :3] + (1 - crops[:, 3:]) * GREY


@torch.no_grad()
def global_sheet(model: Glass, frames: Tensor) -> Tensor:
    """Rows of frames, masks and inpainted backgrounds for frames ``(N, 3, H, W)``."""
    gma = model.gma.eval()
    masks = gma.segment(frames)
    rows = [frames, masks.expand_as(frames), gma.empty_background(frames, masks)]
    return torch.cat([_strip(row) for row in rows], 1)


@torch.no_grad()
def local_sheet(model: Glass, batch: CropBatch) -> Tensor:
    """For each clip a row of true crops and below it the crops replayed from the first one."""
    motion = model.lma.eval()(batch.crops, batch.shifts)
    rows = []
    for true, painted in zip(batch.crops, motion.crops, strict=True):
        rows.append(_strip(_over_grey(true)))
        rows.append(_strip(_over_grey(torch.cat([true[:1], painted]))))
    return torch.cat(rows, 1)


def save_sheet(path: Path, sheet: Tensor, scale: int = 2) -> None:
    """Write ``(3, H, W)`` in [0, 1] as a PNG enlarged by whole pixels."""
    pixels = (sheet.clamp(0, 1) * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    with atomic_file(path) as temporary:
        Image.fromarray(np.repeat(np.repeat(pixels, scale, 0), scale, 1)).save(temporary, "PNG")
