"""The W-Sprites world: a character walks and acts before a background that a camera walks over.

One `numpy` generator decides everything, so the same seed gives the same bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from glass.core.directions import DIRECTIONS
from glass.core.errors import GlassError
from glass.data.core.clip import ACTIONS, CELL, CYCLE, NO_ACTION, Character, Clip
from glass.data.sprites.camera import BACKGROUND_SIZE, VIEW_SIZE, Background

STAND = "stand"
_WALKS = {
    "right": ACTIONS.index("walk right"),
    "left": ACTIONS.index("walk left"),
    "down": ACTIONS.index("walk front"),
    "up": ACTIONS.index("walk front"),
}
_FIRST_STANDING_ACTION = ACTIONS.index("spellcast front")


@dataclass(frozen=True)
class WorldConfig:
    """How agents and backgrounds move."""

    frame_size: tuple[int, int] = (128, 96)
    """(W, H) of the frames in pixels."""
    step: int = 7
    """Pixels of the frame an agent walks in a tick."""
    inertia: float = 0.9
    """Probability that a walking agent keeps its direction for another tick."""
    stand_inertia: float = 0.9
    """Probability that a standing agent stands for another tick."""
    view_step: int = 2
    """Pixels of the background (not of the frame) that the view moves in a tick."""
    view_inertia: float = 0.95
    """Probability that a moving view keeps its direction for another tick."""
    empty: float = 0.0
    """Probability that a clip has no agent."""
    edge: float = 0.0
    """Probability that in a clip the agent may leave the frame, by up to half its cell."""
    tick_rate: float = 10.0
    """Frames a second at which the clips are meant to be watched."""

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            GlassError: a value out of its range, named.
        """
        if min(self.frame_size) <= CELL:
            raise GlassError(f"frame_size {self.frame_size}: both sides must exceed the agent's cell of {CELL} pixels")
        for name in ("inertia", "stand_inertia", "view_inertia", "empty", "edge"):
            if not 0 <= getattr(self, name) <= 1:
                raise GlassError(f"{name}={getattr(self, name)}: must be a probability, from 0 to 1")
        for name in ("step", "view_step", "tick_rate"):
            if not getattr(self, name) > 0:
                raise GlassError(f"{name}={getattr(self, name)}: must be above 0")


class Walk:
    """A random walk on a grid that mostly keeps its direction and is stopped by the grid's edges."""

    def __init__(
        self, rng: np.random.Generator, xs: range, ys: range, step: int, inertia: float, stand_inertia: float = 0.9
    ) -> None:
        """Start anywhere on the grid, before the first tick."""
        self._rng = rng
        self._xs = xs
        self._ys = ys
        self._step = step
        self._inertia, self._stand_inertia = inertia, stand_inertia
        self.x = int(rng.integers(xs.start, xs.stop))
        self.y = int(rng.integers(ys.start, ys.stop))
        self.direction: str | None = None

    def _open(self) -> list[str]:
        """Directions in which there is room, and standing still."""
        room = {
            "right": self.x < self._xs.stop - 1,
            "left": self.x > self._xs.start,
            "down": self.y < self._ys.stop - 1,
            "up": self.y > self._ys.start,
        }
        return [STAND, *(direction for direction, is_open in room.items() if is_open)]

    def _pick(self, options: list[str]) -> str:
        return options[self._rng.integers(len(options))]

    def tick(self) -> tuple[int, int]:
        """Move once; return by how much (x, y)."""
        options = self._open()
        if self.direction is None or self.direction not in options:
            self.direction = self._pick(options)
        elif self._rng.random() > (self._stand_inertia if self.direction == STAND else self._inertia):
            self.direction = self._pick([option for option in options if option != self.direction])
        dx, dy = DIRECTIONS.get(self.direction, (0, 0))
        x, y = self.x, self.y
        self.x = min(max(x + dx * self._step, self._xs.start), self._xs.stop - 1)
        self.y = min(max(y + dy * self._step, self._ys.start), self._ys.stop - 1)
        return self.x - x, self.y - y


