"""Time one tick of play: `python benchmarks/tick.py --model NAME [--model OTHER]`, of two models by turns.

Beside it stands a fixed piece of arithmetic timed in the same run, so that figures of different machines can be
compared.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np
import typer

from benchmarks._harness import JsonPlace, publish
from glass.core.console import new_command, run_command
from glass.core.errors import GlassError
from playground import Action, Engine
from playground.bundles.bundle import Bundle
from playground.bundles.library import find_bundle
from playground.bundles.manifest import GRAPHS, SHADOW
from playground.pictures.picture import load_picture

app = new_command("Time one tick of play.")

SIDE, PRODUCTS = 64, 256
"""The fixed piece of arithmetic is so many products of square matrices, small enough for numpy to use one thread."""

BLOCK = 25
"""Ticks timed in a row before the arithmetic is timed as often, so that both see the same machine."""

WARM_UP = 20
"""Ticks that are not timed."""


@dataclass(frozen=True)
class Times:
    """Spread of some durations in milliseconds."""

    median: float
    p5: float
    p95: float
    p99: float
    count: int
    """How many were measured."""

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> "Times":
        """Sum up durations."""
        p5, median, p95, p99 = (round(float(value), 4) for value in np.percentile(milliseconds, (5, 50, 95, 99)))
        return cls(median, p5, p95, p99, len(milliseconds))


@dataclass(frozen=True)
class Report:
    """What a run measured."""

    model: str
    provider: str
    threads: int
    """Threads a graph may use on the CPU."""
    tick: Times
    """step.onnx, shadow.onnx where there is one, and the paste."""
    panned_tick: Times
    """The same while the background moves by parts of a pixel."""
    baseline: Times
    """PRODUCTS products of SIDE x SIDE float32 matrices by numpy, in one thread."""
    ratio: float
    """Median tick by median baseline."""
    million_macs: dict[str, float] | None
    """Multiplications of each graph, in millions, for one frame; None without the package onnx."""
    other: "Report | None" = None
    """The same of another model, by turns with this one."""


def measure(engines: Sequence[Engine], ticks: int) -> list[Times]:
    """Time ticks and ticks with a moving background of engines that have pictures, and the baseline, by turns."""
    rng = np.random.default_rng(0)
    left, right = rng.standard_normal((2, PRODUCTS, SIDE, SIDE), np.float32)

    def tick(engine: Engine, pan: float, number: int) -> None:
        way = 1 if number % 8 < 4 else -1  # to and fro, so that the agent stays in sight
        shift = way * engine.manifest.speed
        engine.step(Action((shift, 0.0), (way * pan, way * pan), number % engine.manifest.codes + 1))

    jobs: list[Callable[[int], object]] = [partial(tick, engine, pan) for engine in engines for pan in (0.0, 0.7)]
    jobs.append(lambda number: left @ right)
    times: list[list[float]] = [[] for _ in jobs]
    for number in range(-WARM_UP, 0):
        for job in jobs:
            job(number)
    for first in range(0, ticks, BLOCK):
        for job, found in zip(jobs, times, strict=True):
            for number in range(first, min(first + BLOCK, ticks)):
                start = time.perf_counter()
                job(number)
                found.append((time.perf_counter() - start) * 1000)
    return [Times.of(found) for found in times]


def count_macs(content: bytes) -> float:
    """Return the millions of multiplications in a graph's convolutions and matrix products, for a batch of one."""
    import onnx

    graph = onnx.load_from_string(content)
    for value in graph.graph.input:
        for dimension in value.type.tensor_type.shape.dim:
            if dimension.dim_param:
                dimension.dim_value = 1
    del graph.graph.value_info[:]
    for value in graph.graph.output:
        value.type.tensor_type.ClearField("shape")
    inferred = onnx.shape_inference.infer_shapes(graph, strict_mode=True, data_prop=True).graph
    shapes = {
        value.name: [dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
        for value in (*inferred.input, *inferred.value_info, *inferred.output)
    }
    shapes |= {tensor.name: list(tensor.dims) for tensor in inferred.initializer}
    total = 0
    for node in inferred.node:
        outputs = int(np.prod(shapes[node.output[0]])) if node.output[0] in shapes else 0
        if node.op_type == "Conv":  # the kernel is (out, in / groups, height, width)
            total += outputs * int(np.prod(shapes[node.input[1]][1:]))
        elif node.op_type == "ConvTranspose":  # the kernel is (in, out / groups, height, width)
            total += int(np.prod(shapes[node.input[0]])) * int(np.prod(shapes[node.input[1]][1:]))
        elif node.op_type in ("MatMul", "Gemm"):
            turned = any(given.name == "transA" and given.i for given in node.attribute)
            total += outputs * shapes[node.input[0]][0 if turned else -1]
    return total / 1e6


def graph_macs(bundle: Bundle) -> dict[str, float] | None:
    """Return the millions of multiplications of each graph of a bundle; None without the package onnx."""
    try:
        import onnx  # noqa: F401
    except ModuleNotFoundError:
        return None
    return {
        name: round(count_macs(bundle.read(name)), 3) for name in (*GRAPHS, SHADOW) if name in bundle.manifest.files
    }


def _opened(bundle: Bundle) -> Engine:
    """Return a bundle's engine on its first start frame."""
    if not bundle.manifest.starts:
        raise GlassError(f"model {bundle.manifest.name!r} has no start frame to play from; export it with --starts")
    engine = Engine(bundle)
    engine.reset(load_picture(bundle.folder / bundle.manifest.starts[0]))
    return engine


@app.command()
def tick(
    model: Annotated[list[str], typer.Option(help="Name or path of a model; twice to time two by turns.")],
    ticks: Annotated[int, typer.Option(min=1, help="How many ticks to time.")] = 300,
    json: JsonPlace = None,
) -> None:
    """Time one tick of play, on a model's first start frame."""
    if len(model) > 2:
        raise GlassError(f"--model: {len(model)} models; give one, or two to compare")
    bundles = [find_bundle(name) for name in model]
    engines = [_opened(bundle) for bundle in bundles]
    *timed, baseline = measure(engines, ticks)
    report: Report | None = None
    for place in reversed(range(len(model))):
        plain, panned = timed[2 * place : 2 * place + 2]
        report = Report(
            model=model[place],
            provider=engines[place].provider_name,
            threads=min(2, os.cpu_count() or 1),
            tick=plain,
            panned_tick=panned,
            baseline=baseline,
            ratio=round(plain.median / baseline.median, 3),
            million_macs=graph_macs(bundles[place]),
            other=report,
        )
    assert report is not None  # the option is needed
    publish(report, json, show)


def show(report: Report) -> None:
    """Print a report as a table."""
    print(f"model {report.model} on {report.provider}, up to {report.threads} threads")
    print(f"{'milliseconds':<34}{'median':>9}{'5 %':>9}{'95 %':>9}{'99 %':>9}{'of':>7}")
    rows = {
        "tick: step.onnx and paste": report.tick,
        "tick while the background moves": report.panned_tick,
        f"baseline: {PRODUCTS} products {SIDE}x{SIDE}": report.baseline,
    }
    for name, times in rows.items():
        print(f"{name:<34}{times.median:>9.3f}{times.p5:>9.3f}{times.p95:>9.3f}{times.p99:>9.3f}{times.count:>7}")
    print(f"a tick takes {report.ratio:.2f} times the baseline")
    if report.million_macs is None:
        print("multiplications are not counted: install onnx for that")
    else:
        print("MMAC a run: " + ", ".join(f"{name} {macs:.1f}" for name, macs in report.million_macs.items()))
    if report.other:
        show(report.other)
        quotient = report.tick.median / report.other.tick.median
        print(f"a tick of {report.model} takes {quotient:.2f} times that of the other")


main = partial(run_command, app, "tick.py")
"""Run the benchmark and return its exit code."""

if __name__ == "__main__":
    sys.exit(main())
