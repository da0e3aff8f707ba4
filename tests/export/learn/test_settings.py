"""Settings that suit the footage, and weights that suit it."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from export.learn.mask_check import OutlinedFrames
from export.learn.options import LearnOptions
from export.learn.settings import (
    apply,
    expected_config,
    for_short_run,
    lower_learning_rates,
    make_config,
    reuse_networks,
    same_settings,
    with_clips,
)
from export.learn.warm_start import WEIGHTS, WarmStart, candidates, choose_start, likely
from glass.config import Config
from glass.core.errors import GlassError
from glass.footage.cache import Take
from glass.footage.prepare import FootageOptions, prepare
from glass.footage.source import FootageSource
from glass.labels.trimap import AGENT, BACKGROUND, MattingConfig
from glass.model import Glass
from glass.networks.decoder import LmaConfig
from glass.survey.advice import Suggestion, survey_footage
from glass.training.checkpoint import load_model, save_weights
from tests.fixtures.own_clips import walk, write_folder
from tests.fixtures.tiny_world import TinyWorld, tiny_config


def test_settings_follow_the_material(tmp_path: Path) -> None:
    clips = [write_folder(tmp_path / name, walk(count)) for name, count in (("a", 60), ("b", 11))]
    footage = prepare(clips, FootageOptions(), tmp_path / "frames", lambda name, frames: None)
    survey = survey_footage(footage)
    chosen = apply(survey.suggestion, LearnOptions([], "mine", tick_rate=5, window=48, local_actions=3), footage)
    assert chosen == Suggestion(survey.suggestion.mask_size, 48, 2, 3)
    source = FootageSource(footage, chosen.stride)
    config = make_config(survey, chosen, source, 7)
    assert (config.frame_size, config.lma.window, config.lma.local_actions) == (footage.frame_size, 48, 3)
    assert config.training.track_length == 24 and config.training.seed == 7
    assert config.global_weights.size_prior == chosen.mask_size
    short = replace(footage, takes=footage.takes[1:])
    source = FootageSource(short, 1)
    training = make_config(survey, replace(chosen, stride=1), source, 0).training
    assert training.track_length == 11
    assert max(training.local_stage.lengths + training.anchor_stage.lengths) <= 11


def test_an_agent_that_comes_and_goes_is_learned_from_short_clips(tmp_path: Path) -> None:
    footage = prepare([write_folder(tmp_path / "a", walk(200))], FootageOptions(), tmp_path / "f", lambda *_: None)

    def length(*ticks: int) -> int:
        takes = tuple(Take("a", 0, count) for count in ticks)
        return FootageSource(replace(footage, takes=takes)).length_for(24, 8, 0.75)

    assert length(200) == 24 and length(90, 7) == 24
    assert length(30, 12, 12, 12) == 12
    assert length(30, 5, 5, 5, 5, 5) == 8, "those that are too short do not count"
    assert length(6, 5) == 6


def test_as_many_clips_are_read_as_there_is_time_for(tmp_path: Path) -> None:
    clip = write_folder(tmp_path / "a", walk(400))
    footage = prepare([clip], FootageOptions(), tmp_path / "frames", lambda name, frames: None)
    source, config = FootageSource(footage), tiny_config(1, 1)
    counts = [with_clips(config, source, 0.5, minutes).training.track_clips for minutes in (0.1, 2, 60, 6000)]
    assert counts[0] < counts[1] < counts[2] == counts[3] == 100
    assert same_settings(with_clips(config, source, 0.5, 1), with_clips(config, source, 0.5, 60))
    assert not same_settings(config, lower_learning_rates(config))


def test_a_model_of_a_fitting_window_is_taken_over_whole() -> None:
    own, known = Config(lma=LmaConfig(window=72, local_actions=5)), Config(lma=LmaConfig(window=56, code_size=8))
    taken = reuse_networks(own, known, extent=64)
    assert taken.lma == replace(known.lma, local_actions=5)
    assert (taken.gma, taken.anchor) == (own.gma, known.anchor)
    assert reuse_networks(own, known, extent=90) == own, "a window that cuts the agent off"
    assert reuse_networks(replace(own, lma=replace(own.lma, window=32)), known, extent=20) == replace(
        own, lma=replace(own.lma, window=32)
    ), "a window far larger than the agent"
    kept = lower_learning_rates(for_short_run(taken, minutes=10))
    assert (
        kept.training.local_stage.batch
        < taken.training.local_stage.batch
        == for_short_run(taken, 60).training.local_stage.batch
    )
    assert same_settings(kept, expected_config(kept, own, from_weights=True, window=None))
    assert not same_settings(kept, expected_config(kept, own, from_weights=True, window=72))
    assert not same_settings(kept, expected_config(kept, own, from_weights=False, window=None))


def test_a_model_that_moves_pixels_is_taken_over_with_its_stages() -> None:
    matting = MattingConfig(shadows=True)
    own = Config(lma=LmaConfig(window=72, local_actions=5))
    known = Config(lma=LmaConfig(window=64, renderer="move", warp_fields=4), matting=matting)
    taken = reuse_networks(own, known, extent=64)
    assert taken.lma.renderer == "move" and taken.matting == matting
    small = replace(own, lma=replace(own.lma, window=32))
    assert reuse_networks(small, known, extent=28).lma.window == 64, "it paints none of a window too large"
    stages = taken.training.registration_stage, taken.training.pose_stage
    assert all(stage.steps and stage.batch < 32 for stage in stages)
    slower = lower_learning_rates(taken).training
    assert slower.pose_stage.learning_rate < taken.training.pose_stage.learning_rate
    kept = lower_learning_rates(for_short_run(taken, minutes=10))
    assert same_settings(kept, expected_config(kept, own, from_weights=True, window=None))


def test_only_shipped_models_are_tried_unless_one_is_named(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    half_learned = tmp_path / "data" / "glass-playground" / "models" / "half"
    shutil.copytree(tiny_bundle, half_learned)
    tried = candidates(None)
    assert {"sprites", "robot", "puppets"} <= {weights.parent.name for weights in tried}
    assert half_learned not in [weights.parent for weights in tried]
    assert candidates("half") == [half_learned / WEIGHTS]
    (half_learned / WEIGHTS).unlink()
    with pytest.raises(GlassError, match=r"--warm-start half: has no weights\.safetensors"):
        candidates("half")
    with pytest.raises(GlassError, match="unknown model 'nobody'"):
        candidates("nobody")


def test_arms_are_no_beginning_for_those_who_walk(tmp_path: Path) -> None:
    footage = prepare([write_folder(tmp_path / "a", walk(60))], FootageOptions(), tmp_path / "frames", lambda *_: None)
    walking = survey_footage(footage).detections
    masks = np.flip(np.maximum.accumulate(np.flip(walking.masks, 1), 1), 1)
    reaching = replace(walking, masks=masks)
    assert reaching.reaches_in_from("top") and not walking.reaches_in_from("top")
    turned = replace(walking, masks=np.maximum.accumulate(walking.masks, 2))
    assert turned.reaches_in_from("right") and not turned.reaches_in_from("left")
    below = replace(walking, masks=np.maximum.accumulate(walking.masks, 1))
    assert below.reaches_in_from("bottom") and not below.reaches_in_from("top")
    found = [*candidates(None), tmp_path / "none.safetensors"]
    for seen, names in ((walking, ["puppets"]), (reaching, ["robot", "puppets"])):
        ranked = [weights.parent.name for weights in likely(found, seen)]
        assert [name for name in ranked if name in ("robot", "puppets")] == names
        assert "sprites" not in ranked, "it paints, others move the picture's own pixels"
    painters = [weights for weights in found if weights.parent.name == "sprites"]
    assert likely(painters, walking) == painters


@pytest.fixture
def outlined() -> OutlinedFrames:
    """Frames of the tiny world with the true masks as outlines."""
    clip = TinyWorld(empty=0.0).draw(np.random.default_rng(0), 8)
    assert clip.masks is not None
    return OutlinedFrames(clip.frames, np.where(clip.masks, AGENT, BACKGROUND).astype(np.uint8))


def test_weights_are_chosen_by_their_masks(outlined: OutlinedFrames, tiny_bundle: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / WEIGHTS).write_bytes(b"nothing")
    (tmp_path / "all").mkdir()
    everything = tmp_path / "all" / WEIGHTS
    save_weights(everything, Glass(tiny_config(1, 1, mask_bias=6.0)))
    tried: list[str] = []
    found = [tmp_path / "torn" / WEIGHTS, everything, tiny_bundle / WEIGHTS]
    assert choose_start(outlined, found, tried.append) == WarmStart(tiny_bundle / WEIGHTS)
    assert tried == ["torn", "all", "tiny"]
    assert choose_start(outlined, [], tried.append) == WarmStart()
    assert choose_start(None, found, tried.append) == WarmStart(everything), "nothing to tell them by"


def test_masks_that_see_nothing_of_the_agent_begin_anew(
    outlined: OutlinedFrames, tiny_bundle: Path, tmp_path: Path
) -> None:
    model = load_model(tiny_bundle / WEIGHTS)[0]
    bias = model.gma.mask_network.output.bias
    assert bias is not None
    with torch.no_grad():
        bias.fill_(-30.0)
    save_weights(tmp_path / WEIGHTS, model)
    assert choose_start(outlined, [tmp_path / WEIGHTS], lambda name: None) == WarmStart(tmp_path / WEIGHTS, True)
