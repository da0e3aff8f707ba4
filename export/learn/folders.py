"""Folders of a model being learned (frames, report, training), and the record of what its training began with."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import msgspec
from platformdirs import user_data_path

from glass.config import Config, from_dict, to_dict
from glass.core.atomic_files import write_text
from glass.core.errors import GlassError
from playground.bundles.library import bundle_folders
from playground.learning.begun import RECORD_FILE, learning_folder


class LearnRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a training was begun with, so that it can be gone on with."""

    fingerprint: str
    """Of the frames."""
    stride: int
    """Frames of the footage from tick to tick."""
    config: dict[str, Any]
    """The config, as plain values."""
    started_from: str
    """Name of the model whose weights it began with; empty for none."""
    minutes: float
    """Minutes trained in sessions that ended."""
    clips: tuple[str, ...] = ()
    """Where the clips were."""
    agent: str = ""
    """Which agent was named, as `--agent` says it; empty for none."""

    def read_config(self) -> Config:
        """Return the config.

        Raises:
            ValueError: it is of another version.
        """
        return from_dict(Config, self.config)

    @classmethod
    def of(cls, fingerprint: str, stride: int, config: Config, started_from: str) -> Self:
        """Make the record of a training that begins."""
        return cls(fingerprint, stride, to_dict(config), started_from, 0.0)

    def with_request(self, clips: Sequence[Path], agent: str | None) -> Self:
        """Return it with what was asked for."""
        return msgspec.structs.replace(self, clips=tuple(str(clip.absolute()) for clip in clips), agent=agent or "")


@dataclass(frozen=True)
class LearnFolders:
    """Folders of one name."""

    name: str
    """Name of the model."""
    folder: Path
    """Frames, report and training."""
    models: Path
    """Folder that the bundle goes into."""

    @classmethod
    def of(cls, name: str, models: Path | None) -> Self:
        """Return the folders of a name in the user's data folder; ``models`` holds its bundle instead if given."""
        return cls(name, learning_folder() / name, models or user_data_path("glass-playground") / "models")

    @property
    def frames(self) -> Path:
        """The cache of decoded frames."""
        return self.folder / "frames"

    @property
    def crops(self) -> Path:
        """The cache of crops that follow a small agent."""
        return self.folder / "crops"

    @property
    def run(self) -> Path:
        """The training."""
        return self.folder / "training"

    @property
    def report(self) -> Path:
        """The report's picture."""
        return self.folder / "report.png"

    @property
    def bundle(self) -> Path:
        """The bundle."""
        return self.models / self.name

    def read_record(self) -> LearnRecord | None:
        """Return what the training was begun with; None where there is none.

        Raises:
            GlassError: it is damaged.
        """
        path = self.folder / RECORD_FILE
        try:
            return msgspec.json.decode(path.read_bytes(), type=LearnRecord)
        except FileNotFoundError:
            return None
        except (ValueError, msgspec.MsgspecError) as error:
            raise GlassError(f"{path}: damaged ({error}); begin anew with --restart") from error

    def write_record(self, record: LearnRecord) -> None:
        """Note what a training was begun with."""
        write_text(self.folder / RECORD_FILE, msgspec.json.format(msgspec.json.encode(record), indent=1).decode())

    def forget_training(self) -> None:
        """Remove the training, and what it was begun with; a bundle stays until another takes its place."""
        (self.folder / RECORD_FILE).unlink(missing_ok=True)
        shutil.rmtree(self.run, ignore_errors=True)

    @contextmanager
    def remove_if_unused(self) -> Iterator[None]:
        """Leave no new folder behind where nothing was begun in it, however the block ends."""
        new = [place for place in (self.folder, *self.folder.parents) if not place.exists()]
        try:
            yield
        finally:
            if new and self.folder.is_dir() and not (self.folder / RECORD_FILE).exists() and not self.report.exists():
                shutil.rmtree(self.folder, ignore_errors=True)
                for place in new[1:]:
                    if place.is_dir() and not any(place.iterdir()):
                        place.rmdir()


def check_name(folders: LearnFolders, restart: bool) -> None:
    """Refuse a name that cannot be a folder's, or under which something else can be found.

    Raises:
        GlassError: such a name.
    """
    name = folders.name
    if not name or Path(name).name != name or name.startswith(".") or not name.isprintable() or len(name) > 60:
        raise GlassError(f"--name {name!r}: must be a plain name, since it becomes a folder")
    known = bundle_folders().get(name)
    if known and known.resolve() != folders.bundle.resolve():
        raise GlassError(f"--name {name}: a model of this name is in {known}; choose another")
    if folders.bundle.exists() and not restart and folders.read_record() is None:
        raise GlassError(f"--name {name}: {folders.bundle} exists; choose another name, or replace it with --restart")
