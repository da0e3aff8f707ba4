"""What the user added to local actions: names, and acts measured here; each a file, none in a bundle.

An installed bundle may be closed to writing, and an update replaces it. Measured acts are found by the sha256 of
step.onnx: they go with those weights, whatever the bundle's folder. Names are found by the model's name, and go with
what a local action shows: each is kept with the label that the bundle had for it, and an update that has this label,
maybe for another number, gets the name. Labels that say nothing ("action 3") are trusted for the same weights only.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from platformdirs import user_data_path

from glass.core.atomic_files import output_file
from glass.core.errors import GlassError
from playground.bundles.manifest import MANIFEST_FILE, Act, Manifest, read_manifest

_NAMES, _ACTS = "names", "acts"
_SAYS_NOTHING = re.compile(r"action \d+")
"""A label that a model has for want of a name."""
_DIGITS = 9
"""Numbers of local actions have fewer."""
_Fact = TypeVar("_Fact")


class _Names(msgspec.Struct, frozen=True):
    """What a file of names holds."""

    names: dict[str, str]
    """By number."""
    shown: dict[str, str] = {}
    """The labels that the bundle had for them."""
    weights: str = ""
    """Of which step.onnx these numbers are."""


class _Acts(msgspec.Struct, frozen=True):
    """What a file of acts holds."""

    acts: dict[str, Act]
    """By number."""


def names_file(manifest: Manifest) -> Path:
    """Return where the names of a model's local actions are kept."""
    plain = re.sub(r"[^\w.-]", "_", manifest.name)
    return user_data_path("glass-playground") / _NAMES / f"{plain}.json"


def acts_file(manifest: Manifest) -> Path:
    """Return where the acts of a model's local actions are kept."""
    return _file(manifest, _ACTS)


def read_names(manifest: Manifest) -> dict[int, str]:
    """Return the names given to some of the local actions 1..K of a model, whose manifest has the bundle's own labels.

    Raises:
        GlassError: their file cannot be read.
    """
    kept = _decoded(names_file(manifest), _NAMES, _Names)
    if kept is None:  # of an earlier version
        kept = _decoded(_file(manifest, _NAMES), _NAMES, _Names)
        kept = None if kept is None else msgspec.structs.replace(kept, weights=_weights(manifest))
    if kept is None:
        return {}
    labels = [action.label for action in manifest.local_actions]
    found: dict[int, str] = {}
    for number, name in kept.names.items():
        code = _code_of(number, kept, labels, _weights(manifest))
        if code is not None and name.strip():
            found[code] = name
    return found


def carry_names(before: Manifest, after: Manifest) -> None:
    """Let another version of a model, whose local actions show the same, have the names given to this one.

    Raises:
        GlassError: they cannot be read or written.
    """
    names = {code: name for code, name in read_names(before).items() if code <= after.codes}
    if names:
        write_names(after, names)


def _code_of(number: str, kept: _Names, labels: Sequence[str], weights: str) -> int | None:
    """Return which local action a name is of by now; None where that cannot be known."""
    if kept.weights == weights:
        return int(number) if 1 <= int(number) <= len(labels) else None
    label = kept.shown.get(number, "")
    if not label or _SAYS_NOTHING.fullmatch(label) or labels.count(label) != 1:
        return None
    return labels.index(label) + 1


def read_acts(manifest: Manifest) -> dict[int, Act]:
    """Return the acts measured for a model's local actions 1..K; none where they were not.

    Raises:
        GlassError: their file cannot be read, or they are no acts of the model.
    """
    kept = _decoded(acts_file(manifest), _ACTS, _Acts)
    acts = (
        {} if kept is None else {int(code): act for code, act in kept.acts.items() if 1 <= int(code) <= manifest.codes}
    )
    manifest.with_acts(acts)
    return acts


def write_names(manifest: Manifest, names: Mapping[int, str]) -> None:
    """Keep these names of a model's local actions, and no others, whole or not at all.

    The manifest has the bundle's own labels.

    Raises:
        GlassError: they cannot be written.
    """
    numbers = {str(code): name for code, name in sorted(names.items())}
    shown = {number: manifest.local_actions[int(number) - 1].label for number in numbers}
    _write(
        names_file(manifest), {"model": manifest.name, _NAMES: numbers, "shown": shown, "weights": _weights(manifest)}
    )


def keep_acts(folder: Path, acts: Mapping[int, Act], in_bundle: bool = False) -> Path:
    """Keep how the local actions 1..K of the bundle in `folder` are played; returns the file that was written.

    They are the user's own; or, `in_bundle`, they go into its manifest, for everybody who gets it, and the user's own
    are left out.

    Raises:
        GlassError: the bundle's manifest is not valid, or the file cannot be written.
    """
    shipped = read_manifest(folder)
    if not in_bundle:
        place = acts_file(shipped)
        numbers = {str(code): asdict(act) for code, act in sorted(acts.items())}
        _write(place, {"model": shipped.name, _ACTS: numbers})
        return place
    place = folder / MANIFEST_FILE
    with output_file(place, "leave out --in-bundle, or measure a copy of its folder") as part:
        part.write_text(shipped.with_acts(acts).to_json(), encoding="utf-8")
    acts_file(shipped).unlink(missing_ok=True)
    return place


def _weights(manifest: Manifest) -> str:
    """Return what tells a model's weights from others."""
    return manifest.files["step.onnx"][:32]


def _file(manifest: Manifest, kind: str) -> Path:
    return user_data_path("glass-playground") / kind / f"{_weights(manifest)}.json"


def _decoded(place: Path, kind: str, facts: type[_Fact]) -> _Fact | None:
    """Return what a file holds; None where there is none.

    Raises:
        GlassError: it cannot be read.
    """
    try:
        kept = msgspec.json.decode(place.read_bytes(), type=facts)
        if all(number.isdecimal() and len(number) < _DIGITS for number in getattr(kept, kind)):
            return kept
    except FileNotFoundError:
        return None
    except OSError as error:
        raise GlassError(f"{place}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError):
        pass
    raise GlassError(f"{place}: holds no {kind} of local actions; mend or delete it")


def _write(place: Path, content: Mapping[str, Any]) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GlassError(f"{place}: cannot be written ({error.strerror})") from None
    with output_file(place, "make room or allow writing there") as part:
        part.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
