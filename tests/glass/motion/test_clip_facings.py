"""Which way agents of clips face, told by travel and mirror images."""

import torch
from torch import Tensor

from glass.motion.clip_facings import ONE_WAY, clip_facings, last_sideways


def crops_facing(ways: list[int]) -> Tensor:
    """Crops of an agent that is brighter on the side it faces, 0 is the front."""
    crops = torch.full((len(ways), 4, 32, 32), 0.5)
    for crop, way in zip(crops, ways, strict=True):
        if way:
            crop[..., 16:] += 0.2 * way
            crop[..., :16] -= 0.2 * way
        else:
            crop[..., 20:] += 0.2
    return crops


def shifts_going(ways: list[int]) -> Tensor:
    return torch.tensor([[5.0 * way, 0.0] for way in ways])


def test_an_agent_last_travelled_as_its_last_shift_to_a_side() -> None:
    shifts = torch.tensor([[[0.0, 0.0], [-3.0, 0.0], [0.0, 0.0], [0.0, 3.0], [3.0, 0.0]]])
    assert last_sideways(shifts).tolist() == [[0, 0, -1, -1, -1, 1]]


def test_who_is_seen_from_the_side_faces_as_it_travels() -> None:
    found = clip_facings(crops_facing([1, 1, 1, -1, -1]), shifts_going([1, 0, -1, 0]))
    assert found.tolist() == [1, 1, 1, -1, -1]


def test_before_it_travels_it_faces_as_it_looks() -> None:
    found = clip_facings(crops_facing([-1, -1, 1, 1]), shifts_going([0, 1, 1]))
    assert found.tolist() == [-ONE_WAY, -ONE_WAY, ONE_WAY, ONE_WAY]


def test_who_is_seen_from_the_front_never_turns() -> None:
    found = clip_facings(crops_facing([0] * 5), shifts_going([1, 1, -1, -1]))
    assert found.tolist() == [1] * 5


def test_nothing_tells_which_way_one_faces_that_never_travels() -> None:
    assert clip_facings(crops_facing([1, 1, 1]), shifts_going([0, 0])).tolist() == [0, 0, 0]
