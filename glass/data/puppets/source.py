"""Puppets as a source of clips: a puppet walks about before a background that a camera walks over, and acts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count

import numpy as np
import numpy.typing as npt

from glass.core.errors import GlassError
from glass.core.limbs import ACTIONS, GAITS
from glass.data.core.clip import CYCLE, FRONT, Clip
from glass.data.core.splits import split_range
from glass.data.puppets.character import KINDS, Puppet
from glass.data.puppets.limbs import Limbs
from glass.data.sprites.scenery import Scenery
from glass.data.sprites.world import Actor, Cell, Performance, WorldConfig, clipped, film

LICENCE = "Apache-2.0 (drawn by the project's code)"
"""Licence of the clips."""

COUNT = 4000
"""Puppets that are divided into splits."""

_GAITS = {"right": "go", "left": "go", "up": "go up", "down": "go down"}
_RESTING = ACTIONS.index("rest")
_REST = 0.15
"""How often what is done on the spot is resting."""

_puppet = lru_cache(maxsize=512)(Puppet)


class PuppetPerformance:
    """Chooses what a puppet shows, from how it walks: its gait, or an act of 5 to 8 frames; and which way it faces."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Stand at rest for a tick or two, facing either way: a picture to be played mostly shows an agent so."""
        self._rng = rng
        self.left = bool(rng.random() < 0.5)
        self._action, self._frame, self._remaining = _RESTING, 0, int(rng.integers(1, 3))
        self._begun = False

    def tick(self, direction: str | None) -> tuple[int, int]:
        """Give (index into `ACTIONS`, frame of its cycle) for the tick in which the puppet went `direction`."""
        if direction in ("left", "right"):
            self.left = direction == "left"
        if not self._begun:
            self._begun, direction = True, None
        if direction in _GAITS:
            gait = ACTIONS.index(_GAITS[direction])
            self._frame = (self._frame + 1) % CYCLE if self._action == gait else 0
            self._action, self._remaining = gait, 0
            return gait, self._frame
        if self._remaining <= 0:
            previous = self._action
            while self._action == previous or self._action < len(GAITS):
                resting = self._rng.random() < _REST
                self._action = _RESTING if resting else int(self._rng.integers(len(GAITS), len(ACTIONS)))
            self._remaining, self._frame = int(self._rng.integers(5, 9)), -1
        self._remaining -= 1
        self._frame = (self._frame + 1) % CYCLE
        return self._action, self._frame


@dataclass(frozen=True)
class PuppetSource:
    """Clips of puppets, drawn when asked for."""

    seeds: Sequence[int]
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
    tells_faces: bool = False
    """Whether the side is given away that a puppet faces."""
    tells_outlines: bool = False
    """Whether the drawn masks are given away."""
    tells_limbs: bool = False
    """Whether limbs are given away, and how they move."""
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

    def portraits(self, rng: np.random.Generator, count: int) -> list[tuple[str, npt.NDArray[np.uint8]]]:
        """Draw up to `count` puppets at rest, cut out, each with its name; see `Puppet.portrait`."""
        few = len(self.seeds) <= count
        seeds = self.seeds if few else rng.choice(np.array(self.seeds), count, replace=False).tolist()
        puppets = [_puppet(seed, self.kinds) for seed in seeds]
        return [(puppet.called, puppet.portrait()) for puppet in puppets]

    def limbed(self, count: int) -> Iterator[tuple[npt.NDArray[np.uint8], Limbs]]:
        """Draw `count` puppets of no split at rest, (64, 64, 4) as `Puppet.cell` gives them, each with its limbs.

        Two of three stand in a stance of their own.
        """
        for seed in range(COUNT, COUNT + count):
            puppet = Puppet(seed, self.kinds, stance=seed % 3 > 0)
            yield puppet.cell(_RESTING, 0), puppet.limbs()

    def draw_of(self, rng: np.random.Generator, length: int, number: int) -> Clip:
        """Give a new clip of `length` frames of the puppet of this number (from 0)."""
        puppet = _puppet(self.seeds[number], self.kinds)
        background = self.scenery.pick(rng)
        faces = np.full(length, FRONT)

        def begin(rng: np.random.Generator) -> Performance:
            performance, ticks = PuppetPerformance(rng), count()

            def perform(direction: str | None) -> tuple[int, Cell]:
                action, frame = performance.tick(direction)
                if puppet.mirrored:
                    faces[next(ticks)] = -1 if performance.left else 1
                return action, puppet.cell(action, frame, performance.left)

            return perform

        actor = Actor(puppet.name, ACTIONS, begin, _blend)
        clip = film(rng, actor, background, length, self.world, f"puppets-{puppet.name}")
        clip = replace(clip, faces=faces) if self.tells_faces else clip
        return clip.outlined() if self.tells_outlines else clip


def _blend(frame: npt.NDArray[np.uint8], mask: npt.NDArray[np.bool_], cell: Cell, x: int, y: int) -> None:
    """Composite a cell with its left at x and its top at y over a frame, and mark its solid half in the mask."""
    cell, place = clipped(cell, frame.shape, x, y)
    alpha = cell[..., 3:].astype(np.uint16)
    behind = frame[place].astype(np.uint16)
    frame[place] = (cell[..., :3] * alpha + behind * (255 - alpha) + 127) // 255
    mask[place] = cell[..., 3] > 127


def puppet_seeds(split: str) -> range:
    """Give the seeds of a split's puppets.

    Raises:
        GlassError: no such split.
    """
    ranks = split_range(COUNT, split)
    return range(ranks.start, ranks.stop)


def parse_seeds(text: str) -> tuple[int, ...]:
    """Read seeds of puppets joined by `+`.

    Raises:
        GlassError: something that is no seed.
    """
    words = text.split("+")
    if not all(word.isdecimal() for word in words):
        raise GlassError(f"puppets: seeds={text}: give whole numbers joined by +, such as seeds=12+7")
    return tuple(int(word) for word in words)


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
