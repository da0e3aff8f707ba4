"""Learning ends with a model that can be played, whatever goes wrong on the way."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from export.bundle.verify import VerificationError
from export.bundle.write import BundleOptions
from export.learn import training
from export.learn.budget import FEWEST_STEPS
from export.learn.fallback import shipped_actions
from export.learn.folders import LearnFolders
from export.learn.install import Trained, install, steps_taken, trained
from export.learn.mask_check import OutlinedFrames, agreement
from export.learn.session import learn_clips
from export.learn.warm_start import WEIGHTS
from glass.core.errors import GlassError
from glass.footage.cache import Footage, Take
from glass.footage.prepare import FootageOptions
from glass.footage.source import FootageSource
from glass.footage.stills import Stills
from glass.labels.trimap import AGENT, BACKGROUND, UNKNOWN
from glass.model import Glass
from glass.stages.base import NonFiniteLossError, Stage, StepResult
from glass.stages.global_motion import GlobalStage
from glass.stages.local_motion import LocalStage
from glass.training.checkpoint import AVERAGED, load_model, save_weights
from playground.bundles.library import find_bundle, shipped_folders
from tests.export.learn.conftest import Ordering
from tests.fixtures.tiny_world import TinyWorld, tiny_config

HOME = "mine"
PUPPETS = next(folder / "puppets" / WEIGHTS for folder in shipped_folders() if (folder / "puppets").is_dir())


@pytest.fixture
def footage() -> Footage:
    frames = TinyWorld(empty=0.0).draw(np.random.default_rng(1), 64).frames
    return Footage(frames, 10.0, (Take("clip", 0, 64),), ("clip",), (), "print", (32, 24))


@pytest.fixture
def outlines() -> np.ndarray:
    """Labels of the figure, but for its outermost pixels."""
    masks = TinyWorld(empty=0.0).draw(np.random.default_rng(1), 64).masks
    assert masks is not None
    return np.where(masks, AGENT, BACKGROUND).astype(np.uint8)


def not_finite(stage: type[Stage], times: int, patch: pytest.MonkeyPatch) -> list[int]:
    """Let a stage's losses be no numbers at its third step, so many times."""
    step, failed = stage.step, list[int]()

    def broken(self: Any, model: Glass, number: int) -> StepResult:
        if number == 2 and len(failed) < times:
            failed.append(number)
            raise NonFiniteLossError(f"step {number}: the loss 'test' is nan; lower the learning rate")
        return step(self, model, number)

    patch.setattr(stage, "step", broken)
    return failed


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, 5])
def test_losses_that_are_no_numbers(
    order: Ordering, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], times: int
) -> None:
    failed = not_finite(GlobalStage, times, monkeypatch)
    learn_clips(order(), live=False)
    find_bundle(HOME).verify()
    said = capsys.readouterr().out
    assert "is nan; lower the learning rate: goes on from the last checkpoint in smaller steps" in said
    assert ("that stage is left as it is" in said) == (times > 1)
    assert len(failed) == min(times, 2)
    assert steps_taken(LearnFolders.of(HOME, None).run)["local"] == FEWEST_STEPS


@pytest.mark.slow
def test_local_actions_that_cannot_be_learned(
    order: Ordering, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    not_finite(LocalStage, 5, monkeypatch)
    taken = []

    def shipped(config: Any, source: Any, run: Path, weights: Path) -> Trained:
        taken.append(weights)
        raise GlassError("taken")

    monkeypatch.setattr(training, "shipped_actions", shipped)
    with pytest.raises(GlassError, match="taken"):
        learn_clips(order(), live=False)
    assert taken == [PUPPETS]
    assert "local actions are those of puppets, not the clip's own" in capsys.readouterr().out


@pytest.mark.slow
def test_too_few_steps_leave_the_actions_of_a_shipped_model(order: Ordering, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Trained] = []

    def shipped(config: Any, source: Any, run: Path, weights: Path) -> Trained:
        own = trained(run)
        assert own is not None
        made.append(own)
        return own

    monkeypatch.setattr(training, "shipped_actions", shipped)
    learn_clips(order(from_scratch=False), live=False)
    assert len(made) == 1
    monkeypatch.setattr(training, "FEWEST_LOCAL_STEPS", FEWEST_STEPS)
    learn_clips(order(from_scratch=False), live=False)
    assert len(made) == 1, "enough steps were made"


@pytest.mark.slow
def test_the_actions_of_a_shipped_model_with_masks_of_the_clip(
    footage: Footage, outlines: np.ndarray, tmp_path: Path
) -> None:
    config = tiny_config(1, 1)
    source = FootageSource(footage, outlines=outlines)
    made = shipped_actions(config, source, tmp_path, PUPPETS)
    known = find_bundle(PUPPETS.parent).manifest
    assert made.extra["statistics"]["labels"] == [action.label for action in known.local_actions]
    assert made.extra["statistics"]["defaults"] == known.default_local_actions
    assert made.model.config.frame_size == config.frame_size and made.model.lma.quantiser.initialised
    assert made.extra["tick_rate"] == source.tick_rate
    own = load_model(PUPPETS)[0]
    with torch.no_grad():
        for parameter in own.gma.parameters():
            parameter.add_(0.25)
    save_weights(tmp_path / AVERAGED, own)
    taken = shipped_actions(config, source, tmp_path, PUPPETS).model
    bias, wanted = taken.gma.mask_network.output.bias, own.gma.mask_network.output.bias
    assert bias is not None and wanted is not None and torch.equal(bias, wanted)
    assert torch.equal(taken.lma.quantiser.codes, made.model.lma.quantiser.codes)
    with torch.no_grad():
        next(own.gma.parameters()).fill_(float("nan"))
    save_weights(tmp_path / AVERAGED, own)
    assert all(torch.isfinite(p).all() for p in shipped_actions(config, source, tmp_path, PUPPETS).model.parameters())


@pytest.mark.slow
@pytest.mark.parametrize("slight", [True, False])
def test_a_bundle_that_plays_differently(
    order: Ordering, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], slight: bool
) -> None:
    def differs(*arguments: Any) -> int:
        raise VerificationError("the agent starts 1 pixels from where torch finds it", 9, slight)

    monkeypatch.setattr("export.bundle.write.verify", differs)
    monkeypatch.setattr(training, "shipped_actions", lambda config, source, run, weights: trained(run))
    if slight:
        learn_clips(order(), live=False)
        find_bundle(HOME).verify()
        assert "warning      the agent starts 1 pixels from where torch finds it" in capsys.readouterr().out
    else:
        with pytest.raises(GlassError, match="not exported: the agent starts 1 pixels"):
            learn_clips(order(), live=False)
        assert "local actions are those of puppets" in capsys.readouterr().out


