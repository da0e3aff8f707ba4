"""Sources of clips, opened by a one-line specification: worlds drawn on the fly, the robot, tennis, clips on disk."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from glass.core.errors import GlassError
from glass.data.core.clip import ACTIONS, Character, Clip
from glass.data.core.specification import Specification
from glass.data.puppets.source import PuppetSource, choose_kinds, parse_seeds, puppet_seeds
from glass.data.robot.source import RobotSource, open_robot
from glass.data.sprites.backgrounds import PHOTO
from glass.data.sprites.characters import Cast, folk_cast, sheet_cast
from glass.data.sprites.scenery import GeneratedScenery, MixedScenery, PhotoScenery, Scenery
from glass.data.sprites.sheets import SheetLibrary
from glass.data.sprites.world import WorldConfig, render_clip
from glass.data.stored.bair import BairSource, holds_records, open_bair, open_records
from glass.data.stored.folder_source import FolderSource, open_folder
from glass.data.tennis.source import TennisSource, open_tennis

SHEET_LICENCE = "CC-BY-SA 3.0 / GPL 3.0 (Liberated Pixel Cup artists; see the authors' file beside the sheets)"
"""Licence of the art in the sheets that `wsprites` and `lpc` read."""

FOLK_LICENCE = "Apache-2.0 (drawn by the project's code)"
"""Licence of folk."""


class ClipSource(Protocol):
    """Anything clips can be drawn from."""

    @property
    def name(self) -> str:
        """What to call the source in logs."""

    @property
    def weight(self) -> float:
        """How often to draw from it, relative to other sources."""

    @property
    def frame_size(self) -> tuple[int, int]:
        """(W, H) of the frames in pixels."""

    @property
    def tick_rate(self) -> float:
        """Frames a second."""

    @property
    def licence(self) -> str:
        """Licence and authors of the pictures."""

    @property
    def describe(self) -> str:
        """One line about what the clips show."""

    def draw(self, rng: np.random.Generator, length: int) -> Clip:
        """Give a clip of `length` frames; the same state of `rng` gives the same clip.

        Raises:
            GlassError: the source has no clip of this length.
        """


@dataclass(frozen=True)
class WorldSource:
    """Clips of a cast before a scenery, moving as a world does, drawn when asked for."""

    name: str
    """What to call the source in logs."""
    cast: Cast
    """Who may appear."""
    scenery: Scenery
    """Before what."""
    world: WorldConfig
    """How both move."""
    licence: str
    """Licence and authors of the pictures."""
    describe: str
    """One line about what the clips show."""
    weight: float = 1.0
    """How often to draw from the source, relative to others."""

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

    def draw(self, rng: np.random.Generator, length: int) -> Clip:
        """Give a new clip of `length` frames of any of the characters."""
        return self.draw_of(rng, length, int(rng.integers(len(self.cast))))

    def character_of(self, rng: np.random.Generator) -> Character:
        """Give the character that `draw` would show with `rng` in the same state."""
        return self.cast.character(int(rng.integers(len(self.cast))), rng)

    def draw_of(self, rng: np.random.Generator, length: int, number: int) -> Clip:
        """Give a new clip of `length` frames of the cast's character of this number (from 0)."""
        character = self.cast.character(number, rng)
        background = self.scenery.pick(rng)
        return render_clip(rng, character, background, length, self.world, f"{self.name}-{character.name}")


GeneratedSource = WorldSource | PuppetSource | RobotSource | TennisSource
"""Sources that make their clips."""


def open_source(spec: str) -> ClipSource:
    """Open what a specification names: a folder of clips, or `kind:key=value,key=value`.

    `folk:split=train`, `wsprites:sheets=DIR,background=FILE` and `lpc:sheets=DIR` draw worlds. All of them know `split`
    (train, validation or test), `background` (a picture), `backgrounds` (photo, generated, packaged for photos of
    installed packages, several joined by +, or mixed for photo+generated), `empty` and `edge` (probabilities, see
    `WorldConfig`), `weight` and `characters` (only the first so many); those with sheets know `recolour` (a
    probability), and `only` and `without` (names of sheets joined by +, as in without=long+darkelf; see `sheet_cast`).
    `puppets:` draws articulated agents of random build; `only` and `without` name its kinds, as in without=fish+ship.
    `robot:` simulates an arm; it knows `split`, `size` (of the frame's sides), `hover`, `bair` (shares) and `weight`.
    `tennis:` draws broadcasts; it knows `split`, `size` (as 192x72), `rate` (frames a second), `weight` and `outlines`.
    `clips:path=DIR` is a folder of clips, which knows `split`, `weight`, `size` (as 96x96: frames are resized),
    `mirror` (a probability of exchanging left and right) and `outlines` (true: masks are learned from those that lie
    beside the frames). `bair:path=DIR` is one of TFRecord files, which knows
    `split`, `weight` and `camera` (main or aux).

    Raises:
        GlassError: a specification with unknown words, or files that are missing or cannot be read.
    """
    if Path(spec).is_dir():
        return open_records(Path(spec)) if holds_records(Path(spec)) else open_folder(Path(spec))
    options = Specification.parse(spec)
    if options.kind in _READERS:
        return _READERS[options.kind](options)
    if options.kind in _GENERATORS:
        return open_generator(options)
    kinds = ", ".join((*_GENERATORS, *_READERS))
    raise GlassError(f"{spec}: no such folder, and no source of this name; give a folder, or one of {kinds}")


