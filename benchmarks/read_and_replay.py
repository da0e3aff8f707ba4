"""Read clips whose truth is known, replay them from their first frame, and say how far both are from the truth.

`python benchmarks/read_and_replay.py --model NAME --data SPEC`, where SPEC is a source that draws its clips, such as
`folk:split=test` or `wsprites:sheets=DIR,background=FILE,backgrounds=photo,split=test`.
"""

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from glass.data.clip import CELL, Clip
from glass.data.sources import ClipSource, open_source
from glass.errors import GlassError
from playground import Action, Engine, PlaygroundError
from playground.analyse import Analysis, analyse

TICKS = (1, 6, 12)
"""Ticks after the first frame at which replays are compared."""

COMMON_SHARE = 0.03
"""A local action counts as used when it has more than this share of the steps."""


@dataclass
class Tally:
    """What has been found in the clips so far, one entry a frame, a step or a replay."""

    overlaps: list[float] = field(default_factory=list)
    """Intersection over union of the masks, of each frame that shows the agent."""
    headings: list[bool] = field(default_factory=list)
    """Whether a move was read within 45 degrees, of each step in which the agent moved."""
    foreground_errors: list[float] = field(default_factory=list)
    """Length of the error of the foreground shift in pixels, of each step."""
    background_errors: list[float] = field(default_factory=list)
    """The same of the background shift."""
    local_actions: list[int] = field(default_factory=list)
    """Local action read from each step."""
    true_actions: list[int] = field(default_factory=list)
    """Action that the step's second frame truly shows."""
    replayed: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By tick: PSNR in dB of the replayed cell against the true one, of each clip."""
    kept: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By tick: the same of the first frame's cell."""
    refused: int = 0
    """Clips in whose first frame the model finds no agent."""

    def read(self, clip: Clip, analysis: Analysis) -> None:
        """Compare what was read from a clip with the truth."""
        truth = _Truth.of(clip)
        both = (truth.masks & analysis.masks).sum((1, 2))
        either = (truth.masks | analysis.masks).sum((1, 2))
        shown = truth.masks.any((1, 2))
        self.overlaps += (both[shown] / either[shown]).tolist()
        foreground = np.array([step.foreground_shift for step in analysis.steps])
        background = np.array([step.background_shift for step in analysis.steps])
        self.headings += heading_right(foreground, truth.foreground_shifts).tolist()
        self.foreground_errors += np.linalg.norm(foreground - truth.foreground_shifts, axis=1).tolist()
        self.background_errors += np.linalg.norm(background - truth.background_shifts, axis=1).tolist()
        self.local_actions += [step.local_action for step in analysis.steps]
        self.true_actions += truth.actions[1:].tolist()

    def replay(self, clip: Clip, analysis: Analysis, engine: Engine) -> None:
        """Play a clip from its first frame: the true shifts and pans, and the local actions read from it."""
        truth = _Truth.of(clip)
        try:
            engine.reset(clip.frames[0])
        except PlaygroundError:
            self.refused += 1
            return
        actions = [
            Action((shift[0], shift[1]), (pan[0], pan[1]), step.local_action)
            for shift, pan, step in zip(
                truth.foreground_shifts.tolist(), truth.background_shifts.tolist(), analysis.steps, strict=True
            )
        ]
        frames = [clip.frames[0], *(engine.step(action).frame for action in actions[: max(TICKS)])]
        first = cell_of(clip.frames[0], truth.positions[0])
        for tick in TICKS:
            target = cell_of(clip.frames[tick], truth.positions[tick])
            self.replayed[tick].append(psnr(cell_of(frames[tick], truth.positions[tick]), target))
            self.kept[tick].append(psnr(first, target))


