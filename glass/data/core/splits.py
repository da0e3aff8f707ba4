"""Training, validation and test splits of 80, 10 and 10 percent."""

from glass.core.errors import GlassError

SPLITS = ("train", "validation", "test")
"""Names of the splits."""

_PERCENTS = {"train": (0, 80), "validation": (80, 90), "test": (90, 100)}


def split_range(count: int, split: str) -> range:
    """Give the ranks, out of `count` shuffled things, that belong to a split: 80 % train, 10 % validation, 10 % test.

    Raises:
        GlassError: no split of this name.
    """
    if split not in SPLITS:
        raise GlassError(f"split '{split}': must be one of {', '.join(SPLITS)}")
    start, stop = _PERCENTS[split]
    return range(count * start // 100, count * stop // 100)
