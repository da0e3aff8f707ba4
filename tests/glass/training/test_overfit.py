"""Both stages learn: one clip, seen again and again, is soon known by heart."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from glass.data.core.clip import Clip
from glass.model import Glass
from glass.motion.windows import as_pictures
from glass.stages.base import Stage
from glass.stages.global_motion import GlobalStage
from glass.stages.local_motion import LocalStage
from glass.stages.tracks import Tracks
from tests.fixtures.tiny_world import TinyWorld, tiny_config
from tests.glass.conftest import OneClip


def losses(stage: Stage, model: Glass, steps: int, learning_rate: float) -> list[float]:
    """Train for some steps and return the loss of each."""
    module = stage.module(model).train()
    optimiser = torch.optim.Adam(module.parameters(), learning_rate)
    seen = []
    for step in range(steps):
        total = stage.step(model, step).losses.total()
        optimiser.zero_grad()
        total.backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        optimiser.step()
        seen.append(float(total.detach()))
    return seen


def busiest() -> Clip:
    """The clip of 12 frames in which the figure moves most against its background."""

    def bustle(clip: Clip) -> float:
        assert clip.foreground_shifts is not None and clip.background_shifts is not None
        return float(abs(clip.foreground_shifts - clip.background_shifts).sum())

    return max((TinyWorld(empty=0.0).draw(np.random.default_rng(seed), 12) for seed in range(60)), key=bustle)


@pytest.mark.slow
def test_global_stage() -> None:
    torch.manual_seed(0)
    clip, config = busiest(), tiny_config(60, 1)
    stage, model = GlobalStage(config, [OneClip(clip=clip)]), Glass(config)
    seen = losses(stage, model, 60, 6e-3)
    assert np.mean(seen[-5:]) < 0.5 * np.mean(seen[:5])
    with torch.no_grad():
        found = model.gma.eval().segment(as_pictures(torch.from_numpy(clip.frames)))[:, 0].numpy() > 0.5
    assert clip.masks is not None
    assert (found & clip.masks).sum() / (found | clip.masks).sum() > 0.7


@pytest.mark.slow
def test_local_stage(clip: Clip) -> None:
    torch.manual_seed(0)
    config = tiny_config(1, 80)
    assert clip.masks is not None and clip.actions is not None
    assert clip.foreground_shifts is not None and clip.positions is not None
    tracks = Tracks(
        frames=torch.from_numpy(clip.frames)[None],
        masks=torch.from_numpy(clip.masks.astype(np.uint8) * 255)[None],
        positions=torch.from_numpy(clip.positions).float()[None],
        shifts=torch.from_numpy(clip.foreground_shifts).float()[None],
        actions=torch.from_numpy(clip.actions)[None],
    )
    training = replace(config.training, local_stage=replace(config.training.local_stage, batch=4, lengths=(6,)))
    stage = LocalStage(replace(config, training=training), tracks)
    model = Glass(config)
    seen = losses(stage, model, 80, 1e-2)
    assert np.mean(seen[-5:]) < 0.3 * np.mean(seen[:5])
    assert model.lma.quantiser.initialised
