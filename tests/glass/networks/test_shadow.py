"""A shadow goes where its agent goes."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from glass.config import Config, from_dict, to_dict
from glass.model import Glass
from glass.motion.windows import as_pictures, cut_windows, place_windows
from glass.networks.shadow import DARKEST, ShadowConfig, ShadowNetwork, replace_shadow, shadow_centres, view_windows
from glass.stages.shadow import ShadowStage, lit_backgrounds, shadow_losses
from glass.stages.tracks import Tracks
from glass.training.optimisation import make_optimiser, optimise
from tests.fixtures.tiny_world import HEIGHT, WIDTH, tiny_config

LENGTH, SIDE, LEFT = 10, 4, 0.5
"""Frames of a clip, side of the agent, and what its shadow leaves of the light."""


def shaded(corner: tuple[int, int], ground: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A red square on the ground with its shadow to the right of it, and its mask."""
    x, y = corner
    frame, mask = ground.copy(), np.zeros((HEIGHT, WIDTH), np.uint8)
    frame[y : y + SIDE, x + SIDE : x + 2 * SIDE] *= LEFT
    frame[y : y + SIDE, x : x + SIDE] = (255, 0, 0)
    mask[y : y + SIDE, x : x + SIDE] = 255
    return frame.astype(np.uint8), mask


