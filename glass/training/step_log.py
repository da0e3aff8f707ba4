"""The log of a run: the losses of its steps, one JSON object a line, without gaps or repeats after any stop."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from glass.core.atomic_files import write_text
from glass.training.checkpoint import TrainingPosition

LOG = "metrics.jsonl"
"""File of a run with the losses of every step, one a line."""


def open_log(folder: Path, position: TrainingPosition, stages: Sequence[str]) -> TextIO:
    """Open the log of a run that stands at ``position``, to append to; steps logged but not saved are taken out.

    ``stages`` are names in the order of their training.
    """
    path = folder / LOG
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True) if path.exists() else []
    lines = [line for line in lines if line.endswith("\n")]  # A killed run may leave half of one.
    here = stages.index(position.stage), position.step
    steps = (json.loads(line) for line in lines)
    kept = [(stages.index(each["stage"]), each["step"]) <= here for each in steps]
    write_text(path, "".join(line for line, keep in zip(lines, kept, strict=True) if keep))
    return path.open("a", encoding="utf-8")
