"""Illumination of frames is varied within bounds."""

import numpy as np
import torch

from glass.labels.illumination import apply_illumination, even_light, sample_illumination


def test_frames_are_seen_in_another_light() -> None:
    frames = torch.full((200, 3, 2, 2), 0.5)
    lit = apply_illumination(frames, sample_illumination(np.random.default_rng(0), 200, 0.4))
    assert (lit == lit[:, :, :1, :1]).all()
    strength = lit[:, :, 0, 0].mean(1) / 0.5
    assert strength.min() < 0.75 < 1.25 < strength.max()
    assert (lit[:, :, 0, 0] / lit[:, :, 0, 0].mean(1, keepdim=True) - 1).abs().max() < 0.3
    assert (apply_illumination(frames, torch.ones(200, 3)) == frames).all()


def test_a_clip_is_put_in_one_light() -> None:
    torch.manual_seed(0)
    scene = torch.rand(1, 3, 12, 16).mul(0.6).add(0.1).expand(5, -1, -1, -1)
    light = torch.tensor([1.0, 0.8, 1.2, 1.1, 0.9])[:, None, None, None]
    masks = torch.zeros(5, 1, 12, 16)
    masks[:, :, 4:8, 4:8] = 1
    agent = torch.where(masks > 0, torch.rand(5, 3, 1, 1), scene)
    even = even_light(agent * light, masks)
    outside = (masks == 0).expand_as(even)
    assert (even - agent)[outside].abs().max() < 0.03 < (agent * light - agent)[outside].abs().max()
    assert even_light(agent, masks) is agent, "steady light is left as it is"
