"""The matting stage's labels."""

from dataclasses import replace

import numpy as np
import torch

from glass.config import Config
from glass.data.core.clip import Clip
from glass.labels.trimap import AGENT, BACKGROUND, UNKNOWN
from glass.model import Glass
from glass.stages.matting import matte_clips


def clip() -> Clip:
    """A bright square that goes to the right over a grey ground."""
    frames, masks = np.full((8, 32, 48, 3), 90, np.uint8), np.zeros((8, 32, 48), np.bool_)
    for tick, (frame, mask) in enumerate(zip(frames, masks, strict=True)):
        mask[10:20, 4 + 4 * tick : 14 + 4 * tick] = True
        frame[mask] = 240
    return Clip("square", "", frames, masks)


def test_known_outlines_are_the_labels_and_unknown_pixels_are_searched() -> None:
    shown, model = clip(), Glass(Config(frame_size=(48, 32)))
    config = Config().matting
    whole = shown.outlined()
    assert torch.equal(matte_clips(model.gma, [whole], config).labels, torch.from_numpy(shown.masks).to(torch.uint8))
    assert whole.outlines is not None
    half = whole.outlines.copy()
    half[:, :, 24:] = UNKNOWN
    found = matte_clips(model.gma, [replace(whole, outlines=half)], config).labels.numpy()
    assert (found[:, 12:18, :24][shown.masks[:, 12:18, :24]] == AGENT).mean() > 0.8
    assert (found[:, :, :24][~shown.masks[:, :, :24]] == BACKGROUND).all()
    assert (found[:, :, 24:][shown.masks[:, :, 24:]] == AGENT).any()  # Found by what it uncovers: nobody said so.
