"""Finding bundles, and trusting their files."""

import os
from pathlib import Path

import pytest

from glass.core.errors import GlassError
from playground.bundles import library
from playground.bundles.bundle import open_bundle
from playground.world.python_api import Engine


@pytest.fixture
def only_here(own_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the test's own bundle the only one there is."""
    monkeypatch.setattr(library, "model_folders", lambda: (own_bundle.parent,))
    return own_bundle


def test_by_name_and_by_path(only_here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert library.find_bundle("painted").folder == only_here
    assert library.find_bundle(only_here).folder == only_here
    assert library.find_bundle(str(only_here)).folder == only_here
    monkeypatch.chdir(only_here.parent)
    assert library.find_bundle("painted").folder == Path("painted")
    assert [bundle.manifest.name for bundle in library.find_bundles()] == ["painted"]


def test_unknown(only_here: Path, tmp_path: Path) -> None:
    with pytest.raises(GlassError, match=r"unknown model 'sprite'; models found: painted"):
        library.find_bundle("sprite")
    with pytest.raises(GlassError, match="no such folder"):
        library.find_bundle(str(tmp_path / "nowhere"))
    with pytest.raises(GlassError, match=r"no manifest\.json"):
        library.find_bundle(str(tmp_path))


def test_environment_comes_first(painted_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(library.ENVIRONMENT, os.pathsep.join([str(tmp_path), "", str(painted_bundle.parent)]))
    assert library.model_folders()[:2] == (tmp_path, painted_bundle.parent)
    assert library.bundle_folders()["painted"] == painted_bundle


def test_a_bad_manifest_does_not_hide_the_others(only_here: Path) -> None:
    bad = only_here.parent / "bad"
    bad.mkdir()
    (bad / "manifest.json").write_text("{")
    assert [bundle.manifest.name for bundle in library.find_bundles()] == ["painted"]
    (only_here / "manifest.json").write_text("{")
    with pytest.raises(GlassError, match="not a manifest"):
        library.find_bundles()


def test_nothing_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "model_folders", lambda: (tmp_path, tmp_path / "missing"))
    with pytest.raises(GlassError, match="no models found"):
        library.find_bundles()


@pytest.mark.parametrize(
    "name",
    [
        "segment.onnx",
        "locate.onnx",
        "start.onnx",
        "step.onnx",
        "observe.onnx",
        "weights.safetensors",
        "CARD.md",
        "starts/0.png",
    ],
)
def test_a_changed_byte_is_refused(own_bundle: Path, name: str) -> None:
    content = bytearray((own_bundle / name).read_bytes())
    content[len(content) // 2] ^= 1
    (own_bundle / name).write_bytes(content)
    with pytest.raises(GlassError, match=rf"{name}: damaged"):
        Engine.load(own_bundle)


def test_a_missing_file_is_refused(own_bundle: Path) -> None:
    (own_bundle / "observe.onnx").unlink()
    with pytest.raises(GlassError, match=r"observe\.onnx: missing"):
        Engine.load(own_bundle)


def test_files_are_what_the_manifest_says(painted_bundle: Path) -> None:
    bundle = open_bundle(painted_bundle)
    bundle.verify()
    assert bundle.read("CARD.md").startswith(b"A bundle")
