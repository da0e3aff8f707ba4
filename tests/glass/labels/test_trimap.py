"""Masks to the pixel, found from what other frames show behind the agent."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from glass.labels.trimap import (
    AGENT,
    BACKGROUND,
    UNKNOWN,
    MattingConfig,
    median_background,
    trimap,
)
from glass.stages.matting import matting_losses

LENGTH, HEIGHT, WIDTH = 12, 40, 56


def scene(travel: int = 3, pan: int = -1, noise: float = 0.0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Frames of a red agent with a hole before a smooth background, its masks, rough masks, background shifts."""
    random = torch.Generator().manual_seed(0)
    small = torch.rand(1, 3, 12, 16, generator=random)
    wide = functional.interpolate(small, (HEIGHT, WIDTH + 2 * LENGTH), mode="bicubic").clamp(0, 1)
    frames, masks = [], []
    for tick in range(LENGTH):
        frame = wide[0, :, :, LENGTH - pan * tick : LENGTH - pan * tick + WIDTH].clone()
        mask = torch.zeros(1, HEIGHT, WIDTH)
        left = 6 + travel * tick
        mask[:, 10:30, left : left + 10] = 1
        mask[:, 18:26, left + 3 : left + 7] = 0
        frame = torch.where(mask > 0, torch.tensor([1.0, 0.0, 0.1])[:, None, None], frame)
        frames.append(frame + noise * torch.randn(3, HEIGHT, WIDTH, generator=random))
        masks.append(mask)
    true = torch.stack(masks)
    rough = functional.max_pool2d(true, 9, 1, 4)  # grown by four pixels: the hole is gone
    return torch.stack(frames).clamp(0, 1), true, rough, torch.tensor([[float(pan), 0.0]]).repeat(LENGTH - 1, 1)


@pytest.mark.parametrize("pan", [0, -1])
def test_the_agent_is_found_to_the_pixel(pan: int) -> None:
    frames, true, rough, shifts = scene(pan=pan)
    labels = trimap(frames, rough, shifts)
    known = labels != UNKNOWN
    assert known.float().mean() > 0.9
    assert ((labels == AGENT) == (true[:, 0] > 0))[known].float().mean() > 0.995
    assert (labels[5, 20:24, 6 + 15 + 4 : 6 + 15 + 6] == BACKGROUND).all()  # what is seen through the hole


def test_what_is_never_uncovered_is_unknown() -> None:
    frames, true, rough, shifts = scene(travel=0, pan=0)
    labels = trimap(frames, rough, shifts)
    assert (labels[true[:, 0] > 0] == UNKNOWN).all()
    _, known = median_background(frames, rough, shifts)
    assert not known[rough > 0].any() and known[:, :, :2].all()


def test_a_background_that_is_not_found_again_says_nothing() -> None:
    frames, _, rough, shifts = scene(noise=0.3)
    labels = trimap(frames, rough, shifts)
    near = functional.max_pool2d(rough, 9, 1, 4)[:, 0] > 0
    assert (labels[near] == UNKNOWN).all() and (labels[~near] == BACKGROUND).all()


def test_the_background_is_that_without_the_agent() -> None:
    frames, true, rough, shifts = scene()
    backgrounds, known = median_background(frames, rough, shifts)
    outside = (known > 0) & (true == 0)
    assert ((backgrounds - frames).abs().amax(1, keepdim=True)[outside] < 0.02).all()


def test_loss_counts_known_pixels_only() -> None:
    logits = torch.tensor([[[[0.0, 2.0], [-2.0, 9.0]]]])
    labels = torch.tensor([[[AGENT, AGENT], [BACKGROUND, UNKNOWN]]], dtype=torch.uint8)
    said = [torch.tensor(0.0), torch.tensor(2.0), torch.tensor(2.0)]
    expected = torch.stack([functional.softplus(-value) for value in said]).mean()
    assert torch.isclose(matting_losses(logits, labels).matte, expected)
    assert matting_losses(logits, torch.full_like(labels, UNKNOWN)).matte == 0


