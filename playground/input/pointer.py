"""Mouse dragging: while the button is held, the agent moves towards the pointer."""

_NEAR = 0.5
"""Pixels of the frame within which the agent has arrived."""

Point = tuple[float, float]


class Pointer:
    """The target of the agent while the mouse button is held in the world."""

    def __init__(self) -> None:
        """Begin with the button released."""
        self._target: Point | None = None

    @property
    def held(self) -> bool:
        """Whether the button is held."""
        return self._target is not None

    def move(self, target: Point) -> None:
        """Point at a place, (x, y) in pixels of the frame."""
        self._target = target

    def release(self) -> None:
        """Release the button."""
        self._target = None

    def shift(self, position: Point) -> Point | None:
        """Return the shift (x, y) in pixels from an agent's position to the pointer; None if it has arrived."""
        if self._target is None:
            return None
        x, y = (to - at for to, at in zip(self._target, position, strict=True))
        return None if max(abs(x), abs(y)) < _NEAR else (x, y)
