"""Layered warping: pixels come from where the fields say, plain or mirrored, and affine fields cost little."""

import math

import torch

from glass.networks.moving.layered_warp import BEND, REACH, LayeredWarp, TickLayers, compose, roughness, turn_layers

SIDE = 16


def layers(dx: float = 0.0, mirrored: float = 0.0) -> TickLayers:
    fields = torch.zeros(1, 1, 2, SIDE // 4, SIDE // 4)
    fields[:, :, 0] = dx
    return TickLayers(torch.tensor([[mirrored]]), fields, torch.ones(1, 1, SIDE, SIDE), torch.zeros(1, 4, SIDE, SIDE))


def test_pixels_come_from_where_the_fields_say() -> None:
    source = torch.rand(1, 4, SIDE, SIDE)
    torch.testing.assert_close(compose(layers(), source), source)
    torch.testing.assert_close(compose(layers(mirrored=1.0), source), source.flip(-1))
    moved = compose(layers(dx=3.0), source)
    torch.testing.assert_close(moved[..., :-3], source[..., 3:], atol=1e-5, rtol=0)
    assert not moved[..., -2:].any()


def test_paint_is_added_where_nothing_is_fetched() -> None:
    source, paint = torch.rand(1, 4, SIDE, SIDE), torch.rand(1, 4, SIDE, SIDE)
    given = layers()._replace(weights=torch.zeros(1, 1, SIDE, SIDE), paint=paint)
    torch.testing.assert_close(compose(given, source), paint)


def test_affine_fields_cost_less_than_torn_ones() -> None:
    ramp = torch.linspace(-2, 2, 8).expand(1, 1, 2, 8, 8)
    torn = torch.where(ramp > 0, 2.0, -2.0)
    assert float(roughness(torch.zeros(1, 1, 2, 8, 8))) == 0
    assert float(roughness(ramp)) < 0.3 * float(roughness(torn))


def test_layers_share_every_pixel() -> None:
    torch.manual_seed(0)
    warp = LayeredWarp((6, 6, 6), 2, 3)
    features = torch.randn(5, 6, 2, 2), torch.randn(5, 6, 4, 4), torch.randn(5, 6, 8, 8)
    found = warp(*features, torch.rand(5, 3, 3))
    share = found.weights.sum(1, keepdim=True) + found.paint[:, 3:]
    assert float(share.detach().max()) <= 1 + 1e-5 and found.weights.shape == (5, 2, 16, 16)
    assert found.mirrored.flatten().tolist() == [0.0] * 5


def test_affine_fields_bend_but_a_little() -> None:
    torch.manual_seed(0)
    warp = LayeredWarp((6, 6, 6), 2, 0, affine=True)
    features = torch.randn(3, 6, 8, 8), torch.randn(3, 6, 16, 16), torch.randn(3, 6, 32, 32)
    assert warp.affine is not None
    quarter_turn = torch.tensor([math.pi / 2, 0.0, 0.0, 0.0, 0.5, 0.0])
    with torch.no_grad():
        warp.affine.motion.weight.zero_()
        warp.affine.motion.bias.copy_(quarter_turn.repeat(2))
    fields = warp(*features).fields.detach()
    line = torch.arange(2.0, 64, 4) - 32
    right, down = line.expand(16, 16), line[:, None].expand(16, 16)
    turned = torch.stack([-right - down + REACH * math.tanh(4 / REACH), right - down])
    assert float((fields - turned).abs().max()) <= BEND and float(roughness(turned[None, None])) < float(
        roughness(fields)
    )


def test_what_is_not_painted_is_moved() -> None:
    torch.manual_seed(0)
    warp = LayeredWarp((6, 6, 6), 2, 3, affine=True)
    features = torch.randn(3, 6, 2, 2), torch.randn(3, 6, 4, 4), torch.randn(3, 6, 8, 8)
    painted, moved = (warp(*features, torch.rand(3, 3, 3), paints=paints) for paints in (True, False))
    assert float(painted.paint.detach().abs().max()) > 0 and float(moved.paint.detach().abs().max()) == 0
    torch.testing.assert_close(moved.weights.sum(1), torch.ones(3, 16, 16))
    torch.testing.assert_close(moved.weights[:, 0] * painted.weights[:, 1], moved.weights[:, 1] * painted.weights[:, 0])


def test_layers_of_who_faces_left_make_the_mirror_image() -> None:
    torch.manual_seed(0)
    source = torch.rand(2, 4, SIDE, SIDE)
    weights = torch.softmax(torch.randn(2, 3, SIDE, SIDE), 1)
    fields = 2 * torch.randn(2, 2, 2, SIDE // 4, SIDE // 4)
    given = TickLayers(torch.tensor([[0.0], [1.0]]), fields, weights[:, :2], torch.rand(2, 4, SIDE, SIDE))
    found, shown = compose(turn_layers(given, torch.tensor([[-1.0], [1.0]])), source), compose(given, source)
    torch.testing.assert_close(found, torch.stack([shown[0].flip(-1), shown[1]]))
