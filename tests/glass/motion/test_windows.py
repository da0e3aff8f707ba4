"""Windows around the agent."""

import pytest
import torch

from glass.motion.windows import agent_position, cut_windows, foreground_windows, place_windows, window_corner


@pytest.mark.parametrize(
    ("position", "corner"),
    [((8.0, 8.0), (0, 0)), ((8.5, 7.4), (1, -1)), ((7.5, 8.49), (0, 0)), ((-3.0, 100.25), (-11, 92))],
)
def test_window_corner(position: tuple[float, float], corner: tuple[int, int]) -> None:
    assert window_corner(torch.tensor([position]), 16).tolist() == [list(corner)]


def test_windows_hold_what_the_picture_holds_there() -> None:
    pictures = torch.arange(2 * 1 * 24 * 32.0).reshape(2, 1, 24, 32)
    windows = cut_windows(pictures, torch.tensor([[16.0, 12.0], [9.2, 9.7]]), 16)
    assert torch.equal(windows[0], pictures[0, :, 4:20, 8:24])
    assert torch.equal(windows[1], pictures[1, :, 2:18, 1:17])


def test_outside_the_picture_is_zero() -> None:
    ones = torch.ones(3, 2, 24, 32)
    windows = cut_windows(ones, torch.tensor([[0.0, 0.0], [31.0, 23.0], [500.0, -500.0]]), 16)
    assert torch.equal(windows[0, 0], torch.nn.functional.pad(torch.ones(8, 8), (8, 0, 8, 0)))
    assert windows[1].sum() == 2 * 9 * 9
    assert not windows[2].any()


def test_windows_are_put_back_where_they_were_cut() -> None:
    pictures = torch.rand(3, 2, 24, 40)
    positions = torch.tensor([[20.0, 12.0], [1.4, 20.7], [-30.0, 5.0]])
    windows = cut_windows(pictures, positions, 16)
    covered = place_windows(torch.ones_like(windows), positions, (24, 40))
    assert torch.equal(place_windows(windows, positions, (24, 40)), pictures * covered)
    assert covered.sum((1, 2, 3)).tolist() == [2 * 16 * 16, 2 * 9 * 11, 0]


def test_colours_are_premultiplied() -> None:
    frames, masks = torch.rand(2, 1, 3, 24, 32), torch.rand(1, 1, 24, 32)
    window = foreground_windows(frames[0], masks, torch.tensor([[16.0, 12.0]]), 16)
    assert torch.equal(window[:, 3:], masks[:, :, 4:20, 8:24])
    assert torch.equal(window[:, :3], (frames[0] * masks)[:, :, 4:20, 8:24])


def test_position_is_the_centroid_of_what_is_solid() -> None:
    masks = torch.full((1, 1, 24, 32), 0.4)
    masks[0, 0, 6:10, 20:26] = 1
    assert agent_position(masks, 16).tolist() == [[22.5, 7.5]]
    masks[0, 0, 6:10, 26:28] = 0.6
    weighted = (22.5 * 24 + 26.5 * 8 * 0.6) / (24 + 8 * 0.6)
    assert torch.allclose(agent_position(masks, 16), torch.tensor([[weighted, 7.5]]), atol=1e-5)


def test_specks_far_away_do_not_pull() -> None:
    masks = torch.zeros(1, 1, 48, 64)
    masks[0, 0, 10:20, 8:14] = 1
    masks[0, 0, 45, 60] = 1
    assert agent_position(masks, 16).tolist() == [[10.5, 14.5]]


def test_without_an_agent_the_middle() -> None:
    assert agent_position(torch.full((1, 1, 24, 32), 0.5), 16).tolist() == [[15.5, 11.5]]
