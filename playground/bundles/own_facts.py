"""What the user added to local actions: names, and acts measured here; each a file, none in a bundle.

An installed bundle may be closed to writing, and an update replaces it. The files are found by the sha256 of step.onnx:
what code 3 does is learned, so names and acts go with those weights, whatever the bundle's folder.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from platformdirs import user_data_path

from glass.core.atomic_files import output_file
from glass.core.errors import GlassError
from playground.bundles.manifest import MANIFEST_FILE, Act, Manifest, read_manifest

_NAMES, _ACTS = "names", "acts"
_Fact = TypeVar("_Fact")


def names_file(manifest: Manifest) -> Path:
    """Return where the names of a model's local actions are kept."""
    return _file(manifest, _NAMES)


def acts_file(manifest: Manifest) -> Path:
    """Return where the acts of a model's local actions are kept."""
    return _file(manifest, _ACTS)


def read_names(manifest: Manifest) -> dict[int, str]:
    """Return the names given to some of a model's local actions 1..K.

    Raises:
        GlassError: their file cannot be read.
    """
    return {code: name for code, name in _read(manifest, _NAMES, str).items() if name.strip()}


def read_acts(manifest: Manifest) -> dict[int, Act]:
    """Return the acts measured for a model's local actions 1..K; none where they were not.

    Raises:
        GlassError: their file cannot be read, or they are no acts of the model.
    """
    acts = _read(manifest, _ACTS, Act)
    manifest.with_acts(acts)
    return acts


def write_names(manifest: Manifest, names: Mapping[int, str]) -> None:
    """Keep these names of a model's local actions, and no others, whole or not at all.

    Raises:
        GlassError: they cannot be written.
    """
    _write(manifest, _NAMES, names)


def keep_acts(folder: Path, acts: Mapping[int, Act], in_bundle: bool = False) -> Path:
    """Keep how the local actions 1..K of the bundle in `folder` are played; returns the file that was written.

    They are the user's own; or, `in_bundle`, they go into its manifest, for everybody who gets it, and the user's own
    are left out.

    Raises:
        GlassError: the bundle's manifest is not valid, or the file cannot be written.
    """
    shipped = read_manifest(folder)
    if not in_bundle:
        _write(shipped, _ACTS, {code: asdict(act) for code, act in acts.items()})
        return acts_file(shipped)
    place = folder / MANIFEST_FILE
    with output_file(place, "leave out --in-bundle, or measure a copy of its folder") as part:
        part.write_text(shipped.with_acts(acts).to_json(), encoding="utf-8")
    acts_file(shipped).unlink(missing_ok=True)
    return place


def _file(manifest: Manifest, kind: str) -> Path:
    return user_data_path("glass-playground") / kind / f"{manifest.files['step.onnx'][:32]}.json"


def _read(manifest: Manifest, kind: str, fact: type[_Fact]) -> dict[int, _Fact]:
    place = _file(manifest, kind)
    try:
        values = json.loads(place.read_text(encoding="utf-8"))[kind]
        facts = {int(code): msgspec.convert(value, fact) for code, value in values.items()}
        return {code: value for code, value in facts.items() if 1 <= code <= manifest.codes}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise GlassError(f"{place}: cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, msgspec.ValidationError):
        raise GlassError(f"{place}: holds no {kind} of local actions; mend or delete it") from None


def _write(manifest: Manifest, kind: str, values: Mapping[int, Any]) -> None:
    place = _file(manifest, kind)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GlassError(f"{place}: cannot be written ({error.strerror})") from None
    with output_file(place, "make room or allow writing there") as part:
        text = json.dumps({"model": manifest.name, kind: dict(sorted(values.items()))}, indent=2, ensure_ascii=False)
        part.write_text(text + "\n", encoding="utf-8")
