"""The BAIR robot pushing data set as it is published: TFRecord files in folders `train` and `test`."""

from dataclasses import dataclass
from math import isqrt
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.data.core.specification import Specification
from glass.data.stored.folder_source import split_folder
from glass.data.stored.tfrecords import Record, list_records, read_example

LICENCE = "BAIR robot pushing data set (Ebert, Finn, Lee, Levine 2017); see where the files came from"
"""Licence and authors of the pictures."""

CAMERAS = {"main": "image_main", "aux": "image_aux1"}
"""The two cameras and their names in the files."""

SUFFIX = "*.tfrecords"
"""What the files are called."""

_PLACE = "{}/endeffector_pos"
_AXES = ("x", "y", "z")

Example = dict[str, bytes | npt.NDArray[np.float32]]


@dataclass(frozen=True)
class BairSource:
    """Clips of the data set, read when asked for; their measures x, y and z say where the gripper was, in metres."""

    tick_rate: ClassVar[float] = 10.0
    """Frames a second."""
    licence: ClassVar[str] = LICENCE
    """Licence and authors of the pictures."""

    name: str
    """What to call the source in logs."""
    records: tuple[Record, ...]
    """Where the clips are."""
    camera: str
    """Which camera's pictures, as the files name it."""
    frame_size: tuple[int, int]
    """(W, H) of the frames in pixels."""
    weight: float = 1.0
    """How often to draw from the source, relative to others."""

    @property
    def describe(self) -> str:
        """One line about what the clips show."""
        return f"{len(self.records)} clips of BAIR robot pushing ({self.name})"

    def draw(self, rng: np.random.Generator, length: int) -> Clip:
        """Give `length` consecutive frames of any clip.

        Raises:
            GlassError: the clip is shorter, or cannot be read.
        """
        number = int(rng.integers(len(self.records)))
        clip = self.read(number)
        if len(clip) < length:
            raise GlassError(f"{self.name}: clip {number} has {len(clip)} frames, {length} are needed; ask for fewer")
        return clip.cut(int(rng.integers(len(clip) - length + 1)), length)

    def read(self, number: int) -> Clip:
        """Read the clip of this number (from 0).

        Raises:
            GlassError: it is damaged.
        """
        record = self.records[number]
        return _clip(read_example(record), self.camera, record)


def holds_records(root: Path) -> bool:
    """Say whether a folder holds such files, itself or in its folder `train`."""
    return any(next(folder.glob(SUFFIX), None) for folder in (root, root / "train") if folder.is_dir())


def open_bair(options: Specification) -> BairSource:
    """Open `bair:path=DIR`, with `split`, `camera` (main or aux) and `weight`.

    Raises:
        GlassError: unknown options or values, or no such folder, files or clips in them.
    """
    root, split = Path(options.text("path")), options.text("split", "train")
    camera, weight = options.text("camera", "main"), options.number("weight", 1.0)
    options.refuse_unused()
    if camera not in CAMERAS:
        raise options.error("camera", f"must be one of {', '.join(CAMERAS)}")
    return open_records(root, split, camera, weight)


def open_records(root: Path, split: str = "train", camera: str = "main", weight: float = 1.0) -> BairSource:
    """Find the clips in the TFRecord files of a split.

    Raises:
        GlassError: no such folder, files or clips in them.
    """
    if not root.is_dir():
        raise GlassError(f"{root}: no such folder of TFRecord files")
    folder = split_folder(root, split)
    records = tuple(record for path in sorted(folder.glob(SUFFIX)) for record in list_records(path))
    if not records:
        raise GlassError(f"{folder}: no clips in files {SUFFIX}; give the folder that holds train and test")
    first = _clip(read_example(records[0]), CAMERAS[camera], records[0])
    return BairSource(str(root), records, CAMERAS[camera], first.frame_size, weight)


def _clip(example: Example, camera: str, record: Record) -> Clip:
    """Make a clip of a record's frames, as far as they are numbered without a gap."""
    name = f"{record.path.stem}-{record.offset}"
    frames: list[npt.NDArray[np.uint8]] = []
    places: list[npt.NDArray[np.float32]] = []
    while (pixels := example.get(f"{len(frames)}/{camera}/encoded")) is not None:
        place = example.get(_PLACE.format(len(frames)))
        places.append(place if isinstance(place, np.ndarray) else np.zeros(0, np.float32))
        frames.append(_frame(pixels, record))
    if not frames or any(frame.shape != frames[0].shape for frame in frames):
        raise GlassError(f"{record.path}: the record at byte {record.offset} has no frames {camera} of one size")
    known = all(len(place) == len(_AXES) for place in places)
    columns = np.stack(places, axis=1).astype(np.float64) if known else ()
    measures = dict(zip(_AXES, columns, strict=False))
    return Clip(name=name, character="", frames=np.stack(frames), measures=measures)


def _frame(pixels: bytes | npt.NDArray[np.float32], record: Record) -> npt.NDArray[np.uint8]:
    """Make a square picture of its raw bytes."""
    side = isqrt(len(pixels) // 3)
    if not isinstance(pixels, bytes) or not side or side * side * 3 != len(pixels):
        raise GlassError(f"{record.path}: the record at byte {record.offset} has pictures that are not raw RGB squares")
    return np.frombuffer(pixels, np.uint8).reshape(side, side, 3)
