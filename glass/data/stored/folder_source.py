"""A folder of clips as a source, ours or made by others."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from glass.core.errors import GlassError
from glass.core.frame_files import frame_files
from glass.core.images import picture_size
from glass.data.core.clip import Clip
from glass.data.core.splits import SPLITS
from glass.data.stored.clip_folder import MASKS, read_clip
from glass.data.stored.dataset import read_info
from glass.data.stored.fitting import mirrored, resized

DEFAULT_TICK_RATE = 10.0
"""Frames a second of clips that do not say."""

UNKNOWN_LICENCE = "unknown; ask whoever made the clips"
"""Licence of clips that do not say."""

_SPLIT_FOLDERS = {"train": ("train", "training"), "validation": ("validation", "val", "valid"), "test": ("test",)}


@dataclass(frozen=True)
class StoredClip:
    """A clip on disk."""

    folder: Path
    """Where its frames are."""
    length: int
    """How many there are."""


@dataclass(frozen=True)
class FolderSource:
    """Clips of a folder, read when asked for."""

    name: str
    """What to call the source in logs."""
    clips: tuple[StoredClip, ...]
    """What there is to choose from."""
    frame_size: tuple[int, int]
    """(W, H) of the frames in pixels."""
    tick_rate: float
    """Frames a second."""
    licence: str
    """Licence and authors of the pictures."""
    describe: str
    """One line about what the clips show."""
    weight: float = 1.0
    """How often to draw from the source, relative to others."""
    mirror: float = 0.0
    """How often left and right are exchanged."""
    outlines: bool = False
    """Whether the masks beside the frames may be learned from."""

    def draw(self, rng: np.random.Generator, length: int) -> Clip:
        """Give `length` consecutive frames of any clip that has as many.

        Raises:
            GlassError: every clip is shorter, or one cannot be read.
        """
        long_enough = [clip for clip in self.clips if clip.length >= length]
        if not long_enough:
            longest = max(clip.length for clip in self.clips)
            raise GlassError(
                f"{self.name}: the longest clip has {longest} frames, {length} are needed; add longer clips"
            )
        chosen = long_enough[int(rng.integers(len(long_enough)))]
        clip = resized(read_clip(chosen.folder, int(rng.integers(chosen.length - length + 1)), length), self.frame_size)
        clip = mirrored(clip) if self.mirror and rng.random() < self.mirror else clip
        return clip.outlined() if self.outlines else clip


def open_folder(
    root: Path,
    split: str = "train",
    weight: float = 1.0,
    size: tuple[int, int] | None = None,
    mirror: float = 0.0,
    outlines: bool = False,
) -> FolderSource:
    """Find the clips of a folder: every folder at any depth that holds pictures itself is one.

    Where there are folders named after splits (train, validation or val, test), only that of `split` is taken; where
    there are none, all is training data. Frames are reduced or enlarged to `size` (W, H) where it is given.

    Raises:
        GlassError: no such folder or split, no clips in it, or, without a size, clips of several frame sizes.
    """
    if not root.is_dir():
        raise GlassError(f"{root}: no such folder of clips")
    folder = split_folder(root, split)
    clips = tuple(_find_clips(folder))
    if not clips:
        raise GlassError(f"{folder}: no pictures in it; a clip is a folder of frames")
    info = read_info(root)
    return FolderSource(
        name=str(root),
        clips=clips,
        frame_size=size or _common_size(clips),
        tick_rate=info.tick_rate if info else DEFAULT_TICK_RATE,
        licence=info.licence if info else UNKNOWN_LICENCE,
        describe=f"{len(clips)} clips of {folder}" + (f" ({info.generator})" if info else ""),
        weight=weight,
        mirror=mirror,
        outlines=outlines,
    )


def split_folder(root: Path, split: str) -> Path:
    """Find a split's folder; where there are no such folders, all is training data.

    Raises:
        GlassError: no such split.
    """
    if split not in SPLITS:
        raise GlassError(f"split '{split}': must be one of {', '.join(SPLITS)}")
    for name in _SPLIT_FOLDERS[split]:
        if (root / name).is_dir():
            return root / name
    divided = any((root / name).is_dir() for names in _SPLIT_FOLDERS.values() for name in names)
    if divided or split != "train":
        raise GlassError(f"{root}: no folder '{split}' in it; add one, or choose another split")
    return root


def _find_clips(folder: Path) -> list[StoredClip]:
    folders = [folder, *sorted(path for path in folder.rglob("*") if path.is_dir())]
    found = [StoredClip(path, len(frame_files(path))) for path in folders]
    holding = {clip.folder for clip in found if clip.length}
    return [clip for clip in found if clip.length and not (clip.folder.name == MASKS and clip.folder.parent in holding)]


def _common_size(clips: tuple[StoredClip, ...]) -> tuple[int, int]:
    """Look at the first frame of every clip."""
    sizes: dict[tuple[int, int], Path] = {}
    for clip in clips:
        sizes.setdefault(picture_size(frame_files(clip.folder)[0]), clip.folder)
    if len(sizes) > 1:
        (first, one), (second, other) = list(sizes.items())[:2]
        raise GlassError(f"{other}: frames of {second}, but {one} has {first}; make all clips of one size")
    return next(iter(sizes))
