"""A bundle on disk: its folder, its manifest, and its files, whose sha256 is checked when they are read."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from glass.core.errors import GlassError
from playground.bundles.manifest import Manifest, read_manifest
from playground.bundles.own_facts import read_acts, read_names


def sha256(content: bytes) -> str:
    """Return the sha256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Bundle:
    """A model folder that can be played."""

    folder: Path
    """Where it is."""
    manifest: Manifest
    """What it says about itself."""

    def read(self, name: str) -> bytes:
        """Return the bytes of one of the manifest's files.

        Raises:
            GlassError: the file is missing, cannot be read, or differs from its sha256.
        """
        place = self.folder / name
        try:
            content = place.read_bytes()
        except FileNotFoundError:
            raise GlassError(f"{place}: missing from the bundle; get the model again") from None
        except OSError as error:
            raise GlassError(f"{place}: cannot be read ({error.strerror})") from None
        if sha256(content) != self.manifest.files[name]:
            raise GlassError(f"{place}: damaged (its sha256 is not the manifest's); get the model again")
        return content

    def verify(self) -> None:
        """Read every file of the manifest.

        Raises:
            GlassError: as for `read`.
        """
        for name in self.manifest.files:
            self.read(name)


def open_bundle(folder: Path) -> Bundle:
    """Open the bundle in `folder`; its files are checked when they are read.

    Its local actions go by the names that the user gave them, and are played as the user measured them, if at all; a
    damaged file of these is passed over.

    Raises:
        GlassError: the folder has no valid manifest.
    """
    manifest = read_manifest(folder)
    with suppress(GlassError):
        manifest = manifest.with_labels(read_names(manifest))
    with suppress(GlassError):
        manifest = manifest.with_acts(read_acts(manifest))
    return Bundle(folder, manifest)
