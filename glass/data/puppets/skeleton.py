"""A skeleton of pictures: bones turned about their joints (forward kinematics), drawn back to front."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ROOT = "root"
"""The parent of a build's first bones: a point on the ground below its middle."""


@dataclass(frozen=True)
class Turn:
    """How a bone, or the whole about the root, is moved from rest."""

    angle: float = 0.0
    """Degrees, clockwise."""
    x: float = 0.0
    """Moved by, in canvas pixels, right."""
    y: float = 0.0
    """Moved by, in canvas pixels, down."""
    wide: float = 1.0
    """Scaled across."""
    high: float = 1.0
    """Scaled along."""


REST = Turn()
Pose = Mapping[str, Turn]


@dataclass(frozen=True)
class Bone:
    """A picture that hangs at a joint."""

    name: str
    """Unique within its skeleton."""
    picture: Image.Image
    """RGBA, in canvas pixels."""
    joint: tuple[float, float]
    """(x, y): the point of the picture that is its joint, as shares of its width and height."""
    at: tuple[float, float]
    """(x, y): where the joint lies: shares of the parent's picture, or canvas pixels from the root."""
    parent: str = ROOT
    """The bone it hangs at; it comes earlier in the skeleton."""
    angle: float = 0.0
    """Degrees, clockwise, at rest."""
    depth: float = 0.0
    """Larger ones are drawn over smaller ones."""


def _affine(turn: Turn, angle: float) -> NDArray[np.float64]:
    radians = np.radians(turn.angle + angle)
    cosine, sine = np.cos(radians), np.sin(radians)
    return np.array(
        [[cosine * turn.wide, -sine * turn.high, turn.x], [sine * turn.wide, cosine * turn.high, turn.y], [0, 0, 1]]
    )


def _moved(x: float, y: float) -> NDArray[np.float64]:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def place_bones(
    bones: Sequence[Bone], pose: Pose, root: tuple[float, float], scale: float = 1.0
) -> dict[str, NDArray[np.float64]]:
    """Return where bones lie in a pose, by name: (3, 3), from pixels of a bone's picture to those of the canvas.

    Args:
        bones: parents first.
        pose: turns by the bones' names, and the whole by `ROOT`; a bone that it does not name rests.
        root: (x, y) of the root on the canvas.
        scale: enlarges everything about the root.
    """
    whole = _moved(*root) @ np.diag([scale, scale, 1.0]) @ _affine(pose.get(ROOT, REST), 0.0)
    frames: dict[str, NDArray[np.float64]] = {ROOT: whole}
    sizes: dict[str, tuple[int, int]] = {ROOT: (1, 1)}
    for bone in bones:
        width, height = sizes[bone.parent]
        turned = _affine(pose.get(bone.name, REST), bone.angle)
        place = _moved(bone.at[0] * width, bone.at[1] * height)
        pinned = _moved(-bone.joint[0] * bone.picture.width, -bone.joint[1] * bone.picture.height)
        frames[bone.name] = frames[bone.parent] @ place @ turned @ pinned
        sizes[bone.name] = bone.picture.size
    return frames


def draw_bone(bone: Bone, frame: NDArray[np.float64], size: int) -> Image.Image:
    """Draw one bone where it lies, see `place_bones`, on a canvas of `size` pixels: RGBA."""
    inverse = np.linalg.inv(frame)[:2].flatten().tolist()
    return bone.picture.transform((size, size), Image.Transform.AFFINE, inverse, Image.Resampling.BILINEAR)


def draw_skeleton(
    bones: Sequence[Bone], pose: Pose, size: int, root: tuple[float, float], scale: float = 1.0
) -> Image.Image:
    """Draw bones in a pose, back to front; see `place_bones`.

    Args:
        bones: parents first.
        pose: turns by the bones' names, and the whole by `ROOT`.
        size: width and height of the canvas in pixels.
        root: (x, y) of the root on it.
        scale: enlarges everything about the root.

    Returns:
        RGBA of the canvas's size.
    """
    frames = place_bones(bones, pose, root, scale)
    canvas = Image.new("RGBA", (size, size))
    for bone in sorted(bones, key=lambda one: one.depth):
        canvas.alpha_composite(draw_bone(bone, frames[bone.name], size))
    return canvas