def test_the_agents_pixels_may_count_more() -> None:
    labels = torch.tensor([[[AGENT, BACKGROUND, BACKGROUND, UNKNOWN]]], dtype=torch.uint8)
    for weight in (1.0, 2.0, 4.0):
        # What is said of pixels that cannot be told apart is best their weighted share.
        best = weight / (weight + 2)
        logits = torch.logit(torch.tensor(best)).expand(1, 1, 1, 4).clone().requires_grad_()
        (slope,) = torch.autograd.grad(matting_losses(logits, labels, weight).matte, logits)
        assert abs(float(slope.sum())) < 1e-6


def test_what_is_merely_darker_may_be_a_shadow() -> None:
    frames, true, rough, shifts = scene(pan=0)
    shade = true.roll(6, 2) * (1 - true)
    frames = frames * (1 - 0.4 * shade)
    plain = trimap(frames, rough, shifts)
    careful = trimap(frames, rough, shifts, MattingConfig(shadows=True))
    shaded, agent = shade[:, 0] > 0, true[:, 0] > 0
    assert (plain[shaded] == AGENT).float().mean() > 0.5
    assert (careful[shaded] == AGENT).float().mean() < 0.1
    assert (careful[agent] == AGENT).float().mean() > 0.9


def test_what_lies_farther_from_the_rough_mask_is_not_the_agent_for_sure() -> None:
    frames, true, _, shifts = scene(pan=0)
    pushed = torch.zeros_like(true)
    for tick in range(LENGTH):
        pushed[tick, :, 31:34, 6 + 3 * tick : 16 + 3 * tick] = 1
    frames = torch.where(pushed > 0, torch.tensor([0.0, 0.9, 0.2])[None, :, None, None], frames)
    labels = trimap(frames, true, shifts, MattingConfig(trusted_radius=0))
    assert not (labels[pushed[:, 0] > 0] == AGENT).any()
    assert (trimap(frames, true, shifts)[pushed[:, 0] > 0] == AGENT).any()


def test_how_far_it_is_sure_has_bounds() -> None:
    with pytest.raises(ValueError, match="trusted_radius is 5 pixels"):
        MattingConfig(trusted_radius=5)


def test_an_arm_s_upper_part_that_is_always_there_is_not_taken_for_background() -> None:
    """A red arm hangs from the top; only its lower half moves up and down, and the rough mask misses the rest."""
    frames = scene(travel=0, pan=0)[0].clone()
    rough = torch.zeros(LENGTH, 1, HEIGHT, WIDTH)
    for tick in range(LENGTH):
        tip = 20 + 3 * (tick % 6)
        frames[tick, :, :tip, 30:38] = torch.tensor([1.0, 0.0, 0.1])[:, None, None]
        rough[tick, 0, 20:tip, 30:38] = 1
    shifts = torch.zeros(LENGTH - 1, 2)
    upper = (slice(None), slice(0, 10), slice(30, 38))
    assert (trimap(frames, rough, shifts)[upper] == BACKGROUND).all()
    labels = trimap(frames, rough, shifts, enters_from_edge="top")
    moving = [tick for tick in range(LENGTH) if (labels[tick] == AGENT).any()]
    assert len(moving) >= LENGTH // 2 and (labels[moving][upper] == UNKNOWN).all()
    assert (labels[:, :, :28] == BACKGROUND).float().mean() > 0.9
    rough[:, :, :20, 30:38] = 1
    labels = trimap(frames, rough, shifts, enters_from_edge="top")
    assert (labels[moving][:, :10, 32:36] == AGENT).all()  # Never uncovered: there the rough mask is believed.
    assert (labels[moving][:, :10, [30, 37]] == UNKNOWN).all()  # But not along its outline.


