"""Poses read once, and local actions learned from them without rendering."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from glass.config import Config, StageConfig
from glass.model import Glass
from glass.networks.moving.local_motion import MovingMotionAnalysis
from glass.parallel.precision import device_of
from glass.stages.inputs import StageInputs
from glass.stages.local_motion import LocalStage
from glass.stages.moving.pose_pieces import PosePieces, read_pose_pieces
from glass.stages.tracks import Tracks
from glass.training.optimisation import make_optimiser, optimise
from tests.fixtures.tiny_world import tiny_config

LENGTH = 6


def moving_config(turns: bool = True) -> Config:
    config = tiny_config(1, 1)
    lma = replace(config.lma, renderer="move", warp_fields=2, turns=turns, whole_motion=True)
    schedule = StageConfig(steps=40, batch=6, lengths=(LENGTH,), warm_up=2)
    training = replace(config.training, local_stage=schedule, track_length=8, pose_pieces=20)
    return replace(config, lma=lma, training=training)


def moving_tracks() -> Tracks:
    """Four agents that stand, each of a body and an arm that swings out by a pixel a tick and back."""
    rng = np.random.default_rng(0)
    frames, masks = torch.zeros(4, 8, 24, 24, 3, dtype=torch.uint8), torch.zeros(4, 8, 24, 24, dtype=torch.uint8)
    for clip in range(4):
        colour = torch.from_numpy(rng.integers(60, 255, 3).astype(np.uint8))
        for tick in range(8):
            masks[clip, tick, 8:18, 9:13] = 255
            masks[clip, tick, 10:12, 13 : 14 + abs((tick + clip) % 6 - 3)] = 255
        frames[clip] = colour * (masks[clip, ..., None] > 0)
    return Tracks(
        frames=frames,
        masks=masks,
        positions=torch.full((4, 8, 2), 11.5),
        shifts=torch.zeros(4, 7, 2),
        actions=torch.full((4, 8), -1),
    )


def open_model(config: Config) -> tuple[Glass, MovingMotionAnalysis]:
    torch.manual_seed(0)
    model = Glass(config)
    assert isinstance(model.lma, MovingMotionAnalysis)
    return model, model.lma


def pieces_of(model: Glass, count: int = 20) -> PosePieces:
    assert isinstance(model.lma, MovingMotionAnalysis)
    return read_pose_pieces(model.lma, moving_tracks(), np.random.default_rng(0), count, LENGTH)


@pytest.mark.parametrize("turns", [True, False])
@torch.no_grad()
def test_poses_that_are_read_once_are_those_of_the_crops(turns: bool) -> None:
    _, lma = open_model(moving_config(turns))
    told: list[int] = []
    pieces = read_pose_pieces(lma, moving_tracks(), np.random.default_rng(0), 20, LENGTH, progress=told.append)
    assert told == [16, 20] and len(pieces.clips) == 20
    few = pieces.pick(torch.tensor([3, 18]), LENGTH - 1, device_of(lma))
    crops = few.crops(moving_tracks(), lma.config.window)
    assert crops.shape == (2, LENGTH, 4, 16, 16)
    torch.testing.assert_close(lma.poses(crops).unflatten(0, (2, -1)), few.poses, atol=1e-4, rtol=0)
    codes = torch.randn(2, LENGTH - 1, 4)
    whole = lma.predict_poses(lma.encoder(crops[:, 0])[2], codes, few.shifts)
    torch.testing.assert_close(lma.predict_poses(few.encoded, codes, few.shifts), whole, atol=1e-5, rtol=0)


def test_shorter_pieces_begin_alike() -> None:
    pieces = pieces_of(open_model(moving_config())[0])
    short = pieces.draw(np.random.default_rng(1), 5, 2, torch.device("cpu"))
    assert short.poses.shape[:2] == (5, 2) and short.facings.shape == (5, 3) and short.shifts.shape == (5, 2, 2)


def test_inputs_read_pieces_once() -> None:
    config = moving_config()
    model, _ = open_model(config)
    told: list[tuple[str, int]] = []

    def count(name: str, steps: int):  # type: ignore[no-untyped-def]
        told.append((name, steps))
        return lambda done: None

    inputs = StageInputs(config, [], model, count)
    inputs.__dict__["anchored_tracks"] = moving_tracks()
    assert LocalStage.open(inputs, 0).pieces is LocalStage.open(inputs, 7).pieces
    assert told == [("read poses", 20)]


def test_local_actions_are_learned_from_poses_alone() -> None:
    config = moving_config()
    model, lma = open_model(config)
    stage = LocalStage(config, moving_tracks(), pieces_of(model))
    optimiser = make_optimiser(lma, stage.schedule)
    lma.train()
    kept = {name: value.clone() for name, value in lma.state_dict().items() if "encoder" in name or "decoder" in name}
    losses = []
    for step in range(30):
        result = stage.step(model, step)
        losses.append(result.losses.check(step)["pose"])
        optimise(optimiser, lma, result.losses)
    assert lma.quantiser.initialised and result.codes_used >= 1
    assert np.mean(losses[-5:]) < np.mean(losses[:5])
    assert all(torch.equal(lma.state_dict()[name], value) for name, value in kept.items())
