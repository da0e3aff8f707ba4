"""Means of what could be measured."""

import math
from collections.abc import Iterable


def mean(values: Iterable[float]) -> float | None:
    """Return the mean of the values that are numbers, to four decimals; None without any."""
    known = [value for value in values if not math.isnan(value)]
    return round(math.fsum(known) / len(known), 4) if known else None
