"""Progress display of `glass-learn`: what is being done and the time left, as a bar, as lines, or as JSON."""

import time
from pathlib import Path

from rich.progress import BarColumn, Progress, TextColumn

from export.learn.budget import Budget
from glass.stages.pipeline import PIPELINE
from glass.training.progress import StepProgress
from playground.learning.messages import LearnMessage, LearnNote, LearnProgress, write_message

TITLES = {stage.name: stage.title for stage in PIPELINE} | {"examples": "pixels of the agent", "tracks": "paths"}
"""What stages of training are called, and what clips are read for."""

SECONDS_BETWEEN_LINES, SECONDS_BETWEEN_MESSAGES = 20.0, 0.5


class Display(Progress):
    """A bar on a terminal while it is entered, elsewhere a line now and then; also a reporter for training."""

    def __init__(self, deadline: float, live: bool, json: bool = False) -> None:
        """Prepare to show how long it is to ``deadline``, by the monotonic clock.

        ``live`` draws on a terminal; ``json`` prints messages for another program, and nothing else.
        """
        super().__init__(
            TextColumn("{task.description:<20}"),
            BarColumn(),
            TextColumn("{task.fields[left]}"),
            TextColumn("{task.fields[figures]}"),
            disable=not live,
            transient=True,
        )
        self._began, self._deadline = time.monotonic(), deadline
        self._task = self.add_task("", total=1.0, left="", figures="")
        self._last_print, self._doing, self._json = 0.0, "", json
        self.budget: Budget | None = None
        """Told of every step, once training begins."""

    def show(self, doing: str, figures: str = "") -> None:
        """Say what is being done."""
        now = time.monotonic()
        left = max(0.0, self._deadline - now)
        over = min(1.0, (now - self._began) / max(1e-6, self._deadline - self._began))
        remaining = f"{int(left) // 60}:{int(left) % 60:02d} left"
        if self._json:
            if doing != self._doing or now - self._last_print > SECONDS_BETWEEN_MESSAGES:
                self.tell(LearnProgress(doing, round(over, 4), round(left, 1), figures))
                self._last_print = now
        elif not self.disable:
            self.update(self._task, completed=over, description=doing, left=remaining, figures=figures)
        elif doing != self._doing or now - self._last_print > SECONDS_BETWEEN_LINES:
            print(f"{doing:<20} {remaining}  {figures}".rstrip(), flush=True)
            self._last_print = now
        self._doing = doing

    def reading(self, name: str, frames: int) -> None:
        """Say how many frames have been read, and of what."""
        self.show("reading", f"{Path(name).name}  {frames} frames")

    def say(self, line: str) -> None:
        """Print a line that stays."""
        if self._json:
            self.tell(LearnNote(line))
            return
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def tell(self, message: LearnMessage) -> None:
        """Print a message, if another program listens."""
        if self._json:
            print(write_message(message), flush=True)

    def report(self, progress: StepProgress) -> None:
        """Take note of a step of training, or of a clip that was prepared for one.

        Raises:
            KeyboardInterrupt: a person wants to stop, and nothing is lost by it.
        """
        if self.budget:
            if progress.losses:
                self.budget.step_finished()
            elif self.budget.stop_requested:
                raise KeyboardInterrupt
        total = [f"loss {sum(progress.losses.values()):.4f}"] if progress.losses else []
        codes = [f"{progress.codes_used} in use"] if progress.codes_used else []
        figures = "  ".join([f"{progress.step}/{progress.steps}", *total, *codes])
        self.show(TITLES.get(progress.stage, progress.stage), figures)