def test_an_arm_that_rests_keeps_its_upper_part() -> None:
    """It moves at first; while it rests, nothing travels along, and the rough mask has lost its upper part."""
    frames, rough = scene(travel=0, pan=0)[0].clone(), torch.zeros(LENGTH, 1, HEIGHT, WIDTH)
    agent_shifts = torch.zeros(LENGTH - 1, 2)
    for tick in range(LENGTH):
        tip = 14 + 4 * min(tick, 4)
        frames[tick, :, :tip, 30:38] = torch.tensor([1.0, 0.0, 0.1])[:, None, None]
        rough[tick, 0, 14:tip, 30:38] = 1
        agent_shifts[tick - 1 : tick, 1] = 4.0 * (0 < tick < 5)
    config = MattingConfig(require_co_motion=True)
    labels = trimap(frames, rough, torch.zeros(LENGTH - 1, 2), config, "top", agent_shifts)
    assert (labels[9:, :10, 30:38] == UNKNOWN).all()


@pytest.mark.parametrize("light", [-0.1, 1.0])
def test_light_has_bounds(light: float) -> None:
    with pytest.raises(ValueError, match="light is"):
        MattingConfig(light=light)


def test_what_lies_in_light_where_the_background_was_seen_in_shadow_is_not_the_agent() -> None:
    frames, true, rough, shifts = scene(pan=0)
    shade = torch.zeros_like(true)
    shade[4:, :, 31:33, 6:20] = 1  # Below the agent, once it has gone on.
    frames = frames * (1 - 0.4 * shade * (1 - true))
    lit = (shade[-1:] > 0).expand(4, -1, -1, -1)[:, 0]
    plain, careful = (trimap(frames, rough, shifts, MattingConfig(shadows=shadows)) for shadows in (False, True))
    assert (plain[:4][lit] == AGENT).sum() > max(10, 5 * int((careful[:4][lit] == AGENT).sum()))


def test_what_does_not_travel_with_the_agent_is_not_believed_to_be_part_of_it() -> None:
    frames, true, rough, shifts = scene(pan=0)
    thing = torch.zeros_like(true)
    thing[4:8, :, 31:36, 20:23] = 1  # It lies there for a while, right below the agent.
    frames = torch.where((thing > 0) & (true == 0), torch.tensor([0.0, 0.9, 0.2])[None, :, None, None], frames)
    agent_shifts = torch.tensor([[3.0, 0.0]]).repeat(LENGTH - 1, 1)
    plain = trimap(frames, rough, shifts)
    careful = trimap(frames, rough, shifts, MattingConfig(require_co_motion=True), agent_shifts=agent_shifts)
    lies, agent = thing[:, 0] > 0, true[:, 0] > 0
    assert (plain[lies] == AGENT).float().mean() > 0.5
    assert (careful[lies] == AGENT).float().mean() < 0.1
    assert (careful[agent] == AGENT).float().mean() > 0.9


def test_a_shadow_that_stays_behind_is_background() -> None:
    frames, true, rough, shifts = scene(pan=0)
    shade = torch.zeros_like(true)
    shade[3:7, :, 31:35, 16:32] = 1
    grain = 0.5 + 0.5 * torch.rand(HEIGHT, WIDTH, generator=torch.Generator().manual_seed(1))
    frames = frames * torch.where(true > 0, 1.0, grain * (1 - 0.2 * shade))
    agent_shifts = torch.tensor([[3.0, 0.0]]).repeat(LENGTH - 1, 1)
    config = MattingConfig(shadows=True, require_co_motion=True)
    labels = trimap(frames, rough, shifts, config, agent_shifts=agent_shifts)
    shaded = (shade * functional.max_pool2d(rough, 9, 1, 4))[:, 0] > 0
    without = trimap(frames, rough, shifts, MattingConfig(shadows=True))
    assert (without[shaded] == BACKGROUND).float().mean() < 0.1
    assert (labels[shaded] == BACKGROUND).float().mean() > 0.5


def test_what_travels_with_the_agent_needs_its_shifts() -> None:
    frames, _, rough, shifts = scene()
    with pytest.raises(ValueError, match="agent_shifts"):
        trimap(frames, rough, shifts, MattingConfig(require_co_motion=True))
