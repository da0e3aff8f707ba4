"""Learn to play a clip, time it, and hold what was learned against the truth.

`python benchmarks/learn.py --clip folk:split=test --minutes 10 --out DIR` draws a minute of a character as a video,
gives it to `glass-learn`, and writes `DIR/figures.json` and `DIR/codes.png`: from three frames of the clip, one picture
for each arrow and each local action, held for some ticks. `--from-scratch` begins with nothing.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from benchmarks._harness import publish
from export.evaluate.code_usage import CodeAccumulator
from export.evaluate.reading import ReadingAccumulator
from export.evaluate.replay import ReplayAccumulator
from export.learn.folders import LearnFolders
from export.learn.install import steps_taken
from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.data.sources import WorldSource, open_source
from glass.data.stored.fitting import resized
from glass.footage.cache import open_footage
from playground import Action, Engine
from playground.clips.analysis import analyse
from playground.recording.recorder import FileRecorder, recording

app = new_command("Learn a clip, time it, and measure what was learned.")

NAME = "learned"
CLOCK = "seconds.json"
REPLAYED = (1, 6, 12)
"""Ticks at which replays of pieces of the clip are compared with it."""
HELD = 5
"""Ticks that arrows and local actions are held for in the picture."""
STARTS = 3
SHORT_SIDE = 384
"""Pixels of the shorter side of the video, about; small frames are enlarged by a whole number."""


@dataclass(frozen=True)
class Figures:
    """What a run measured."""

    clip: str
    minutes: float
    """Asked for."""
    from_scratch: bool
    seconds: float
    """From the video to the model, by the wall clock."""
    started_from: str
    """Model whose weights it began with; empty for none."""
    steps: dict[str, int]
    """Of each stage."""
    window: int
    mask_iou: float | None
    """With the truth; mean over the ticks that show an agent."""
    direction_right: float | None
    """Share of moves read within 45 degrees of the truth."""
    codes: int
    codes_used: int
    """Local actions with more than 3 % of the ticks."""
    nmi: float | None
    """Normalised mutual information of local and true actions."""
    psnr: dict[int, float | None]
    """Of the window around the agent, replayed, in dB, by tick."""
    psnr_of_first: dict[int, float | None]
    """The same of the first frame's window."""
    codes_apart: float
    """Mean difference in levels between the agents that the two most different held local actions show."""


def draw(spec: str, seconds: float, seed: int) -> tuple[Clip, float]:
    """Draw a clip of one character of a source that knows the truth; also return its frames a second.

    Raises:
        GlassError: no such source, or one that does not draw its clips.
    """
    source = open_source(spec)
    if not isinstance(source, WorldSource):
        raise GlassError(f"{spec}: does not draw its clips; give a source such as folk:split=test")
    ticks, number = round(seconds * source.tick_rate), seed % len(source.cast)
    return source.draw_of(np.random.default_rng(seed), ticks, number), source.tick_rate


