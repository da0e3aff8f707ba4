"""Profile the training step of each stage: `python benchmarks/training_step.py [--config configs/sprites/1_base.json]`.

Says how many frames a second each stage works on, how many multiplications that is, and what share it is of the fastest
arithmetic this machine is seen to do in the same run; the shadow's stage is among them where the settings have one.
`--profile` shows where the time goes. Folk with their true masks stand in for what the global stage would have read.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np
import torch
import typer
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

from benchmarks._harness import JsonPlace, publish
from glass.config import Config, from_dict
from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from glass.data.sources import ClipSource, open_source
from glass.labels.trimap import AGENT, BACKGROUND
from glass.model import Glass
from glass.parallel.precision import mixed_precision
from glass.stages.anchor import AnchorStage
from glass.stages.backdrop import Backdrops, BackdropStage
from glass.stages.base import Stage
from glass.stages.global_motion import GlobalStage
from glass.stages.local_motion import LocalStage
from glass.stages.matting import Examples, MattingStage
from glass.stages.random_draws import CPU
from glass.stages.shadow import ShadowStage, lit_backgrounds
from glass.stages.tracks import Tracks
from glass.training.checkpoint import average_weights
from glass.training.optimisation import make_optimiser, optimise
from glass.training.runs import read_settings

app = new_command("Profile the training step of each stage.")

DATA = "folk:backgrounds=generated"
"""Where clips come from."""
CLIPS = 24
"""Clips that the later stages draw from."""
SIDE = 1024
"""Side of the square matrices whose product is timed for the peak."""
WARM_UP = 2
"""Steps that are not timed."""
ROWS = 20
"""Operations shown of a profile."""


@dataclass(frozen=True)
class StageFigures:
    """One stage's training step."""

    frames: int
    """Frames worked on in a step."""
    seconds: float
    """Median duration of a step: drawing the batch, forward, backward, optimiser, average of the weights."""
    frames_per_second: float
    """Frames by seconds."""
    million_macs: float
    """Multiplications a frame, forward and backward, in millions: convolutions, matrix products, attention."""
    gflops: float
    """Arithmetic done, in GFLOP/s; a multiplication with its addition counts two."""


@dataclass(frozen=True)
class Report:
    """What a run measured."""

    threads: int
    """Threads that torch uses."""
    peak: float
    """The fastest arithmetic seen in this run, in GFLOP/s: a product of matrices, or a wide convolution."""
    stages: dict[str, StageFigures]
    """By name of the stage."""
    shares: dict[str, float]
    """By name of the stage: its arithmetic by the peak."""


def peak_seen() -> float:
    """Time a large product and a wide convolution, forward, and return the fastest arithmetic in GFLOP/s."""
    left, right = torch.rand(2, SIDE, SIDE)
    pictures = torch.rand(32, 128, 32, 32).contiguous(memory_format=torch.channels_last)
    convolution = nn.Conv2d(128, 128, 3, padding=1, bias=False).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    jobs: tuple[tuple[Callable[[], Tensor], float], ...] = (
        (lambda: left @ right, 2.0 * SIDE**3),
        (lambda: convolution(pictures), 2.0 * pictures.numel() * 128 * 9),
    )
    best = 0.0
    with torch.inference_mode():
        for job, operations in jobs * 2:
            start = time.perf_counter()
            job()
            best = max(best, operations / (time.perf_counter() - start) / 1e9)
    return best


def made_tracks(source: ClipSource, config: Config) -> Tracks:
    """Draw clips, and take their truth for what was read from them."""
    rng = np.random.default_rng(0)
    clips = [source.draw(rng, config.training.track_length) for _ in range(CLIPS)]
    masks, positions, shifts = (
        torch.from_numpy(np.stack([getattr(clip, truth) for clip in clips]))
        for truth in ("masks", "positions", "foreground_shifts")
    )
    return Tracks(
        frames=torch.from_numpy(np.stack([clip.frames for clip in clips])),
        masks=masks.to(torch.uint8) * 255,
        positions=positions.float(),
        shifts=shifts.float(),
        actions=torch.full(masks.shape[:2], -1),
    )


def stages_of(config: Config, source: ClipSource) -> tuple[Stage, ...]:
    """Set up the stages in their order."""
    tracks = made_tracks(source, config)
    frames, hidden = tracks.frames.flatten(0, 1), tracks.masks.flatten(0, 1)[:, None] > 0
    labels = torch.where(hidden[:, 0], AGENT, BACKGROUND).to(torch.uint8)
    examples = Examples(frames, labels)
    shadow = (ShadowStage(config, tracks, lit_backgrounds(tracks)),) if config.shadow.cast else ()
    return (
        GlobalStage(config, [source]),
        MattingStage(config, lambda _: examples),
        BackdropStage(config, Backdrops(frames, hidden, frames, torch.ones_like(hidden))),
        AnchorStage(config, tracks),
        *shadow,
        LocalStage(config, tracks),
    )


