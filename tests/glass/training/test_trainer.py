"""Runs: stopped and continued they end where an uninterrupted one ends, to the last bit."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from glass.config import Config, from_dict, to_dict
from glass.model import Glass
from glass.networks.global_motion import MASK_LOGIT_SCALE, GlobalMotionAnalysis
from glass.networks.shadow import ShadowConfig
from glass.parallel import precision as parallel_precision
from glass.stages import matting
from glass.stages.base import NonFiniteLossError, Stage, StepResult
from glass.stages.global_motion import GlobalStage
from glass.stages.local_motion import LocalStage
from glass.stages.matting import Examples, matte_clips
from glass.stages.pipeline import PIPELINE
from glass.stages.random_draws import clip_length
from glass.training.checkpoint import AVERAGED, LIVE, TrainingPosition, load_model, load_position
from glass.training.optimisation import learning_rate
from glass.training.step_log import LOG
from glass.training.trainer import Trainer
from tests.fixtures.tiny_world import TinyWorld, tiny_config
from tests.glass.conftest import Silent

STEPS = 5


def short(warm_up: int = 2, steps: int = STEPS) -> Config:
    """A training of a few steps; every mask is full, so that all clips are kept."""
    config = tiny_config(steps, steps, mask_bias=3.0)
    training = config.training
    return replace(
        config,
        training=replace(
            training,
            global_stage=replace(training.global_stage, batch=2),
            matting_stage=replace(training.matting_stage, batch=2),
            anchor_stage=replace(training.anchor_stage, batch=2),
            local_stage=replace(training.local_stage, batch=2, warm_up=warm_up),
            matting_clips=2,
            track_clips=4,
            track_length=8,
        ),
    )


def train(
    folder: Path,
    config: Config,
    reporter: Silent | None = None,
    save_every: int = 10**6,
    pipeline: Sequence[type[Stage]] = PIPELINE,
) -> Silent:
    reporter = reporter or Silent()
    Trainer(
        config, [TinyWorld(empty=0.0), TinyWorld(weight=0.5)], folder, reporter, save_every, pipeline=pipeline
    ).run()
    return reporter


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Silent]:
    """The folder of a run in one go, and who heard of it."""
    folder = tmp_path_factory.mktemp("run")
    return folder, train(folder, short())


@pytest.fixture
def uninterrupted(whole: tuple[Path, Silent]) -> Path:
    """The folder of a run in one go."""
    return whole[0]


def assert_same_weights(one: Path, other: Path) -> None:
    for name in (AVERAGED, LIVE):
        a, b = load_file(one / name), load_file(other / name)
        assert a.keys() == b.keys()
        assert [key for key in a if not torch.equal(a[key], b[key])] == []


@pytest.mark.parametrize(
    "stops",
    [
        pytest.param([("global", 3)], marks=pytest.mark.slow),
        pytest.param([("global", STEPS), ("local", 1)], marks=pytest.mark.slow),
        [("examples", 1), ("matting", 3), ("tracks", 2), ("anchor", 4), ("local", 2)],
        pytest.param([("global", 3), ("global", 5), ("local", 3), ("local", 5)], marks=pytest.mark.slow),
    ],
    ids=lambda stops: " ".join(f"{stage}-{step}" for stage, step in stops),
)
def test_resume_equals_uninterrupted(uninterrupted: Path, tmp_path: Path, stops: list[tuple[str, int]]) -> None:
    for stop in stops:
        with pytest.raises(KeyboardInterrupt):
            train(tmp_path, short(), Silent(stop), save_every=2)
    train(tmp_path, short(), save_every=2)
    assert_same_weights(uninterrupted, tmp_path)
    assert load_model(tmp_path / AVERAGED)[1] == load_model(uninterrupted / AVERAGED)[1]
    logs = [(folder / LOG).read_text().splitlines() for folder in (uninterrupted, tmp_path)]
    losses, again = ([json.loads(line)["losses"] for line in log] for log in logs)
    assert again == losses


def test_resume_takes_up_where_it_was_saved(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, short(), Silent(("global", 4)), save_every=3)
    found = load_position(tmp_path)
    assert found is not None and found[0] == TrainingPosition("global", 3)
    seen = train(tmp_path, short(), save_every=3).seen
    assert [(p.stage, p.step) for p in seen if p.stage not in ("examples", "tracks")] == [
        *(("global", step) for step in range(4, STEPS + 1)),
        *((stage, step) for stage in ("matting", "anchor") for step in range(1, STEPS + 1)),
        *(("local", step) for step in range(1, STEPS + 1)),
    ]


def test_another_seed_is_another_run(uninterrupted: Path, tmp_path: Path) -> None:
    config = short()
    train(tmp_path, replace(config, training=replace(config.training, seed=1)))
    with pytest.raises(AssertionError):
        assert_same_weights(uninterrupted, tmp_path)


def test_what_a_run_leaves(uninterrupted: Path) -> None:
    model, extra = load_model(uninterrupted / AVERAGED)
    assert model.config == short()
    assert model.lma.quantiser.initialised
    assert extra["data"] == [TinyWorld().describe] * 2 and extra["licences"] == ["CC0-1.0"]
    assert extra["tick_rate"] == 8.0
    assert len(extra["statistics"]["labels"]) == len(extra["statistics"]["lengths"]) == 4
    assert json.loads((uninterrupted / "place.json").read_text()) == {"stage": "done", "step": 0}
    assert {path.name for path in uninterrupted.glob("*.png")} == {
        f"{stage}-00000.png" for stage in ("matting", "anchor", "local", "done")
    }
    for sheet in uninterrupted.glob("*.png"):
        Image.open(sheet).verify()
    lines = [json.loads(line) for line in (uninterrupted / LOG).read_text().splitlines()]
    assert [(line["stage"], line["step"]) for line in lines] == [
        (stage, step) for stage in ("global", "matting", "anchor", "local") for step in range(1, STEPS + 1)
    ]
    assert not list(uninterrupted.glob(".*"))


def test_a_finished_run_is_left_alone(uninterrupted: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in uninterrupted.iterdir()}
    assert train(uninterrupted, short()).seen == []
    assert {path: path.stat().st_mtime_ns for path in uninterrupted.iterdir()} == before


def test_progress_tells_losses_codes_and_rate(whole: tuple[Path, Silent]) -> None:
    seen = whole[1].seen
    for progress in seen:
        assert progress.frames_per_second > 0 and progress.step <= progress.steps
    local = [progress for progress in seen if progress.stage == "local"]
    assert {"colour", "gradient", "commitment"} <= set(local[0].losses)
    assert all(1 <= progress.codes_used <= 4 for progress in local)
    assert {progress.stage for progress in seen} == {"global", "examples", "matting", "tracks", "anchor", "local"}


@pytest.mark.parametrize(
    ("kind", "stage"), [(GlobalStage, "global"), pytest.param(LocalStage, "local", marks=pytest.mark.slow)]
)
def test_a_loss_that_is_not_finite_stops_and_keeps_the_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[GlobalStage | LocalStage], stage: str
) -> None:
    sound = kind.step

    def step(self: GlobalStage | LocalStage, model: Glass, number: int) -> StepResult:
        result = sound(self, model, number)  # type: ignore[arg-type]
        if number == 3:
            name = "background" if stage == "global" else "colour"
            changes: dict[str, Any] = {name: torch.tensor(torch.nan)}
            broken = replace(result.losses, **changes)
            return replace(result, losses=broken)
        return result

    monkeypatch.setattr(kind, "step", step)
    with pytest.raises(NonFiniteLossError, match=r"the loss '(background|colour)' is nan"):
        train(tmp_path, short(), save_every=2)
    found = load_position(tmp_path)
    assert found is not None and found[0] == TrainingPosition(stage, 2)
    assert all(value.isfinite().all() for value in found[1].values())
    assert all(value.isfinite().all() for value in load_model(tmp_path / AVERAGED)[0].state_dict().values())
    monkeypatch.undo()
    train(tmp_path, short(), save_every=2)


def test_a_skipped_stage(tmp_path: Path) -> None:
    config = short(steps=0)
    assert [p.stage for p in train(tmp_path, config).seen] == ["tracks"] * 4
    torch.manual_seed(config.training.seed)
    fresh, trained = Glass(config).state_dict(), load_model(tmp_path / AVERAGED)[0].state_dict()
    assert [name for name in fresh if not torch.equal(fresh[name], trained[name])] == []


def test_a_short_local_stage_still_has_codes(tmp_path: Path) -> None:
    train(tmp_path, short(warm_up=150))
    model, extra = load_model(tmp_path / AVERAGED)
    assert model.lma.quantiser.initialised
    assert "statistics" in extra


def test_learning_rate_rises_and_falls() -> None:
    schedule = replace(short().training.global_stage, steps=100, learning_rate=1.0)
    rates = [learning_rate(schedule, step) for step in range(100)]
    peak = rates.index(max(rates))
    assert 0.9 < max(rates) <= 1 and peak < 8
    assert rates[: peak + 1] == sorted(rates[: peak + 1]) and rates[peak:] == sorted(rates[peak:], reverse=True)
    assert rates[-1] == pytest.approx(0.01, abs=1e-3)


def test_lengths_follow_each_other() -> None:
    schedule = replace(short().training.local_stage, steps=6, lengths=(3, 5, 9))
    assert [clip_length(schedule, step) for step in range(7)] == [3, 3, 5, 5, 9, 9, 9]


@pytest.mark.parametrize(
    ("precision", "fast", "mixed"), [("mixed", True, True), ("mixed", False, False), ("full", True, False)]
)
def test_networks_compute_in_bfloat16_where_that_is_fast_and_not_forbidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, precision: str, fast: bool, mixed: bool
) -> None:
    monkeypatch.setattr(parallel_precision, "_multiplies_bfloat16", lambda: fast)
    config = short(steps=1)
    config = from_dict(Config, to_dict(config) | {"training": to_dict(config.training) | {"precision": precision}})
    seen: dict[str, bool] = {}

    def note(stage: GlobalStage | LocalStage, model: Glass, step: int) -> StepResult:
        seen[stage.name] = torch.is_autocast_enabled("cpu")
        return steps[type(stage)](stage, model, step)

    steps = {kind: kind.step for kind in (GlobalStage, LocalStage)}
    for kind in steps:
        monkeypatch.setattr(kind, "step", note)
    train(tmp_path, config)
    assert seen == {"global": mixed, "local": mixed}


def test_masks_are_refined_in_rounds_that_read_their_clips_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []

    def note(analysis: GlobalMotionAnalysis, *rest: Any) -> Examples:
        read.append(analysis.mask_network.output.weight.numpy(force=True).tobytes())
        return matte_clips(analysis, *rest)

    monkeypatch.setattr(matting, "matte_clips", note)
    config = short(steps=6)
    gma, training = replace(config.gma, initial_mask_bias=-3.0), replace(config.training, matting_rounds=3)
    with pytest.raises(ValueError, match="no clip shows an agent"):  # All is background, and learned to be; so it ends.
        train(tmp_path, replace(config, gma=gma, training=training))
    assert len(read) == 3
    assert len(set(read)) == 3


@pytest.mark.parametrize("steps", [0, 3])
def test_what_learns_on_begins_as_before_its_stage_ended(uninterrupted: Path, tmp_path: Path, steps: int) -> None:
    config = short()
    matting, anchor = (
        replace(getattr(config.training, f"{name}_stage"), steps=steps) for name in ("matting", "anchor")
    )
    config = replace(config, training=replace(config.training, matting_stage=matting, anchor_stage=anchor))
    trainer = Trainer(config, [TinyWorld()], tmp_path, Silent())
    trainer.warm_start([uninterrupted / AVERAGED])
    old = load_model(uninterrupted / AVERAGED)[0]
    before = old.gma.mask_network.output
    assert old.anchor.origin.any()
    for model in (trainer.live, trainer.averaged):
        output = model.gma.mask_network.output
        torch.testing.assert_close(output.weight, before.weight / (MASK_LOGIT_SCALE if steps else 1))
        torch.testing.assert_close(output.bias, before.bias / (MASK_LOGIT_SCALE if steps else 1))
        assert torch.equal(model.anchor.origin, torch.zeros(2) if steps else old.anchor.origin)


@pytest.fixture(scope="module")
def optional(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run with the stages that have to be asked for; another one stopped in and after them is alike."""
    config, folder = short(), tmp_path_factory.mktemp("optional")
    stages = {
        name: replace(getattr(config.training, name), steps=STEPS, batch=2)
        for name in ("backdrop_stage", "shadow_stage")
    }
    config = replace(config, shadow=ShadowConfig(cast=True, window=32), training=replace(config.training, **stages))
    train(folder / "one", config)
    for stop in (("backdrop", 3), ("anchor", 2), ("shadow", 3), ("local", 2)):
        with pytest.raises(KeyboardInterrupt):
            train(folder / "other", config, Silent(stop), save_every=2)
    train(folder / "other", config, save_every=2)
    assert_same_weights(folder / "one", folder / "other")
    return folder / "other"


