"""The limb network: what it tells of a crop is of the crop as it stands there, whichever side it faces."""

import torch

from glass.core.limbs import ACTIONS, BODY, LIMBS, MOVES
from glass.networks.moving.limbs import LimbNetwork
from glass.networks.moving.lite0 import Lite0Blocks


def crop_of(left: int, top: int, size: int, side: int = 64) -> torch.Tensor:
    crops = torch.zeros(1, 4, side, side)
    crops[:, 0, top : top + size, left : left + size // 2] = 1
    crops[:, 3, top : top + size, left : left + size] = 1
    return crops


def test_maps_are_of_the_crop_and_motions_of_every_action() -> None:
    torch.manual_seed(0)
    network, features = LimbNetwork().eval(), Lite0Blocks()
    told = network.find(crop_of(10, 20, 30), torch.ones(1, 1), features)
    assert told.seen.shape == told.covered.shape == (1, len(LIMBS), 64, 64) and told.joints.shape == (1, 2, 64, 64)
    assert told.motions.shape == (1, len(ACTIONS), 8, len(LIMBS), MOVES)
    torch.testing.assert_close(told.seen[:, :, 25, 25].sum(1), torch.ones(1))
    assert bool(((told.covered >= 0) & (told.covered <= 1)).all())


def test_who_faces_left_is_the_mirror_image_of_who_faces_right() -> None:
    torch.manual_seed(0)
    network, features, crop = LimbNetwork().eval(), Lite0Blocks(), crop_of(10, 20, 30)
    right = network.find(crop, torch.ones(1, 1), features)
    left = network.find(crop.flip(-1), -torch.ones(1, 1), features)
    torch.testing.assert_close(left.seen, right.seen.flip(-1))
    torch.testing.assert_close(left.joints, right.joints.flip(-1) * torch.tensor([-1.0, 1.0])[:, None, None])
    torch.testing.assert_close(left.motions, right.motions * torch.tensor([-1.0, -1.0, 1.0, 1.0, 1.0]))
    growing = right.motions[..., 3:].abs().amax((0, 1, 2, 4)) > 0
    assert growing.nonzero().flatten().tolist() == [BODY]


def test_joints_grow_with_the_agent() -> None:
    torch.manual_seed(0)
    network, features = LimbNetwork().eval(), Lite0Blocks()
    torch.nn.init.zeros_(network.maps.weight)
    torch.nn.init.ones_(network.maps.bias)
    small, large = (network.find(crop_of(20, 20, size), torch.ones(1, 1), features).joints for size in (12, 24))
    torch.testing.assert_close(large[..., 30, 30], 2 * small[..., 26, 26], rtol=0.05, atol=0.0)
