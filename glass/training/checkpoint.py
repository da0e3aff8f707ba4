"""Checkpoints (safetensors): weights, optimiser state and position, each written atomically, none of it unpickled."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from glass.config import Config, from_dict, to_dict
from glass.core.atomic_files import atomic_file
from glass.core.errors import GlassError
from glass.model import Glass

AVERAGED = "weights.safetensors"
"""The averaged weights, with the config in the header: what is exported."""
LIVE = "training.safetensors"
"""The weights being trained and the optimiser's moments: what is resumed."""
FACING = "lma.facing."
"""What names of the facing network's tensors begin with."""
FAINT = 0.1
"""What is left of the weights of channels that are new, where they lead to channels that are not."""


@dataclass(frozen=True)
class TrainingPosition:
    """Where a training stands: its stage and step."""

    stage: str
    """Name of a stage of the pipeline, or `glass.stages.pipeline.DONE`."""
    step: int
    """Steps of that stage already taken."""


def save_weights(path: Path, model: Glass, extra: dict[str, Any] | None = None) -> None:
    """Write the model's weights with its config (and ``extra``) in the header."""
    header = {"config": json.dumps(to_dict(model.config)), "extra": json.dumps(extra or {})}
    tensors = {name: tensor.detach().contiguous() for name, tensor in model.state_dict().items()}
    with atomic_file(path) as temporary:
        save_file(tensors, temporary, header)


def _header(path: Path) -> dict[str, str]:
    with safe_open(path, framework="pt") as file:
        return file.metadata() or {}


def load_model(path: Path) -> tuple[Glass, dict[str, Any]]:
    """Build the model a weights file describes and load it; also what was saved beside it as ``extra``.

    Raises:
        GlassError: no such file, or not the weights of such a model.
    """
    if not path.is_file():
        raise GlassError(f"{path}: no weights here; train with glass-train, or name the folder of a run")
    try:
        header = _header(path)
        config = from_dict(Config, json.loads(header["config"]))
        model = Glass(config)
        model.load_state_dict(_with_known_facing(load_file(path), model))
        return model.eval(), json.loads(header.get("extra", "{}"))
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise GlassError(f"{path}: not the weights of a GLASS model ({reason})") from error


def _with_known_facing(tensors: dict[str, Tensor], model: Glass) -> dict[str, Tensor]:
    """Leave out a facing network of older weights, without features: the one in its place is never sure of a side."""
    if f"{FACING}features.stem.0.weight" in tensors:
        return tensors
    own = {name: value for name, value in model.state_dict().items() if name.startswith(FACING)}
    return {name: value for name, value in tensors.items() if not name.startswith(FACING)} | own


def load_extra(path: Path) -> dict[str, Any]:
    """Return what was saved as ``extra`` beside the weights of a file.

    Raises:
        GlassError: it cannot be read.
    """
    try:
        extra: dict[str, Any] = json.loads(_header(path).get("extra", "{}"))
    except (SafetensorError, ValueError, OSError) as error:
        raise GlassError(f"{path}: damaged ({error}); remove the folder and train again") from error
    return extra


def _widened(own: Tensor, value: Tensor) -> Tensor | None:
    """Widen a layer (Net2Net): put ``value`` in its first channels, if it is that of the same layer with fewer.

    What the layer did before it goes on doing: its old outputs hardly take notice of the new inputs yet
    (after Chen et al., Net2Net, arXiv 1511.05641).
    """
    wider = [a >= b for a, b in zip(own.shape[:2], value.shape[:2], strict=False)]
    if own.dim() != value.dim() or own.shape[2:] != value.shape[2:] or not all(wider):
        return None
    made = own.clone()
    if made.dim() > 1:
        made[: value.shape[0], value.shape[1] :] *= FAINT
    made[tuple(slice(size) for size in value.shape)] = value.to(own.dtype)
    return made


def _is_narrower(path: Path, model: Glass) -> bool:
    """Say whether the decoder of a weights file differs from that of ``model`` in nothing but its channels."""
    try:
        theirs = from_dict(Config, json.loads(_header(path)["config"])).lma
    except (KeyError, ValueError):
        return False
    sizes = ("encoder_widths", "state_channels", "attention_heads", "key_size", "value_size", "colours", "warp_fields")
    return all(getattr(theirs, size) == getattr(model.config.lma, size) for size in sizes)


