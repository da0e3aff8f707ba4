"""Errors of shifts: length in pixels, and the share of moves whose direction is right."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from export.evaluate.means import nan_mean

SHORTEST_MOVE = 0.05
"""Pixels a step below which a true shift is no move: simulated motors are never quite at rest."""


@dataclass(frozen=True)
class ShiftFigures:
    """Means over steps; None where there was nothing to measure."""

    error: float | None
    """Length of the error in pixels, over all steps."""
    direction: float | None
    """Share of the true moves of which the shift is within 45 degrees (section 4 of the paper); others are left out."""


@dataclass
class ShiftAccumulator:
    """The shifts of one layer, compared step by step."""

    errors: list[float] = field(default_factory=list)
    """Length of the error in pixels, of each step."""
    headings: list[bool] = field(default_factory=list)
    """Whether the shift is within 45 degrees of the true one, of each true move."""

    def add(self, shifts: Sequence[tuple[float, float]], true_shifts: NDArray[np.float64]) -> None:
        """Compare the shifts of a clip's N steps with the true ones, (N, 2)."""
        found = np.array(shifts).reshape(-1, 2)
        self.errors += np.linalg.norm(found - true_shifts, axis=1).tolist()
        self.headings += heading_right(found, true_shifts).tolist()

    def figures(self) -> ShiftFigures:
        """Sum up."""
        return ShiftFigures(nan_mean(self.errors), nan_mean(self.headings))


def heading_right(shifts: NDArray[np.float64], true_shifts: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of each true move whether the shift (x, y) is within 45 degrees of it; shorter ones are left out."""
    moves = np.linalg.norm(true_shifts, axis=1) > SHORTEST_MOVE
    shifts, true_shifts = shifts[moves], true_shifts[moves]
    along = (shifts * true_shifts).sum(1)
    lengths = np.linalg.norm(shifts, axis=1) * np.linalg.norm(true_shifts, axis=1)
    right: NDArray[np.bool_] = along > np.cos(np.pi / 4) * lengths
    return right
