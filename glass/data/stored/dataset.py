"""Data sets on disk: `dataset.json`, and a folder of clip folders for each split."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from glass.core.atomic_files import atomic_folder
from glass.core.errors import GlassError
from glass.data.core.clip import ACTIONS, Clip
from glass.data.core.splits import SPLITS
from glass.data.stored.clip_folder import write_clip

DATASET_FILE = "dataset.json"
"""What a data set of ours is known by."""

FORMAT = 1
"""Version of the layout."""


class DatasetInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a data set says of itself, in `dataset.json`."""

    generator: str
    """What made it."""
    arguments: dict[str, str | int | float]
    """How it was made, apart from the seed."""
    seed: int
    """What decided everything random."""
    tick_rate: float
    """Frames a second."""
    frame_size: tuple[int, int]
    """(W, H) in pixels."""
    licence: str
    """Licence and authors of the pictures."""
    actions: tuple[str, ...] = ACTIONS
    """Names of the actions, as clips number them."""
    format: int = FORMAT
    """Version of the layout."""


def read_info(folder: Path) -> DatasetInfo | None:
    """Read what a data set says of itself; None where the folder is not a data set of ours.

    Raises:
        GlassError: `dataset.json` is damaged or of another version.
    """
    path = folder / DATASET_FILE
    if not path.is_file():
        return None
    try:
        info = msgspec.json.decode(path.read_bytes(), type=DatasetInfo)
    except (ValueError, msgspec.MsgspecError) as error:
        raise GlassError(f"{path}: damaged or not ours ({error}); write the data set again") from error
    if info.format != FORMAT:
        raise GlassError(f"{path}: format {info.format}, but this program reads {FORMAT}; write the data set again")
    return info


class DatasetWriter:
    """Adds clips to a data set under construction."""

    def __init__(self, folder: Path) -> None:
        """Write into an existing folder."""
        self._folder = folder

    def add(self, split: str, clip: Clip) -> None:
        """Write a clip, in a folder of its name, into a split."""
        write_clip(clip, self._folder / split / clip.name)


@contextmanager
def new_dataset(out: Path, info: DatasetInfo) -> Iterator[DatasetWriter]:
    """Make a data set that appears at `out` when the block ends well, and leaves nothing when it does not.

    A data set of ours that stands at `out` is replaced.

    Raises:
        GlassError: `out` is a file, or a folder that holds anything else.
    """
    out = out.resolve()
    check_replaceable(out)
    with atomic_folder(out) as partial:
        (partial / DATASET_FILE).write_bytes(msgspec.json.format(msgspec.json.encode(info), indent=2) + b"\n")
        yield DatasetWriter(partial)


def check_replaceable(out: Path) -> None:
    """Check that a data set may be written at `out`.

    Raises:
        GlassError: `out` is a file, or a folder that holds anything but a data set of ours.
    """
    if out.exists() and not out.is_dir():
        raise GlassError(f"{out}: is a file; give a folder for the data set")
    content = {path.name for path in out.iterdir()} if out.is_dir() else set()
    foreign = sorted(content - {DATASET_FILE, *SPLITS})
    if foreign or (content and DATASET_FILE not in content):
        found = (foreign or sorted(content))[0]
        raise GlassError(f"{out}: holds '{found}', which is not part of a data set made here; give another folder")
