"""`Clip`, frames of an agent with ground truth, and `Character`, its animation frames."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from glass.core.errors import GlassError

ACTIONS = tuple(f"{action} {view}" for action in ("walk", "spellcast", "slash") for view in ("front", "left", "right"))
"""What a character can be seen doing, such as "walk front"; its first axis indexes this tuple."""

NO_ACTION = -1
"""The entry of a clip's `actions` for a frame without an agent."""

CELL = 64
"""Side of a character's square cell, in pixels."""

CYCLE = 8
"""Frames in each animation cycle."""

FRONT = 2.0
"""Side of an agent that is seen from the front, or from behind, and never turns; 1 is right and -1 left."""


@dataclass(frozen=True)
class Character:
    """One character: every action's animation cycle."""

    name: str
    """What tells this character from others of its source."""
    cells: npt.NDArray[np.uint8]
    """(9, 8, 64, 64, 4): straight RGBA in 0..255 by action (order of `ACTIONS`) and frame of the cycle."""

    def __post_init__(self) -> None:
        """Check the shape of the cells.

        Raises:
            GlassError: cells of another shape or type.
        """
        expected = (len(ACTIONS), CYCLE, CELL, CELL, 4)
        if self.cells.shape != expected or self.cells.dtype != np.uint8:
            raise GlassError(
                f"character {self.name}: cells are {self.cells.dtype} {self.cells.shape}, expected uint8 {expected}"
            )


@dataclass(frozen=True)
class Clip:
    """Frames of one agent before a moving background, and what is known of them.

    The truth is None where nobody knows it, as for imported videos.
    """

    name: str
    """Name of the clip in its data set or source."""
    character: str
    """Name of the character shown; empty where unknown or where the clip has no agent."""
    frames: npt.NDArray[np.uint8]
    """(T, H, W, 3): RGB in 0..255."""
    masks: npt.NDArray[np.bool_] | None = None
    """(T, H, W): where the agent is visible."""
    actions: npt.NDArray[np.int64] | None = None
    """(T,): index into `action_names` of the action each frame shows, -1 without an agent."""
    foreground_shifts: npt.NDArray[np.float64] | None = None
    """(T-1, 2): how the agent's cell moved from frame t to t+1, in pixels of the frame, x right, y down."""
    background_shifts: npt.NDArray[np.float64] | None = None
    """(T-1, 2): how the background's content moved from frame t to t+1, in pixels of the frame."""
    positions: npt.NDArray[np.float64] | None = None
    """(T, 2): the agent's place in the frame: the centre of a character's 64x64 cell (left + 32, top + 32), the tip of
    a robot's gripper, the middle of a tennis player; the frame's centre without an agent."""
    outlines: npt.NDArray[np.uint8] | None = None
    """(T, H, W): what a look at the clip believes, or `outlined` gave away, as `glass.labels.trimap` labels it. Unlike
    the truth it is learned from; None where nobody looked."""
    faces: npt.NDArray[np.float64] | None = None
    """(T,): which side the agent faces, 1 right and -1 left, or `FRONT`, where that is given away;
    like `outlines` it is learned from."""
    action_names: tuple[str, ...] = ACTIONS
    """Names of the actions."""
    measures: Mapping[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    """By name, (T,): what else is known of each frame, a number a frame."""

    def __post_init__(self) -> None:
        """Check that frames and truth belong together.

        Raises:
            GlassError: an array whose shape does not fit the frames.
        """
        if self.frames.ndim != 4 or self.frames.shape[3] != 3 or not len(self.frames):
            raise GlassError(f"clip {self.name}: frames have shape {self.frames.shape}, expected (T, H, W, 3)")
        length, height, width = self.frames.shape[:3]
        expected = {
            "masks": (length, height, width),
            "outlines": (length, height, width),
            "actions": (length,),
            "foreground_shifts": (length - 1, 2),
            "background_shifts": (length - 1, 2),
            "positions": (length, 2),
            "faces": (length,),
        }
        for key, shape in expected.items():
            value = getattr(self, key)
            if value is not None and value.shape != shape:
                raise GlassError(f"clip {self.name}: {key} have shape {value.shape}, expected {shape}")
        for key, value in self.measures.items():
            if value.shape != (length,):
                raise GlassError(f"clip {self.name}: {key} has shape {value.shape}, expected {(length,)}")

    def __len__(self) -> int:
        """Count the frames."""
        return len(self.frames)

    @property
    def frame_size(self) -> tuple[int, int]:
        """(W, H) in pixels."""
        return self.frames.shape[2], self.frames.shape[1]

    def outlined(self) -> "Clip":
        """Give the same clip, whose true masks may be learned from.

        Raises:
            GlassError: nobody knows its masks.
        """
        if self.masks is None:
            raise GlassError(f"clip {self.name}: has no masks that could be learned from; leave out outlines=true")
        return replace(self, outlines=self.masks.astype(np.uint8))

    def cut(self, start: int, length: int) -> "Clip":
        """Give frames start .. start + length - 1, with their truth, as a clip of their own.

        Raises:
            GlassError: the range does not lie in the clip.
        """
        stop = start + length
        if length < 1 or start < 0 or stop > len(self):
            raise GlassError(f"clip {self.name}: frames {start}..{stop - 1} asked of a clip of {len(self)}")
        return replace(
            self,
            frames=self.frames[start:stop],
            masks=None if self.masks is None else self.masks[start:stop],
            outlines=None if self.outlines is None else self.outlines[start:stop],
            actions=None if self.actions is None else self.actions[start:stop],
            foreground_shifts=None if self.foreground_shifts is None else self.foreground_shifts[start : stop - 1],
            background_shifts=None if self.background_shifts is None else self.background_shifts[start : stop - 1],
            positions=None if self.positions is None else self.positions[start:stop],
            faces=None if self.faces is None else self.faces[start:stop],
            measures={key: value[start:stop] for key, value in self.measures.items()},
        )
