"""Illumination of frames is varied within bounds."""

import numpy as np
import torch

from glass.labels.illumination import apply_illumination, sample_illumination


def test_frames_are_seen_in_another_light() -> None:
    frames = torch.full((200, 3, 2, 2), 0.5)
    lit = apply_illumination(frames, sample_illumination(np.random.default_rng(0), 200, 0.4))
    assert (lit == lit[:, :, :1, :1]).all()
    strength = lit[:, :, 0, 0].mean(1) / 0.5
    assert strength.min() < 0.75 < 1.25 < strength.max()
    assert (lit[:, :, 0, 0] / lit[:, :, 0, 0].mean(1, keepdim=True) - 1).abs().max() < 0.3
    assert (apply_illumination(frames, torch.ones(200, 3)) == frames).all()
