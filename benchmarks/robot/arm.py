"""Play a robot arm and see what it does, by `benchmarks/robot/arm.py --model robot --data clips:path=DIR,split=test`.

Everything is read from played frames: whether arrows move the gripper their way, whether the local actions that are
named for closing and opening close and open it, and whether a long play stays what it was.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from benchmarks._harness import JsonPlace, publish
from export.evaluate.means import nan_mean
from export.evaluate.shifts import heading_right
from glass.core.console import new_command, run_command
from glass.core.directions import DIRECTIONS
from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.data.sources import open_source
from playground import Action, Engine
from playground.clips.analysis import analyse
from playground.pictures.start import NoAgentError

TRIAL = 12
"""Ticks for which an arrow is held."""

HOLD = 8
"""Ticks for which a local action is held."""

LONG = 200
"""Ticks of a long play."""

TIP = 7 / 96
"""Part of the frame's height, from the mask's lowest pixel up, that shows the fingers."""

OPEN, CLOSED = 0.8, 0.2
"""True openings (0..1) from which on, and up to which, a gripper counts as open or closed."""

WAYS = {name: step for name, step in DIRECTIONS.items() if any(step)}


@dataclass(frozen=True)
class Report:
    """What a run measured."""

    model: str
    starts: int
    refused: int
    """Starts in which the model finds no agent."""
    directions: dict[str, float | None]
    """Share of the trials in which the gripper, read again, went within 45 degrees of the arrow, by arrow."""
    direction: float | None
    """The same over all trials."""
    direction_inside: float | None
    """The same of those trials in which the true tip would stay in the frame."""
    true_width: tuple[float, float]
    """Mean width of the fingers in pixels where the gripper is truly open and closed."""
    closes: float | None
    """Share of the open starts in which, after holding the local action for closing, the fingers are narrower by more
    than half the true difference."""
    opens: float | None
    """The same of closed starts and opening."""
    widths: dict[str, tuple[float, float] | None]
    """Mean width before and after, holding the local action for `close` and for `open`."""
    sharpness_kept: float | None
    """Mean difference of neighbouring pixels in the agent at tick 200, divided by that at tick 12."""
    area_kept: float | None
    """Pixels of the agent in its window at tick 200, divided by those at tick 12; median."""


def measure(engine: Engine, clips: Sequence[Clip]) -> Report:
    """Play from each clip's first frame."""
    trials: dict[str, list[tuple[bool, bool]]] = {way: [] for way in WAYS}
    grips: dict[str, list[tuple[float, float]]] = {"close": [], "open": []}
    kept: list[tuple[float, float]] = []
    wide, narrow = _true_widths(clips)
    refused = 0
    for number, clip in enumerate(clips):
        try:
            engine.reset(clip.frames[0])
        except NoAgentError:
            refused += 1
            continue
        start = engine.snapshot()
        for way in WAYS:
            engine.restore(start)
            trials[way].append(_trial(engine, clip, way))
        opening = float(clip.measures["opening"][0])
        for word, fits in (("close", opening >= OPEN), ("open", opening <= CLOSED)):
            code = code_named(engine, word)
            if fits and code:
                engine.restore(start)
                before = _width(start.observations[0].mask)
                for _ in range(HOLD):
                    seen = engine.step(Action(local_action=code))
                grips[word].append((before, _width(seen.mask)))
        engine.restore(start)
        kept.append(_long_play(engine, np.random.default_rng(number)))
    everything = [trial for found in trials.values() for trial in found]
    half = (wide - narrow) / 2
    return Report(
        model=engine.manifest.name,
        starts=len(clips),
        refused=refused,
        directions={way: nan_mean(right for right, _ in found) for way, found in trials.items()},
        direction=nan_mean(right for right, _ in everything),
        direction_inside=nan_mean(right for right, inside in everything if inside),
        true_width=(round(wide, 2), round(narrow, 2)),
        closes=nan_mean(before - after > half for before, after in grips["close"]),
        opens=nan_mean(after - before > half for before, after in grips["open"]),
        widths={word: tuple(np.mean(found, 0).round(2).tolist()) if found else None for word, found in grips.items()},
        sharpness_kept=nan_mean(sharpness for sharpness, _ in kept),
        area_kept=round(float(np.median([area for _, area in kept])), 3) if kept else None,
    )


