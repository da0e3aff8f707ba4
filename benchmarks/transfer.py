"""Carry actions from clips to pictures of other characters, and say whether they arrive.

`python benchmarks/transfer.py --model NAME --data SPEC`, where SPEC is a source that draws its clips, such as
`folk:split=test`, `wsprites:sheets=DIR,background=FILE,backgrounds=photo,split=test` or `robot:split=test`. Clips of
another size than the model's frame are resized, but for those of characters, whose pictures are compared.
"""

import math
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from benchmarks._harness import JsonPlace, publish
from export.evaluate.sample import check_frame_size
from export.evaluate.shifts import heading_right
from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from glass.data.core.clip import CELL, Clip
from glass.data.sources import ClipSource, WorldSource, open_source
from glass.data.sprites.characters import Cast
from glass.data.stored.fitting import resized
from playground import Engine, Observation
from playground.clips.analysis import Analysis, analyse
from playground.clips.transfer import TransferOptions, transfer
from playground.engine.compositing import cut_window

MOVE = 1.0
"""A shift of at least so many pixels counts as a move."""

app = new_command("Carry actions from clips to other characters, and read them again.")

DRAWS = 50
"""How many drivers are tried, and targets for each, until a driver's path has room in a target's picture."""


@dataclass
class Tally:
    """What has been found so far."""

    codes: list[bool] = field(default_factory=list)
    """Whether the same local action is read from the result as from the driver, of each step."""
    headings: list[bool] = field(default_factory=list)
    """Whether the result moves within 45 degrees of the driver, of each step in which that moves."""
    correlations: list[float] = field(default_factory=list)
    """Correlation of both paths as they are read, of each pair whose driver moves."""
    true_correlations: list[float] = field(default_factory=list)
    """Correlation of the driver's true path and the result's as it is read, of each pair whose driver moves."""
    identities: list[tuple[str, str]] = field(default_factory=list)
    """The target, and whom the true picture nearest to the result shows, of each tick."""


@dataclass(frozen=True)
class Report:
    """What a run measured."""

    model: str
    data: str
    pairs: int
    frames: int
    seed: int
    codes: float
    """Share of steps whose local action is read again from the result."""
    direction: float
    """Share of moves that the result makes within 45 degrees."""
    correlation: float
    """Mean correlation of the agent's path as read from driver and result."""
    true_correlation: float
    """Mean correlation of the driver's true path and the agent's path as read from the result."""
    lowest_true_correlation: float
    """That of the worst pair."""
    identity: float | None
    """Share of ticks whose nearest true picture shows the target; None for a source without a cast."""
    characters: int
    """How many characters the nearest picture is sought among; 0 for a source without a cast."""
    mistaken: dict[str, int]
    """In how many ticks which target is taken for whom."""


@dataclass(frozen=True)
class Pair:
    """A driver and a target."""

    driver: Clip
    target: Clip
    start: int
    """The target's frame that is driven."""


def draw_pair(source: ClipSource, rng: np.random.Generator, frames: int, frame_size: tuple[int, int]) -> Pair:
    """Draw a driver and a frame of another character from which the driver's path stays in the frame.

    Clips of another than this frame size, (W, H) in pixels, are resized.

    Raises:
        GlassError: the positions are not known, or no such frame was found.
    """
    draws = (resized(clip, frame_size) for clip in _drawer(source, rng, frames))
    for driver in islice(draws, DRAWS):
        for target in islice(draws, DRAWS):
            start = _start_with_room(driver, target)
            if target.character != driver.character and start is not None:
                return Pair(driver, target, start)
    raise GlassError(f"source {source.name!r}: no picture in {DRAWS} clips has room for a driver's path")


def _start_with_room(driver: Clip, target: Clip) -> int | None:
    """Return the first of a target's frames from which the driver's path comes no nearer to the frame's edges.

    Raises:
        GlassError: the positions of one of them are not known.
    """
    if driver.positions is None or target.positions is None:
        raise GlassError(f"clip {driver.name!r}: its positions are not known; choose a source that draws its clips")
    size = np.array(driver.frame_size)
    room = np.minimum(driver.positions.min(0), size - driver.positions.max(0))
    path = driver.positions - driver.positions[0]
    for start, position in enumerate(target.positions):
        places = position + path
        if (np.minimum(places.min(0), size - places.max(0)) >= np.minimum(room, CELL / 2)).all():
            return start
    return None


def _drawer(source: ClipSource, rng: np.random.Generator, frames: int) -> Iterator[Clip]:
    """Draw clips that show an agent throughout."""
    while True:
        clip = source.draw(rng, frames)
        if clip.masks is None or clip.masks.any((1, 2)).all():
            yield clip


class Gallery:
    """Every true picture of every character of a cast."""

    def __init__(self, cast: Cast) -> None:
        """Draw them: half size, colour multiplied by alpha."""
        rng = np.random.default_rng(0)
        self.names: list[str] = []
        self._pictures: list[NDArray[np.float16]] = []
        for number in range(len(cast)):
            character = cast.character(number, rng)
            cells = character.cells.reshape(-1, CELL, CELL, 4)
            solid = cells * (cells[..., 3:] > 127)
            self.names.append(character.name)
            self._pictures.append(_half(solid.astype(np.float32) / np.float32(255)).astype(np.float16))

    def nearest(self, cells: NDArray[np.float32]) -> list[str]:
        """Name the characters of the pictures nearest to cells (N, CELL, CELL, 4), premultiplied RGBA in 0..1."""
        wanted = _half(cells)
        widened = (pictures.astype(np.float32) for pictures in self._pictures)
        distances = [((known**2).sum(1) - 2 * wanted @ known.T).min(1) for known in widened]
        return [self.names[index] for index in np.argmin(distances, 0)]


