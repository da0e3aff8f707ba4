"""The mean of the values that are known (NaN-mean)."""

import math
from collections.abc import Iterable


def nan_mean(values: Iterable[float]) -> float | None:
    """Return the mean of the values that are not NaN, to four decimals; None without any."""
    known = [value for value in values if not math.isnan(value)]
    return round(math.fsum(known) / len(known), 4) if known else None
