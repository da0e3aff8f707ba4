"""Writing a bundle as a whole: graphs, weights, start frames, card and manifest."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from safetensors.torch import save

from export.bundle.card import write_card
from export.bundle.graphs import graphs, to_onnx
from export.bundle.local_actions import add_told_acts, told_action
from export.bundle.verify import VerificationError, verify
from glass.config import to_dict
from glass.core.atomic_files import atomic_folder
from glass.core.directions import DIRECTIONS
from glass.core.errors import GlassError
from glass.model import Glass
from playground import Engine, LocalAction, Manifest
from playground.acts.measuring import measure_acts, resting_agents
from playground.bundles.bundle import sha256
from playground.bundles.manifest import MANIFEST_FILE, MaskSize, Transitions
from playground.bundles.own_facts import keep_acts

SMALLEST_AGENT, LARGEST_AGENT = 0.25, 2.5
"""An agent may cover from a quarter of the smallest to two and a half times the largest share seen in training."""


@dataclass(frozen=True)
class StartFrame:
    """A picture to start a game from."""

    name: str
    """File name without its ending."""
    frame: np.ndarray
    """uint8 ``(H, W, 3)``, or ``(H, W, 4)`` straight RGBA of a cut-out."""


@dataclass(frozen=True)
class BundleOptions:
    """What a bundle is made of beside the model."""

    name: str
    """Name of the model, and of its folder."""
    folder: Path
    """Where the bundle goes: ``folder / name``."""
    starts: Sequence[StartFrame]
    """Start frames."""
    licence: str | None
    """Licence of weights and start frames; by default those of the training data."""
    card: Path | None
    """A card written by hand; by default one is made."""
    warn: Callable[[str], None] | None = None
    """Told where the bundle plays slightly differently from the model; without it, that is an error."""


def _manifest(model: Glass, extra: dict[str, Any], options: BundleOptions, files: dict[str, str]) -> Manifest:
    statistics = extra["statistics"]
    smallest, largest = statistics["mask_size"]
    return Manifest(
        name=options.name,
        frame_size=model.config.frame_size,
        window=model.config.lma.window,
        tick_rate=extra["tick_rate"],
        speed=statistics["speed"],
        max_shift=tuple(statistics["max_shift"]),
        local_actions=tuple(
            LocalAction(label, length, limbs=told_action(label) if model.config.lma.limbs else None)
            for label, length in zip(statistics["labels"], statistics["lengths"], strict=True)
        ),
        default_local_actions=statistics["defaults"],
        files=files,
        training_data=tuple(extra["data"]),
        licence=options.licence or "; ".join(extra["licences"]),
        mask_size=MaskSize(round(SMALLEST_AGENT * smallest, 4), round(min(1.0, LARGEST_AGENT * largest), 4)),
        transitions=_transitions(statistics["transitions"]),
        enters=model.config.anchor.enters_from_edge or None,
        views=model.config.lma.views,
    )


def _transitions(counted: dict[str, Any]) -> Transitions:
    """Return what followed what in the manifest's order."""
    return Transitions(
        directions={way: tuple(row[after] for after in DIRECTIONS) for way, row in counted["directions"].items()},
        local_actions={way: tuple(map(tuple, table)) for way, table in counted["local_actions"].items()},
    )


def _write_weights(path: Path, model: Glass) -> None:
    """Write the weights as 16-bit numbers, with the config: enough to start another training from."""
    tensors = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in model.state_dict().items()
    }
    # Not save_file, which lets nobody but its user read the file.
    path.write_bytes(save(tensors, {"config": json.dumps(to_dict(model.config))}))


def _write_files(folder: Path, model: Glass, extra: dict[str, Any], options: BundleOptions) -> None:
    for name, graph in graphs(model).items():
        (folder / name).write_bytes(to_onnx(graph))
    _write_weights(folder / "weights.safetensors", model)
    starts = folder / "starts"
    starts.mkdir()
    for start in options.starts:
        Image.fromarray(start.frame).save(starts / f"{start.name}.png", optimize=True)
    if options.card:
        shutil.copyfile(options.card, folder / "CARD.md")
    else:
        (folder / "CARD.md").write_text(write_card(options.name, model, extra), encoding="utf-8")


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()) for path in files}


def _write_acts(folder: Path) -> None:
    """Measure how the local actions of a bundle are played from rest, and write it into its manifest.

    It is left out for agents that reach in from an edge, which know no rest, and where no start frame shows an agent.
    """
    engine = Engine.load(folder)
    if engine.manifest.enters is None and (agents := resting_agents(engine)):
        measured = measure_acts(engine, agents)
        keep_acts(folder, {code: one.act for code, one in enumerate(measured, start=1)}, in_bundle=True)


def _fits(size: tuple[int, int], model: Glass) -> bool:
    """Say whether start frames may be so large: as the model's frames, or so many times, if it moves their pixels."""
    own = model.config.frame_size
    times = size[0] // own[0] if model.config.keeps_own_size else 1
    return times > 0 and size == (times * own[0], times * own[1])


def _test_picture(size: tuple[int, int]) -> tuple[Image.Image, np.ndarray]:
    """Return a smooth random picture with a block about its middle for an agent.

    The block's sides are odd: windows, whose sides are even, then have their middle on a pixel, where rounding is safe.
    """
    width, height = size
    rng = np.random.default_rng(0)
    small = Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8))
    mask = np.zeros((height, width), bool)
    wide, tall = width // 5 | 1, 2 * height // 5 | 1
    left, top = (width - wide) // 2, (height - tall) // 2
    mask[top : top + tall, left : left + wide] = True
    return small.resize(size, Image.Resampling.BICUBIC), mask


def _verified(model: Glass, folder: Path, options: BundleOptions) -> int:
    """Verify a bundle, or warn where it plays only slightly differently; return by how many steps of 1/255."""
    try:
        return verify(model, Engine.load(folder), *_test_picture(model.config.frame_size))
    except VerificationError as error:
        if options.warn is None or not error.slight:
            raise
        options.warn(str(error))
        return error.difference


def write_bundle(model: Glass, extra: dict[str, Any], options: BundleOptions) -> int:
    """Export ``model`` and return by how much its rollout differs from torch, in steps of 1/255.

    Raises:
        GlassError: the model cannot be played, the run has no statistics yet, a start frame has another size than the
            model's frames, or the target folder is something else than a bundle.
        VerificationError: the bundle plays differently from the model; nothing is written.
    """
    if "transitions" not in extra.get("statistics", ()):
        raise GlassError("the run has no local actions yet; train its local stage first")
    target = options.folder / options.name
    if target.exists() and not (target / MANIFEST_FILE).is_file():
        raise GlassError(f"{target}: exists and is not a bundle; choose another --name or --out")
    for start in options.starts:
        size = start.frame.shape[1], start.frame.shape[0]
        if start.frame.shape[2] == 3 and not _fits(size, model):
            expected = "x".join(map(str, model.config.frame_size))
            raise GlassError(f"start frame {start.name}: {size[0]}x{size[1]} pixels, the model has {expected}")
    with atomic_folder(target) as temporary:
        model, statistics = add_told_acts(model, extra["statistics"])
        extra = extra | {"statistics": statistics}
        _write_files(temporary, model, extra, options)
        manifest = _manifest(model, extra, options, _hashes(temporary))
        (temporary / MANIFEST_FILE).write_text(manifest.to_json(), encoding="utf-8")
        difference = _verified(model, temporary, options)
        _write_acts(temporary)
        return difference
