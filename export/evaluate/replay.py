"""Reconstruction: a clip is played again from its first frame and compared with it, as is its first frame when kept."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from export.evaluate.image_metrics import Region, psnr, region_of, ssim
from export.evaluate.means import nan_mean
from export.evaluate.shifts import ShiftAccumulator, ShiftFigures
from glass.core.errors import GlassError
from glass.data.core.clip import CELL, Clip
from playground import Action, Engine
from playground.clips.analysis import Analysis, analyse

REPLAY_TICKS = (1, 6, 12, 24)
"""Ticks after the first frame at which replays are summed up."""

Curve = dict[int, float | None]
"""A figure by tick, mean over clips."""


@dataclass(frozen=True)
class LikenessFigures:
    """How like the clip a replay is, and how like it would be to keep the first frame; means over clips."""

    psnr: Curve
    """In dB, at every tick."""
    psnr_of_first: Curve
    """The same of the first frame."""
    ssim: Curve
    """At `REPLAY_TICKS`."""
    ssim_of_first: Curve
    """The same of the first frame."""


@dataclass(frozen=True)
class ReplayFigures:
    """Figures of replays."""

    frame: LikenessFigures
    """Of the whole frame."""
    agent: LikenessFigures
    """Of the agent's 64x64 cell; of the model's window around the agent where the cell's place is unknown."""
    foreground_control: ShiftFigures
    """Commanded shifts against those read out of the played frames."""
    background_control: ShiftFigures
    """Commanded pans against those read out of the played frames."""
    refused: int
    """Clips in whose first frame the model finds no agent; they are in none of these figures."""


_Values = defaultdict[int, list[float]]


def _values() -> _Values:
    return defaultdict(list)


@dataclass
class LikenessAccumulator:
    """Likeness by tick, one value a clip."""

    psnr: _Values = field(default_factory=_values)
    """Of replays."""
    psnr_of_first: _Values = field(default_factory=_values)
    """Of first frames."""
    ssim: _Values = field(default_factory=_values)
    """Of replays."""
    ssim_of_first: _Values = field(default_factory=_values)
    """Of first frames."""

    def add(self, tick: int, played: Region, first: Region, target: Region) -> None:
        """Compare what was played, and the first frame, with the clip at a tick."""
        self.psnr[tick].append(psnr(played, target))
        self.psnr_of_first[tick].append(psnr(first, target))
        if tick in REPLAY_TICKS:
            self.ssim[tick].append(ssim(played, target))
            self.ssim_of_first[tick].append(ssim(first, target))

    def figures(self) -> LikenessFigures:
        """Sum up."""
        curves = (self.psnr, self.psnr_of_first, self.ssim, self.ssim_of_first)
        return LikenessFigures(*({tick: nan_mean(values) for tick, values in curve.items()} for curve in curves))


@dataclass
class ReplayAccumulator:
    """The replays so far."""

    frame: LikenessAccumulator = field(default_factory=LikenessAccumulator)
    """Of whole frames."""
    agent: LikenessAccumulator = field(default_factory=LikenessAccumulator)
    """Of the regions around the agent."""
    foreground: ShiftAccumulator = field(default_factory=ShiftAccumulator)
    """Shifts of the agent, commanded and found."""
    background: ShiftAccumulator = field(default_factory=ShiftAccumulator)
    """Pans, commanded and found."""
    played_regions: list[Region] = field(default_factory=list)
    """Regions around the agent as played, of every tick, that lie in the frame."""
    true_regions: list[Region] = field(default_factory=list)
    """The same regions of the clips."""
    refused: int = 0
    """Clips in whose first frame no agent was found."""

    def add(self, clip: Clip, analysis: Analysis, engine: Engine, views: Sequence[NDArray[np.uint8]] = ()) -> None:
        """Play a clip from its first frame: the true shifts and pans where they are known, else those read from it.

        Local actions are those read from it. The model is given ``views`` of the agent, straight RGBA (h, w, 4), too.
        """
        try:
            engine.reset(clip.frames[0], views=views)
        except GlassError:
            self.refused += 1
            return
        shifts, pans = clip.foreground_shifts, clip.background_shifts
        if shifts is None:
            shifts = np.array([step.foreground_shift for step in analysis.steps]).reshape(-1, 2)
        if pans is None:
            pans = np.array([step.background_shift for step in analysis.steps]).reshape(-1, 2)
        frames, positions = [clip.frames[0]], [engine.snapshot().agents[0].position]
        for (x, y), (pan_x, pan_y), step in zip(shifts.tolist(), pans.tolist(), analysis.steps, strict=True):
            seen = engine.step(Action((x, y), (pan_x, pan_y), step.local_action))
            frames.append(seen.frame)
            positions.append(seen.position)
        side = engine.manifest.window
        if clip.positions is not None:
            side, positions = CELL, [(x, y) for x, y in clip.positions.tolist()]
        first, first_region = clip.frames[0].astype(np.float64), region_of(clip.frames[0], positions[0], side)
        for tick, (frame, true, position) in enumerate(zip(frames, clip.frames, positions, strict=True)):
            if tick:
                self.frame.add(tick, frame.astype(np.float64), first, true.astype(np.float64))
                played, target = region_of(frame, position, side), region_of(true, position, side)
                self.agent.add(tick, played, first_region, target)
                if not np.isnan(target).any():
                    self.played_regions.append(played)
                    self.true_regions.append(target)
        found = analyse(engine, np.stack(frames))
        self.foreground.add([step.foreground_shift for step in found.steps], shifts)
        self.background.add([step.background_shift for step in found.steps], pans)

    def figures(self) -> ReplayFigures:
        """Sum up."""
        return ReplayFigures(
            frame=self.frame.figures(),
            agent=self.agent.figures(),
            foreground_control=self.foreground.figures(),
            background_control=self.background.figures(),
            refused=self.refused,
        )
