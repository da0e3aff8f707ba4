"""Peeling the ground off a mask: what a model took for the agent along its outline, and shows the ground.

A pixel along the outline belongs to the ground where its colour is several times likelier around the agent than in it
(a likelihood ratio of two colour distributions, in Oklab). An outline drawn in a colour that the ground has, too,
stays, since much of the agent has it.
"""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from glass.core.masks import SOLID, bounding_box
from playground.engine.inference import InferenceEngine
from playground.pictures.mask_cleaning import largest_component
from playground.pictures.start import Start
from playground.spritesheets.palettes import oklab

_SAME = 0.03
"""Distance in Oklab up to which colours count as the same."""
_LIKELIER = 3.0
"""How many times as likely a pixel's colour has to be around the agent as in it."""
_MARGIN = 12
"""How far the ground reaches that is compared with, in shares of 1/48 of the agent's longer side: pixels of its art."""
_ART_SIDE = 48
_DEEPEST = 6
"""Pixels of the art that are peeled off at most."""
_SAMPLES = 3000
"""Pixels that a distribution is estimated by."""


def cut_clean(engine: InferenceEngine, start: Start) -> Start:
    """Return a start whose agent was found in a picture with less of the ground on it; one that is known stays."""
    known = start.background is not None and not (start.own and start.own.inpainted)
    if known or engine.manifest.enters is not None:
        return start
    shown = start.own or start
    return replace(engine.with_mask(start, without_ground(shown.frame, shown.mask)), confidence=start.confidence)


def without_ground(frame: NDArray[np.uint8], mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a mask (H, W) of a frame (H, W, 3) without ground along its outline, nor crumbs apart from the agent."""
    box = bounding_box(mask > SOLID)
    if box is None:
        return mask
    grain = max(1, round(max(box[2] - box[0], box[3] - box[1]) / _ART_SIDE))
    reach = _MARGIN * grain
    part = np.s_[max(0, box[1] - reach) : box[3] + reach, max(0, box[0] - reach) : box[2] + reach]
    colours = oklab(frame[part].reshape(-1, 3)).reshape(*frame[part].shape)
    solid = (mask[part] > SOLID).astype(np.uint8)
    ground = colours[cv2.dilate(solid, np.ones((5, 5), np.uint8)) == 0]
    agent = colours[solid > 0]
    if not len(ground):
        return mask
    for _ in range(_DEEPEST * grain):
        rows, columns = np.nonzero((solid > 0) & (cv2.erode(solid, np.ones((3, 3), np.uint8), borderValue=1) == 0))
        seen = colours[rows, columns]
        peeled = _density(seen, ground) > _LIKELIER * _density(seen, agent)
        if not peeled.any():
            break
        solid[rows[peeled], columns[peeled]] = 0
    if not solid.any():
        return mask
    kept = mask.copy()
    kept[part] *= largest_component(solid.astype(np.float32), 1) > 0
    return kept


def _density(colours: NDArray[np.float64], among: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each colour (n, 3) the share of others (m, 3) that are the same."""
    among = among[:: max(1, len(among) // _SAMPLES)]
    found = [
        (((part[:, None] - among) ** 2).sum(2) < _SAME**2).mean(1)
        for part in np.array_split(colours, max(1, len(colours) // 256))
    ]
    return np.concatenate(found)
