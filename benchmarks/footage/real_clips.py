"""Read and play real sequences of one agent: `python benchmarks/footage/real_clips.py FOLDER --model robot`.

FOLDER holds a folder of frames for every sequence, and maybe, in it or beside it, `points.json`: where the agent, say a
gripper's tip or a player's middle, was seen at some frames, marked by eye, in pixels of a frame 256 wide, by the name
of the footage: `{"bair": {"times": [0, 6], "of_256_pixels": {"NAME": [[168, 104], [148, 95]]}}}`. Each sequence is
read, and played from its first frame with what was read, whole frame; that is compared with keeping the first frame.
The last line is JSON.
"""

import json
import sys
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from benchmarks._harness import JsonPlace, publish
from export.evaluate.image_metrics import psnr
from export.evaluate.means import nan_mean
from export.evaluate.shifts import heading_right
from glass.core.console import new_command, run_command
from glass.core.frame_files import frame_files
from glass.core.images import resize
from playground import Action, Engine
from playground.clips.analysis import Analysis, analyse
from playground.clips.reading import read_clip
from playground.pictures.start import NoAgentError

MARKED_WIDTH = 256
"""Width in pixels of the frame in which points are marked."""

LEAST_MOVE = 8.0
"""Pixels of it below which a marked displacement has no direction: marks are good to about four."""

Frames = NDArray[np.uint8]


@dataclass(frozen=True)
class Sequence:
    """Figures of one sequence."""

    name: str
    refused: bool
    """Whether the model finds no agent in the first frame; then the first frame is kept."""
    seen: float
    """Share of the frames in which it finds one."""
    covered: float
    """Share of the frame that it takes for the agent, mean."""
    psnr: float
    """Of what was played, in dB, mean over all ticks."""
    psnr_of_first: float
    """The same of the first frame, kept."""
    headings: tuple[bool, ...]
    """Of each marked displacement long enough: whether the one read goes within 45 degrees of it."""
    errors: tuple[float, ...]
    """Of each marked displacement: length of the error of the one read, in pixels of a frame 256 wide."""


@dataclass(frozen=True)
class Report:
    """What a run measured."""

    model: str
    size: int
    """Most width and height in pixels at which frames are compared."""
    sequences: tuple[Sequence, ...]
    psnr: float | None
    """Mean over sequences, in dB."""
    psnr_of_first: float | None
    gain: float | None
    """How much better than keeping the first frame, in dB."""
    refused: int
    displacements: int
    """Marked displacements."""
    direction: float | None
    """Share of those long enough whose direction is read right."""
    error: float | None
    """Mean error of those read, in pixels of a frame 256 wide."""
    still_error: float | None
    """The same of reading no motion at all."""


def measure(engine: Engine, folder: Path, size: int) -> Report:
    """Read and play all sequences of a folder."""
    points = _read_points(folder)
    sequences: list[Sequence] = []
    lengths: list[float] = []
    for place in sorted(path for path in folder.iterdir() if path.is_dir() and frame_files(path)):
        frames = read_clip(place, engine.frame_size)
        found = analyse(engine, frames)
        marked = points.get(place.name)
        headings, errors, moves = _compare(found, *marked) if marked is not None else ((), (), ())
        lengths += moves
        played = _play(engine, frames[0], found)
        likeness = _likeness(played if played is not None else [frames[0]] * len(frames), _true_frames(place, size))
        sequences.append(
            Sequence(
                name=place.name,
                refused=played is None,
                seen=round(float(found.masks.any((1, 2)).mean()), 3),
                covered=round(float(found.masks.mean()), 3),
                psnr=round(likeness[0], 2),
                psnr_of_first=round(likeness[1], 2),
                headings=headings,
                errors=errors,
            )
        )
    ours, first = (
        nan_mean(values) for values in zip(*((each.psnr, each.psnr_of_first) for each in sequences), strict=True)
    )
    return Report(
        model=engine.manifest.name,
        size=size,
        sequences=tuple(sequences),
        psnr=ours,
        psnr_of_first=first,
        gain=None if ours is None or first is None else round(ours - first, 2),
        refused=sum(each.refused for each in sequences),
        displacements=len(lengths),
        direction=nan_mean(right for each in sequences for right in each.headings),
        error=nan_mean(error for each in sequences for error in each.errors),
        still_error=nan_mean(lengths),
    )


