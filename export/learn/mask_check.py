"""Masks of a model held against the outlines that a look at the clips found."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch

from glass.footage.cache import Footage
from glass.labels.trimap import AGENT, BACKGROUND
from glass.motion.windows import as_pictures
from glass.networks.global_motion import GlobalMotionAnalysis
from glass.parallel.precision import device_of

GOOD_AGREEMENT, FAIR_AGREEMENT = 0.7, 0.4
"""Agreement with outlines from which on masks are good, and from which on a game can begin from what they find."""

CHECKED = 16
"""Frames that masks are checked on while they are learned."""


def agreement(mask: npt.NDArray[np.bool_], labels: npt.NDArray[np.uint8]) -> float:
    """Intersection over union in [0, 1] of a mask and an outline's labels, both ``(H, W)``, where those are sure."""
    agent = labels == AGENT
    union = int(agent.sum()) + int((mask & (labels == BACKGROUND)).sum())
    return float((mask & agent).sum() / max(1, union))


@dataclass(frozen=True)
class OutlinedFrames:
    """Frames of the footage with outlines of the agent."""

    frames: npt.NDArray[np.uint8]
    """``(N, H, W, 3)``, at least one."""
    labels: npt.NDArray[np.uint8]
    """``(N, H, W)``, as `glass.labels.trimap` has them."""
    places: tuple[int, ...] = ()
    """Their numbers in the footage."""

    @classmethod
    def of(cls, footage: Footage, labels: npt.NDArray[np.uint8], count: int = CHECKED) -> "OutlinedFrames | None":
        """Choose some that show the agent, evenly, from the labels ``(T, H, W)`` of all; None where there are none."""
        shown = np.flatnonzero((labels == AGENT).any((1, 2)))
        if not len(shown):
            return None
        chosen = shown[np.unique(np.linspace(0, len(shown) - 1, count).round().astype(int))]
        return cls(np.array(footage.frames[chosen]), labels[chosen], tuple(chosen.tolist()))

    def at_edge(self) -> npt.NDArray[np.bool_]:
        """Say in which frames the agent touches an edge, ``(N,)``."""
        near = self.labels != BACKGROUND
        sides: list[npt.NDArray[np.bool_]] = [near[:, 0], near[:, -1], near[:, :, 0], near[:, :, -1]]
        return np.array([any(side[index].any() for side in sides) for index in range(len(near))])

    def sizes(self) -> npt.NDArray[np.int64]:
        """Count the agent's pixels in each frame, ``(N,)``."""
        counts: npt.NDArray[np.int64] = (self.labels == AGENT).sum((1, 2))
        return counts

    @torch.no_grad()
    def agreements(self, analysis: GlobalMotionAnalysis) -> npt.NDArray[np.float64]:
        """Return how well what ``analysis`` masks in each frame agrees with its outline, ``(N,)``."""
        training = analysis.training
        analysis.eval()
        pictures = as_pictures(torch.from_numpy(self.frames).to(device_of(analysis)))
        masks = torch.cat([analysis.segment(part)[:, 0].cpu() for part in pictures.split(16)]).numpy() > 0.5
        analysis.train(training)
        return np.array([agreement(mask, labels) for mask, labels in zip(masks, self.labels, strict=True)])

    def cut_out(self, index: int) -> npt.NDArray[np.uint8]:
        """Return the agent of a frame by its outline, straight RGBA ``(H, W, 4)``."""
        agent = cv2.dilate((self.labels[index] == AGENT).astype(np.uint8), np.ones((3, 3), np.uint8))
        return np.dstack([self.frames[index], 255 * agent])
