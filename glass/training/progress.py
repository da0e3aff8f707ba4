"""Progress of a training: a live bar on a terminal, a line now and then elsewhere."""

import time
from dataclasses import dataclass
from typing import Protocol

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

SECONDS_BETWEEN_LINES = 20.0


@dataclass(frozen=True)
class StepProgress:
    """Progress of a stage, or of reading clips for one."""

    stage: str
    """Name of the stage, or ``examples`` or ``tracks`` while clips are read."""
    step: int
    """Steps taken."""
    steps: int
    """Steps in all."""
    losses: dict[str, float]
    """Weighted terms of the last step."""
    codes_used: int
    """Different local actions in the last batch."""
    frames_per_second: float
    """Frames worked on, a second."""


class Reporter(Protocol):
    """Where progress goes."""

    def report(self, progress: StepProgress) -> None:
        """Take note of one step."""


def _figures(progress: StepProgress) -> str:
    terms = [f"{name} {value:.4f}" for name, value in progress.losses.items()]
    codes = [f"{progress.codes_used} codes"] if progress.codes_used else []
    return "  ".join([*terms, *codes, f"{progress.frames_per_second:.0f} frames/s"])


class LiveReporter(Progress):
    """A bar for each stage, with losses, codes in use, frames a second and time left; drawn while it is entered."""

    def __init__(self) -> None:
        """Prepare the bars."""
        super().__init__(
            TextColumn("{task.description:>7}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[figures]}"),
        )
        self._stages: dict[str, TaskID] = {}

    def report(self, progress: StepProgress) -> None:
        """Move the bar of the stage."""
        if progress.stage not in self._stages:
            self._stages[progress.stage] = self.add_task(progress.stage, total=progress.steps, figures="")
        self.update(self._stages[progress.stage], completed=progress.step, figures=_figures(progress))


class QuietReporter:
    """Says nothing, as all processes but the first do."""

    def report(self, progress: StepProgress) -> None:
        """Leave it to the first process."""


class LineReporter:
    """A line every twenty seconds and at the end of each stage."""

    def __init__(self) -> None:
        """Start the clock."""
        self._last = 0.0
        self._stage = ""
        self._began = (0, 0.0)

    def report(self, progress: StepProgress) -> None:
        """Print a line if it is time to."""
        now = time.monotonic()
        if progress.stage != self._stage:
            self._stage, self._began = progress.stage, (progress.step, now)
        if now - self._last < SECONDS_BETWEEN_LINES and progress.step != progress.steps:
            return
        self._last = now
        first, began = self._began
        done = progress.step - first
        left = (now - began) / done * (progress.steps - progress.step) / 60 if done else 0.0
        place = f"{progress.stage} {progress.step}/{progress.steps}"
        print(f"{place}  {_figures(progress)}  {left:.1f} min left", flush=True)
