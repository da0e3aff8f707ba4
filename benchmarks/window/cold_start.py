"""How long `glass-play PICTURE` takes to its first frame, from a new process on, and what takes it.

    python benchmarks/window/cold_start.py

starts it several times without a display and prints the median of each stage, in milliseconds of the clock on the wall
and of the processor. It fails if the whole takes more than 1.5 s of the processor's time.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

LIMIT = 1500.0
"""Milliseconds that the first frame may take."""
PICTURE = min((Path(__file__).parents[2] / "models" / "sprites" / "starts").glob("*.png"))
STAGES = ("python and imports", "model and picture", "window and first frame")

CHILD = """
import json, os, sys, time
marks = [(time.time(), time.process_time())]
began = float(sys.argv[1])
os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"
from playground.commands import play, prepare
from playground.ui import app
import pygame
marks = [(time.time(), time.process_time())]
prepare_game = prepare.prepare_game
def timed(*arguments):
    done = prepare_game(*arguments)
    marks.append((time.time(), time.process_time()))
    return done
prepare.prepare_game = timed
def first_frame():
    if len(marks) < 2:
        return  # the window says that it looks for the agent
    marks.append((time.time(), time.process_time()))
    walls = [1000 * (mark[0] - last) for mark, last in zip(marks, [began, *(mark[0] for mark in marks)])]
    spent = [1000 * (mark[1] - last) for mark, last in zip(marks, [0, *(mark[1] for mark in marks)])]
    print(json.dumps([walls, spent]), file=sys.stderr)
    os._exit(0)
pygame.display.flip = first_frame
play.main(sys.argv[2:])
"""


def measure(picture: Path, model: str | None) -> tuple[list[float], list[float]]:
    """Start once; returns the milliseconds of each stage on the wall and of the processor."""
    options = [] if model is None else ["--model", model]
    line = [sys.executable, "-c", CHILD, str(time.time()), str(picture), *options]
    environment = os.environ | {"SDL_VIDEODRIVER": "dummy", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=True)
    wall, spent = json.loads(done.stderr.splitlines()[-1])
    return wall, spent


def main(picture: Annotated[Path, typer.Argument()] = PICTURE, model: str | None = None, times: int = 5) -> None:
    """Measure how long `glass-play PICTURE` takes to its first frame."""
    runs = [measure(picture, model) for _ in range(times)]
    walls, spent = (
        [statistics.median(values) for values in zip(*part, strict=True)] for part in zip(*runs, strict=True)
    )
    print(f"{'':24} {'ms':>6} {'processor, ms':>14}")
    for name, wall, processor in zip(STAGES, walls, spent, strict=True):
        print(f"{name:24} {wall:6.0f} {processor:14.0f}")
    print(f"{'first frame after':24} {sum(walls):6.0f} {sum(spent):14.0f}")
    raise typer.Exit(int(sum(spent) > LIMIT))


if __name__ == "__main__":
    typer.run(main)
