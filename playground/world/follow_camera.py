"""A follow camera: scrolls the world when agents come near the edge of the frame, so that they stay in view."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor

from playground.core.action import Action

_LARGEST_MARGIN = 0.4
"""Most of the frame's width or height that the margin takes on either side."""


def follow(
    actions: Sequence[Action], positions: Sequence[tuple[float, float]], frame_size: tuple[int, int], window: int
) -> tuple[Action, ...]:
    """Return the players' actions with a scroll that keeps agents in view.

    No agent comes nearer to the edge by itself than half its window, where it was not nearer before; players who walk
    apart, so that the frame is too small for all, are left to do so. The scroll is in whole pixels, so that the
    background is never blurred. Positions, frame size (width, height) and the agents' window are in pixels.
    """
    x, y = (
        _scroll(
            [(place[axis], action.travel[axis]) for place, action in zip(positions, actions, strict=True)],
            length,
            window,
        )
        for axis, length in enumerate(frame_size)
    )
    return (replace(actions[0], scroll=(x, y)), *(replace(action, scroll=(0.0, 0.0)) for action in actions[1:]))


def _scroll(moves: Sequence[tuple[float, float]], length: int, window: int) -> float:
    """Return the scroll along one axis for (position, shift) of each player."""
    margin = min(window / 2, _LARGEST_MARGIN * length)
    least = max(min(margin, place) - (place + shift) for place, shift in moves)
    most = min(max(length - margin, place) - (place + shift) for place, shift in moves)
    if least > most:
        return 0.0
    return float(max(0, ceil(least)) + min(0, floor(most)))