@dataclass(frozen=True)
class _Truth:
    """A clip's truth, all of it known."""

    masks: NDArray[np.bool_]
    actions: NDArray[np.int64]
    foreground_shifts: NDArray[np.float64]
    background_shifts: NDArray[np.float64]
    positions: NDArray[np.float64]

    @classmethod
    def of(cls, clip: Clip) -> "_Truth":
        """Take it from a clip.

        Raises:
            GlassError: something is not known of the clip.
        """
        known = (clip.masks, clip.actions, clip.foreground_shifts, clip.background_shifts, clip.positions)
        masks, actions, foreground_shifts, background_shifts, positions = known
        if (
            masks is None
            or actions is None
            or foreground_shifts is None
            or background_shifts is None
            or positions is None
        ):
            raise GlassError(f"clip {clip.name}: its truth is not known; give a source that draws its clips")
        return cls(masks, actions, foreground_shifts, background_shifts, positions)


@dataclass(frozen=True)
class Report:
    """What a run measured; means over frames, steps or clips."""

    model: str
    data: str
    clips: int
    frames: int
    seed: int
    mask_iou: float
    direction: float
    """Share of moves read within 45 degrees of the true direction."""
    foreground_error: float
    """In pixels."""
    background_error: float
    """In pixels."""
    shares: list[float]
    """Share of the steps of each local action, from 1 on."""
    used: int
    """Local actions with more than COMMON_SHARE of the steps."""
    information: float
    """Normalised mutual information of local actions and true actions, 0..1."""
    replayed: dict[int, float]
    """PSNR in dB of the replayed cell by tick."""
    kept: dict[int, float]
    """PSNR in dB of the first frame's cell by tick."""
    refused: int
    """Clips in whose first frame no agent was found; they are not in `replayed` and `kept`."""