def code_named(engine: Engine, word: str) -> int | None:
    """Return the local action (1..K) whose label says `word`: one that says nothing else, if there is one."""
    labels = [action.label.split() for action in engine.manifest.local_actions]
    found = [number for number, label in enumerate(labels, 1) if word in label]
    return min(found, key=lambda number: len(labels[number - 1]), default=None)


def _trial(engine: Engine, clip: Clip, way: str) -> tuple[bool, bool]:
    """Hold an arrow; say whether the gripper went that way, and whether its true tip would have stayed in the frame."""
    shift = np.array(WAYS[way]) * engine.manifest.speed
    frames = [engine.snapshot().observations[0].frame]
    frames += [engine.step(Action((float(shift[0]), float(shift[1])))).frame for _ in range(TRIAL)]
    read = np.sum([step.foreground_shift for step in analyse(engine, np.stack(frames)).steps], axis=0)
    assert clip.positions is not None
    end = clip.positions[0] + TRIAL * shift
    inside = bool(((end >= 0) & (end < engine.frame_size)).all())
    return bool(heading_right(read[None], shift[None]).all()), inside


def _width(mask: NDArray[np.bool_]) -> float:
    """Return the width in pixels of the lowest part of a mask (H, W): that of the fingers, with what is between."""
    rows = np.flatnonzero(mask.sum(1) >= 1)
    if not len(rows):
        return 0.0
    columns = np.flatnonzero(mask[max(0, int(rows[-1] - TIP * mask.shape[0])) : rows[-1] + 1].any(0))
    return float(columns[-1] - columns[0] + 1)


def _true_widths(clips: Sequence[Clip]) -> tuple[float, float]:
    """Return the mean width of the fingers in true masks where the gripper is open, and where it is closed."""
    openings = np.concatenate([clip.measures["opening"] for clip in clips])
    widths = np.array([_width(mask) for clip in clips if clip.masks is not None for mask in clip.masks])
    return float(widths[openings >= OPEN].mean()), float(widths[openings <= CLOSED].mean())


def _long_play(engine: Engine, rng: np.random.Generator) -> tuple[float, float]:
    """Play at random, back and forth; return the sharpness and the area of the agent at the end by those at tick 12."""
    speed, codes = engine.manifest.speed, engine.manifest.codes
    way, code = np.zeros(2), 1
    measured = []
    for tick in range(1, LONG + 1):
        if tick % 6 == 1:
            way = rng.uniform(-speed, speed, 2) if tick % 12 == 1 else -way
            code = int(rng.integers(1, codes + 1))
        engine.step(Action((float(way[0]), float(way[1])), local_action=code))
        if tick in (TRIAL, LONG):
            cut = engine.world.agents[0].cut_out
            solid = cut[:, :, 3] > 0.5
            steps = np.abs(np.diff(cut[:, :, :3], axis=0)).sum(2)[solid[1:]]
            measured.append((float(steps.mean()) if steps.size else 0.0, float(solid.sum())))
    (sharp, area), (sharp_end, area_end) = measured
    return sharp_end / max(sharp, 1e-6), area_end / max(area, 1.0)


app = new_command("Play a robot arm and see what it does.")


@app.command()
def arm(
    data: Annotated[str, typer.Option(help="Clips that know the gripper's place and opening.")],
    model: Annotated[str, typer.Option(help="Name or path of a model.")] = "robot",
    starts: Annotated[int, typer.Option(help="Clips whose first frame is played from.")] = 40,
    seed: Annotated[int, typer.Option(help="Decides which.")] = 0,
    json: JsonPlace = None,
) -> None:
    """Play a robot arm and see what it does."""
    engine, source = Engine.load(model), open_source(data)
    clips = [source.draw(np.random.default_rng((seed, number)), 12) for number in range(starts)]
    if any(clip.positions is None or clip.masks is None or "opening" not in clip.measures for clip in clips):
        raise GlassError(f"{data}: clips without the gripper's place and opening; use those of a robot")
    if clips[0].frame_size != engine.frame_size:
        raise GlassError(f"{data}: frames of {clips[0].frame_size}; the model has {engine.frame_size}")
    publish(measure(engine, clips), json)


main = partial(run_command, app, "arm.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
