"""Bundles are whole, true to the model, and there only if they are."""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from PIL import Image
from safetensors import safe_open

from export.bundle.verify import TICKS, TOLERANCE, VerificationError, play_both
from export.bundle.write import BundleOptions, StartFrame, write_bundle
from glass.config import Config, from_dict
from glass.core.errors import GlassError
from playground import Engine
from playground.bundles.library import find_bundle
from playground.bundles.manifest import read_manifest
from tests.export.conftest import EXTRA, Exported, random_model
from tests.fixtures.tiny_world import TinyWorld

pytestmark = pytest.mark.slow


def options(folder: Path, **changes: Any) -> BundleOptions:
    made = BundleOptions(name="made", folder=folder, starts=[], licence=None, card=None)
    return replace(made, **changes)


def start_frame() -> StartFrame:
    clip = TinyWorld(empty=0.0).draw(np.random.default_rng(0), 1)
    assert clip.masks is not None
    return StartFrame("one", np.dstack([clip.frames[0], 255 * clip.masks[0].astype(np.uint8)]))


def sabotage(content: bytes) -> bytes:
    """The same graph, but it takes the farthest code, or its convolutions are turned round."""
    model = onnx.load_from_string(content)
    for node in model.graph.node:
        if node.op_type == "ArgMin":
            node.op_type = "ArgMax"
            return model.SerializeToString()  # type: ignore[no-any-return]
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.ndim == 4 and values.dtype == np.float32:
            tensor.CopyFrom(numpy_helper.from_array(-values, tensor.name))
    return model.SerializeToString()  # type: ignore[no-any-return]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_manifest_says_what_was_counted(exported: Exported) -> None:
    manifest = read_manifest(exported.bundle)
    assert (manifest.name, manifest.frame_size, manifest.window) == ("tiny", (32, 24), 16)
    assert (manifest.tick_rate, manifest.speed, manifest.max_shift) == (8.0, 2.5, (3.5, 2.0))
    assert [(a.label, a.length) for a in manifest.local_actions] == [
        ("walk", 1),
        ("jump", 6),
        ("wave", 4),
        ("action 4", 3),
    ]
    assert manifest.default_local_actions == EXTRA["statistics"]["defaults"]
    assert manifest.training_data == ("red figures", "blue figures")
    assert manifest.licence == "CC-BY 4.0; CC0-1.0"
    assert (manifest.mask_size.min, manifest.mask_size.max) == (0.01, 0.2)


def test_the_manifest_covers_every_other_file(exported: Exported) -> None:
    found = contents(exported.bundle)
    del found["manifest.json"]
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}
    assert dict(read_manifest(exported.bundle).files) == hashes
    graphs = {"segment.onnx", "locate.onnx", "start.onnx", "step.onnx", "observe.onnx"}
    starts = {name for name in found if name.startswith("starts/red-") and name.endswith(".png")}
    assert len(starts) == 3
    assert found.keys() == graphs | starts | {"weights.safetensors", "CARD.md"}


def test_start_frames_are_pictures_of_the_frame_size(exported: Exported) -> None:
    for path in (exported.bundle / "starts").iterdir():
        with Image.open(path) as image:
            assert (image.size, image.mode) == ((32, 24), "RGB")


def test_the_card_tells_origin_and_actions(exported: Exported) -> None:
    card = (exported.bundle / "CARD.md").read_text(encoding="utf-8")
    for words in ("# tiny", "- red figures", "- CC-BY 4.0", "| 2 | jump | 6 |"):
        assert words in card


def test_weights_carry_their_config(exported: Exported) -> None:
    with safe_open(exported.bundle / "weights.safetensors", framework="np") as file:
        assert from_dict(Config, json.loads(file.metadata()["config"])) == exported.model.config
        assert set(file.keys()) == set(exported.model.state_dict())
        assert file.get_tensor("lma.quantiser.codes").dtype == np.float16


def test_a_long_rollout_matches_torch(exported: Exported) -> None:
    engine = Engine.load(exported.bundle)
    frame = Image.fromarray(start_frame().frame)
    mask = np.zeros((24, 32), bool)
    mask[6:16, 9:19] = True
    assert TICKS >= 100
    assert play_both(exported.model, engine, frame, mask).difference <= TOLERANCE