@pytest.mark.slow
@pytest.mark.parametrize(("stage", "terms"), [("shadow", {"moved", "cast"}), ("backdrop", {"behind"})])
def test_what_is_asked_for_is_learned_whole(optional: Path, stage: str, terms: set[str]) -> None:
    log = [json.loads(line) for line in (optional / LOG).read_text().splitlines()]
    assert [line["step"] for line in log if line["stage"] == stage] == [1, 2, 3, 4, 5]
    assert all(set(line["losses"]) == terms for line in log if line["stage"] == stage)


@pytest.mark.slow
def test_shadows_are_learned_where_asked_for(uninterrupted: Path, optional: Path) -> None:
    model = load_model(optional / AVERAGED)[0]
    torch.manual_seed(model.config.training.seed)
    fresh = Glass(model.config).shadow
    assert model.shadow is not None and fresh is not None
    before, after = fresh.state_dict(), model.shadow.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert "stem.0.1.running_mean" in changed  # Its normalisation alone: where all is agent, no shadow shows.
    assert load_model(uninterrupted / AVERAGED)[0].shadow is None


@pytest.mark.slow
def test_what_the_agent_hides_is_learned_where_asked_for(uninterrupted: Path, optional: Path) -> None:
    before, after = (load_model(folder / AVERAGED)[0].gma for folder in (uninterrupted, optional))
    for name, kept in (("mask_network", True), ("inpainting_network", False)):
        old, new = (getattr(gma, name).state_dict() for gma in (before, after))
        assert all(torch.equal(old[key], new[key]) for key in old) == kept, name
