"""Directions of travel and edges of the frame; x runs right, y down."""

from collections.abc import Mapping

DIRECTIONS: Mapping[str, tuple[int, int]] = {
    "right": (1, 0),
    "left": (-1, 0),
    "up": (0, -1),
    "down": (0, 1),
    "stay": (0, 0),
}
"""Unit step (x, y) of each direction, in the order of a bundle's tables."""
EDGES: Mapping[str, tuple[int, int]] = {"left": (1, 0), "right": (-1, 0), "top": (0, 1), "bottom": (0, -1)}
"""Unit step (x, y) from each edge into the frame: which way an agent reaches that enters there."""
EDGE_TURNS: Mapping[str, int] = {"top": 0, "left": 1, "bottom": 2, "right": 3}
"""Quarter turns, counterclockwise, that bring the top edge to each edge."""


def direction_of(shift: tuple[float, float], least: float = 0.0) -> str:
    """Name the direction of a shift (x, y): that of its longer axis; `stay` if that is zero or shorter than `least`."""
    x, y = shift
    length = max(abs(x), abs(y))
    if length == 0 or length < least:
        return "stay"
    if abs(x) >= abs(y):
        return "right" if x > 0 else "left"
    return "down" if y > 0 else "up"
