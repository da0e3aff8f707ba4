"""Time recordings and weigh their files: `python benchmarks/record.py --model NAME`.

The model's start frames walk, act and stand before a still background; then they walk while the background moves by
parts of a pixel in every tick, which is the most that a recording has to write.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError
from playground import Engine
from playground.bundles.library import find_bundle
from playground.pictures.picture import load_picture
from playground.recording.recorder import RECORD_SCALE, SUFFIXES, FileRecorder, FrameFolder, Recorder, check_recording
from playground.scripts.language import parse_script

SCENES = {
    "still background": "1*8 right*9 2*8 left*18 3*6 down*6 4*6 right*9 up*6 stay*12",
    "moving background": "(right+pan(1.3,0.4))*24 (left+pan(-1.3,-0.4))*24",
}


@dataclass(frozen=True)
class Cost:
    """What it takes to record one scene in one way."""

    scene: str
    way: str
    """A suffix; `frames` is a folder of PNGs."""
    frames: int
    cpu_ms: float
    """Processor time a frame, in milliseconds, whichever thread spends it."""
    longest_add_ms: float
    """Longest time that handing over one frame took, in milliseconds."""
    bytes: float
    """Size on disk by the number of frames."""


def play(engine: Engine, script: str, starts: Sequence[Path]) -> list[list[NDArray[np.uint8]]]:
    """Play a script from each start frame, and return the frames seen."""
    actions = parse_script(script, engine.manifest)
    return [
        [engine.reset(load_picture(start)).frame, *(engine.step(action).frame for action in actions)]
        for start in starts
    ]


def record(scene: str, way: str, runs: Sequence[Sequence[NDArray[np.uint8]]], make: Callable[[Path], Recorder]) -> Cost:
    """Record every run with a recorder of its own, and return what that took."""
    cpu = longest = size = 0.0
    for run in runs:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / f"run{way}"
            recorder = make(place)
            began = time.process_time()
            for frame in run:
                handed = time.perf_counter()
                recorder.add(frame)
                longest = max(longest, time.perf_counter() - handed)
            recorder.close()
            cpu += time.process_time() - began
            files = sorted(place.iterdir()) if place.is_dir() else [place]
            size += sum(file.stat().st_size for file in files)
    count = sum(map(len, runs))
    return Cost(scene, way, count, 1000 * cpu / count, 1000 * longest, size / count)


def run(model: str, starts: int) -> list[Cost]:
    """Measure every way of recording that works here on the first start frames of a model.

    Raises:
        GlassError: there is no such model, or it has no start frame.
    """
    bundle = find_bundle(model)
    if not bundle.manifest.starts:
        raise GlassError(f"model {model!r} has no start frame to play from; export it with --starts")
    engine = Engine(bundle)
    rate = engine.tick_rate
    pictures = [bundle.folder / name for name in bundle.manifest.starts[:starts]]
    costs = []
    for scene, script in SCENES.items():
        runs = play(engine, script, pictures)
        for suffix in SUFFIXES:
            try:
                check_recording(Path(f"run{suffix}"))
            except GlassError as error:
                print(f"left out: {error}")
                continue
            costs.append(record(scene, suffix, runs, lambda path: FileRecorder(path, rate, RECORD_SCALE)))
        costs.append(record(scene, "frames", runs, FrameFolder))
    return costs


def show(costs: Sequence[Cost]) -> None:
    """Print costs as a table."""
    print(f"{'scene':<20}{'way':<9}{'CPU ms a frame':>15}{'longest add, ms':>17}{'kB a frame':>12}{'frames':>8}")
    for cost in costs:
        figures = f"{cost.cpu_ms:>15.2f}{cost.longest_add_ms:>17.2f}{cost.bytes / 1000:>12.2f}{cost.frames:>8}"
        print(f"{cost.scene:<20}{cost.way:<9}{figures}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return its exit code."""
    parser = argparse.ArgumentParser(description="Time recordings and weigh their files.")
    parser.add_argument("--model", default="sprites", help="name or path of a model")
    parser.add_argument("--starts", type=int, default=4, help="how many start frames to play from")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    given = parser.parse_args(arguments)
    if given.starts < 1:
        parser.error("--starts must be at least 1")
    try:
        costs = run(given.model, given.starts)
    except GlassError as error:
        print(error, file=sys.stderr)
        return 2
    show(costs)
    if given.json:
        given.json.write_text(json.dumps([asdict(cost) for cost in costs], indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
