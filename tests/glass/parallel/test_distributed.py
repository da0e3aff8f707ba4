"""Several processes train as one does: the same losses and gradients, and a run may change their number."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from glass.config import to_dict
from glass.model import Glass
from glass.parallel.shared_batch_norm import share_statistics
from glass.training import trainer
from glass.training.checkpoint import load_position
from glass.training.progress import LineReporter, StepProgress
from glass.training.run_options import RunOptions
from glass.training.runs import start_run
from glass.training.step_log import LOG
from glass.training.trainer import Trainer
from tests.fixtures.tiny_world import TinyWorld, tiny_config
from tests.glass.conftest import Silent
from tests.glass.parallel.one_step import gradients, settings

ROOT = Path(__file__).resolve().parents[3]
GRADIENTS = 1e-3
"""Difference of gradients, over their size, that rounding may make."""
SMALLEST = 1e-3
"""Size of a gradient that is nothing but rounding."""
LOSSES = 1e-3
"""The same of losses along a run, in which differences grow from step to step."""


@dataclass(frozen=True)
class Together:
    """What one and two processes made of the same."""

    folder: Path
    """Holds the losses and gradients of two processes in `gradients`, and the runs `one`, of one process, and `two`."""
    said: str
    """What two processes said on stdout."""


@pytest.fixture(scope="module")
def alone() -> dict[str, Tensor]:
    """Losses and gradients of one process; not to be changed."""
    return gradients(settings())


def in_two_processes(*arguments: str | Path) -> str:
    """Run a module by torchrun in two processes; gives what was said on stdout."""
    torchrun = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m")
    command = [sys.executable, *torchrun, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def together(clip_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Together:
    """The first steps in two processes, and a run that was stopped in one process and goes on in two."""
    folder = tmp_path_factory.mktemp("together")
    values = to_dict(tiny_config(5, 6, mask_bias=3.0))
    del values["frame_size"]
    for stage in ("global_stage", "matting_stage", "backdrop_stage", "anchor_stage", "shadow_stage", "local_stage"):
        values["training"][stage]["batch"] = 4
    values["training"]["backdrop_stage"]["steps"] = values["training"]["shadow_stage"]["steps"] = 3
    values["shadow"] = {"cast": True, "window": 32, "widths": [8, 8, 8, 8]}
    values["matting"]["light"] = 0.2
    values["training"] |= {"track_clips": 6, "track_length": 8, "matting_clips": 4}
    # Adam makes whole steps of gradients that are nothing but rounding; at a usual learning rate these stay small.
    values["training"]["local_stage"]["learning_rate"] = 5e-4
    settings = folder / "settings.json"
    settings.write_text(json.dumps(values), encoding="utf-8")
    start_run(RunOptions([str(clip_folder)], folder / "one", config=settings, save_every=2), live=False)

    def stop(self: LineReporter, progress: StepProgress) -> None:
        if (progress.stage, progress.step) == ("global", 3):
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LineReporter, "report", stop)
        with pytest.raises(KeyboardInterrupt):
            start_run(RunOptions([str(clip_folder)], folder / "two", config=settings, save_every=2), live=False)
    found = load_position(folder / "two")
    assert found and found[0].step == 2
    said = in_two_processes(
        *("tests.glass.parallel.one_step", folder / "gradients"),
        *("--data", clip_folder, "--out", folder / "two", "--config", settings, "--save-every", 2),
    )
    return Together(folder, said)


@pytest.mark.slow
def test_losses_and_gradients_of_every_stage_are_those_of_one_process(
    alone: dict[str, Tensor], together: Together
) -> None:
    two = load_file(together.folder / "gradients")
    assert alone.keys() == two.keys() and len(alone) > 100
    far = {name: float((two[name] - value).norm() / (value.norm() + SMALLEST)) for name, value in alone.items()}
    assert {name: distance for name, distance in far.items() if distance > GRADIENTS} == {}


@pytest.mark.slow
def test_a_run_goes_on_in_two_processes(together: Together) -> None:
    assert together.said.count("trained; next: glass-export") == 1
    runs = [together.folder / name for name in ("one", "two")]
    one, two = ([json.loads(line) for line in (run / LOG).read_text().splitlines()] for run in runs)
    assert [(line["stage"], line["step"]) for line in one] == [(line["stage"], line["step"]) for line in two]
    for alone, shared in zip(one, two, strict=True):
        assert shared["losses"] == pytest.approx(alone["losses"], rel=LOSSES, abs=LOSSES * 0.1), alone["stage"]
    names = [{path.name for path in run.iterdir()} for run in runs]
    assert names[1] == names[0]


def test_more_processes_than_clips_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "world_size", lambda: 6)
    started = Trainer(settings(), [TinyWorld()], tmp_path / "run", Silent())
    with pytest.raises(ValueError, match="6 processes cannot share a batch of"):
        started.run()
    assert not (tmp_path / "run").exists()


def test_shared_normalisation_keeps_names_values_and_results() -> None:
    torch.manual_seed(0)
    own, shared = Glass(tiny_config(1, 1)).train(), Glass(tiny_config(1, 1)).train()
    share_statistics(shared)
    shared.load_state_dict(own.state_dict())
    crops = torch.rand(12, 4, own.config.lma.window, own.config.lma.window)
    for _ in range(2):
        results = [model.anchor.offsets(crops) for model in (own, shared)]
        torch.testing.assert_close(results[1], results[0], rtol=1e-4, atol=1e-4)
    for name, value in own.anchor.state_dict().items():
        torch.testing.assert_close(shared.anchor.state_dict()[name], value, rtol=1e-4, atol=1e-5)
    with torch.no_grad():
        torch.testing.assert_close(shared.eval().anchor.offsets(crops), own.eval().anchor.offsets(crops))


def test_networks_in_bfloat16_give_losses_in_float32_near_the_others(alone: dict[str, Tensor]) -> None:
    rough = gradients(settings(), rough=True)
    for name, value in alone.items():
        if " loss " in name:
            assert rough[name] == pytest.approx(float(value), rel=0.1, abs=0.02), name
        elif " gradient " in name:
            assert rough[name].dtype == torch.float32
