"""Facing: the side a picture shows, and who has turned round."""

import torch

from glass.data.core.clip import FRONT
from glass.motion.clip_facings import sideways
from glass.networks.moving.facing import FacingNetwork, facings, told_sides, turn_pictures, turn_shifts


def test_the_mirror_image_faces_the_other_way() -> None:
    torch.manual_seed(0)
    network, crops = FacingNetwork(32), torch.rand(6, 4, 32, 32)
    side, sure = network.eval().sides(crops)
    assert side.tolist() == [[1.0]] * 6 and sure.tolist() == [[0.0]] * 6  # It has learned nothing.
    torch.nn.init.normal_(network.network[-1].weight)
    torch.testing.assert_close(network(crops.flip(-1)), -network(crops))
    torch.nn.init.normal_(network.network[-1].weight, std=100.0)
    side, sure = network.sides(crops)
    assert side.tolist() == (-network.sides(crops.flip(-1))[0]).tolist() and sure.max() == 1


def test_features_never_learn() -> None:
    network, crops = FacingNetwork(32).train(), torch.rand(2, 4, 32, 32)
    before = network.look(crops)
    assert not before.requires_grad and torch.equal(network.look(crops), before)
    assert {name.split(".")[0] for name, weight in network.named_parameters() if weight.requires_grad} == {"network"}


def test_large_and_small_agents_are_seen_equally_large() -> None:
    network = FacingNetwork(64).eval()
    large, small = torch.zeros(2, 1, 4, 64, 64)
    large[:, :, 8:56, 12:52] = 0.7
    small[:, :, 30:54, 6:26] = 0.7  # Half as large, elsewhere.
    large[:, 3], small[:, 3] = (large[:, 3] > 0).float(), (small[:, 3] > 0).float()
    there = network.look(large)
    assert float((network.look(small) - there).abs().mean()) < 0.3 * float(there.abs().mean())


def test_only_clearly_sideways_shifts_are_travel_to_a_side() -> None:
    shifts = torch.tensor([[3.0, 0.0], [-3.0, 3.0], [1.0, 3.0], [0.2, 0.0], [0.0, 0.0]])
    assert sideways(shifts).tolist() == [1, -1, 0, 0, 0]


def test_who_goes_back_faces_there_until_it_goes_on() -> None:
    shifts = torch.tensor([[[-3.0, 0.0], [0.0, 0.0], [0.0, 3.0], [3.0, 0.0], [-3.0, 0.0]]]).repeat(3, 1, 1)
    found = facings(torch.tensor([[1.0], [-1.0], [1.0]]), torch.tensor([[1.0], [1.0], [0.0]]), shifts)
    assert found.tolist() == [[-1, -1, -1, 1, -1], [-1, -1, -1, 1, -1], [1, 1, 1, 1, 1]]


def test_what_is_told_goes_before_what_is_seen() -> None:
    faces = torch.tensor([[0.0], [0.0], [1.0], [-1.0], [FRONT]])
    seen, sure = torch.tensor([[-1.0], [1.0], [-1.0], [1.0], [-1.0]]), torch.tensor([[1.0], [0.0], [1.0], [0.0], [1.0]])
    side, known = told_sides(faces, seen, sure)
    assert side.tolist() == [[-1], [1], [1], [-1], [1]] and known.tolist() == [[1], [0], [1], [1], [0]]


def test_pictures_and_shifts_of_who_faces_left_are_mirrored() -> None:
    pictures, facing = torch.rand(2, 3, 4, 8, 8), torch.tensor([[1.0, -1.0, 1.0], [1.0, 1.0, -1.0]])
    found = turn_pictures(pictures, facing)
    assert torch.equal(found[0, 1], pictures[0, 1].flip(-1)) and torch.equal(found[1, :2], pictures[1, :2])
    assert turn_shifts(torch.ones(2, 3, 2), facing).tolist() == [
        [[1, 1], [-1, 1], [1, 1]],
        [[1, 1], [1, 1], [-1, 1]],
    ]
