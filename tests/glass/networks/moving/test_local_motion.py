"""Local motion analysis that moves pixels: poses, their dynamics, and what is shown of them."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from glass.data.core.clip import FRONT
from glass.motion.clip_facings import ONE_WAY
from glass.motion.whole_motion import SPREADS, WHOLE, affine_motion, agent_place, moved
from glass.networks.decoder import Rendered
from glass.networks.moving.local_motion import MovingMotionAnalysis, build_local_motion
from tests.fixtures.tiny_world import tiny_config
from tests.models import settle_local


def moving(turns: bool = True, whole: bool = False) -> MovingMotionAnalysis:
    torch.manual_seed(0)
    config = replace(tiny_config(1, 1).lma, renderer="move", warp_fields=2, turns=turns, whole_motion=whole)
    model = build_local_motion(config)
    assert isinstance(model, MovingMotionAnalysis)
    generator = torch.Generator().manual_seed(1)
    settle_local(model, torch.rand(4, 4, 4, 16, 16, generator=generator), torch.randn(4, 3, 2, generator=generator))
    model.poses(torch.rand(4, 4, 4, 16, 16, generator=generator))  # In training mode: settles its statistics.
    return model.eval()


@torch.no_grad()
def test_a_rollout_is_its_steps() -> None:
    model, crops, shifts = moving(), torch.rand(2, 4, 4, 16, 16), torch.randn(2, 3, 2)
    motion = model(crops, shifts)
    state, appearance = model.start(crops[:, 0])
    for tick in range(3):
        shown, state = model.step(state, appearance, motion.local_actions[:, tick], shifts[:, tick])
        torch.testing.assert_close(shown, motion.crops[:, tick], atol=1e-5, rtol=0)


@pytest.mark.parametrize("whole", [False, True])
@torch.no_grad()
def test_predicted_poses_are_those_that_a_rollout_shows(whole: bool) -> None:
    model, crops, shifts = moving(whole=whole), torch.rand(2, 4, 4, 16, 16), torch.randn(2, 3, 2)
    read = model.read_actions(crops, shifts)
    poses = model.predict_poses(model.encoder(crops[:, 0])[2], read.codes, shifts)
    motion = model(crops, shifts)
    assert read.local_actions.tolist() == motion.local_actions.tolist() and poses.shape == (
        6,
        model.config.pose_numbers,
    )
    appearance = model.start(crops[:, 0])[1]
    torch.testing.assert_close(model.decoder(poses, appearance).crops.unflatten(0, (2, 3)), motion.crops)


@torch.no_grad()
def test_poses_may_be_shown_stronger_than_they_are_said() -> None:
    model, crops, shifts = moving(), torch.rand(2, 4, 4, 16, 16), torch.randn(2, 3, 2)
    poses = model.predict_poses(model.encoder(crops[:, 0])[2], model.read_actions(crops, shifts).codes, shifts)
    model.config = replace(model.config, pose_scale=1.8)
    appearance = model.start(crops[:, 0])[1]
    expected = model.decoder(1.8 * poses, appearance).crops.unflatten(0, (2, 3))
    torch.testing.assert_close(model(crops, shifts).crops, expected)


@torch.no_grad()
def test_a_pose_begins_with_its_whole_motion() -> None:
    model, crops = moving(whole=True), torch.zeros(1, 2, 4, 16, 16)
    crops[:, :, :, 3:13, 6:9] = 1
    crops[:, :, 0, 3:6] = 0.2
    crops[:, 1] = crops[:, 1].transpose(-1, -2).flip(-1)  # Turned by a quarter.
    poses = model.poses(crops)
    assert abs(float(poses[0, 0] * SPREADS[0]) - math.pi / 2) < 0.2
    model.decoder.modulate.weight.zero_()
    appearance = model.start(crops[:, 0])[1]
    still = model.decoder(torch.cat([torch.zeros(1, WHOLE), poses[:, WHOLE:]], 1), appearance).crops
    shown = model.decoder(poses, appearance).crops
    motion = affine_motion(poses[:, :WHOLE], agent_place(crops[:, 0]))
    assert float((shown - moved(still, motion)).abs().mean()) < 0.5 * float((shown - still).abs().mean())


def facing_right(model: MovingMotionAnalysis) -> MovingMotionAnalysis:
    """Let the model be sure that what is brighter on its right half faces right."""

    def logits(crops: Tensor) -> Tensor:
        half = crops.shape[-1] // 2
        return 100 * (crops[..., half:].mean((1, 2, 3)) - crops[..., :half].mean((1, 2, 3)))[:, None]

    assert model.facing is not None
    model.facing.forward = logits  # type: ignore[method-assign]
    return model


@torch.no_grad()
def test_who_may_be_seen_from_the_front_is_mirrored_only_if_the_network_is_sure() -> None:
    crops, shifts = torch.rand(1, 3, 4, 16, 16), torch.tensor([[[-3.0, 0.0], [-3.0, 0.0]]])
    crops[..., :8] += 1  # Who is sure of a side is sure of the left one.
    known = torch.tensor([[-ONE_WAY, -ONE_WAY, -ONE_WAY]])
    unsure, sure = moving(), facing_right(moving())
    assert unsure.face_right(crops, shifts, known)[2].tolist() == [[1, 1, 1]]
    assert sure.face_right(crops, shifts, known)[2].tolist() == [[-1, -1, -1]]
    assert unsure.face_right(crops, shifts, 2 * known)[2].tolist() == [[-1, -1, -1]]


@torch.no_grad()
def test_who_travels_the_other_way_is_mirrored() -> None:
    model, crops = facing_right(moving()), torch.rand(1, 4, 4, 16, 16)
    crops[..., 8:] += 1
    right, left = torch.tensor([[3.0, 0.0]] * 3), torch.tensor([[-3.0, 0.0]] * 3)
    actions = torch.tensor([1])

    def play(first: Tensor, way: Tensor) -> Rendered:
        state, appearance = model.start(first)
        for shift in way:
            state = model.advance(state, appearance, actions, shift[None])
        return model.render(state, appearance)

    def mirrored(made: Rendered) -> float:
        assert made.layers is not None
        return float(made.layers.mirrored)

    on, back = play(crops[:, 0], right), play(crops[:, 0], left)
    torch.testing.assert_close(back.crops, on.crops.flip(-1))
    assert (mirrored(on), mirrored(back)) == (0, 1)
    # The mirror image of the picture faces left: all is the other way round.
    turned_on, turned_back = play(crops[:, 0].flip(-1), left), play(crops[:, 0].flip(-1), right)
    torch.testing.assert_close(turned_on.crops, back.crops)
    torch.testing.assert_close(turned_back.crops, on.crops)
    assert (mirrored(turned_on), mirrored(turned_back)) == (0, 1)
    read = [
        model.read_actions(seen, way[None]).local_actions
        for seen, way in ((crops, right), (torch.cat([crops[:, :1], crops[:, 1:].flip(-1)], 1), left))
    ]
    assert read[0].tolist() == read[1].tolist()


@torch.no_grad()
def test_a_side_that_is_told_goes_before_the_one_that_is_seen() -> None:
    model, crops, shift = facing_right(moving(whole=True)), torch.rand(1, 4, 16, 16), torch.tensor([[-3.0, 0.0]])
    crops[..., 8:] += 1

    def played(faces: Tensor | None) -> tuple[float, Tensor]:
        state, appearance = model.start(crops, faces=faces)
        assert appearance.place is not None
        torch.testing.assert_close(appearance.place, agent_place(appearance.crop))
        shown, _ = model.step(state, appearance, torch.tensor([1]), shift)
        return float(model.known_side(state)), shown

    untold, (right, left, front) = played(None), [played(torch.tensor([[one]])) for one in (1.0, -1.0, FRONT)]
    assert (untold[0], right[0], left[0], front[0]) == (1, 1, -1, 0)
    assert torch.equal(untold[1], right[1]) and torch.equal(untold[1], played(torch.zeros(1, 1))[1])
    # Told that its mirror image faces right, it is moved as that is; from the front it does not turn round.
    assert model.facing is not None
    model.facing.forward = lambda crops: -torch.full((len(crops), 1), 9.0)  # type: ignore[method-assign]
    torch.testing.assert_close(left[1], played(None)[1])
    assert not torch.equal(front[1], right[1])


@torch.no_grad()
def test_what_is_known_of_clips_goes_before_what_first_crops_tell() -> None:
    model, crops = facing_right(moving()), torch.rand(2, 3, 4, 16, 16)
    crops[..., 8:] += 1
    known = torch.tensor([[-1.0, -1.0, 1.0], [0.0, 0.0, 0.0]])
    seen, shifts, facing = model.face_right(crops, torch.ones(2, 2, 2), known)
    assert facing.tolist() == [[-1, -1, 1], [1, 1, 1]] and shifts[0, :, 0].tolist() == [-1, 1]
    assert torch.equal(seen[0, 0], crops[0, 0].flip(-1)) and torch.equal(seen[1], crops[1])


@torch.no_grad()
def test_who_never_turns_is_never_mirrored() -> None:
    model, crops = moving(turns=False), torch.rand(1, 3, 4, 16, 16)
    shifts = torch.tensor([[[-3.0, 0.0], [3.0, 0.0]]])
    seen, ways, facing = model.face_right(crops, shifts)
    assert torch.equal(seen, crops) and torch.equal(ways, shifts) and facing.tolist() == [[1, 1, 1]]
    state, appearance = model.start(crops[:, 0])
    for shift in shifts[0]:
        state = model.advance(state, appearance, torch.tensor([1]), shift[None])
        layers = model.render(state, appearance).layers
        assert layers is not None and float(layers.mirrored) == 0


def test_everything_learns() -> None:
    model, crops, shifts = moving().train(), torch.rand(2, 4, 4, 16, 16), torch.randn(2, 3, 2)
    shown = model.show_poses(crops[:, 0], model.poses(crops))
    facing = model.facing
    assert facing is not None
    read = model.read_actions(crops, shifts)
    poses = model.predict_poses(model.encoder(crops[:, 0])[2], read.codes, shifts)
    pairs = model.pair_vectors(crops).square().sum()
    (
        shown.crops.square().mean() + facing(crops[:, 0]).sum() + poses.square().mean() + read.commitment + pairs
    ).backward()
    assert [name for name, weight in model.named_parameters() if weight.requires_grad and weight.grad is None] == []
