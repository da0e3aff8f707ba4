"""The local stage: training and play run the same code."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from glass.config import LocalWeights
from glass.networks.action_codes import code_swap_indices
from glass.networks.appearance import sources_of
from glass.networks.decoder import LmaConfig
from glass.networks.layers import convolve_constant
from glass.networks.local_motion import LocalMotionAnalysis
from glass.stages.local_motion import local_losses
from tests.fixtures.tiny_world import tiny_config
from tests.models import settle_local

BATCH, TICKS = 3, 8


def made(warp_fields: int = 1, **changes: float) -> LocalMotionAnalysis:
    """A random model whose normalisations have seen some data and whose codes are in use."""
    torch.manual_seed(0)
    config = replace(tiny_config(1, 1).lma, warp_fields=warp_fields)
    model = LocalMotionAnalysis(replace(config, **changes))  # type: ignore[arg-type]
    settle_local(model, *clip())
    return model.eval()


def clip() -> tuple[Tensor, Tensor]:
    """Crops (B, T, 4, S, S) and shifts (B, T-1, 2)."""
    generator = torch.Generator().manual_seed(1)
    crops = torch.rand(BATCH, TICKS, 4, 16, 16, generator=generator)
    crops[:, :, :3] *= crops[:, :, 3:]
    return crops, 3 * torch.randn(BATCH, TICKS - 1, 2, generator=generator)


@torch.no_grad()
def test_once_learned_the_same_colours_are_painted_more_solidly() -> None:
    soft, hard = (made(alpha_logit_scale=alpha_logit_scale)(*clip()).crops for alpha_logit_scale in (1.0, 3.0))
    alpha, solid = soft[:, :, 3:], hard[:, :, 3:]
    torch.testing.assert_close(torch.logit(solid.double()), 3 * torch.logit(alpha.double()), atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(soft[:, :, :3] * solid, hard[:, :, :3] * alpha)


@torch.no_grad()
def test_once_learned_a_pixel_takes_the_likeliest_colour_more_crisply() -> None:
    model = made(colour_logit_scale=1e4)
    crops, _ = clip()
    choice = model.decoder.choice
    assert choice.bias is not None
    choice.weight.zero_()
    choice.bias.zero_()
    choice.bias[4 * 3 : 4 * 4] = 0.01  # the third entry of the palette is a little likelier than everything else
    state, appearance = model.start(crops[:, 0])
    crisp = model.decoder(state, appearance).crops
    torch.testing.assert_close(crisp[:, :3], appearance.palette[:, 2, :, None, None] * crisp[:, 3:])
    mixed = model.decoder.train()(state, appearance).crops
    assert (mixed[:, :3] - crisp[:, :3]).abs().max() > 0.05


@torch.no_grad()
@pytest.mark.parametrize("what", ["alpha_logit_scale", "colour_logit_scale"])
def test_while_learning_alpha_and_colours_are_as_they_are(what: str) -> None:
    soft, hard = (made(**{what: value}).decoder.train() for value in (1.0, 3.0))  # type: ignore[arg-type]
    lma, (crops, _) = made(), clip()
    state, appearance = lma.start(crops[:, 0])
    assert torch.equal(soft(state, appearance).crops, hard(state, appearance).crops)


@torch.no_grad()
def test_a_rollout_is_its_steps() -> None:
    model = made()
    crops, shifts = clip()
    motion = model(crops, shifts)
    state, appearance = model.start(crops[:, 0])
    for tick in range(TICKS - 1):
        painted, state = model.step(state, appearance, motion.local_actions[:, tick], shifts[:, tick])
        assert torch.allclose(painted, motion.crops[:, tick], atol=1e-5)


@torch.no_grad()
def test_observing_is_what_training_reads() -> None:
    model = made()
    crops, shifts = clip()
    motion = model(crops, shifts)
    seen = model.observe(crops[:, :-1].flatten(0, 1), crops[:, 1:].flatten(0, 1)).unflatten(0, (BATCH, TICKS - 1))
    assert torch.equal(seen, motion.local_actions)
    assert seen.min() >= 1 and seen.max() <= model.config.local_actions
    assert len(seen.unique()) > 1


def test_shapes_ranges_and_gradients() -> None:
    model = made().train()
    crops, shifts = clip()
    motion = model(crops, shifts)
    assert motion.crops.shape == (BATCH, TICKS - 1, 4, 16, 16)
    assert motion.vectors.shape == (BATCH, TICKS - 1, model.config.code_size)
    assert motion.crops.min() >= 0 and motion.crops.max() <= 1
    (motion.crops.square().mean() + motion.commitment).backward()
    assert [name for name, weight in model.named_parameters() if weight.grad is None] == []


@torch.no_grad()
def test_patience_keeps_a_code_while_standing_and_nowhere_else() -> None:
    model = made().train()
    model.config = replace(model.config, code_switch_cost=1e6, code_swap_rate=0.0)
    crops, _ = clip()
    shifts = torch.zeros(BATCH, TICKS - 1, 2)
    standing = model(crops, shifts).local_actions
    assert (standing == standing[:, :1]).all()
    travelling = made().train()
    travelling.config = model.config
    motion = travelling(crops, shifts + 3)
    assert len(motion.local_actions.unique()) > 1
    assert made().train()(crops, shifts).local_actions.unique().numel() > 1


@torch.no_grad()
def test_local_action_shift_and_appearance_all_matter() -> None:
    model = made()
    crops, _ = clip()
    state, appearance = model.start(crops[:, 0])
    still = torch.zeros(BATCH, 2)

    def play(action: int, shift: Tensor) -> Tensor:
        actions = torch.full((BATCH,), action)
        painted: Tensor = model.step(state, appearance, actions, shift)[0]
        return painted

    one = play(1, still)
    assert not torch.allclose(one, play(2, still))
    assert not torch.allclose(one, play(1, still + 4))
    assert not torch.allclose(one[0], one[1])
    assert torch.equal(one, play(1, still))


@torch.no_grad()
def test_margins_are_not_painted_and_what_is_between_them_stays_in_its_place() -> None:
    model, (crops, _) = made(margin=1, colour_logit_scale=1e4), clip()
    crops[:, :, 3] = 1
    choice = model.decoder.choice
    assert choice.bias is not None
    choice.weight.zero_()
    choice.bias.zero_()
    choice.bias[-4:] = 1  # every pixel is fetched from its own place
    state, appearance = model.start(crops[:, 0])
    painted = model.render(state, appearance).crops
    assert painted.shape == crops[:, 0].shape and not painted[..., :4].any() and not painted[..., 12:].any()
    inside = painted[..., 4:12]
    torch.testing.assert_close(inside[:, :3], crops[:, 0, :3, :, 4:12] * inside[:, 3:], atol=1e-4, rtol=1e-4)


def with_views() -> LocalMotionAnalysis:
    """A model of two views, which begins as `made` without."""
    model = made(views=2)
    model.load_state_dict(made().state_dict(), strict=False)
    return model


@torch.no_grad()
def test_a_model_of_several_views_begins_with_the_first_alone() -> None:
    crops, shifts = clip()
    several, one = with_views()(crops, shifts, crops[:, 4:5]), made()(crops, shifts)
    assert several.choice is not None and several.choice.shape == (BATCH, TICKS - 1, 4)
    torch.testing.assert_close(several.crops, one.crops)


@torch.no_grad()
@pytest.mark.parametrize("source", range(4))
def test_a_tick_looks_like_the_source_that_it_chooses(source: int) -> None:
    model, (crops, shifts) = with_views(), clip()
    state, appearance = model.start(crops[:, 0], crops[:, 4:5])
    sources = sources_of(crops[:, 0], crops[:, 4:5])
    choice = model.decoder.source_choice
    assert choice is not None and appearance.descriptors is not None
    descriptors = torch.zeros_like(appearance.descriptors)
    descriptors[:, source, 0] = 1
    choice.ask.bias[0] = 1
    states = model.roll(state, appearance.dynamics, model.quantiser.codes[:2].expand(BATCH, 2, -1), shifts[:, :2])
    shown = model.render(states, appearance._replace(descriptors=descriptors)).crops
    alone = made()
    looks = alone.start(sources[:, source])[1]
    torch.testing.assert_close(shown, alone.render(states, looks).crops)


@torch.no_grad()
def test_sources_are_views_and_their_mirror_images() -> None:
    crops, _ = clip()
    sources = sources_of(crops[:, 0], crops[:, 1:3])
    assert torch.equal(sources[:, :3], crops[:, :3]) and torch.equal(sources[:, 3:], crops[:, :3].flip(-1))


def test_what_a_tick_chooses_is_learned() -> None:
    model, (crops, shifts) = with_views().train(), clip()
    crops[:, 1:] = crops[:, :1].flip(-1)  # all that follows is the first picture's mirror image
    assert model.decoder.source_choice is not None
    optimiser = torch.optim.Adam(model.decoder.source_choice.parameters(), 3e-2)
    weights = LocalWeights(choice=1.0)
    for _ in range(30):
        losses = local_losses(model(crops, shifts), crops, torch.ones_like(crops[:, :, :1]), shifts, weights)
        assert losses.choice is not None
        optimiser.zero_grad()
        losses.choice.backward()
        optimiser.step()
    choice = model(crops, shifts).choice
    assert choice is not None and bool((choice.argmax(-1) == 1).all())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"window": 44}, "44 pixels"),
        ({"local_actions": 1}, "two local actions"),
        ({"views": 0}, "views is 0"),
        ({"views": 2, "renderer": "move", "warp_fields": 1}, "one view"),
        ({"window": 16, "margin": 2}, "margin is 2"),
    ],
)
def test_wrong_sizes_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LmaConfig(**values)  # type: ignore[arg-type]


def test_where_travel_is_no_action_only_neighbours_exchange_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[torch.Tensor] = []

    def watch(shifts: torch.Tensor, probability: float) -> torch.Tensor:
        seen.append(shifts)
        return code_swap_indices(shifts, probability)

    monkeypatch.setattr("glass.networks.local_motion.code_swap_indices", watch)
    crops, shifts = torch.rand(2, 4, 4, 16, 16), torch.full((2, 3, 2), 3.0)
    for locomotion_codes in (True, False):
        LocalMotionAnalysis(replace(tiny_config(1, 1).lma, locomotion_codes=locomotion_codes))(crops, shifts)
    assert torch.equal(seen[0], shifts) and not seen[1].any()


@torch.no_grad()
@pytest.mark.parametrize("size", [(1, 2), (2, 3), (7, 4), (8, 8)])
def test_what_is_the_same_everywhere_is_convolved_at_few_places(size: tuple[int, int]) -> None:
    vector, weight = torch.rand(3, 5), torch.randn(4, 5, 3, 3)
    whole = functional.conv2d(vector[:, :, None, None].expand(-1, -1, *size), weight, padding=1)
    torch.testing.assert_close(convolve_constant(vector, weight, torch.Size(size)), whole)
