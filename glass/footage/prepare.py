"""Preparation of footage: clips are found, probed, and decoded into the cache."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from glass.core.errors import GlassError
from glass.footage.cache import FollowingView, Footage, ReadSettings, fingerprint, no_clips, open_footage, read_footage
from glass.footage.find import find_clips
from glass.footage.reader import ClipReader, DamagedClipError, Probe
from glass.footage.size_and_rate import choose_frame_size, choose_rate, rate_of_new_frames


@dataclass(frozen=True)
class FootageOptions:
    """Options of reading clips; what is None is chosen from the footage."""

    frame_size: tuple[int, int] | None = None
    """(W, H) in pixels, multiples of 8."""
    picture_rate: float | None = None
    """Frames a second of folders of frames, which do not say themselves."""
    others: tuple[ClipReader, ...] = ()
    """Clips that are read beside those found among the paths."""


def prepare(
    paths: Sequence[Path], options: FootageOptions, folder: Path, progress: Callable[[str, int], None]
) -> Footage:
    """Read clips into the cache ``folder``, or open it where it already holds them.

    Args:
        paths: videos, animations, pictures and folders.
        options: what is not left to the footage.
        folder: where the cache is, or goes.
        progress: called now and then with a clip's name and the frames read so far.

    Raises:
        GlassError: nothing can be read; nothing is written.
    """
    found = find_clips(paths, options.picture_rate)
    problems = list(found.problems)
    clips: list[ClipReader] = []
    probes: list[Probe] = []
    for clip in (*found.clips, *options.others):
        try:
            probes.append(clip.probe())
            clips.append(clip)
        except DamagedClipError as error:
            problems.append(str(error))
    if not clips:
        raise no_clips(problems)
    size = options.frame_size or choose_frame_size(probes)
    settings = ReadSettings(size, _rate(clips, probes, size))
    ready = open_footage(folder, fingerprint(clips, settings))
    footage = ready or read_footage(clips, settings, folder, progress, problems)
    return replace(footage, clip_size=probes[0].size)


def prepare_view(
    paths: Sequence[Path],
    options: FootageOptions,
    whole: Footage,
    view: FollowingView,
    folder: Path,
    progress: Callable[[str, int], None],
) -> Footage:
    """Read the crops of a view of the same clips into another cache, or open it; the takes are those of the ``whole``.

    Raises:
        GlassError: the clips can no longer be read.
    """
    known = (*find_clips(paths, options.picture_rate).clips, *options.others)
    clips = [clip for clip in known if clip.name in whole.clips]
    settings = ReadSettings(whole.frame_size, whole.rate, view)
    footage = open_footage(folder, fingerprint(clips, settings))
    footage = footage or read_footage(clips, settings, folder, progress, whole.problems)
    if len(footage.frames) != len(whole.frames):
        raise GlassError(f"{whole.clips[0]}: has changed while it was read; begin again")
    return replace(footage, takes=whole.takes, clip_size=whole.clip_size)


def _rate(clips: Sequence[ClipReader], probes: Sequence[Probe], size: tuple[int, int]) -> float:
    """Choose the rate: that of most clips, less what they only repeat, going by the first that can be read."""
    rate = choose_rate(probes)
    for clip in clips:
        try:
            return rate_of_new_frames(clip, size, rate)
        except DamagedClipError:
            continue
    return rate