def test_the_rollout_tells_another_model_apart(exported: Exported) -> None:
    other = random_model()
    assert other.lma.decoder.output.bias is not None
    other.lma.decoder.output.bias.data += 0.2
    mask = np.zeros((24, 32), bool)
    mask[6:16, 9:19] = True
    frame = Image.fromarray(start_frame().frame)
    assert play_both(other, Engine.load(exported.bundle), frame, mask).difference > TOLERANCE


@pytest.mark.parametrize("graph", ["start.onnx", "step.onnx"])
def test_a_sabotaged_bundle_is_refused(exported: Exported, quick: dict[str, bytes], tmp_path: Path, graph: str) -> None:
    quick[graph] = sabotage(quick[graph])
    with pytest.raises(VerificationError, match="torch"):
        write_bundle(exported.model, EXTRA, options(tmp_path / "models"))
    assert list(tmp_path.iterdir()) == []


def test_a_refused_bundle_leaves_the_last_one(exported: Exported, quick: dict[str, bytes], tmp_path: Path) -> None:
    write_bundle(exported.model, EXTRA, options(tmp_path))
    before = contents(tmp_path)
    quick["step.onnx"] = sabotage(quick["step.onnx"])
    with pytest.raises(VerificationError):
        write_bundle(exported.model, EXTRA, options(tmp_path, starts=[start_frame()]))
    assert contents(tmp_path) == before


@pytest.mark.parametrize("graph", ["segment.onnx", "observe.onnx"])
def test_graphs_that_play_does_not_run_are_checked_too(
    exported: Exported, quick: dict[str, bytes], tmp_path: Path, graph: str
) -> None:
    quick[graph] = sabotage(quick[graph])
    with pytest.raises(VerificationError):
        write_bundle(exported.model, EXTRA, options(tmp_path / "models"))
    assert list(tmp_path.iterdir()) == []


def test_exporting_again_replaces_the_bundle(exported: Exported, quick: dict[str, bytes], tmp_path: Path) -> None:
    write_bundle(exported.model, EXTRA, options(tmp_path, starts=[start_frame()]))
    acts = [action.act for action in find_bundle(tmp_path / "made").manifest.local_actions]
    assert None not in acts and any(act is not None and act.rise for act in acts)
    card = tmp_path / "mine.md"
    card.write_text("My own card.\n", encoding="utf-8")
    (tmp_path / "made" / "stray.txt").write_text("left behind")
    changed = EXTRA | {"statistics": EXTRA["statistics"] | {"speed": 1.0}}
    assert write_bundle(exported.model, changed, options(tmp_path, card=card, licence="CC0-1.0")) <= TOLERANCE
    manifest = find_bundle(tmp_path / "made").manifest
    assert (manifest.speed, manifest.licence, manifest.starts) == (1.0, "CC0-1.0", ())
    assert (tmp_path / "made" / "CARD.md").read_text(encoding="utf-8") == "My own card.\n"
    assert not (tmp_path / "made" / "stray.txt").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "mine.md"]


def test_a_failed_replacement_puts_the_old_bundle_back(
    exported: Exported, quick: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bundle(exported.model, EXTRA, options(tmp_path))
    before = contents(tmp_path)
    real = os.replace

    def refuse(source: Path, target: Path) -> None:
        if str(source).endswith(".part"):
            raise OSError("no")
        real(source, target)

    monkeypatch.setattr("glass.core.atomic_files.os.replace", refuse)
    with pytest.raises(OSError, match="no"):
        write_bundle(exported.model, EXTRA, options(tmp_path))
    assert contents(tmp_path) == before


def test_other_folders_are_not_touched(exported: Exported, quick: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "letter.txt").write_text("dear")
    with pytest.raises(GlassError, match="exists and is not a bundle"):
        write_bundle(exported.model, EXTRA, options(tmp_path))
    assert contents(tmp_path) == {"made/letter.txt": b"dear"}


def test_a_run_without_local_actions(exported: Exported, tmp_path: Path) -> None:
    with pytest.raises(GlassError, match="no local actions yet"):
        write_bundle(exported.model, {"data": []}, options(tmp_path / "models"))
    assert list(tmp_path.iterdir()) == []
