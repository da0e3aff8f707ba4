"""What is counted on the training clips for the player: speed, which local action goes with which direction, names."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch

from glass.actions import TRAVEL
from glass.data.clip import ACTIONS
from glass.lma import LocalMotionAnalysis
from glass.tracks import Tracks

__all__ = ["DIRECTIONS", "Statistics", "count_statistics"]

DIRECTIONS = ("right", "left", "up", "down", "stay")


@dataclass(frozen=True)
class Statistics:
    """Figures of the training clips."""

    speed: float
    """Median travel in pixels a tick, of ticks that travel."""
    max_shift: tuple[float, float]
    """Largest usual shift (99.5th percentile) along x and y in pixels."""
    labels: tuple[str, ...]
    """A name for each local action: what the clips' makers say was shown, or its number."""
    lengths: tuple[int, ...]
    """Natural length of each local action in ticks: median run while standing."""
    defaults: dict[str, int]
    """For each of `DIRECTIONS` the most likely local action, 1..K."""
    mask_size: tuple[float, float]
    """1st and 99th percentile of the share of the frame the agent covers."""


@torch.no_grad()
def read_local_actions(lma: LocalMotionAnalysis, tracks: Tracks, clips: int) -> np.ndarray:
    """Read the local actions, ``(clips, L-1)`` 1..K, of the first ``clips`` tracks."""
    lma.eval()
    length = tracks.frames.shape[1]
    actions = []
    for part in torch.arange(min(clips, len(tracks))).split(16):
        batch = tracks.crops(part, torch.zeros_like(part), length, lma.config.window)
        now, after = batch.crops[:, :-1].flatten(0, 1), batch.crops[:, 1:].flatten(0, 1)
        actions.append(lma.observe(now, after).unflatten(0, (len(part), length - 1)))
    return torch.cat(actions).numpy()


def _directions(shifts: np.ndarray) -> np.ndarray:
    """Index into `DIRECTIONS` of each shift ``(..., 2)``."""
    x, y = shifts[..., 0], shifts[..., 1]
    sideways = np.where(x > 0, 0, 1)
    upright = np.where(y < 0, 2, 3)
    moving = np.maximum(abs(x), abs(y)) >= TRAVEL
    return np.where(moving, np.where(abs(x) >= abs(y), sideways, upright), 4)


def _most_common(values: np.ndarray, fallback: int) -> int:
    return int(np.bincount(values).argmax()) if len(values) else fallback


def _labels(read: np.ndarray, true: np.ndarray, count: int) -> tuple[str, ...]:
    """Name each local action by what is shown most often after it; a second one of the same name gets a number."""
    labels: list[str] = []
    for action in range(1, count + 1):
        shown = true[(read == action) & (true >= 0)]
        name = ACTIONS[_most_common(shown, 0)] if len(shown) else f"action {action}"
        same = sum(label == name or label.startswith(f"{name} ") for label in labels)
        labels.append(f"{name} {same + 1}" if same else name)
    return tuple(labels)


def _length(read: np.ndarray, standing: np.ndarray, action: int) -> int:
    """Median run of ``action`` while standing, in ticks; runs cut off by a clip's end do not count."""
    runs = []
    for row, still in zip(read, standing, strict=True):
        pieces = [(key, len(list(group))) for key, group in groupby(np.where(still, row, 0))]
        runs += [length for key, length in pieces[1:-1] if key == action]
    return max(1, round(float(np.median(runs)))) if runs else 4


def count_statistics(lma: LocalMotionAnalysis, tracks: Tracks, clips: int = 300) -> Statistics:
    """Count on the first ``clips`` tracks."""
    read = read_local_actions(lma, tracks, clips)
    shifts = tracks.shifts[: len(read)].numpy()
    directions = _directions(shifts)
    travel = abs(shifts).max(-1)
    moving = travel[travel >= TRAVEL]
    standing = directions == DIRECTIONS.index("stay")
    count = lma.config.local_actions
    overall = _most_common(read.ravel(), 1)
    sizes = (tracks.masks[: len(read)] > 127).float().mean((2, 3)).numpy()
    low, high = np.percentile(sizes, [1, 99])
    farthest = np.percentile(abs(shifts).reshape(-1, 2), 99.5, axis=0)
    return Statistics(
        speed=round(float(np.median(moving)), 2) if len(moving) else 1.0,
        max_shift=(round(float(farthest[0]), 2), round(float(farthest[1]), 2)),
        labels=_labels(read, tracks.actions[: len(read), 1:].numpy(), count),
        lengths=tuple(_length(read, standing, action) for action in range(1, count + 1)),
        defaults={name: _most_common(read[directions == i], overall) for i, name in enumerate(DIRECTIONS)},
        mask_size=(round(float(low), 4), round(float(high), 4)),
    )