class ActionSequence:
    """Chooses the action an agent shows, from how it walks.

    Walking shows the walk cycle of its direction (front for up and down). Standing shows spellcasts and slashes of 4 to
    8 frames each, never the same one twice running.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        """Start with every cycle at its first frame."""
        self._rng = rng
        self._phases = [0] * len(ACTIONS)
        self._action = NO_ACTION
        self._remaining = 0

    def tick(self, direction: str | None) -> tuple[int, int]:
        """Give (action, frame of its cycle) for the tick in which the agent went `direction`."""
        if direction in _WALKS:
            self._action = _WALKS[direction]
            self._remaining = 0
        else:
            if self._remaining <= 0:
                self._begin_standing_action()
            self._remaining -= 1
        phase = self._phases[self._action]
        self._phases[self._action] = (phase + 1) % CYCLE
        return self._action, phase

    def _begin_standing_action(self) -> None:
        previous = self._action
        while self._action == previous or self._action < _FIRST_STANDING_ACTION:
            self._action = int(self._rng.integers(_FIRST_STANDING_ACTION, len(ACTIONS)))
        self._remaining = int(self._rng.integers(4, 9))
        self._phases[self._action] = 0


Cell = npt.NDArray[np.uint8]
"""(64, 64, 4): straight RGBA in 0..255."""

Performance = Callable[[str | None], tuple[int, Cell]]
"""Gives an action and the cell that shows it, for the tick in which the agent went in a direction."""


@dataclass(frozen=True)
class Actor:
    """Who is filmed."""

    name: str
    """Name of the character."""
    action_names: tuple[str, ...]
    """Names of what it does, as the performance numbers them."""
    begin: Callable[[np.random.Generator], Performance]
    """Begins its performance, when it has been placed."""
    paste: Callable[[npt.NDArray[np.uint8], npt.NDArray[np.bool_], Cell, int, int], None]
    """Draws a cell with its left at x and its top at y into a frame and its mask."""


def _walk_agent(rng: np.random.Generator, config: WorldConfig) -> Walk:
    """Return the walk of an agent's cell: its left and top, in pixels of the frame."""
    width, height = config.frame_size
    margin = CELL // 2 if config.edge and rng.random() < config.edge else 0
    xs, ys = range(-margin, width - CELL + margin), range(-margin, height - CELL + margin)
    return Walk(rng, xs, ys, config.step, config.inertia, config.stand_inertia)


def _walk_camera(rng: np.random.Generator, config: WorldConfig) -> Walk:
    """Return the walk of the view over the background: its left and top, in pixels of the background."""
    room = range(0, BACKGROUND_SIZE - VIEW_SIZE)
    return Walk(rng, room, room, config.view_step, config.view_inertia)


def _paste(frame: npt.NDArray[np.uint8], mask: npt.NDArray[np.bool_], cell: Cell, x: int, y: int) -> None:
    """Draw the cell's solid pixels with its left at x and its top at y, into frame and mask; parts outside are cut."""
    cell, place = clipped(cell, frame.shape, x, y)
    solid = cell[..., 3] > 127
    frame[place][solid] = cell[..., :3][solid]
    mask[place] = solid


def clipped(cell: Cell, shape: tuple[int, ...], x: int, y: int) -> tuple[Cell, tuple[slice, slice]]:
    """Return what a frame of a shape (H, W, ...) holds of a cell with its left at x and its top at y, and where."""
    left, top = max(-x, 0), max(-y, 0)
    cell = cell[top : shape[0] - y, left : shape[1] - x]
    return cell, (slice(y + top, y + top + cell.shape[0]), slice(x + left, x + left + cell.shape[1]))


def render_clip(
    rng: np.random.Generator,
    character: Character,
    background: Background,
    length: int,
    config: WorldConfig,
    name: str,
) -> Clip:
    """Let the character walk and act for `length` frames and film it; with probability `config.empty` it stays away.

    Raises:
        GlassError: a length below 1.
    """

    def begin(rng: np.random.Generator) -> Performance:
        sequence = ActionSequence(rng)

        def perform(direction: str | None) -> tuple[int, Cell]:
            action, phase = sequence.tick(direction)
            return action, character.cells[action, phase]

        return perform

    return film(rng, Actor(character.name, ACTIONS, begin, _paste), background, length, config, name)


def film(
    rng: np.random.Generator, actor: Actor, background: Background, length: int, config: WorldConfig, name: str
) -> Clip:
    """Film an actor for `length` frames before a background that the camera walks over; see `render_clip`.

    Raises:
        GlassError: a length below 1.
    """
    if length < 1:
        raise GlassError(f"clip of {length} frames asked for: it needs at least 1")
    width, height = background.frame_size
    empty = bool(config.empty) and rng.random() < config.empty
    frames = np.empty((length, height, width, 3), np.uint8)
    masks = np.zeros((length, height, width), bool)
    actions = np.full(length, NO_ACTION, np.int64)
    positions = np.tile(np.array([width / 2, height / 2]), (length, 1))
    view_origins = np.empty((length, 2))
    agent, camera = _walk_agent(rng, config), _walk_camera(rng, config)
    perform = actor.begin(rng)
    for t in range(length):
        agent.tick()
        camera.tick()
        frames[t] = background.view(camera.x, camera.y)
        view_origins[t] = camera.x, camera.y
        if empty:
            continue
        actions[t], cell = perform(agent.direction)
        actor.paste(frames[t], masks[t], cell, agent.x, agent.y)
        positions[t] = agent.x + CELL / 2, agent.y + CELL / 2
    return Clip(
        name=name,
        character="" if empty else actor.name,
        frames=frames,
        masks=masks,
        actions=actions,
        foreground_shifts=np.diff(positions, axis=0),
        background_shifts=-np.diff(view_origins, axis=0) * np.array([width, height]) / VIEW_SIZE + 0.0,
        positions=positions,
        action_names=actor.action_names,
    )
