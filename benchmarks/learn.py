"""Learn to play a clip, time it, and hold what was learned against the truth.

`python benchmarks/learn.py --clip folk:split=test --minutes 10 --out DIR` draws a minute of a character as a video,
gives it to `glass-learn`, and writes `DIR/figures.json` and `DIR/codes.png`: from three frames of the clip, one picture
for each arrow and each local action, held for some ticks. `--from-scratch` begins with nothing.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks._harness import finish, show_json
from export.evaluate.code_usage import CodeAccumulator
from export.evaluate.image_metrics import psnr, region_of
from export.evaluate.shifts import ShiftAccumulator
from export.learn.folders import LearnFolders
from export.learn.install import steps_taken
from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.data.sources import WorldSource, open_source
from playground import Action, Engine
from playground.clips.analysis import analyse

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
    mask_iou: float
    """With the truth; mean over the frames that show an agent."""
    direction_right: float | None
    """Share of moves read within 45 degrees of the truth."""
    codes: int
    codes_used: int
    """Local actions with more than 3 % of the ticks."""
    nmi: float | None
    """Normalised mutual information of local and true actions."""
    psnr: dict[int, float]
    """Of the window around the agent, replayed, in dB, by tick."""
    psnr_of_first: dict[int, float]
    """The same of the first frame, kept."""
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
    height, width = frames.shape[1:3]
    scale = max(1, SHORT_SIDE // min(height, width))
    size = tuple(side * scale // 2 * 2 for side in (width, height))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=round(rate))
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.options = {"crf": "18"}
        for pixels in frames:
            large = pixels.repeat(scale, 0).repeat(scale, 1)[: size[1], : size[0]]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(large), format="rgb24")))
        container.mux(stream.encode())


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


def _masks(clip: Clip, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Where the agent is, bool (T, H, W), in frames of (W, H) ``size``."""
    assert clip.masks is not None
    levels = (Image.fromarray(mask.astype(np.uint8) * 255).resize(size, Image.Resampling.BOX) for mask in clip.masks)
    return np.stack([np.asarray(level) > 127 for level in levels])


def _frames(folders: LearnFolders) -> NDArray[np.uint8]:
    """Return the frames that were learned from, (T, H, W, 3)."""
    index = json.loads((folders.frames / "index.json").read_text(encoding="utf-8"))
    width, height = index["frame_size"]
    return np.fromfile(folders.frames / "frames.bin", np.uint8).reshape(index["frames"], height, width, 3)


def _replays(engine: Engine, frames: NDArray[np.uint8]) -> tuple[dict[int, float], dict[int, float]]:
    """Replay pieces of the clip from their first frame: PSNR by tick, played and of the first frame kept."""
    played: dict[int, list[float]] = {tick: [] for tick in REPLAYED}
    kept: dict[int, list[float]] = {tick: [] for tick in REPLAYED}
    for start in range(0, len(frames) - REPLAYED[-1], 2 * REPLAYED[-1]):
        piece = frames[start : start + REPLAYED[-1] + 1]
        steps = analyse(engine, piece).steps
        try:
            engine.reset(piece[0])
        except GlassError:
            continue
        for tick, step in enumerate(steps, 1):
            seen = engine.step(Action(step.foreground_shift, step.background_shift, step.local_action))
            if tick in REPLAYED:
                side = engine.manifest.window
                true = region_of(piece[tick], seen.position, side)
                played[tick].append(psnr(region_of(seen.frame, seen.position, side), true))
                kept[tick].append(psnr(region_of(piece[0], seen.position, side), true))
    means = [{tick: round(float(np.mean(v)), 2) for tick, v in values.items() if v} for values in (played, kept)]
    return means[0], means[1]


def _held(engine: Engine, frames: NDArray[np.uint8], masks: NDArray[np.bool_], path: Path) -> float:
    """Draw what arrows and local actions do from some frames; return how far apart two local actions are at most."""
    manifest = engine.manifest
    speed = manifest.speed
    arrows = [Action(shift=shift) for shift in ((-speed, 0), (speed, 0), (0, -speed), (0, speed))]
    codes = [Action(local_action=code) for code in range(1, manifest.codes + 1)]
    rows, apart = [], np.zeros((len(codes), len(codes)))
    sizes = masks.sum((1, 2))
    usual = np.flatnonzero(sizes >= np.median(sizes))
    for place in usual[np.linspace(0, len(usual) - 1, STARTS + 2).round().astype(int)[1:-1]]:
        shown = [engine.reset(frames[place]).frame]
        held = []
        for action in (*arrows, *codes):
            engine.reset(frames[place])
            for _ in range(HELD):
                seen = engine.step(action)
            shown.append(seen.frame)
            held.append(seen)
        agents = [one.frame.astype(np.float32) for one in held[len(arrows) :]]
        for one in range(len(codes)):
            for other in range(one):
                either = held[len(arrows) + one].mask | held[len(arrows) + other].mask
                apart[one, other] += abs(agents[one] - agents[other])[either].mean() / STARTS
        rows.append(np.concatenate(shown, 1))
    Image.fromarray(np.concatenate(rows)).save(path)
    return round(float(apart.max()), 1)