def open_generator(options: Specification) -> GeneratedSource:
    """Open a source that makes its clips.

    Raises:
        GlassError: unknown options or values, or files that are missing or cannot be read.
    """
    return _GENERATORS[options.kind](options)


def _open_clips(options: Specification) -> FolderSource:
    path, split, weight = options.text("path"), options.text("split", "train"), options.number("weight", 1.0)
    size, mirror, outlines = options.size("size"), options.number("mirror", 0.0), options.flag("outlines")
    options.refuse_unused()
    return open_folder(Path(path), split, weight, size, mirror, outlines)


def _open_folk(options: Specification) -> WorldSource:
    split = options.text("split", "train")
    cast = folk_cast(split, options.count("characters"))
    described = f"{len(cast)} folk ({split})"
    return _world_source(options, cast, split, described, FOLK_LICENCE)


def _open_puppets(options: Specification) -> PuppetSource:
    # Puppets stand more than they walk: most of what they can do is done standing.
    split, world = options.text("split", "train"), replace(_world(options), inertia=0.85, stand_inertia=0.95)
    kinds = choose_kinds(options.text("only", ""), options.text("without", ""))
    scenery, weight = _open_scenery(options, split, world.frame_size), options.number("weight", 1.0)
    given, faces, outlines = options.text("seeds", ""), options.flag("faces"), options.flag("outlines")
    limbs = options.flag("limbs")
    options.refuse_unused()
    seeds = parse_seeds(given) if given else puppet_seeds(split)
    described = f"{len(seeds)} puppets ({split}): {', '.join(kinds)}"
    return PuppetSource(seeds, kinds, scenery, world, described, weight, faces, outlines, limbs)


def _open_sheets(options: Specification) -> WorldSource:
    library = SheetLibrary(options.text("sheets"))
    if library.layout != options.kind:
        raise GlassError(f"{library.root}: these sheets have the layout of '{library.layout}', not '{options.kind}'")
    split = options.text("split", "train")
    only, without = (tuple(filter(None, options.text(key, "").split("+"))) for key in ("only", "without"))
    cast = sheet_cast(
        library, split, options.number("recolour", 0.0), options.count("characters"), only=only, without=without
    )
    described = f"{len(cast)} characters of {options.kind} sheets ({split})"
    return _world_source(options, cast, split, described, SHEET_LICENCE)


def _world_source(options: Specification, cast: Cast, split: str, described: str, licence: str) -> WorldSource:
    world = _world(options)
    scenery = _open_scenery(options, split, world.frame_size)
    weight = options.number("weight", 1.0)
    options.refuse_unused()
    return WorldSource(options.kind, cast, scenery, world, licence, described, weight)


def _world(options: Specification) -> WorldConfig:
    return WorldConfig(empty=options.number("empty", 0.0), edge=options.number("edge", 0.0))


def _open_scenery(options: Specification, split: str, frame_size: tuple[int, int]) -> Scenery:
    path = options.text("background", "")
    choice = options.text("backgrounds", "mixed" if path else "generated")
    sceneries: list[Scenery] = []
    for word in (choice if choice != "mixed" else "photo+generated").split("+"):
        if word == "generated":
            sceneries.append(GeneratedScenery(split, frame_size))
        elif word == "packaged":
            sceneries.append(GeneratedScenery(split, frame_size, PHOTO))
        elif word != "photo":
            raise options.error("backgrounds", "must be photo, generated, packaged (some joined by +) or mixed")
        elif not path:
            raise options.error("backgrounds", "needs a picture too; give it as background")
        else:
            sceneries.append(PhotoScenery.load(path, frame_size))
    return sceneries[0] if len(sceneries) == 1 else MixedScenery(sceneries)


_GENERATORS: dict[str, Callable[[Specification], GeneratedSource]] = {
    "folk": _open_folk,
    "wsprites": _open_sheets,
    "lpc": _open_sheets,
    "puppets": _open_puppets,
    "robot": open_robot,
    "tennis": open_tennis,
}

_READERS: dict[str, Callable[[Specification], FolderSource | BairSource]] = {"clips": _open_clips, "bair": open_bair}