def write_video(frames: NDArray[np.uint8], rate: float, path: Path) -> None:
    """Write frames (T, H, W, 3) as H.264 video, enlarged by a whole number of pixels where they are small."""
    recorder = FileRecorder(path, rate, max(1, SHORT_SIDE // min(frames.shape[1:3])), realtime=False)
    with recording([recorder]):
        for frame in frames:
            recorder.add(frame)


def learn(video: Path, minutes: float, from_scratch: bool, out: Path) -> float:
    """Run `glass-learn` in a user's folder of its own; return the seconds it took.

    Raises:
        GlassError: it failed.
    """
    command = [sys.executable, "-m", "export.commands.learn", str(video), "--name", NAME, "--minutes", str(minutes)]
    command += ["--restart", "--anyway", *(["--from-scratch"] if from_scratch else [])]
    began = time.monotonic()
    with (out / "learn.log").open("w", encoding="utf-8") as log:
        done = subprocess.run(command, env=os.environ | {"XDG_DATA_HOME": str(out / "data")}, stdout=log, stderr=log)
    if done.returncode:
        raise GlassError(f"{out / 'learn.log'}: glass-learn ended with {done.returncode}")
    return time.monotonic() - began


def _held(engine: Engine, frames: NDArray[np.uint8], masks: NDArray[np.bool_], path: Path) -> float:
    """Draw what arrows and local actions do from some frames; return how far apart two local actions are at most."""
    speed, codes = engine.manifest.speed, engine.manifest.codes
    actions = [Action(shift) for shift in ((-speed, 0), (speed, 0), (0, -speed), (0, speed))]
    actions += [Action(local_action=code) for code in range(1, codes + 1)]
    rows, apart = [], np.zeros((codes, codes))
    sizes = masks.sum((1, 2))
    usual = np.flatnonzero(sizes >= np.median(sizes))
    for place in usual[np.linspace(0, len(usual) - 1, STARTS + 2).round().astype(int)[1:-1]]:
        engine.reset(frames[place])
        start, held = engine.snapshot(), []
        for action in actions:
            engine.restore(start)
            held.append([engine.step(action) for _ in range(HELD)][-1])
        rows.append(np.concatenate([start.observations[0].frame, *(one.frame for one in held)], 1))
        for (first, one), (second, other) in combinations(enumerate(held[-codes:]), 2):
            difference = abs(one.frame.astype(np.float32) - other.frame)
            apart[first, second] += difference[one.mask | other.mask].mean() / STARTS
    Image.fromarray(np.concatenate(rows)).save(path)
    return round(float(apart.max()), 1)


def measure(name: str, clip: Clip, rate: float, minutes: float, from_scratch: bool, out: Path) -> Figures:
    """Hold what was learned against a clip of so many frames a second, called `name`."""
    data = out / "data" / "glass-playground"
    folders = LearnFolders(NAME, data / "learning" / NAME, data / "models")
    record = folders.read_record()
    footage = record and open_footage(folders.frames, record.fingerprint)
    if not record or not footage:
        raise GlassError(f"{out}: nothing was learned there; learn first, without --only-measure")
    engine = Engine.load(folders.bundle)
    manifest = engine.manifest
    stride = max(1, round(rate / manifest.tick_rate))
    frames = footage.frames[: len(clip) : stride]
    truth = resized(clip, engine.frame_size).cut(0, min(len(clip), len(footage.frames)))
    if stride > 1:
        masks = None if truth.masks is None else truth.masks[::stride]
        truth = Clip(clip.name, clip.character, frames, masks)
    read = analyse(engine, frames)
    reading = ReadingAccumulator(CodeAccumulator(manifest.codes))
    reading.add(truth, read)
    found = reading.figures()
    replays = ReplayAccumulator()
    for start in range(0, len(frames) - REPLAYED[-1], 2 * REPLAYED[-1]):
        piece = frames[start : start + REPLAYED[-1] + 1]
        replays.add(Clip(clip.name, "", piece), analyse(engine, piece), engine)
    replay = replays.figures().agent
    return Figures(
        clip=name,
        minutes=minutes,
        from_scratch=from_scratch,
        seconds=round(json.loads((out / CLOCK).read_text(encoding="utf-8")), 1),
        started_from=record.started_from,
        steps=steps_taken(folders.run),
        window=manifest.window,
        mask_iou=found.mask_iou,
        direction_right=found.foreground_shift.direction,
        codes=manifest.codes,
        codes_used=found.local_actions.used,
        nmi=found.local_actions.nmi,
        psnr={tick: replay.psnr.get(tick) for tick in REPLAYED},
        psnr_of_first={tick: replay.psnr_of_first.get(tick) for tick in REPLAYED},
        codes_apart=_held(engine, frames, read.masks, out / "codes.png"),
    )


@app.command()
def learn_clip(
    clip: Annotated[str, typer.Option(metavar="SPEC", help="Source that draws its clips, such as folk:split=test.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for everything.")],
    minutes: Annotated[float, typer.Option(help="For glass-learn.")] = 10.0,
    from_scratch: Annotated[bool, typer.Option("--from-scratch", help="Begin with nothing.")] = False,
    seconds: Annotated[float, typer.Option(help="Length of the clip.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Decides which clip is drawn.")] = 0,
    only_measure: Annotated[bool, typer.Option("--only-measure", help="Measure again what DIR holds.")] = False,
) -> None:
    """Learn a clip, time it, and measure what was learned."""
    out.mkdir(parents=True, exist_ok=True)
    drawn, rate = draw(clip, seconds, seed)
    if not only_measure:
        write_video(drawn.frames, rate, out / "clip.mp4")
        taken = learn(out / "clip.mp4", minutes, from_scratch, out)
        (out / CLOCK).write_text(json.dumps(taken), encoding="utf-8")
    publish(measure(clip, drawn, rate, minutes, from_scratch, out), out / "figures.json")


main = partial(run_command, app, "learn.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
