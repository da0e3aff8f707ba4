"""Puppets as a source of clips: a puppet walks about before a background that a camera walks over, and acts."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from glass.core.errors import GlassError
from glass.data.core.clip import CELL, CYCLE, NO_ACTION, Clip
from glass.data.core.splits import split_range
from glass.data.puppets.character import KINDS, Puppet
from glass.data.puppets.motion import ACTIONS, GAITS
from glass.data.sprites.camera import VIEW_SIZE
from glass.data.sprites.scenery import Scenery
from glass.data.sprites.world import STAND, WorldConfig, walk_agent, walk_camera

LICENCE = "Apache-2.0 (drawn by the project's code)"
"""Licence of the clips."""

COUNT = 4000
"""Puppets that are divided into splits."""

_GAITS = {"right": "go", "left": "go", "up": "go up", "down": "go down"}
_REST = 0.25
"""How often what is done on the spot is resting."""

_puppet = lru_cache(maxsize=512)(Puppet)


class PuppetPerformance:
    """Chooses what a puppet shows, from how it walks: its gait, or an act of 4 to 8 frames; and which way it faces."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Face either way."""
        self._rng = rng
        self.left = bool(rng.random() < 0.5)
        self._action, self._frame, self._remaining = ACTIONS.index("rest"), 0, 0

    def tick(self, direction: str | None) -> tuple[int, int]:
        """Give (index into `ACTIONS`, frame of its cycle) for the tick in which the puppet went `direction`."""
        if direction in ("left", "right"):
            self.left = direction == "left"
        if direction in _GAITS:
            gait = ACTIONS.index(_GAITS[direction])
            self._frame = (self._frame + 1) % CYCLE if self._action == gait else int(self._rng.integers(CYCLE))
            self._action, self._remaining = gait, 0
            return gait, self._frame
        if self._remaining <= 0:
            previous = self._action
            while self._action == previous or self._action < len(GAITS):
                resting = self._rng.random() < _REST
                self._action = ACTIONS.index("rest") if resting else int(self._rng.integers(len(GAITS), len(ACTIONS)))
            self._remaining, self._frame = int(self._rng.integers(5, 9)), -1
        self._remaining -= 1
        self._frame = (self._frame + 1) % CYCLE
        return self._action, self._frame


@dataclass(frozen=True)
class PuppetSource:
    """Clips of puppets, drawn when asked for."""

    seeds: range
    """The puppets that may appear."""
    kinds: tuple[str, ...]
    """Kinds of builds that may appear."""
    scenery: Scenery
    """Before what."""
    world: WorldConfig
    """How puppets and camera move."""
    describe: str
    """One line about what the clips show."""
    weight: float = 1.0
    """How often to draw from the source, relative to others."""
    name: str = "puppets"
    """What to call the source in logs."""
    licence: str = LICENCE
    """Licence and authors of the pictures."""

    @property
    def frame_size(self) -> tuple[int, int]:
        """(W, H) of the frames in pixels."""
        return self.world.frame_size

    @property
    def tick_rate(self) -> float:
        """Frames a second."""
        return self.world.tick_rate

    @property
    def action_names(self) -> tuple[str, ...]:
        """Names of the true actions, as clips number them."""
        return ACTIONS

    def __len__(self) -> int:
        """Count the puppets."""
        return len(self.seeds)

    def draw(self, rng: np.random.Generator, length: int) -> Clip:
        """Give a new clip of `length` frames of any of the puppets."""
        return self.draw_of(rng, length, int(rng.integers(len(self.seeds))))

    def draw_of(self, rng: np.random.Generator, length: int, number: int) -> Clip:
        """Give a new clip of `length` frames of the puppet of this number (from 0)."""
        puppet = _puppet(self.seeds[number], self.kinds)
        background, world = self.scenery.pick(rng), self.world
        width, height = background.frame_size
        empty = bool(world.empty) and rng.random() < world.empty
        frames = np.empty((length, height, width, 3), np.uint8)
        masks = np.zeros((length, height, width), bool)
        actions = np.full(length, NO_ACTION, np.int64)
        positions = np.tile(np.array([width / 2, height / 2]), (length, 1))
        views = np.empty((length, 2))
        agent, camera, performance = walk_agent(rng, world), walk_camera(rng, world), PuppetPerformance(rng)
        for t in range(length):
            agent.tick()
            camera.tick()
            frames[t], views[t] = background.view(camera.x, camera.y), (camera.x, camera.y)
            if empty:
                continue
            actions[t], frame = performance.tick(agent.direction if agent.direction != STAND else None)
            _blend(frames[t], masks[t], puppet.cell(int(actions[t]), frame, performance.left), agent.x, agent.y)
            positions[t] = agent.x + CELL / 2, agent.y + CELL / 2
        return Clip(
            name=f"puppets-{puppet.name}",
            character="" if empty else puppet.name,
            frames=frames,
            masks=masks,
            actions=actions,
            foreground_shifts=np.diff(positions, axis=0),
            background_shifts=-np.diff(views, axis=0) * np.array([width, height]) / VIEW_SIZE + 0.0,
            positions=positions,
            action_names=ACTIONS,
        )


def _blend(
    frame: npt.NDArray[np.uint8], mask: npt.NDArray[np.bool_], cell: npt.NDArray[np.uint8], x: int, y: int
) -> None:
    """Composite a cell with its left at x and its top at y over a frame, and mark its solid half in the mask."""
    left, top = max(-x, 0), max(-y, 0)
    cell = cell[top : frame.shape[0] - y, left : frame.shape[1] - x]
    rows, columns = slice(y + top, y + top + cell.shape[0]), slice(x + left, x + left + cell.shape[1])
    alpha = cell[..., 3:].astype(np.uint16)
    behind = frame[rows, columns].astype(np.uint16)
    frame[rows, columns] = (cell[..., :3] * alpha + behind * (255 - alpha) + 127) // 255
    mask[rows, columns] = cell[..., 3] > 127


def puppet_seeds(split: str) -> range:
    """Give the seeds of a split's puppets.

    Raises:
        GlassError: no such split.
    """
    ranks = split_range(COUNT, split)
    return range(ranks.start, ranks.stop)


def choose_kinds(only: str, without: str) -> tuple[str, ...]:
    """Give the kinds of builds that `only` names (all, if empty) but those of `without`; names are joined by `+`.

    Raises:
        GlassError: a name that no kind has, or no kind left.
    """
    wanted, unwanted = only.split("+") if only else list(KINDS), without.split("+") if without else []
    for word in (*wanted, *unwanted):
        if word not in KINDS:
            raise GlassError(f"puppets: no kind '{word}'; kinds are {', '.join(KINDS)}")
    kept = tuple(kind for kind in KINDS if kind in wanted and kind not in unwanted)
    if not kept:
        raise GlassError("puppets: no kind is left; name fewer in without")
    return kept