def _read_points(folder: Path) -> dict[str, tuple[list[int], NDArray[np.float64]]]:
    """Return by sequence the times of the marked frames, and where the agent is at them, (N, 2)."""
    for place in (folder / "points.json", folder.parent / "points.json"):
        if place.is_file():
            footage = json.loads(place.read_text(encoding="utf-8")).values()
            return {
                name: (marked["times"], np.array(each, float))
                for marked in footage
                for name, each in marked["of_256_pixels"].items()
            }
    return {}


def _true_frames(place: Path, size: int) -> Frames:
    """Return a sequence's frames (T, H, W, 3), of their own shape, at most so wide and high."""
    with Image.open(frame_files(place)[0]) as first:
        share = min(1.0, size / max(first.size))
        return read_clip(place, (round(first.width * share), round(first.height * share)))


def _compare(
    found: Analysis, times: list[int], marked: NDArray[np.float64]
) -> tuple[tuple[bool, ...], tuple[float, ...], list[float]]:
    """Compare displacements between marked frames: headings right, errors, and true lengths, of a frame 256 wide."""
    shifts = np.array([step.foreground_shift for step in found.steps]) * (MARKED_WIDTH / np.array(found.frame_size))
    path = np.concatenate([np.zeros((1, 2)), shifts.cumsum(0)])[times]
    read, true = np.diff(path, axis=0), np.diff(marked, axis=0)
    lengths = np.linalg.norm(true, axis=1)
    long = lengths >= LEAST_MOVE
    errors = np.linalg.norm(read - true, axis=1).round(1)
    return tuple(heading_right(read[long], true[long]).tolist()), tuple(errors.tolist()), lengths.tolist()


def _play(engine: Engine, first: Frames, found: Analysis) -> list[Frames] | None:
    """Play what was read from the first frame (H, W, 3) on; None where the model finds no agent in it."""
    try:
        engine.reset(first)
    except NoAgentError:
        return None
    actions = (Action(step.foreground_shift, step.background_shift, step.local_action) for step in found.steps)
    return [first, *(engine.step(action).frame for action in actions)]


def _likeness(played: list[Frames], frames: Frames) -> tuple[float, float]:
    """Return the PSNR in dB, mean over ticks, of what was played (any size) and of the first frame, kept."""
    size = (frames.shape[2], frames.shape[1])
    shown = [np.asarray(resize(Image.fromarray(frame), size), float) for frame in played]
    pairs = list(zip(shown[1:], frames[1:].astype(float), strict=True))
    first = frames[0].astype(float)
    return (
        float(np.mean([psnr(ours, true) for ours, true in pairs])),
        float(np.mean([psnr(first, true) for _, true in pairs])),
    )


def show(report: Report) -> None:
    """Print a line a sequence, and everything as one line of JSON."""
    for each in report.sequences:
        right = f"  direction {sum(each.headings)}/{len(each.headings)}" if each.headings else ""
        error = f"  error {np.mean(each.errors):.1f} px" if each.errors else ""
        refused = "  refused" if each.refused else ""
        print(f"{each.name:10} {each.psnr:6.2f} dB (first frame {each.psnr_of_first:6.2f}){right}{error}{refused}")
    print(json.dumps(asdict(report)))


app = new_command("Read and play real sequences of one agent.")


@app.command()
def real_clips(
    folder: Annotated[Path, typer.Argument(help="Folder with a folder of frames for every sequence.")],
    model: Annotated[str, typer.Option(help="Name or path of a model.")] = "robot",
    size: Annotated[int, typer.Option(min=16, help="Most width and height at which frames are compared.")] = 128,
    json: JsonPlace = None,
) -> None:
    """Read and play real sequences of one agent."""
    if not folder.is_dir() or not any(path.is_dir() and frame_files(path) for path in folder.iterdir()):
        print(f"{folder}: skipped, no sequences here; give a folder that holds a folder of frames for each")
        return
    publish(measure(Engine.load(model), folder, size), json, show)


main = partial(run_command, app, "real_clips.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
