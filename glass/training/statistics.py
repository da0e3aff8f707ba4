"""Statistics of the training clips for the player: speed, names and defaults of local actions, transition counts."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch

from glass.motion.clip_facings import TRAVEL
from glass.networks.action_codes import travel_direction
from glass.networks.local_motion import LocalMotionAnalysis
from glass.stages.tracks import Tracks

QUIET_SHARE = 0.4
"""A local action used less than this share of the average is not taken for doing nothing."""
OFTEN = 0.2
"""Share of a local action's ticks that something has to be shown in to give it its name."""

DIRECTIONS = ("left", "right", "up", "down", "stay")
"""Ways to travel, in the order of `travel_direction`, and standing."""


@dataclass(frozen=True)
class TransitionCounts:
    """How often what agents did was followed by what, counted on neighbouring steps."""

    directions: dict[str, dict[str, int]]
    """For each of `DIRECTIONS`, how often each of them came next."""
    local_actions: dict[str, list[list[int]]]
    """For each of `DIRECTIONS`, steps that went that way: row by the local action before, column by the step's own."""


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
    """Natural length of each local action in ticks: the usual run while standing."""
    defaults: dict[str, int]
    """For each of `DIRECTIONS` the most likely local action, 1..K; where travel has none of its own, for all of them
    that which changes the agent least, and so for standing where pixels are moved."""
    mask_size: tuple[float, float]
    """1st and 99th percentile of the share of the frame the agent covers."""
    transitions: TransitionCounts
    """What followed what."""


@torch.no_grad()
def read_local_actions(lma: LocalMotionAnalysis, tracks: Tracks, clips: int) -> np.ndarray:
    """Read the local actions, ``(clips, L-1)`` 1..K, of the first ``clips`` tracks."""
    lma.eval()
    length = tracks.frames.shape[1]
    actions = []
    for part in torch.arange(min(clips, len(tracks))).split(16):
        batch = tracks.crops(part, torch.zeros_like(part), length, lma.config.window)
        actions.append(lma.read_actions(batch.crops, batch.shifts).local_actions)
    return torch.cat(actions).numpy()


def _quietest(tracks: Tracks, read: np.ndarray, counted: np.ndarray, window: int, count: int) -> int:
    """Return the local action 1..K, of those in use, between whose two crops the agent changes least.

    Only ticks that are ``counted``, bool ``(clips, L-1)``, are looked at.
    """
    change, seen = np.zeros(count), np.bincount(read[counted] - 1, minlength=count)
    for number, actions in enumerate(read):
        batch = tracks.crops(torch.tensor([number]), torch.zeros(1, dtype=torch.long), len(actions) + 1, window)
        both = batch.visible[0, 1:] * batch.visible[0, :-1]
        differences = (batch.crops[0].diff(dim=0).abs() * both).mean((1, 2, 3)).numpy()
        np.add.at(change, actions[counted[number]] - 1, differences[counted[number]])
    used = seen >= QUIET_SHARE * seen.sum() / count
    return int(np.where(used, change / seen.clip(1), np.inf).argmin()) + 1


def _most_common(values: np.ndarray, fallback: int) -> int:
    return int(np.bincount(values).argmax()) if len(values) else fallback


def _labels(read: np.ndarray, true: np.ndarray, names: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Name each local action by which of ``names`` it shows more than others do.

    Of several of a name all but the purest get a number. Some things are shown all the time, walking above all; so
    shares are compared with what is usual.
    """
    usual = np.bincount(true[true >= 0], minlength=len(names))
    found: list[tuple[str, float]] = []
    for action in range(1, count + 1):
        shown = np.bincount(true[(read == action) & (true >= 0)], minlength=len(names))
        often = shown >= OFTEN * max(1, shown.sum())
        more = np.where(often, shown / usual.clip(1), 0)
        best = int(more.argmax())
        found.append((names[best], shown[best] / shown.sum()) if often.any() else (f"action {action}", 0.0))
    labels = []
    for action, (name, share) in enumerate(found):
        before = sum(other == name and (rival, -index) > (share, -action) for index, (other, rival) in enumerate(found))
        labels.append(f"{name} {before + 1}" if before else name)
    return tuple(labels)


def _length(read: np.ndarray, standing: np.ndarray, action: int) -> int:
    """Length in ticks of the run that half of the ticks of ``action`` while standing are in, or a shorter one.

    Runs cut off by a clip's end do not count.
    """
    runs = []
    for row, still in zip(read, standing, strict=True):
        pieces = [(key, len(list(group))) for key, group in groupby(np.where(still, row, 0))]
        runs += [length for key, length in pieces[1:-1] if key == action]
    return max(1, round(float(np.median(np.repeat(runs, runs))))) if runs else 4


def _transitions(read: np.ndarray, directions: np.ndarray, count: int) -> TransitionCounts:
    """Count what follows what in local actions ``(N, T)`` 1..K and directions ``(N, T)``, indices of `DIRECTIONS`."""
    ways = np.zeros((len(DIRECTIONS), len(DIRECTIONS)), np.int64)
    np.add.at(ways, (directions[:, :-1], directions[:, 1:]), 1)
    tables = np.zeros((len(DIRECTIONS), count, count), np.int64)
    np.add.at(tables, (directions[:, 1:], read[:, :-1] - 1, read[:, 1:] - 1), 1)
    return TransitionCounts(
        directions={
            name: dict(zip(DIRECTIONS, row.tolist(), strict=True)) for name, row in zip(DIRECTIONS, ways, strict=True)
        },
        local_actions={name: table.tolist() for name, table in zip(DIRECTIONS, tables, strict=True)},
    )


def count_statistics(lma: LocalMotionAnalysis, tracks: Tracks, clips: int = 300) -> Statistics:
    """Count on the first ``clips`` tracks."""
    read = read_local_actions(lma, tracks, clips)
    shifts = tracks.shifts[: len(read)].numpy()
    directions = travel_direction(tracks.shifts[: len(read)]).numpy() % len(DIRECTIONS)
    travel = abs(shifts).max(-1)
    moving = travel[travel >= TRAVEL]
    standing = directions == DIRECTIONS.index("stay")
    count = lma.config.local_actions
    overall = _most_common(read.ravel(), 1)
    defaults = {name: _most_common(read[directions == i], overall) for i, name in enumerate(DIRECTIONS)}
    if not lma.config.locomotion_codes:
        everywhere = np.ones_like(standing)
        defaults = dict.fromkeys(DIRECTIONS, _quietest(tracks, read, everywhere, lma.config.window, count))
    elif lma.config.renderer == "move" and standing.any():
        # Whoever stands is mostly seen to act: resting is not the most common of it.
        defaults["stay"] = _quietest(tracks, read, standing, lma.config.window, count)
    sizes = (tracks.masks[: len(read)] > 127).float().mean((2, 3)).numpy()
    low, high = np.percentile(sizes, [1, 99])
    farthest = np.percentile(abs(shifts).reshape(-1, 2), 99.5, axis=0)
    return Statistics(
        speed=round(float(np.median(moving)), 2) if len(moving) else 1.0,
        max_shift=(round(float(farthest[0]), 2), round(float(farthest[1]), 2)),
        labels=_labels(read, tracks.actions[: len(read), 1:].numpy(), tracks.action_names, count),
        lengths=tuple(_length(read, standing, action) for action in range(1, count + 1)),
        defaults=defaults,
        mask_size=(round(float(low), 4), round(float(high), 4)),
        transitions=_transitions(read, directions, count),
    )
