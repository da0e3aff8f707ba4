"""Pixels fetched from near their place in the first crop."""

import torch
from einops import rearrange
from torch import nn

from glass.networks.appearance import LONGEST_DISPLACEMENT, Warp

SIDE = 16


def crops() -> torch.Tensor:
    """Opaque crops (2, 4, S, S)."""
    colours = torch.rand(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    return torch.cat([colours, torch.ones(2, 1, SIDE, SIDE)], 1)


def fetch(warp: Warp, first: torch.Tensor) -> torch.Tensor:
    """Colours (N, fields, 3, S, S) that it fetches."""
    side = first.shape[-1]
    fetched = warp(warp.displacement(torch.rand(len(first), 5, side // 2, side // 2)), first)
    return rearrange(fetched, "n rgb field (y x h w) -> n field rgb (h y) (w x)", y=2, x=2, w=side // 2)


def moved(warp: Warp, *moves: float) -> None:
    """Let every displacement be the same, in pixels."""
    assert warp.displacement.bias is not None
    wanted = torch.tensor(moves) / LONGEST_DISPLACEMENT
    nn.init.zeros_(warp.displacement.weight)
    with torch.no_grad():
        warp.displacement.bias.copy_(LONGEST_DISPLACEMENT * torch.atanh(wanted))


@torch.no_grad()
def test_it_begins_at_rest() -> None:
    first = crops()
    fetched = fetch(Warp(5, 3), first)
    assert fetched.shape == (2, 3, 3, SIDE, SIDE)
    assert torch.allclose(fetched, first[:, None, :3].expand_as(fetched), atol=1e-5)


@torch.no_grad()
def test_displacements_are_pixels_right_and_down() -> None:
    first, warp = crops(), Warp(5, 2)
    moved(warp, 3, 0, 0, -2)
    right, up = fetch(warp, first).unbind(1)
    assert torch.allclose(right[..., :-3], first[:, :3, :, 3:], atol=1e-4)
    assert torch.allclose(up[..., 2:, :], first[:, :3, :-2], atol=1e-4)


@torch.no_grad()
def test_colours_are_straight() -> None:
    first = crops() * torch.cat([torch.full((3, 1, 1), 0.5), torch.full((1, 1, 1), 0.5)])
    fetched = fetch(Warp(5, 1), first)[:, 0]
    assert torch.allclose(fetched, crops()[:, :3], atol=1e-5)


def test_gradients_reach_the_displacements() -> None:
    warp = Warp(5, 1)
    fetch(warp, crops()).square().sum().backward()
    assert warp.displacement.weight.grad is not None
    assert float(warp.displacement.weight.grad.abs().sum()) > 0


@torch.no_grad()
def test_nothing_comes_from_beyond_the_reach() -> None:
    first = torch.zeros(1, 4, 32, 32)
    first[..., 16:] = 1
    warp = Warp(5, 1)
    assert warp.displacement.bias is not None
    warp.displacement.bias.copy_(torch.tensor([1000.0, 0.0]))
    row = fetch(warp, first)[0, 0, 0, 8]
    assert (
        float(row[: 16 - int(LONGEST_DISPLACEMENT)].max()) == 0
        and float(row[16 - int(LONGEST_DISPLACEMENT) : -int(LONGEST_DISPLACEMENT)].min()) == 1
    )