def heading_right(shifts: NDArray[np.float64], true_shifts: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of each true move whether the shift (x, y) read is within 45 degrees of it; true shifts of 0 are left out."""
    moves = np.linalg.norm(true_shifts, axis=1) > 0
    shifts, true_shifts = shifts[moves], true_shifts[moves]
    along = (shifts * true_shifts).sum(1)
    lengths = np.linalg.norm(shifts, axis=1) * np.linalg.norm(true_shifts, axis=1)
    right: NDArray[np.bool_] = along > np.cos(np.pi / 4) * lengths
    return right


def cell_of(frame: NDArray[np.uint8], position: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cell (CELL, CELL, 3) around `position` (x, y), 0..255; NaN where it lies outside the frame."""
    cell = np.full((CELL, CELL, 3), np.nan)
    left, top = (round(float(value)) - CELL // 2 for value in position)
    rows = slice(max(top, 0), max(min(top + CELL, frame.shape[0]), 0))
    columns = slice(max(left, 0), max(min(left + CELL, frame.shape[1]), 0))
    part = frame[rows, columns]
    cell[rows.start - top :, columns.start - left :][: part.shape[0], : part.shape[1]] = part
    return cell


def psnr(cell: NDArray[np.float64], target: NDArray[np.float64]) -> float:
    """Return the peak signal-to-noise ratio in dB over the pixels that both have; NaN where they share none."""
    errors = (cell - target)[~np.isnan(cell) & ~np.isnan(target)] ** 2
    return 10 * math.log10(255**2 / max(float(errors.mean()), 1e-6)) if errors.size else math.nan


def normalised_information(first: Sequence[int], second: Sequence[int]) -> float:
    """Return the mutual information of two labellings by the mean of their entropies, 0..1."""
    table = np.zeros((max(first) + 1, max(second) + 1))
    np.add.at(table, (np.asarray(first), np.asarray(second)), 1)
    joint = table / table.sum()
    entropies = [_entropy(joint.sum(1)), _entropy(joint.sum(0))]
    if not any(entropies):
        return 0.0
    return 2 * (sum(entropies) - _entropy(joint.ravel())) / sum(entropies)


def _entropy(shares: NDArray[np.float64]) -> float:
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())


def tally_clips(engine: Engine, source: ClipSource, clips: int, frames: int, seed: int) -> Tally:
    """Draw clips, read and replay them.

    Raises:
        GlassError: the source's frames are not of the model's size, or its clips have no truth.
    """
    if source.frame_size != engine.frame_size:
        sizes = ["x".join(map(str, size)) for size in (source.frame_size, engine.frame_size)]
        raise GlassError(f"source {source.name!r} has frames of {sizes[0]} pixels, the model's have {sizes[1]}")
    tally = Tally()
    for number in range(clips):
        clip = source.draw(np.random.default_rng((seed, number)), frames)
        analysis = analyse(engine, clip.frames)
        tally.read(clip, analysis)
        tally.replay(clip, analysis, engine)
    return tally


def sum_up(tally: Tally, engine: Engine, data: str, clips: int, frames: int, seed: int) -> Report:
    """Turn a tally into means."""
    counts = np.bincount(tally.local_actions, minlength=engine.manifest.codes + 1)[1:]
    shares = counts / counts.sum()
    return Report(
        model=engine.manifest.name,
        data=data,
        clips=clips,
        frames=frames,
        seed=seed,
        mask_iou=_mean(tally.overlaps),
        direction=_mean(tally.headings),
        foreground_error=_mean(tally.foreground_errors),
        background_error=_mean(tally.background_errors),
        shares=[round(float(share), 4) for share in shares],
        used=int((shares > COMMON_SHARE).sum()),
        information=round(normalised_information(tally.local_actions, tally.true_actions), 4),
        replayed={tick: _mean(tally.replayed[tick]) for tick in TICKS},
        kept={tick: _mean(tally.kept[tick]) for tick in TICKS},
        refused=tally.refused,
    )


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return round(float(np.mean(known)), 4) if known else math.nan


def show(report: Report) -> None:
    """Print a report as a table."""
    steps = report.clips * (report.frames - 1)
    print(f"model {report.model}, {report.clips} clips of {report.frames} frames ({steps} steps), seed {report.seed}")
    rows = [
        ("mask IoU", f"{report.mask_iou:.3f}"),
        ("direction of moves right", f"{report.direction:.3f}"),
        ("foreground shift error, px", f"{report.foreground_error:.3f}"),
        ("background shift error, px", f"{report.background_error:.3f}"),
        ("local actions, share of steps", " ".join(f"{share:.2f}" for share in report.shares)),
        (f"local actions above {COMMON_SHARE:.0%}", str(report.used)),
        ("information shared with true actions", f"{report.information:.3f}"),
    ]
    for tick in TICKS:
        value = f"{report.replayed[tick]:.2f} (first frame kept {report.kept[tick]:.2f})"
        rows.append((f"PSNR of the cell at tick {tick}, dB", value))
    rows.append(("clips refused for replay", str(report.refused)))
    for name, value in rows:
        print(f"{name:<38}{value}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return its exit code."""
    parser = argparse.ArgumentParser(description="Read clips, replay them, and compare both with the truth.")
    parser.add_argument("--model", required=True, help="name or path of a model")
    parser.add_argument("--data", required=True, metavar="SPEC", help="source of clips, such as folk:split=test")
    parser.add_argument("--clips", type=int, default=40, help="how many clips to draw")
    parser.add_argument("--frames", type=int, default=24, help=f"frames in each, more than {max(TICKS)}")
    parser.add_argument("--seed", type=int, default=0, help="decides which clips are drawn")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    given = parser.parse_args(arguments)
    if given.clips < 1 or given.seed < 0 or given.frames <= max(TICKS):
        parser.error(f"--clips must be at least 1, --seed at least 0, --frames more than {max(TICKS)}")
    try:
        engine = Engine.load(given.model)
        tally = tally_clips(engine, open_source(given.data), given.clips, given.frames, given.seed)
    except (GlassError, PlaygroundError) as error:
        print(error, file=sys.stderr)
        return 2
    report = sum_up(tally, engine, given.data, given.clips, given.frames, given.seed)
    show(report)
    if given.json:
        given.json.write_text(json.dumps(asdict(report), indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