def attention_operations(query: Any, key: Any, value: Any, *args: Any, out_shape: Any = None, **kwargs: Any) -> int:
    """Count the operations of attention from shapes (N, heads, length, size)."""
    batch, heads, length, size = query
    return int(2 * batch * heads * length * key[2] * (size + value[3]))


def attention_backward_operations(gradient: Any, query: Any, key: Any, value: Any, *args: Any, **kwargs: Any) -> int:
    """Count the operations of attention's backward pass: the scores again, and four products."""
    return attention_operations(query, key, value) * 5 // 2


COUNTED = {
    torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: attention_operations,
    torch.ops.aten._scaled_dot_product_flash_attention_for_cpu_backward: attention_backward_operations,
}
"""What torch's counter leaves out."""


def measure(stage: Stage, config: Config, steps: int, shown: bool) -> tuple[StageFigures, float]:
    """Train a fresh model for some steps; also return the peak seen in between."""
    torch.manual_seed(0)
    model, averaged = (Glass(config).to(memory_format=torch.channels_last) for _ in range(2))  # type: ignore[call-overload]
    module, average = stage.module(model).train(), stage.module(averaged)
    optimiser = make_optimiser(module, stage.schedule)

    def step(number: int) -> int:
        with mixed_precision(CPU, config.training.precision == "mixed"):
            result = stage.step(model, number)
        optimise(optimiser, module, result.losses)
        average_weights(average, module, stage.schedule.average_decay)
        return result.frames

    for number in range(WARM_UP):
        step(number)
    seconds, peak = [], 0.0
    for number in range(WARM_UP, WARM_UP + steps):
        start = time.perf_counter()
        frames = step(number)
        seconds.append(time.perf_counter() - start)
        peak = max(peak, peak_seen())
    with FlopCounterMode(display=False, custom_mapping=COUNTED) as counter:
        step(WARM_UP)
    if shown:
        with profile(activities=[ProfilerActivity.CPU]) as seen:
            step(WARM_UP)
        print(f"{stage.name}: where the time of a step goes")
        print(seen.key_averages().table(sort_by="self_cpu_time_total", row_limit=ROWS, max_name_column_width=40))
    usual, operations = median(seconds), counter.get_total_flops()
    figures = StageFigures(
        frames=frames,
        seconds=round(usual, 4),
        frames_per_second=round(frames / usual, 1),
        million_macs=round(operations / 2e6 / frames, 1),
        gflops=round(operations / usual / 1e9, 1),
    )
    return figures, peak


def show(report: Report) -> None:
    """Print a report as a table."""
    print(f"{report.threads} threads; the fastest arithmetic seen: {report.peak:.0f} GFLOP/s")
    print(f"{'stage':<10}{'frames':>8}{'s a step':>10}{'frames/s':>10}{'MMAC/frame':>12}{'GFLOP/s':>10}{'of peak':>9}")
    for name, one in report.stages.items():
        print(
            f"{name:<10}{one.frames:>8}{one.seconds:>10.3f}{one.frames_per_second:>10.1f}{one.million_macs:>12.1f}"
            f"{one.gflops:>10.1f}{report.shares[name]:>9.0%}"
        )


@app.command()
def training_step(
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="Settings, as glass-train takes them.")] = None,
    steps: Annotated[int, typer.Option(min=1, help="Steps of each stage to time.")] = 10,
    shown: Annotated[bool, typer.Option("--profile", help="Show where the time of a step goes.")] = False,
    json: JsonPlace = None,
) -> None:
    """Profile the training step of each stage."""
    try:
        settings = from_dict(Config, read_settings(config))
    except ValueError as error:
        raise GlassError(f"{config}: not settings for training ({error}); give --config a JSON file") from error
    torch.set_flush_denormal(True)
    measured = {stage.name: measure(stage, settings, steps, shown) for stage in stages_of(settings, open_source(DATA))}
    figures = {name: one for name, (one, _) in measured.items()}
    best = round(max(peak for _, peak in measured.values()), 1)
    shares = {name: round(one.gflops / best, 3) for name, one in figures.items()}
    publish(Report(torch.get_num_threads(), best, figures, shares), json, show)


main = partial(run_command, app, "training_step.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
