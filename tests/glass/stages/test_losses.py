"""Losses, on cases small enough for paper and pencil."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace

import numpy as np
import pytest
import torch
from torch import Tensor

from glass.config import GlobalWeights, LocalWeights
from glass.labels.trimap import UNKNOWN
from glass.networks.global_motion import GlobalMotion
from glass.networks.local_motion import LocalMotion
from glass.stages.base import NonFiniteLossError
from glass.stages.global_motion import GlobalLosses, global_losses, independent_motion
from glass.stages.local_motion import LocalLosses, local_losses
from tests.fixtures.tiny_world import TinyWorld

SIZE = (4, 6)


def flat(value: float, *shape: int) -> Tensor:
    return torch.full((*shape, *SIZE), value)


@pytest.fixture
def frames() -> Tensor:
    """A clip of two frames, the first all 0.25, the second all 0.75."""
    return torch.stack([flat(0.25, 3), flat(0.75, 3)])[None]


@pytest.fixture
def motion() -> GlobalMotion:
    return GlobalMotion(
        masks=flat(0.2, 1, 2, 1),
        inpainted_backgrounds=flat(0.6, 1, 2, 3),
        foreground_shifts=torch.zeros(1, 1, 2),
        background_shifts=torch.zeros(1, 1, 2),
        moved_foregrounds=torch.cat([flat(0.1, 1, 1, 3), flat(0.2, 1, 1, 1)], 2),
        moved_backgrounds=flat(0.5, 1, 1, 3),
        reconstructions=flat(0.5, 1, 1, 3),
        holes=flat(1.0, 1, 1),
        refilled=flat(0.35, 1, 3),
    )


def test_global_losses_by_hand(frames: Tensor, motion: GlobalMotion) -> None:
    losses = global_losses(frames, motion, torch.tensor([True]), GlobalWeights())
    expected = {
        # Error of 0.25, in [-1, 1] 0.5, times the change: 3 colours of 0.5 in truth and 0.25 painted, doubled, + floor.
        "reconstruction": 0.5 * (3 * (0.5 + 0.25) * 2 + 0.001),
        "foreground": 0.2**2 * 0.5**2,
        "background": 2 * 2 * 0.1,
        "binary": 0.5 * 0.2,
        "size": 0.1 * (0.2 - 0.06),
        "inpainting": 0.1,
    }
    assert losses.check(0) == pytest.approx(expected, rel=1e-4)
    assert float(losses.total()) == pytest.approx(sum(expected.values()), rel=1e-4)


@pytest.mark.parametrize(
    ("term", "needs"),
    [
        ("reconstruction", "reconstructions"),
        ("foreground", "moved_foregrounds"),
        ("background", "moved_backgrounds"),
        ("inpainting", "refilled"),
    ],
)
def test_a_global_loss_without_weight_is_not_computed(
    frames: Tensor, motion: GlobalMotion, term: str, needs: str
) -> None:
    broken = replace(motion, **{needs: getattr(motion, needs) * torch.nan})
    on = global_losses(frames, broken, torch.tensor([True]), GlobalWeights())
    off = global_losses(frames, broken, torch.tensor([True]), replace(GlobalWeights(), **{term: 0.0}))
    assert not torch.isfinite(on.total())
    assert float(getattr(off, term)) == 0 and float(off.total()) > 0


@pytest.mark.parametrize("term", ["binary", "size"])
def test_a_loss_of_masks_without_weight_teaches_nothing(frames: Tensor, motion: GlobalMotion, term: str) -> None:
    masks = motion.masks.clone().requires_grad_()
    weights = GlobalWeights(reconstruction=0, foreground=0, background=0, inpainting=0, binary=0, size=0)
    losses = global_losses(frames, replace(motion, masks=masks), torch.tensor([True]), weights)
    assert float(losses.total()) == 0 and not losses.total().requires_grad
    losses = global_losses(frames, replace(motion, masks=masks), torch.tensor([True]), replace(weights, **{term: 1.0}))
    losses.total().backward()
    assert masks.grad is not None and masks.grad.abs().sum() > 0


def test_clips_without_motion_are_asked_for_an_empty_mask(frames: Tensor, motion: GlobalMotion) -> None:
    losses = global_losses(frames, motion, torch.tensor([False]), GlobalWeights())
    assert float(losses.size) == pytest.approx(0.1 * 0.2)
    empty = replace(motion, masks=torch.zeros_like(motion.masks))
    assert float(global_losses(frames, empty, torch.tensor([False]), GlobalWeights()).size) == 0


def test_global_weight_zero_is_no_term(frames: Tensor, motion: GlobalMotion) -> None:
    broken = replace(motion, refilled=torch.full_like(motion.refilled, torch.nan))
    losses = global_losses(frames, broken, torch.tensor([True]), GlobalWeights(inpainting=0))
    assert float(losses.inpainting) == 0
    assert np.isfinite(float(losses.total()))


def test_only_what_moves_by_itself_counts_as_motion() -> None:
    world, empty = TinyWorld(empty=0.0), TinyWorld(empty=1.0)

    def clips(source: TinyWorld) -> Tensor:
        drawn = [source.draw(np.random.default_rng(seed), 6).frames for seed in range(12)]
        return torch.from_numpy(np.stack(drawn)).permute(0, 1, 4, 2, 3).float() / 255

    assert not independent_motion(clips(empty), 3).any()
    assert independent_motion(clips(world), 3).float().mean() >= 0.9


@dataclass(frozen=True)
class LocalCase:
    """One tick, all pixels alike: the truth turns from 0.2 to 0.6 (alpha 1), 0.5 is painted."""

    painted: Tensor = field(default_factory=lambda: coloured(0.5)[None, None])
    crops: Tensor = field(default_factory=lambda: torch.stack([coloured(0.2), coloured(0.6)])[None])
    visible: Tensor = field(default_factory=lambda: torch.ones(1, 2, 1, 8, 8))
    shifts: Tensor = field(default_factory=lambda: torch.zeros(1, 1, 2))
    vectors: Tensor = field(default_factory=lambda: torch.zeros(1, 1, 4))
    commitment: float = 1.0
    entropy_gap: float = 2.0

    def losses(self, weights: LocalWeights | None = None) -> LocalLosses:
        motion = LocalMotion(
            crops=self.painted,
            local_actions=torch.ones(1, 1, dtype=torch.long),
            vectors=self.vectors,
            commitment=torch.tensor(self.commitment),
            entropy_gap=torch.tensor(self.entropy_gap),
        )
        return local_losses(motion, self.crops, self.visible, self.shifts, weights or LocalWeights())


def coloured(value: float) -> Tensor:
    """A crop (4, 8, 8) of one colour, all of it the agent."""
    crop = torch.full((4, 8, 8), value)
    crop[3] = 1
    return crop


def test_local_losses_by_hand() -> None:
    losses = LocalCase().losses(LocalWeights(commitment=0.05, code_entropy=0.03))
    # Three of four channels are wrong by 0.1. Weight of a pixel: 1 + 8 * change of 0.4 + 2 * alpha; and two scales.
    mean = 0.1 * 3 / 4
    assert float(losses.colour) == pytest.approx(mean * (1 + 8 * 0.4 + 2) + 2 * mean, rel=1e-4)
    assert float(losses.gradient) == pytest.approx(0, abs=1e-6)
    assert float(losses.commitment) == pytest.approx(0.05 * 1.0)
    assert float(losses.usage) == pytest.approx(0.03 * 2.0)
    assert float(losses.persistence) == 0
    assert float(losses.total()) == pytest.approx(sum(losses.check(0).values()), rel=1e-4)


def test_too_much_costs_what_too_little_does() -> None:
    """The agent covers a half at first, then the other; painted over both, or over none, it is as wrong."""
    crops = torch.zeros(1, 4, 4, 8, 8)
    crops[:, :2, :, :, :4] = crops[:, 2:, :, :, 4:] = 1
    shifts, visible = torch.zeros(1, 3, 2), torch.ones(1, 4, 1, 8, 8)
    weights = LocalWeights(scales=0)
    much, little = (
        LocalCase(
            painted=torch.full((1, 3, 4, 8, 8), value),
            crops=crops,
            visible=visible,
            shifts=shifts,
            vectors=torch.zeros(1, 3, 4),
        )
        .losses(weights)
        .colour
        for value in (1.0, 0.0)
    )
    assert float(much) == pytest.approx(float(little))


def test_tone_is_that_of_four_pixels_together() -> None:
    grey = torch.full((4, 8, 8), 0.5)
    board = torch.zeros(4, 8, 8)
    board[:, ::2, ::2] = board[:, 1::2, 1::2] = 1  # Light and dark alternate; all grey is right but for the contrast.
    case = LocalCase(painted=grey[None, None], crops=torch.stack([board, board])[None])
    assert float(case.losses().tone) == 0
    assert float(case.losses(LocalWeights(low_pass_l2=2.0)).tone) == pytest.approx(0, abs=1e-6)
    darker = replace(case, painted=grey[None, None] - 0.1)
    assert float(darker.losses(LocalWeights(low_pass_l2=2.0)).tone) == pytest.approx(2 * 0.1**2, rel=1e-4)


def test_persistence_by_hand() -> None:
    # Two ticks standing and alike, then one of travel, whose vector is two away: the crowd of the first is the third.
    still_then_right = torch.tensor([[[0.0, 0.0], [0.0, 0.0], [3.0, 0.0]]])
    vectors = torch.tensor([[[0.0] * 4, [0.0] * 4, [1.0] * 4]])
    case = LocalCase(shifts=still_then_right, vectors=vectors)
    losses = case.losses(LocalWeights(temporal_info_nce=0.5))
    assert float(losses.persistence) == pytest.approx(0.5 * math.log(1 + math.exp(-4 * 2 / 4)), rel=1e-4)
    alone = replace(case, shifts=still_then_right[:, 1:], vectors=vectors[:, 1:])
    assert float(alone.losses().persistence) == 0


def test_persistence_prefers_vectors_that_last() -> None:
    lasting = torch.tensor([0.0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2])[None, :, None].expand(1, 12, 4)
    flickering = torch.tensor([0.0, 2] * 6)[None, :, None].expand(1, 12, 4)
    constant = torch.zeros(1, 12, 4)
    still = torch.zeros(1, 12, 2)
    seen = [float(LocalCase(shifts=still, vectors=v).losses().persistence) for v in (lasting, constant, flickering)]
    assert seen == sorted(seen) and len(set(seen)) == 3


def test_gradient_term_by_hand() -> None:
    case = LocalCase()
    painted = case.crops[:, 1:].clone()
    painted[..., 4:] += 0.1
    # One of seven steps between columns is wrong by 0.1, no step between rows.
    assert float(replace(case, painted=painted).losses().gradient) == pytest.approx(0.1 / 7, rel=1e-4)


def test_what_lies_beyond_the_frame_does_not_count() -> None:
    assert float(LocalCase(visible=torch.zeros(1, 2, 1, 8, 8)).losses().colour) == 0


def test_local_weights_zero_are_no_terms() -> None:
    case = LocalCase(commitment=torch.nan, entropy_gap=torch.nan)
    losses = case.losses(LocalWeights(gradient=0, commitment=0, code_entropy=0, temporal_info_nce=0))
    values = losses.check(0)
    assert values.pop("colour") == pytest.approx(float(losses.total()))
    assert set(values.values()) == {0}


@pytest.mark.parametrize("kind", [GlobalLosses, LocalLosses])
@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_a_loss_that_is_not_finite_is_named(kind: Callable[..., GlobalLosses | LocalLosses], value: float) -> None:
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    for wrong in names:
        losses = kind(**{name: torch.tensor(value if name == wrong else 1.0) for name in names})
        with pytest.raises(NonFiniteLossError, match=f"step 7: the loss '{wrong}' is"):
            losses.check(7)


def test_errors_count_for_more_at_the_end_of_an_arm() -> None:
    """An arm of 20 rows hangs in a window of 32; what is painted is wrong in one row, high up or at the end."""
    true = torch.zeros(1, 2, 4, 32, 32)
    true[:, :, :, :20, 12:20] = 1
    weights = LocalWeights(scales=0, gradient=0, commitment=0, code_entropy=0, temporal_info_nce=0)

    def error(row: int, end: float, enters: str = "top") -> float:
        painted = true[:, 1:].clone()
        painted[:, :, :, row, 12:20] = 0.5
        motion = LocalMotion(
            painted, torch.ones(1, 1, dtype=torch.long), torch.zeros(1, 1, 4), torch.zeros(()), torch.zeros(())
        )
        given = replace(weights, end=end)
        visible = torch.ones(1, 2, 1, 32, 32)
        return float(local_losses(motion, true, visible, torch.zeros(1, 1, 2), given, enters).colour)

    assert error(18, 0.0) == pytest.approx(error(3, 0.0)) == pytest.approx(error(3, 4.0))
    assert error(18, 4.0) == pytest.approx(5 * error(18, 0.0), rel=1e-4)
    assert error(18, 4.0, enters="") == pytest.approx(error(18, 0.0))


def test_outlines_are_learned_where_they_say_something(frames: Tensor, motion: GlobalMotion) -> None:
    moving, weights = torch.tensor([True]), GlobalWeights(outlines=2.0)
    assert global_losses(frames, motion, moving, weights).outlines is None
    unknown = torch.full_like(motion.masks[:, :, 0], UNKNOWN, dtype=torch.uint8)
    silent = global_losses(frames, motion, moving, weights, unknown).outlines
    assert silent is not None and float(silent) == 0
    background = torch.zeros_like(unknown)
    found = global_losses(frames, motion, moving, weights, background).outlines
    expected = -2 * torch.log(1 - motion.masks).mean()
    assert found is not None and float(found) == pytest.approx(float(expected), rel=1e-4)