def measure(name: str, clip: Clip, rate: float, minutes: float, from_scratch: bool, out: Path) -> Figures:
    """Hold what was learned against a clip of so many frames a second, called `name`."""
    data = out / "data" / "glass-playground"
    folders = LearnFolders(NAME, data / "learning" / NAME, data / "models")
    record = folders.read_record()
    engine = Engine.load(folders.bundle)
    manifest = engine.manifest
    frames = _frames(folders)
    truth = _masks(clip, engine.frame_size)[: len(frames)]
    read = analyse(engine, frames)
    both, either = (truth & read.masks[: len(truth)]).sum((1, 2)), (truth | read.masks[: len(truth)]).sum((1, 2))
    there = truth.any((1, 2))
    stride = max(1, round(rate / manifest.tick_rate))
    ticks = analyse(engine, frames[::stride])
    codes, moves = CodeAccumulator(manifest.codes), ShiftAccumulator()
    known = clip.actions is not None and clip.foreground_shifts is not None and stride == 1
    actions = clip.actions[1:].tolist() if known and clip.actions is not None else None
    codes.add([step.local_action for step in ticks.steps], actions, None, "")
    if known and clip.foreground_shifts is not None:
        moves.add([step.foreground_shift for step in ticks.steps], clip.foreground_shifts)
    found = codes.figures()
    played, kept = _replays(engine, frames[::stride])
    return Figures(
        clip=name,
        minutes=minutes,
        from_scratch=from_scratch,
        seconds=round(json.loads((out / CLOCK).read_text(encoding="utf-8")), 1),
        started_from=record.started_from if record else "",
        steps=steps_taken(folders.run),
        window=manifest.window,
        mask_iou=round(float((both[there] / either[there]).mean()), 4),
        direction_right=moves.figures().direction if known else None,
        codes=manifest.codes,
        codes_used=found.used,
        nmi=found.nmi,
        psnr=played,
        psnr_of_first=kept,
        codes_apart=_held(engine, frames, read.masks, out / "codes.png"),
    )


def run(name: str, seconds: float, seed: int, minutes: float, from_scratch: bool, out: Path, again: bool) -> Figures:
    """Draw a clip, learn it in the folder `out` unless that was done before (`again`), and measure.

    Raises:
        GlassError: no such source, or learning failed.
    """
    out.mkdir(parents=True, exist_ok=True)
    clip, rate = draw(name, seconds, seed)
    if not again:
        write_video(clip.frames, rate, out / "clip.mp4")
        taken = learn(out / "clip.mp4", minutes, from_scratch, out)
        (out / CLOCK).write_text(json.dumps(taken), encoding="utf-8")
    return measure(name, clip, rate, minutes, from_scratch, out)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return its exit code."""
    parser = argparse.ArgumentParser(description="Learn a clip, time it, and measure what was learned.")
    parser.add_argument("--clip", required=True, metavar="SPEC", help="source that draws its clips: folk:split=test")
    parser.add_argument("--minutes", type=float, default=10.0, help="for glass-learn")
    parser.add_argument("--from-scratch", action="store_true", help="begin with nothing")
    parser.add_argument("--seconds", type=float, default=60.0, help="length of the clip")
    parser.add_argument("--seed", type=int, default=0, help="decides which clip is drawn")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for everything")
    parser.add_argument("--only-measure", action="store_true", help="measure again what DIR holds")
    given = parser.parse_args(arguments)
    return finish(
        lambda: run(
            given.clip,
            given.seconds,
            given.seed,
            given.minutes,
            given.from_scratch,
            given.out,
            given.only_measure,
        ),
        show_json,
        given.out / "figures.json",
    )


if __name__ == "__main__":
    sys.exit(main())
