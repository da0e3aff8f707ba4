"""The start of play: a frame and the mask of its agent; tests of a mask's size and agreement."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glass.core.errors import GlassError
from glass.core.masks import SOLID
from playground.bundles.manifest import Manifest
from playground.pictures.crop_window import CropWindow
from playground.pictures.faces import Faces

SURE_ENOUGH = 0.5
"""Confidence in an agent that was found from which on it is taken for it, also by a model that moves anything."""
SURE_ENOUGH_REACHING = SURE_ENOUGH_SMALL = 0.3
"""The same of one that reaches in from an edge, for an arm is not compact, and little of it may be seen; and of one
that is small in its scene, for its limbs are a pixel or two wide, and most of it is outline."""


class NoAgentError(GlassError):
    """A picture can be read, but no agent is found in it."""


class UnsureError(NoAgentError):
    """No model is sure where the agent of an opaque picture is."""


@dataclass(frozen=True)
class OwnSize:
    """A start at the picture's own size, for models that move the picture's own pixels."""

    frame: NDArray[np.uint8]
    """The picture, (H', W', 3), of the same aspect as the model's frame."""
    mask: NDArray[np.float32]
    """The agent, (H', W') in [0, 1]."""
    pixel_art: bool
    """Whether its pixels keep to their grid."""
    scale: float
    """Its pixels to one of the model's frame."""
    corner: tuple[float, float] = (0.0, 0.0)
    """Where in it the model's frame has its left top, (x, y): of a scene the model sees the agent's surroundings."""
    inpainted: bool = False
    """Whether the background behind the agent is not known, but was inpainted."""


@dataclass(frozen=True)
class Start:
    """A frame and where its agent is: what play starts from."""

    frame: NDArray[np.uint8]
    """The picture as fitted, (H, W, 3)."""
    mask: NDArray[np.float32]
    """The agent, (H, W) in [0, 1]."""
    confidence: float = 1.0
    """How sure a model is of a mask that it found, in 0..1; 1 for a mask that was given."""
    note: str = ""
    """What was made of the picture, for people; empty where it is seen whole."""
    crop: CropWindow | None = None
    """What of an opaque picture it shows, where an agent was looked for."""
    own: OwnSize | None = None
    """The same at the picture's own size; None where that is the model's."""
    background: NDArray[np.uint8] | None = None
    """What is behind the agent where that is known, (H, W, 3), or (H', W', 3) at the picture's own size."""
    views: tuple["Start", ...] = ()
    """The same agent in other pictures, as it looks from other sides, where the model takes several."""
    faces: Faces | None = None
    """Which side the agent faces, if that was told."""


def shows_agent(mask: NDArray[np.float32], manifest: Manifest) -> bool:
    """Say whether a mask (H, W) found by a model is of a size that an agent had in its training."""
    share = solid_share(mask)
    return share > 0 and manifest.mask_size.min <= share <= manifest.mask_size.max


def solid_share(mask: NDArray[np.float32]) -> float:
    """Return the share of the frame, in 0..1, that the solid part of a mask covers."""
    return np.count_nonzero(mask > SOLID) / mask.size


def is_sure_enough(confidence: float, manifest: Manifest) -> bool:
    """Say whether a model's confidence in an agent that it found is enough to take it for one."""
    if manifest.has_small_agents:
        return confidence >= SURE_ENOUGH_SMALL
    return confidence >= (SURE_ENOUGH if manifest.enters is None else SURE_ENOUGH_REACHING)


def agreement(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return in 0..1 how well the solid parts of two masks (H, W) agree: their intersection over their union."""
    solid, also = one > SOLID, other > SOLID
    return float(np.count_nonzero(solid & also)) / max(int(np.count_nonzero(solid | also)), 1)


def start_from_mask(
    name: str, frame: NDArray[np.uint8], mask: NDArray[np.float32], manifest: Manifest, found: bool = False
) -> Start:
    """Join a fitted frame (H, W, 3) and the mask of its agent, (H, W) in [0, 1]; `name` is what errors call it.

    A mask that was `found` by the model must be of a size that it knows; one that came with the picture may be of any
    size, but not empty.

    Raises:
        NoAgentError: there is no agent.
    """
    share = solid_share(mask)
    if shows_agent(mask, manifest) if found else share > 0:
        return Start(frame, mask)
    raise NoAgentError(
        f"{name}: no agent found by model {manifest.name!r} (mask covers {share:.1%} of the frame); "
        "try another picture, or one with an alpha channel"
    )
