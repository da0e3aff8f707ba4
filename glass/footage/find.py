"""Search for clips: videos, animations and folders of frames among files and folders."""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from glass.core.errors import GlassError
from glass.core.frame_files import frame_files
from glass.data.stored.clip_folder import MASKS
from glass.data.stored.dataset import read_info
from glass.data.stored.folder_source import DEFAULT_TICK_RATE
from glass.footage.pictures import Animation, FrameFiles, is_animation
from glass.footage.reader import ClipReader
from glass.footage.video import SUFFIXES, Video

ANIMATIONS = frozenset({".gif", ".apng"})
"""Endings of the animations of a folder; its other pictures are frames."""

MOST_CLIPS = 20_000


@dataclass(frozen=True)
class Found:
    """Clips, and what could not be one."""

    clips: tuple[ClipReader, ...]
    """In order."""
    problems: tuple[str, ...]
    """A sentence for each thing named that is no clip."""


def find_clips(paths: Sequence[Path], rate: float | None = None) -> Found:
    """Find the clips that ``paths`` name: videos, animations, folders of frames, folders of any of these.

    Still pictures that are named one by one are taken together, as the frames of a clip.

    Args:
        paths: files and folders.
        rate: frames a second of folders of frames; by default what their data set says, or 10.

    Raises:
        GlassError: a data set's description is damaged.
    """
    clips: list[ClipReader] = []
    stills: list[Path] = []
    problems: list[str] = []
    for path in paths:
        try:
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                inside = _in_folder(path, rate)
                clips += inside
                if not inside:
                    problems.append(f"{path}: no clips in it; give videos, animations or a folder of frames")
            elif not stat.S_ISREG(mode):
                problems.append(f"{path}: neither a file nor a folder; give a clip")
            elif not path.stat().st_size:
                problems.append(f"{path}: an empty file; give a clip")
            else:
                kind = is_animation(path)
                if kind is False:
                    stills.append(path)
                else:
                    clips.append(Animation(path) if kind else Video(path))
        except FileNotFoundError:
            problems.append(f"{path}: no such clip; give a video, an animation or a folder of frames")
        except (OSError, ValueError, RuntimeError) as error:  # a name may hold what no file system takes
            reason = getattr(error, "strerror", None) or str(error)
            problems.append(f"{path}: cannot be read ({reason})")
    if stills:
        name = str(stills[0]) if len(stills) == 1 else f"{len(stills)} pictures"
        clips.append(FrameFiles(name, tuple(stills), rate or DEFAULT_TICK_RATE))
    return Found(tuple(clips), tuple(problems))


def _in_folder(root: Path, rate: float | None) -> list[ClipReader]:
    """Find the clips of a folder at any depth; links to folders are not followed, so there are no loops."""
    info = read_info(root)
    rate = rate or (info.tick_rate if info else DEFAULT_TICK_RATE)
    clips: list[ClipReader] = []
    holding: set[Path] = set()
    for place, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        folder = Path(place)
        frames = frame_files(folder)
        if frames and not (folder.name == MASKS and folder.parent in holding):
            holding.add(folder)
            moving = [path for path in frames if path.suffix.lower() == ".webp" and is_animation(path)]
            clips += [Animation(path) for path in moving]
            still = tuple(path for path in frames if path not in set(moving))
            clips += [FrameFiles(str(folder), still, rate)] if still else []
        for name in sorted(names):
            path = folder / name
            suffix = path.suffix.lower()
            if suffix not in ANIMATIONS | SUFFIXES or name.startswith(".") or not path.is_file():
                continue
            clips.append(Animation(path) if suffix in ANIMATIONS else Video(path))
        if len(clips) > MOST_CLIPS:
            raise GlassError(f"{root}: more than {MOST_CLIPS} clips; give fewer")
    return clips
