"""TensorBoard, where it is installed: the losses of every step, and every contact sheet."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from glass.training.progress import Reporter, StepProgress

FOLDER = "tensorboard"
"""Folder of the records, inside that of a run."""

STEPS_BETWEEN_LOOKS = 25


class _Board:
    """A reporter that passes on what it hears, and records it."""

    def __init__(self, reporter: Reporter, writer: Any, folder: Path) -> None:
        self._reporter, self._writer, self._folder = reporter, writer, folder
        self._seen = {path: path.stat().st_mtime_ns for path in folder.glob("*.png")}

    def report(self, progress: StepProgress) -> None:
        """Record a step of training."""
        self._reporter.report(progress)
        if progress.losses:
            for name, value in progress.losses.items():
                self._writer.add_scalar(f"{progress.stage}/{name}", value, progress.step)
            self._writer.add_scalar(f"{progress.stage}/total", sum(progress.losses.values()), progress.step)
            if progress.codes_used:
                self._writer.add_scalar(f"{progress.stage}/codes used", progress.codes_used, progress.step)
        if progress.step % STEPS_BETWEEN_LOOKS == 1:
            self.look()

    def look(self) -> None:
        """Record the contact sheets that are new."""
        for path in sorted(self._folder.glob("*.png")):
            changed = path.stat().st_mtime_ns
            if self._seen.get(path) != changed and not path.name.startswith("."):
                self._seen[path] = changed
                stage, _, step = path.stem.rpartition("-")
                number = int(step) if step.isdecimal() else 0
                with Image.open(path) as sheet:
                    pixels = np.asarray(sheet.convert("RGB"))
                self._writer.add_image(stage or path.stem, pixels, number, dataformats="HWC")


@contextmanager
def recorded(reporter: Reporter, folder: Path) -> Iterator[Reporter]:
    """Give a reporter that also records for TensorBoard in the run ``folder``; without TensorBoard the same one."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        yield reporter
        return
    writer = SummaryWriter(folder / FOLDER)
    board = _Board(reporter, writer, folder)
    try:
        yield board
    finally:
        board.look()
        writer.close()
