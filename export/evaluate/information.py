"""How much local actions and true actions say about each other."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SHUFFLES = 20
"""Shuffles behind the figure of chance."""


def normalised_information(first: Sequence[int], second: Sequence[int]) -> float:
    """Return the mutual information of two labellings (numbers from 0) by the mean of their entropies, 0..1."""
    table = np.zeros((max(first) + 1, max(second) + 1))
    np.add.at(table, (np.asarray(first), np.asarray(second)), 1)
    joint = table / table.sum()
    entropies = [_entropy(joint.sum(1)), _entropy(joint.sum(0))]
    if not any(entropies):
        return 0.0
    return 2 * (sum(entropies) - _entropy(joint.ravel())) / sum(entropies)


def chance_information(first: Sequence[int], second: Sequence[int]) -> float:
    """Return what `normalised_information` is on average when the first labelling is shuffled; high for few labels."""
    rng = np.random.default_rng(0)
    shuffled = (rng.permutation(np.asarray(first)).tolist() for _ in range(SHUFFLES))
    return float(np.mean([normalised_information(one, second) for one in shuffled]))


def _entropy(shares: NDArray[np.float64]) -> float:
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())
