"""The figures of glass-evaluate, against truths made by hand."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from export.evaluate import frechet
from export.evaluate.code_usage import CodeAccumulator, chance_information, normalised_information
from export.evaluate.frechet import Lite0Features
from export.evaluate.image_metrics import psnr, region_of, ssim
from export.evaluate.means import nan_mean
from export.evaluate.reading import ReadingAccumulator
from export.evaluate.sample import draw_samples
from export.evaluate.shifts import heading_right
from glass.core.errors import GlassError
from glass.data.core.clip import Clip
from glass.data.sources import open_source
from playground.clips.analysis import Analysis, Step


def clip_of(length: int) -> Clip:
    """A square of 8 pixels that goes 2 right a frame, in a frame of 32x24."""
    masks = np.zeros((length, 24, 32), bool)
    for tick in range(length):
        masks[tick, 8:16, 2 * tick : 2 * tick + 8] = True
    return Clip(
        name="square",
        character="square",
        frames=np.where(masks[..., None], np.uint8(200), np.uint8(20)) * np.ones(3, np.uint8),
        masks=masks,
        actions=np.arange(length) % 2,
        foreground_shifts=np.tile((2.0, 0.0), (length - 1, 1)),
        background_shifts=np.zeros((length - 1, 2)),
        positions=np.array([(2.0 * tick + 4, 12.0) for tick in range(length)]),
    )


def test_reading_without_a_mistake() -> None:
    clip, accumulator = clip_of(5), ReadingAccumulator(CodeAccumulator(2))
    assert clip.masks is not None
    steps = tuple(Step((2.0, 0.0), (0.0, 0.0), tick % 2 + 1) for tick in range(4))
    accumulator.add(clip, Analysis("m", (32, 24), clip.masks, steps))
    figures = accumulator.figures()
    assert figures.mask_iou == 1
    assert (figures.foreground_shift.error, figures.foreground_shift.direction) == (0, 1)
    assert (figures.background_shift.error, figures.background_shift.direction) == (0, None)
    codes = figures.local_actions
    assert codes.nmi == codes.nmi_per_character == 1
    assert codes.nmi_per_character_by_chance is not None and codes.nmi_per_character_by_chance < 1
    assert codes.shares == (0.5, 0.5) and codes.used == 2
    assert [(one.local_action, one.action, one.share, one.shift) for one in codes.meanings] == [
        (1, 1, 1, (2, 0)),
        (2, 0, 1, (2, 0)),
    ]


def test_reading_with_mistakes() -> None:
    clip, accumulator = clip_of(3), ReadingAccumulator(CodeAccumulator(2))
    assert clip.masks is not None
    steps = (Step((0.0, 2.0), (3.0, 4.0), 1), Step((1.0, 0.9), (0.0, 0.0), 1))
    accumulator.add(clip, Analysis("m", (32, 24), np.roll(clip.masks, 4, 2), steps))
    figures = accumulator.figures()
    assert figures.mask_iou == pytest.approx(1 / 3, abs=1e-4)
    assert figures.foreground_shift.direction == 0.5
    assert figures.foreground_shift.error == pytest.approx((math.sqrt(8) + math.hypot(1, 0.9)) / 2, abs=1e-4)
    assert figures.background_shift.error == 2.5
    assert figures.local_actions.nmi == 0
    assert figures.local_actions.counts is not None
    assert [row[:3] for row in figures.local_actions.counts] == [(1, 1, 0), (0, 0, 0)]
    assert [one.local_action for one in figures.local_actions.meanings] == [1]


def test_reading_without_truth() -> None:
    clip, accumulator = clip_of(3), ReadingAccumulator(CodeAccumulator(2))
    assert clip.masks is not None
    accumulator.add(
        Clip("square", "", clip.frames), Analysis("m", (32, 24), clip.masks, (Step((0.0, 0.0), (0.0, 0.0), 2),) * 2)
    )
    figures = accumulator.figures()
    assert figures.mask_iou is None and figures.foreground_shift.error is None
    assert figures.local_actions.nmi is None and figures.local_actions.meanings == ()
    assert figures.local_actions.shares == (0, 1)


def test_steps_without_an_agent_have_no_meaning() -> None:
    accumulator = CodeAccumulator(2)
    accumulator.add([1, 1, 2], [-1, -1, 3], [(0, 0)] * 3, "")
    figures = accumulator.figures()
    assert [(one.local_action, one.action) for one in figures.meanings] == [(2, 3)]
    assert figures.nmi_per_character is None


def test_the_shift_that_goes_with_a_local_action_is_the_usual_one() -> None:
    accumulator = CodeAccumulator(1)
    accumulator.add([1] * 5, [0, 0, 0, 1, 1], [(7, 0), (0, 7), (7, 0), (0, 0), (0, 0)], "one")
    assert accumulator.figures().meanings[0].shift == (7, 0)


def test_headings() -> None:
    true = np.array([(7, 0), (0, -7), (0, 7), (7, 0), (0, 0)])
    read = np.array([(1, 0.99), (0.99, -1), (0, 0), (1, -1.01), (5, 5)])
    assert heading_right(read, true).tolist() == [True, True, False, False]


def test_information() -> None:
    one, other = [0, 0, 1, 1] * 25, [2, 2, 0, 0] * 25
    assert normalised_information(one, other) == pytest.approx(1)
    assert normalised_information([0, 1, 0, 1], [0, 0, 1, 1]) == pytest.approx(0)
    assert normalised_information([3, 3], [1, 1]) == 0
    assert chance_information(one, other) < 0.1 < chance_information(one[:4], other[:4])


def test_regions_are_cut_by_the_frame() -> None:
    frame = np.arange(96 * 128 * 3, dtype=np.uint32).reshape(96, 128, 3).astype(np.uint8)
    assert np.array_equal(region_of(frame, (40.0, 50.0), 64), frame[18:82, 8:72])
    outside = region_of(frame, (120.0, -8.0), 64)
    assert np.array_equal(outside[40:, :40], frame[:24, 88:])
    assert np.isnan(outside[:40]).all() and np.isnan(outside[:, 40:]).all()
    assert psnr(outside, outside) > 100
    assert ssim(outside, outside) == pytest.approx(1, abs=1e-5)
    beyond = region_of(frame, (8.0, 104.0), 64)
    assert math.isnan(psnr(outside, beyond)) and math.isnan(ssim(outside, beyond))


def test_likeness() -> None:
    assert psnr(np.full((2, 2, 3), 51.0), np.zeros((2, 2, 3))) == pytest.approx(20 * math.log10(5))
    noise = np.random.default_rng(0).uniform(0, 255, (32, 32, 3))
    assert ssim(noise, 255 - noise) < 0 < ssim(noise, noise * 0.9) < 1


def test_means_leave_out_what_is_no_number() -> None:
    assert nan_mean([1, math.nan, 2]) == 1.5
    assert nan_mean([math.nan]) is None


def test_samples_come_with_their_characters() -> None:
    source = open_source("folk:split=test,characters=3")
    longer = draw_samples(source, (128, 96), clips=2, frames=3, seed=1)
    for sample, shorter in zip(longer, draw_samples(source, (128, 96), 2, 2, 1), strict=True):
        assert np.array_equal(sample.clip.frames[:2], shorter.clip.frames)
        assert sample.character is not None and sample.character.name == sample.clip.character
        assert sample.clip.positions is not None and sample.clip.actions is not None
        left, top = (sample.clip.positions[0] - 32).astype(int)
        cells = sample.character.cells[sample.clip.actions[0]]
        shown = sample.clip.frames[0, top : top + 64, left : left + 64]
        assert any((np.where(cell[..., 3:] > 127, cell[..., :3], shown) == shown).all() for cell in cells)
    (empty,) = draw_samples(open_source("folk:empty=1"), (128, 96), 1, 2, 0)
    assert empty.character is None


def test_samples_must_fit_the_model() -> None:
    with pytest.raises(GlassError, match="128x96 pixels, the model's have 32x24"):
        draw_samples(open_source("folk:"), (32, 24), 1, 2, 0)


def test_frozen_features() -> None:
    network = Lite0Features()
    pictures = torch.randint(0, 256, (2, 3, 32, 32), dtype=torch.uint8)
    features = network(pictures)
    assert features.shape == (2, network.num_features)
    assert torch.isfinite(features).all() and not torch.equal(features[0], features[1])
    assert not any(weight.requires_grad for weight in network.parameters())


class MeanColours(nn.Module):
    num_features = 3

    def forward(self, pictures: Tensor) -> Tensor:
        return pictures.float().mean((2, 3))


def test_the_distance_grows_with_the_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frechet, "Lite0Features", MeanColours)
    rng = np.random.default_rng(0)
    true = [np.full((4, 4, 3), rng.integers(0, 100, 3), float) for _ in range(40)]
    near, far = ([picture + step for picture in true] for step in (2, 20))
    shares: list[float] = []
    same = frechet.lite0_frechet(true, true, shares.append)
    assert same == pytest.approx(0, abs=1e-3)
    assert frechet.lite0_frechet(near, true, shares.append) == pytest.approx(12, abs=0.1)
    assert frechet.lite0_frechet(far, true, shares.append) == pytest.approx(1200, abs=1)
    assert max(shares) == 1
