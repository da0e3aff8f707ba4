"""Time recordings and weigh their files: `python benchmarks/record.py --model NAME`.

Folk of the model's start frames walk, act and stand before a still background, then while the background moves by
parts of a pixel in every tick, which is the most a recording has to write.
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

from playground import Engine, PlaygroundError
from playground.library import find_bundle
from playground.picture import load_picture
from playground.recorder import RECORD_SCALE, SUFFIXES, FileRecorder, FrameFolder, check_recording, save_picture
from playground.replay_ring import ReplayRing
from playground.script import parse_script

SCENES = {
    "still": "1*8 right*9 2*8 left*18 3*6 down*6 4*6 right*9 up*6 stay*12",
    "moving": "(right*4+pan(1.3,0.4) left*4+pan(-1.3,-0.4))*6",
}
STARTS = 3


@dataclass(frozen=True)
class Cost:
    """What it takes to record one scene in one format."""

    scene: str
    format: str
    frames: int
    cpu_ms: float
    """Processor time a frame, in milliseconds."""
    longest_add_ms: float
    """Longest time that play waited for handing over one frame, in milliseconds."""
    bytes: float
    """Size of the file by its frames."""


def play(engine: Engine, script: str, starts: Sequence[Path]) -> list[list[NDArray[np.uint8]]]:
    """Play a script from each start frame, and return what was seen."""
    actions = parse_script(script, engine.manifest)
    return [
        [engine.reset(load_picture(start)).frame, *(engine.step(action).frame for action in actions)]
        for start in starts
    ]


def weigh(scene: str, runs: Sequence[Sequence[NDArray[np.uint8]]], tick_rate: float, folder: Path) -> list[Cost]:
    """Record runs of a scene in every format that can be written here, and keep them in a ring."""
    size = runs[0][0].shape[1::-1]
    recorders: dict[str, Callable[[Path], FileRecorder | FrameFolder]] = {
        suffix: lambda path: FileRecorder(path, tick_rate, RECORD_SCALE, live=False)
        for suffix in SUFFIXES
        if can_write(suffix, folder)
    }
    recorders["frames"] = FrameFolder
    costs = [
        record(scene, name, runs, lambda number, name=name, make=make: make(folder / f"{scene}-{number}{name}"))
        for name, make in recorders.items()
    ]
    del size
    return costs
