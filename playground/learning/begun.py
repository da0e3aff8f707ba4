"""What was begun to be learned from a clip: found by the records that `glass-learn` keeps, to be gone on with."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
from platformdirs import user_data_path

from playground.bundles.library import bundle_folders

RECORD_FILE = "learn.json"
"""The record of a training, in a folder of the model's name."""
_LONGEST_NAME = 40


class _Record(msgspec.Struct, frozen=True):
    """What is needed of a record."""

    clips: tuple[str, ...] = ()
    agent: str = ""


@dataclass(frozen=True)
class BegunLearning:
    """A training that was begun."""

    name: str
    """Name of its model."""
    agent: str
    """Which agent was named, as `--agent` of `glass-learn` says it; empty for none."""
    finished: bool
    """Whether it led to a model."""


def learning_folder() -> Path:
    """Return the folder that holds one for each model that is learned."""
    return user_data_path("glass-playground") / "learning"


def begun_from(clip: Path) -> BegunLearning | None:
    """Return what was begun last with a clip and nothing else; None where nothing was."""
    models = bundle_folders()
    found = [
        (time, BegunLearning(name, record.agent, name in models))
        for time, name, record in _records()
        if record.clips == (str(clip.absolute()),)
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def free_name(clip: Path) -> str:
    """Return a name for the model of a clip that no model has, nor one that was begun."""
    taken = {*bundle_folders(), *(name for _, name, _ in _records())}
    plain = re.sub(r"[^\w-]+", "-", clip.stem).strip("-_")[:_LONGEST_NAME] or "clip"
    names = (plain, *(f"{plain}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _records() -> Iterator[tuple[float, str, _Record]]:
    """Yield when each training was begun, its name and its record; what cannot be read is passed over."""
    for place in learning_folder().glob(f"*/{RECORD_FILE}"):
        with suppress(OSError, ValueError, msgspec.MsgspecError, RecursionError):
            yield place.stat().st_mtime, place.parent.name, msgspec.json.decode(place.read_bytes(), type=_Record)