def _half(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return cells (N, CELL, CELL, 4) at half size, each as one row."""
    halves: NDArray[np.float32] = cells.reshape(len(cells), CELL // 2, 2, CELL // 2, 2, 4).mean((2, 4))
    return halves.reshape(len(cells), -1)


def cells_of(observations: Sequence[Observation], offset: NDArray[np.float64]) -> NDArray[np.float32]:
    """Cut what is seen of an agent, (N, CELL, CELL, 4) premultiplied RGBA; `offset` leads from the window's centre."""
    cells = []
    for one in observations:
        layer = np.concatenate([one.frame / np.float32(255), np.ones((*one.mask.shape, 1), np.float32)], 2)
        layer *= one.mask[..., None]
        x, y = np.array(one.position) + offset
        cells.append(cut_window(layer.astype(np.float32), (float(x), float(y)), CELL))
    return np.stack(cells)


def tally_pair(engine: Engine, pair: Pair, gallery: Gallery | None, tally: Tally) -> None:
    """Transfer a driver's actions, read the result, and compare."""
    driven = analyse(engine, pair.driver.frames)
    start = engine.reset(pair.target.frames[pair.start])
    seen = [one.observation for one in transfer(engine.world, pair.driver.frames, TransferOptions(), pair.driver.name)]
    result = analyse(engine, np.stack([one.frame for one in seen]))
    tally.codes += [
        one.local_action == other.local_action for one, other in zip(driven.steps, result.steps, strict=True)
    ]
    asked, done = _shifts(driven), _shifts(result)
    asked_moves = np.where(np.linalg.norm(asked, axis=1, keepdims=True) >= MOVE, asked, 0)
    tally.headings += heading_right(done, asked_moves).tolist()
    if asked_moves.any():
        tally.correlations.append(path_correlation(asked, done))
    if pair.driver.foreground_shifts is not None and pair.driver.foreground_shifts.any():
        tally.true_correlations.append(path_correlation(pair.driver.foreground_shifts, done))
    if gallery is not None and pair.target.positions is not None:
        offset = pair.target.positions[pair.start] - np.array(start.position)
        names = gallery.nearest(cells_of(seen[1:], offset))
        tally.identities += [(pair.target.character, name) for name in names]


def _shifts(analysis: Analysis) -> NDArray[np.float64]:
    return np.array([step.foreground_shift for step in analysis.steps])


def path_correlation(shifts: NDArray[np.float64], other_shifts: NDArray[np.float64]) -> float:
    """Return the correlation, -1..1, of the positions that two lists of shifts (T, 2) lead to; 0 where one stands."""
    paths = [np.concatenate([np.zeros((1, 2)), s.cumsum(0)]) for s in (shifts, other_shifts)]
    one, other = (path - path.mean(0) for path in paths)
    lengths = math.sqrt(float((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / lengths if lengths else 0.0


@app.command()
def carry(
    model: Annotated[str, typer.Option(help="Name or path of a model.")],
    data: Annotated[str, typer.Option(metavar="SPEC", help="Source of clips, such as folk:split=test.")],
    pairs: Annotated[int, typer.Option(min=1, help="How many pairs of driver and target.")] = 20,
    frames: Annotated[int, typer.Option(min=3, help="Frames of each driver.")] = 24,
    seed: Annotated[int, typer.Option(min=0, help="Decides which clips are drawn.")] = 0,
    json: JsonPlace = None,
) -> None:
    """Carry actions from clips to other characters, and read them again."""
    engine, source, gallery = Engine.load(model), open_source(data), None
    if isinstance(source, WorldSource):
        check_frame_size(source, engine.frame_size)
        gallery = Gallery(source.cast)
    tally = Tally()
    for number in range(pairs):
        pair = draw_pair(source, np.random.default_rng((seed, number)), frames, engine.frame_size)
        tally_pair(engine, pair, gallery, tally)
        print(f"pair {number + 1}: {pair.driver.character} drives {pair.target.character}")
    mistaken = Counter(f"{target} for {name}" for target, name in tally.identities if target != name)
    report = Report(
        model=engine.manifest.name,
        data=data,
        pairs=pairs,
        frames=frames,
        seed=seed,
        codes=_mean(tally.codes),
        direction=_mean(tally.headings),
        correlation=_mean(tally.correlations),
        true_correlation=_mean(tally.true_correlations),
        lowest_true_correlation=round(min(tally.true_correlations, default=math.nan), 4),
        identity=_mean([target == name for target, name in tally.identities]) if gallery else None,
        characters=len(gallery.names) if gallery else 0,
        mistaken=dict(mistaken.most_common()),
    )
    publish(report, json, show)


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4) if values else math.nan


def show(report: Report) -> None:
    """Print a report as a table."""
    print(f"model {report.model}, {report.pairs} pairs of {report.frames} frames, seed {report.seed}")
    print(f"{'local actions read again':<38}{report.codes:.3f}")
    print(f"{'direction of moves kept':<38}{report.direction:.3f}")
    print(f"{'correlation of both paths':<38}{report.correlation:.3f}")
    worst = f" (worst pair {report.lowest_true_correlation:.3f})"
    print(f"{'correlation with the true path':<38}{report.true_correlation:.3f}{worst}")
    if report.identity is not None:
        print(f"{f'nearest of {report.characters} is the target':<38}{report.identity:.3f}")
        for pair, ticks in report.mistaken.items():
            print(f"    {pair} in {ticks} ticks")


main = partial(run_command, app, "transfer.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
