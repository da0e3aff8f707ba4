"""The mouse as a hand: dragging in the world, the agent comes to the pointer."""

_NEAR = 0.5
"""Pixels of the frame within which the agent has arrived."""

Point = tuple[float, float]


class Pointer:
    """Where the agent is to come, while the mouse is held down in the world."""

    def __init__(self) -> None:
        """Begin with the mouse let go."""
        self._target: Point | None = None

    @property
    def held(self) -> bool:
        """Whether the mouse is down."""
        return self._target is not None

    def move(self, target: Point) -> None:
        """Point at a place, (x, y) in pixels of the frame."""
        self._target = target

    def release(self) -> None:
        """Let go."""
        self._target = None

    def shift(self, position: Point) -> Point | None:
        """Return the way (x, y) in pixels from an agent's position to the pointer; None when there is none to go."""
        if self._target is None:
            return None
        x, y = (to - at for to, at in zip(self._target, position, strict=True))
        return None if max(abs(x), abs(y)) < _NEAR else (x, y)
