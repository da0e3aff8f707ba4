"""Plots of the evaluation report."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from export.evaluate.drift import DriftFigures
from export.evaluate.measure import Report
from export.evaluate.obedience import ObedienceFigures
from export.evaluate.replay import Curve, LikenessFigures
from glass.core.atomic_files import atomic_file
from glass.data.core.clip import ACTIONS

_DPI = 100


def write_plots(report: Report, folder: Path) -> None:
    """Write `replay.png`, and, where their truth is known, `local_actions.png` and `play.png` into a folder."""
    plots: dict[str, Callable[[Report], Figure]] = {"replay.png": _plot_replay}
    if report.reading.local_actions.counts:
        plots["local_actions.png"] = _plot_local_actions
    if report.obedience and report.drift:
        plots["play.png"] = _plot_play
    for name, plot in plots.items():
        with atomic_file(folder / name) as place:
            plot(report).savefig(place, format="png", dpi=_DPI)


def _plot_replay(report: Report) -> Figure:
    """PSNR by tick, of replays and of keeping the first frame."""
    figure = Figure((9, 4), layout="constrained")
    figure.suptitle(f"{report.model}: replayed against kept first frame")
    for axes, name, likeness in zip(
        figure.subplots(1, 2, sharey=True).ravel(),
        ("frame", "agent's cell"),
        (report.replay.frame, report.replay.agent),
        strict=True,
    ):
        _draw_likeness(axes, name, likeness)
    return figure


def _draw_likeness(axes: Axes, name: str, likeness: LikenessFigures) -> None:
    axes.plot(*_points(likeness.psnr), marker=".", label="replayed")
    axes.plot(*_points(likeness.psnr_of_first), marker=".", label="first frame kept")
    axes.set(title=name, xlabel="tick", ylabel="PSNR, dB")
    axes.grid(alpha=0.3)
    axes.legend()


def _points(curve: Curve) -> tuple[list[int], list[float]]:
    known = {tick: value for tick, value in curve.items() if value is not None}
    return list(known), list(known.values())


def _plot_local_actions(report: Report) -> Figure:
    """The true actions seen with each local action, as shares of its steps."""
    counts = np.array(report.reading.local_actions.counts)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    figure = Figure((8, 1.8 + 0.4 * len(counts)), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        if count:
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=colour)
    axes.set_xticks(range(len(ACTIONS)), ACTIONS, rotation=30, ha="right")
    axes.set_yticks(range(len(counts)), [str(code) for code in range(1, len(counts) + 1)])
    axes.set(title=f"{report.model}: steps of each local action by what they truly show", ylabel="local action")
    return figure


def _plot_play(report: Report) -> Figure:
    """Obedience by true action and by tick, and likeness to the nearest true frame in long play."""
    assert report.obedience and report.drift
    figure = Figure((12, 4), layout="constrained")
    figure.suptitle(f"{report.model}: local actions held, and long play")
    actions, ticks, drift = figure.subplots(1, 3).ravel()
    _draw_obedience(actions, ticks, report.obedience)
    _draw_drift(drift, report.drift)
    return figure


def _draw_obedience(actions: Axes, ticks: Axes, obedience: ObedienceFigures) -> None:
    actions.barh(range(len(ACTIONS)), [value or 0.0 for value in obedience.by_action])
    actions.set_yticks(range(len(ACTIONS)), ACTIONS)
    actions.invert_yaxis()
    actions.set(title="obedience by true action", xlim=(0, 1))
    rates = [value or 0.0 for value in obedience.by_tick]
    ticks.bar(range(1, len(rates) + 1), rates)
    ticks.set(title="obedience by tick of holding", xlabel="tick", ylim=(0, 1))


def _draw_drift(axes: Axes, drift: DriftFigures) -> None:
    ticks, values = _points(drift.psnr)
    axes.bar([str(tick) for tick in ticks], values)
    axes.set(title="cell by nearest true frame", xlabel="tick", ylabel="PSNR, dB")
