"""Checkpoints: exact, whole or absent, and never unpickled."""

import os
import pickle
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch.optim import Adam

from glass.config import Config
from glass.core.errors import GlassError
from glass.model import Glass
from glass.networks.moving.local_motion import MovingMotionAnalysis
from glass.training.checkpoint import (
    AVERAGED,
    FACING,
    LIVE,
    TrainingPosition,
    average_weights,
    copy_matching,
    copy_mean,
    load_model,
    load_optimiser,
    load_position,
    load_weights,
    save_checkpoint,
    save_weights,
)
from tests.fixtures.tiny_world import tiny_config

EXTRA = {"tick_rate": 8.0, "data": ["a", "b"]}


@pytest.fixture(scope="module")
def model() -> Glass:
    torch.manual_seed(0)
    return Glass(tiny_config(1, 1))


@pytest.fixture
def optimiser(model: Glass) -> Adam:
    """An optimiser that has taken two steps on a copy of the model."""
    module = deepcopy(model).gma
    optimiser = Adam(module.parameters(), 1e-3)
    for _ in range(2):
        module.mask_network(torch.rand(2, 3, 24, 32)).square().mean().backward()
        optimiser.step()
    return optimiser


def same(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    """Whether every weight is equal, to the last bit, and of the same kind."""
    a, b = one.state_dict(), other.state_dict()
    return a.keys() == b.keys() and all(a[k].dtype == b[k].dtype and torch.equal(a[k], b[k]) for k in a)


def test_a_saved_model_is_the_model(model: Glass, tmp_path: Path) -> None:
    save_weights(tmp_path / "w.safetensors", model, EXTRA)
    loaded, extra = load_model(tmp_path / "w.safetensors")
    assert same(loaded, model)
    assert loaded.config == model.config
    assert extra == EXTRA
    assert not loaded.training
    assert [path.name for path in tmp_path.iterdir()] == ["w.safetensors"]


def test_a_facing_network_of_older_weights_is_left_out(tmp_path: Path) -> None:
    config = tiny_config(1, 1)
    model = Glass(replace(config, lma=replace(config.lma, renderer="move", warp_fields=1)))
    save_weights(tmp_path / AVERAGED, model)
    with safe_open(tmp_path / AVERAGED, framework="pt") as file:
        header, tensors = file.metadata(), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    older = {name: value for name, value in tensors.items() if not name.startswith(FACING)}
    save_file(older | {f"{FACING}network.1.0.weight": torch.zeros(3)}, tmp_path / AVERAGED, header)
    found, _ = load_model(tmp_path / AVERAGED)
    assert isinstance(found.lma, MovingMotionAnalysis) and found.lma.facing is not None
    torch.testing.assert_close(found.lma.pose_encoder.state_dict(), model.lma.pose_encoder.state_dict())
    assert float(found.lma.facing.sides(torch.rand(4, 4, 16, 16))[1].sum()) == 0


def test_memory_layout_does_not_matter(model: Glass, tmp_path: Path) -> None:
    turned = deepcopy(model).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    save_weights(tmp_path / "w.safetensors", turned)
    assert same(load_model(tmp_path / "w.safetensors")[0], model)


def test_a_checkpoint_is_exact(model: Glass, optimiser: Adam, tmp_path: Path) -> None:
    averaged = deepcopy(model)
    average_weights(averaged, Glass(model.config), 0.5)
    save_checkpoint(tmp_path, model, averaged, optimiser, TrainingPosition("local", 17), EXTRA)
    found = load_position(tmp_path)
    assert found is not None
    place, tensors = found
    assert place == TrainingPosition("local", 17)
    for prefix, expected in (("live.", model), ("average.", averaged)):
        loaded = Glass(model.config)
        load_weights(loaded, tensors, prefix)
        assert same(loaded, expected)
    fresh = Adam(deepcopy(model).gma.parameters(), 1e-3)
    load_optimiser(fresh, tensors)
    before, after = optimiser.state_dict()["state"], fresh.state_dict()["state"]
    assert before.keys() == after.keys() and len(before) > 0
    for index, slots in before.items():
        assert all(torch.equal(value, after[index][name]) for name, value in slots.items())
    assert same(load_model(tmp_path / AVERAGED)[0], averaged)


def test_nothing_saved_is_no_place(tmp_path: Path) -> None:
    assert load_position(tmp_path) is None


def damaged(path: Path, how: str) -> None:
    content = path.read_bytes()
    broken = {
        "empty": b"",
        "cut": content[: len(content) // 2],
        "text": b"not tensors at all",
        "header": content[:8] + b"\xff" * 40 + content[48:],
    }
    path.write_bytes(broken[how])


@pytest.mark.parametrize("how", ["empty", "cut", "text", "header"])
def test_damaged_files_are_told_in_one_sentence(model: Glass, tmp_path: Path, how: str) -> None:
    save_checkpoint(tmp_path, model, deepcopy(model), None, TrainingPosition("global", 3), EXTRA)
    for name in (AVERAGED, LIVE):
        damaged(tmp_path / name, how)
    with pytest.raises(GlassError, match=AVERAGED) as one:
        load_model(tmp_path / AVERAGED)
    with pytest.raises(GlassError, match=f"{LIVE}: damaged checkpoint") as two:
        load_position(tmp_path)
    assert "\n" not in str(one.value) + str(two.value)


def test_weights_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    headers = [{}, {"config": "{"}, {"config": "[]"}, {"config": '{"depth": 3}'}, {"config": '{"lma": 5}'}]
    for header in [*headers, {"config": "{}"}]:
        save_file({"a": torch.zeros(3)}, path, header)
        with pytest.raises(GlassError, match="not the weights of a GLASS model"):
            load_model(path)
    with pytest.raises(GlassError, match="no weights here"):
        load_model(tmp_path / "none.safetensors")


class Trap:
    """Unpickling this makes a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    trap = Trap(tmp_path / "sprung")
    (tmp_path / AVERAGED).write_bytes(pickle.dumps(trap))
    torch.save({"model": trap}, tmp_path / LIVE)
    with pytest.raises(GlassError):
        load_model(tmp_path / AVERAGED)
    with pytest.raises(GlassError):
        load_position(tmp_path)
    with pytest.raises(GlassError):
        copy_matching(tmp_path / LIVE, Glass(tiny_config(1, 1)))
    assert not (tmp_path / "sprung").exists()


def test_an_interrupted_save_leaves_the_old_file(model: Glass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "w.safetensors"
    save_weights(path, model, EXTRA)
    before = path.read_bytes()

    def half(tensors: object, name: Path, header: object) -> None:
        Path(name).write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr("glass.training.checkpoint.save_file", half)
    with pytest.raises(OSError, match="disk full"):
        save_weights(path, Glass(model.config))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["w.safetensors"]


def test_warm_start_copies_what_fits(model: Glass, tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    halves = {name: v.half() if v.is_floating_point() else v for name, v in model.state_dict().items()}
    save_file({name: value.contiguous() for name, value in halves.items()}, path)
    torch.manual_seed(5)
    other = Glass(Config(frame_size=(32, 24), gma=model.config.gma))
    own = deepcopy(other.lma.dynamics.gates.weight)
    taken = copy_matching(path, other)
    assert 0 < len(taken) < len(other.state_dict())
    assert torch.equal(other.gma.mask_network.to_fine.weight, model.gma.mask_network.to_fine.weight.half().float())
    assert torch.equal(other.lma.dynamics.gates.weight, own)
    save_file({"a": torch.zeros(3)}, path)
    with pytest.raises(GlassError, match="nothing in it fits"):
        copy_matching(path, other)


def test_warm_start_of_several_has_the_mean_of_their_masks(model: Glass, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.safetensors" for name in "abc"]
    torch.manual_seed(6)
    wider = replace(model.config, gma=replace(model.config.gma, inpainting_widths=(6, 8, 10)))
    others = [Glass(model.config), model, Glass(wider)]
    for path, each in zip(paths, others, strict=True):
        save_weights(path, each)
    weights = [each.gma.mask_network.to_fine.weight for each in others]
    made = Glass(model.config)
    assert copy_mean(paths[:2], made) == set(model.state_dict())
    torch.testing.assert_close(made.gma.mask_network.to_fine.weight, (weights[0] + weights[1]) / 2)
    assert torch.equal(made.lma.decoder.output.weight, model.lma.decoder.output.weight)
    taken = copy_mean(paths, made)
    assert "gma.inpainting_network.to_fine.weight" not in taken and "gma.mask_network.to_fine.weight" in taken
    torch.testing.assert_close(made.gma.mask_network.to_fine.weight, sum(weights[1:], weights[0]) / 3)
    assert torch.equal(made.lma.decoder.output.weight, others[2].lma.decoder.output.weight)


def test_warm_start_of_a_wider_decoder_paints_nearly_the_same(model: Glass, tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    save_weights(path, model)
    wider, config = (
        Glass(replace(model.config, lma=replace(model.config.lma, decoder_widths=(24, 16, 12)))),
        model.config,
    )
    taken = copy_matching(path, wider)
    assert taken == set(model.state_dict())
    side = config.lma.window
    crops, shifts = torch.rand(3, 4, 4, side, side), torch.rand(3, 3, 2)
    with torch.no_grad():
        one, other, fresh = (each.eval().lma(crops, shifts).crops for each in (model, wider, Glass(wider.config)))
    assert (one - other).abs().mean() < 0.3 * (one - fresh).abs().mean()


def test_averages() -> None:
    one, other = torch.nn.BatchNorm2d(2), torch.nn.BatchNorm2d(2)
    with torch.no_grad():
        one.weight.fill_(1)
        other.weight.fill_(3)
    assert one.num_batches_tracked is not None and other.num_batches_tracked is not None
    other.num_batches_tracked.fill_(9)
    average_weights(one, other, 0.75)
    assert one.weight.tolist() == [1.5, 1.5]
    assert int(one.num_batches_tracked) == 9
