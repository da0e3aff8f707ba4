"""Which side a picture's agent faces, as the player tells it: going the other way it is seen as its mirror image.

A model that moves pixels looks for itself, and is often wrong or not sure of strangers.
"""

from typing import Literal

from glass.core.errors import GlassError

Faces = Literal["left", "right", "front"]
"""A side, or the front: seen from there, it never turns."""

TOLD: dict[Faces | None, float] = {None: 0.0, "right": 1.0, "left": -1.0, "front": 2.0}
"""What start.onnx is told for it; None lets it look."""
_SAID: dict[Faces, str] = {"right": "faces right", "left": "faces left", "front": "seen from the front: never turns"}


def read_faces(text: str | None, option: str = "faces") -> Faces | None:
    """Return the side that a text names; None where there is none. `option` is what errors call it.

    Raises:
        GlassError: it names no side.
    """
    for side in TOLD:
        if text == side:
            return side
    raise GlassError(f"{option} {text!r}: give left, right or front")


def next_faces(faces: Faces | None, seen: int | None) -> Faces:
    """Return what to tell next: the other side than is `seen` (1 right, -1 left), then right, left, front by turns."""
    if faces is None:
        return "left" if seen == 1 else "right"
    order: tuple[Faces, ...] = ("right", "left", "front")
    return order[(order.index(faces) + 1) % len(order)]


def cannot_be_told(model: str) -> str:
    """Return what to say where a model of that name is told a side that it does not ask for."""
    return f"model {model!r} cannot be told which side a picture faces"


def said_of(faces: Faces) -> str:
    """Return what to tell the player of it."""
    return _SAID[faces]