def walks(count: int) -> Tracks:
    """Squares that walk to and fro over grey tiles."""
    rng = np.random.default_rng(0)
    frames, masks, positions = [], [], []
    for _ in range(count):
        grey = rng.integers(80, 250, (HEIGHT // 4, WIDTH // 4, 1)).repeat(4, 0).repeat(4, 1)
        ground = grey.repeat(3, 2).astype(float)
        x, y = rng.integers(2, 8), rng.integers(2, HEIGHT - SIDE - 2)
        corners = [(int(x + 2 * min(t, LENGTH - t)), int(y)) for t in range(LENGTH)]
        pictures, outlines = zip(*(shaded(corner, ground) for corner in corners), strict=True)
        frames.append(np.stack(pictures))
        masks.append(np.stack(outlines))
        positions.append(np.array(corners) + SIDE / 2)
    places = torch.from_numpy(np.stack(positions)).float()
    return Tracks(
        frames=torch.from_numpy(np.stack(frames)),
        masks=torch.from_numpy(np.stack(masks)),
        positions=places,
        shifts=places.diff(dim=1),
        actions=torch.full((count, LENGTH), -1),
    )


def settings(steps: int) -> Config:
    config = tiny_config(1, 1)
    schedule = replace(config.training.shadow_stage, steps=steps, batch=8, learning_rate=5e-3)
    return replace(
        config,
        shadow=ShadowConfig(cast=True, window=32, widths=(12, 16, 16, 16)),
        training=replace(config.training, shadow_stage=schedule),
    )


def cast(model: Glass, tracks: Tracks, clip: int, first: int, later: int) -> Tensor:
    """The later frame of a clip as it is made from the first one, background only."""
    window = model.config.shadow.window
    frames = as_pictures(tracks.frames[clip, [first, later]])
    masks = tracks.masks[clip, [first, later]][:, None].float() / 255
    positions = tracks.positions[clip, [first, later]]
    assert model.shadow is not None
    view, outlines = view_windows(frames[:1], positions[:1], window), cut_windows(masks, positions, window)
    taken = model.shadow(view.repeat(2, 1, 1, 1), outlines[:1].repeat(2, 1, 1, 1), outlines)
    before, after = place_windows(taken, positions, (HEIGHT, WIDTH))
    return replace_shadow(frames[:1], before[None], after[None])[0]


@pytest.mark.slow
def test_it_is_taken_off_where_it_was_and_cast_where_it_is() -> None:
    torch.manual_seed(0)
    config, tracks = settings(250), walks(24)
    model = Glass(config)
    other = [parameter.clone() for parameter in model.gma.parameters()]
    stage = ShadowStage(config, tracks, lit_backgrounds(tracks))
    module = stage.module(model).train()
    optimiser = make_optimiser(module, stage.schedule)
    for step in range(stage.schedule.steps):
        optimise(optimiser, module, stage.step(model, step).losses)
    assert all(torch.equal(a, b) for a, b in zip(other, model.gma.parameters(), strict=True))
    model.eval()
    stays, left, comes = [], [], []
    with torch.no_grad():
        for clip in range(len(tracks)):
            made = cast(model, tracks, clip, 0, 5)
            true, before = (tracks.frames[clip, tick].movedim(-1, 0) / 255 for tick in (5, 0))
            (x, y), (old_x, _) = ((tracks.positions[clip, tick] - SIDE / 2).int().tolist() for tick in (5, 0))
            rows = slice(y, y + SIDE)
            was, is_now = slice(old_x + SIDE, old_x + 2 * SIDE), slice(x + SIDE, x + 2 * SIDE)
            left.append(float((made - true)[:, rows, was].abs().mean() / (before - true)[:, rows, was].abs().mean()))
            comes.append(
                float((made - true)[:, rows, is_now].abs().mean() / (before - true)[:, rows, is_now].abs().mean())
            )
            stays.append(float((made - before)[:, : y - 2].abs().mean()) if y > 3 else 0.0)
    assert np.mean(left) < 0.5 and np.mean(comes) < 0.5
    assert max(stays) < 0.05


def test_an_arm_casts_its_shadow_beyond_its_free_end() -> None:
    positions = torch.tensor([[20.0, 30.0], [1.5, 2.0]])
    assert torch.equal(shadow_centres(positions, 16, ""), positions)
    for enters, (x, y) in {"top": (0, 8), "bottom": (0, -8), "left": (8, 0), "right": (-8, 0)}.items():
        assert torch.equal(shadow_centres(positions, 16, enters), positions + torch.tensor([x, y])), enters


def test_only_so_much_light_is_taken() -> None:
    network = ShadowNetwork(ShadowConfig(cast=True)).eval()
    with torch.no_grad():
        taken = network(torch.rand(2, 4, 32, 32), torch.rand(2, 1, 32, 32), torch.rand(2, 1, 32, 32))
    assert taken.shape == (2, 1, 32, 32)
    assert taken.min() >= 0 and taken.max() <= DARKEST


def test_losses_count_what_no_agent_covers() -> None:
    made, frames = torch.full((1, 3, 2, 2), 0.5), torch.zeros(1, 3, 2, 2)
    frames[..., 0] = 0.3
    left, right = torch.tensor([[[[1.0, 0.0]]]]).expand(1, 1, 2, 2), torch.tensor([[[[0.0, 1.0]]]]).expand(1, 1, 2, 2)
    losses = shadow_losses(made, left, made, right, frames)
    assert torch.isclose(losses.moved, torch.tensor(0.04)) and torch.isclose(losses.cast, torch.tensor(0.25))


def test_backgrounds_are_found_without_shadow() -> None:
    tracks = walks(3)
    backgrounds = lit_backgrounds(tracks)
    for clip in range(3):
        red = (tracks.frames[clip, ..., 1] == 0).any(0)
        ground = tracks.frames[clip].amax(0)
        seen = backgrounds.known[clip] & ~red
        assert seen.float().mean() > 0.7
        assert torch.equal(backgrounds.frames[clip][seen], ground[seen])
    masks = torch.full_like(tracks.masks, 255)
    assert not lit_backgrounds(replace(tracks, masks=masks)).known.any()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"training": {"shadow_stage": {"steps": 3}}}, "set shadow.cast"),
        ({"shadow": {"cast": True, "window": 24}}, "multiple of 16"),
    ],
)
def test_settings_that_do_not_fit_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_dict(Config, changes)


def test_settings_come_back_from_json() -> None:
    config = settings(5)
    assert from_dict(Config, json.loads(json.dumps(to_dict(config)))) == config
