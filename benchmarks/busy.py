"""Time learning and play beside other programs: `python benchmarks/busy.py --model NAME`.

Steps of a training, and ticks of play, are timed alone and beside one and two processes that keep a core busy each, by
turns. They may become slower by as much as is gone of the machine, times 1.3.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

from glass.core.console import new_command, run_command
from glass.core.launch import BRIEF_SPINNING

os.environ |= {
    **BRIEF_SPINNING,
    **os.environ,
}  # Only now, as the commands have it: torch reads it while it is imported.
import torch

from benchmarks._harness import JsonPlace, publish
from glass.config import Config
from glass.data.sources import open_source
from glass.stages.global_motion import GlobalStage
from glass.training.progress import StepProgress
from glass.training.trainer import Trainer
from playground import Action, Engine
from playground.bundles.library import find_bundle
from playground.pictures.picture import load_picture

app = new_command("Time learning and play beside other programs.")

BUSY = (0, 1, 2)
"""Numbers of busy processes."""
LEEWAY = 1.3
"""Factor by which it may be slower than the share of the machine that is left says."""
DATA = "folk:backgrounds=generated"
"""What is learned from."""
WARM_UP = 8
"""Steps and ticks that are not counted after the number of busy processes has changed."""


@dataclass(frozen=True)
class Slowdown:
    """How long something takes beside busy processes."""

    milliseconds: dict[int, float]
    """Median, by number of busy processes."""
    times: dict[int, float]
    """So many times as long as alone."""


@dataclass(frozen=True)
class Report:
    """What a run measured."""

    cores: int
    """That this process may use."""
    play: Slowdown
    """A tick."""
    learning: Slowdown
    """A step of the global stage."""
    allowed: dict[int, float]
    """So many times as long as alone may it take, by number of busy processes."""


def allowed(cores: int, busy: int) -> float:
    """Return how many times as long something may take on so many cores beside so many busy processes.

    What is left are the cores that none of them needs, or a fair share of all of them.
    """
    return round(LEEWAY * cores / max(cores - busy, cores / (busy + 1)), 2)


@contextmanager
def busy_processes(count: int) -> Iterator[None]:
    """Keep so many processes busy meanwhile."""
    with ExitStack() as running:
        for _ in range(count):
            process = running.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            running.callback(process.kill)
        yield


@dataclass
class Turns:
    """Times of steps, with the busy processes of their turn beside them; the reporter of a training, too."""

    length: int
    """Steps of a turn that are counted."""
    found: dict[int, list[float]] = field(default_factory=lambda: {count: [] for count in BUSY})
    """Seconds, by number of busy processes."""

    def __post_init__(self) -> None:
        """Begin the first turn."""
        self._beside = ExitStack()
        self._done, self._last = 0, time.perf_counter()

    def report(self, progress: StepProgress | None = None) -> None:
        """Take note of one step."""
        turn, place = divmod(self._done, self.length + WARM_UP)
        count = BUSY[turn % len(BUSY)]
        if place >= WARM_UP:
            self.found[count].append(time.perf_counter() - self._last)
        self._done += 1
        following = self._done // (self.length + WARM_UP)
        if following != turn:
            self._beside.close()
            self._beside.enter_context(busy_processes(BUSY[following % len(BUSY)]))
        self._last = time.perf_counter()

    def slowdown(self) -> Slowdown:
        """Sum up, and end the busy processes."""
        self._beside.close()
        usual = {count: median(seconds) for count, seconds in self.found.items()}
        return Slowdown(
            {count: round(1000 * seconds, 3) for count, seconds in usual.items()},
            {count: round(seconds / usual[0], 2) for count, seconds in usual.items()},
        )


def play(model: str, ticks: int, rounds: int) -> Slowdown:
    """Time ticks of a model's first start frame."""
    bundle = find_bundle(model)
    engine = Engine(bundle)
    engine.reset(load_picture(bundle.folder / bundle.manifest.starts[0]))
    turns, speed = Turns(ticks), bundle.manifest.speed
    for number in range((ticks + WARM_UP) * len(BUSY) * rounds):
        way = 1 if number % 8 < 4 else -1  # to and fro, so that the agent stays in sight
        engine.step(Action((way * speed, 0.0), (0.0, 0.0), number % bundle.manifest.codes + 1))
        turns.report()
    return turns.slowdown()


def learn(steps: int, rounds: int, batch: int) -> Slowdown:
    """Time steps of the global stage as it is trained."""
    source, turns = open_source(DATA), Turns(steps)
    config = Config(frame_size=source.frame_size)
    stage = replace(config.training.global_stage, steps=(steps + WARM_UP) * len(BUSY) * rounds, batch=batch)
    config = replace(config, training=replace(config.training, global_stage=stage))
    with tempfile.TemporaryDirectory() as folder:
        Trainer(config, [source], Path(folder), turns, pipeline=(GlobalStage,), save_every=10**9).run()
    return turns.slowdown()


@app.command()
def busy(
    model: Annotated[str, typer.Option(help="Name or path of a model.")],
    ticks: Annotated[int, typer.Option(min=1, help="Ticks of a turn.")] = 50,
    steps: Annotated[int, typer.Option(min=1, help="Steps of a turn.")] = 12,
    batch: Annotated[int, typer.Option(min=1, help="Clips of a step.")] = 4,
    rounds: Annotated[int, typer.Option(min=1, help="Turns with each number of busy processes.")] = 3,
    json: JsonPlace = None,
) -> None:
    """Time learning and play beside other programs."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    report = Report(
        cores,
        play(model, ticks, rounds),
        learn(steps, rounds, batch),
        {count: allowed(cores, count) for count in BUSY},
    )
    publish(report, json, show)


def show(report: Report) -> None:
    """Print a report as a table."""
    print(f"{report.cores} cores, up to {torch.get_num_threads()} threads")
    print(f"{'busy processes':<16}{'tick, ms':>10}{'times':>8}{'step, ms':>11}{'times':>8}{'allowed':>10}")
    parts = (report.play, report.learning)
    for count in BUSY:
        row = [value for part in parts for value in (part.milliseconds[count], part.times[count])]
        print(f"{count:<16}{row[0]:>10.2f}{row[1]:>8.2f}{row[2]:>11.1f}{row[3]:>8.2f}{report.allowed[count]:>10.2f}")


main = partial(run_command, app, "busy.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
