"""The benchmark of ablations, on a world in which steps take milliseconds."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from experiments import ablations
from experiments.ablations import main, table
from experiments.bench import VARIANTS, Bench, Variant, base_config, changed
from experiments.figures import Figures, measure_global, measure_local, whole_frame
from glass.config import Config, to_dict
from glass.model import Glass
from glass.motion.windows import as_pictures
from glass.networks.global_motion import GlobalMotionAnalysis
from glass.stages.tracks import track_clips
from tests.fixtures.tiny_world import TinyWorld, tiny_config


class Knowing(GlobalMotionAnalysis):
    """A global stage that sees what is red."""

    def segment(self, frames: Tensor) -> Tensor:
        return (frames[:, :1] - frames[:, 1:].amax(1, keepdim=True) > 0.3).float()


def flat(values: dict[str, object], above: str = "") -> dict[str, object]:
    """Settings by their dotted names."""
    found: dict[str, object] = {}
    for key, value in values.items():
        name = f"{above}.{key}" if above else key
        found |= flat(value, name) if isinstance(value, dict) else {name: value}
    return found


def use_small_world(patch: pytest.MonkeyPatch) -> None:
    """Let variants learn from a few clips of the tiny world."""

    def with_few_clips(*arguments: Any) -> Config:
        config = base_config(*arguments)
        return replace(config, training=replace(config.training, track_clips=12))

    patch.setattr(ablations, "open_source", lambda spec: TinyWorld(empty=0.0))
    patch.setattr(ablations, "base_config", with_few_clips)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.folder)
def test_a_variant_differs_in_what_it_names_only(variant: Variant) -> None:
    base = base_config((128, 96), 20, 30)
    before, after = flat(to_dict(base)), flat(to_dict(changed(base, variant.changes)))
    assert {name for name in before if before[name] != after[name]} == set(variant.changes)
    assert after.keys() == before.keys()


def test_variants_have_folders_of_their_own() -> None:
    assert len({variant.folder for variant in VARIANTS}) == len(VARIANTS)


def test_masks_that_are_right_measure_well() -> None:
    torch.manual_seed(0)
    model = Glass(tiny_config(1, 1))
    model.gma = Knowing(model.config.gma)
    clips = [TinyWorld(empty=0.0).draw(np.random.default_rng(seed), 13) for seed in range(3)]
    found = measure_global(model, clips)
    assert found.mask_iou is not None and found.mask_iou > 0.95
    assert found.foreground_direction is not None and found.foreground_direction > 0.9
    assert found.background_error is not None and found.background_error < 0.2
    local = measure_local(model, model, clips, "anchor")
    assert local.nmi is not None and 0 <= local.nmi <= 1 and local.used
    assert all(value is not None and 3 < value < 40 for value in local.psnr.values())


def test_a_shown_truth_is_far_better_than_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    model = Glass(tiny_config(1, 1))
    model.gma = Knowing(model.config.gma)
    clip = TinyWorld(empty=0.0).draw(np.random.default_rng(0), 13)
    rolled = model.lma.forward

    def true_rollout(crops: Tensor, shifts: Tensor) -> object:
        return replace(rolled(crops, shifts), crops=crops[:, 1:])

    monkeypatch.setattr(model.lma, "forward", true_rollout)
    found = measure_local(model, model, [clip], "anchor")
    assert all(value is not None and value > 25 for value in found.psnr.values())


@pytest.mark.slow
def test_trains_measures_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use_small_world(monkeypatch)
    given = ["--out", str(tmp_path), "--global-steps", "1", "--local-steps", "2", "--clips", "1", "--only"]
    assert main([*given, "regressed"]) == 0
    assert main([*given, "jointly"]) == 0
    said, errors = capsys.readouterr()
    assert errors == "" and "joint stage: stages jointly, no anchor" in said
    assert "| stages jointly, no anchor | 0." in (tmp_path / "ablations.md").read_text()
    figures = json.loads((tmp_path / "joint-stages-jointly-no-anchor" / "figures.json").read_text())
    assert figures.keys() == {field.name for field in fields(Figures)}
    monkeypatch.setattr(Bench, "train", None)
    assert main([*given, "jointly"]) == 0
    assert "joint 2/2" not in capsys.readouterr().out


@pytest.mark.slow
def test_local_variants_need_an_agent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use_small_world(monkeypatch)
    given = ["--out", str(tmp_path), "--global-steps", "1", "--local-steps", "2", "--clips", "1", "--only", "4 codes"]
    assert main(given) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "the global stage has to learn longer" in error


def test_what_is_not_measured_has_a_dash() -> None:
    rows = [(VARIANTS[0], Figures(0.5, 1.0, 0.25, 0.125)), (VARIANTS[5], Figures(nmi=0.5, used=9, psnr={1: 20.04}))]
    assert table(rows).splitlines()[2:] == [
        "| all losses | 0.500 | 1.000 | 0.250 | 0.125 | - | - | - | - | - |",
        "| 9 codes, all losses | - | - | - | - | 0.500 | 9 | 20.0 | - | - |",
    ]


def test_windows_that_show_the_whole_frame_stand_still() -> None:
    torch.manual_seed(0)
    model = Glass(tiny_config(1, 1))
    model.gma = Knowing(model.config.gma)
    clips = [TinyWorld(empty=0.0).draw(np.random.default_rng(seed), 9) for seed in range(2)]
    tracks = track_clips(model.gma, model.anchor, clips, model.config.path)
    whole = whole_frame(tracks)
    batch = whole.crops(torch.tensor([1]), torch.tensor([0]), 9, 32)
    frames = as_pictures(tracks.frames[1])
    alpha = tracks.masks[1, :, None].float() / 255
    assert torch.equal(batch.visible[0, :, 0, 4:28], torch.ones(9, 24, 32))
    assert torch.allclose(batch.crops[0, :, :, 4:28], torch.cat([frames * alpha, alpha], 1))
    assert batch.crops[0, :, :, :4].abs().sum() == 0
    assert torch.equal(batch.shifts[0], tracks.shifts[1])
