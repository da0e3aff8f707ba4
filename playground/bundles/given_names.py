"""Names that the user gave to local actions: a file of the user's data folder for each model, none in its bundle.

An installed bundle may be closed to writing, and an update replaces it. The file is found by the sha256 of step.onnx:
what code 3 does is learned, so names go with those weights, whatever the bundle's folder.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_data_path

from glass.core.atomic_files import output_file
from glass.core.errors import GlassError
from playground.bundles.manifest import Manifest


def names_file(manifest: Manifest) -> Path:
    """Return where the names of a model's local actions are kept."""
    return user_data_path("glass-playground") / "names" / f"{manifest.files['step.onnx'][:32]}.json"


def read_names(manifest: Manifest) -> dict[int, str]:
    """Return the names given to some of a model's local actions 1..K.

    Raises:
        GlassError: their file cannot be read.
    """
    place = names_file(manifest)
    try:
        names = json.loads(place.read_text(encoding="utf-8"))["names"]
        return {int(code): name for code, name in names.items() if 1 <= int(code) <= manifest.codes and name.strip()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise GlassError(f"{place}: cannot be read ({error.strerror})") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise GlassError(f"{place}: holds no names of local actions; mend or delete it") from None


def write_names(manifest: Manifest, names: Mapping[int, str]) -> None:
    """Keep these names of a model's local actions, and no others, whole or not at all.

    Raises:
        GlassError: they cannot be written.
    """
    place = names_file(manifest)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GlassError(f"{place}: cannot be written ({error.strerror})") from None
    with output_file(place, "make room or allow writing there") as part:
        text = json.dumps({"model": manifest.name, "names": dict(sorted(names.items()))}, indent=2, ensure_ascii=False)
        part.write_text(text + "\n", encoding="utf-8")
