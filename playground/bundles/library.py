"""Search path of bundles: they are found by name or by path."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

from glass.core.errors import GlassError
from playground.bundles.bundle import Bundle, open_bundle
from playground.bundles.manifest import MANIFEST_FILE

ENVIRONMENT = "GLASS_MODELS"
"""Environment variable that lists further folders of bundles, searched first."""


def model_folders() -> tuple[Path, ...]:
    """Return the folders that hold bundles, in the order they are searched."""
    named = [Path(entry) for entry in os.environ.get(ENVIRONMENT, "").split(os.pathsep) if entry]
    return (*named, user_data_path("glass-playground") / "models", *shipped_folders())


def shipped_folders() -> tuple[Path, ...]:
    """Return the folders that hold the bundles which come with the program."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent / "models"
    return (package / "_models", *((checkout,) if (package.parent / "pyproject.toml").is_file() else ()))


def bundle_folders(folders: Sequence[Path] | None = None) -> dict[str, Path]:
    """Return every bundle's folder by its name, in order of name; the first of ``folders`` searched wins.

    Without ``folders`` all of `model_folders` are.
    """
    found: dict[str, Path] = {}
    for folder in model_folders() if folders is None else folders:
        for entry in folder.iterdir() if folder.is_dir() else ():
            if (entry / MANIFEST_FILE).is_file():
                found.setdefault(entry.name, entry)
    return dict(sorted(found.items()))


def bundle_dates() -> dict[Path, float]:
    """Return when each bundle that can be found by name was written; another date is another model."""
    dates = {}
    for folder in bundle_folders().values():
        with suppress(OSError):  # it has just been removed
            dates[folder] = (folder / MANIFEST_FILE).stat().st_mtime
    return dates


def find_bundle(name_or_path: str | Path) -> Bundle:
    """Open the bundle of that name, or in that folder.

    Raises:
        GlassError: there is no such bundle, or its manifest is not valid.
    """
    text, path = str(name_or_path), Path(name_or_path)
    if isinstance(name_or_path, Path) or "/" in text or os.sep in text or (path / MANIFEST_FILE).is_file():
        if not path.is_dir():
            raise GlassError(f"{text}: no such folder; give a model's name or the folder of a bundle")
        return open_bundle(path)
    folders = bundle_folders()
    if text in folders:
        return open_bundle(folders[text])
    known = ", ".join(folders) if folders else "none"
    raise GlassError(f"unknown model {text!r}; models found: {known} (see glass-models)")


def find_bundles() -> tuple[Bundle, ...]:
    """Open all bundles, in order of name; one whose manifest is not valid is passed over while there are others.

    Raises:
        GlassError: there is none.
    """
    if bundles := known_bundles():
        return bundles
    for folder in reversed(bundle_folders().values()):
        open_bundle(folder)  # tells what is wrong with it
    raise GlassError(f"no models found; put a bundle into a folder that {ENVIRONMENT} names")


def known_bundles() -> tuple[Bundle, ...]:
    """Open all bundles whose manifest is valid, in order of name; there may be none."""
    bundles = []
    for folder in bundle_folders().values():
        with suppress(GlassError):
            bundles.append(open_bundle(folder))
    return tuple(bundles)
