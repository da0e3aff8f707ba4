"""Agents that reach into the frame: what leads is their free end."""

import pytest
import torch
from torch import Tensor

from glass.motion.edge_agents import extend_to_edge, free_end
from glass.networks.anchor import Anchor, AnchorConfig


def arm(tip: int, elbow: int = 0) -> Tensor:
    """Mask (1, 1, 40, 48) of an arm from the top edge down to row `tip`, whose upper half lies `elbow` to the right."""
    mask = torch.zeros(1, 1, 40, 48)
    mask[0, 0, :tip, 20:28] = 1
    mask[0, 0, : tip // 2] = mask[0, 0, : tip // 2].roll(elbow, 1)
    return mask


def test_without_an_edge_all_counts() -> None:
    mask = arm(24)
    assert torch.equal(free_end(mask, ""), mask)


def test_only_the_end_counts() -> None:
    led = free_end(arm(24), "top")[0, 0]
    assert led[20:24, 20:28].min() > 0.9  # the end itself
    assert led[:12].sum() == 0  # a quarter of the frame farther back
    assert led[:, :20].sum() == 0


@pytest.mark.parametrize(("edge", "turn"), [("left", 1), ("bottom", 2), ("right", 3)])
def test_every_edge_is_like_the_top(edge: str, turn: int) -> None:
    mask = arm(24)
    turned = torch.rot90(mask, turn, (2, 3))
    expected = torch.rot90(free_end(mask, "top"), turn, (2, 3))
    # A frame that is not square has ends of another length, but of the same share of its side.
    led = free_end(turned, edge)
    assert torch.allclose(led, expected)


def test_specks_are_not_the_end() -> None:
    speck = arm(20)
    speck[0, 0, 36, 5:8] = 1
    assert torch.equal(free_end(speck, "top")[..., 20:28], free_end(arm(20), "top")[..., 20:28])


def test_an_empty_mask_stays_empty() -> None:
    assert free_end(torch.zeros(2, 1, 16, 16), "top").sum() == 0


@torch.no_grad()
def test_the_window_follows_the_hand_whatever_the_elbow_does() -> None:
    anchor = Anchor(AnchorConfig(widths=(6, 8, 8, 12), enters_from_edge="top"), 32)
    bent, straight = anchor.window_centres(arm(30, elbow=10)), anchor.window_centres(arm(30))
    assert torch.equal(bent, straight)
    assert not torch.equal(anchor.window_centres(arm(24)), straight)


@torch.no_grad()
def test_windows_are_placed_to_show_the_arm() -> None:
    anchor = Anchor(AnchorConfig(widths=(6, 8, 8, 12), enters_from_edge="top"), 32).eval()
    masks = torch.cat([arm(tip) for tip in (26, 28, 30)])
    tips = torch.tensor([[24.0, 26.0], [24.0, 28.0], [24.0, 30.0]])
    anchor.centre_window_on_mass((masks[:, 0] * 255).to(torch.uint8), tips)
    # The arm is as long as the window is high at most: the window's bottom is to lie at the tip.
    offset = -anchor.origin
    assert abs(float(offset[0])) <= 1 and -16 <= float(offset[1]) <= -13


def test_an_unknown_edge_is_refused() -> None:
    with pytest.raises(ValueError, match="enters_from_edge is 'above'"):
        AnchorConfig(enters_from_edge="above")


@pytest.mark.parametrize(("edge", "turn"), [("top", 0), ("left", 1), ("bottom", 2), ("right", 3)])
def test_an_arm_goes_on_to_its_edge(edge: str, turn: int) -> None:
    masks = torch.zeros(3, 1, 24, 32)
    masks[0, 0, 10:18, 8:14] = 0.9  # A hand whose arm was missed.
    masks[0, 0, 0, 30] = 1  # A speck at the edge is not that.
    masks[1, 0, :18, 8:14] = 0.9  # All is there.
    whole = masks.clone()
    whole[0, 0, :10, 8:14] = 0.9
    whole[0, 0, 0, 30] = 0
    assert torch.allclose(extend_to_edge(torch.rot90(masks, turn, (2, 3)), edge), torch.rot90(whole, turn, (2, 3)))
    assert torch.equal(extend_to_edge(masks, ""), masks)