def test_agreement_counts_what_is_sure() -> None:
    labels = np.full((8, 8), BACKGROUND, np.uint8)
    labels[2:6, 2:6] = UNKNOWN
    labels[3:5, 3:5] = AGENT
    outline = labels != BACKGROUND
    assert agreement(outline, labels) == 1.0 and agreement(labels == AGENT, labels) == 1.0
    assert agreement(np.zeros((8, 8), bool), labels) == 0.0
    assert agreement(np.ones((8, 8), bool), labels) == pytest.approx(4 / 52)


def test_frames_with_outlines_are_chosen(footage: Footage, outlines: np.ndarray) -> None:
    gone = outlines.copy()
    gone[20:] = BACKGROUND
    known = OutlinedFrames.of(footage, gone, 8)
    assert known is not None and len(known.frames) == 8
    cut = known.cut_out(0)
    assert cut.shape == (24, 32, 4) and (cut[..., 3][known.labels[0] == AGENT] == 255).all()
    assert OutlinedFrames.of(footage, np.zeros_like(outlines)) is None


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BundleOptions]]:
    """What bundles would be written of; none are."""
    made: list[BundleOptions] = []
    monkeypatch.setattr("export.learn.install.write_bundle", lambda model, extra, options: made.append(options))
    monkeypatch.setattr("export.learn.install._preview", lambda folders, path: False)
    yield made


def test_masks_that_find_nobody(
    footage: Footage, outlines: np.ndarray, tmp_path: Path, written: list[BundleOptions]
) -> None:
    torch.manual_seed(0)
    blind = Glass(tiny_config(1, 1, mask_bias=-30.0)).eval()
    warnings: list[str] = []
    install(
        LearnFolders.of(HOME, tmp_path),
        Stills([], FootageOptions(), footage),
        outlines,
        None,
        Trained(blind, {}),
        warnings.append,
    )
    starts = written[0].starts
    assert starts and all(start.frame.shape == (24, 32, 4) and start.frame[..., 3].any() for start in starts)
    assert len(warnings) == 2 and "games begin with it cut out" in warnings[0]
    nothing = np.zeros_like(outlines)
    install(
        LearnFolders.of(HOME, tmp_path),
        Stills([], FootageOptions(), footage),
        nothing,
        None,
        Trained(blind, {}),
        warnings.append,
    )
    assert written[1].starts[0].frame.shape == (24, 32, 3), "nothing is known of who it is"


def test_start_frames_are_those_in_which_masks_find_the_agent(
    footage: Footage, outlines: np.ndarray, tmp_path: Path, written: list[BundleOptions], tiny_bundle: Path
) -> None:
    model = load_model(tiny_bundle / WEIGHTS)[0]
    marked = np.array(footage.frames)
    marked[:40] = 0  # The figure cannot be seen there.
    seen = replace(footage, frames=marked)
    install(
        LearnFolders.of(HOME, tmp_path),
        Stills([], FootageOptions(), seen),
        outlines,
        None,
        Trained(model, {}),
        lambda text: None,
    )
    assert all(start.frame.shape == (24, 32, 3) and start.frame.any() for start in written[0].starts)


def test_frames_out_of_which_more_would_be_cut_are_no_start_frames(
    tmp_path: Path, written: list[BundleOptions], tiny_bundle: Path
) -> None:
    model = load_model(tiny_bundle / WEIGHTS)[0]
    frames = np.full((40, 24, 32, 3), 230, np.uint8)
    outlines = np.zeros((40, 24, 32), np.uint8)
    for tick, (frame, labels) in enumerate(zip(frames, outlines, strict=True)):
        left = 4 + tick % 12
        frame[8:18, left : left + 8] = (255, 0, 0)
        labels[8:18, left : left + 8] = AGENT
        if tick % 2:
            frame[12:16, left + 8 : left + 16] = (40, 160, 60)  # It touches something.
    seen = Footage(frames, 10.0, (Take("clip", 0, 40),), ("clip",), (), "print", (32, 24))
    stills = Stills([], FootageOptions(), seen)
    install(LearnFolders.of(HOME, tmp_path), stills, outlines, None, Trained(model, {}), lambda text: None)
    starts = written[0].starts
    assert len(starts) > 3 and not any((start.frame == (40, 160, 60)).all(2).any() for start in starts)
