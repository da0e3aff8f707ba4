"""A clip as a folder: frames as numbered pictures, and the truth beside them.

`00000.png`, `00001.png` .. are the frames, `masks/00000.png` .. the masks (0 or 255), `truth.json` the rest. Folders
made by others need only hold pictures, such as the frame folders that BAIR robot pushing is converted to, or a clip of
the Playable Video Generation data sets. Pickled files beside them are never opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from PIL import Image

from glass.core.errors import GlassError
from glass.core.frame_files import frame_files
from glass.core.images import read_picture
from glass.data.core.clip import Clip

MASKS = "masks"
"""Folder of the masks, inside the clip's folder."""

TRUTH = "truth.json"
"""File of actions, shifts, positions and measures, inside the clip's folder."""

_TRUTH_TYPES = {
    "actions": np.int64,
    "foreground_shifts": np.float64,
    "background_shifts": np.float64,
    "positions": np.float64,
}


def write_clip(clip: Clip, folder: Path) -> None:
    """Write frames, masks and truth (as far as known) into a folder, which is made and must not exist."""
    folder.mkdir(parents=True)
    for number, frame in enumerate(clip.frames):
        Image.fromarray(frame).save(folder / f"{number:05d}.png")
    if clip.masks is not None:
        (folder / MASKS).mkdir()
        for number, mask in enumerate(clip.masks):
            Image.fromarray(mask.astype(np.uint8) * 255).save(folder / MASKS / f"{number:05d}.png")
    arrays = {key: getattr(clip, key) for key in _TRUTH_TYPES}
    truth = _Truth(
        clip.character,
        clip.action_names,
        **{key: None if value is None else value.tolist() for key, value in arrays.items()},
        measures={key: value.tolist() for key, value in clip.measures.items()},
    )
    (folder / TRUTH).write_bytes(msgspec.json.encode(truth))


def read_clip(folder: Path, start: int = 0, length: int | None = None) -> Clip:
    """Read frames start .. start + length - 1 of a clip (to its end without a length), with their truth where known.

    Raises:
        GlassError: no such frames, pictures that cannot be read or differ in size, or a truth that does not fit them.
    """
    files = frame_files(folder)
    stop = len(files) if length is None else start + length
    if not files or not 0 <= start < stop <= len(files):
        raise GlassError(f"{folder}: frames {start}..{stop - 1} asked of a clip of {len(files)} frames")
    frames = np.stack(_same_size([read_picture(path, "RGB") for path in files[start:stop]], files[start:stop]))
    masks = _read_masks(folder / MASKS, files[start:stop])
    truth = _read_truth(folder / TRUTH, len(files))
    if truth is None:
        return Clip(folder.name, "", frames, masks)
    arrays: dict[str, Any] = {}
    for key, dtype in _TRUTH_TYPES.items():
        if (value := getattr(truth, key)) is not None:
            shaped = np.array(value, dtype).reshape((-1,) if key == "actions" else (-1, 2))
            arrays[key] = shaped[start : stop - 1 if key.endswith("_shifts") else stop]
    measures = {key: np.array(value, np.float64)[start:stop] for key, value in truth.measures.items()}
    names = truth.action_names
    return Clip(folder.name, truth.character, frames, masks, action_names=names, measures=measures, **arrays)


def _same_size(pictures: list[npt.NDArray[np.uint8]], files: Sequence[Path]) -> list[npt.NDArray[np.uint8]]:
    for picture, path in zip(pictures, files, strict=True):
        if picture.shape != pictures[0].shape:
            sizes = [f"{shape[1]}x{shape[0]}" for shape in (picture.shape, pictures[0].shape)]
            raise GlassError(f"{path}: {sizes[0]} pixels, but {files[0].name} has {sizes[1]}; make all frames one size")
    return pictures


def _read_masks(folder: Path, frames: Sequence[Path]) -> npt.NDArray[np.bool_] | None:
    """Read the masks named as the frames (as PNG); None where there are none."""
    files = [folder / f"{path.stem}.png" for path in frames]
    if not all(path.is_file() for path in files):
        return None
    return np.stack(_same_size([read_picture(path, "L") for path in files], files)) > 127


@dataclass(frozen=True)
class _Truth:
    """What `truth.json` holds; see `Clip`."""

    character: str
    action_names: tuple[str, ...]
    actions: list[int] | None
    foreground_shifts: list[tuple[float, float]] | None
    background_shifts: list[tuple[float, float]] | None
    positions: list[tuple[float, float]] | None
    measures: dict[str, list[float]] = field(default_factory=dict)


def _read_truth(path: Path, length: int) -> _Truth | None:
    """Read what is known of a whole clip of `length` frames; None without a file."""
    if not path.is_file():
        return None
    try:
        truth = msgspec.json.decode(path.read_bytes(), type=_Truth)
    except (ValueError, msgspec.MsgspecError) as error:
        raise GlassError(f"{path}: damaged ({error}); write the data set again, or remove the file") from error
    for key, value in ({key: getattr(truth, key) for key in _TRUTH_TYPES} | truth.measures).items():
        expected = length - 1 if key.endswith("_shifts") else length
        if value is not None and len(value) != expected:
            raise GlassError(f"{path}: {len(value)} {key} for {length} frames; write the data set again")
    return truth