def _load(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise GlassError(f"{path}: no weights here ({error}); give a weights.safetensors file") from error


def copy_matching(path: Path, model: Glass) -> set[str]:
    """Copy those tensors of a weights file into ``model`` that fit, and return their names.

    Name and shape have to be the same; layers of the decoder may have fewer channels in the file.

    Raises:
        GlassError: no such file, not a weights file, or nothing fits.
    """
    found = _load(path)
    own = model.state_dict()
    fitting = {name: value for name, value in found.items() if name in own and own[name].shape == value.shape}
    missing = own.keys() & found.keys() - fitting.keys() if _is_narrower(path, model) else set()
    for name in missing:
        wide = _widened(own[name], found[name]) if name.startswith("lma.decoder.") else None
        if wide is not None:
            fitting[name] = wide
    if not fitting:
        raise GlassError(f"{path}: nothing in it fits this model; start without --warm-start")
    model.load_state_dict(own | {name: value.to(own[name].dtype) for name, value in fitting.items()})
    return set(fitting)


def copy_mean(paths: Sequence[Path], model: Glass) -> set[str]:
    """Copy the last of weights files into ``model``, its global stage as the mean of all (model soup).

    See `copy_matching`. Of runs that went on from the same weights each is off in its own way, their mean less
    (Wortsman et al., arXiv 2203.05482); but what looks at masks has to stay as it was learned. Returned are the names
    of the tensors that fit, of the global stage those that fit in every file.

    Raises:
        GlassError: as for `copy_matching`.
    """
    taken = copy_matching(paths[-1], model)
    own = model.state_dict()
    shared = {name for name in taken if name.startswith("gma.")}
    sums = {name: own[name].double() for name in shared}
    for path in paths[:-1]:
        found = _load(path)
        shared = {name for name in shared if name in found and found[name].shape == own[name].shape}
        sums = {name: sums[name] + found[name].double() for name in shared}
    model.load_state_dict(own | {name: (value / len(paths)).to(own[name].dtype) for name, value in sums.items()})
    return {name for name in taken if name in shared or not name.startswith("gma.")}


def load_weights(module: nn.Module, tensors: dict[str, Tensor], prefix: str) -> None:
    """Load those ``tensors`` whose names begin with ``prefix`` into ``module``.

    Raises:
        GlassError: they are those of another model.
    """
    own = {name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)}
    try:
        module.load_state_dict(own)
    except RuntimeError as error:
        raise GlassError(f"{LIVE}: weights of another model; remove the folder and train again") from error


def _optimiser_tensors(optimiser: Optimizer) -> dict[str, Tensor]:
    state = optimiser.state_dict()["state"]
    return {f"optimiser.{i}.{key}": value for i, slots in state.items() for key, value in slots.items()}


def load_optimiser(optimiser: Optimizer, tensors: dict[str, Tensor]) -> None:
    """Load Adam's moments saved in ``tensors``."""
    state: dict[int, dict[str, Tensor]] = {}
    parameters = [parameter for group in optimiser.param_groups for parameter in group["params"]]
    for name, value in tensors.items():
        if name.startswith("optimiser."):
            _, index, key = name.split(".", 2)
            if value.dim():
                # A fused optimiser walks through memory: moments have to lie there as their parameters do.
                value = torch.empty_like(parameters[int(index)]).copy_(value)
            state.setdefault(int(index), {})[key] = value
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def save_checkpoint(
    folder: Path,
    live: Glass,
    averaged: Glass,
    optimiser: Optimizer | None,
    position: TrainingPosition,
    extra: dict[str, Any],
) -> None:
    """Write a run's checkpoint; where the training stands is part of the file of the tensors it belongs to."""
    save_weights(folder / AVERAGED, averaged, extra)
    tensors = {f"live.{name}": value.detach().contiguous() for name, value in live.state_dict().items()}
    tensors |= {f"average.{name}": value.detach().contiguous() for name, value in averaged.state_dict().items()}
    if optimiser:
        tensors |= {name: value.detach().contiguous() for name, value in _optimiser_tensors(optimiser).items()}
    with atomic_file(folder / LIVE) as temporary:
        save_file(tensors, temporary, {"stage": position.stage, "step": str(position.step)})


def load_position(folder: Path) -> tuple[TrainingPosition, dict[str, Tensor]] | None:
    """Where the run in ``folder`` stands, with its tensors; None where nothing has been saved.

    Raises:
        GlassError: the checkpoint is damaged.
    """
    path = folder / LIVE
    if not path.exists():
        return None
    try:
        header = _header(path)
        return TrainingPosition(header["stage"], int(header["step"])), load_file(path)
    except (SafetensorError, KeyError, ValueError, OSError) as error:
        raise GlassError(f"{path}: damaged checkpoint ({error}); remove the folder and train again") from error


def average_weights(averaged: nn.Module, live: nn.Module, decay: float) -> None:
    """Update the exponential moving average of ``live`` weights; what is not a real number is copied."""
    with torch.no_grad():
        for mean, value in zip(averaged.state_dict().values(), live.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(value, 1 - decay)
            else:
                mean.copy_(value)
