"""Image metrics: PSNR and SSIM, and the region of a frame around an agent."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torchmetrics.functional.image import structural_similarity_index_measure

Region = NDArray[np.float64]
"""Pixels (H, W, 3) in 0..255; NaN where a region lies outside its frame."""

_SMALLEST = 11
"""Side of SSIM's window in pixels; smaller pictures have no SSIM."""


def region_of(frame: NDArray[np.uint8], position: tuple[float, float], side: int) -> Region:
    """Return the square region (side, side, 3) around `position` (x, y); NaN where it lies outside the frame."""
    region = np.full((side, side, 3), np.nan)
    left, top = (round(value) - side // 2 for value in position)
    rows = slice(max(top, 0), max(min(top + side, frame.shape[0]), 0))
    columns = slice(max(left, 0), max(min(left + side, frame.shape[1]), 0))
    part = frame[rows, columns]
    region[rows.start - top :, columns.start - left :][: part.shape[0], : part.shape[1]] = part
    return region


def psnr(picture: Region, target: Region) -> float:
    """Return the peak signal-to-noise ratio in dB over the pixels that both have; NaN where they share none."""
    errors = (picture - target)[~np.isnan(picture) & ~np.isnan(target)] ** 2
    return decibels(float(errors.mean())) if errors.size else math.nan


def decibels(error: float) -> float:
    """Return the peak signal-to-noise ratio in dB of a mean squared error of values in 0..255."""
    return 10 * math.log10(255**2 / max(error, 1e-6))


def ssim(picture: Region, target: Region) -> float:
    """Return the structural similarity over the pixels that both have; NaN where they share too few."""
    shared = ~(np.isnan(picture) | np.isnan(target))[:, :, 0]
    rows, columns = np.flatnonzero(shared.sum(1)), np.flatnonzero(shared.sum(0))
    if min(len(rows), len(columns)) < _SMALLEST:
        return math.nan
    parts = [one[np.ix_(rows, columns)] for one in (picture, target)]
    first, second = (torch.from_numpy(part.astype(np.float32).transpose(2, 0, 1)[None]) for part in parts)
    found = structural_similarity_index_measure(first, second, data_range=255.0)
    return float(found[0] if isinstance(found, tuple) else found)
