"""Evaluation samples: drawn clips, each with the character that it shows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from glass.core.errors import GlassError
from glass.data.core.clip import Character, Clip
from glass.data.sources import ClipSource, WorldSource


@dataclass(frozen=True)
class Sample:
    """A clip, and all that is known of whom it shows."""

    clip: Clip
    """The clip, with its truth as far as it is known."""
    character: Character | None
    """The character's true animation; None for sources that do not draw their clips, and for clips without an agent."""


def check_frame_size(source: ClipSource, frame_size: tuple[int, int]) -> None:
    """See that the frames of a source are of a model's size, (W, H).

    Raises:
        GlassError: they are not.
    """
    if source.frame_size != frame_size:
        sizes = ["x".join(map(str, size)) for size in (source.frame_size, frame_size)]
        raise GlassError(f"source {source.name!r} has frames of {sizes[0]} pixels, the model's have {sizes[1]}")


def draw_samples(
    source: ClipSource,
    frame_size: tuple[int, int],
    clips: int,
    frames: int,
    seed: int,
    progress: Callable[[float], None] = lambda share: None,
) -> list[Sample]:
    """Draw clips; the same seed gives the same ones, and fewer frames the beginnings of those with more.

    Args:
        source: where they come from.
        frame_size: (W, H) that the model needs.
        clips: how many.
        frames: frames of each.
        seed: decides which.
        progress: called with the share that is done, in 0..1.

    Raises:
        GlassError: the source's frames are not of the model's size, or it has no clip of this length.
    """
    check_frame_size(source, frame_size)
    samples = []
    for number in range(clips):
        clip = source.draw(np.random.default_rng((seed, number)), frames)
        character = None
        if isinstance(source, WorldSource) and clip.character:
            character = source.character_of(np.random.default_rng((seed, number)))
        samples.append(Sample(clip, character))
        progress((number + 1) / clips)
    return samples
